#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A song is rated in its host or on the player: the other learns of it, once, and then there is peace."""

import contextlib
import unittest

import test_statistics
from gi.repository import GLib
from withstand import LONG, OK, STATE_PENDING, Bench, EngineDied, Library, songs

from support.engine import RULE_LIBRARY

CHANGED = "its rating changed in the library"
STARS = "1 19 32 4B 63"  # 1, 25, 50, 75 and 99, as a player of Windows Media Player's days has them


class Ratings(Bench):
    profile = "walkman"
    foreign_paths = ("/Music/mine.mp3",)
    lane = "ptp"

    def setUp(self):
        super().setUp()
        self.helper = test_statistics.Told()
        make = self.workbench.engine
        self.workbench.engine = lambda: self.helper.serve(make())
        self.settings = GLib.Variant("a{sv}", {"Lane": GLib.Variant("s", self.lane)})

    def song(self, number, rating=-1, **more):
        self.add(f"Song {number}", number=number, rating=rating, **more)

    def finish(self, library=None, **options):
        """A sync; None if its engine died, or its player went."""
        with contextlib.suppress(EngineDied):
            return self.begin(library, Settings=self.settings, **options).wait()

    def settle(self, library=None, **options):
        result = self.finish(library, **options)
        self.assertEqual((result["Code"], result["ErrorCount"], result["Text"]), (OK, 0, ""))
        return result

    def there(self, number):
        return int(self.player.tree()[self.place(f"Song {number}", number)]["properties"].get("user_rating", 0))

    def rate_there(self, number, rating):
        self.player.ctl("set", self.place(f"Song {number}", number), "user_rating", rating)

    def writes(self, **options):
        """What a sync writes, and its result."""
        self.player.ctl("reset-stats")
        result = self.settle(**options)
        return self.player.writes(), result

    def assert_peace(self, syncs=2):
        told = len(self.helper.told)
        for _ in range(syncs):
            writes, result = self.writes()
            self.assertEqual((writes, result["Retagged"]), ({}, 0))
        self.assertEqual(len(self.helper.told), told)

    def assert_set_once(self, writes):
        self.assertEqual(sum(writes.values()), 1, writes)
        self.assertIn(*writes, ("SetObjectPropList", "SetObjectPropValue"))


