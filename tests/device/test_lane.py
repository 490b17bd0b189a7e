#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A lane on every profile: what each slot does, and what libmtp's costs."""

import shutil
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import LANE, ROOT, TestCase  # noqa: E402

# Around what fits into the first packet, one packet, and one of libmtp's blocks.
SIZES = (0, 1, 499, 500, 501, 512, 1012, 16372, 16384, 16896, 1 << 20)

CAN = {  # rename, move, retag, playlists, partial, set_partner, set_name, statistics, rate
    "android": "110011100",
    "unlisted": "110011100",
    "walkman": "111111111",
    "twin": "111011111",
    "minimal": "000000000",
}


class Slots:
    """What every profile must do; `profile` is the subclass's."""

    def connect(self):
        player = self.player(self.profile)
        return player, self.probe(player).connect()

    def test_tells_who_the_device_is_and_what_it_can(self):
        names = ("rename", "move", "retag", "playlists", "partial", "set_partner", "set_name", "statistics", "rate")
        player, probe = self.connect()
        info = probe.info()
        self.assertIn(info["serial"], ("%s0001" % self.profile.upper(),))
        self.assertEqual("".join(info[name] for name in names), CAN[self.profile], info)

    def test_sends_files_of_all_sizes_byte_identical(self):
        player, probe = self.connect()
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        for size in SIZES:
            local = self.file(f"{size}.mp3", size)
            probe.do("send", storage, music, f"song {size}.mp3", local)
        found = probe.list(storage, music)
        self.assertEqual({name: entry[1] for name, entry in found.items()},
                         {f"song {size}.mp3": size for size in SIZES})
        for size in SIZES:
            paths = [path for path in player.tree() if path.endswith(f"song {size}.mp3")]
            self.assert_arrived(player, paths[0], self.folder / f"{size}.mp3")

    def test_makes_folders_and_removes_only_empty_ones(self):
        local = self.file("a.mp3", 1000)
        player, probe = self.connect()
        storage = probe.storages()[0]
        outer = int(probe.do("mkdir", storage, ROOT, "Outer Ärger")[0][0])
        inner = int(probe.do("mkdir", storage, outer, "Inner")[0][0])
        probe.do("send", storage, inner, "a.mp3", local)
        song = probe.list(storage, inner)["a.mp3"][0]
        error = self.assert_fails("device error", probe.do, "remove", inner)
        self.assertIn("not empty", error.text)
        probe.do("remove", song)
        probe.do("remove", inner)
        probe.do("remove", outer)
        self.assertNotIn("Outer Ärger", probe.list(storage))
        self.assert_fails("device error", probe.do, "list", storage, outer)

    def test_renames_and_moves_where_the_device_can(self):
        local = self.file("a.mp3", 1000)
        player, probe = self.connect()
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        other = int(probe.do("mkdir", storage, music, "Other")[0][0])
        song = int(probe.do("send", storage, music, "a.mp3", local)[0][0])
        info = probe.info()
        if info["rename"] == "1":
            probe.do("rename", song, "b ö.mp3")
            self.assertIn("b ö.mp3", probe.list(storage, music))
        else:
            self.assert_fails("not supported", probe.do, "rename", song, "b.mp3")
        if info["move"] == "1":
            probe.do("move", song, storage, other)
            self.assertEqual(list(probe.list(storage, other)), ["b ö.mp3"])
            self.assertEqual(list(probe.list(storage, music)), ["Other"])
            probe.do("move", list(probe.list(storage, other).values())[0][0], storage, ROOT)
            self.assertIn("b ö.mp3", probe.list(storage))
        else:
            self.assert_fails("not supported", probe.do, "move", song, storage, other)

    def test_reads_back_any_part(self):
        local = self.file("a.mp3", 100000)
        player, probe = self.connect()
        storage = probe.storages()[0]
        song = int(probe.do("send", storage, ROOT, "a.mp3", local)[0][0])
        for offset, size, got in ((0, 100000, 100000), (500, 24000, 24000), (99990, 4096, 10), (100000, 10, 0)):
            told = probe.do("read", song, offset, size, self.folder / "part")
            self.assertEqual(int(told[0][0]), got)
            self.assertEqual((self.folder / "part").read_bytes(), local.read_bytes()[offset:offset + got])

    def test_retags_in_place(self):
        player, probe = self.connect()
        if CAN[self.profile][2] == "0":
            return
        storage = probe.storages()[0]
        song = int(probe.do("send", storage, ROOT, "a.mp3", self.file("a.mp3", 1000))[0][0])
        probe.do("retag", song, "Tïtle", "Artist", "Album", "Genre", 7)
        path = [path for path in player.tree() if path.endswith("a.mp3")][0]
        told = player.tree()[path]["properties"]
        self.assertEqual([told.get(key) for key in ("title", "artist", "album", "genre", "track")],
                         ["Tïtle", "Artist", "Album", "Genre", 7])

    def test_reads_how_often_and_how_gladly_a_song_was_heard(self):
        player = self.player(self.profile)
        path = ("Internal:" if self.profile == "twin" else "") + "/Music/a.mp3"
        player.ctl("put", path, self.file("a.mp3", 1000))
        if CAN[self.profile][7] == "1":
            player.ctl("set", path, "use_count", 12)
            player.ctl("set", path, "user_rating", 80)
        probe = self.probe(player).connect()
        storage = probe.storages()[0]
        song = probe.list(storage, probe.list(storage)["Music"][0])["a.mp3"][0]
        if CAN[self.profile][7] == "1":
            self.assertEqual(probe.do("statistics", song), [["12", "80"]])
        else:
            self.assert_fails("not supported", probe.do, "statistics", song)

    def test_rates_songs_where_the_device_lets_it(self):
        player, probe = self.connect()
        storage = probe.storages()[0]
        handle, came_along = probe.do("send", storage, ROOT, "a.mp3", self.file("a.mp3", 1000), "rating", 80)[0]
        if CAN[self.profile][8] == "0":
            self.assertEqual(came_along, "0")
            self.assert_fails("not supported", probe.do, "rate", handle, "a.mp3", 60)
            return
        # what takes lists takes it with the other tags, from the lane that tells any
        self.assertEqual(came_along, str(int(LANE == "ptp" and self.profile == "walkman")))
        path = [path for path in player.tree() if path.endswith("a.mp3")][0]
        self.assertEqual(player.tree()[path]["properties"].get("user_rating", 0), 80 * int(came_along))
        for rating in (60, 100, 0):
            probe.do("rate", handle, "a.mp3", rating)
            self.assertEqual(player.tree()[path]["properties"]["user_rating"], rating)
        self.assert_fails("not supported", probe.do, "rate", handle, "a.txt", 60)
        probe.do("rate", handle, "a.mp3", 40)
        probe.do("close")
        probe.connect()
        song = probe.list(storage)["a.mp3"][0]
        self.assertEqual(probe.do("statistics", song), [["0", "40"]])

    def test_a_rating_is_read_as_it_is_after_all_were(self):
        """What the lane ptp has read of all songs at once does not outlive what it writes to one; libmtp's does."""
        if CAN[self.profile][8] == "0" or LANE != "ptp":
            return
        player = self.player(self.profile)
        places = [("Internal:" if self.profile == "twin" else "") + f"/Music/{number}.mp3" for number in range(6)]
        for number, place in enumerate(places):
            player.ctl("put", place, self.file(f"{number}.mp3", 1000))
            player.ctl("set", place, "user_rating", 20)
        probe = self.probe(player).connect()
        storage = probe.storages()[0]
        songs = probe.list(storage, probe.list(storage)["Music"][0])
        handles = [songs[f"{number}.mp3"][0] for number in range(6)]
        self.assertEqual({probe.do("statistics", handle)[0][1] for handle in handles}, {"20"})
        probe.do("rate", handles[5], "5.mp3", 60)
        self.assertEqual([probe.do("statistics", handle)[0][1] for handle in handles], ["20"] * 5 + ["60"])

    def test_keeps_names_and_partners(self):
        player, probe = self.connect()
        for command, key, value in (("set-name", "name", "Länas Player"), ("set-partner", "partner", "{1234-ab}")):
            if CAN[self.profile][5] == "1":
                probe.do(command, value)
                self.assertEqual(probe.info()[key], value)
            else:
                self.assert_fails("not supported", probe.do, command, value)

