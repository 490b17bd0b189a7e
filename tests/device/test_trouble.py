#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A lane when something goes wrong: it says what, leaves nothing behind, and goes on."""

import os
import re
import shutil
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import LANE, ROOT, DeviceError, TestCase  # noqa: E402

MEGABYTE = 1 << 20


class Trouble(TestCase):
    # A minute's wait for a silent device is the product's, not a test's.
    variables = {"PORTAMENTO_USB_TIMEOUT_MS": "3000"}

    def connect(self, profile, **options):
        player = self.player(profile)
        probe = self.probe(player, **options).connect()
        storage = probe.storages()[0]
        return player, probe, storage, probe.list(storage)["Music"][0]

    def names(self, player):
        return sorted(path for path in player.tree() if path.endswith(".mp3"))

    # the cable

    def test_a_cable_pulled_in_mid_send_is_told_at_once(self):
        for profile in ("android", "walkman"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.probe(player).connect()
                storage = probe.storages()[0]
                player.ctl("fault", "unplug-at-byte", 700000)
                error = self.assert_fails("no device", probe.do, "send", storage, ROOT, "a.mp3",
                                          self.file("a.mp3", MEGABYTE), seconds=3)
                self.assertIn("unplugged", error.text)
                self.assert_fails("no device", probe.do, "list", storage, ROOT, seconds=1)
                probe.do("close", seconds=3)
                player.ctl("plug")
                probe.do("wait", 500)
                self.assertEqual([event[0] for event in probe.events], ["arrived", "left", "arrived"])
                self.assertEqual(probe.events[0][1], probe.events[2][1])
                probe.do("open")
                probe.do("send", storage, ROOT, "b.mp3", self.folder / "a.mp3")
                player.stop()

    def test_a_cable_pulled_at_any_transaction_of_a_send_or_list(self):
        local = self.file("a.mp3", 40000)
        for moment in ("before", "data", "after"):
            for number in range(1, 6):
                with self.subTest(moment=moment, number=number):
                    player = self.player("android", folder=f"{moment}{number}")
                    probe = self.probe(player).connect()
                    storage = probe.storages()[0]
                    player.ctl("fault", "unplug-at-transaction", number, moment)
                    with self.assertRaises(DeviceError) as caught:
                        for i in range(6):
                            probe.do("send", storage, ROOT, f"{i}.mp3", local)
                            probe.do("list", storage, ROOT)
                    self.assertEqual(caught.exception.code, "no device", caught.exception.text)
                    self.assertLess(caught.exception.milliseconds, 3000)
                    self.assertEqual(probe.close(seconds=10), 0)
                    player.stop()

    # cancelling

    def test_a_cancelled_send_leaves_nothing_and_the_next_works(self):
        local = self.file("a.mp3", 12 * MEGABYTE)  # more than is ever read ahead
        for profile in ("android", "walkman", "minimal", "twin"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.probe(player).connect()
                storage = probe.storages()[0]
                music = probe.list(storage)["Music"][0]
                for cancel_at in (0, 1, 600, 100000, 4 * MEGABYTE - 40000):
                    self.assert_fails("cancelled", probe.do, "send", storage, music, "a.mp3", local, "cancel",
                                      cancel_at, seconds=2)
                    self.assertEqual(self.names(player), [], cancel_at)
                probe.do("send", storage, music, "a.mp3", local)
                self.assert_arrived(player, self.names(player)[0], local)
                self.assertEqual(list(probe.list(storage, music)), ["a.mp3"])
                player.stop()

    def test_a_cancelled_send_takes_no_foreign_file_with_it(self):
        player, probe, storage, music = self.connect("walkman")
        theirs = self.file("theirs.mp3", 5000)
        player.ctl("put", "/Music/a.mp3", theirs)
        self.assert_fails("cancelled", probe.do, "send", storage, music, "a.mp3", self.file("a.mp3", MEGABYTE),
                          "cancel", 100000)
        self.assertEqual(self.names(player), ["/Music/a.mp3"])
        self.assert_arrived(player, "/Music/a.mp3", theirs)

    @unittest.skipUnless(shutil.which("umtprd"), "umtp-responder is not installed")
    def test_a_device_deaf_to_cancelling_shows_no_empty_folders(self):
        player = self.player(None, "--umtprd")
        probe = self.probe(player).connect()
        storage = probe.storages()[0]
        probe.do("send", storage, ROOT, "a.mp3", self.file("a.mp3", MEGABYTE))
        self.assert_fails("cancelled", probe.do, "send", storage, ROOT, "b.mp3", self.folder / "a.mp3", "cancel",
                          300000, seconds=6)
        for _ in range(3):
            try:
                self.assertIn("a.mp3", probe.list(storage))
            except DeviceError as error:
                self.assertIn(error.code, ("device error", "device does not answer"))

    def test_a_held_device_does_not_hold_up_a_cancellation(self):
        player, probe, storage, music = self.connect("walkman")
        player.ctl("fault", "hold-at-transaction", 1)
        self.assert_fails("cancelled", probe.do, "list", storage, music, "cancel", 300, seconds=3)
        player.ctl("release")
        probe.do("close", seconds=10)
        probe.do("open")
        self.assertEqual(probe.list(storage, music), {})

    def test_a_long_listing_can_be_cancelled(self):
        player, probe, storage, music = self.connect("android")
        local = self.file("a.mp3", 100)
        for i in range(200):
            player.ctl("put", f"/Music/{i}.mp3", local)
        player.ctl("latency", 600000 if LANE == "ptp" else 50000)  # one asks in three, one in 200 questions
        self.assert_fails("cancelled", probe.do, "list", storage, music, "cancel", 500, seconds=2)
        player.ctl("latency", 0)
        self.assertEqual(len(probe.list(storage, music)), 200)

    # the source

    def test_a_source_that_fails_is_told_by_its_own_error(self):
        player, probe, storage, music = self.connect("walkman")
        local = self.file("a.mp3", MEGABYTE)
        for fail_at in (0, 500, 300000):
            self.assert_fails("file unreadable", probe.do, "send", storage, music, "a.mp3", local, "fail", fail_at)
        self.assert_fails("file changed meanwhile", probe.do, "send", storage, music, "a.mp3", local, "size",
                          MEGABYTE + 1)
        self.assertEqual(self.names(player), [])
        probe.do("send", storage, music, "a.mp3", local)
        self.assert_arrived(player, "/Music/a.mp3", local)

    # room

    def test_a_full_device_says_so(self):
        for profile in ("android", "walkman", "minimal"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.probe(player).connect()
                storage = probe.storages()[0]
                player.ctl("capacity", 3 * MEGABYTE)
                probe.do("send", storage, ROOT, "a.mp3", self.file("a.mp3", 2 * MEGABYTE))
                error = self.assert_fails("no space", probe.do, "send", storage, ROOT, "b.mp3",
                                          self.folder / "a.mp3")
                self.assertIn("b.mp3", error.text)
                self.assertEqual(len(self.names(player)), 1)
                player.stop()

    def test_a_file_larger_than_the_device_takes_says_so(self):
        player, probe, storage, music = self.connect("minimal")
        local = self.folder / "large.mp3"
        with open(local, "wb") as file:
            file.truncate(0x80000000)
        player.ctl("capacity", "8G")
        self.assert_fails("file too large", probe.do, "send", storage, music, "large.mp3", local, seconds=5)

    # others

    def test_a_busy_device_names_who_holds_it(self):
        # The emulated node is a socket to its holder, which a file of its name stands in for.
        player = self.player("walkman")
        info = player.ctl("info")
        node = self.folder / "dev/bus/usb/{bus:03}/{address:03}".format(**info)
        node.parent.mkdir(parents=True)
        with open(node, "wb") as stand_in:
            holder = self.probe(player, descriptors=(stand_in.fileno(),)).connect()
        second = self.probe(player)
        error = self.assert_fails("device busy", second.do, "open", info["bus"], info["address"],
                                  info["vendor_id"], info["product_id"], seconds=5)
        named = re.search(r"device-probe \(pid (\d+)\)", error.text)
        self.assertIsNotNone(named, error.text)
        self.assertIn(b"device-probe", Path(f"/proc/{named[1]}/cmdline").read_bytes())
        pids = [pid for pid in self.processes.named("device-probe") if str(pid) != named[1]]
        descriptors = Path(f"/proc/{pids[0]}/fd")
        before = len(list(descriptors.iterdir()))
        for _ in range(5):
            self.assert_fails("device busy", second.do, "open")
        self.assertEqual(len(list(descriptors.iterdir())), before)
        holder.do("close")
        second.do("open")

    def test_a_locked_phone_has_no_storage_until_it_comes_back(self):
        player = self.player("android")
        player.ctl("lock")
        probe = self.probe(player).connect()
        self.assertEqual(probe.storages(), [])
        self.assert_fails("device error", probe.do, "list", 0x10001, ROOT)
        player.ctl("unlock")
        probe.do("wait", 500)
        self.assertEqual([event[0] for event in probe.events], ["arrived", "left", "arrived"])
        self.assertNotEqual(probe.events[0][6:], probe.events[2][6:])
        self.assertEqual(probe.events[0][1], probe.events[2][1])
        probe.do("close")
        probe.do("open")
        self.assertEqual(probe.storages(), [0x10001])

    # answers

    def test_a_listing_is_whole_or_an_error(self):
        local = self.file("a.mp3", 100)
        for profile in ("android", "walkman", "minimal", "twin"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                for i in range(5):
                    player.ctl("put", ("Internal:" if profile == "twin" else "") + f"/Music/{i}.mp3", local)
                for fault in (("error-at-transaction", "0x2002"), ("error-at-transaction", "0x2009"),
                              ("stall-at-transaction",), ("short-at-transaction",)):
                    for number in range(1, 9):
                        probe = self.probe(player).connect()
                        storage = probe.storages()[0]
                        music = probe.list(storage)["Music"][0] if profile != "walkman" else 1
                        player.ctl("fault", fault[0], number, *fault[1:])
                        try:
                            found = probe.list(storage, music)
                            self.assertEqual(len(found), 5, f"{fault} {number}: silently short")
                            self.assertEqual({entry[1] for entry in found.values()}, {100})
                        except DeviceError as error:
                            self.assertIn(error.code, ("device error", "device answers nonsense", "not supported"))
                        player.ctl("fault", "clear")
                        self.assertEqual(probe.close(seconds=15), 0)
                player.stop()

    def test_after_a_stall_the_next_call_works(self):
        for profile in ("android", "walkman"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.probe(player).connect()
                storage = probe.storages()[0]
                music = probe.list(storage)["Music"][0]
                local = self.file("a.mp3", 100000)
                for number in (1, 2):
                    player.ctl("fault", "stall-at-transaction", number)
                    try:
                        for i in range(3):
                            probe.do("rename", music, f"Music {number} {i}")
                        self.assertEqual(LANE, "ptp", "the answer that comes after the stall was not heard before")
                    except DeviceError:
                        pass
                    probe.do("send", storage, music, f"{number}.mp3", local)
                    found = probe.list(storage, music)
                    self.assertEqual(found[f"{number}.mp3"][1], 100000)
                player.stop()

    def test_a_lost_session_ends_everything_with_advice(self):
        player, probe, storage, music = self.connect("walkman")
        player.ctl("fault", "session-loss-at-transaction", 1)
        with self.assertRaises(DeviceError):
            for i in range(3):
                probe.do("mkdir", storage, music, str(i))
        self.assert_fails("device does not answer", probe.do, "list", storage, music, seconds=1)
        probe.do("close", seconds=10)
        probe.do("open")
        probe.list(storage, music)

    def test_nonsense_is_refused(self):
        for profile in ("android", "walkman"):
            for fault in ("folder-loop", "huge-counts"):
                with self.subTest(profile=profile, fault=fault):
                    player = self.player(profile, folder=f"{profile}-{fault}")
                    player.ctl("put", "/Music/a.mp3", self.file("a.mp3", 100))
                    probe = self.probe(player).connect()
                    storage = probe.storages()[0]
                    player.ctl("fault", fault)
                    begin = time.monotonic()
                    try:
                        for folder in [ROOT] + [entry[0] for entry in probe.list(storage).values()]:
                            probe.do("list", storage, folder)
                    except DeviceError as error:
                        self.assertIn(error.code, ("device error", "device answers nonsense"))
                    self.assertLess(time.monotonic() - begin, 20)
                    self.assertEqual(probe.close(seconds=15), 0)
                    player.stop()

    def test_garbage_neither_kills_nor_hangs(self):
        local = self.file("a.mp3", 20000)
        first = int(os.environ.get("DEVICE_FIRST_SEED", "0"))
        for seed in range(first, first + int(os.environ.get("DEVICE_SEEDS", "12"))):
            with self.subTest(seed=seed):
                player = self.player(("android", "walkman", "twin")[seed % 3], folder=str(seed))
                probe = self.probe(player)
                probe.do("discover")
                player.ctl("fault", "garbage", seed, 20)
                for words in (("open",), ("info",), ("storages",), ("list", 0x10001, ROOT),
                              ("send", 0x10001, ROOT, "a.mp3", local), ("mkdir", 0x10001, ROOT, "a"),
                              ("list", 0x10001, ROOT), ("rename", 1, "x"), ("statistics", 1), ("remove", 3)):
                    try:
                        probe.do(*words, seconds=150)
                    except DeviceError as error:
                        self.assertNotEqual(error.code, "contract")
                self.assertEqual(probe.close(seconds=60), 0)
                player.stop()

    def test_a_silent_device_is_given_up(self):
        player, probe, storage, music = self.connect("walkman")
        player.ctl("fault", "hold-at-transaction", 1)
        error = self.assert_fails("device does not answer", probe.do, "list", storage, music, seconds=90)
        self.assertIn("plug it in again", error.text)
        self.assert_fails("device does not answer", probe.do, "mkdir", storage, music, "a", seconds=1)
        probe.do("close", seconds=5)


if __name__ == "__main__":
    unittest.main()
