#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Law 7: whatever a player answers. Its responses are mutated, by a seed that is named when a check fails.

PORTAMENTO_FUZZ_SESSIONS says how many sessions, PORTAMENTO_FUZZ_SEED where to begin;
the long suite runs 2,000 in two halves, with the engine built with AddressSanitizer.
After each: the engine answered or ended itself within its deadlines, no signal ended it,
nothing of others was touched, and now and then a clean sync makes everything good.
"""

import os
import random
import shutil
import time
import unittest

from withstand import LONG, OK, Bench, EngineDied

SESSIONS = int(os.environ.get("PORTAMENTO_FUZZ_SESSIONS", "1000" if LONG else "60"))
FIRST_SEED = int(os.environ.get("PORTAMENTO_FUZZ_SEED", "1"))
DEADLINE = 60
CLEAN_EVERY = 10
IMPATIENT_MS = "400"  # for a word from a player that has been garbled anyway


class Garbage(Bench):
    """Each session has songs to send, to remove and to keep, and a playlist to write."""

    share = 3

    def setUp(self):
        super().setUp()
        for number in range(1, 5):
            self.add(f"Song {number}", 9_000, number)
        self.add("Old", 9_000, 20)
        self.library.add_playlist("Mix", [0, 1, 2])
        self.assertEqual(self.sync(playlists=["Mix"])["Code"], OK)
        self.library.tracks.pop()
        for number in range(5, 8):
            self.add(f"Song {number}", 9_000, number)
        self.library.playlists[0] = ("Mix", "Mix", 1, [4, 1, 0], {})
        self.player.ctl("snapshot", self.folder / "before")
        shutil.copytree(self.workbench.state, self.folder / "journal-before")
        self.died = []

        # libmtp asks for as much memory as it was told to; without an answer it goes on without
        found = self.workbench.environment.get("ASAN_OPTIONS", "")
        self.workbench.environment["ASAN_OPTIONS"] = ":".join(filter(None, [found, "allocator_may_return_null=1"]))

    def reset(self):
        self.player.ctl("restore", self.folder / "before")
        shutil.rmtree(self.workbench.state)
        shutil.copytree(self.folder / "journal-before", self.workbench.state)

    def garbled_session(self, seed):
        """One session; a person loses patience in some of them."""
        dice = random.Random(seed)
        self.player.ctl("fault", "garbage", seed, dice.choice((1, 3, 10, 40)))
        self.workbench.environment["PORTAMENTO_USB_TIMEOUT_MS"] = IMPATIENT_MS
        running = self.begin(playlists=["Mix"])
        del self.workbench.environment["PORTAMENTO_USB_TIMEOUT_MS"]
        began = time.monotonic()
        try:
            if dice.random() < 0.2:
                running.until(lambda: running.is_over() or len(running.engine.signals) > 2, "some words", DEADLINE)
                if not running.is_over():
                    running.engine.connection.call(None, "/org/portamento/Engine1", "org.portamento.Engine1", "Cancel",
                                                   None, None, 0, 5000, None, None)
            running.wait(DEADLINE)
        except EngineDied as death:
            status = running.engine.process.wait(10)
            self.died.append((seed, status, str(death)))
        finally:
            running.engine.close()
            self.player.ctl("fault", "clear")
        self.assertLess(time.monotonic() - began, DEADLINE, f"seed {seed}")

    def test_nothing_that_it_answers_harms_anybody(self):
        for seed in range(FIRST_SEED, FIRST_SEED + SESSIONS // self.share):
            self.reset()
            self.garbled_session(seed)
            self.assert_foreign(f"seed {seed}")
            if seed % CLEAN_EVERY == 0:
                self.player.ctl("replug")
                result = self.sync(playlists=["Mix"])
                self.assertEqual((result["Code"], result["Text"]), (OK, ""), f"after seed {seed}")
                self.assert_foreign(f"after seed {seed}")
                self.assertEqual(len(self.songs_there()), 7 - result["SkippedCount"], f"after seed {seed}")
                self.assert_idle(f"after seed {seed}", playlists=["Mix"])
        self.assertEqual(self.died, [])


class GarbageOnWalkman(Garbage):
    profile = "walkman"


class GarbageOnTwin(Garbage):
    profile = "twin"


if __name__ == "__main__":
    unittest.main()
