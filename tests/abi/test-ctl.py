#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""portamentoctl against the FAKE helper: exit codes, JSON, what a terminal sees, Ctrl-C.

    test-ctl.py PORTAMENTOCTL FAKE-HELPER XML SOURCE-FOLDER
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

DEVICE, OTHER = "0fce-fa4e-FAKE00", "0fce-fa4e-FAKE01"
PATIENCE = 60
CONFIG = """<busconfig><type>session</type><listen>unix:path={folder}/socket</listen><auth>EXTERNAL</auth>
<servicedir>{folder}</servicedir><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


class FakeBus:
    """A private bus; its FAKE helper is started with these arguments, or there is none."""

    def __init__(self, arguments):
        self.scratch = tempfile.TemporaryDirectory(prefix="portamento-bus-")
        folder = Path(self.scratch.name)
        (folder / "bus.conf").write_text(CONFIG.format(folder=folder), encoding="utf-8")
        if arguments is not None:
            (folder / "org.portamento.Sync1.service").write_text(
                f"[D-BUS Service]\nName=org.portamento.Sync1\nExec=/usr/bin/python3 {HELPER} {XML} {arguments}\n",
                encoding="utf-8")
        self.daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = self.daemon.stdout.readline().decode().strip()
        # GLib-free, and found by its library path when it is run within the build
        self.environment = {"DBUS_SESSION_BUS_ADDRESS": self.address, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                            "TERM": "xterm", "TZ": "UTC", "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}

    def close(self):
        self.daemon.terminate()
        self.daemon.wait()
        self.daemon.stdout.close()
        self.scratch.cleanup()

    def run(self, *words, **more):
        return subprocess.run([CTL, *words], env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
                              check=False, **more)

    def fake(self, method, *words):
        subprocess.run(["dbus-send", f"--bus={self.address}", "--print-reply", "--dest=org.portamento.Sync1",
                        "/org/portamento/Fake", f"org.portamento.Fake.{method}", *words],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Terminal:
    """A program on a terminal of so many columns."""

    def __init__(self, bus, columns, *words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.execve(CTL, [CTL, *words], bus.environment)
        self.seen = ""

    def read_until(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.seen):
            ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{pattern} not seen in {self.seen!r}")
            self.read()

    def read(self):
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.seen += data.decode("utf-8", "replace")
        return data

    def finish(self):
        while self.read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def visible(line):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line)


class OneDevice(unittest.TestCase):
    arguments = "--devices 1 --tick 5"

    def setUp(self):
        self.bus = FakeBus(self.arguments)
        self.addCleanup(lambda: self.bus.close())

    def restart(self, arguments):
        self.bus.close()
        self.bus = FakeBus(arguments)

    def must(self, *words):
        ran = self.bus.run(*words)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return ran.stdout

    def read(self, *words):
        return json.loads(self.must("--json", *words))

    def fails(self, status, *words):
        ran = self.bus.run(*words)
        self.assertEqual(ran.returncode, status, ran.stdout + ran.stderr)
        return ran.stderr

    def test_devices(self):
        devices = self.read("devices")
        self.assertEqual([d["id"] for d in devices], [DEVICE])
        self.assertEqual(devices[0]["capacity_bytes"], 48 * 10 ** 9)
        self.assertEqual(devices[0]["status"], "partnership_exists")
        self.assertIsNone(devices[0]["owner"])
        self.assertIsNone(devices[0]["progress"]["seconds_left"])
        self.assertIn("48.0\u00a0GB", self.must("devices"))

    def test_status(self):
        status = self.read("status")
        self.assertEqual(len(status["devices"]), 1)
        self.assertEqual(status["libraries"], [])
        self.assertIn("12 copied, 1 replaced, 2 retagged, 3 removed, 4 playlists changed", self.must("status", "pocket"))

    def test_sync(self):
        device = self.read("sync")
        self.assertEqual(device["last_sync"]["copied"], 24)
        self.assertEqual(device["sync_state"], "stopped")
        lines = self.must("sync").splitlines()
        self.assertIn("Pocket: 50 %, 12/24 songs, 61.4\u00a0MB of 122.9\u00a0MB, 6.4\u00a0MB/s", lines)
        self.assertEqual(lines[-1], "✓ Pocket: 24 copied, 1 playlist changed")

    def test_sync_of_nothing_twice_within_a_second(self):
        for _ in range(2):
            self.assertEqual(self.read("sync")["sync_state"], "stopped")

    def test_sync_does_not_wait_for_what_never_begins(self):
        self.restart("--devices 1 --idle")
        self.assertIn("no rule says what belongs on it", self.fails(1, "sync"))
        self.bus.fake("Set", f"string:{DEVICE}", "string:DetailText", "variant:string:plug it in again")
        self.assertIn("plug it in again", self.fails(1, "sync"))

    def test_sync_ends_with_what_failed(self):
        self.bus.fake("Set", f"string:{DEVICE}", "string:HeldRemovals", "variant:uint32:40")
        self.bus.fake("Set", f"string:{DEVICE}", "string:HeldToken", "variant:string:t1")
        self.assertIn("portamentoctl confirm", self.fails(6, "sync"))
        self.assertEqual(self.read("devices")[0]["held_removals"], 40)
        self.must("confirm")
        self.assertEqual(self.read("devices")[0]["held_removals"], 0)
        self.assertIn("No removals wait", self.must("confirm"))

    def test_sync_no_wait_and_timeout(self):
        self.restart("--devices 1 --tick 60000")
        self.assertEqual(self.must("sync", "--no-wait"), "Begun.\n")
        self.assertIn("it goes on by itself", self.fails(10, "sync", "--timeout", "1"))
        self.must("stop")
        self.assertEqual(self.read("devices")[0]["detail"], "stopped_by_user")

    def test_failures_of_single_songs(self):
        self.restart("--devices 1 --tick 5 --sync-errors 1")
        self.assertIn("/home/ann/Music/mushroom.mp3: the file is not there", self.fails(5, "sync"))
        self.assertEqual(self.read("failures")[0]["code_name"], "file missing")

    def test_errors_have_their_exit_codes(self):
        self.fails(2)
        self.fails(2, "no-such-command")
        self.fails(2, "sync", "--no-such-option")
        self.fails(2, "sync", "one", "two")
        self.fails(2, "partner")
        self.fails(2, "partner", "sell")
        self.fails(2, "rules", "add", "mpd")
        self.fails(2, "rules", "add", "mpd", "fill:nonsense")
        self.fails(2, "settings", "PercentSpaceReserved", "96")
        self.fails(2, "settings", "SyncOnConnect", "perhaps")
        self.fails(2, "preview", "--action", "dance")
        self.fails(3, "settings", "NoSuchSetting")
        self.assertIn("no device “Nope”", self.fails(3, "sync", "Nope"))
        for name, status, hint in (("DeviceBusy", 7, ""), ("DeviceLocked", 7, ""), ("NoSpace", 9, ""), ("EngineLost", 1, ""),
                                   ("Held", 6, ""), ("PartnershipNone", 8, "partner create"),
                                   ("NotFound", 3, "rules add HOST library")):
            self.bus.fake("FailIn", "string:Start", f"string:{name}", "string:the reason")
            reason, *more = self.fails(status, "sync").splitlines()
            self.assertEqual(reason, "portamentoctl: the reason")
            self.assertEqual([line.startswith(f"portamentoctl: try “portamentoctl {hint}") for line in more], [True] * bool(hint))
        self.bus.fake("Unplug", f"string:{DEVICE}")
        self.assertIn("no device is connected", self.fails(3, "sync"))
        self.must("settings")  # a device that is known has settings

    def test_settings(self):
        self.assertEqual(self.must("settings", "percentspacereserved"), "5\n")
        self.must("settings", "PercentSpaceReserved", "12")
        self.must("settings", "SyncOnConnect", "no")
        self.must("settings", "FriendlyName", "Böse\tName")
        settings = self.read("settings")
        self.assertEqual((settings["PercentSpaceReserved"], settings["SyncOnConnect"]), (12, False))
        self.assertEqual(settings["FriendlyName"], "Böse\tName")
        self.assertEqual(self.must("settings", "FriendlyName"), "Böse\\x09Name\n")

    def test_rules(self):
        self.assertEqual(self.read("rules"), [])
        self.must("rules", "add", "mpd", "playlist:run:ning")
        self.must("rules", "add", "-p", "9", "mpd", "fill:top-rated")
        self.must("rules", "add", "other", "library")
        rules = self.read("rules")
        self.assertEqual([(r["host_id"], r["kind"], r["playlist_id"], r["priority"], r["fill"]) for r in rules],
                         [("mpd", "playlist", "run:ning", 1, None), ("mpd", "fill", None, 9, "top-rated"),
                          ("other", "library", None, 10, None)])
        self.must("rules", "remove", "mpd", "playlist:run:ning")
        self.fails(3, "rules", "remove", "mpd", "playlist:run:ning")
        self.must("rules", "clear", "other")
        self.assertEqual([r["kind"] for r in self.read("rules")], ["fill"])

    def test_partner(self):
        self.bus.fake("Set", f"string:{DEVICE}", "string:Status", "variant:int32:3")
        self.fails(8, "partner", "create")
        self.must("partner", "create", "--replace")
        self.must("partner", "delete")
        self.assertEqual(self.read("devices")[0]["status"], "new_device")

    def test_preview(self):
        plan = self.read("preview", "--all")
        self.assertEqual(len(plan["steps"]), 10)
        self.assertEqual(plan["totals"]["copy"], {"steps": 2, "bytes": 31200456 + 29873211})
        self.assertEqual(len(self.read("preview")["steps"]), 9)
        self.assertEqual({s["action"] for s in self.read("preview", "-a", "copy,remove")["steps"]}, {"copy", "remove"})
        self.assertEqual([s["title"] for s in self.read("preview", "-m", "BIG TIME")["steps"]], ["Big Time Sensuality"])
        self.assertIn("\x1b[31mRed", [s["title"] for s in plan["steps"]])
        self.assertNotIn("\x1b", self.must("preview"))
        self.assertIn("Music/Evil/\\x1b[31mRed\\x07.mp3", self.must("preview"))

    def test_estimate_and_skipped(self):
        estimate = self.read("estimate")
        self.assertEqual((estimate["added_items"], estimate["held_items"], estimate["held_bytes"]), (116, 312, 6 * 10 ** 9))
        self.assertRegex(self.must("estimate"), r"To remove once confirmed +312 +6\.0\sGB")
        self.assertEqual(len(self.read("skipped")), 2)
        self.assertNotIn("\x1b", self.must("skipped"))
        self.must("include-skipped")
        self.assertEqual(self.read("devices")[0]["skipped"], 0)

    def test_skip_and_unskip(self):
        self.must("skip", "/m/a.mp3", "songs/../b.mp3", "http://radio.example/")
        here = os.path.abspath("b.mp3")
        skips = {song["source"]: song["since_unix"] for song in self.read("skipped") if song["by"] == "person"}
        self.assertEqual(list(skips), ["/m/a.mp3", here, "http://radio.example/"])
        self.assertEqual(self.read("devices")[0]["skips"], 3)
        self.assertIn("3 skipped as you asked", self.must("status"))
        self.assertIn(here, self.must("skipped"))
        self.must("unskip", "b.mp3")
        self.fails(3, "unskip", "b.mp3")
        self.assertNotIn(here, self.must("skipped"))
        self.fails(2, "skip")

    def test_events(self):
        process = subprocess.Popen([CTL, "--json", "events"], env=self.bus.environment, stdout=subprocess.PIPE,
                                   stdin=subprocess.DEVNULL, text=True)
        self.bus.fake("Set", f"string:{DEVICE}", "string:Status", "variant:int32:5")
        for i in range(PATIENCE * 10):  # until it listens
            self.bus.fake("SyncErrors", f"string:{DEVICE}", "uint32:1")
            if select.select([process.stdout], [], [], 0.1)[0]:
                break
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "sync_error":
                break
        self.assertEqual((event["source"], event["code"], event["device"]["id"]), ("/home/ann/1.mp3", -10, DEVICE))
        process.send_signal(signal.SIGINT)
        for line in process.stdout:
            json.loads(line)
        self.assertEqual(process.wait(), 0)
        process.stdout.close()

    def test_helper_dies_in_a_sync(self):
        self.restart("--devices 1 --tick 40")
        process = subprocess.Popen([CTL, "sync"], env=self.bus.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        while " %" not in process.stdout.readline():
            self.assertIsNone(process.poll())
        with self.assertRaises(subprocess.CalledProcessError):  # it dies before it can answer
            self.bus.fake("Die")
        rest, said = process.communicate(timeout=PATIENCE)
        self.assertIn("24 copied", rest)
        self.assertIn("started again", said)
        self.assertEqual(process.returncode, 0)

    def test_terminal(self):
        for columns in (40, 80, 120):
            self.restart("--devices 1 --tick 20")
            terminal = Terminal(self.bus, columns, "sync")
            self.assertEqual(terminal.finish(), 0)
            frames = [visible(frame) for frame in terminal.seen.replace("\n", "\r").split("\r")]
            bars = [frame for frame in frames if " %" in frame]
            self.assertGreater(len(bars), 5)
            passing = [frame for frame in frames if not frame.startswith("✓")]  # the result may wrap
            self.assertLess(max(map(len, passing)), columns)
            self.assertTrue(any("/s" in bar for bar in bars) and any("left" in bar for bar in bars), bars)
            if columns == 120:
                self.assertTrue(any("Sinnerman" in bar for bar in bars), bars)
            self.assertIn("\x1b[32m", terminal.seen)

    def test_no_color(self):
        self.bus.environment["NO_COLOR"] = "1"
        terminal = Terminal(self.bus, 80, "status")
        self.assertEqual(terminal.finish(), 0)
        self.assertNotIn("\x1b", terminal.seen)

    def test_ctrl_c_stops_the_sync(self):
        self.restart("--devices 1 --tick 100")
        terminal = Terminal(self.bus, 80, "sync")
        terminal.read_until("8 %")
        os.write(terminal.fd, b"\x03")
        self.assertEqual(terminal.finish(), 130)
        self.assertIn("stopping", terminal.seen)
        self.assertEqual(self.read("devices")[0]["detail"], "stopped_by_user")

    def test_confirm_asks_at_a_terminal(self):
        self.bus.fake("Set", f"string:{DEVICE}", "string:HeldRemovals", "variant:uint32:40")
        self.bus.fake("Set", f"string:{DEVICE}", "string:HeldToken", "variant:string:t1")
        for answer, status, left in ((b"n\n", 6, 40), (b"y\n", 0, 0)):
            terminal = Terminal(self.bus, 80, "confirm")
            terminal.read_until(r"40 songs.*\[y/N\]")
            os.write(terminal.fd, answer)
            self.assertEqual(terminal.finish(), status)
            self.assertEqual(self.read("devices")[0]["held_removals"], left)


class TwoDevices(unittest.TestCase):
    def setUp(self):
        self.bus = FakeBus("--devices 2 --tick 1")
        self.addCleanup(self.bus.close)

    def test_which(self):
        ran = self.bus.run("sync")
        self.assertEqual(ran.returncode, 3)
        self.assertIn(DEVICE, ran.stderr)
        self.assertIn("Kitchen radio", ran.stderr)
        for words in (["--device", OTHER, "--json", "sync"], ["--json", "sync", "KITCHEN radio"]):
            ran = self.bus.run(*words)
            self.assertEqual(json.loads(ran.stdout)["id"], OTHER, ran.stderr)
        self.bus.fake("Unplug", f"string:{DEVICE}")
        self.assertEqual(json.loads(self.bus.run("--json", "sync").stdout)["id"], OTHER)


class NoHelper(unittest.TestCase):
    def test_no_helper(self):
        bus = FakeBus(None)
        self.addCleanup(bus.close)
        ran = bus.run("devices")
        self.assertEqual(ran.returncode, 4)
        self.assertIn("portamentod can not be started", ran.stderr)
        bus.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
        self.assertEqual(bus.run("devices").returncode, 4)
        del bus.environment["DBUS_SESSION_BUS_ADDRESS"]
        ran = bus.run("devices")
        self.assertEqual(ran.returncode, 4)
        self.assertIn("no session bus", ran.stderr)


class Papers(unittest.TestCase):
    """Help, man page and completion know the same words."""

    def test_commands(self):
        folder = Path(SOURCE)
        said = subprocess.run([CTL, "--help"], env={"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")},
                              capture_output=True, text=True, check=True).stdout
        commands = re.findall(r"^  ([a-z-]+) {2,}", said, re.M)
        self.assertGreater(len(commands), 10)
        man = (folder / "portamentoctl.1").read_text(encoding="utf-8").replace("\\-", "-")
        completion = (folder / "portamentoctl.bash").read_text(encoding="utf-8")
        completed = re.search(r'commands="([^"]*)"', completion)[1].split()
        self.assertEqual(sorted(completed), sorted(commands))
        for command in commands:
            self.assertRegex(man, rf"(?m)^(\.B |\\fB){command}\b")
            usage = subprocess.run([CTL, command, "--help"],
                                   env={"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")},
                                   capture_output=True, text=True, check=True).stdout
            for option in re.findall(r"--([a-z-]+)", usage):
                if option not in ("help", "device", "json", "help-all"):
                    self.assertIn(f"--{option}", man, command)
                    self.assertIn(f"--{option}", completion, command)


if __name__ == "__main__":
    CTL, HELPER, XML, SOURCE = sys.argv[1:5]
    CTL = str(Path(CTL).resolve())
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
