# SPDX-License-Identifier: LGPL-2.1-or-later
"""A virtual player and a probe that speaks to it: what the tests of the device lanes start from."""

import hashlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.player import Player  # noqa: E402
from support.processes import Processes  # noqa: E402
from support.session import has_failed  # noqa: E402

TESTS = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ["PORTAMENTO_BUILD"])
ROOT = 0xFFFFFFFF
LANE = os.environ.get("PORTAMENTO_LANE") or "ptp"  # which one the tests of all lanes are about


class DeviceError(Exception):
    """What a call answered instead of an ok."""

    def __init__(self, code, milliseconds, text):
        super().__init__(f"{code}: {text}")
        self.code, self.milliseconds, self.text = code, int(milliseconds), text


class Probe:
    """device-probe, one command at a time. Every answer has a deadline of its own."""

    def __init__(self, player, folder, descriptors=(), variables=None, program="device-probe"):
        program = BUILD / "tests" / "device" / program
        command = [player.program, "run", str(player.folder), str(program)]
        self.errors = open(folder / "probe.log", "ab")
        self.child = player.processes.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                             pass_fds=descriptors,
                                             env={**player.processes.environment, **(variables or {})})
        self.rest = b""
        self.events = []
        self.milliseconds = 0

    def read_line(self, deadline):
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.child.stdout], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the probe does not answer")
            block = os.read(self.child.stdout.fileno(), 1 << 16)
            if not block:
                raise EOFError(f"the probe died: {self.child.wait()}")
            self.rest += block
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode("utf-8", "surrogateescape").split("\t")

    def begin(self, *words):
        self.child.stdin.write("\t".join(str(word) for word in words).encode("utf-8", "surrogateescape") + b"\n")
        self.child.stdin.flush()

    def finish(self, seconds=100):
        """The items of an ok, or a DeviceError."""
        items, deadline = [], time.monotonic() + seconds
        while True:
            kind, *fields = self.read_line(deadline)
            if kind == "item":
                items.append(fields)
            elif kind == "event":
                self.events.append(fields)
            elif kind == "ok":
                self.milliseconds = int(fields[0])
                return items
            else:
                raise DeviceError(*fields)

    def do(self, *words, seconds=100):
        self.begin(*words)
        return self.finish(seconds)

    def count(self):
        """Transactions of the last call."""
        return int(self.do("count")[0][0])

    def connect(self):
        self.do("discover")
        self.do("open")
        return self

    def list(self, storage, folder=ROOT):
        """{name: (handle, size, kind)}"""
        found = {}
        for handle, name, size, _, kind in self.do("list", storage, folder):
            assert name not in found, "two of one name"
            found[name] = (int(handle), int(size), kind)
        return found

    def storages(self):
        return [int(fields[0]) for fields in self.do("storages")]

    def info(self):
        names, abilities = self.do("info")
        found = dict(zip(("maker", "model", "serial", "firmware"), names))
        for field in names[4:] + abilities:
            key, _, value = field.partition("=")
            found[key] = value
        return found

    def close(self, seconds=30):
        """Ends the probe; its own result must be good (sanitizers speak through it)."""
        self.child.stdin.close()
        code = self.child.wait(seconds)
        self.child.stdout.close()
        self.errors.close()
        return code


class TestCase(unittest.TestCase):
    """Each test has a folder and its processes; none outlives it."""

    variables = {}
    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-device-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        environment = {name: os.environ[name] for name in
                       ("PATH", "PORTAMENTO_BUILD", "PORTAMENTO_LANE", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
                        "TSAN_OPTIONS", "LANG")
                       if name in os.environ}
        environment.update(self.variables)
        environment["HOME"] = str(self.folder)
        environment["XDG_RUNTIME_DIR"] = str(self.folder)
        self.processes = Processes("device", environment)
        self.addCleanup(self.leave)

    def leave(self):
        if has_failed(self):
            for log in sorted(self.folder.glob("**/*log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}", file=sys.stderr)
        self.processes.end()

    def player(self, profile, *options, folder="player"):
        """profile None: what the options say."""
        player = Player(self.processes, TESTS / "virtual-player" / "player", self.folder / folder,
                        (*(("--profile", profile) if profile else ()), *options))
        self.addCleanup(player.stop)
        return player

    def probe(self, player, **options):
        probe = Probe(player, self.folder, **options)
        self.addCleanup(lambda: probe.child.poll() is None and self.assertEqual(probe.close(), 0))
        return probe

    def file(self, name, size, seed=1):
        """A file of that many bytes, the same each time."""
        path = self.folder / name
        data = b"".join(hashlib.sha256(b"%d %d" % (seed, i)).digest() for i in range(size // 32 + 1))
        path.write_bytes(data[:size])
        return path

    def assert_fails(self, code, call, *arguments, seconds=30, **options):
        """The DeviceError of a call that must fail so, and soon."""
        begin = time.monotonic()
        with self.assertRaises(DeviceError) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        self.assertLess(time.monotonic() - begin, seconds)
        self.assertNotEqual(caught.exception.text, "")
        return caught.exception

    def assert_arrived(self, player, path, local):
        """The bytes on the player, told by the player itself."""
        copy = self.folder / "copy"
        player.ctl("get", path, copy)
        self.assertEqual(copy.read_bytes(), local.read_bytes())
