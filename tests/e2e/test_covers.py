#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Covers: an album on the player that names its songs and holds the picture that their folder has, on both lanes."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

from gi.repository import GLib
from harness import TestCase
from support import pictures
from support.engine import Library, Workbench
from support.player import Player
from support.processes import Processes
from support.session import PLAYER_PROGRAM, clean_environment, program

ALBUM = "0xba03"
READER = Path(__file__).resolve().parents[1] / "support" / "albums.py"
SONG_DIRECTORY = "/Music/Artist/Blue"
LONG = bool(os.environ.get("PORTAMENTO_LONG"))
FINE_CUTS, COARSE_CUTS = 8, 6  # what is done comes last; before that all is questions


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Covers:
    """For each lane."""

    lane = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-covers-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.processes = Processes("covers", clean_environment(self.folder))
        self.addCleanup(self.processes.end)
        self.music = self.folder / "music" / "blue"
        self.music.mkdir(parents=True)
        self.songs = []

    def plug_in(self, *options, profile="walkman", name="player"):
        self.player = Player(self.processes, PLAYER_PROGRAM, self.folder / name, ("--profile", profile, *options))
        self.addCleanup(self.player.stop)
        self.bench = Workbench(self.processes, self.player, program("portamento-engine"), self.folder / f"{name} bench")
        self.bench.environment["PORTAMENTO_LANE"] = self.lane

    def add_song(self, title, track):
        path = self.music / f"{title}.mp3"
        path.write_bytes(title.encode() * 2000)
        self.songs.append((path, title, track))

    def add_songs(self):
        self.add_song("Second", 2)
        self.add_song("First", 1)

    def give_cover(self, data=None, name="cover.jpg"):
        data = data if data is not None else pictures.jpeg()
        (self.music / name).write_bytes(data)
        return data

    def library(self):
        library = Library()
        for path, title, track in self.songs:
            library.add(path, title, album="Blue", track=track)
        return library

    def run_sync(self, **settings):
        self.player.ctl("reset-stats")
        return self.bench.run("sync", self.library(), Settings=GLib.Variant("a{sv}", settings))

    def sync(self, **counts):
        """One sync without a failure; what it wrote. counts: of songs, all others 0."""
        result = self.run_sync()
        names = ("Copied", "Replaced", "Removed", "Renamed", "Retagged", "Playlists", "ErrorCount", "NoFitCount",
                 "SkippedCount")
        self.assertEqual(result["Code"], 0, result)
        self.assertEqual({name: result[name] for name in names}, {name: counts.get(name, 0) for name in names}, result)
        return self.player.writes()

    def albums(self):
        return {path: thing for path, thing in self.player.tree().items() if thing["format"] == ALBUM}

    def assert_album(self, picture, titles, path=f"{SONG_DIRECTORY}/Blue.alb", **measures):
        """The one album, as the player has it."""
        albums = self.albums()
        self.assertEqual(list(albums), [path])
        properties = albums[path]["properties"]
        wanted = {"title": "Blue", "artist": "Artist", "album_artist": "Artist", "sample_format": 0x3801,
                  "sample_data": sha256(picture), **measures}
        self.assertEqual({name: properties.get(name) for name in wanted}, wanted)
        self.assertEqual([song.rpartition(" ")[2] for song in albums[path]["references"]],
                         [f"{title}.mp3" for title in titles])

    def assert_idle(self):
        """A sync that has nothing to do does nothing."""
        self.assertEqual(self.sync(), {})

    def reasons(self):
        """{path on the player: reason} of a preview's steps of albums."""
        return {step[2]: step[10] for step in self.bench.preview(self.library()) if step[2].endswith(".alb")}

    def test_an_album_gets_its_cover_and_another_program_finds_it(self):
        self.plug_in()
        self.add_songs()
        picture = self.give_cover()
        writes = self.sync(Copied=2)
        if self.lane == "ptp":
            self.assertEqual(writes.get("SetObjectPropValue"), 1, writes)
            self.assertEqual(writes.get("SetObjectReferences"), 1, writes)
        self.assert_album(picture, ["First", "Second"])
        self.assert_idle()
        ran = self.player.run([sys.executable, str(READER)])
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        told = [line for line in ran.stdout.splitlines() if line.startswith("[{")]  # libmtp has its say around it
        found = json.loads(told[-1])
        self.assertEqual(found, [{"name": "Blue", "artist": "Artist", "songs": 2, "width": 500, "height": 500,
                                  "sha256": sha256(picture)}])

    def test_a_song_more_is_a_song_more(self):
        self.plug_in()
        self.add_songs()
        picture = self.give_cover()
        self.sync(Copied=2)
        self.add_song("Third", 3)
        writes = self.sync(Copied=1)
        if self.lane == "ptp":
            self.assertEqual((writes.get("SetObjectReferences"), writes.get("SetObjectPropValue")), (1, None), writes)
        self.assert_album(picture, ["First", "Second", "Third"])
        self.assert_idle()

    def test_a_new_picture_is_sent_alone(self):
        self.plug_in()
        self.add_songs()
        self.give_cover()
        self.sync(Copied=2)
        picture = self.give_cover(pictures.jpeg(seed=1))
        writes = self.sync()
        if self.lane == "ptp":
            self.assertEqual(writes, {"SetObjectPropValue": 1})
        self.assert_album(picture, ["First", "Second"])
        self.assert_idle()
        picture = self.give_cover(pictures.jpeg(width=400, height=300, seed=2))
        self.sync()
        self.assert_album(picture, ["First", "Second"], sample_width=400, sample_height=300)
        self.assert_idle()

    def test_what_is_gone_goes(self):
        self.plug_in()
        self.add_songs()
        picture = self.give_cover()
        self.sync(Copied=2)
        gone = self.songs.pop()
        self.sync(Removed=1)
        self.assert_album(picture, ["Second"])
        (self.music / "cover.jpg").unlink()
        self.assertEqual(self.sync(), {"DeleteObject": 1})
        self.assertEqual(self.albums(), {})
        self.assert_idle()
        self.songs.append(gone)
        self.give_cover()
        self.sync(Copied=1)
        self.assertEqual(len(self.albums()), 1)
        self.songs = [(self.write_other(), "Other", 1)]
        self.sync(Copied=1, Removed=2)
        self.assertEqual(self.albums(), {})
        self.assertNotIn(f"{SONG_DIRECTORY}/01 First.mp3", self.player.tree())
        self.assert_idle()

    def write_other(self):
        path = self.folder / "music" / "other.mp3"
        path.write_bytes(b"other" * 1000)
        return path

    def test_a_music_disk_that_is_away_takes_nothing_along(self):
        self.plug_in()
        self.add_songs()
        picture = self.give_cover()
        self.sync(Copied=2)
        away = self.music.rename(self.folder / "away")
        self.assertEqual(self.run_sync()["Code"], 0)
        self.assertEqual(self.player.writes(), {})
        self.assert_album(picture, ["First", "Second"])
        away.rename(self.music)
        self.assert_idle()

    def test_somebody_elses_album_stays_as_it_is(self):
        self.plug_in()
        self.add_songs()
        self.give_cover()
        self.sync(Copied=2)
        self.player.ctl("rename", f"{SONG_DIRECTORY}/Blue.alb", "Theirs.alb")
        theirs = self.albums()
        self.player.ctl("rename", f"{SONG_DIRECTORY}/Theirs.alb", "Blue.alb")
        self.bench = Workbench(self.processes, self.player, program("portamento-engine"), self.folder / "another bench")
        self.bench.environment["PORTAMENTO_LANE"] = self.lane
        self.add_song("Third", 3)
        self.sync(Copied=1)
        mine = self.albums()[f"{SONG_DIRECTORY}/Blue.alb"]
        self.assertEqual(mine["references"], theirs[f"{SONG_DIRECTORY}/Theirs.alb"]["references"])
        (self.music / "cover.jpg").unlink()
        self.assert_idle()
        self.assertEqual(len(self.albums()), 1)

    def test_what_its_owner_deletes_does_not_come_back(self):
        self.plug_in()
        self.add_songs()
        self.give_cover()
        self.sync(Copied=2)
        self.player.ctl("delete", f"{SONG_DIRECTORY}/Blue.alb")
        self.assert_idle()
        self.assertEqual(self.albums(), {})

    def test_what_can_not_be_a_cover_is_told_and_not_sent(self):
        self.plug_in()
        self.add_songs()
        too_large = pictures.jpeg(size=64 * 1024 + 1)
        for name, make, reason in (
                ("too many bytes", lambda path: path.write_bytes(too_large), "larger than the device takes"),
                ("too wide", lambda path: path.write_bytes(pictures.jpeg(width=1001)), "larger than the device takes"),
                ("no picture", lambda path: path.write_bytes(b"ID3" * 1000), "is no picture"),
                ("a png in disguise", lambda path: path.write_bytes(pictures.png()), "is no picture"),
                ("empty", lambda path: path.write_bytes(b""), "is no picture"),
                ("a fifo", os.mkfifo, "is no picture"),
                ("a folder", os.mkdir, "is no picture"),
                ("a link to nowhere", lambda path: path.symlink_to("/nowhere"), "is no picture"),
                ("a link to no end", lambda path: path.symlink_to("/dev/zero"), "is no picture")):
            with self.subTest(name):
                path = self.music / "Cover.JPG"
                make(path)
                told = self.reasons()
                self.assertEqual(list(told), [f"{SONG_DIRECTORY[1:]}/Blue.alb"])
                self.assertIn(reason, told[f"{SONG_DIRECTORY[1:]}/Blue.alb"])
                self.assertEqual(self.run_sync()["ErrorCount"], 0)
                self.assertEqual(self.albums(), {})
                if path.is_dir():
                    path.rmdir()
                else:
                    path.unlink()
        (self.music / "cover.png").write_bytes(pictures.png())
        self.assertEqual(self.reasons(), {})
        (self.music / "cover.jpg").write_bytes(too_large)
        picture = self.give_cover(pictures.jpeg(seed=3), "AlbumArt_{0F}_Large.jpg")
        self.sync()
        self.assert_album(picture, ["First", "Second"])
        self.assert_idle()

    def test_a_device_that_refuses_albums_is_not_asked_with_each_sync(self):
        self.plug_in("--set", "references=fail")
        self.add_songs()
        self.give_cover()
        for copied in 2, 0:
            result = self.run_sync()
            self.assertEqual((result["Code"], result["Copied"], result["ErrorCount"]), (0, copied, 1), result)
            self.assertIn("Blue", result["Failures"][0][3])
            self.assertEqual(self.albums(), {})
        self.assert_idle()

    def test_a_png_is_sent_where_the_device_takes_it(self):
        self.plug_in("--set", "sample_formats=3801 380B")
        self.add_songs()
        (self.music / "cover.png").write_bytes(pictures.png())
        self.sync(Copied=2)
        self.assertEqual([thing["properties"]["sample_format"] for thing in self.albums().values()], [0x380B])

    def test_who_wants_no_covers_has_none(self):
        self.plug_in()
        self.add_songs()
        picture = self.give_cover()
        self.sync(Copied=2)
        no_covers = {"Covers": GLib.Variant("b", False)}
        for writes in {"DeleteObject": 1}, {}:
            result = self.run_sync(**no_covers)
            self.assertEqual((result["Code"], result["Removed"], result["Kept"]), (0, 0, 2), result)
            self.assertEqual((self.player.writes(), self.albums()), (writes, {}))
        self.sync()
        self.assert_album(picture, ["First", "Second"])

    def test_measures_that_a_player_can_not_bear_are_not_set(self):
        """Sansa Fuze, by libmtp's table."""
        self.plug_in("--set", "vendor_id=0x0781", "--set", "product_id=0x74c2")
        self.add_songs()
        self.give_cover()
        self.sync(Copied=2)
        properties, = (thing["properties"] for thing in self.albums().values())
        self.assertEqual({name for name in properties if name.startswith("sample")}, {"sample_format", "sample_data"})

    def test_no_device_without_albums_is_asked_for_any(self):
        for profile in ("android", "minimal", "twin"):
            with self.subTest(profile):
                self.plug_in(profile=profile, name=profile)
                self.songs.clear()
                self.add_songs()
                self.give_cover()
                self.sync(Copied=2)
                self.assertEqual(self.albums(), {})
                self.assertEqual(self.reasons(), {})

    def keep_all(self):
        """How things are, to go back to."""
        self.player.ctl("snapshot", self.folder / "kept")
        shutil.copytree(self.bench.state, self.folder / "kept journal")

    def go_back(self):
        self.player.ctl("restore", self.folder / "kept")
        shutil.rmtree(self.bench.state)
        shutil.copytree(self.folder / "kept journal", self.bench.state)

    def cut_everywhere(self, picture):
        """From how things are now: a sync whose cable comes out, at each of its transactions in turn, and the next one."""
        self.keep_all()
        self.assertEqual(self.run_sync()["Code"], 0)
        n_transactions = self.player.stats()["transactions"]
        for number in range(1, n_transactions - 1):  # so that all of them come so far
            if not LONG and number < n_transactions - FINE_CUTS and number % COARSE_CUTS:
                continue
            for moment in ("before", "after") if LONG else ("before" if number % 2 else "after",):
                self.go_back()
                self.player.ctl("fault", "unplug-at-transaction", str(number), moment)
                self.run_sync()  # with what it says of questions at its very end this is no matter
                self.player.ctl("wait", "unplugged")
                self.player.ctl("plug")
                where = f"cut {moment} transaction {number} of {n_transactions}"
                result = self.run_sync()
                self.assertEqual((result["Code"], result["ErrorCount"]), (0, 0), (where, result))
                with self.subTest(where):
                    self.assert_album(picture, ["First", "Second"])
                    self.assert_idle()

    def test_a_cable_that_comes_out_while_an_album_is_made_leaves_nothing_behind(self):
        self.plug_in()
        self.add_songs()
        self.sync(Copied=2)
        self.cut_everywhere(self.give_cover())

    def test_a_cable_that_comes_out_while_a_cover_is_sent_leaves_nothing_behind(self):
        self.plug_in()
        self.add_songs()
        self.give_cover()
        self.sync(Copied=2)
        self.cut_everywhere(self.give_cover(pictures.jpeg(width=300, seed=5)))


class CoversByPtp(Covers, TestCase):
    lane = "ptp"


class CoversByLibmtp(Covers, TestCase):
    lane = "libmtp"


if __name__ == "__main__":
    unittest.main()
