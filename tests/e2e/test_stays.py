#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A player stays open from one job to the next that is known to follow: it is not asked twice, and nobody waits for it longer."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

from gi.repository import GLib
from harness import TestCase
from test_statistics import Told
from support import songs
from support.engine import Library, Workbench
from support.player import Player
from support.processes import Processes
from support.session import PLAYER_PROGRAM, clean_environment, program

FOLLOWED = {"Followed": GLib.Variant("b", True)}
PROFILES = ("walkman", "android", "minimal")
TELLS = {"minimal": ("--set", "events=4002 4003")}  # of changes, as the others do
STOPPED = 2  # PORTA_SYNC_


class Jobs(TestCase):
    """Jobs straight to one engine, as the helper sends them."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-stays-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.processes = Processes("stays", clean_environment(self.folder))
        self.addCleanup(self.processes.end)
        self.songs, self.rating = [], -1

    def plug(self, profile, *options):
        folder = self.folder / f"{profile}-{len(list(self.folder.iterdir()))}"
        self.player = Player(self.processes, PLAYER_PROGRAM, folder / "player", ["--profile", profile, *options])
        self.addCleanup(self.player.stop)
        self.bench = Workbench(self.processes, self.player, program("portamento-engine"), folder)
        self.bench.environment["PORTAMENTO_LANE"] = "ptp"
        self.engine = self.bench.engine()
        self.addCleanup(self.engine.close)

    def add(self, *names):
        for name in names:
            path = self.folder / f"{name}.mp3"
            path.write_bytes(name.encode().ljust(16, b".") * 2000)
            self.songs.append((path, name, "Ann", f"Album {name[0]}"))

    def library(self):
        library = Library()
        for song in self.songs:
            library.add(*song, rating=self.rating)
        return library

    def run_job(self, kind="sync", **more):
        """What came of it; what it cost is in the player's stats."""
        self.player.ctl("reset-stats")
        result = self.bench.run(kind, self.library(), engine=self.engine, **more)
        self.assertEqual(result["Code"], 0, result["Text"])
        return result

    def sync_beside_a_helper(self):
        """One that answers while the sync runs."""
        library, answers = self.library(), []
        self.player.ctl("reset-stats")
        with os.fdopen(library.open()) as descriptor:
            self.engine.run_async(self.bench.job("sync", library, **FOLLOWED), [descriptor.fileno()],
                                  lambda connection, answer: answers.append(connection.call_with_unix_fd_list_finish(answer)))
        while not answers:
            GLib.MainContext.default().iteration(True)
        return answers[0][0].unpack()[0]

    def stay(self, kind="sync"):
        result = self.run_job(kind, **FOLLOWED)
        self.assertTrue(result["Stays"])
        return result

    def cost(self):
        return self.player.stats()["operations"]

    def begin(self, profile, *options):
        """A player that holds all songs, still open, and has told everything."""
        self.plug(profile, *(options or TELLS.get(profile, ())))
        self.add("a one", "a two", "b one")
        self.assertEqual(self.stay()["Copied"], 3)
        self.assertEqual(self.stay()["Kept"], 3)

    def test_where_nothing_happens_nothing_is_asked(self):
        for profile in PROFILES:
            with self.subTest(profile):
                self.songs.clear()
                self.begin(profile)
                for kind in ("sync", "preview", "identify", "sync"):
                    self.stay(kind)
                    self.assertEqual(self.cost(), {})

    def test_a_look_and_the_sync_after_it_are_one_session(self):
        for profile in PROFILES:
            with self.subTest(profile):
                self.songs.clear()
                self.plug(profile, *TELLS.get(profile, ()))
                self.add("a one")
                self.stay("identify")
                self.assertEqual(self.run_job()["Copied"], 1)
                cost = self.cost()
                self.assertEqual((cost.get("OpenSession", 0), cost["CloseSession"]), (0, 1))
                self.assertNotIn("GetDeviceInfo", cost)

    def test_only_what_has_changed_is_read_again(self):
        self.begin("walkman")
        self.add("c one")
        self.assertEqual(self.stay()["Copied"], 1)
        again = self.stay()
        self.assertEqual((again["Kept"], again["Copied"]), (4, 0))
        self.assertNotIn("OpenSession", self.cost())
        self.assertEqual(self.player.writes(), {})
        self.run_job()
        files = [path for path in self.player.mtp.files() if path.endswith(".mp3")]
        self.assertEqual(len(files), 4)

    def test_what_we_have_rated_is_no_news(self):
        self.rating = 40
        self.begin("walkman")
        helper = Told()
        helper.serve(self.engine)
        self.rating = 80
        self.assertEqual(self.sync_beside_a_helper()["Retagged"], 3)
        self.assertEqual(self.sync_beside_a_helper()["Retagged"], 0)
        self.assertEqual((self.player.writes(), helper.told), ({}, []))

    def test_what_its_owner_does_meanwhile_is_seen(self):
        """Where a player tells of changes; and it is what a session of its own would have made of it."""
        for profile in PROFILES:
            with self.subTest(profile):
                self.songs.clear()
                self.begin(profile)
                theirs = self.folder / "theirs"
                theirs.write_bytes(b"theirs" * 1000)
                self.player.ctl("put", "/Music/Ann/Album b/theirs.mp3", theirs)
                self.player.ctl("delete", "/Music/Ann/Album a/a one.mp3")
                self.player.ctl("wait", "heard")
                result = self.stay()
                self.assertEqual((result["Kept"], result["SkippedCount"], result["Copied"]), (2, 1, 0))
                self.run_job()
                self.assertIn("/Music/Ann/Album b/theirs.mp3", self.player.tree())
                self.assertNotIn("/Music/Ann/Album a/a one.mp3", self.player.tree())

    def test_one_that_tells_of_nothing_is_not_kept(self):
        self.plug("minimal")
        self.add("a one", "a two", "b one")
        for _ in range(4):
            self.assertNotIn("Stays", self.run_job(**FOLLOWED))
        self.player.ctl("delete", "/Music/Ann/Album a/a one.mp3")
        self.assertEqual(self.run_job(**FOLLOWED)["SkippedCount"], 1)

    def test_space_that_went_is_seen(self):
        self.begin("walkman")
        self.player.ctl("put-size", "/DCIM.bin", 1 << 20)
        self.player.ctl("wait", "heard")
        before = self.stay("identify")["Storages"][0]
        self.assertEqual((self.cost()["GetStorageInfo"], self.cost().get("OpenSession")), (1, None))
        self.player.ctl("delete", "/DCIM.bin")
        self.player.ctl("wait", "heard")
        after = self.stay("identify")["Storages"][0]
        self.assertEqual(after[3] - before[3], 1 << 20)

    def test_a_job_that_fails_keeps_nothing(self):
        self.plug("walkman")
        self.add("a one")
        self.stay("identify")
        self.player.ctl("fault", "session-loss-at-transaction", 1)
        result = self.bench.run("sync", Library(), engine=self.engine, **FOLLOWED)
        self.assertNotIn("Stays", result) if result["Code"] else self.assertTrue(result["Stays"])
        self.assertEqual(self.run_job()["Copied"], 1)
        self.assertTrue(self.player.mtp.files())

    def test_a_session_that_was_lost_meanwhile_is_opened_anew(self):
        self.begin("walkman")
        self.player.ctl("put-size", "/DCIM.bin", 1 << 20)
        self.player.ctl("wait", "heard")
        self.player.ctl("fault", "session-loss-at-transaction", 1)
        self.add("c one")
        self.assertEqual(self.run_job()["Copied"], 1)
        self.assertEqual(self.cost()["OpenSession"], 1)

    def test_plugged_in_again_it_is_another(self):
        self.begin("walkman")
        self.player.ctl("replug")
        self.add("c one")
        self.assertEqual(self.run_job()["Copied"], 1)
        self.assertEqual(len([path for path in self.player.mtp.files() if path.endswith(".mp3")]), 4)

    def test_another_lane_gets_it(self):
        self.begin("walkman")
        self.bench.environment.pop("PORTAMENTO_LANE")
        result = self.run_job(Settings=GLib.Variant("a{sv}", {"Lane": GLib.Variant("s", "libmtp")}))
        self.assertEqual((result["Kept"], result["Copied"]), (3, 0))
        self.assertEqual(self.cost()["CloseSession"], 2)

    def test_it_is_given_back_when_told_so_and_whenever_the_engine_goes(self):
        ends = {
            "release": lambda: self.run_job("release"),
            "hang up": self.engine_hangs_up,
            "SIGTERM": lambda: (self.engine.process.terminate(), self.engine.process.wait(30)),
        }
        for name, end in ends.items():
            with self.subTest(name):
                self.songs.clear()
                self.begin("walkman")
                self.player.ctl("reset-stats")
                end()
                self.assertEqual(self.cost().get("CloseSession"), 1)
                self.assertEqual(len([path for path in self.player.mtp.files() if path.endswith(".mp3")]), 3)

    def engine_hangs_up(self):
        self.engine.close()


