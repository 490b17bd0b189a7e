#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is remembered of a player's objects: it saves transactions, and changes nothing of what a sync does."""

import os
import random
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import TestCase
from support.engine import Library, Workbench
from support.player import Player
from support.processes import Processes
from support.session import PLAYER_PROGRAM, clean_environment, program

FEW = 11  # transactions of a session that has nothing to read
KEPT = "handles-kept"
COUNTS = ("Code", "Copied", "Replaced", "Removed", "Kept", "Renamed", "Retagged", "Playlists", "NoFitCount",
          "SkippedCount", "ErrorCount")
WORLDS = 40 if os.environ.get("PORTAMENTO_LONG") else 3
SYNCS = 8  # of one world


class Owner:
    """A player, what a computer keeps of it, and a library."""

    def __init__(self, test, folder, profile, *options):
        folder.mkdir()
        self.folder, self.library, self.songs = folder, Library(), {}
        self.player = Player(test.processes, PLAYER_PROGRAM, folder / "player", ["--profile", profile, *options])
        test.addCleanup(self.player.stop)
        self.bench = Workbench(test.processes, self.player, program("portamento-engine"), folder)
        self.bench.environment["PORTAMENTO_LANE"] = "ptp"

    def add(self, name, size=40000, album="Album"):
        """A song of the library; its path on the player."""
        path = self.folder / f"{name}.mp3"
        path.write_bytes(name.encode().ljust(16, b".") * (size // 16))
        self.songs[name] = (path, name, "Ann", album)
        return f"/Music/Ann/{album}/{name}.mp3"

    def file(self, name, size):
        path = self.folder / name
        path.write_bytes(name.encode().ljust(16, b"-") * (size // 16))
        return path

    def sync(self, kind="sync"):
        library = Library()
        for song in self.songs.values():
            library.add(*song)
        self.player.ctl("reset-stats")
        return self.bench.run(kind, library)

    def transactions(self):
        return self.player.stats()["transactions"]

    def learned(self, key):
        text = "".join(path.read_text() for path in self.bench.state.glob("*.learned"))
        return next((int(line.partition("=")[2]) for line in text.split("\n") if line.startswith(f"{key}=")), None)

    @property
    def memory(self):
        return next(iter(self.bench.state.glob("*.objects")), None)

    def contents(self):
        keep = ("storage", "size", "sha256")
        return {path: {key: thing.get(key) for key in keep} for path, thing in self.player.tree().items()}


class Memory(TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-memory-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.processes = Processes("memory", clean_environment(self.folder))
        self.addCleanup(self.processes.end)

    def owner(self, profile="minimal", *options, folder="owner"):
        return Owner(self, self.folder / folder, profile, *options)

    def well_known(self, songs=12, profile="minimal", *options):
        """An owner whose player is known so well that nothing is read."""
        owner = self.owner(profile, *options)
        for number in range(songs):
            owner.add(f"song {number:02}", album=f"Album {number % 4}")
        for _ in range(3):
            self.assertEqual(owner.sync()["Code"], 0)
        self.assertLess(self.nothing(owner), FEW)
        return owner

    def nothing(self, owner):
        """Transactions of a sync that has nothing to do, and does nothing."""
        result = owner.sync()
        self.assertEqual({key: result[key] for key in ("Code", "Copied", "Removed", "Renamed", "ErrorCount")},
                         {"Code": 0, "Copied": 0, "Removed": 0, "Renamed": 0, "ErrorCount": 0}, result)
        self.assertEqual(owner.player.writes(), {})
        return owner.transactions()

    def know_over_changes(self, owner):
        """The player has shown that handles last when objects come and go."""
        del owner.songs["song 00"]
        self.assertEqual(owner.sync()["Removed"], 1)
        owner.player.ctl("delete", "/Music/Ann/Album 1/song 01.mp3")
        owner.sync()
        self.assertEqual(owner.learned(KEPT), 2)
        self.nothing(owner)


class Costs(Memory):
    def test_nothing_to_do_costs_a_handful_however_large_and_writes_nothing(self):
        owner = self.well_known(songs=80)
        before = (owner.memory.stat().st_ino, owner.memory.stat().st_mtime_ns)
        self.assertLess(self.nothing(owner), FEW)
        self.assertEqual((owner.memory.stat().st_ino, owner.memory.stat().st_mtime_ns), before)

    def test_a_song_more_costs_what_its_folder_holds(self):
        owner = self.well_known(songs=80)
        owner.add("new", album="Album 0")
        self.assertEqual(owner.sync()["Copied"], 1)
        self.assertLess(owner.transactions(), FEW + 40)
        self.assertLess(self.nothing(owner), FEW)

    def test_only_what_is_new_is_asked_about(self):
        owner = self.well_known()
        self.know_over_changes(owner)
        owner.player.ctl("put", "/Music/theirs.mp3", owner.file("theirs", 50000))
        owner.player.ctl("delete", "/Music/Ann/Album 2/song 02.mp3")
        result = owner.sync()
        self.assertEqual((result["Kept"], result["SkippedCount"]), (9, 2))
        self.assertLess(owner.transactions(), FEW + 10)
        self.assertLess(self.nothing(owner), FEW)

    def test_where_handles_change_with_the_session_all_is_read_and_after_a_while_nothing_is_kept(self):
        owner = self.owner("minimal", "--set", "handles_per_session=1")
        for number in range(12):
            owner.add(f"song {number:02}", album=f"Album {number % 4}")
        for _ in range(5):
            owner.sync()
            self.assertNotIn(owner.learned(KEPT), (1, 2))
        self.assertGreater(self.nothing(owner), 20)
        self.assertIsNone(owner.memory)


class Truth(Memory):
    """Somebody else has been at the player; what a sync makes of it is what it would without a memory."""

    def test_a_file_replaced_under_its_handle_is_seen(self):
        owner = self.well_known()
        path = "/Music/Ann/Album 1/song 05.mp3"
        owner.player.ctl("rewrite", path, owner.file("theirs", 100000))
        before = owner.player.tree()[path]
        result = owner.sync()
        self.assertGreater(owner.transactions(), 20)
        self.assertEqual(owner.player.tree()[path], before)  # not ours any more: it stays
        self.assertEqual((result["Code"], result["Removed"]), (0, 0))

    def test_a_renamed_file_is_not_removed(self):
        """Whether the new name is seen at once, by chance, or when something is to be done to it."""
        owner = self.well_known()
        owner.player.ctl("rename", "/Music/Ann/Album 1/song 05.mp3", "theirs.mp3")
        before = owner.player.tree()["/Music/Ann/Album 1/theirs.mp3"]
        del owner.songs["song 05"]
        for errors in ((0, 1), (0,)):
            result = owner.sync()
            self.assertEqual((result["Code"], result["Removed"]), (0, 0))
            self.assertIn(result["ErrorCount"], errors)
            self.assertEqual(owner.player.tree()["/Music/Ann/Album 1/theirs.mp3"], before)

    def test_nothing_is_put_where_somebody_has_renamed_a_file_to(self):
        owner = self.well_known()
        owner.player.ctl("put", "/Music/Ann/Album 1/foreign.mp3", owner.file("foreign", 30000))
        for _ in range(3):
            owner.sync()
        self.assertLess(self.nothing(owner), FEW)
        owner.player.ctl("set-quirk", "existing_name", "duplicated")
        owner.player.ctl("rename", "/Music/Ann/Album 1/foreign.mp3", "new.mp3")
        path = owner.add("new", album="Album 1")
        before = owner.player.tree()[path]
        self.assertEqual(sum(owner.sync()["Copied"] for _ in range(2)), 1)  # under another name
        self.assertEqual(owner.player.tree()[path], before)

    def known_since_empty(self):
        """An owner of twelve songs, and a snapshot of the player before it had any."""
        owner, empty = self.owner(), self.folder / "empty"
        owner.player.ctl("snapshot", empty)
        for number in range(12):
            owner.add(f"song {number:02}", album=f"Album {number % 4}")
        for _ in range(3):
            owner.sync()
        self.assertLess(self.nothing(owner), FEW)
        return owner, empty

    def test_a_player_that_was_made_empty_gets_all_again(self):
        owner, empty = self.known_since_empty()
        before = owner.contents()
        owner.player.ctl("restore", empty)
        shutil.rmtree(owner.bench.state)  # as for any new player; only the memory is left over
        memory = owner.bench.state
        memory.mkdir()
        self.assertEqual(owner.sync()["Copied"], 12)
        self.assertEqual(owner.contents(), before)

    def test_a_memory_of_before_a_reset_is_not_believed(self):
        owner, empty = self.known_since_empty()
        owner.player.ctl("restore", empty)
        foreign = [owner.file(f"foreign {number}", 40000) for number in range(12)]
        for number, local in enumerate(foreign):  # under the handles that ours had
            owner.player.ctl("put", f"/Music/x{number}.mp3", local)
        theirs = owner.player.tree()
        owner.sync()
        self.assert_kept(owner, theirs)

    def assert_kept(self, owner, foreign):
        after = owner.player.tree()
        self.assertEqual({path: after.get(path) for path in foreign}, foreign)

    def test_files_that_are_no_memory_of_this_player_cost_a_look_at_all(self):
        owner = self.well_known()
        good = owner.memory.read_bytes()
        other = self.well_known_other()
        for wrong in (b"", b"x" * 500, good[:-1], good[:40], good + b"\0", bytes(len(good)), other):
            owner.memory.write_bytes(wrong)
            self.assertGreater(self.nothing(owner), 20, wrong[:20])
            self.assertLess(self.nothing(owner), FEW)
        owner.memory.unlink()
        owner.bench.state.joinpath(f"{self.player_id(owner)}.objects").mkdir()
        self.assertGreater(self.nothing(owner), 20)

    def player_id(self, owner):
        return next(iter(owner.bench.state.glob("*.learned"))).name.removesuffix(".learned")

    def well_known_other(self):
        other = self.owner("minimal", "--serial", "OTHER", folder="other")
        other.add("song")
        for _ in range(2):
            other.sync()
        return other.memory.read_bytes()

    def break_off(self, partial):
        """A song was cut off, and what came of it is deleted or kept by the player, which can not read parts."""
        owner = self.well_known(12, "minimal", "--set", f"partial_on_unplug={partial}")
        owner.add("new", album="Album 0")
        owner.player.ctl("fault", "unplug-at-byte", 20000)
        self.assertNotEqual(owner.sync()["Code"], 0)
        self.assertIsNone(owner.memory)
        owner.player.ctl("fault", "clear")
        owner.player.ctl("plug")
        result = owner.sync()
        self.assertEqual((result["Code"], result["Copied"]), (0, 1))
        songs = {path: thing["size"] for path, thing in owner.contents().items() if path.endswith(".mp3")}
        self.assertEqual((len(songs), set(songs.values())), (13, {40000}))

    def test_a_session_that_broke_off_leaves_no_memory(self):
        self.break_off("deleted")

    def test_a_piece_of_a_song_is_known_where_no_parts_can_be_read(self):
        self.break_off("kept")

    def test_the_other_lane_does_not_leave_an_old_memory_behind(self):
        owner = self.well_known()
        owner.bench.environment["PORTAMENTO_LANE"] = "libmtp"
        self.assertEqual(owner.sync()["Code"], 0)
        self.assertIsNone(owner.memory)


class Report(Memory):
    """A player that says what has changed since a session is not looked at while it says: nothing."""

    LOOKS = ("GetObjectHandles", "GetObjectInfo", "GetObjectPropList", "GetObjectPropValue")

    def looks(self, owner):
        return sum(owner.player.stats()["operations"].get(name, 0) for name in self.LOOKS)

    def test_nothing_to_do_looks_at_nothing(self):
        owner = self.well_known(80, "walkman")
        self.assertLess(self.nothing(owner), 9)
        self.assertEqual(self.looks(owner), 0)

    def test_whatever_happens_on_the_player_is_seen(self):
        song, other = "/Music/Ann/Album 1/song 05.mp3", "/Music/Ann/Album 2/song 06.mp3"
        owner = self.well_known(12, "walkman")
        local = owner.file("theirs", 50000)
        deeds = (("rename", song, "theirs.mp3"), ("put", "/Music/theirs 2.mp3", local), ("delete", other),
                 ("rewrite", "/Music/theirs 2.mp3", owner.file("other", 50000)), ("restore", self.folder / "before"))
        owner.player.ctl("snapshot", self.folder / "before")
        for deed in deeds:
            owner.player.ctl(*deed)
            before = owner.player.tree()
            owner.sync("preview")
            self.assertGreater(self.looks(owner), 3, deed)
            self.assertEqual(owner.player.tree(), before)
            for _ in range(3):
                owner.sync()
            self.assertEqual(self.looks(owner), 0, deed)

    def test_plays_are_counted_without_a_look_at_those_that_were_not_played(self):
        owner = self.well_known(12, "walkman")
        owner.player.ctl("set", "/Music/Ann/Album 1/song 05.mp3", "use_count", 3)
        owner.sync()
        self.assertGreater(self.looks(owner), 0)
        for _ in range(2):
            owner.sync()
        self.assertEqual(self.looks(owner), 0)

    def test_a_report_that_leaves_something_out_is_no_word_for_all(self):
        """A device that was formatted, or lost count, says so and else that nothing has changed."""
        owner = self.well_known(12, "walkman")
        for flags in (1, 2):
            owner.player.ctl("set-quirk", "report_flags", flags)
            self.nothing(owner)
            self.assertGreater(self.looks(owner), 3)
            owner.player.ctl("set-quirk", "report_flags", 0)
            for _ in range(3):
                self.nothing(owner)
            self.assertEqual(self.looks(owner), 0)

    def test_a_report_that_proves_wrong_is_not_asked_for_again(self):
        owner = self.well_known(12, "walkman")
        owner.player.ctl("set-quirk", "silent_report", "1")
        owner.player.ctl("rewrite", "/Music/Ann/Album 1/song 05.mp3", owner.file("theirs", 200000))
        owner.sync()  # the free space gives it away
        self.assertGreater(self.looks(owner), 3)
        owner.sync()
        self.assertNotIn("ReportAddedDeletedItems", owner.player.stats()["operations"])
        self.assertIsNone(owner.memory)


class Twins(Memory):
    """Two players to which the same happens; of one all is forgotten before each sync."""

    def deed(self, chance, owners, number):
        """What somebody does at the player; in words."""
        there = sorted(path for path in owners[0].contents() if path.endswith(".mp3"))
        deed = chance.choice(("nothing", "put", "delete", "replace", "mkdir", "rewrite"))
        path = chance.choice(there) if there else None
        if deed == "mkdir":
            path = f"/Music/Ann/Their {number}"
        elif deed == "put" or path is None:
            deed, path = "put", f"/Music/Ann/Album {chance.randrange(4)}/their {number}.mp3"
        for owner in owners:
            local = owner.file("their file", 16 * chance_size(number))
            if deed == "replace":
                owner.player.ctl("delete", path)
            if deed in ("put", "replace"):
                owner.player.ctl("put", path, local)
            elif deed == "rewrite":
                owner.player.ctl("rewrite", path, local)
            elif deed != "nothing":
                owner.player.ctl(deed, path)
        return f"{deed} {path}"

    def change(self, chance, owners, number):
        """What the owner does to the library."""
        names = sorted(owners[0].songs)
        deed = chance.choice(("nothing", "add", "add", "remove", "rewrite")) if len(names) > 4 else "add"
        name = chance.choice(names) if names else ""
        for owner in owners:
            if deed == "add":
                for more in range(3):
                    owner.add(f"song {number}-{more}", album=f"Album {(number + more) % 4}")
            elif deed == "remove":
                del owner.songs[name]
            elif deed == "rewrite":
                owner.add(name, size=16 * chance_size(number + 1), album=owner.songs[name][3])
        return f"{deed} {name}"

    def run_world(self, seed, profile):
        chance = random.Random(seed)
        owners = [self.owner(profile, folder=f"{profile}-{seed}-{name}") for name in ("known", "unknown")]
        history, spent = [], [0, 0]
        for number in range(SYNCS):
            deeds = [self.change, self.deed]
            chance.shuffle(deeds)
            if number % 4:  # else once more without a change, so that there is something to believe
                history += [deed(chance, owners, number) for deed in deeds]
            for memory in owners[1].bench.state.glob("*.objects"):
                memory.unlink()
            told = [{key: result.get(key) for key in COUNTS} for result in (owner.sync() for owner in owners)]
            spent = [so_far + owner.transactions() for so_far, owner in zip(spent, owners)]
            where = f"{profile}, seed {seed}: {history}"
            self.assertEqual(*told, where)
            self.assertEqual(*(owner.contents() for owner in owners), where)
            history.append("|")
        return spent

    def test_a_memory_changes_nothing_but_what_it_costs(self):
        known = unknown = 0
        for seed in range(WORLDS):
            with self.subTest(seed=seed):
                spent = self.run_world(seed, ("minimal", "walkman", "twin")[seed % 3])
                known, unknown = known + spent[0], unknown + spent[1]
        self.assertLess(known, unknown)


def chance_size(number):
    """A size for each number, none a cluster's length from another."""
    return (number % 7 + 3) * 9000


if __name__ == "__main__":
    unittest.main()
