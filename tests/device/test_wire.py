#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transactions over our own transport, one at a time, on the virtual player: when all is well."""

import hashlib
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import ROOT, TestCase  # noqa: E402

OK = "0x2001"
PROFILES = ("android", "walkman", "minimal", "twin")
HIGH_SPEED, HEADER = 512, 12  # a packet's bytes, a header's
TRANSFER = 512 * 1024
KEPT_EVENTS, LOST = 4096, "0x4000"


def sizes(packet=HIGH_SPEED):
    """Sizes whose containers end around borders of packets, transfers, and the first, smaller transfers."""
    borders = (0, packet, 2 * packet, 64 << 10, 192 << 10, TRANSFER, 2 * TRANSFER, 3 << 20)
    return sorted({max(0, border - HEADER + around) for border in borders
                   for around in (-packet, -13, -12, -1, 0, 1, 12, packet - 12, packet)})


class WireCase(TestCase):
    def wire(self, player, **variables):
        return self.probe(player, program="ptp-probe", variables=variables)

    def first_storage(self, wire):
        """The id of the first storage, by the bytes of GetStorageIDs."""
        path = self.folder / "ids"
        wire.do("get", path, "0x1004")
        return int.from_bytes(path.read_bytes()[4:8], "little")

    def send(self, wire, storage, name, local, *options):
        announced = wire.do("announce", storage, ROOT, name, local.stat().st_size)
        self.assertEqual(announced[0][1], OK)
        return int(announced[0][4]), wire.do("send", local, local.stat().st_size, *options)


class Wire(WireCase):
    def test_a_session_costs_what_the_protocol_asks(self):
        for profile in PROFILES:
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                wire = self.wire(player)
                wire.do("open")
                storage = self.first_storage(wire)
                local = self.file("a.mp3", 3000000)
                _, answer = self.send(wire, storage, "a.mp3", local)
                self.assertEqual(answer[0][1], OK)
                self.assertEqual(answer[1], ["progress", "3000000"])
                wire.do("close")
                self.assertEqual(player.stats()["operations"], {
                    "OpenSession": 1, "GetStorageIDs": 1, "SendObjectInfo": 1, "SendObject": 1, "CloseSession": 1})
                self.assert_arrived(player, "/a.mp3", local)
                self.assertEqual(wire.close(), 0)
                player.stop()

    def test_a_refusal_is_an_answer(self):
        wire = self.wire(self.player("android"))
        wire.do("open")
        self.assertEqual(wire.do("run", "0x9999"), [["response", "0x2005"]])
        self.assertEqual(wire.do("get", "-", "0x1009", 4711)[0], ["response", "0x2009"])
        self.assertEqual(wire.do("get", "-", "0x1001")[0], ["response", OK])

    def test_data_that_nobody_asked_for_are_passed_over(self):
        wire = self.wire(self.player("android"))
        wire.do("open")
        self.assertEqual(wire.do("run", "0x1001"), [["response", OK]])
        self.assertEqual(wire.do("run", "0x1004"), [["response", OK]])

    def test_more_than_a_caller_allows_is_insane(self):
        wire = self.wire(self.player("android"))
        wire.do("open")
        self.assert_fails("device answers nonsense", wire.do, "get", "-", "0x1001", "max=100", seconds=4)
        self.assert_fails("device answers nonsense", wire.do, "run", "0x1001", seconds=1)
        wire.do("close")
        wire.do("open")
        self.assertEqual(wire.do("run", "0x1001"), [["response", OK]])

    def test_what_happens_on_the_player_is_told(self):
        player = self.player("android")
        wire = self.wire(player)
        wire.do("open")
        player.ctl("put-size", "/new.mp3", 5)
        self.assertEqual([event[0] for event in wire.do("events", 1)], ["0x4002"])


    def test_more_events_than_are_kept_are_told_as_lost(self):
        player = self.player("android")
        wire = self.wire(player)
        wire.do("open")
        for number in range(KEPT_EVENTS + 20):  # the last one may be on its way to the queue
            player.ctl("put-size", f"/Music/{number}", 5)
        player.ctl("wait", "heard")
        told = [event[0] for event in wire.do("events", KEPT_EVENTS + 1)]
        self.assertEqual(told, ["0x4002"] * KEPT_EVENTS + [LOST])
        player.ctl("put-size", "/after", 5)
        self.assertEqual([event[0] for event in wire.do("events", 1)], ["0x4002"])


class Sizes(WireCase):
    """Each size there and back: nothing is lost, nothing is waited for in vain."""

    def there_and_back(self, *options, header=HEADER, profile="android", packet=HIGH_SPEED):
        player = self.player(profile, "--set", "handles_per_session=0", "--set", f"packet_bytes={packet}", *options,
                             folder=f"player {packet}")
        wire = self.wire(player)
        wire.do("open")
        storage = self.first_storage(wire)
        all_sizes = sizes(packet)
        noise, local = random.Random(1).randbytes(all_sizes[-1]), self.folder / "local"
        for size in all_sizes:
            with self.subTest(size=size, packet=packet, options=options):
                local.write_bytes(noise[:size])
                handle, answer = self.send(wire, storage, f"{size}.mp3", local)
                self.assertEqual(answer[0][1], OK)
                self.assert_comes_back(wire, handle, local)
                wire.do("run", "0x100b", handle)
        # An empty packet where one belongs, and nowhere else.
        self.assertEqual(player.stats()["empty_packets"], sum((header + size) % packet == 0 for size in all_sizes
                                                              if header or size))
        self.assertEqual(wire.close(), 0)
        player.stop()

    def assert_comes_back(self, wire, handle, local):
        self.assertLess(wire.milliseconds, 900)
        (_, response), (_, length, checksum) = wire.do("get", "-", "0x1009", handle)
        self.assertEqual((response, int(length)), (OK, local.stat().st_size))
        self.assertEqual(checksum, hashlib.sha256(local.read_bytes()).hexdigest())
        self.assertLess(wire.milliseconds, 900)

    def test_a_device_as_it_should_be(self):
        self.there_and_back()

    def test_packets_of_other_links(self):
        for packet in (64, 1024):  # full and SuperSpeed
            self.there_and_back(packet=packet)

    def test_a_device_that_leaves_out_empty_packets(self):
        self.there_and_back("--set", "zero_length_packets=0")

    def test_a_device_that_wants_headers_alone(self):
        self.there_and_back("--set", "split_headers=1", header=0)

    def test_a_device_that_wants_headers_alone_and_leaves_out_empty_packets(self):
        self.there_and_back("--set", "split_headers=1", "--set", "zero_length_packets=0", header=0)

    def test_a_device_that_strangers_wrote(self):
        player = self.player(None, "--umtprd")
        wire = self.wire(player)
        wire.do("open")
        storage = self.first_storage(wire)
        local = self.folder / "local"
        for size in [size for size in sizes() if size < 1 << 20]:
            with self.subTest(size=size):
                local.write_bytes(random.Random(size).randbytes(size))
                handle, answer = self.send(wire, storage, f"{size}.mp3", local)
                self.assertEqual(answer[0][1], OK)
                self.assert_comes_back(wire, handle, local)


if __name__ == "__main__":
    unittest.main()
