#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Rhythmbox has, as it is published: all of it, nothing too early, and still there while
a disk is not (law 2)."""

import shutil
import unittest

from harness import PLAYER_NAME, TestCase


class Publish(TestCase):
    def test_the_library_follows_what_happens_to_it(self):
        rhythmbox = self.open()
        alpha = rhythmbox.add_album("Alpha", "First", ["One", "Two", "Three"])
        beta = rhythmbox.add_album("Beta", "Second", ["Uno", "Dos"])
        rhythmbox.add_stream("podcast-post", "http://elsewhere.example/episode.mp3", "An episode")
        rhythmbox.add_stream("iradio", "http://elsewhere.example/live", "A station")
        rhythmbox.add_playlist("Party", [alpha[0], beta[1]])
        rhythmbox.add_automatic_playlist("All of it", "Test")
        rhythmbox.start()
        self.until_published(5, **{"Party": 2, "All of it": 5})

        # a player is there: it appears among the devices
        self.ui("find", "table cell", PLAYER_NAME)

        rhythmbox.playlist("AddToPlaylist", "Party", alpha[2].as_uri())
        self.until_published(5, **{"Party": 3})

        rhythmbox.watch_music()
        self.until(lambda: rhythmbox.is_watching(alpha[1].parent), "the music to be watched")
        alpha[1].unlink()
        self.until_published(4, **{"Party": 3, "All of it": 4})

        # what is changed right before the end is told, too
        rhythmbox.playlist("AddToPlaylist", "Party", beta[0].as_uri())
        rhythmbox.quit()
        self.assertEqual({id: count for id, (_, _, count) in rhythmbox.published()[1].items()},
                         {"Party": 4, "All of it": 4})


if __name__ == "__main__":
    unittest.main()