class InBoth(Ratings):
    """What is so in each lane."""

    def test_a_rating_goes_with_its_song_and_then_by_itself(self):
        self.song(1, 80)
        self.song(2)
        self.settle()
        self.assertEqual((self.there(1), self.there(2)), (80, 0))
        self.assert_peace(10)
        self.library.rate(0, 40)
        self.library.rate(1, 100)
        writes, result = self.writes()
        self.assertEqual((self.there(1), self.there(2), result["Retagged"], result["Kept"]), (40, 100, 2, 0))
        self.assertEqual(sum(writes.values()), 2, writes)
        self.assert_peace()
        self.assertEqual(self.helper.told, [])

    def test_one_change_is_one_transaction(self):
        self.song(1, 80)
        self.settle()
        self.library.rate(0, 60)
        self.assert_set_once(self.writes()[0])

    def test_a_rating_made_on_the_player_stays_there_and_is_told(self):
        self.song(1, 80)
        self.settle()
        self.settle()
        self.rate_there(1, 40)
        self.assertEqual(self.writes()[0], {})
        self.assertEqual(self.helper.ratings(), {"Song 1": 40})
        self.assert_peace(3)  # the host is closed, and what it has published is old
        self.library.rate(0, 40)  # it has taken it
        self.assert_peace(3)
        self.library.rate(0, 20)
        self.assert_set_once(self.writes()[0])
        self.assertEqual(self.there(1), 20)
        self.assert_peace(2)
        self.assertEqual(self.helper.ratings(), {"Song 1": 40})

    def test_both_have_changed_it(self):
        for takes in (True, False):
            with self.subTest(takes=takes):
                number = 1 + takes
                self.song(number, 80)
                self.settle()
                self.settle()
                self.rate_there(number, 40)
                self.library.rate(len(self.library.tracks) - 1, 100)
                self.assertEqual(self.writes()[0], {})
                self.assertEqual(self.helper.ratings()[f"Song {number}"], 40)
                if takes:
                    self.library.rate(len(self.library.tracks) - 1, 40)
                    self.assertEqual(self.writes()[0], {})
                else:
                    self.assert_set_once(self.writes()[0])
                self.assertEqual(self.there(number), 40 if takes else 100)
                self.assert_peace(2)

    def test_a_player_that_keeps_stars(self):
        self.player.ctl("set-quirk", "kept_ratings", STARS)
        self.song(1, 80)
        self.song(2, 20)
        self.settle()
        self.assertEqual((self.there(1), self.there(2)), (75, 25))
        self.assert_peace(3)
        self.library.rate(0, 100)
        self.assert_set_once(self.writes()[0])
        self.assertEqual(self.there(1), 99)
        self.assert_peace(3)
        self.assertEqual(self.helper.told, [])
        self.rate_there(1, 50)
        self.settle()
        self.assertEqual(self.helper.ratings(), {"Song 1": 50})
        self.rate_there(2, 75)
        self.settle()
        self.assertEqual(self.helper.ratings(), {"Song 1": 50, "Song 2": 75})
        self.library.rate(0, 50)
        self.library.rate(1, 80)  # a host of half stars rounds, too
        self.assert_peace(3)

    def count(self):
        """How many transactions a sync takes that begins where two others have found nothing to do."""
        self.player.ctl("reset-stats")
        self.settle()
        return self.player.stats()["transactions"]

    def test_the_cable_is_out_at_any_transaction(self):
        self.song(1, 80)
        self.settle()
        self.assert_peace(2)
        self.library.rate(0, 60)
        transactions = self.count()
        self.assert_peace(2)
        cut = 0
        for number in range(1 if LONG else transactions - 4, transactions + 1):
            for moment in ("before", "after"):
                wanted = 100 if self.library.rating(0) != 100 else 40
                self.library.rate(0, wanted)
                self.player.ctl("fault", "unplug-at-transaction", number, moment)
                self.finish()
                cut += self.there(1) == wanted and (wanted, -1) not in self.workbench.journal("rating, given_rating")
                self.plug_again()
                self.settle()
                self.assertEqual(self.there(1), wanted, (number, moment))
                self.assert_peace(2)
        self.assertGreater(cut, 0, "the cable was never out between the device and the journal")
        self.assertEqual(self.helper.told, [])

    def test_a_song_whose_sending_was_cut_short(self):
        self.song(1, 20)
        self.settle()
        self.assert_peace(2)
        self.song(2, 80)
        transactions = self.count()
        self.assert_peace(2)
        cut = 0
        for number in range(1 if LONG else transactions - 10, transactions + 1):
            index = len(self.library.tracks) + 1
            self.song(index, 60)
            self.player.ctl("fault", "unplug-at-transaction", number, "after")
            self.finish()
            is_pending = STATE_PENDING in [row[0] for row in self.workbench.journal("state")]
            cut += is_pending and self.place(f"Song {index}", index) in self.files()
            self.plug_again()
            self.settle()
            self.assertEqual(self.there(index), 60, number)
            self.assert_peace(2)
        self.assertGreater(cut, 0, "no song was there when its sending was cut short")
        self.assertEqual(self.helper.told, [])


class InTheOtherLane(InBoth):
    lane = "libmtp"


