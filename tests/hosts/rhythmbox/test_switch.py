#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin switched off and on again, again and again: nothing of it stays behind."""

import os
import unittest
from pathlib import Path

from harness import TestCase

TIMES = 50 if os.environ.get("PORTAMENTO_LONG") else 20
WARM_UP = 5  # what is loaded once, and the ways of the allocator


class Switch(TestCase):
    def figures(self):
        """What a plugin could leave behind, as far as it shows from outside."""
        process = Path(f"/proc/{self.rhythmbox.process.pid}")
        status = dict(line.split(":\t", 1) for line in (process / "status").read_text().split("\n") if ":\t" in line)
        return {"descriptors": len(os.listdir(process / "fd")), "threads": int(status["Threads"]),
                "actions": len(self.rhythmbox.actions()), "KiB": int(status["RssAnon"].split()[0])}

    def switch(self, on):
        """Returns once the player's page is there, or all actions are gone."""
        super().switch(on)
        if on:
            snapshots = self.snapshots + 1
            self.until(lambda: self.rhythmbox.log().count("snapshot: ") >= snapshots, "a snapshot")
            self.snapshots = snapshots

    def start(self, **more):
        rhythmbox = self.open(**more)
        rhythmbox.add_playlist("Party", rhythmbox.add_album("Alpha", "First", ["One", "Two", "Three"]))
        rhythmbox.start()
        self.until_published(3, Party=3)
        return rhythmbox

    def test_nothing_stays_behind(self):
        """Without a screen reader, for which GTK keeps something of each widget that ever was."""
        rhythmbox = self.start(accessible=False)
        self.snapshots = rhythmbox.log().count("snapshot: ")
        for _ in range(WARM_UP):
            self.switch(False)
            self.switch(True)
        before = self.figures()
        for _ in range(TIMES - WARM_UP):
            self.switch(False)
            self.switch(True)
        after = self.figures()
        self.assertEqual(after["actions"], before["actions"])
        # GLib and Rhythmbox have pools of their own that come and go
        for name in ("descriptors", "threads"):
            self.assertLessEqual(after[name], before[name] + 4, name)
        self.assertLess(after["KiB"] - before["KiB"], 16 * (TIMES - WARM_UP), "memory stays behind")
        self.assertNotIn("CRITICAL", rhythmbox.log())

    def test_one_page_and_none_when_it_is_off(self):
        rhythmbox = self.start()
        self.snapshots = rhythmbox.log().count("snapshot: ")
        self.show_player()
        self.switch(False)
        self.ui("gone", "text", "Name of the player")
        self.switch(True)
        self.show_player()
        self.assertEqual(len(self.ui("all", "text", "Name of the player")), 1)
        self.switch(False)
        self.ui("gone", "text", "Name of the player")
        self.assertNotIn("CRITICAL", rhythmbox.log())


if __name__ == "__main__":
    unittest.main()
