#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Law 3 with every process in its place: cable, engine, helper or host may go at any moment.

Where exactly is for tests/engine and tests/device to try out, at every call and transaction;
here the helper must notice, say so, and bring it to its end by itself.
"""

import signal
import unittest

from harness import TestCase
from support import songs

TITLES = [f"Song {number}" for number in range(1, 11)]
DETAIL_WAITING_FOR_UNLOCK = 9


class Recovery(TestCase):
    profile = "android"

    def open(self, *options, size=200_000):
        session = self.session(self.profile, options)
        self.sources = {}
        for number, title in enumerate(TITLES, 1):
            name = f"{number:02d} {title}.mp3"
            local = songs.make(session.music / name, size, title=title, artist="Artist", albumartist="Artist",
                               album="Album", track=number)
            self.sources[f"Music/Artist/Album/{name}"] = local
        stranger = songs.make(session.folder / "mine.mp3", title="Mine")
        for path in ("/Music/mine.mp3", "/Music/Artist/Album/mine.mp3"):
            session.player.put(path, stranger)
        self.foreign = {path: thing for path, thing in session.player.tree().items() if path.endswith(".mp3")}
        session.mpd.update()
        return session

    def begin(self, session):
        """A sync under way, its host in the background."""
        return session.start("portamento-mpd", "sync", "--library", "--create-partnership")

    def until_all_is_there(self, session):
        """Waits for the engine's own word, then asks mtp-tools."""
        path, _device = session.device()
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == len(TITLES), 90)
        session.watch.wait_for_property(path, "SyncState", lambda state: state == 2, 30)
        self.assert_bytes_arrived(session, self.sources)
        on_player = set(session.music_on_player())
        self.assertEqual(on_player, set(self.sources) | {name[1:] for name in self.foreign}, "left-overs")
        self.assert_untouched(session, self.foreign)
        session.player.ctl("reset-stats")
        self.assert_counts(session.sync())
        self.assertEqual(session.player.writes(), {})

    def test_the_cable_comes_out_in_a_song(self):
        session = self.open()
        session.player.ctl("fault", "unplug-at-byte", "700000")
        self.begin(session)
        session.player.ctl("wait", "unplugged")
        session.watch.wait_for(lambda: not any(d["Connected"] for d in session.watch.devices().values()),
                               "the helper to see it go")
        session.player.ctl("plug")
        self.until_all_is_there(session)

    def test_the_engine_is_killed_in_a_song(self):
        session = self.open("--set", "bandwidth=2000000")
        self.begin(session)
        session.when_copying()
        self.assertEqual(len(session.kill_engine()), 1)
        session.player.ctl("bandwidth", "0")
        self.until_all_is_there(session)

    def test_the_engine_is_asked_to_end_in_a_song(self):
        """As a desktop does that ends: the device's session is closed first."""
        session = self.open("--set", "bandwidth=2000000")
        self.begin(session)
        session.when_copying()
        session.player.ctl("reset-stats")
        pid, = session.engine_pids()
        session.processes.kill(pid, signal.SIGTERM, 10)
        self.assertEqual(session.player.stats()["operations"].get("CloseSession"), 1)
        session.player.ctl("bandwidth", "0")
        self.until_all_is_there(session)

    def test_the_helper_is_killed_in_a_song(self):
        session = self.open("--set", "bandwidth=2000000")
        host = self.begin(session)
        session.when_copying()
        helper = session.kill_helper()
        session.player.ctl("bandwidth", "0")
        host.wait(60)
        self.until_all_is_there(session)
        self.assertNotEqual(session.watch.helper_pid(), helper)

    def test_the_host_is_killed_and_the_sync_goes_on(self):
        session = self.open("--set", "bandwidth=2000000")
        host = self.begin(session)
        session.when_copying()
        session.processes.kill(host.pid, signal.SIGKILL)
        session.player.ctl("bandwidth", "0")
        self.until_all_is_there(session)

    def test_nothing_is_sent_twice_after_the_helper_stopped_in_order(self):
        session = self.open("--set", "bandwidth=2000000")
        host = self.begin(session)
        session.when_copying()
        session.processes.kill(session.watch.helper_pid(), signal.SIGTERM, 20)
        host.wait(60)
        session.player.ctl("bandwidth", "0")
        self.until_all_is_there(session)

    def test_a_locked_phone_is_waited_for(self):
        session = self.open()
        session.player.ctl("lock")
        self.begin(session)
        session.watch.wait_for(
            lambda: any(d["Detail"] == DETAIL_WAITING_FOR_UNLOCK for d in session.watch.devices().values()),
            "it to ask for the phone to be unlocked")
        session.player.ctl("unlock")
        self.until_all_is_there(session)

    def test_plugged_in_again_the_same_player_is_known(self):
        session = self.open()
        self.begin(session).wait(60)
        before = session.device()[0]
        session.player.ctl("replug")
        self.until_all_is_there(session)
        self.assertEqual(list(session.watch.devices()), [before])


if __name__ == "__main__":
    unittest.main()
