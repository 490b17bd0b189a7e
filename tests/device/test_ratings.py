#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What it costs the lane that speaks MTP itself to rate a song, and what it does where a device is particular."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import test_ptp  # noqa: E402
from harness import ROOT  # noqa: E402


class Ratings(test_ptp.Ptp):
    def test_a_rating_costs_nothing_with_its_song_and_one_by_itself(self):
        for profile, lists, how in (("walkman", 1, "SetObjectPropList"), ("twin", 0, "SetObjectPropValue")):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.connect(player)
                storage = probe.storages()[0]
                song = self.file("a.mp3", 1000)
                probe.do("send", storage, ROOT, "first.mp3", song, "rating", 20)
                made, told = self.operations(player, probe, "send", storage, ROOT, "a.mp3", song, "rating", 80)
                self.assertEqual((sum(told.values()), made[0][1]), (2, str(lists)), told)
                probe.do("rate", made[0][0], "a.mp3", 40)
                self.assertEqual(self.operations(player, probe, "rate", made[0][0], "a.mp3", 60)[1], {how: 1})
                player.stop()

    def test_a_device_that_wants_no_ratings_in_lists_gets_the_other_tags_in_them(self):
        player = self.player("walkman")
        # it says that ratings can be set, and refuses those that come along
        player.ctl("set-quirk", "refused_in_lists", "DC8A")
        probe = self.connect(player)
        storage = probe.storages()[0]
        song = self.file("a.mp3", 1000)
        for name, asked in (("a.mp3", 2), ("b.mp3", 1)):
            made, told = self.operations(player, probe, "send", storage, ROOT, name, song, "rating", 80)
            self.assertEqual((told["SendObjectPropList"], made[0][1]), (asked, "0"), name)
            properties = player.tree()["/" + name]["properties"]
            self.assertEqual((properties["artist"], properties.get("user_rating", 0)), ("Ann", 0))
            probe.do("rate", made[0][0], name, 80)
            self.assertEqual(player.tree()["/" + name]["properties"]["user_rating"], 80)

    def test_one_error_is_not_taken_for_what_the_device_can(self):
        """While it says what it can, for the first time."""
        player = self.player("walkman")
        probe = self.connect(player)
        can, asked = probe.info(), self.operations(player, probe, "info")[1]
        self.assertEqual((can["rate"], asked.get("GetObjectPropDesc", 0)), ("1", 0))
        wrong = 0
        for number in range(1, 16):
            self.assertEqual(probe.close(), 0)
            for learned in self.folder.glob("*.learned"):
                learned.unlink()
            probe = self.connect(player)
            player.ctl("fault", "error-at-transaction", number, "0x2002")
            wrong += probe.info() != can
            player.ctl("fault", "clear")
            probe = self.again(player, probe)
            self.assertEqual(probe.info(), can, number)
        self.assertGreater(wrong, 3, "no error met a question that matters")

    def test_who_always_answers_with_an_error_is_asked_twice(self):
        player = self.player("walkman")
        player.ctl("set-quirk", "audio_properties", "DC46 DC8A DC8B DC8C DC9A")
        player.ctl("set-quirk", "undescribed_response", "0x2002")
        asked = []
        for _ in range(3):
            probe = self.connect(player)
            asked.append(self.operations(player, probe, "info")[1].get("GetObjectPropDesc", 0))
            self.assertEqual(probe.close(), 0)
        self.assertGreater(asked[0], asked[1], asked)
        self.assertEqual(asked[2], 0, asked)


if __name__ == "__main__":
    unittest.main()
