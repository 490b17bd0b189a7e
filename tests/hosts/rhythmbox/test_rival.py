#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rhythmbox' own plugin for MTP players beside ours: it keeps each player that it has shown. Ours says
so, and gets the player when a person switches the other off."""

import unittest

from harness import TestCase
from support.rhythmbox import MODULE

RIVAL = "mtpdevice"
ITS_PAGE = "Media Player"  # until it has opened the player and knows its name


class RivalPlugin(TestCase):
    def test_it_lets_go_of_the_player(self):
        rhythmbox = self.open(plugins=(MODULE, RIVAL))
        rhythmbox.plug_player()
        rhythmbox.add_album("Alpha", "First", ["One", "Two", "Three"])
        rhythmbox.start()
        self.until_published(3)
        path, _ = self.session.device()
        self.session.watch.wait_for_property(path, "SyncState", lambda state: state == 2)
        self.select_source(ITS_PAGE)
        self.ui("gone", "table cell", ITS_PAGE)

        self.show_player()
        self.ui("press", "push button", "Yes, Sync")
        self.ui("find", "label", "“Portable Players - MTP” is using the player.")
        self.shoot("rival")
        self.assertEqual([path for path in self.session.player.tree() if path.endswith(".mp3")], [])
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Switch It Off"))
        self.assertEqual((last["Copied"], last["ErrorCount"], last["Result"]), (3, 0, 0), last)
        self.ui("find", "label", "Up to date")
        self.ui("gone", "push button", "Switch It Off")
        self.shoot("rival-off")
        self.assertEqual(len(self.session.music_on_player()), 3)
        self.assertNotIn("CRITICAL", rhythmbox.log())


if __name__ == "__main__":
    unittest.main()
