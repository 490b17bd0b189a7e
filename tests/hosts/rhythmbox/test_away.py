#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is not there now: the disk with the music (law 2: missing is not deleted), and the other person
who has the same player (law 1: what somebody else put there is left alone)."""

import unittest

from harness import TestCase
from support.session import Session

ANOTHER, OURS = 3, 1  # PORTA_STATUS_*
ON_DISK = [f"Far {n:02}" for n in range(1, 13)]
AT_HOME = ["One", "Two", "Three", "Four"]


class Away(TestCase):
    def songs_on_player(self):
        return {path for path in self.session.player.tree() if path.endswith(".mp3")}

    def test_a_disk_that_is_not_mounted(self):
        rhythmbox = self.open()
        disk = rhythmbox.add_place(self.session.folder / "disk")
        rhythmbox.add_album("Alpha", "Near", AT_HOME)
        rhythmbox.add_album("Beta", "Away", ON_DISK, place=disk)
        rhythmbox.add_automatic_playlist("Everything", "Test")
        rhythmbox.start()
        self.until_published(16, Everything=16)
        self.show_player()
        self.ui("press", "radio button", "The whole library")
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))
        self.assertEqual((last["Copied"], last["ErrorCount"]), (16, 0), last)
        there = self.songs_on_player()

        rhythmbox.quit()
        disk.rename(disk.with_name("disk elsewhere"))
        disk.mkdir()  # where it is mounted
        rhythmbox.start()
        # Rhythmbox hides what it does not find
        self.select_source("Music")
        self.ui("find", "label", "4 songs", exact=False)
        rhythmbox.playlist("CreatePlaylist", "Later")
        self.until_published(16, Everything=16, Later=0)
        self.session.player.ctl("reset-stats")
        self.show_player()
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Sync"))
        self.assertEqual((last["Removed"], last["ErrorCount"], last["Result"]), (0, 0, 0), last)
        self.assertEqual(self.session.player.writes(), {})
        self.assertEqual(self.songs_on_player(), there)
        self.ui("press", "push button", "Preview")
        self.ui("choose", "combo box", "Steps to show", index=1)
        self.ui("find", "table cell", "kept: its file is not reachable now")
        self.shoot("disk-away")

    def accept(self):
        self.until_published(len(AT_HOME))
        self.show_player()
        return self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))

    def leave_desk(self):
        """Logs out: Rhythmbox and the helper end."""
        self.rhythmbox.quit()
        self.session.end_helper()

    def test_two_people_with_one_player(self):
        ada = self.open()
        ada.add_album("Alpha", "Hers", AT_HOME)
        ada.start()
        self.assertEqual(self.accept()["Copied"], 4)
        hers, her_desk = self.songs_on_player(), (self.session, ada)
        self.leave_desk()

        ben = self.open_in(Session(mpd=False, player=self.session.player))
        ben.add_album("Beta", "His", AT_HOME)
        ben.start()
        self.until_published(4)
        path, device = self.session.device()
        self.assertEqual(device["Status"], ANOTHER)
        self.session.player.ctl("reset-stats")
        self.show_player()
        self.ui("find", "label", "This player is kept in sync by", exact=False)
        self.assertEqual(self.ui("all", "push button", "Yes, Sync"), [])
        self.assertFalse(self.ui("find", "push button", "Sync")["sensitive"])
        self.shoot("another-person")
        self.assertEqual(self.session.player.writes(), {})
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Take Over"))
        self.assertEqual((last["Copied"], last["Removed"], last["ErrorCount"]), (4, 0, 0), last)
        self.assertEqual(self.session.device()[1]["Status"], OURS)
        self.assertLess(hers, self.songs_on_player())
        self.assertEqual(len(self.songs_on_player()), 8)
        self.leave_desk()

        # she is told, and loses nothing by it
        self.sit_down_at(*her_desk)
        ada.start()
        self.until_published(4)
        self.show_player()
        self.ui("find", "label", "This player is kept in sync by", exact=False)
        self.assertEqual(self.session.device()[1]["Status"], ANOTHER)
        self.assertEqual(len(self.songs_on_player()), 8)


if __name__ == "__main__":
    unittest.main()
