#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two players of one kind, one library that changes at random, a lane for each: they must end up with the same bytes."""

import os
import random
import shutil
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

CYCLES = int(os.environ.get("PORTAMENTO_CYCLES") or (500 if os.environ.get("PORTAMENTO_LONG") else 10))
ALBUM = "0xba03"
NO_FILES = ("0x3001", ALBUM, "0xba05")  # folders, albums and playlists
SYNCS = 5  # of one library, before the next one begins
PROFILES = ("android", "walkman", "minimal", "twin", "unlisted")
COUNTS = ("Code", "Copied", "Replaced", "Removed", "Kept", "Renamed", "Retagged", "Playlists", "NoFitCount",
          "SkippedCount", "ErrorCount", "Bytes")
WORDS = ("Blue", "Ärger", "日本", "What?", "a/b", "Sea...", "Life: One", "Ο δρόμος", "01", "x" * 60, "nul", "été", "🎵 Note")
SUFFIXES = (".mp3", ".mp3", ".flac", ".ogg", ".wma", ".m4a")


class Twin:
    """A lane and its player."""

    def __init__(self, test, folder, profile, lane, options):
        self.lane = lane
        folder.mkdir()
        self.player = Player(test.processes, PLAYER_PROGRAM, folder / "player", ["--profile", profile, *options])
        test.addCleanup(self.player.stop)
        self.bench = Workbench(test.processes, self.player, program("portamento-engine"), folder)
        self.bench.environment["PORTAMENTO_LANE"] = lane

    def contents(self):
        """All that is there; of a file's format only libmtp says what the device has not said that it knows."""
        keep = ("storage", "size", "sha256", "references")
        return {path: {"is_file": thing["format"] not in NO_FILES, "album": self.describe_album(thing),
                       **{key: thing.get(key) for key in keep}}
                for path, thing in self.player.tree().items()}

    def describe_album(self, thing):
        keep = ("title", "artist", "album_artist", "sample_format", "sample_width", "sample_height", "sample_data")
        return {key: thing["properties"].get(key) for key in keep} if thing["format"] == ALBUM else None


class World:
    """Songs and playlists of one computer; each step changes something."""

    def __init__(self, folder, seed):
        self.folder, self.random, self.songs, self.lists, self.made = folder, random.Random(seed), [], {}, 0
        self.painter = random.Random(f"pictures {seed}")
        folder.mkdir()

    def word(self):
        return self.random.choice(WORDS)

    def add_song(self):
        self.made += 1
        path = self.folder / f"{self.made}{self.random.choice(SUFFIXES)}"
        song = {"path": path, "title": f"{self.word()} {self.made}", "artist": self.word(), "album": self.word(),
                "track": self.random.randrange(30)}
        self.write(song)
        self.songs.append(song)

    def write(self, song):
        size = self.random.choice((0, 1, 499, 500, 501, 512, 16372, self.random.randrange(200000)))
        song["path"].write_bytes(self.random.randbytes(size))

    def paint(self):
        """The cover of all albums."""
        path = self.folder / "cover.jpg"
        deed = self.painter.choice(("new", "new", "same", "same", "none", "too large"))
        if deed == "none":
            path.unlink(missing_ok=True)
        elif deed != "same":
            size = 70_000 if deed == "too large" else self.painter.randrange(100, 30_000)
            path.write_bytes(pictures.jpeg(*self.painter.choices((300, 500), k=2), size, self.painter.random()))
        return f"cover: {deed}"

    def change(self):
        """What has changed, in words."""
        if len(self.songs) < 6:
            for _ in range(self.random.randrange(4, 16)):
                self.add_song()
            return "songs came"
        deed = self.random.choice(("add", "remove", "rewrite", "retag", "list", "unlist"))
        song = self.random.choice(self.songs)
        if deed == "add":
            self.add_song()
        elif deed == "remove":
            self.songs.remove(song)
        elif deed == "rewrite":
            self.write(song)
        elif deed == "retag":
            song[self.random.choice(("title", "artist", "album"))] = self.word()
        elif deed == "list":
            self.lists[self.word()] = self.random.sample(self.songs, self.random.randrange(1, len(self.songs)))
        elif self.lists:
            del self.lists[self.random.choice(sorted(self.lists))]
        return deed

    def library(self):
        library = Library()
        index = {song["path"]: library.add(song["path"], song["title"], song["artist"], song["album"], song["track"])
                 for song in self.songs}
        for name, songs in self.lists.items():
            library.add_playlist(name, [index[song["path"]] for song in songs if song["path"] in index])
        return library


