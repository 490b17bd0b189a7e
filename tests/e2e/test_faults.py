#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cable out and engine killed, at every transaction and in the middle of files.

Each time: the next sync completes, nothing is copied twice, no partial object
stays, journal and player agree, and what others put there is as it was. Real
engine, real libmtp, real libusb; jobs come without the helper, for there are
hundreds of them. PORTAMENTO_LONG=1 leaves out no transaction and no profile; else some stand for all.
"""

import os
import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from harness import TestCase
from support import songs
from support.engine import EngineDied, Library, Workbench
from support.player import Player
from support.processes import Processes
from support.session import PLAYER_PROGRAM, clean_environment, program

TRACKS = 10
SONG_BYTES = 12_000
FOREIGN = ("/Music/mine.mp3", "/Music/Artist/Album/mine.mp3", "/Playlists/mine.m3u8", "/DCIM/photo.mp3")
LONG = os.environ.get("PORTAMENTO_LONG") == "1"
KIND_SONG, STATE_DONE = 1, 2


class Faults(TestCase):
    profile = "android"
    stride = 1 if LONG else 11

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-faults-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.processes = Processes("faults", clean_environment(self.folder))
        self.addCleanup(self.processes.end)
        self.player = Player(self.processes, PLAYER_PROGRAM, self.folder / "player", ["--profile", self.profile])
        self.addCleanup(self.player.stop)
        self.bench = Workbench(self.processes, self.player, program("portamento-engine"), self.folder)
        self.library = Library()
        self.sources = {}
        for number in range(1, TRACKS + 1):
            path = songs.make(self.folder / f"music/{number}.mp3", SONG_BYTES + number * 500, number, title=f"Song {number}")
            self.library.add(path, f"Song {number}", track=number)
            self.sources[f"/Music/Artist/Album/{number:02d} Song {number}.mp3"] = path
        self.library.add_playlist("Mix", [3, 1, 4])
        stranger = songs.make(self.folder / "stranger.mp3", title="Mine")
        for path in FOREIGN:
            self.player.put(path, stranger)
        self.foreign = {path: thing for path, thing in self.player.tree().items() if path in FOREIGN}
        self.assertEqual(len(self.foreign), len(FOREIGN))
        self.player.ctl("snapshot", self.folder / "before")
        self.fresh_journal = self.folder / "journal-before"
        shutil.copytree(self.bench.state, self.fresh_journal)

    def reset(self):
        self.player.ctl("fault", "clear")
        if not self.player.ctl("info")["plugged"]:
            self.player.ctl("plug")
        self.player.ctl("restore", self.folder / "before")
        shutil.rmtree(self.bench.state)
        shutil.copytree(self.fresh_journal, self.bench.state)

    def sync(self, **options):
        return self.bench.run("sync", self.library, playlists=["Mix"], **options)

    def files(self):
        """{path: (size, sha256)} of what is on the player, folders left out."""
        return {path: (thing["size"], thing["sha256"]) for path, thing in self.player.tree().items()
                if thing["format"] != "0x3001"}

    def sends(self):
        return self.player.stats()["operations"].get("SendObject", 0)

    def assert_good(self, expected, where):
        found = self.files()
        self.assertEqual(found, expected, where)
        after = self.player.tree()
        self.assertEqual({path: after.get(path) for path in self.foreign}, self.foreign, where)
        rows = self.bench.journal()
        self.assertEqual([row for row in rows if row[1] != STATE_DONE], [], where)
        songs_in_journal = sorted("/" + row[2] for row in rows if row[0] == KIND_SONG)
        self.assertEqual(songs_in_journal, sorted(self.sources), where)

    def recover(self, expected, where):
        """The next sync makes it good, and sends at most the one that was cut short again."""
        self.player.ctl("fault", "clear")
        if not self.player.ctl("info")["plugged"]:
            self.player.ctl("plug")
        result = self.sync()
        self.assertEqual((result["Code"], result["Text"]), (0, ""), where)
        self.assert_good(expected, where)
        whole = len(expected) - len(FOREIGN)
        self.assertLessEqual(self.sends(), whole + 1, f"{where}: copied twice")
        self.player.ctl("reset-stats")
        again = self.sync()
        self.assertEqual(again["Copied"] + again["Replaced"] + again["Removed"] + again["Playlists"], 0, where)
        self.assertEqual(self.player.writes(), {}, where)

    def clean_run(self):
        """(what a sync without faults leaves, how many transactions it takes)"""
        self.player.ctl("reset-stats")
        result = self.sync()
        self.assertEqual((result["Code"], result["Copied"]), (0, TRACKS), result)
        return self.files(), self.player.stats()["transactions"]

    def faulted_sync(self):
        self.player.ctl("reset-stats")
        try:
            self.sync()
        except EngineDied:
            pass

    def try_at(self, expected, where, *fault):
        self.reset()
        self.player.ctl("fault", *fault)
        self.faulted_sync()
        with self.subTest(where):
            self.recover(expected, where)

    def test_cable_out_at_every_transaction(self):
        expected, transactions = self.clean_run()
        for number in range(1, transactions + 1, self.stride):
            moment = ("before", "data", "after")[number // self.stride % 3]
            self.try_at(expected, f"cable out {moment} transaction {number}",
                        "unplug-at-transaction", number, moment)

    def test_cable_out_within_a_file(self):
        expected, _ = self.clean_run()
        payload = sum(size for size, _ in expected.values()) - len(FOREIGN) * 20_000
        for step in range(20):
            self.try_at(expected, f"cable out after {payload * step // 20 + 7} bytes",
                        "unplug-at-byte", payload * step // 20 + 7)

    def test_engine_killed_at_every_transaction(self):
        expected, transactions = self.clean_run()
        for number in range(1, transactions + 1, self.stride):
            self.reset()
            self.player.ctl("reset-stats")
            self.player.ctl("fault", "hold-at-transaction", number)
            engine = self.bench.engine()
            descriptor = self.library.open()
            engine.run_async(self.bench.job("sync", self.library, playlists=["Mix"]), [descriptor])
            engine.connection.flush_sync(None)
            self.player.ctl("wait-transactions", number)
            os.close(descriptor)
            engine.process.send_signal(signal.SIGKILL)
            engine.process.wait(10)
            self.player.ctl("release")
            self.player.ctl("replug")
            with self.subTest(number):
                self.recover(expected, f"killed in transaction {number}")


class FaultsOnWalkman(Faults):
    profile = "walkman"
    stride = 1 if LONG else 41


@unittest.skipUnless(LONG, "the long suite has it")
class FaultsOnTwin(Faults):
    profile = "twin"


@unittest.skipUnless(LONG, "the long suite has it")
class FaultsOnMinimal(Faults):
    profile = "minimal"


if __name__ == "__main__":
    unittest.main()
