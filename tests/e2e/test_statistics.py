#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was played on a player reaches each host once: whoever dies, whenever, and whoever is away."""

import contextlib
import unittest
import urllib.parse
from collections import Counter
from pathlib import Path

from gi.repository import Gio, GLib
from withstand import LONG, OK, Bench, EngineDied, Library, songs  # first: it finds the others

from support.engine import RULE_LIBRARY  # noqa: E402

ENGINE_XML = Path(__file__).resolve().parents[2] / "core/wire/org.portamento.Engine1.xml"
HELPER_PATH, HELPER_INTERFACE = "/org/portamento/Engine1/Helper", "org.portamento.Engine1.Helper"


def title_of(uri):
    return urllib.parse.unquote(uri.rpartition("/")[2]).removesuffix(".mp3")


class Told:
    """A helper that stores what engines tell it as the real one does: a batch once; or that dies over it."""

    def __init__(self):
        node = Gio.DBusNodeInfo.new_for_xml(ENGINE_XML.read_text(encoding="utf-8"))
        self.info = node.lookup_interface(HELPER_INTERFACE)
        self.batches, self.told, self.plan = {}, [], "store"

    def serve(self, engine):
        engine.connection.register_object(
            HELPER_PATH, self.info,
            lambda _c, _s, _p, _i, _m, parameters, invocation: self.on_store(engine, parameters, invocation), None, None)
        return engine

    def on_store(self, engine, parameters, invocation):
        batch, hosts = parameters.unpack()
        self.told.append(batch)
        if self.plan == "refuse":
            invocation.return_dbus_error("org.portamento.Sync1.Error.Failed", "the disk is full")
            return
        if self.plan == "die":  # the engine with it, before anything is stored
            engine.process.kill()
            return
        if batch in self.batches:
            assert self.batches[batch] == hosts, "the same batch says something else"
        self.batches[batch] = hosts
        if self.plan == "store and die":
            engine.process.kill()
            return
        invocation.return_value(None)

    def plays(self, host="test"):
        """{title: plays told}"""
        found = Counter()
        for hosts in self.batches.values():
            for name, tracks in hosts:
                for uri, plays, _rating, _last in tracks:
                    if name == host and plays > 0:
                        found[title_of(uri)] += plays
        return dict(found)

    def ratings(self):
        return {title_of(uri): rating for hosts in self.batches.values()
                for _name, tracks in hosts for uri, _plays, rating, _last in tracks if rating >= 0}