class Merged(Ratings):

    def test_a_rated_song_costs_no_more_than_another(self):
        self.song(1)
        self.settle()
        costs = []
        for number, rating in ((2, 80), (3, -1), (4, 60)):
            self.song(number, rating)
            self.player.ctl("reset-stats")
            self.settle()
            costs.append(self.player.stats()["operations"])
            self.settle()
        self.assertEqual(costs[2], costs[1])
        self.assertEqual(self.there(4), 60)

    def test_a_preview_says_so_and_a_sync_of_many_changes_sets_nothing_else(self):
        for number in (1, 2, 3):
            self.song(number, 80)
        self.settle()
        self.library.rate(1, 40)
        for _ in range(2):  # nobody has read again what was sent; then somebody has
            shown = self.preview()
            self.assertEqual([reason for reason in shown if reason != "unchanged"], [CHANGED])
            self.library.rate(1, 80)
            self.settle()
            self.library.rate(1, 40)
        before = self.player.tree()
        self.settle()
        after = self.player.tree()
        place = self.place("Song 2", 2)
        self.assertEqual(after[place]["properties"].pop("user_rating"), 40)
        before[place]["properties"].pop("user_rating")
        self.assertEqual(after[place], before[place])

    def preview(self):
        engine = self.workbench.engine()
        self.addCleanup(engine.close)
        done = []
        engine.run_async(self.workbench.job("preview", self.library, Settings=self.settings), [self.library.open()],
                         lambda connection, answer: done.append(connection.call_with_unix_fd_list_finish(answer)))
        while not done:
            GLib.MainContext.default().iteration(True)
        answer, descriptors = done[0]
        with open(descriptors.get(answer.unpack()[0]["Plan"]), "rb") as file:
            file.seek(0)
            data = GLib.Bytes.new(file.read())
        plan = GLib.Variant.new_from_bytes(GLib.VariantType("(ua(iissssstisss)a{sv})"), data, False).unpack()
        return [step[10] for step in plan[1]]

    def test_what_somebody_had_rated_there_before_is_read_first(self):
        """A journal that knows nothing of ratings yet, and a player on which somebody has rated."""
        for number in (1, 2, 3):
            self.song(number)
        self.settle()
        self.rate_there(1, 40)
        self.rate_there(2, 80)
        for index in range(3):
            self.library.rate(index, 80)
        self.assert_set_once(self.writes()[0])
        self.assertEqual(self.helper.ratings(), {"Song 1": 40, "Song 2": 80})
        self.assertEqual([self.there(number) for number in (1, 2, 3)], [40, 80, 80])
        self.library.rate(0, 40)
        self.assert_peace(2)

    def test_two_hosts_that_do_not_agree(self):
        self.song(1, 80)
        other = Library("other")
        other.tracks = list(self.library.tracks)
        other.rate(0, 40)
        for first, rating in ((self.library, 80), (other, 40)):
            for _ in range(5):
                self.two_hosts(first, other if first is self.library else self.library)
                self.assertEqual(self.there(1), rating)
        self.assertEqual(self.helper.told, [])
        # one that knows no rating leaves that to the other
        other.rate(0, 0)
        self.two_hosts(other, self.library)
        self.assertEqual(self.there(1), 80)

    def two_hosts(self, *libraries):
        job = self.workbench.job("sync", Settings=self.settings)
        rules = [(library.host, RULE_LIBRARY, "", rank + 1, {}) for rank, library in enumerate(libraries)]
        job["Rules"] = GLib.Variant("a(sisia{sv})", rules)
        job["Libraries"] = GLib.Variant("a(sh)", [(library.host, at) for at, library in enumerate(libraries)])
        engine = self.workbench.engine()
        result = engine.run(job, [library.open() for library in libraries])
        engine.close()
        self.assertEqual((result["Code"], result["ErrorCount"]), (OK, 0))

    def test_taken_away(self):
        self.song(1, 80)
        self.song(2)
        self.settle()
        self.settle()
        self.rate_there(2, 60)
        self.library.rate(0, -1)  # a host that knows no ratings takes none away
        self.library.rate(1, 0)  # nor does one that never had it
        self.assert_peace_but_told()
        self.library.rate(0, 0)
        self.assert_set_once(self.writes()[0])
        self.assertEqual((self.there(1), self.there(2)), (0, 60))
        self.assert_peace(2)

    def assert_peace_but_told(self):
        self.assertEqual(self.writes()[0], {})
        self.assertEqual(self.helper.ratings(), {"Song 2": 60})
        self.assert_peace(2)

    def test_a_library_that_was_made_anew_takes_no_ratings_away(self):
        for number in range(1, 13):
            self.song(number, 60)
        self.settle()
        self.settle()
        for index in range(12):
            self.library.rate(index, 0)
        self.player.ctl("reset-stats")
        result = self.finish()
        self.assertEqual((result["Code"], self.player.writes()), (OK, {}))
        self.assertIn("12 ratings are gone from the library at once", result["Text"])
        self.assertEqual({self.there(number) for number in range(1, 13)}, {60})
        for index in range(10):  # those of the others are taken away by hand
            self.library.rate(index, 60)
        self.assertEqual(self.writes()[0], {"SetObjectPropList": 2})

    def test_a_song_that_is_replaced_keeps_what_only_the_player_knows(self):
        self.song(1)
        self.song(2, 80)
        self.settle()
        self.settle()
        self.rate_there(1, 40)
        self.rate_there(2, 20)
        self.settle()
        for number in (1, 2):
            songs.make(self.music / f"Song {number}.mp3", 40_000, "other", title=f"Song {number}")
        self.assertEqual(self.settle()["Replaced"], 2)
        self.assertEqual((self.there(1), self.there(2)), (40, 20))
        self.assert_peace(2)
        self.assertEqual(self.helper.ratings(), {"Song 1": 40, "Song 2": 20})

    def test_a_device_that_refuses_is_no_failure(self):
        self.song(1)
        self.song(2)
        self.settle()
        self.settle()
        self.player.ctl("set-quirk", "refused_properties", "DC8A")
        self.library.rate(0, 80)
        self.library.rate(1, 80)
        writes, result = self.writes()
        self.assertEqual((writes, result["Retagged"]), ({"SetObjectPropList": 1}, 0), "asked once, not for each song")
        self.player.ctl("set-quirk", "refused_properties", "")
        self.assertEqual(self.writes()[1]["Retagged"], 2)
        self.assertEqual((self.there(1), self.there(2)), (80, 80))

    def test_a_device_that_ignores_it_is_told_once(self):
        self.song(1, 20)
        self.settle()
        self.settle()
        self.player.ctl("set-quirk", "ignored_properties", "DC8A")
        self.library.rate(0, 80)
        self.song(2, 60)
        self.assertEqual(self.writes()[1]["Retagged"], 1)
        self.assert_peace(3)
        self.assertEqual((self.there(1), self.there(2), self.helper.told), (20, 0, []))

    def test_a_kind_of_file_that_can_not_be_rated(self):
        """MP3 can, and this kind can not: nothing is tried that the device says is in vain."""
        self.player.ctl("set-quirk", "audio_formats", "3008 3009 B901 B902 B903")
        songs.make(self.music / "Song 1.flac", 20_000, "Song 1", title="Song 1")
        self.library.add(self.music / "Song 1.flac", "Song 1", track=1, rating=80)
        self.song(2, 80)
        self.settle()
        for _ in range(3):
            self.assertEqual(self.writes()[0], {})
        self.assertEqual(self.there(2), 80)

    def test_it_waits_while_nothing_can_be_told(self):
        """A helper that stores nothing now: what the player says may be news, so it stays."""
        self.song(1, 80)
        self.settle()
        self.settle()
        self.rate_there(1, 40)
        self.library.rate(0, 100)
        self.helper.plan = "refuse"
        for _ in range(3):
            self.assertEqual(self.writes()[0], {})
            self.assertEqual(self.there(1), 40)
        self.helper.plan = "store"
        self.settle()
        self.assertEqual(self.helper.ratings(), {"Song 1": 40})


class OnAPhone(Ratings):
    """It keeps no ratings, so it is told none."""

    profile = "android"

    def test_it_is_told_none(self):
        self.song(1, 80)
        self.settle()
        self.library.rate(0, 40)
        self.assert_peace(2)
        self.assertNotIn("user_rating", self.player.tree()[self.place("Song 1", 1)]["properties"])


class OnTheSimplest(OnAPhone):
    profile = "minimal"


if __name__ == "__main__":
    unittest.main()
