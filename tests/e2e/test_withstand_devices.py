#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Law 7 and law 10: players that stall, hang, forget, refuse, run in circles or claim the impossible.

Each time: the engine answers within its deadlines, nothing of others is touched,
nothing of ours is removed, and once the player behaves the next sync makes it good.
"""

import os
import shutil
import unittest
from unittest import mock

from withstand import CANCELLED, DEVICE_HUNG, DEVICE_INSANE, DEVICE_IO, LONG, OK, Bench, TestCase, songs

SILENCE_MS = 3000
DEADLINE = 45  # far more than all deadlines of a session's one bad transfer together


class Trouble(Bench):
    """Five songs are there, five more are to come, one has gone and a playlist has changed."""

    whole = 10

    def setUp(self):
        super().setUp()
        for number in range(1, 6):
            self.add(f"Song {number}", number=number)
        self.add("Old", number=20)
        self.library.add_playlist("Mix", [0, 2, 4])
        self.assertEqual(self.sync(playlists=["Mix"])["Copied"], 6)
        self.library.tracks.pop()
        for number in range(6, self.whole + 1):
            self.add(f"Song {number}", number=number, album="Other" if number > 8 else "Album")
        self.library.playlists[0] = ("Mix", "Mix", 1, [4, 7, 8], {})
        self.player.ctl("snapshot", self.folder / "before")
        shutil.copytree(self.workbench.state, self.folder / "journal-before")

    def reset(self):
        self.player.ctl("fault", "clear")
        self.player.ctl("restore", self.folder / "before")
        shutil.rmtree(self.workbench.state)
        shutil.copytree(self.folder / "journal-before", self.workbench.state)

    def good_end(self):
        """What a sync without trouble leaves, and in how many transactions."""
        self.player.ctl("reset-stats")
        self.assertEqual(self.sync(playlists=["Mix"])["Code"], OK)
        return self.files(), self.player.stats()["transactions"]

    def recover(self, expected, where):
        self.plug_again()
        self.clean_sync(where, playlists=["Mix"])
        self.assertEqual(self.files(), expected, where)
        self.assert_foreign(where)
        self.assert_journal_agrees(where)

    def troubled_sync(self, where):
        result = self.begin(playlists=["Mix"]).wait(DEADLINE)
        self.assertEqual(result["Code"] == OK, result["Text"] == "", where)

    def try_each(self, fault, *details, count=3):
        """The fault at that many moments from the first transaction to the last."""
        expected, transactions = self.good_end()
        step = 1 if LONG else max(1, transactions // count)
        for number in range(1, transactions + 1, step):
            self.reset()
            self.player.ctl("fault", fault, number, *details)
            where = f"{fault} {number} {details}"
            with self.subTest(where):
                before = {path: thing for path, thing in self.files().items() if "Song" in path}
                self.troubled_sync(where)
                self.assertLessEqual(before.items(), self.files().items(), where)
                self.assert_foreign(where)
                self.recover(expected, where)


class Faults(Trouble):
    def test_it_stalls(self):
        self.try_each("stall-at-transaction")

    def test_it_answers_less_than_it_announced(self):
        self.try_each("short-at-transaction", count=3)

    def test_it_forgets_the_session(self):
        self.try_each("session-loss-at-transaction")

    def test_it_refuses(self):
        self.try_each("error-at-transaction", "0x2002")

    def test_it_is_busy_with_itself(self):
        self.try_each("error-at-transaction", "0x2019", count=2)

    def test_it_denies_access(self):
        self.try_each("error-at-transaction", "0x200f", count=2)


class FaultsOnWalkman(Faults):
    profile = "walkman"


class Hanging(Trouble):
    """It is plugged in, and says nothing more."""

    def hang(self, number):
        self.reset()
        self.player.ctl("reset-stats")
        self.player.ctl("fault", "hold-at-transaction", number)
        running = self.begin(playlists=["Mix"])
        self.player.ctl("wait", "held")
        return running

    def test_cancelling_does_not_wait_for_it(self):
        expected, transactions = self.good_end()
        for number in range(8, transactions, transactions if not LONG else transactions // 8):
            with self.subTest(number):
                running = self.hang(number)
                running.engine.cancel()
                seconds = self.elapsed(lambda: running.wait(DEADLINE))
                self.assertIn(running.result["Code"], (CANCELLED, DEVICE_HUNG), running.result)
                self.assertLess(seconds, 6)
                self.recover(expected, f"held in {number}")

    @unittest.skipUnless(LONG, "waits for libmtp's own deadlines: PORTAMENTO_LONG=1")
    def test_its_deadline_ends_the_session(self):
        expected, transactions = self.good_end()
        for number in range(2, transactions, transactions // 6):
            with self.subTest(number):
                running = self.hang(number)
                result = running.wait(90)
                self.assertIn(result["Code"], (DEVICE_HUNG, DEVICE_IO), result)
                self.assertIn("answer", result["Text"])
                self.recover(expected, f"held in {number}")


class HangingOnDesktop(TestCase):
    """The helper kills an engine that says nothing any more, says why, and goes on."""

    def test_the_helper_says_that_it_hangs(self):
        with mock.patch.dict(os.environ, {"PORTAMENTO_SILENCE_MS": str(SILENCE_MS)}):
            session = self.session("android")
        songs.make_album(session.music, "Artist", "Album", ["One", "Two"], size=500_000)
        stranger = songs.make(session.folder / "mine.mp3", title="Mine")
        session.player.put("/Music/Artist/Album/mine.mp3", stranger)
        foreign = {path: thing for path, thing in session.player.tree().items() if path.endswith(".mp3")}
        session.mpd.update()
        path, _device = session.device()
        session.player.ctl("bandwidth", "200000")
        session.start("portamento-mpd", "sync", "--library", "--create-partnership")
        session.when_copying()
        session.player.ctl("hold")
        last = session.watch.wait_for_property(path, "LastSync", lambda found: "Result" in found, DEADLINE)
        self.assertEqual(last["Result"], DEVICE_HUNG, last)
        self.assertIn("unplug", last["Text"])
        self.assertEqual(session.engine_pids(), [])
        session.player.ctl("release")
        session.player.ctl("bandwidth", "0")
        session.player.ctl("replug")
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 2, DEADLINE)
        self.assert_bytes_arrived(session, {
            f"Music/Artist/Album/{name}.mp3": session.music / f"Artist/Album/{name}.mp3" for name in ("01 One", "02 Two")})
        self.assert_untouched(session, foreign)


class Insane(Trouble):
    def assert_refused(self):
        before = self.player.tree()
        self.player.ctl("reset-stats")
        running = self.begin(playlists=["Mix"])
        result = running.wait(DEADLINE)
        with open(f"/proc/{running.engine.process.pid}/status", encoding="utf-8") as status:
            peak_kib = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        self.assertLess(peak_kib, 400 << 10, "memory")
        self.assertEqual(result["Code"], DEVICE_INSANE, result)
        self.assertEqual(self.player.writes(), {})
        self.assertEqual(self.player.tree(), before)

    def test_a_folder_that_contains_itself(self):
        expected, _ = self.good_end()
        self.reset()
        self.player.ctl("fault", "folder-loop")
        self.assert_refused()
        self.recover(expected, "after the loop")

    def test_two_thousand_million_objects(self):
        self.reset()
        self.player.ctl("fault", "huge-counts")
        before = self.files()
        result = self.begin(playlists=["Mix"]).wait(DEADLINE)
        self.assertEqual((result.get("Copied", 0), result.get("Removed", 0)), (0, 0), result)
        self.assertNotEqual(result["Code"], OK, result)
        self.assertEqual(self.files(), before)


class UnlistedFolder(Trouble):
    """Law 2: what can not be seen is not gone, and nothing is put beside it."""

    def sync_blind(self, folder):
        self.reset()
        before = self.files()
        self.player.ctl("fault", "list-error", folder)
        result = self.sync(playlists=["Mix"])
        after = self.files()
        below = {path for path in before if path.startswith(folder)}
        self.assertEqual({path for path in after if path.startswith(folder)}, below, result)
        self.assertEqual({path: after[path] for path in below}, {path: before[path] for path in below})
        self.assertEqual(result["Removed"], 0, result)
        self.assert_foreign(folder)
        return result

    def test_one_album(self):
        expected, _ = self.good_end()
        result = self.sync_blind("/Music/Artist/Album")
        self.assertEqual((result["Code"], result["Copied"]), (OK, 2), result)
        self.assertEqual(len([path for path in self.files() if "/Other/" in path]), 2)
        self.recover(expected, "once it is listed")

    def test_all_music(self):
        expected, _ = self.good_end()
        result = self.sync_blind("/Music")
        self.assertEqual(result["Copied"], 0, result)
        self.recover(expected, "once it is listed")

    def test_the_playlists(self):
        expected, _ = self.good_end()
        result = self.sync_blind_playlists()
        self.assertEqual(result["Copied"], 5, result)
        self.recover(expected, "once it is listed")

    def sync_blind_playlists(self):
        self.reset()
        before = {path: thing for path, thing in self.files().items() if path.startswith("/Playlists")}
        self.player.ctl("fault", "list-error", "/Playlists")
        result = self.sync(playlists=["Mix"])
        after = {path: thing for path, thing in self.files().items() if path.startswith("/Playlists")}
        self.assertEqual(after, before)
        return result


if __name__ == "__main__":
    unittest.main()
