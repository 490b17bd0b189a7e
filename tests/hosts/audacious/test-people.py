#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What people decide in Audacious' dock: whether many songs go, whose a player is, and what goes on
which of two players.

    PORTAMENTO_BUILD=DIR test-people.py
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from support import songs  # noqa: E402
from windows import WindowsCase  # noqa: E402

DECLINED, ANOTHER, OURS = 2, 3, 1  # PORTA_STATUS_*


class OnePlayer(WindowsCase):
    def test_many_songs_go_only_when_that_was_agreed_to(self):
        others = [str(self.desk.music / name) for name in songs.make_album(
            self.desk.music, "The Others", "Staying", ["One", "Two"])]
        self.start(("Running", self.songs), ("Jazz", others))
        self.desk.wait_for_library(14, 2)
        self.press("push button", "Sync it")
        self.wait_for_sync("Copied", 14)
        self.choose_from_menu("Player settings ...")
        self.see("check box", "Sync when it is connected")
        path, _ = self.desk.device()
        self.desk.tool("set-current-playlist", 1)
        self.desk.tool("playlist-clear")
        self.desk.watch.wait_for_property(path, "HeldRemovals", lambda held: held == 12)
        self.see("label", "12 songs will be removed from Walkman. Go ahead?")
        self.desk.wait_for_log("12 songs will be removed from Walkman. Go ahead?")
        self.see("menu item", "Confirm what goes from Walkman ...", hidden=True)
        self.see_no("push button", "Let them go")  # the page was opened before
        self.choose_from_menu("Confirm what goes from Walkman ...")
        self.see("push button", "Let them go")
        self.shoot("held")
        self.assertEqual(self.on_player(), 14)
        self.press("push button", "Remove them")
        self.wait_for_sync("Removed", 12)
        self.see_no("push button", "Remove them")
        self.assertEqual(self.on_player(), 2)

    def test_no_is_remembered(self):
        self.start(("Running", self.songs[:3]))
        self.press("push button", "No")
        self.see_no("push button", "Sync it")
        path, _ = self.desk.device()
        self.desk.watch.wait_for_property(path, "Status", lambda status: status == DECLINED)
        self.assertEqual(self.desk.quit_audacious(), 0)
        self.desk.end_helper()
        self.desk.start_audacious("-Q")
        self.see("label", "Not synced with this computer")
        self.see_no("push button", "Sync it")
        self.shoot("declined")
        self.assertEqual(self.desk.player.writes(), {})

    def test_anothers_player_is_taken_only_when_asked_to(self):
        self.desk.must("portamentoctl", "partner", "create")
        self.desk.end_helper()
        state = Path(self.desk.environment["XDG_STATE_HOME"], "portamento")
        state.rename(state.with_name("of another computer"))
        self.start(("Running", self.songs[:3]))
        self.desk.wait_for_library(3, 1)
        self.see("push button", "Take it over")
        path, device = self.desk.device()
        self.assertEqual(device["Status"], ANOTHER)
        self.see_no("push button", "No")
        self.shoot("another")
        self.press("push button", "Take it over")
        self.desk.watch.wait_for_property(path, "Status", lambda status: status == OURS)
        self.wait_for_sync("Copied", 3)
        self.see_no("push button", "Take it over")
        self.assertEqual(self.on_player(), 3)


class TwoPlayers(WindowsCase):
    options = ("--device", "one:walkman:AAA1", "--device", "two:android:BBB2")

    def songs_on(self, player):
        return sum(thing["path"].endswith(".mp3") for thing in self.desk.player.ctl("@" + player, "tree"))

    def devices(self):
        """{name: properties} of those that were looked at."""
        return {device["FriendlyName"] or device["DeviceName"]: device
                for device in self.desk.watch.devices().values() if device["Status"]}

    def until_copying(self, *names):
        self.desk.watch.wait_for(lambda: all(self.devices()[name]["Progress"][1] > 0 for name in names),
                                 f"songs on their way to {names}")

    def test_each_gets_what_was_chosen_for_it_at_the_same_time(self):
        self.start(("Running", self.songs[:4]), ("Jazz", self.songs[2:9]))
        self.desk.wait_for_library(9, 2)
        self.desk.watch.wait_for(lambda: sorted(self.devices()) == ["Pixel", "Walkman"], "both players")
        for player in ("one", "two"):
            self.desk.player.ctl("@" + player, "bandwidth", "200000")
        self.see("combo box", "Pixel")
        self.press("push button", "Sync it")
        self.choose_from_menu("Set up Walkman ...")
        self.see("check box", "Sync when it is connected")
        self.choose_from_box("(none)", 1)
        self.until_copying("Pixel", "Walkman")
        for name in ("Pixel", "Walkman"):
            self.see("menu item", f"Stop {name}", hidden=True)
        self.shoot("two-players")
        for player in ("one", "two"):
            self.desk.player.ctl("@" + player, "bandwidth", "0")
        self.desk.watch.wait_for(lambda: [(device["SyncItemCount"], device["SyncState"])
                                          for _, device in sorted(self.devices().items())] == [(9, 2), (4, 2)],
                                 "nine songs on Pixel, four on Walkman")
        self.assertEqual((self.songs_on("one"), self.songs_on("two")), (4, 9))
        for name in ("Pixel", "Walkman"):
            self.see("menu item", f"Sync {name}", hidden=True)
            self.assertEqual(self.devices()[name]["LastSync"]["ErrorCount"], 0)

if __name__ == "__main__":
    unittest.main(verbosity=2)