class Plays(Bench):
    profile = "walkman"
    foreign_paths = ("/Music/mine.mp3",)

    def setUp(self):
        super().setUp()
        self.helper = Told()
        make = self.workbench.engine
        self.workbench.engine = lambda: self.helper.serve(make())
        for number in (1, 2, 3):
            self.add(f"Song {number}", number=number)
        self.assertEqual(self.finish()["Copied"], 3)

    def finish(self, **options):
        """A sync that may be told things; its result, None if its engine died."""
        try:
            return self.begin(**options).wait()
        except EngineDied:
            return None

    def play(self, number, times, rating=None):
        place = self.place(f"Song {number}", number)
        thing = self.player.tree()[place]
        self.player.ctl("set", place, "use_count", int(thing["properties"].get("use_count", 0)) + times)
        if rating is not None:
            self.player.ctl("set", place, "user_rating", rating)

    def test_each_play_is_told_once(self):
        self.assertEqual(self.helper.told, [])
        self.play(1, 3, rating=80)
        self.play(3, 1)
        for _ in range(2):
            self.assertEqual(self.finish()["Code"], OK)
            self.assertEqual(self.helper.plays(), {"Song 1": 3, "Song 3": 1})
            self.assertEqual(self.helper.ratings(), {"Song 1": 80})
        self.assertEqual(len(self.helper.told), 1)
        self.play(1, 2)
        self.assertEqual(self.finish()["Code"], OK)
        self.assertEqual(self.helper.plays(), {"Song 1": 5, "Song 3": 1})

    def test_a_helper_that_dies_over_it_is_told_again(self):
        for plan in ("refuse", "die", "store and die"):
            with self.subTest(plan):
                before = self.helper.plays().get("Song 2", 0)
                self.play(2, 4)
                self.helper.plan, self.helper.told = plan, []
                self.finish()
                self.finish()
                self.assertEqual(len(set(self.helper.told)), 1, "one batch, told until it is stored")
                self.helper.plan = "store"
                self.assertEqual(self.finish()["Code"], OK)
                self.assertEqual(self.helper.plays()["Song 2"], before + 4)
                told = len(self.helper.told)
                self.assertEqual(self.finish()["Code"], OK)
                self.assertEqual(len(self.helper.told), told)

    def test_what_could_not_be_stored_stops_no_sync(self):
        self.play(1, 1)
        self.add("Song 4", number=4)
        self.helper.plan = "refuse"
        result = self.finish()
        self.assertEqual((result["Code"], result["Copied"]), (OK, 1))

    def test_the_cable_is_out_at_any_transaction(self):
        self.play(1, 1)
        self.play(2, 2)
        self.player.ctl("snapshot", self.folder / "played")
        self.player.ctl("reset-stats")
        self.finish()
        transactions = self.player.stats()["transactions"]
        total = Counter(self.helper.plays())
        for number in range(1, transactions + 1, 1 if LONG else 4):
            self.play(1, 1)
            self.play(2, 2)
            total.update({"Song 1": 1, "Song 2": 2})
            self.player.ctl("fault", "unplug-at-transaction", number)
            self.finish()
            self.plug_again()
            self.assertEqual(self.finish()["Code"], OK, number)
            self.assertEqual(self.helper.plays(), dict(total), f"unplugged at transaction {number}")

    def test_the_engine_is_killed_at_any_transaction(self):
        self.player.ctl("reset-stats")
        self.finish()
        transactions = self.player.stats()["transactions"]
        total = Counter()
        for number in range(1, transactions + 1, 1 if LONG else 4):
            self.play(3, 2)
            total.update({"Song 3": 2})
            self.player.ctl("reset-stats")
            self.player.ctl("fault", "hold-at-transaction", number)
            job = self.begin()
            tick = GLib.timeout_add(2, lambda: True)  # the player sends no signals
            job.until(lambda number=number, job=job: self.player.stats()["transactions"] >= number or job.is_over(), "it")
            GLib.source_remove(tick)
            job.engine.process.kill()
            with contextlib.suppress(EngineDied):
                job.wait()
            self.plug_again()
            self.assertEqual(self.finish()["Code"], OK, number)
            self.assertEqual(self.helper.plays(), dict(total), f"killed at transaction {number}")

    def test_a_song_that_is_replaced_or_goes_was_played_all_the_same(self):
        self.play(1, 3)
        self.play(2, 5)
        songs.make(self.music / "Song 1.mp3", 40_000, "other", title="Song 1")
        result = self.finish(whole=False, playlists=["Few"], library=self.with_playlist("Few", [0, 2]))
        self.assertEqual((result["Replaced"], result["Removed"]), (1, 1), result)
        self.assertEqual(self.helper.plays(), {"Song 1": 3, "Song 2": 5})
        # the new one counts from nothing
        self.play(1, 2)
        self.finish(whole=False, playlists=["Few"])
        self.assertEqual(self.helper.plays(), {"Song 1": 5, "Song 2": 5})

    def with_playlist(self, name, indexes):
        self.library.add_playlist(name, indexes)
        return self.library

    def test_each_host_gets_its_own_by_its_own_name(self):
        other = Library("other")
        for track in self.library.tracks[1:]:
            other.tracks.append((track[0].replace("Song", "%53ong"), *track[1:]))
        stranger = Library("stranger")
        stranger.add(self.add("Song 9"), "Song 9")
        self.library.tracks.pop()
        self.play(1, 1)
        self.play(2, 2)
        self.two_hosts(self.library, other, stranger)
        self.assertEqual(self.helper.plays(), {"Song 1": 1, "Song 2": 2})
        self.assertEqual(self.helper.plays("other"), {"Song 2": 2})
        uris = {uri for hosts in self.helper.batches.values() for name, tracks in hosts for uri, *_ in tracks if name == "other"}
        self.assertEqual(uris, {other.tracks[0][0]})
        self.assertEqual(self.helper.plays("stranger"), {})

    def two_hosts(self, *libraries):
        engine = self.workbench.engine()
        self.addCleanup(engine.close)
        job = self.workbench.job("sync")
        job["Rules"] = GLib.Variant("a(sisia{sv})", [(library.host, RULE_LIBRARY, "", 100, {}) for library in libraries])
        job["Libraries"] = GLib.Variant("a(sh)", [(library.host, at) for at, library in enumerate(libraries)])
        done = []
        engine.run_async(job, [library.open() for library in libraries], lambda *arguments: done.append(arguments))
        while not done:
            GLib.MainContext.default().iteration(True)

    def test_what_no_host_knows_now_is_told_when_one_does(self):
        """Its rules are there, its library is not: nothing is removed, nothing told."""
        self.play(1, 3)
        whole, self.library = self.library, Library("other")
        job = self.begin(playlists=[])
        job.wait()
        self.assertEqual(self.helper.plays(), {})
        self.library = whole
        self.assertEqual(self.finish()["Code"], OK)
        self.assertEqual(self.helper.plays(), {"Song 1": 3})

    def test_a_thousand_songs_come_in_batches(self):
        for number in range(4, 304):
            self.add(f"Song {number}", size=4096, number=number % 99 + 1, album=f"Album {number // 99}")
        self.assertEqual(self.finish()["Copied"], 300)
        for path in self.files():
            if path.endswith(".mp3"):
                self.player.ctl("set", path, "use_count", 2)
        self.assertEqual(self.finish()["Code"], OK)
        self.assertEqual(len(self.helper.plays()), 303)
        self.assertEqual(set(self.helper.plays().values()), {2})
        self.assertEqual(sorted(len(tracks) for hosts in self.helper.batches.values() for _, tracks in hosts), [47, 256])


if __name__ == "__main__":
    unittest.main()
