#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""From MPD to the player and back by mtp-tools: what people do on most days."""

import os
import unittest

from harness import TestCase
from support import songs


class Basic(TestCase):
    profile = "walkman"

    def open(self, **albums):
        """A session whose library holds an album for each keyword: suffix=titles."""
        session = self.session(self.profile)
        for suffix, titles in albums.items():
            songs.make_album(session.music, "Artist", f"Album {suffix}", titles, f".{suffix}")
        session.mpd.update()
        return session

    def first_sync(self, session, *wanted):
        session.mpd_sync(*(wanted or ("--library",)), "--create-partnership")
        return session.last_sync()

    def on_player(self, session):
        return sorted(session.music_on_player())

    def assert_nothing_happens(self, session):
        """Law 9: a sync of what is right already writes nothing."""
        session.player.ctl("reset-stats")
        self.assert_counts(session.sync())
        self.assertEqual(session.player.writes(), {})


class FirstSync(Basic):
    def test_one_song_arrives_with_its_bytes_and_the_next_sync_does_nothing(self):
        session = self.open(mp3=["One"])
        self.assert_counts(self.first_sync(session), Copied=1)
        self.assert_bytes_arrived(session, {
            "Music/Artist/Album mp3/01 One.mp3": session.music / "Artist/Album mp3/01 One.mp3"})
        self.assert_nothing_happens(session)

    def test_every_format_arrives(self):
        session = self.open(mp3=["A", "B"], flac=["A", "B"], opus=["A", "B"])
        self.assert_counts(self.first_sync(session), Copied=6)
        self.assert_bytes_arrived(session, {
            f"Music/Artist/Album {suffix}/0{number} {title}.{suffix}":
                session.music / f"Artist/Album {suffix}/0{number} {title}.{suffix}"
            for suffix in ("mp3", "flac", "opus") for number, title in ((1, "A"), (2, "B"))})
        self.assert_nothing_happens(session)

    def test_only_the_playlist_asked_for_is_copied(self):
        session = self.open(mp3=["One", "Two", "Three"])
        session.mpd.save_playlist("Running", session.mpd.songs()[:2])
        self.assert_counts(self.first_sync(session, "--playlist", "Running"), Copied=2, Playlists=1)
        self.assertEqual(len(self.on_player(session)), 2)
        self.assert_nothing_happens(session)


class SecondSync(Basic):
    def edited(self, session, **counts):
        session.mpd.update()
        session.mpd_sync("--library")
        self.assert_counts(session.last_sync(), **counts)
        self.assert_nothing_happens(session)

    def test_a_new_song_is_the_only_one_sent(self):
        session = self.open(mp3=["One", "Two"])
        self.first_sync(session)
        songs.make_album(session.music, "Artist", "Later", ["Three"])
        self.edited(session, Copied=1)
        self.assertIn("Music/Artist/Later/01 Three.mp3", self.on_player(session))

    def test_a_removed_song_goes_and_no_other(self):
        session = self.open(mp3=["One", "Two", "Three", "Four", "Five"])
        self.first_sync(session)
        (session.music / "Artist/Album mp3/02 Two.mp3").unlink()
        self.edited(session, Removed=1)
        self.assertEqual(self.on_player(session), [
            f"Music/Artist/Album mp3/{name}.mp3" for name in ("01 One", "03 Three", "04 Four", "05 Five")])

    def test_a_file_moved_on_the_computer_is_not_sent_again(self):
        session = self.open(mp3=["One", "Two"])
        self.first_sync(session)
        before = self.on_player(session)
        os.rename(session.music / "Artist/Album mp3/01 One.mp3", session.music / "elsewhere.mp3")
        self.edited(session)
        self.assertEqual(self.on_player(session), before)

    def test_a_retagged_song_has_its_new_name_and_the_old_one_is_gone(self):
        session = self.open(mp3=["One", "Two"])
        self.first_sync(session)
        path = session.music / "Artist/Album mp3/01 One.mp3"
        old = path.stat()
        songs.make(path, 20_000, "Artist/Album mp3/One", title="Uno", artist="Artist", albumartist="Artist",
                   album="Album mp3", track=1, date=2001, genre="Test")
        os.utime(path, (old.st_mtime + 60, old.st_mtime + 60))
        session.mpd.update()
        session.mpd_sync("--library")
        self.assertEqual(self.on_player(session), [
            "Music/Artist/Album mp3/01 Uno.mp3", "Music/Artist/Album mp3/02 Two.mp3"])
        self.assertEqual(session.last_sync()["Copied"], 0)
        self.assert_nothing_happens(session)

    def test_a_changed_playlist_is_written_and_nothing_else(self):
        session = self.open(mp3=["One", "Two", "Three"])
        session.mpd.save_playlist("Mix", session.mpd.songs())
        self.first_sync(session, "--library", "--playlist", "Mix")
        session.mpd.save_playlist("Mix", list(reversed(session.mpd.songs())))
        session.mpd_sync("--library", "--playlist", "Mix")
        self.assert_counts(session.last_sync(), Playlists=1)
        self.assert_nothing_happens(session)


class Android(FirstSync, SecondSync):
    profile = "android"


class Minimal(FirstSync):
    profile = "minimal"


class OthersThings(Basic):
    def test_what_we_did_not_put_there_stays_as_it_is(self):
        session = self.open(mp3=["One", "Two"])
        stranger = songs.make(session.folder / "mine.mp3", title="Mine")
        for path in ("/mine.mp3", "/Music/mine.mp3", "/Music/Artist/Album mp3/mine.mp3", "/DCIM/01 One.mp3"):
            session.player.put(path, stranger)
        foreign = session.player.tree()
        self.first_sync(session)
        for name in ("01 One.mp3", "02 Two.mp3"):
            (session.music / "Artist/Album mp3" / name).unlink()
        songs.make_album(session.music, "Artist", "Other", ["Three"])
        session.mpd.update()
        session.mpd_sync("--library")
        self.assert_untouched(session, foreign)


if __name__ == "__main__":
    unittest.main()
