# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every process that a session starts, directly or through its bus, found again by a mark.

The mark is an environment variable, so that a daemon that a daemon started is
found too. Nothing is ever ended by name.
"""

import os
import select
import signal
import subprocess
import time

MARK = "PORTAMENTO_TEST_SESSION"


def environment_of(pid):
    """Bytes; a process in the middle of exec() shows none for an instant, so nothing is asked for again."""
    try:
        for _ in range(20):
            with open(f"/proc/{pid}/environ", "rb") as environ:
                found = environ.read()
            if found or not os.readlink(f"/proc/{pid}/exe"):
                return found
            os.sched_yield()
    except OSError:
        pass
    return b""


def read_until(process, words):
    """The lines of its stderr up to the first that holds the words."""
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended before it said “{words}”, but said: {said}")


def command_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as cmdline:
            return cmdline.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def state_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def wait_until_gone(pids, seconds):
    """True once none of these runs; waits on the processes themselves."""
    deadline = time.monotonic() + seconds
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            ready, _, _ = select.select([process], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return False
        finally:
            os.close(process)
    return True


class Processes:
    def __init__(self, name, environment):
        self.mark = f"{name}-{os.getpid()}-{time.monotonic_ns()}"
        self.environment = {**environment, MARK: self.mark}
        self.started = []

    def start(self, command, **options):
        """A long-lived child, ended in end()."""
        options.setdefault("env", self.environment)
        options.setdefault("stdin", subprocess.DEVNULL)
        child = subprocess.Popen(command, **options)
        self.started.append(child)
        return child

    def run(self, command, seconds=60, **options):
        """Runs to its end; the caller looks at returncode, stdout and stderr."""
        options.setdefault("env", self.environment)
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(command, capture_output=True, text=True, errors="surrogateescape",
                              timeout=seconds, **options)

    def living(self):
        """{pid: command} of all that carry the mark, zombies left out."""
        wanted = f"{MARK}={self.mark}".encode() + b"\0"
        found = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid() and wanted in environment_of(entry) + b"\0":
                if state_of(entry) not in ("Z", "X", ""):
                    found[int(entry)] = command_of(entry)
        return found

    def named(self, program):
        """pids of ours whose command is this program."""
        return [pid for pid, command in self.living().items()
                if os.path.basename(command.split(" ")[0]) == program]

    def kill(self, pid, with_signal=signal.SIGKILL, seconds=10):
        if pid not in self.living():
            raise ProcessLookupError(f"{pid} is not one of ours")
        os.kill(pid, with_signal)
        if not wait_until_gone([pid], seconds):
            raise TimeoutError(f"{pid} outlived signal {with_signal}")

    def reap(self):
        for child in self.started:
            child.poll()

    def end(self, seconds=10):
        """Asks all to end, then insists. Returns the commands of those that had to be killed."""
        for with_signal in (signal.SIGTERM, signal.SIGKILL):
            left = self.living()
            for pid in left:
                try:
                    os.kill(pid, with_signal)
                except ProcessLookupError:
                    pass
            wait_until_gone(left, seconds)
            self.reap()
        return list(left.values())
