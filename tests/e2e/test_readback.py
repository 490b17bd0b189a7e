#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""VerifyReadback: a device that stores something else than it was sent is found out, and gets the song again."""

import hashlib
import shutil
import tempfile
import unittest
from pathlib import Path

from gi.repository import GLib
from harness import TestCase
from support.engine import Library, Workbench
from support.player import Player
from support.processes import Processes
from support.session import PLAYER_PROGRAM, clean_environment, program

LANES = ("ptp", "libmtp")
SIZES = {"long": 500_000, "short": 60_000, "tiny": 1}
PARTS = ("GetPartialObject", "GetPartialObject64")


class Readback(TestCase):
    def open(self, profile="walkman", lane="ptp"):
        """A partner and three songs that it has not got yet."""
        folder = Path(tempfile.mkdtemp(prefix="portamento-readback-"))
        self.addCleanup(shutil.rmtree, folder, True)
        processes = Processes("readback", clean_environment(folder))
        self.addCleanup(processes.end)
        self.player = Player(processes, PLAYER_PROGRAM, folder / "player", ["--profile", profile])
        self.addCleanup(self.player.stop)
        self.lane = lane
        self.bench = Workbench(processes, self.player, program("portamento-engine"), folder)
        self.library = Library()
        self.sources = {}
        for name, size in SIZES.items():
            path = folder / f"{name}.mp3"
            path.write_bytes(hashlib.shake_128(name.encode()).digest(size))
            self.library.add(path, name)
            self.sources[f"/Music/Artist/Album/{name}.mp3"] = hashlib.sha256(path.read_bytes()).hexdigest()
        self.assertEqual(self.run_job("identify", Partnership=GLib.Variant("s", "create"))["Code"], 0)
        self.player.ctl("reset-stats")

    def run_job(self, kind, verify=True, **options):
        settings = {"Lane": GLib.Variant("s", self.lane), "VerifyReadback": GLib.Variant("b", verify)}
        library = self.library if kind == "sync" else None
        return self.bench.run(kind, library, Settings=GLib.Variant("a{sv}", settings), **options)

    def reads(self):
        """How many parts were read since reset-stats."""
        operations = self.player.stats()["operations"]
        return sum(operations.get(name, 0) for name in PARTS)

    def songs(self):
        return {path: thing["sha256"] for path, thing in self.player.tree().items() if path.endswith(".mp3")}

    def test_what_is_stored_as_sent_is_read_once_and_kept(self):
        for lane in LANES:
            with self.subTest(lane=lane):
                self.open(lane=lane)
                done = self.run_job("sync")
                self.assertEqual((done["Code"], done["Text"], done["Copied"], done["Failures"]), (0, "", 3, []))
                self.assertEqual(self.songs(), self.sources)
                self.assertEqual(self.reads(), 3 + 1 + 1)
                self.player.ctl("reset-stats")
                done = self.run_job("sync")
                self.assertEqual((done["Code"], done["Copied"], done["Kept"]), (0, 0, 3))
                self.assertEqual((self.reads(), self.player.writes()), (0, {}))

    def test_what_is_stored_wrong_is_told_and_sent_again(self):
        """At the begin of all, in the middle and at the end of the long one, at the end of the short one, which is a first part, too."""
        for lane in LANES:
            for offset, names in ((0, SIZES), (250_000, ["long"]), (499_999, ["long"]), (59_999, ["long", "short"])):
                with self.subTest(lane=lane, offset=offset):
                    self.check_wrong(lane, offset, names)

    def check_wrong(self, lane, offset, names):
        self.open(lane=lane)
        wrong = {path for path in self.sources if Path(path).stem in names}
        self.player.ctl("fault", "store-wrong-byte", offset)
        done = self.run_job("sync")
        self.player.ctl("fault", "clear")
        self.assertEqual((done["Code"], done["ErrorCount"]), (0, len(wrong)), done["Failures"])
        self.assertEqual({"/" + item for item, *_ in done["Failures"]}, wrong)
        self.assertTrue(all("copied again with the next sync" in text for *_, text in done["Failures"]))
        self.assertEqual({path for path, digest in self.songs().items() if digest != self.sources[path]}, wrong)
        done = self.run_job("sync")
        self.assertEqual((done["Code"], done["ErrorCount"], done["Copied"]), (0, 0, len(wrong)), done["Failures"])
        self.assertEqual(self.songs(), self.sources, "it is there once, and right")
        self.player.ctl("reset-stats")
        self.assertEqual(self.run_job("sync")["Kept"], 3)
        self.assertEqual(self.player.writes(), {})

    def test_without_the_setting_nothing_is_read(self):
        self.open()
        self.player.ctl("fault", "store-wrong-byte", "0")
        done = self.run_job("sync", verify=False)
        self.assertEqual((done["Code"], done["ErrorCount"], self.reads()), (0, 0, 0))
        self.player.ctl("fault", "clear")
        self.assertEqual(self.run_job("sync")["Kept"], 3)
        self.assertEqual(self.reads(), 0, "only what was sent just now is compared")

    def test_a_device_that_can_not_read_parts_is_told_of(self):
        for lane in LANES:
            with self.subTest(lane=lane):
                self.open("minimal", lane)
                done = self.run_job("sync")
                self.assertEqual((done["Code"], done["ErrorCount"], done["Copied"]), (0, 0, 3))
                self.assertIn("not compared", done["Text"])
                done = self.run_job("sync")
                self.assertEqual((done["Text"], done["Kept"]), ("", 3))


if __name__ == "__main__":
    unittest.main()
