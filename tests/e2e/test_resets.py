#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A player that leaves the bus whenever its port is reset, and is reset whenever it is let go of: nothing goes in circles."""

import os
import unittest
from unittest.mock import patch

from harness import TestCase
from support import songs

# Listed by libmtp as one that can not be opened again without a reset.
NEEDS_RESET = ("--set", "vendor_id=0x054c", "--set", "product_id=0x0325", "--set", "replugs_on_reset=1")
STOPPED = 2  # PORTA_SYNC_


class Resets(TestCase):
    lane = "ptp"

    def open(self):
        patience = {"PORTAMENTO_RESET_MS": "60000", "PORTAMENTO_RETURN_MS": "60000"}
        with patch.dict(os.environ, {"PORTAMENTO_LANE": self.lane, **patience}):
            desktop = self.session("walkman", NEEDS_RESET)
        for number in range(3):
            songs.make(desktop.music / f"{number}.mp3", 2000, title=f"Song {number}", artist="A", albumartist="A", album="B",
                       track=number)
        desktop.mpd.update()
        return desktop

    def sessions(self, desktop):
        return desktop.player.ctl("stats")["sessions"]

    def test_a_sync_is_one_session_and_no_other_follows(self):
        desktop = self.open()
        desktop.mpd_sync("--library", "--create-partnership")
        path, _ = desktop.device()
        desktop.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 3)
        desktop.watch.wait_for_property(path, "SyncState", lambda state: state == STOPPED)
        before, resets = self.sessions(desktop), desktop.player.ctl("stats")["resets"]
        # Each begins when the player is back from the last one, and would come after whatever that had begun.
        for _ in range(3):
            self.assertEqual(desktop.sync()["Result"], 0)
        self.assertEqual(self.sessions(desktop) - before, 3)
        # a plug is a reset, too; the last one may be on its way
        self.assertGreaterEqual(desktop.player.ctl("stats")["resets"] - resets, 2 * 2)
        self.assertTrue(desktop.device()[1]["Connected"])
        self.assertEqual(len([name for name in desktop.player.tree() if name.endswith(".mp3")]), 3)


class ResetsByLibmtp(Resets):
    lane = "libmtp"


if __name__ == "__main__":
    unittest.main(verbosity=2)
