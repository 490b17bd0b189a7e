#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A person with Rhythmbox and a player: everything that is done with the mouse is done, through
the accessibility bus, and looked for on the player with tools that nobody here wrote."""

import unittest

from harness import TestCase
from support import songs

ALPHA = ["Music/Alpha/First/01 One.mp3", "Music/Alpha/First/02 Two.mp3", "Music/Alpha/First/03 Three.mp3"]
BETA = ["Music/Beta/Second/01 Uno.mp3", "Music/Beta/Second/02 Dos.mp3"]


class Sync(TestCase):
    def start_with_music(self, **more):
        rhythmbox = self.open(**more)
        self.alpha = rhythmbox.add_album("Alpha", "First", ["One", "Two", "Three"])
        self.beta = rhythmbox.add_album("Beta", "Second", ["Uno", "Dos"])
        rhythmbox.add_playlist("Party", [self.alpha[0], self.beta[1]])
        rhythmbox.add_playlist("Work", [self.alpha[0], self.alpha[2]])
        rhythmbox.add_automatic_playlist("Everything", "Test")
        rhythmbox.start()
        self.until_published(5, Party=2, Work=2, Everything=5)
        self.show_player()
        return rhythmbox

    def assert_on_player(self, *paths):
        self.assertEqual(set(self.session.music_on_player()), set(paths))

    def test_two_playlists(self):
        rhythmbox = self.start_with_music()
        self.ui("find", "label", "Keep your music in sync with “Walkman”?")
        self.shoot("new-player")
        self.ui("press", "radio button", "Only these playlists:")
        self.tick("Party")
        self.tick("Work")
        self.ui("set-value", "slider", near="Keep free", value=30)
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))
        self.assertEqual((last["Copied"], last["ErrorCount"], last["Result"]), (3, 0, 0), last)
        self.assert_on_player(ALPHA[0], ALPHA[2], BETA[1])
        self.assertEqual(self.session.device()[1]["Settings"]["PercentSpaceReserved"], 30)
        self.ui("find", "label", "Up to date")
        self.shoot("synced")

        self.ui("press", "push button", "Preview")
        self.ui("choose", "combo box", "Steps to show", index=1)
        self.ui("find", "table cell", "Keep", within="Steps of a sync")
        self.shoot("preview")
        self.ui("press", "push button", "Back")

        # a song that is added to a playlist, and one whose tags change, come by themselves
        rhythmbox.watch_music()
        self.until(lambda: rhythmbox.is_watching(self.alpha[0].parent), "the music to be watched")
        self.wait_for_sync(lambda: rhythmbox.playlist("AddToPlaylist", "Party", self.beta[0].as_uri()))
        self.assert_on_player(ALPHA[0], ALPHA[2], *BETA)
        self.wait_for_sync(lambda: songs.make(self.alpha[0], seed="new", title="Renamed", artist="Alpha",
                                              albumartist="Alpha", album="First", track=1))
        self.assert_on_player("Music/Alpha/First/01 Renamed.mp3", ALPHA[2], *BETA)

    def tick(self, playlist):
        """Its check box in the list of playlists."""
        self.ui("press-in-row", "table cell", playlist, within="Playlists, the most important first", column=0)


if __name__ == "__main__":
    unittest.main()