class Android(Slots, TestCase):
    profile = "android"


class Unlisted(Slots, TestCase):
    profile = "unlisted"


class Minimal(Slots, TestCase):
    profile = "minimal"


class Walkman(Slots, TestCase):
    profile = "walkman"

    def test_writes_playlists_in_order(self):
        player = self.player("walkman")
        probe = self.probe(player).connect()
        storage = probe.storages()[0]
        folders = probe.list(storage)
        songs = [int(probe.do("send", storage, folders["Music"][0], f"{i}.mp3", self.file(f"{i}.mp3", 100 + i))[0][0])
                 for i in range(4)]
        made = int(probe.do("playlist", storage, folders["Playlists"][0], 0, "Running", *songs[:3])[0][0])
        entries = probe.list(storage, folders["Playlists"][0])
        self.assertEqual(len(entries), 1)
        (name, (handle, _, kind)), = entries.items()
        self.assertEqual((name, handle, kind), ("Running", made, "playlist"))
        path = "/Playlists/Running.pla"
        self.assertEqual([Path(song).name for song in player.tree()[path]["references"]],
                         ["0.mp3", "1.mp3", "2.mp3"])
        self.assertEqual(int(probe.do("playlist", storage, folders["Playlists"][0], made, "Running", songs[3],
                                      songs[0])[0][0]), made)
        self.assertEqual([Path(song).name for song in player.tree()[path]["references"]], ["3.mp3", "0.mp3"])
        self.assert_fails("invalid argument", probe.do, "playlist", storage, folders["Playlists"][0], 0, "x" * 241)


