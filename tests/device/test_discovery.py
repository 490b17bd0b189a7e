#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Discovery: what is there, what comes and goes, by names that stay; and at no cost when nothing does."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import TestCase  # noqa: E402


class Discovery(TestCase):
    def test_listed_and_unlisted_devices_are_found_without_a_transfer(self):
        for profile, identity in (("android", "18d1-4ee1-ANDROID0001"), ("unlisted", "1209-4d54-UNLISTED0001"),
                                  ("minimal", "0471-0165-MINIMAL0001")):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.probe(player)
                probe.do("discover")
                self.assertEqual([event[:2] for event in probe.events], [["arrived", identity]])
                self.assertEqual(player.stats()["transactions"], 0)
                player.stop()

    def test_odd_serials_make_sane_names(self):
        player = self.player("walkman", "--serial", "ab/../c d%")
        probe = self.probe(player)
        probe.do("discover")
        self.assertEqual(probe.events[0][1], "0471-01eb-ab_.._c_d_")
        self.assertEqual(probe.events[0][3], "ab/../c d%")

    def test_coming_and_going_is_told_within_half_a_second(self):
        player = self.player("android")
        probe = self.probe(player)
        probe.do("discover")
        for _ in range(3):
            player.ctl("unplug")
            probe.do("wait", 500)
            player.ctl("plug")
            probe.do("wait", 500)
        self.assertEqual([event[0] for event in probe.events], ["arrived"] + ["left", "arrived"] * 3)
        self.assertEqual({event[1] for event in probe.events}, {"18d1-4ee1-ANDROID0001"})
        self.assertEqual(len({event[6] for event in probe.events if event[0] == "arrived"}), 4)

    def test_twins_get_names_of_their_own(self):
        player = self.player("walkman", "--device", "first:walkman:SAME", "--device", "second:walkman:SAME")
        for _ in range(3):
            probe = self.probe(player)
            probe.do("discover")
            # Whoever looks, and however often: the name belongs to the port.
            addresses = {event[1]: int(event[6]) for event in probe.events}
            self.assertEqual(addresses, {"0471-01eb-SAME": player.ctl("@first", "info")["address"],
                                         "0471-01eb-SAME-2": player.ctl("@second", "info")["address"]})
            self.assertEqual(probe.close(), 0)

    def test_waiting_costs_nothing(self):
        player = self.player("android")
        probe = self.probe(player)
        probe.do("discover")
        pid = self.processes.named("device-probe")[0]
        probe.do("wait", 200)

        def switches():
            return sum(int(line.split()[1]) for task in Path(f"/proc/{pid}/task").iterdir()
                       for line in (task / "status").read_text().splitlines()
                       if line.startswith("voluntary_ctxt_switches"))

        before = switches()
        probe.do("wait", 3000)
        # For the command, its end, and whatever the machine is about; a tick each 100 ms would be 30.
        self.assertLessEqual(switches() - before, 6)


if __name__ == "__main__":
    unittest.main()
