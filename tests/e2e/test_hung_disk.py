#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Music on a disk that does not answer any more: nobody waits for it who need not, and a song is all that it costs."""

import os
import time
import unittest
from pathlib import Path

from withstand import CANCELLED, OK, SOURCE_UNREADABLE, Bench
from support.session import BUILD  # found through withstand

SIZE = 8_000_000
SLOW = 1_000_000  # bytes a second
PATIENCE = 8  # with a machine that is busy; what hangs here does so for ever


class HungDisk(Bench):
    def setUp(self):
        super().setUp()
        self.gate = self.folder / "gate"
        environment = self.workbench.environment
        # before the emulated cable, which goes straight to libc
        environment["LD_PRELOAD"] = f"{BUILD}/tests/e2e/libhung-disk.so:{environment['LD_PRELOAD']}"
        environment |= {"HUNG_DISK": str(self.music), "HUNG_DISK_GATE": str(self.gate)}

    def hang(self):
        os.mkfifo(self.gate)
        self.addCleanup(self.release)

    def release(self):
        if self.gate.exists():
            through = os.open(self.gate, os.O_RDWR)
            self.gate.unlink()
            os.close(through)

    def until_hung(self, call):
        sign = Path(f"{self.gate}.{call}")
        deadline = time.monotonic() + 30
        while not sign.exists():
            self.assertLess(time.monotonic(), deadline, f"nobody came to {call}")
            os.sched_yield()

    def elsewhere(self, name, number):
        """A song that is not on that disk."""
        music, self.music = self.music, self.folder / "elsewhere"
        self.add(name, number=number)
        self.music = music

    def assert_ends_soon(self, running):
        running.engine.cancel()
        seconds = self.elapsed(running.wait)
        self.assertLess(seconds, PATIENCE, "2 s, or one transfer unit of the device")
        self.assertEqual(running.result["Code"], CANCELLED)
        self.assertLess(self.elapsed(running.engine.close), PATIENCE, "the process waits for its thread")

    def assert_settles(self):
        self.release()
        self.player.ctl("bandwidth", "0")
        self.clean_sync()
        self.assert_journal_agrees()

    def test_it_hangs_within_a_song_and_is_cancelled(self):
        self.add("Song", SIZE, 1)
        self.player.ctl("bandwidth", SLOW)
        running = self.begin()
        running.until_copying()
        self.hang()
        self.until_hung("read")
        self.assert_ends_soon(running)
        self.assertEqual(self.songs_there(), [])
        self.assert_settles()

    def test_it_hangs_before_the_next_song_and_is_cancelled(self):
        """The first song goes out meanwhile."""
        self.hang()
        self.elsewhere("First", 1)
        self.add("Second", number=2)
        running = self.begin()
        self.until_hung("open")
        running.until(lambda: self.songs_there() == ["01 First"], "the first song")
        self.assert_ends_soon(running)
        self.assert_settles()

    def looks(self):
        """A sync that has come to where files are only looked at."""
        self.workbench.environment["HUNG_DISK_STAT"] = "1"
        self.hang()
        self.add("Song", number=1)
        running = self.begin()
        self.until_hung("stat")
        return running

    def assert_is_over(self, running):
        running.engine.process.wait(30)
        self.assertEqual(self.songs_there(), [])
        self.assert_settles()

    def test_it_hangs_when_it_is_looked_at_and_is_cancelled(self):
        running = self.looks()
        running.engine.cancel()
        self.assertLess(self.elapsed(running.wait), PATIENCE)
        self.assertEqual(running.result["Code"], CANCELLED)
        self.assert_is_over(running)

    def test_it_is_looked_at_in_vain(self):
        """The player is not kept for ever for a share that is gone."""
        self.workbench.environment["PORTAMENTO_SOURCE_TIMEOUT_MS"] = "1000"
        running = self.looks()
        result = running.wait()
        self.assertEqual(result["Code"], SOURCE_UNREADABLE)
        self.assertIn(f"{self.music / 'Song.mp3'} could not be read: its disk has not answered", result["Text"])
        self.assert_is_over(running)

    def test_it_is_waited_for_and_the_others_are_sent(self):
        self.workbench.environment["PORTAMENTO_SOURCE_TIMEOUT_MS"] = "1000"
        for call in ("read", "open"):
            with self.subTest(call=call):
                first = self.add(f"{call} 1", SIZE, 1)
                self.elsewhere(f"{call} 2", 2)
                third = self.add(f"{call} 3", number=3)
                if call == "open":
                    self.hang()
                self.player.ctl("bandwidth", SLOW if call == "read" else "0")
                running = self.begin()
                if call == "read":
                    running.until_copying()
                    self.hang()
                self.until_hung(call)
                self.player.ctl("bandwidth", "0")
                result = running.wait()
                self.assertEqual((result["Code"], self.codes(result)),
                                 (OK, {first.name: SOURCE_UNREADABLE, third.name: SOURCE_UNREADABLE}), result)
                texts = {Path(source).name: text for _, source, _, text in result["Failures"]}
                self.assertIn(f"{first} could not be read: its disk has not answered for 1 s", texts[first.name])
                self.assertIn(f"{third} could not be read: its disk does not answer, and is asked again", texts[third.name])
                self.assertIn(f"02 {call} 2", self.songs_there())
                self.assertNotIn(f"01 {call} 1", self.songs_there())
                self.assert_settles()


if __name__ == "__main__":
    unittest.main()
