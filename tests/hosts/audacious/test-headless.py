#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin in a real Audacious without a screen, with everything real behind it and the
virtual player at the end.

    PORTAMENTO_BUILD=DIR test-headless.py
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from audacious import Desktop  # noqa: E402
from support import songs  # noqa: E402


class Headless(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.desk = Desktop()
        self.addCleanup(self.leave)
        self.songs = [str(self.desk.music / name) for name in songs.make_album(
            self.desk.music, "The Carriers", "Plugged", [f"Song {n}" for n in range(1, 7)])]

    def leave(self):
        self.desk.failed = not self._outcome.success
        if self.desk.failed:
            self.desk.show_logs()
        self.desk.close()

    def start(self, *playlists):
        """Audacious with these playlists, (title, paths) each, and the plugin enabled."""
        self.desk.start_audacious()
        for title, paths in playlists:
            self.desk.new_playlist(title, paths)
        self.desk.enable()

    def choose(self, *rules):
        """As a person does without a screen."""
        self.desk.must("portamentoctl", "partner", "create")
        for rule in rules:
            self.desk.must("portamentoctl", "rules", "add", "audacious", rule)

    def wait_for_sync(self, what, count):
        path, _ = self.desk.device()
        self.desk.watch.wait_for_property(path, "LastSync", lambda last: last and last.get(what) == count)

    def names_on_player(self):
        return sorted(Path(path).stem for path in self.desk.music_on_player())

    def test_enabled_published_chosen_synced(self):
        self.start(("Running", self.songs[:3]), ("Jazz", self.songs[2:]))
        self.desk.wait_for_library(6, 2)
        self.choose("playlist:" + self.desk.playlist_ids()["Running"])
        self.wait_for_sync("Copied", 3)
        self.assertEqual(len(self.names_on_player()), 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
