#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Songs are rated in Rhythmbox and on the player: each gets the other's, and the newer one wins."""

import unittest

from harness import TestCase
from support import songs

SLOW = 20_000  # bytes a second: what is told meanwhile arrives before the end


class Ratings(TestCase):
    def there(self, name):
        return int(self.session.player.tree()[f"/Music/{name}.mp3"]["properties"].get("user_rating", 0))

    def rate_there(self, name, rating):
        self.session.player.ctl("set", f"/Music/{name}.mp3", "user_rating", rating)

    def until_told(self, count):
        self.until(lambda: self.rhythmbox.log().count("statistics: ") == count, "what was rated to arrive")

    def sync(self):
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Sync"))
        self.assertEqual((last["Result"], last["ErrorCount"]), (0, 0), last)
        return last

    def test_ratings(self):
        rhythmbox = self.open()
        one, two = rhythmbox.add_album("Alpha", "First", ["One", "Two"], rating=4)
        three = rhythmbox.add_album("Beta", "Second", ["Three"])[0]
        rhythmbox.start()
        self.until_published(3)
        self.show_player()
        self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))
        names = ("Alpha/First/01 One", "Alpha/First/02 Two", "Beta/Second/01 Three")
        self.assertEqual([self.there(name) for name in names], [80, 80, 0])

        rhythmbox.watch_music()
        self.until(lambda: rhythmbox.is_watching(one.parent), "the music to be watched")

        # what is rated in Rhythmbox reaches the player by itself, and so does what is no more
        last = self.wait_for_sync(lambda: rhythmbox.rate(one, 2))
        self.assertEqual((last["Retagged"], last["ErrorCount"], self.there(names[0])), (1, 0, 40), last)
        last = self.wait_for_sync(lambda: rhythmbox.rate(two, 0))
        self.assertEqual((last["Retagged"], last["ErrorCount"], self.there(names[1])), (1, 0, 0), last)

        # what is rated on the player reaches Rhythmbox, and stays as it is there
        self.rate_there(names[0], 100)
        self.rate_there(names[2], 60)
        self.sync()
        self.until_told(2)
        self.assertEqual([rhythmbox.stars(path) for path in (one, two, three)], [5, 0, 3])
        self.session.player.ctl("reset-stats")
        self.assertEqual(self.sync()["Retagged"], 0)
        self.assertEqual([self.there(name) for name in names], [100, 0, 60])
        self.assertEqual(self.session.player.writes(), {})

        # both at once: Rhythmbox knows that its own is newer than the last sync, however slow this one is
        player = self.session.player
        player.ctl("unplug")
        self.ui("gone", "text", "Name of the player")
        self.rate_there(names[0], 20)
        rhythmbox.rate(one, 1.5)
        songs.make(one.parent / "04 Four.mp3", 1_000_000, title="Four", artist="Alpha", albumartist="Alpha", album="First",
                   track=4)
        self.until_published(4)
        player.ctl("bandwidth", SLOW)
        player.ctl("plug")
        self.until_told(3)
        player.ctl("bandwidth", 0)
        self.session.watch.wait_for_property(self.session.device()[0], "SyncItemCount", lambda count: count == 4)
        self.show_player()
        self.sync()
        self.assertEqual((rhythmbox.stars(one), self.there(names[0])), (1.5, 30))


if __name__ == "__main__":
    unittest.main()