class Desktop(TestCase):
    """The helper foresees what follows."""

    def open(self):
        desktop = self.session("walkman")
        for number in range(3):
            songs.make(desktop.music / f"{number}.mp3", 2000, title=f"Song {number}", artist="A", albumartist="A", album="B",
                       track=number)
        desktop.mpd.update()
        desktop.mpd_sync("--library", "--create-partnership")
        return desktop

    def test_plugging_in_is_one_session_and_mtp_tools_have_it_right_after(self):
        desktop = self.open()
        path, before = desktop.device()
        desktop.player.ctl("unplug")
        desktop.watch.wait_for_property(path, "Connected", lambda connected: not connected)
        desktop.player.ctl("reset-stats")
        desktop.player.ctl("plug")
        desktop.watch.wait_for_property(path, "LastSync", lambda last: last != before["LastSync"])
        stats = desktop.player.stats()
        self.assertEqual((stats["sessions"], stats["operations"]["CloseSession"]), (1, 1))
        self.assertEqual(len(desktop.music_on_player()), 3)

    def test_where_no_sync_follows_it_is_given_back_at_once(self):
        desktop = self.open()
        path, _ = desktop.device()
        desktop.must("portamentoctl", "settings", "SyncOnConnect", "no")
        desktop.player.ctl("unplug")
        desktop.watch.wait_for_property(path, "Connected", lambda connected: not connected)
        desktop.player.ctl("reset-stats")
        desktop.player.ctl("plug")
        desktop.watch.wait_for_property(path, "SyncState", lambda state: state == STOPPED)
        self.assertEqual(desktop.player.stats()["operations"]["CloseSession"], 1)
        self.assertEqual(len(desktop.music_on_player()), 3)


if __name__ == "__main__":
    unittest.main()
