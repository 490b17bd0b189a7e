#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Law 1 between syncs: what the player's owner deletes, adds, renames and replaces there is his business."""

import unittest

from withstand import KIND_SONG, OK, STATE_SKIPPED, Bench, songs, text

ALBUM = "/Music/Artist/Album"


class People(Bench):
    """Six songs and a playlist are there; then its owner comes."""

    def setUp(self):
        super().setUp()
        for number in range(1, 7):
            self.add(f"Song {number}", number=number)
        self.library.add_playlist("Mix", [0, 2, 4])
        self.assertEqual(self.sync(playlists=["Mix"])["Copied"], 6)
        self.playlist = next(path for path in self.files() if "/Mix" in path)

    def again(self, **counts):
        """A sync that does just this."""
        result = self.sync(playlists=["Mix"])
        self.assertEqual(result["Code"], OK, result)
        names = ("Copied", "Replaced", "Removed", "Renamed", "Retagged", "Playlists", "ErrorCount")
        self.assertEqual({name: result[name] for name in names}, {**dict.fromkeys(names, 0), **counts}, result)
        return result

    def skipped(self):
        return [path for path, _source, _when in self.workbench.run("skipped")["Skipped"]]

    def own(self, path, size=33_000):
        """Puts a file of the owner's there; it must stay as it is."""
        self.player.put(path, songs.make(self.folder / "own.mp3", size, path, title="Own"))
        self.foreign[path] = self.player.tree()[path]

    def test_what_he_deletes_is_remembered_until_included(self):
        for number in (2, 4):
            self.player.ctl("delete", f"{ALBUM}/{number:02d} Song {number}.mp3")
        self.again()
        self.assertEqual(sorted(self.skipped()), [f"{ALBUM[1:]}/{n:02d} Song {n}.mp3" for n in (2, 4)])
        self.again()
        self.assertEqual(len([row for row in self.workbench.journal() if row[:2] == (KIND_SONG, STATE_SKIPPED)]), 2)
        self.assertEqual(self.workbench.run("include-skipped")["Code"], OK)
        self.assertEqual(self.skipped(), [])
        self.again(Copied=2)
        self.assertEqual(len(self.songs_there()), 6)
        self.assert_idle(playlists=["Mix"])

    def test_a_folder_deleted_with_all_its_songs(self):
        self.own("/Music/Artist/keep.mp3")
        for path in list(self.files()):
            if path.startswith(ALBUM):
                self.player.ctl("delete", path)
        self.again(Playlists=1)  # none of its songs is there
        self.assertEqual(len(self.skipped()), 6)
        self.workbench.run("include-skipped")
        result = self.sync(playlists=["Mix"])
        self.assertEqual((result["Code"], result["Copied"]), (OK, 6))
        self.assert_idle(playlists=["Mix"])

    def test_what_he_adds_is_his(self):
        self.own(f"{ALBUM}/07 Song 7.mp3")
        self.own("/Music/Other/01 Other.mp3")
        self.own("/Playlists/Own.m3u8")
        self.again()
        self.add("Song 7", number=7)  # wants the place that he has taken
        self.again(Copied=1)
        self.assertIn("07 Song 7 (2)", self.songs_there())
        self.library.tracks.pop()
        self.again(Removed=1)
        self.assert_idle(playlists=["Mix"])

    def test_what_he_puts_in_place_of_ours_is_his(self):
        self.own(f"{ALBUM}/03 Song 3.mp3")
        self.sync(playlists=["Mix"])
        self.assert_foreign("while it is wanted")
        self.library.tracks.pop(2)
        self.library.playlists.clear()
        self.sync()
        self.assert_foreign("when it is no longer wanted")

    def test_what_he_renames_is_his(self):
        self.player.ctl("rename", f"{ALBUM}/05 Song 5.mp3", "Favourite.mp3")
        self.foreign[f"{ALBUM}/Favourite.mp3"] = self.player.tree()[f"{ALBUM}/Favourite.mp3"]
        self.sync(playlists=["Mix"])
        self.assert_foreign()
        self.assert_idle(playlists=["Mix"])

    def test_a_playlist_that_he_deletes_stays_away(self):
        self.player.ctl("delete", self.playlist)
        self.again()
        self.assertNotIn(self.playlist, self.files())
        self.library.playlists[0] = ("Mix", "Mix", 1, [5, 4], {})
        self.again()
        self.assertNotIn(self.playlist, self.files())
        self.workbench.run("include-skipped")
        self.again(Playlists=1)
        self.assertIn(self.playlist, self.files())
        self.assert_idle(playlists=["Mix"])

    def test_a_player_that_was_emptied_is_filled_again(self):
        """All of ours is gone and our mark, too: nobody deletes like that one by one."""
        self.assertEqual(self.workbench.run("identify", Partnership=text("create"))["Code"], OK)
        self.assert_idle(playlists=["Mix"])
        tree = self.player.tree()
        self.assertIn("/Portamento", tree)
        for path in sorted(tree, key=len, reverse=True):
            if path not in self.foreign and path != "/Music":
                if not any(kept.startswith(path + "/") for kept in self.foreign):
                    self.player.ctl("delete", path)
        result = self.sync(playlists=["Mix"])
        self.assertEqual((result["Code"], result["Copied"], result["SkippedCount"]), (OK, 6, 0), result)
        self.assert_idle(playlists=["Mix"])


class PeopleOnWalkman(People):
    profile = "walkman"


if __name__ == "__main__":
    unittest.main()
