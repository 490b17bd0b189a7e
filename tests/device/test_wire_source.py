#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transactions whose data come from a file that is slow, or whose disk does not answer: a fifo gives as much as we let it."""

import fcntl
import os
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import ROOT  # noqa: E402
from test_wire import OK, WireCase  # noqa: E402

MEGABYTE = 1 << 20
SIZE = 3 * MEGABYTE
CANCEL_MS, DEVICE_MS = 300, 1500
PATIENCE_MS = 8000  # with a machine that is busy; a read that hangs here does so for ever
GIVEN = (0, 100, 64 * 1024 - 12, 500_000)  # nothing, some, the first transfer exactly, some transfers


class Fifo:
    """A file that gives what was put into it, and then keeps who reads it waiting."""

    def __init__(self, path, given):
        self.path = path
        os.mkfifo(path)
        self.both = os.open(path, os.O_RDWR)  # never at its end
        fcntl.fcntl(self.both, fcntl.F_SETPIPE_SZ, MEGABYTE)
        os.write(self.both, given)

    def close(self):
        os.close(self.both)


class Source(WireCase):
    def connect(self, **variables):
        player = self.player("android")
        wire = self.wire(player, PORTAMENTO_USB_TIMEOUT_MS=str(DEVICE_MS), **variables)
        wire.do("open")
        return player, wire, self.first_storage(wire)

    def fifo(self, given=0, name="fifo"):
        fifo = Fifo(self.folder / name, bytes(given))
        self.addCleanup(fifo.close)
        return fifo

    def begin(self, wire, storage, fifo, *options, name="a.mp3", size=SIZE):
        self.assertEqual(wire.do("announce", storage, ROOT, name, size)[0][1], OK)
        wire.begin("send", fifo.path, size, *options)

    def assert_works(self, player, wire, storage, name="after.mp3"):
        local = self.file("after", 1_500_000, seed=2)
        self.assertEqual(self.send(wire, storage, name, local)[1][0][1], OK)
        self.assert_arrived(player, f"/{name}", local)

    def assert_nothing_whole(self, player):
        self.assertNotIn(SIZE, [entry["size"] for entry in player.tree().values()])

    def reading_threads(self, wire):
        return sum(name_of(task) == "source" for task in Path(f"/proc/{wire.child.pid}/task").iterdir())

    def test_a_read_that_hangs_is_no_obstacle_to_a_cancellation(self):
        player, wire, storage = self.connect()
        for given in GIVEN:
            with self.subTest(given=given):
                fifo = self.fifo(given, f"fifo{given}")
                self.begin(wire, storage, fifo, f"cancel-ms={CANCEL_MS}", name=f"{given}.mp3")
                error = self.assert_fails("cancelled", wire.finish, 20)
                self.assertLess(error.milliseconds, CANCEL_MS + PATIENCE_MS)
                self.assert_nothing_whole(player)
                self.assert_works(player, wire, storage, f"after{given}.mp3")
        self.assertEqual(wire.close(), 0)

    def test_a_disk_that_does_not_answer_is_told_and_the_next_file_goes_out(self):
        """It is waited for longer than for the device, which is not blamed."""
        patience_ms = DEVICE_MS + 500
        player, wire, storage = self.connect(PORTAMENTO_SOURCE_TIMEOUT_MS=str(patience_ms))
        for given in (0, 500_000):
            with self.subTest(given=given):
                fifo = self.fifo(given, f"fifo{given}")
                self.begin(wire, storage, fifo, name=f"{given}.mp3")
                error = self.assert_fails("file unreadable", wire.finish, 20)
                self.assertIn(str(fifo.path), error.text)
                self.assertIn("its disk has not answered for 2 s", error.text)
                self.assertGreaterEqual(error.milliseconds, patience_ms)
                self.assertLess(error.milliseconds, patience_ms + PATIENCE_MS)
                self.assert_nothing_whole(player)
                self.assert_works(player, wire, storage, f"after{given}.mp3")
        self.assertEqual(wire.close(), 0)

    def test_a_read_that_returns_late_harms_nobody(self):
        player, wire, storage = self.connect()
        fifo = self.fifo(200_000)
        self.begin(wire, storage, fifo, f"cancel-ms={CANCEL_MS}")
        self.assert_fails("cancelled", wire.finish, 20)
        self.assert_works(player, wire, storage, "1.mp3")
        self.assertEqual(self.reading_threads(wire), 2)
        os.write(fifo.both, bytes(MEGABYTE))
        while self.reading_threads(wire) > 1:
            os.sched_yield()
        self.assert_works(player, wire, storage, "2.mp3")

    def test_one_thread_reads_all_files(self):
        player, wire, storage = self.connect()
        for number in range(5):
            self.assert_works(player, wire, storage, f"{number}.mp3")
            self.assertEqual(self.reading_threads(wire), 1)

    def test_a_disk_slower_than_the_cable_makes_the_same_file(self):
        player, wire, storage = self.connect()
        local, fifo = self.file("a", SIZE), self.fifo()
        self.begin(wire, storage, fifo)
        feeder = threading.Thread(target=feed, args=(fifo.both, local.read_bytes()))
        feeder.start()
        self.assertEqual(wire.finish(60)[0][1], OK)
        feeder.join()
        self.assert_arrived(player, "/a.mp3", local)

    def test_a_cable_that_is_pulled_while_the_disk_hangs_is_told_at_once(self):
        player, wire, storage = self.connect()
        self.begin(wire, storage, self.fifo(500_000))
        player.ctl("unplug")
        error = self.assert_fails("no device", wire.finish, 20)
        self.assertLess(error.milliseconds, PATIENCE_MS)
        self.assertEqual(wire.close(), 0)

    def test_a_device_that_refuses_while_the_disk_hangs_is_heard(self):
        player, wire, storage = self.connect()
        player.ctl("fault", "refuse-at-transaction", 2, "0x200c")
        self.begin(wire, storage, self.fifo(1_000_000), size=1_500_000)
        self.assertEqual(wire.finish(20)[0][1], "0x200c")
        self.assert_works(player, wire, storage)


def name_of(task):
    try:
        return (task / "comm").read_text().strip()
    except OSError:
        return None  # it has just ended


def feed(descriptor, content):
    """In crumbs, each once the one before was taken."""
    for at in range(0, len(content), 9973):
        crumb = memoryview(content)[at:at + 9973]
        while crumb:
            crumb = crumb[os.write(descriptor, crumb):]
        os.sched_yield()


if __name__ == "__main__":
    unittest.main()
