#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What must not happen to the music on a player, whatever its owner or the computer does."""

import unittest

from gi.repository import GLib

from harness import TestCase
from support import songs

STATUS_EXISTS, ERROR_HELD = 1, -21


class Laws(TestCase):
    def open(self, profile="walkman", count=4, **more):
        session = self.session(profile, **more)
        self.titles = [f"Song {number}" for number in range(1, count + 1)]
        songs.make_album(session.music, "Artist", "Album", self.titles)
        session.mpd.update()
        session.mpd_sync("--library", "--create-partnership")
        self.assertEqual(session.last_sync()["Copied"], count)
        return session

    def on_player(self, session):
        return sorted(path.rpartition("/")[2] for path in session.music_on_player())

    def names(self, *left_out):
        return [f"{number:02d} {title}.mp3" for number, title in enumerate(self.titles, 1) if number not in left_out]

    def test_an_unmounted_music_disk_removes_nothing(self):
        session = self.open()
        session.music.rename(session.folder / "away")
        session.music.mkdir()
        session.sync()
        self.assertEqual(self.on_player(session), self.names())
        session.mpd.update()  # now MPD believes it, too, and its library is empty
        self.assertEqual(session.mpd.songs(), [])
        session.run("portamento-mpd", "sync", "--library")
        session.sync()
        self.assertEqual(self.on_player(session), self.names())

    def test_many_removals_wait_for_a_person(self):
        session = self.open(count=20)
        for path in sorted(session.music.rglob("*.mp3"))[:12]:
            path.unlink()
        session.mpd.update()
        session.run("portamento-mpd", "sync", "--library")
        path, device = session.device()
        self.assertEqual(device["HeldRemovals"], 12)
        self.assertEqual(len(self.on_player(session)), 20)
        session.watch.device_call(path, "ConfirmRemovals", GLib.Variant("(s)", (device["HeldToken"],)))
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 8)
        self.assertEqual(len(self.on_player(session)), 8)
        self.assertEqual(session.device()[1]["HeldRemovals"], 0)

    def test_what_its_owner_deleted_stays_deleted_until_asked_for(self):
        session = self.open()
        session.player.ctl("delete", "/Music/Artist/Album/02 Song 2.mp3")
        self.assert_counts(session.sync())
        self.assertEqual(self.on_player(session), self.names(2))
        path, device = session.device()
        self.assertEqual(device["SkippedFiles"], 1)
        session.watch.device_call(path, "IncludeSkipped")
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 4)
        self.assertEqual(self.on_player(session), self.names())

    def test_what_its_owner_put_in_place_of_ours_is_left_alone(self):
        session = self.open()
        other = songs.make(session.folder / "other.mp3", 50_000, title="Other")
        session.player.put("/Music/Artist/Album/02 Song 2.mp3", other)
        theirs = {path: thing for path, thing in session.player.tree().items() if path.endswith("02 Song 2.mp3")}
        next(session.music.rglob("02 Song 2.mp3")).unlink()
        session.mpd.update()
        session.mpd_sync("--library")
        self.assert_untouched(session, theirs)

    def test_the_source_is_only_read(self):
        session = self.session("walkman")
        songs.make_album(session.music, "Artist", "Album", ["One", "Two"])
        session.mpd.update()
        before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in session.music.rglob("*.mp3")}
        session.mpd_sync("--library", "--create-partnership")
        self.assertEqual({path: (path.stat().st_mtime_ns, path.read_bytes())
                          for path in session.music.rglob("*.mp3")}, before)

    def test_a_partnership_of_somebody_else_is_not_taken(self):
        session = self.open()
        session.processes.kill(session.watch.helper_pid(), 15, 20)
        for path in (session.folder / "state/portamento").iterdir():
            path.rename(session.folder / f"other-{path.name}")  # another computer, so to speak
        path, device = session.device()
        self.assertEqual(device["Status"], 3)
        ran = session.run("portamento-mpd", "sync", "--library", "--create-partnership")
        self.assertNotEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(session.device()[1]["Status"], 3)
        session.watch.device_call(path, "CreatePartnership", GLib.Variant("(b)", (True,)))
        self.assertEqual(session.device()[1]["Status"], STATUS_EXISTS)
        self.assertEqual(self.on_player(session), self.names())

    def test_the_reserve_stays_free(self):
        session = self.session("twin", ["--set", "storage_capacities=8M;8M"])
        songs.make_album(session.music, "Artist", "Album", [f"Song {n}" for n in range(20)], size=600_000)
        session.mpd.update()
        session.run("portamento-mpd", "sync", "--library", "--reserve", "25", "--create-partnership")
        device = session.device()[1]
        _id, _name, capacity, free, _reserved, ours = device["Storages"][0]
        self.assertGreaterEqual(free, capacity // 4)
        self.assertGreater(device["LastSync"]["NoFitCount"], 0)
        self.assertEqual(device["LastSync"]["NoFitCount"] + device["SyncItemCount"], 20)
        self.assertGreater(ours, capacity // 2)


if __name__ == "__main__":
    unittest.main()
