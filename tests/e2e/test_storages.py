#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A player with a card in it: songs on both, and playlists of songs of both."""

import re
import unittest

from gi.repository import GLib

from withstand import OK, Bench, songs, text

CARD = {"Settings": GLib.Variant("a{sv}", {"Storage": text("Card")})}
HERE = {"Settings": GLib.Variant("a{sv}", {"Storage": text("Internal")})}


class Card(Bench):
    """Two songs are on the player itself, two more come to the card."""

    options = ("--set", "storage_labels=Internal;Card", "--set", "storage_capacities=64M;32M",
               "--set", "folders=Internal:/Music;Internal:/Playlists;Card:/Music")
    foreign_paths = ()

    def setUp(self):
        super().setUp()
        for number in (1, 2):
            self.add(f"Here {number}", number=number)
        self.assertEqual(self.sync(**HERE)["Copied"], 2)
        for number in (3, 4, 5):
            self.add(f"There {number}", number=number)

    def read(self, path):
        local = self.folder / "read-back"
        self.player.ctl("get", path, str(local))
        return local.read_text()


class Files(Card):
    profile = "twin"

    def playlists(self):
        return {path: [line for line in self.read(path).splitlines() if not line.startswith("#")]
                for path in self.player.tree() if path.endswith(".m3u8")}

    def test_a_playlist_file_names_songs_of_its_own_storage(self):
        self.library.add_playlist("Mix", [0, 2, 3])
        self.library.add_playlist("Here", [0, 1])
        result = self.sync(playlists=["Mix", "Here"], **CARD)
        self.assertEqual((result["Code"], result["Copied"]), (OK, 3), result)
        self.assertEqual(self.playlists(), {
            "Card:/Playlists/Mix.m3u8": ["../Music/Artist/Album/03 There 3.mp3", "../Music/Artist/Album/04 There 4.mp3"],
            "/Playlists/Here.m3u8": ["../Music/Artist/Album/01 Here 1.mp3", "../Music/Artist/Album/02 Here 2.mp3"],
        })
        self.assertIn("“Mix” lacks 1 of its songs", result["Text"])
        self.assert_idle(playlists=["Mix", "Here"], **CARD)

    def test_a_playlist_follows_its_songs_to_the_card(self):
        self.library.add_playlist("Mix", [0, 1])
        self.sync(playlists=["Mix"], **HERE)
        self.assertEqual(list(self.playlists()), ["/Playlists/Mix.m3u8"])
        self.library.playlists[0] = ("Mix", "Mix", 1, [5, 6], {})
        for number in (6, 7):
            self.add(f"There {number}", number=number)
        self.sync(playlists=["Mix"], **CARD)
        self.assertEqual(list(self.playlists()), ["Card:/Playlists/Mix.m3u8"])
        self.assert_idle(playlists=["Mix"], **CARD)


class Objects(Card):
    profile = "walkman"

    def named(self):
        """The songs that mtp-playlists finds in the one playlist; it tells a title or a file's name."""
        return re.findall(r"^ +\d+: .*- .*?(\w+ \d)(?:\.mp3)?$", self.player.mtp.tool("mtp-playlists"), re.M)

    def test_a_playlist_object_names_songs_of_both(self):
        self.library.add_playlist("Mix", [0, 2, 3])
        result = self.sync(playlists=["Mix"], **CARD)
        self.assertEqual((result["Code"], result["Text"], result["Copied"]), (OK, "", 3), result)
        self.assertEqual(self.named(), ["Here 1", "There 3", "There 4"])
        self.assert_idle(playlists=["Mix"], **CARD)

    def test_a_song_that_is_sent_again_stays_in_its_playlist(self):
        """To the device it is another object."""
        self.library.add_playlist("Mix", [0, 2, 3])
        self.sync(playlists=["Mix"], **CARD)
        songs.make(self.music / "There 3.mp3", 33_000, "other sound", title="There 3")
        result = self.sync(playlists=["Mix"], **CARD)
        self.assertEqual((result["Replaced"], result["Playlists"]), (1, 1), result)
        self.assertEqual(self.named(), ["Here 1", "There 3", "There 4"])
        self.assert_idle(playlists=["Mix"], **CARD)


del Card

if __name__ == "__main__":
    unittest.main()
