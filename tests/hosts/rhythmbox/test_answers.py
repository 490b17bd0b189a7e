#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a person is asked on a player's page in Rhythmbox, and that each answer is one: No is
remembered, many songs go only once that was agreed to, another's player is taken only when asked to."""

import unittest

from harness import PLAYER_NAME, TestCase

DECLINED = 2  # PORTA_STATUS_PARTNERSHIP_DECLINED
STOPPED = 2  # PORTA_SYNC_STOPPED
MANY = [f"Song {n:02}" for n in range(1, 17)]
FEW = ["One", "Two", "Three", "Four"]
QUESTION = f"Keep your music in sync with “{PLAYER_NAME}”?"


class Answers(TestCase):
    def test_no_is_remembered(self):
        rhythmbox = self.open()
        rhythmbox.add_album("Alpha", "First", FEW)
        rhythmbox.start()
        self.until_published(4)
        self.show_player()
        self.ui("find", "label", QUESTION)
        path, _ = self.session.device()
        self.ui("press", "push button", "No")
        self.session.watch.wait_for_property(path, "Status", lambda status: status == DECLINED)
        self.ui("gone", "push button", "Yes, Sync")

        # neither Rhythmbox nor the helper may keep it in its head
        rhythmbox.quit()
        self.session.processes.kill(self.session.watch.helper_pid(), 15, 20)
        rhythmbox.start()
        self.until_published(4)
        self.show_player()
        self.ui("find", "label", "Not synced with this computer")
        self.ui("gone", "label", QUESTION)
        self.until(lambda: self.ui("find", "push button", "Preview")["focused"], "the focus where a key does no harm")
        self.shoot("declined")
        self.assertEqual(self.session.device()[1]["Status"], DECLINED)
        self.assertEqual(self.session.player.writes(), {})

        # a second thought
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Sync"))
        self.assertEqual((last["Copied"], last["Result"]), (4, 0), last)

    def test_many_songs_go_only_when_that_was_agreed_to(self):
        rhythmbox = self.open()
        rhythmbox.add_playlist("Party", rhythmbox.add_album("Alpha", "First", MANY))
        rhythmbox.add_playlist("Work", rhythmbox.add_album("Beta", "Second", FEW))
        rhythmbox.start()
        self.until_published(20, Party=16, Work=4)
        self.show_player()
        self.ui("press", "radio button", "Only these playlists:")
        for playlist in ("Party", "Work"):
            self.ui("press-in-row", "table cell", playlist, within="Playlists, the most important first", column=0)
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))
        self.assertEqual((last["Copied"], last["ErrorCount"]), (20, 0), last)
        before = set(self.session.music_on_player())
        self.assertEqual(len(before), 20)

        rhythmbox.playlist("DeletePlaylist", "Party")
        path, _ = self.session.device()
        self.session.watch.wait_for_property(path, "HeldRemovals", lambda held: held == 16)
        self.ui("find", "label", f"16 songs will be removed from {PLAYER_NAME}. Go ahead?")
        # the page looks at the player for that, which the tools below want to themselves
        self.ui("find", "status bar", "16 songs would be removed, once you agree")
        self.session.watch.wait_for_property(path, "SyncState", lambda state: state == STOPPED)
        self.shoot("held")
        self.assertEqual(set(self.session.music_on_player()), before)
        self.ui("press", "push button", "Show Them")
        self.ui("find", "table cell", "waits for your confirmation", exact=False)
        self.ui("find", "label", "16 of", exact=False)
        self.shoot("held-preview")
        self.ui("press", "push button", "Back")
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Remove Them"))
        self.assertEqual((last["Removed"], last["ErrorCount"], last["Result"]), (16, 0, 0), last)
        self.ui("gone", "push button", "Remove Them")
        self.ui("find", "label", "Up to date")
        self.assertEqual(set(self.session.music_on_player()), {name for name in before if "/Beta/" in f"/{name}"})


if __name__ == "__main__":
    unittest.main()
