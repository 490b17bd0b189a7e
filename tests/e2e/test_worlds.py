#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lives of players, by chance: songs and playlists change, their owner has his hands in it, cables go, engines die.

Whenever nothing disturbs it the next sync must make all of it good, and one more must find nothing to do. What is
right is worked out here, from what was done: each song that is wanted is there once, as its file is or was,
unless its owner took it away or there is no room; nothing else is, but what others put there, to the byte.
PORTAMENTO_WORLDS says how many lives each kind of player has, PORTAMENTO_SEED which is the first.
"""

import os
import random
import shutil
import signal
import unittest
from dataclasses import dataclass, field
from pathlib import Path

from gi.repository import GLib
from harness import sha256_of
from support import pictures
from withstand import (HELD, KIND_PLAYLIST, KIND_SONG, LONG, OK, STATE_DONE, WRITTEN, Bench, EngineDied, Library,
                       songs, text)

WORLDS = int(os.environ.get("PORTAMENTO_WORLDS") or (40 if LONG else 1))
FIRST_SEED = int(os.environ.get("PORTAMENTO_SEED") or 1)
CYCLES = 8
MORE_SYNCS = 8
WORDS = ("Blue", "blue", "Ärger", "日本", "What?", "a/b", "Sea...", "Life: One", "x" * 60, "nul", "🎵 Note", "(2)")
SUFFIXES = (".mp3", ".mp3", ".flac", ".opus")
LAYOUTS = ("", "Music/{genre}/{artist} - {title}", "Music/{file}")
ASSOCIATION, ALBUM, PLAYLIST = "0x3001", "0xba03", "0xba05"
KIND_ALBUM = 5
GENERAL_ERROR, STORE_FULL = 0x2002, 0x200C


@dataclass
class Song:
    """versions: what may be on the player for it, since tags may be set there without its bytes."""

    path: Path
    tags: dict
    seed: int
    size: int
    rating: int = -1  # in the library
    versions: set = field(default_factory=set)
    older: set = field(default_factory=set)  # what it was before it sounded otherwise
    is_gone: bool = False  # its owner deleted it there
    has_moved: bool = False  # since then
    has_changed: bool = False  # since then
    is_away: bool = False  # it is not where the library says

    def may_return(self):
        """A file of another name with another sound is another song, as far as anybody can tell."""
        return not self.is_gone or (self.has_moved and self.has_changed)

    def set_gone(self, is_gone):
        self.is_gone, self.has_moved, self.has_changed = is_gone, False, False

    def write(self):
        file_tags = {name: value for name, value in self.tags.items() if value}
        songs.make(self.path, self.size, self.seed, **file_tags)
        self.versions.add(sha256_of(self.path))


class World:
    """What a computer has, and the chance that rules it."""

    def __init__(self, folder, seed):
        self.folder, self.random, self.made = folder, random.Random(seed), 0
        self.songs, self.lists, self.history = [], {}, []
        self.layout, self.percent = "", 0
        self.painter, self.covers = random.Random(f"covers {seed}"), set()
        folder.mkdir(parents=True)

    def word(self):
        return self.random.choice(WORDS)

    def new_path(self, suffix):
        self.made += 1
        return self.folder / f"{self.random.choice('abc')}/{self.made}{suffix}"

    def add(self):
        song = Song(self.new_path(self.random.choice(SUFFIXES)),
                    {"title": self.word(), "artist": self.word(), "album": self.word(), "track": self.random.randrange(3)},
                    self.random.getrandbits(32), self.random.choice((0, 5_000, 20_000, 140_000)))
        song.write()
        self.songs.append(song)
        return f"{song.path.name} came"

    def add_twin(self):
        """The same bytes in another file."""
        one = self.random.choice(self.songs)
        if one.is_away:
            return self.add()
        other = Song(self.new_path(one.path.suffix), dict(one.tags), one.seed, one.size)
        other.write()
        if one.is_gone:  # it may be taken for it: nobody can tell
            other.is_gone = other.has_moved = other.has_changed = True
        self.songs.append(other)
        return f"{other.path.name} came, as {one.path.name} is"

    def remove(self):
        song = self.random.choice(self.songs)
        self.songs.remove(song)
        if self.random.randrange(2):
            song.path.unlink(missing_ok=True)
        for listed in self.lists.values():
            listed[:] = [other for other in listed if other is not song]
        return f"{song.path.name} went"

    def rewrite(self):
        song = self.random.choice(self.songs)
        song.seed, song.size, song.has_changed = song.seed + 1, song.size + 100, True
        if song.is_away:
            return "nothing"
        song.older |= song.versions
        song.versions.clear()
        song.write()
        return f"{song.path.name} sounds otherwise"

    def retag(self):
        song = self.random.choice(self.songs)
        name = self.random.choice(("title", "artist", "album"))
        song.tags[name] = self.word()
        if self.random.randrange(2) and not song.is_away:
            song.has_changed = True  # its file has another size
            song.write()
            return f"{song.path.name} has another {name}"
        return f"{song.path.name} has another {name} in the library"

    def move(self):
        song = self.random.choice(self.songs)
        if song.is_away:
            return "nothing"
        old, song.path = song.path, self.new_path(song.path.suffix)
        song.path.parent.mkdir(exist_ok=True)
        old.rename(song.path)
        song.has_moved = True
        return f"{old.name} is {song.path.name} now"

    def rate(self):
        song = self.random.choice(self.songs)
        song.rating = self.random.randrange(1, 6) * 20
        return f"{song.path.name} is rated {song.rating}"

    def touch(self):
        song = self.random.choice(self.songs)
        if not song.is_away:
            os.utime(song.path, (1_500_000_000 + self.made, 1_500_000_000 + self.random.randrange(10**6)))
        return f"{song.path.name} has another date"

    def go_away(self):
        """Files are not reachable, or are so again."""
        song = self.random.choice(self.songs)
        aside = song.path.with_suffix(".away")
        (aside if song.is_away else song.path).rename(song.path if song.is_away else aside)
        song.is_away = not song.is_away
        return f"{song.path.name} is {'away' if song.is_away else 'back'}"

    def list(self):
        name = self.word()
        self.lists[name] = self.random.sample(self.songs, self.random.randrange(1, len(self.songs) + 1))
        return f"the list {name} is {[song.path.name for song in self.lists[name]]}"

    def unlist(self):
        if not self.lists:
            return "nothing"
        name = self.random.choice(sorted(self.lists))
        del self.lists[name]
        return f"the list {name} went"

    def set_layout(self):
        self.layout = self.random.choice(LAYOUTS)
        return f"the layout is {self.layout!r}"

    def set_reserve(self):
        self.percent = self.random.choice((0, 5, 30))
        return f"{self.percent} % are reserved"

    def remove_many(self):
        """More than goes without being asked about."""
        going = self.random.sample(self.songs, len(self.songs) // 2)
        self.songs = [song for song in self.songs if song not in going]
        for listed in self.lists.values():
            listed[:] = [song for song in listed if song not in going]
        return f"{len(going)} songs went"

    def add_many(self):
        return "; ".join(self.add() for _ in range(15))

    def change(self):
        while len(self.songs) < 6:
            self.history.append(self.add())
        deed = self.random.choice((self.add, self.add, self.add_twin, self.remove, self.rewrite, self.retag, self.retag,
                                   self.rate, self.rate, self.move, self.touch, self.go_away, self.list, self.unlist, self.set_layout,
                                   self.set_reserve, self.remove_many, self.add_many))
        self.history.append(deed())

    def paint(self):
        """A folder has another cover, or none, or one that no player takes."""
        path = self.folder / self.painter.choice("abc") / "Folder.jpg"
        deed = self.painter.choice(("nothing", "a cover", "a cover", "no cover", "too large a cover"))
        if deed == "no cover":
            path.unlink(missing_ok=True)
        elif deed != "nothing":
            path.parent.mkdir(exist_ok=True)
            size = 70_000 if deed == "too large a cover" else self.painter.randrange(200, 20_000)
            path.write_bytes(pictures.jpeg(size=size, seed=self.painter.random()))
            self.covers.add(sha256_of(path))
        self.history.append(f"{path.parent.name} has {deed}")

    def library(self):
        library = Library()
        index = {}
        for song in self.songs:
            tags = song.tags
            index[id(song)] = library.add(song.path, tags["title"], tags["artist"], tags["album"], tags["track"],
                                          song.rating)
        for name, listed in self.lists.items():
            library.add_playlist(name, [index[id(song)] for song in listed])
        return library


class Worlds(Bench):
    """One kind of player."""

    deeds = ("nothing", "nothing", "delete", "replace", "rename", "put", "unplug")
    rates = False  # it keeps ratings of songs

    def setUp(self):
        super().setUp()
        self.foreign_now = dict(self.foreign)
        self.player.ctl("snapshot", self.folder / "empty")

    def begin_world(self, seed):
        self.foreign = dict(self.foreign_now)
        self.player.ctl("fault", "clear")
        self.player.ctl("restore", self.folder / "empty")
        shutil.rmtree(self.workbench.state)
        self.workbench.state.mkdir()
        self.world = World(self.folder / f"music{seed}", seed)
        self.where = lambda: f"{self.profile}, seed {seed}: {'; '.join(self.world.history)}"

    def choices(self, **more):
        chosen = {"Layout": GLib.Variant("s", self.world.layout), "PercentSpaceReserved": GLib.Variant("u", self.world.percent)}
        return {"playlists": sorted(self.world.lists), "Settings": GLib.Variant("a{sv}", chosen), **more}

    def world_sync(self, **more):
        return self.sync(self.world.library(), **self.choices(**more))

    # --- what the owner does on the player, when all is well

    def rows(self, kind):
        """{file or name of the list: path} of what the journal says is there."""
        return {source: f"/{path}" for which, state, source, path in self.workbench.journal("kind, state, source, path")
                if (which, state) == (kind, STATE_DONE)}

    def places(self):
        """{song's index: path on the player, as the player names it}."""
        there, rows = {}, self.rows(KIND_SONG)
        by_path = self.ours()
        for index, song in enumerate(self.world.songs):
            path = rows.get(str(song.path))
            if path:
                there[index] = [found for found in by_path if found.rpartition(":")[2] == path
                                and by_path[found]["sha256"] in song.versions | (song.older if song.is_away else set())]
        return there

    def ours(self):
        return {path: thing for path, thing in self.player.tree().items()
                if thing["format"] != ASSOCIATION and path not in self.foreign and not path.startswith("/Portamento/")}

    def name_of(self, path, thing):
        """A playlist object has a file's suffix that is no part of its name."""
        path = path.rpartition(":")[2]
        return path.rpartition(".")[0] if thing["format"] == PLAYLIST else path

    def stranger(self, size):
        path = self.folder / "stranger.mp3"
        return songs.make(path, size, self.world.random.random(), title="Theirs")

    def own(self, path, size=31_000):
        self.player.put(path, self.stranger(size))
        self.foreign[path] = self.player.tree()[path]

    def owner_acts(self):
        chance = self.world.random
        there = {index: found[0] for index, found in self.places().items() if found}
        deed = chance.choice(self.deeds)
        if deed == "unplug":
            self.player.ctl("replug")
        elif deed == "put":
            folder = chance.choice(sorted({path.rpartition("/")[0] for path in there.values()}) or ["/Music"])
            name = f"{folder}/{chance.choice(WORDS[:3])} {len(self.foreign)}.mp3"
            self.own(name)
            self.world.history.append(f"OWNER puts {name}")
        elif deed != "nothing" and there:
            index = chance.choice(sorted(there))
            song, path = self.world.songs[index], there[index]
            self.world.history.append(f"OWNER {deed}s {path}, which is {song.path.name}")
            song.set_gone(True)
            if deed == "rename":
                self.player.ctl("rename", path, f"kept {self.world.made} {len(self.foreign)}{song.path.suffix}")
                path = f"{path.rpartition('/')[0]}/kept {self.world.made} {len(self.foreign)}{song.path.suffix}"
                self.foreign[path] = self.player.tree()[path]
            else:
                self.player.ctl("delete", path)
            if deed == "replace":
                self.own(path, 61_000)

    # --- what goes wrong

    def disturb(self):
        chance = self.world.random
        self.was_cut = True
        fault = chance.choice((None, "empty", "unplug", "bytes", "kill", "stall", "short", "error", "full", "loss"))
        at = chance.randrange(1, 60)
        self.world.history.append(f"{fault or 'no fault'} at {at}")
        if fault == "kill":
            self.die_at(at)
        elif fault == "empty":  # the program has just started, or its disk is away
            before = self.ours()
            self.sync(Library(), **self.choices())
            self.assertLessEqual(before.items(), self.ours().items(), self.where())
        elif fault:
            words = {"unplug": ("unplug-at-transaction", at, chance.choice(("before", "data", "after"))),
                     "bytes": ("unplug-at-byte", at * 1_511), "stall": ("stall-at-transaction", at),
                     "short": ("short-at-transaction", at), "loss": ("session-loss-at-transaction", at),
                     "error": ("error-at-transaction", at, GENERAL_ERROR),
                     "full": ("refuse-at-transaction", at, STORE_FULL)}[fault]
            self.player.ctl("fault", *words)
            try:
                self.world_sync()
            except EngineDied:
                pass
        self.player.ctl("fault", "clear")
        self.player.ctl("replug" if self.player.ctl("info")["plugged"] else "plug")

    def die_at(self, at):
        self.player.ctl("reset-stats")
        self.player.ctl("fault", "hold-at-transaction", at)
        answer = self.begin(self.world.library(), **self.choices())
        answer.until(lambda: answer.is_over() or self.player.stats()["transactions"] >= at, "the moment", 60)
        answer.engine.process.send_signal(signal.SIGKILL)
        answer.engine.process.wait(30)
        self.player.ctl("release")

    # --- what must be so

    def assert_songs(self, result):
        places, ours = self.places(), self.ours()
        for index, song in enumerate(self.world.songs):
            found = places.get(index)
            if found is None:
                excused = song.is_gone or song.is_away or result["NoFitCount"] > 0
                self.assertTrue(excused, f"{song.path.name} is not there; {self.where()}; {result}")
            else:
                self.assertTrue(song.may_return(), f"{song.path.name} came back; {self.where()}")
                self.assertEqual(len(found), 1, f"{song.path.name}: {found}; {self.where()}")
                song.set_gone(False)
        known = {path for found in places.values() for path in found}
        self.assertEqual(sum(len(found) for found in places.values()), len(known), f"two songs, one file; {self.where()}")
        lists = set(self.rows(KIND_PLAYLIST).values())
        rest = {path for path, thing in ours.items() if path not in known and self.name_of(path, thing) not in lists}
        rest -= self.albums(ours, known)
        self.assertEqual(rest, set(), f"what is that? {self.where()}; {result}")
        folded = [path.casefold() for path in self.player.tree()]
        self.assertEqual(len(folded), len(set(folded)), f"names that differ in case alone; {self.where()}")

    def assert_ratings(self):
        """Of what can be looked at now. A song that is in the place of another may have what that one had."""
        ours = self.ours()
        for index, found in self.places().items():
            song, properties = self.world.songs[index], ours[found[0]]["properties"]
            if self.rates and song.rating > 0 and not song.is_away:
                self.assertEqual(properties.get("user_rating", 0), song.rating, f"{song.path.name}; {self.where()}")

    def albums(self, ours, songs_there):
        """The paths of those that are as they should be: made by us, of songs of ours, with a cover that there was."""
        rows = {f"/{path}" for kind, state, path in self.workbench.journal("kind, state, path")
                if (kind, state) == (KIND_ALBUM, STATE_DONE)}
        paths = {path for path, thing in ours.items() if thing["format"] == ALBUM}
        self.assertEqual({path.rpartition(":")[2] for path in paths}, rows, self.where())
        for path in paths:
            self.assertLessEqual(set(ours[path]["references"]), songs_there, f"{path}; {self.where()}")
            self.assertTrue(ours[path]["references"], f"{path}; {self.where()}")
            self.assertIn(ours[path]["properties"]["sample_data"], self.world.covers, f"{path}; {self.where()}")
        return paths

    def confirmed(self, result):
        """What goes when a person has been asked; before that nothing has gone."""
        self.assertGreater(result["HeldRemovals"], 10, f"{self.where()}; {result}")
        self.assertEqual(result["Removed"], 0, f"{self.where()}; {result}")
        self.world.history.append("CONFIRM")
        held, result = result, self.world_sync(ConfirmToken=text(result["HeldToken"]))
        self.assertEqual((result["HeldRemovals"], result["Removed"]), (0, held["HeldRemovals"]), f"{self.where()}; {result}")
        return result

    def go_on(self, result):
        """What careful counting left over may take another song; what a cut left under an old name is renamed."""
        for _ in range(MORE_SYNCS):
            if not result["NoFitCount"] and not self.was_cut:
                return
            if not any(result[name] for name in WRITTEN):
                return
            had_no_room, result = result["NoFitCount"], self.world_sync()
            sent = result["Copied"] + result["Replaced"] + result["Removed"]
            self.assertTrue(had_no_room or not sent, f"{self.where()}; {result}")

    def settle(self):
        result = self.world_sync()
        if result["Code"] == HELD:
            result = self.confirmed(result)
        self.assertEqual((result["Code"], result["Text"]), (OK, ""), f"{self.where()}; {result}")
        self.assert_foreign(self.where())
        self.assert_songs(result)
        self.go_on(result)
        self.player.ctl("reset-stats")
        again = self.world_sync()
        self.assertEqual({name: again[name] for name in WRITTEN}, dict.fromkeys(WRITTEN, 0), self.where())
        self.assertEqual(self.player.writes(), {}, self.where())
        self.assert_ratings()

    def test_whatever_happens(self):
        for seed in range(FIRST_SEED, FIRST_SEED + WORLDS):
            with self.subTest(seed=seed):
                self.begin_world(seed)
                for _ in range(CYCLES):
                    self.was_cut = False
                    for _ in range(self.world.random.randrange(1, 4)):
                        self.world.change()
                    self.world.paint()
                    for _ in range(self.world.random.randrange(0, 3)):
                        self.disturb()
                    self.world.history.append("SETTLE")
                    self.settle()
                    self.owner_acts()


class OnAndroid(Worlds):
    pass


class OnWalkman(Worlds):
    profile, rates = "walkman", True


class OnMinimal(Worlds):
    profile = "minimal"
    deeds = ("nothing", "delete", "replace", "put", "unplug")  # it tells nobody that something has another name


class OnTwin(Worlds):
    profile, options, rates = "twin", ("--set", "storage_capacities=4M;3M"), True
    foreign_paths = ("/Music/mine.mp3", "Card:/Music/mine.mp3")


class OnUnlisted(Worlds):
    profile = "unlisted"


del Worlds  # it is no player

if __name__ == "__main__":
    unittest.main()
