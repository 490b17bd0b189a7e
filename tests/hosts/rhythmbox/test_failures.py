#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Songs that can not be sent: why is said in a list, and a person may skip them, and take that back."""

import unittest

from harness import TestCase

LIST = "Songs that failed or are skipped"
SKIPPED = "Skipped by you"


class Failures(TestCase):
    def cells(self):
        """What the list shows, row by row."""
        names = [cell["name"] for cell in self.ui("all", "table cell", within=LIST)]
        return list(zip(names[::2], names[1::2]))

    def until_cells(self, *wanted):
        """wanted: name, and how what is said of it begins."""
        def fits():
            found = self.cells()
            return len(found) == len(wanted) and all(
                name == wish[0] and why.startswith(wish[1]) for (name, why), wish in zip(found, wanted))
        self.until(fits, f"{wanted} to be listed")

    def test_a_song_is_skipped_and_taken_back(self):
        rhythmbox = self.open()
        paths = rhythmbox.add_album("Alpha", "First", ["One", "Two", "Three"])
        rhythmbox.start()
        self.until_published(3)
        self.show_player()
        contents = [path.read_bytes() for path in paths]
        for path in paths[:2]:  # no song any more, whatever Rhythmbox believes
            path.unlink()
            path.mkdir()
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))
        self.assertEqual((last["Copied"], last["ErrorCount"]), (1, 2), last)
        self.ui("press", "toggle button", "2 songs failed")
        self.until_cells((paths[0].name, ""), (paths[1].name, ""))
        self.assertFalse(self.ui("find", "push button", "Skip")["sensitive"])
        self.ui("select", "table cell", paths[0].name, within=LIST)
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Skip"))
        self.assertEqual(last["ErrorCount"], 1, last)
        self.ui("find", "toggle button", "1 song failed, 1 song is skipped")
        self.until_cells((paths[1].name, ""), (paths[0].name, SKIPPED))
        self.shoot("skipped")
        skipped, = self.session.ctl("skipped")
        self.assertEqual((skipped["by"], skipped["source"]), ("person", str(paths[0])))

        # the same by somebody else, in another program
        self.wait_for_sync(lambda: self.session.must("portamentoctl", "skip", paths[1]))
        self.ui("find", "toggle button", "2 songs are skipped")
        self.assertFalse(self.ui("find", "push button", "Try Again")["sensitive"])
        self.assertEqual(len(self.session.music_on_player()), 1)

        # it could be sent now, and is, but only what a person wants
        for path, content in zip(paths, contents):
            if path.is_dir():
                path.rmdir()
                path.write_bytes(content)
        self.assertEqual(self.session.sync()["Copied"], 0)
        self.ui("find", "status bar", "All that you chose is on the player, but for what is skipped.")
        # the song that the person was at is still the selected one
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Do Not Skip"))
        self.assertEqual((last["Copied"], last["ErrorCount"]), (1, 0), last)
        self.until_cells((paths[1].name, SKIPPED))
        self.wait_for_sync(lambda: self.session.must("portamentoctl", "unskip", paths[1]))
        self.ui("gone", "toggle button", "skipped", exact=False)
        self.assertEqual(len(self.session.music_on_player()), 3)
        self.assertNotIn("CRITICAL", rhythmbox.log())


if __name__ == "__main__":
    unittest.main()
