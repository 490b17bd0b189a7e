#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transactions over our own transport when something goes wrong: it is told, in time, and the next one works."""

import os
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import DeviceError  # noqa: E402
from test_wire import OK, PROFILES, WireCase  # noqa: E402

MEGABYTE = 1 << 20
LONG = 200 if os.environ.get("PORTAMENTO_LONG") else 0  # rounds
GONE, HUNG, IO, INSANE = "no device", "device does not answer", "device error", "device answers nonsense"


class Trouble(WireCase):
    variables = {"PORTAMENTO_USB_TIMEOUT_MS": "1500"}

    def connect(self, profile="android", *options, folder="player"):
        player = self.player(profile, *options, folder=folder)
        wire = self.wire(player)
        wire.do("open")
        return player, wire, self.first_storage(wire)

    def assert_works(self, wire, storage, name="after.mp3"):
        local = self.file("after", 70000, seed=2)
        self.assertEqual(self.send(wire, storage, name, local)[1][0][1], OK)
        self.assertEqual(wire.do("get", "-", "0x1001")[0][1], OK)

    # the cable

    def test_a_cable_pulled_at_any_transaction_is_told_at_once(self):
        local = self.file("a", MEGABYTE)
        for moment in ("before", "data", "after"):
            for number in (1, 2, 3):
                with self.subTest(moment=moment, number=number):
                    player, wire, storage = self.connect(folder=f"{moment}{number}")
                    player.ctl("fault", "unplug-at-transaction", number, moment)
                    with self.assertRaises(DeviceError) as caught:
                        wire.do("get", "-", "0x1001")
                        self.send(wire, storage, "a.mp3", local)
                    self.assertEqual(caught.exception.code, GONE, caught.exception.text)
                    self.assertLess(caught.exception.milliseconds, 900)
                    self.assert_fails(GONE, wire.do, "run", "0x1004", seconds=0.5)
                    wire.do("close")
                    self.assertLess(wire.milliseconds, 500)
                    player.stop()

    def test_a_cable_pulled_in_mid_file_is_told_at_once(self):
        player, wire, storage = self.connect()
        player.ctl("fault", "unplug-at-byte", 700000)
        error = self.assert_fails(GONE, self.send, wire, storage, "a.mp3", self.file("a", 3 * MEGABYTE), seconds=3)
        self.assertLess(error.milliseconds, 900)
        self.assertIn("unplugged", error.text)
        wire.do("close")
        player.ctl("plug")
        wire.do("open")
        self.assert_works(wire, storage)

    def test_a_cable_pulled_while_nothing_goes_on_is_known(self):
        player, wire, _ = self.connect()
        player.ctl("unplug")
        self.assert_fails(GONE, wire.do, "run", "0x1004", seconds=1)
        self.assert_fails(GONE, wire.do, "open", seconds=1)

    # a device that misbehaves

    def test_a_stall_is_cleared_and_the_response_behind_it_counts(self):
        player, wire, storage = self.connect()
        for number in (1, 2):
            player.ctl("fault", "stall-at-transaction", number)
            self.assertEqual(self.send(wire, storage, f"{number}.mp3", self.file("a", 100000))[1][0][1], OK)
        player.ctl("fault", "stall-at-transaction", 1)
        self.assertEqual(wire.do("get", "-", "0x1001")[0][1], OK)
        self.assert_works(wire, storage)

    def test_a_refusal_in_mid_data_is_an_answer(self):
        player, wire, storage = self.connect()
        for size in (100000, 3 * MEGABYTE):
            player.ctl("fault", "refuse-at-transaction", 2, "0x200c")
            self.assertEqual(self.send(wire, storage, "a.mp3", self.file("a", size))[1][0][1], "0x200c")
            self.assertLess(wire.milliseconds, 2500)
            self.assert_works(wire, storage, f"{size}.mp3")

    def test_a_stall_in_mid_data_is_told(self):
        player, wire, storage = self.connect()
        for size in (100000, 3 * MEGABYTE):
            player.ctl("fault", "stall-data-at-transaction", 2)
            self.assertEqual(self.send(wire, storage, "a.mp3", self.file("a", size))[1][0][1], "0x2007")
            self.assert_works(wire, storage, f"{size}.mp3")

    def test_half_an_answer_is_an_error_and_the_next_is_whole(self):
        player, wire, storage = self.connect()
        player.ctl("put-size", "/a.mp3", 3 * MEGABYTE)
        for words in (("get", "-", "0x1001"), ("run", "0x9810", 0xFFFFFFFF), ("put", "0x1016", "0xd402", "bytes=600")):
            with self.subTest(words=words):
                player.ctl("fault", "short-at-transaction", 1)
                error = self.assert_fails(IO, wire.do, *words, seconds=2)
                self.assertIn("broke off", error.text)
                self.assertEqual(wire.do("get", "-", "0x1001")[0][1], OK)
        self.assert_works(wire, storage)

    def test_a_device_that_never_answers_is_given_up(self):
        player, wire, storage = self.connect()
        player.ctl("fault", "hold-at-transaction", 1)
        self.assert_fails(HUNG, wire.do, "run", "0x1004", seconds=5)
        self.assert_fails(HUNG, wire.do, "run", "0x1004", seconds=0.5)
        wire.do("close", seconds=3)
        player.ctl("release")
        wire.do("open")
        self.assert_works(wire, storage)

    def test_a_slow_link_has_all_the_time_that_it_needs(self):
        """Five seconds for a file, where four without progress are the end."""
        player = self.player("android")
        wire = self.wire(player, PORTAMENTO_USB_TIMEOUT_MS="4000")
        wire.do("open")
        storage = self.first_storage(wire)
        local = self.file("a", 10 * MEGABYTE)
        player.ctl("bandwidth", 2 * MEGABYTE)
        self.assertEqual(self.send(wire, storage, "a.mp3", local)[1][0][1], OK)
        self.assertGreater(wire.milliseconds, 4500)
        self.assert_arrived(player, "/a.mp3", local)

    def test_a_device_that_stands_still_in_mid_file_is_given_up(self):
        player, wire, storage = self.connect()
        player.ctl("bandwidth", MEGABYTE)
        self.assertEqual(wire.do("announce", storage, 0xFFFFFFFF, "a.mp3", 20 * MEGABYTE)[0][1], OK)
        player.ctl("reset-stats")
        wire.begin("send", "-", 20 * MEGABYTE)
        player.ctl("wait-transactions", 1)
        player.ctl("hold")
        with self.assertRaises(DeviceError) as caught:
            wire.finish(20)
        self.assertIn(caught.exception.code, (HUNG, IO))
        wire.do("close", seconds=5)
        player.ctl("bandwidth", 0)
        player.ctl("release")
        wire.do("open")
        self.assert_works(wire, storage)

    def test_a_device_that_is_silent_at_the_opening_is_tried_again(self):
        player = self.player("android")
        wire = self.wire(player)
        player.ctl("hold")
        wire.begin("open")
        player.ctl("wait", "held")
        player.ctl("release")
        wire.finish(20)
        self.assertEqual(wire.do("run", "0x1004")[0][1], OK)

    def test_a_lost_session_is_an_answer(self):
        player, wire, storage = self.connect()
        player.ctl("fault", "session-loss-at-transaction", 1)
        self.assertEqual(wire.do("run", "0x1004"), [["response", "0x2003"]])
        wire.do("close")
        wire.do("open")
        self.assert_works(wire, storage)

    def test_refusals_at_any_point_are_answers(self):
        player, wire, storage = self.connect()
        local = self.file("a", 300000)
        player.ctl("fault", "error-at-transaction", 1, "0x200c")
        self.assertEqual(wire.do("announce", storage, 0xFFFFFFFF, "a.mp3", 5)[0][1], "0x200c")
        player.ctl("fault", "error-at-transaction", 2, "0x200c")
        self.assertEqual(self.send(wire, storage, "a.mp3", local)[1][0][1], "0x200c")
        self.assert_works(wire, storage)

    def test_nonsense_is_survived(self):
        player, wire, storage = self.connect()
        player.ctl("mkdir", "/Music/b")
        seen = set()
        for seed in range(LONG or 10):
            player.ctl("fault", "garbage", seed, 40)
            for words in (("get", "-", "0x1001"), ("run", "0x1004"), ("get", "-", "0x1007", storage, 0, 0)):
                try:
                    wire.do(*words, seconds=12)
                    seen.add("ok")
                except DeviceError as error:
                    seen.add(error.code)
            player.ctl("fault", "clear")
            try:
                wire.do("run", "0x1004")
            except DeviceError:
                wire.do("close")
                wire.do("open")
                self.assertEqual(wire.do("run", "0x1004")[0][1], OK)
        self.assertLessEqual({"ok", IO, INSANE}, seen)
        self.assertNotIn(GONE, seen)
        self.assertEqual(wire.close(), 0)

    # what we do

    def test_a_cancelled_send_ends_soon_and_the_next_works(self):
        local = self.file("a", 3 * MEGABYTE)
        for profile in PROFILES:
            for at in (0, 1, MEGABYTE, 3 * MEGABYTE - 50000) if profile == "android" else (MEGABYTE,):
                with self.subTest(profile=profile, at=at):
                    player, wire, storage = self.connect(profile, folder=f"{profile}{at}")
                    error = self.assert_fails("cancelled", self.send, wire, storage, "a.mp3", local, f"cancel={at}",
                                              "most=50000", seconds=3)
                    self.assertLess(error.milliseconds, 1500)
                    self.assert_works(wire, storage)
                    self.assertNotIn("/a.mp3", [path for path, entry in player.tree().items()
                                                if entry["size"] == local.stat().st_size])
                    wire.close()
                    player.stop()

    def test_a_wait_is_cancelled_in_time_even_if_the_device_is_deaf(self):
        player, wire, storage = self.connect()
        player.ctl("fault", "hold-at-transaction", 1)
        error = self.assert_fails("cancelled", wire.do, "cancelled", 100, "0x1004", seconds=4)
        self.assertLess(error.milliseconds, 2500)
        wire.do("close")
        player.ctl("release")
        wire.do("open")
        self.assert_works(wire, storage)

    def test_a_source_that_fails_is_told_and_nothing_is_abandoned(self):
        _, wire, storage = self.connect()
        local = self.file("a", 2 * MEGABYTE)
        for at in (0, 70000, 2 * MEGABYTE - 5000):
            for error, option in (("file unreadable", "fail"), ("file changed meanwhile", "end")):
                self.assert_fails(error, self.send, wire, storage, "a.mp3", local, f"{option}={at}", "most=999",
                                  seconds=5)
        self.assert_works(wire, storage)

    def test_small_reads_make_the_same_file(self):
        player, wire, storage = self.connect()
        local = self.file("a", 1300000)
        self.assertEqual(self.send(wire, storage, "a.mp3", local, "most=7777")[1][0][1], OK)
        self.assert_arrived(player, "/a.mp3", local)

    @unittest.skipUnless(LONG, "5 GiB are sent: PORTAMENTO_LONG=1")
    def test_a_file_beyond_four_gibibytes_is_whole(self):
        size = 5 * 1024 * MEGABYTE + 1
        player, wire, storage = self.connect("android", "--set", "discard_contents=1", "--set",
                                             "storage_capacities=16G")
        self.assertEqual(wire.do("announce", storage, 0xFFFFFFFF, "large.mp4", size)[0][1], OK)
        self.assertEqual(wire.do("send", "-", size, seconds=600)[-1], ["progress", str(size)])
        self.assertEqual(player.tree()["/large.mp4"]["size"], size)
        self.assert_works(wire, storage)

    # other programs

    def test_who_holds_the_device_is_named(self):
        # The emulated node is a socket to its holder, which a file of its name stands in for.
        player = self.player("android")
        node = self.folder / "dev/bus/usb/{bus:03}/{address:03}".format(**player.ctl("info"))
        node.parent.mkdir(parents=True)
        with open(node, "wb") as stand_in:
            wire = self.probe(player, program="ptp-probe", descriptors=(stand_in.fileno(),))
        wire.do("open")
        other = self.wire(player)
        for _ in range(3):
            error = self.assert_fails("device busy", other.do, "open", seconds=3)
            self.assertRegex(error.text, r"in use by .*ptp-probe \(pid \d+\)")
        wire.do("close")
        other.do("open")

    def test_what_a_killed_program_left_behind_is_no_obstacle(self):
        for profile in ("android", "walkman"):
            with self.subTest(profile):
                player, wire, storage = self.connect(profile, folder=profile)
                player.ctl("bandwidth", 2000000)
                self.assertEqual(wire.do("announce", storage, 0xFFFFFFFF, "a.mp3", 20 * MEGABYTE)[0][1], OK)
                player.ctl("reset-stats")
                wire.begin("send", "-", 20 * MEGABYTE)
                player.ctl("wait-transactions", 1)
                wire.child.send_signal(signal.SIGKILL)
                wire.child.wait()
                player.ctl("bandwidth", 0)
                other = self.wire(player)
                other.do("open")
                self.assertLess(other.milliseconds, 4000)
                self.assert_works(other, storage)
                self.assertEqual(other.close(), 0)
                player.stop()

    def test_a_session_that_somebody_left_open_is_not_gone_on_with(self):
        player, wire, storage = self.connect()
        wire.child.send_signal(signal.SIGKILL)
        wire.child.wait()
        player.ctl("reset-stats")
        other = self.wire(player)
        other.do("open")
        self.assertEqual(player.stats()["operations"], {"OpenSession": 2, "CloseSession": 1})
        self.assert_works(other, storage)


if __name__ == "__main__":
    unittest.main()
