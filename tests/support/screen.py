# SPDX-License-Identifier: LGPL-2.1-or-later
"""A screen nobody looks at, with an accessibility bus, for programs with windows."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
# What programs with windows need to find of the system's data; all else is the session's own.
DATA_DIRS = "/usr/local/share:/usr/share"


class Screen:
    """Belongs to a Session; end it with close() before the session."""

    def __init__(self, session, size="1280x900"):
        self.session = session
        self.folder = session.folder
        own, theirs = os.pipe()
        with open(self.folder / "xvfb.log", "w", encoding="utf-8") as log:
            self.server = session.processes.start(
                ["Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
                pass_fds=[theirs], stdout=log, stderr=log)
        os.close(theirs)
        with os.fdopen(own, encoding="ascii") as number:
            self.display = f":{number.readline().strip()}"
        self.environment = {
            **session.environment, "DISPLAY": self.display, "XDG_DATA_DIRS": DATA_DIRS, "GDK_BACKEND": "x11",
            "GSETTINGS_BACKEND": "keyfile", "GIO_USE_VFS": "local", "GIO_USE_VOLUME_MONITOR": "unix",
            "GTK_THEME": "Adwaita", "LIBGL_ALWAYS_SOFTWARE": "1", "PULSE_SERVER": "none"}
        with open(self.folder / "at-spi.log", "w", encoding="utf-8") as log:
            self.launcher = session.processes.start([LAUNCHER, "--launch-immediately"], env=self.environment,
                                                    stdout=log, stderr=log)
        # a program that comes before it has no accessibility, and the driver ends
        session.watch.wait_for(lambda: session.watch.has_owner("org.a11y.Bus"), "the accessibility bus")
        self.driver = None

    def shoot(self, path):
        """What is on the screen, as a picture."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.session.processes.run(["import", "-window", "root", str(path)], 30, env=self.environment)

    def ask(self, command, seconds=20, **arguments):
        """One command to the driver, tests/support/ui.py; its answer."""
        if self.driver is None:
            self.driver = self.session.processes.start(
                [sys.executable, "-W", "ignore", str(Path(__file__).with_name("ui.py"))],
                env={**self.environment, "XDG_DATA_DIRS": DATA_DIRS}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        print(json.dumps({"command": command, "seconds": seconds, **arguments}), file=self.driver.stdin, flush=True)
        ready, _, _ = select.select([self.driver.stdout], [], [], seconds + 30)
        line = self.driver.stdout.readline() if ready else ""
        if not line:
            raise AssertionError(f"the driver said nothing to {command} {arguments}")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{command} {arguments}: {answer['error']}")
        return answer["answer"]

    def close(self):
        if self.driver is not None:
            self.driver.stdin.close()
            self.driver.wait(20)
            self.driver.stdout.close()
        for child in (self.launcher, self.server):
            child.terminate()
            child.wait(20)
        # what the launcher started leaves when its bus is gone
        deadline = time.monotonic() + 20
        while self.helpers() and time.monotonic() < deadline:
            for pid in self.helpers():
                with contextlib.suppress(ProcessLookupError):  # it has left meanwhile
                    self.session.processes.kill(pid, 15)

    def helpers(self):
        living = self.session.processes.living()
        return [pid for pid, command in living.items()
                if "at-spi" in command or "accessibility" in command or "dconf-service" in command]