class Lanes(TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-lanes-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.processes = Processes("lanes", clean_environment(self.folder))
        self.addCleanup(self.processes.end)

    def touch_player(self, world, twins):
        """What the owner does to both players by hand."""
        there = sorted(path for path, thing in twins[0].contents().items() if thing["is_file"])
        deed = world.random.choice(("nothing", "nothing", "delete", "put"))
        if deed == "delete" and there:
            victim = world.random.choice(there)
            for twin in twins:
                twin.player.ctl("delete", victim)
            return f"{victim} went"
        if deed == "put":
            stranger = self.folder / "stranger"
            stranger.write_bytes(world.random.randbytes(3000))
            for twin in twins:
                folder = "Internal:/Music" if "Internal:/Music" in twin.contents() else "/Music"
                twin.player.ctl("put", f"{folder}/theirs {len(there)}.mp3", stranger)
            return "a stranger came"
        return deed

    def run_world(self, seed):
        profile = PROFILES[seed % len(PROFILES)]
        world = World(self.folder / f"music{seed}", seed)
        folder = self.folder / f"world{seed}"
        folder.mkdir()
        options = ("--set", "storage_capacities=3M;2M") if profile == "twin" else ()
        twins = [Twin(self, folder / lane, profile, lane, options) for lane in ("ptp", "libmtp")]
        history = []
        for _ in range(SYNCS):
            history += [world.change() for _ in range(world.random.randrange(1, 4))]
            history += [world.paint(), self.touch_player(world, twins)]
            library = world.library()
            told = [twin.bench.run("sync", library, playlists=sorted(world.lists)) for twin in twins]
            where = f"{profile}, seed {seed}: {history}"
            self.assertEqual(*({key: result.get(key) for key in COUNTS} for result in told), f"{where} {told}")
            one, other = (twin.contents() for twin in twins)
            differ = {path: (one.get(path), other.get(path)) for path in sorted(one.keys() | other.keys())
                      if one.get(path) != other.get(path)}
            self.assertEqual(differ, {}, where)
            history.append("|")

    def test_leave_the_same_on_the_player(self):
        for seed in range((CYCLES + SYNCS - 1) // SYNCS):
            with self.subTest(seed=seed):
                self.run_world(seed)


class Setting(TestCase):
    def test_lane_is_the_one_that_is_set(self):
        folder = Path(tempfile.mkdtemp(prefix="portamento-lanes-"))
        self.addCleanup(shutil.rmtree, folder, True)
        environment = clean_environment(folder)
        environment.pop("PORTAMENTO_LANE", None)
        processes = Processes("lanes", environment)
        self.addCleanup(processes.end)
        player = Player(processes, PLAYER_PROGRAM, folder / "player", ["--profile", "walkman"])
        self.addCleanup(player.stop)
        bench = Workbench(processes, player, program("portamento-engine"), folder)
        for lane, used in (("libmtp", "libmtp"), ("ptp", "ptp"), ("auto", "ptp"), ("none", "ptp")):
            player.ctl("reset-stats")
            settings = GLib.Variant("a{sv}", {"Lane": GLib.Variant("s", lane)})
            self.assertEqual(bench.run("identify", Settings=settings)["Code"], 0)
            by_libmtp = "GetDevicePropDesc" in player.stats()["operations"]  # it alone asks for the battery
            self.assertEqual("libmtp" if by_libmtp else "ptp", used, lane)


class Names(TestCase):
    def test_no_two_songs_have_one_name_where_a_player_can_not_bear_it(self):
        folder = Path(tempfile.mkdtemp(prefix="portamento-lanes-"))
        self.addCleanup(shutil.rmtree, folder, True)
        processes = Processes("lanes", clean_environment(folder))
        self.addCleanup(processes.end)
        library = Library()
        for album in ("One", "Two", "Three"):
            path = folder / f"{album}.mp3"
            path.write_bytes(album.encode() * 1000)
            library.add(path, "Intro", album=album, track=1)
        for lane in ("ptp", "libmtp"):
            options = ("--profile", "walkman", "--set", "vendor_id=0x054c", "--set", "product_id=0x0325")
            player = Player(processes, PLAYER_PROGRAM, folder / lane, options)
            self.addCleanup(player.stop)
            player.ctl("put", "/Music/theirs/01 Intro.mp3", folder / "One.mp3")
            bench = Workbench(processes, player, program("portamento-engine"), folder / f"bench {lane}")
            bench.environment["PORTAMENTO_LANE"] = lane
            for copied in (3, 0):
                result = bench.run("sync", library)
                self.assertEqual((result["Code"], result["Copied"], result["Renamed"]), (0, copied, 0))
            self.assertEqual(sorted(path.rpartition("/")[2] for path in player.tree() if path.endswith(".mp3")),
                             ["01 Intro (2).mp3", "01 Intro (3).mp3", "01 Intro (4).mp3", "01 Intro.mp3"])


if __name__ == "__main__":
    unittest.main()
