#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin in a real Audacious with windows, worked as a person does, through the
accessibility bus.

    PORTAMENTO_BUILD=DIR test-windows.py
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from windows import WindowsCase  # noqa: E402


class Windows(WindowsCase):
    def test_a_new_player_is_asked_about_in_the_dock(self):
        self.start(("Running", self.songs[:4]), ("Jazz", self.songs[2:6]))
        self.see("label", "New: not set up yet")
        self.shoot("new-player")
        self.press("push button", "Sync it")
        self.wait_for_sync("Copied", 6)
        self.see("label", "Up to date")
        self.see_no("push button", "Sync it")
        self.shoot("up-to-date")
        self.assertEqual(self.on_player(), 6)

    def test_playlists_are_chosen_on_the_settings_page(self):
        self.start(("Running", self.songs[:4]), ("Jazz", self.songs[2:6]), ("Library", self.songs))
        self.desk.wait_for_library(12, 3)
        self.choose_from_menu("Set up Walkman ...")
        self.see("check box", "Sync when it is connected")
        self.choose_from_box("(none)", 2)
        self.see("combo box", "Jazz")
        self.wait_for_sync("Copied", 4)
        self.choose_from_box("(none)", 1)
        self.wait_for_sync("Copied", 2)
        self.shoot("settings")
        self.assertEqual(self.chosen(), ["Jazz", "Running"])
        self.assertEqual(self.on_player(), 6)
        self.press("check box", "Show players in a dock")
        self.see_no("push button", "Choose music ...")
        self.press("check box", "Show players in a dock")
        self.see("push button", "Choose music ...")

    def test_menus_follow_the_player(self):
        self.start(("Running", self.songs[:4]), ("Jazz", self.songs[2:6]))
        self.desk.wait_for_library(6, 2)
        self.desk.player.ctl("bandwidth", "400000")
        self.see("menu item", "Set up Walkman ...", hidden=True)
        self.choose_from_playlist_menu()
        self.see("progress bar", "portamento-progress")
        self.desk.when_copying()
        self.shoot("syncing")
        self.choose_from_menu("Stop Walkman")
        self.see_no("progress bar", "portamento-progress")
        self.assertEqual(self.chosen(), ["Jazz"])
        self.desk.player.ctl("bandwidth", "0")
        self.choose_from_menu("Sync Walkman")
        self.desk.wait_for_songs(4)
        self.choose_from_playlist_menu()
        self.desk.until(lambda: self.chosen() == [], "nothing to be chosen")
        # no mark of a key, and no mark-up
        self.desk.must("portamentoctl", "settings", "FriendlyName", "R&D_<b>1")
        self.see("menu item", "Sync R&D\u02cd<b>1", hidden=True)  # which looks like it

    def test_a_preview_says_what_can_not_be_synced_and_why(self):
        self.start(("Running", [*self.songs[:4], "http://radio.example/stream"]))
        self.desk.wait_for_library(5, 1)
        Path(self.songs[3]).unlink()
        self.desk.must("portamentoctl", "partner", "create")
        self.see("push button", "Preview")
        self.choose_from_playlist_menu()
        self.see("label", "1 song could not be synced:")
        self.shoot("failures")
        self.press("push button", "Preview")
        self.see("label", "A sync now would change nothing.")
        self.see("table cell", "Cannot be synced")
        for text in ("http://radio.example/stream", "a stream, or on another computer: no file to copy", self.songs[3],
                     "its file is not there"):
            self.see("table cell", text)
        self.shoot("preview")
        self.desk.fill(self.songs[:1])  # of which the preview knows nothing
        self.see_no("label", "A sync now would change nothing.")

    def test_a_song_that_fails_can_be_skipped_and_again_not(self):
        self.start(("Running", self.songs[:4]))
        self.desk.wait_for_library(4, 1)
        for song in self.songs[2:4]:
            Path(song).unlink()
        self.desk.must("portamentoctl", "partner", "create")
        self.see("push button", "Preview")
        self.choose_from_playlist_menu()
        self.see("label", "2 songs could not be synced:")
        self.assertFalse(self.ask("find", "push button", "Skip")["sensitive"], "no song is selected")
        self.ask("select", "table cell", self.songs[3])
        self.press("push button", "Skip")
        self.see("label", "1 song could not be synced:")
        self.see("table cell", "Skipped by you: left alone on this player")
        self.see("push button", "Do not skip")  # it is still the one that is selected
        self.shoot("skipped")
        self.wait_for_sync("SkippedCount", 1)  # which comes by itself
        self.assertEqual(self.desk.device()[1]["LastSync"]["ErrorCount"], 1)
        self.see("label", "1 song could not be synced:")
        self.ask("select", "table cell", self.songs[2])
        self.press("push button", "Skip")
        self.see("label", "2 songs are skipped")
        self.ask("select", "table cell", self.songs[2])
        self.press("push button", "Do not skip")
        self.see("label", "1 song could not be synced:")  # after another sync
        self.see("table cell", self.songs[2])

    def test_disabled_it_is_gone(self):
        self.start(("Running", self.songs[:3]))
        self.see("label", "New: not set up yet")
        self.see("menu item", "Player settings ...", hidden=True)
        self.desk.enable(False)
        self.see_no("label", "New: not set up yet")
        self.see_no("menu item", "Player settings ...", hidden=True)
        self.desk.enable()
        self.see("label", "New: not set up yet")


if __name__ == "__main__":
    unittest.main(verbosity=2)
