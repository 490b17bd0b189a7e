#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rhythmbox under valgrind: with a player that comes and goes, with the plugin off and on, and
closed in the middle of a sync, nothing of ours reads or writes what is not its own."""

import unittest

from harness import TestCase
from support.memcheck import COMMAND, PATIENCE, SLOW, complaints

TITLES = ["One", "Two", "Three", "Four", "Five", "Six"]
TIMES = 3
VALGRIND = [*COMMAND, "--undef-value-errors=no"]


class Memory(TestCase):
    def come_and_go(self):
        for _ in range(TIMES):
            self.session.player.ctl("unplug")
            self.ui("gone", "text", "Name of the player")
            self.session.player.ctl("plug")
            self.session.when_copying()
            self.show_player()

    def test_nothing_of_ours_is_misused(self):
        rhythmbox = self.open(wrapper=VALGRIND, patience=PATIENCE)
        rhythmbox.add_album("Alpha", "First", TITLES, size=400_000)
        rhythmbox.start()
        self.until_published(len(TITLES))
        self.show_player()
        self.session.player.ctl("bandwidth", SLOW)
        self.ui("press", "push button", "Yes, Sync")
        self.session.when_copying()
        self.come_and_go()
        for _ in range(TIMES):
            self.switch(False)
            self.switch(True)
        self.show_player()
        rhythmbox.quit()
        log = rhythmbox.log()
        self.assertIn("ERROR SUMMARY", log)
        self.assertEqual(complaints(log, "(?:Invalid|Mismatched)"), [])


if __name__ == "__main__":
    unittest.main()
