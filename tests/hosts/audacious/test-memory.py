#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Audacious under valgrind, without windows, with Qt's and with GTK's: with a player that comes and goes, with the
plugin off and on, and closed in the middle of a sync, nothing of ours reads or writes what is not its
own, decides by what was never set, or keeps what nobody can give back any more.

    PORTAMENTO_BUILD=DIR test-memory.py
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from audacious import PLUGIN  # noqa: E402
from support.memcheck import COMMAND, PATIENCE, SLOW, complaints  # noqa: E402
from windows import WindowsCase  # noqa: E402

TIMES = 3
VALGRIND = [*COMMAND, "--keep-debuginfo=yes", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=none"]


def is_of_gail(words):
    """What GTK 2's accessibility loses when a menu item of anybody's goes is its own."""
    return " are definitely lost " in words and "/libgail.so)" in words


class Memory(WindowsCase):
    wrapper, patience = VALGRIND, PATIENCE

    def come_and_go(self):
        path, _ = self.desk.device()
        for _ in range(TIMES):
            self.desk.player.ctl("unplug")
            self.desk.watch.wait_for_property(path, "Connected", lambda connected: not connected)
            self.desk.player.ctl("plug")
            self.desk.when_copying()

    def live(self, accept):
        """All that can happen to the plugin, once. accept: as a person agrees to a new player."""
        self.start(("Running", self.songs[:4]), ("Jazz", self.songs[2:]))
        self.desk.wait_for_library(12, 2)
        self.desk.player.ctl("bandwidth", SLOW)
        accept()
        self.desk.when_copying()
        self.come_and_go()
        for _ in range(TIMES):
            self.desk.enable(False)
            self.desk.enable()
        self.desk.fill(self.songs[:1])
        self.desk.device()
        self.desk.quit_audacious()
        self.assertIn("ERROR SUMMARY", self.desk.log())
        self.assertIn(b".debug_info", PLUGIN.read_bytes(), "without this no line of ours can be named")
        self.assertEqual([words for words in complaints(self.desk.log()) if not is_of_gail(words)], [])


class Headless(Memory):
    interface = "-H"

    def accept(self):
        self.desk.must("portamentoctl", "partner", "create")
        self.desk.must("portamentoctl", "rules", "add", "audacious", "library")

    def test_nothing_of_ours_is_misused(self):
        self.live(self.accept)


class Qt(Memory):
    def accept(self):
        self.choose_from_menu("Set up Walkman ...")
        self.see("check box", "Sync when it is connected")
        self.press("push button", "Sync it")
        self.see("progress bar", "portamento-progress")

    def test_nothing_of_ours_is_misused(self):
        self.live(self.accept)


class Gtk(Memory):
    interface, application = "-G", "audacious"

    def accept(self):
        self.choose_from_menu("Set up Walkman ...")
        self.press("push button", "Sync", within="Portable players (Portamento) Settings")
        self.see("label", "Walkman: Copying")

    def test_nothing_of_ours_is_misused(self):
        self.live(self.accept)


if __name__ == "__main__":
    del Memory  # what they share
    unittest.main(verbosity=2)
