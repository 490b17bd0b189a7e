#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A song that a person wants left alone on a player: no more failures, and nothing lost."""

import os
import unittest

from harness import TestCase
from support import songs

NOT_SENT, LEFT_AS_IT_IS, STAYS = 36, 37, 61


class Skips(TestCase):
    def open(self, count=3):
        session = self.session("walkman")
        titles = [f"Song {number}" for number in range(1, count + 1)]
        self.paths = [session.music / name for name in songs.make_album(session.music, "Artist", "Album", titles)]
        session.mpd.update()
        return session

    def write(self, path, size, title, track):
        """Another song into this file, which MPD sees by its date, in whole seconds."""
        later = path.stat().st_mtime + 10
        songs.make(path, size, title, title=title, artist="Artist", albumartist="Artist", album="Album", track=track)
        os.utime(path, (later, later))

    def renew(self, session):
        """The library has changed; what comes of a sync."""
        session.mpd.update()
        session.mpd_sync("--library")
        return session.last_sync()

    def on_player(self, session):
        return sorted(path.rpartition("/")[2] for path in session.music_on_player())

    def rows(self, session):
        """{source: row of the decision table} of what is skipped."""
        steps = session.ctl("preview", "--all")["steps"]
        return {step["source"]: step["row"] for step in steps if step["row"] in (NOT_SENT, LEFT_AS_IT_IS, STAYS)}

    def skipped(self, session):
        return [song["source"] for song in session.ctl("skipped") if song["by"] == "person"]

    def test_a_song_that_fails_is_tried_no_more_until_it_is_taken_back(self):
        session = self.open()
        song = self.paths[1]
        content = song.read_bytes()
        song.unlink()
        session.run("portamento-mpd", "sync", "--library", "--create-partnership")
        self.assertEqual(session.last_sync()["ErrorCount"], 1)
        failure, = session.ctl("failures")
        session.must("portamentoctl", "skip", failure["source"])
        self.assert_counts(session.sync())
        self.assertEqual((self.skipped(session), session.device()[1]["SkipCount"]), ([str(song)], 1))
        self.assertEqual(self.rows(session), {str(song): NOT_SENT})
        song.write_bytes(content)  # it could be sent now
        self.assert_counts(self.renew(session))
        moved = song.rename(song.with_name("Renamed.mp3"))
        self.assert_counts(self.renew(session))
        self.assertEqual((self.skipped(session), self.rows(session)), ([str(moved)], {str(moved): NOT_SENT}))
        self.write(moved, 24_000, "Other tags", 2)
        self.assert_counts(self.renew(session))
        self.assertEqual(self.on_player(session), ["01 Song 1.mp3", "03 Song 3.mp3"])
        session.must("portamentoctl", "unskip", moved)
        path = session.device()[0]
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 3)
        self.assertEqual(self.on_player(session), ["01 Song 1.mp3", "02 Other tags.mp3", "03 Song 3.mp3"])
        self.assertEqual(session.run("portamentoctl", "unskip", moved).returncode, 3)

    def test_a_song_that_is_there_is_left_as_it_is(self):
        session = self.open()
        session.mpd_sync("--library", "--create-partnership")
        before = session.music_on_player()
        first, second, _third = self.paths
        session.must("portamentoctl", "skip", first, second)
        self.write(first, 30_000, "Another song", 1)
        second.unlink()
        self.assert_counts(self.renew(session))
        self.assertEqual(self.rows(session), {str(first): LEFT_AS_IT_IS, str(second): STAYS})
        self.assertEqual(session.music_on_player(), before)
        session.must("portamentoctl", "unskip", first, second)
        path = session.device()[0]
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 2)
        session.watch.wait_for_property(path, "SyncState", lambda state: state == 2)
        session.sync()
        self.assertEqual(self.on_player(session), ["01 Another song.mp3", "03 Song 3.mp3"])


if __name__ == "__main__":
    unittest.main()