class Twin(Slots, TestCase):
    profile = "twin"

    def test_second_storage_is_another_place(self):
        player = self.player("twin")
        probe = self.probe(player).connect()
        labels = [fields[1] for fields in probe.do("storages")]
        self.assertEqual(labels, ["Internal", "Card"])
        first, second = probe.storages()
        music = probe.list(second)["Music"][0]
        probe.do("send", second, music, "a.mp3", self.file("a.mp3", 5000))
        self.assertEqual(list(probe.list(second, music)), ["a.mp3"])
        self.assertEqual(probe.list(first, probe.list(first)["Music"][0]), {})
        self.assertIn("Card:/Music/a.mp3", player.tree())


@unittest.skipUnless(shutil.which("umtprd"), "umtp-responder is not installed")
class Umtprd(TestCase):
    """A responder that nobody here wrote."""

    def connect(self):
        player = self.player(None, "--umtprd")
        return self.probe(player).connect(), self.folder / "player" / "store"

    def test_keeps_what_it_is_sent(self):
        probe, store = self.connect()
        storage = probe.storages()[0]
        folder = int(probe.do("mkdir", storage, ROOT, "Müsic")[0][0])
        for size in SIZES:
            probe.do("send", storage, folder, f"{size}.mp3", self.file(f"{size}.mp3", size))
        self.assertEqual({name: entry[1] for name, entry in probe.list(storage, folder).items()},
                         {f"{size}.mp3": size for size in SIZES})
        for size in SIZES:
            self.assertEqual((store / "Müsic" / f"{size}.mp3").read_bytes(),
                             (self.folder / f"{size}.mp3").read_bytes())
        song = probe.list(storage, folder)["1012.mp3"][0]
        if probe.info()["rename"] == "1":
            probe.do("rename", song, "other.mp3")
            self.assertTrue((store / "Müsic" / "other.mp3").exists())
        probe.do("remove", song)
        self.assertEqual(len(list((store / "Müsic").iterdir())), len(SIZES) - 1)
        self.assert_fails("device error", probe.do, "remove", folder)
        self.assertEqual(len(list((store / "Müsic").iterdir())), len(SIZES) - 1)


@unittest.skipUnless(LANE == "libmtp", "the other lane's costs are in test_ptp.py")
class Costs(TestCase):
    """Transactions a call: the numbers of the lane's promises, counted by the player itself."""

    def cost(self, player, probe, *words):
        player.ctl("reset-stats")
        items = probe.do(*words)
        return items, player.stats()["transactions"]

    def test_a_phone_is_asked_once_for_each_object(self):
        for profile in ("android", "unlisted"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                for i in range(20):
                    player.ctl("put", f"Music/{i}.mp3", self.file("a.mp3", 1000))
                player.ctl("reset-stats")
                probe = self.probe(player).connect()
                self.assertEqual(player.stats()["transactions"], 5)  # session, info, battery, storages
                storage = probe.storages()[0]
                music = probe.list(storage)["Music"][0]
                self.assertEqual(self.cost(player, probe, "list", storage, music)[1], 1 + 20)
                self.assertEqual(self.cost(player, probe, "list", storage, music)[1], 1)
                self.assertEqual(self.cost(player, probe, "send", storage, music, "n.mp3", self.folder / "a.mp3")[1], 3)
                self.assertEqual(probe.close(), 0)
                player.stop()

    def test_a_music_player_is_read_in_two(self):
        player = self.player("walkman")
        for i in range(20):
            player.ctl("put", f"Music/{i}.mp3", self.file("a.mp3", 1000))
            player.ctl("mkdir", f"Music/folder {i}")
            player.ctl("put", f"Music/folder {i}/deep.mp3", self.file("a.mp3", 1000 + i))
        probe = self.probe(player).connect()
        storage = probe.storages()[0]
        player.ctl("reset-stats")
        music = probe.list(storage)["Music"][0]
        found = probe.list(storage, music)
        deep = {name: probe.list(storage, entry[0]) for name, entry in found.items() if entry[2] == "folder"}
        self.assertEqual(player.stats()["transactions"], 2)
        self.assertEqual(sum(entry[2] == "file" for entry in found.values()), 20)
        self.assertEqual({name: files["deep.mp3"][1] for name, files in deep.items()},
                         {f"folder {i}": 1000 + i for i in range(20)})
        # A property is asked about once, however many songs are sent.
        local = self.file("a.mp3", 1000)
        self.assertGreater(self.cost(player, probe, "send", storage, music, "first.mp3", local)[1], 10)
        self.assertEqual(self.cost(player, probe, "send", storage, music, "second.mp3", local)[1], 5)
        probe.list(storage)
        # After a change one question tells what there is.
        probe.do("remove", found["0.mp3"][0])
        player.ctl("reset-stats")
        self.assertNotIn("0.mp3", probe.list(storage, music))
        self.assertEqual(player.stats()["transactions"], 1)


if __name__ == "__main__":
    unittest.main()
