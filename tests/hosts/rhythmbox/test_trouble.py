#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What comes between: a person who changes his mind, a cable, Rhythmbox that is closed in the
middle; and what a player brings home."""

import unittest

from harness import Desktop, TestCase

TITLES = ["One", "Two", "Three", "Four", "Five", "Six"]
SLOW = 300_000  # bytes a second: little more than a second for each song
CANCELLED, SYNCHRONIZING = -15, 1
NOTIFY = "portamento-show"


class Trouble(TestCase):
    def test_a_bad_day(self):
        rhythmbox = self.open()
        self.paths = rhythmbox.add_album("Alpha", "First", TITLES, size=400_000)
        desktop = Desktop(self.session)
        rhythmbox.start()
        self.until_published(6)
        self.show_player()
        self.session.player.ctl("bandwidth", SLOW)

        # stopped, in Rhythmbox' list of tasks: the other button of that name is the page's
        self.ui("press", "push button", "Yes, Sync")
        self.session.when_copying()
        self.ui("find", "label", "Syncing Walkman")
        self.shoot("syncing")
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Stop", at=-1))
        self.assertEqual(last["Result"], CANCELLED, last)
        self.shoot("stopped")

        # the cable, and back: it goes on by itself
        self.ui("press", "push button", "Sync")
        self.session.when_copying()
        self.session.player.ctl("unplug")
        self.ui("gone", "text", "Name of the player")
        self.session.player.ctl("plug")
        self.session.when_copying()
        self.show_player()

        # closed in the middle: that goes on, too; and who opens it again, and looks elsewhere, is told
        rhythmbox.quit()
        self.assertEqual(self.session.device()[1]["SyncState"], SYNCHRONIZING)
        rhythmbox.start()
        self.until(lambda: NOTIFY in rhythmbox.actions(), "the plugin to be there again")
        self.until_published(len(TITLES))
        last = self.wait_for_sync(lambda: self.session.player.ctl("bandwidth", 0))
        self.assertEqual((last["Result"], last["ErrorCount"]), (0, 0), last)
        self.assertEqual(len(self.session.music_on_player()), len(TITLES))

        # what was played and rated on the road comes home
        player = self.session.player
        player.ctl("set", "/Music/Alpha/First/01 One.mp3", "use_count", 3)
        player.ctl("set", "/Music/Alpha/First/02 Two.mp3", "user_rating", 80)
        self.show_player()
        self.wait_for_sync(lambda: self.ui("press", "push button", "Sync"))
        self.until(lambda: rhythmbox.log().count("statistics: ") == 2, "what was played and rated to arrive")
        rhythmbox.quit()
        songs = rhythmbox.songs_in_database()
        self.assertEqual([songs[str(path)].get("play-count") for path in self.paths[:2]], ["3", None])
        self.assertEqual([songs[str(path)].get("rating") for path in self.paths[:2]], [None, "4"])


if __name__ == "__main__":
    unittest.main()
