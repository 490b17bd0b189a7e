#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Evenings of two programs and a player, by chance: they publish, choose, start and stop; helper, engine, programs and
cable go at any moment.

Whenever nothing disturbs it the player must come to hold what the two want together, to the byte, and nothing else but
what others put there; one more sync must find nothing to do.
PORTAMENTO_WORLDS says how many evenings there are, PORTAMENTO_SEED which is the first.
"""

import os
import random
import unittest

from harness import TestCase
from support import songs
from support.host import Host, Refused
from support.mtp import sha256_of

LONG = bool(os.environ.get("PORTAMENTO_LONG"))
WORLDS = int(os.environ.get("PORTAMENTO_WORLDS") or (15 if LONG else 1))
FIRST_SEED = int(os.environ.get("PORTAMENTO_SEED") or 1)
CYCLES, SONGS, SONG_BYTES = 5, 9, 150_000  # so few songs that none goes with a question
SYNC_STOPPED = 2
SLOW = 1_500_000  # bytes/s: a song is under way for a tenth of a second
HOSTS = ("one", "two")


class Evening(TestCase):
    profile = "android"

    def begin(self, seed):
        self.chance = random.Random(seed)
        self.desk = self.session(self.profile, mpd=False)
        self.songs = {f"Song {n}": songs.make(self.desk.music / f"{n}.mp3", SONG_BYTES, n, title=f"Song {n}")
                      for n in range(SONGS)}
        stranger = songs.make(self.desk.folder / "mine.mp3", title="Mine")
        for path in ("/Music/mine.mp3", "/Music/Artist/Album/mine.mp3", "/DCIM/photo.mp3"):
            self.desk.player.put(path, stranger)
        self.foreign = {path: thing for path, thing in self.desk.player.tree().items() if path.endswith(".mp3")}
        self.hosts = {name: Host(self.desk.bus.address, name) for name in HOSTS}
        self.addCleanup(lambda: [host.close() for host in self.hosts.values()])
        self.path, device = self.desk.device()
        self.device = device["Id"]
        self.published, self.wanting, self.history = {}, {}, []
        for name in HOSTS:
            self.publish(name)
        self.hosts["one"].create_partnership(self.device)
        self.want("one")

    # --- what people and programs do

    def say(self, what):
        self.history.append(what)

    def ask(self, name, request, *arguments):
        """The helper may die under a request; who asked is told, and asks again."""
        for _ in range(3):
            try:
                return getattr(self.hosts[name], request)(*arguments)
            except Refused as refused:
                self.say(f"({name}: {request} was refused: {refused})")
        raise AssertionError(f"{request} is refused for ever; {self.where()}")

    def publish(self, name):
        self.published[name] = sorted(self.chance.sample(sorted(self.songs), self.chance.randrange(1, SONGS + 1)))
        self.say(f"{name} has {self.published[name]}")
        self.ask(name, "publish", [(title, self.songs[title].as_uri()) for title in self.published[name]])

    def want(self, name):
        self.wanting[name] = True
        self.say(f"{name} wants it all")
        self.ask(name, "want_all", self.device, self.chance.randrange(1, 5))

    def want_nothing(self, name):
        self.wanting[name] = False
        self.say(f"{name} wants nothing")
        self.ask(name, "set_rules", self.device)

    def start(self, name):
        self.say(f"{name} starts")
        self.hosts[name].request("start", self.device.encode())

    def stop(self, name):
        self.say(f"{name} stops")
        self.hosts[name].request("stop", self.device.encode())

    def crash(self, name):
        self.say(f"{name} ends and comes again")
        self.hosts[name].close()
        self.hosts[name] = Host(self.desk.bus.address, name)

    def kill_helper(self, _name):
        if self.desk.watch.helper_pid():
            self.say("the helper dies")
            self.desk.kill_helper()

    def kill_engine(self, _name):
        self.say(f"the engine dies: {self.desk.kill_engine()}")

    def replug(self, _name):
        self.say("out and in")
        self.desk.player.ctl("replug")

    def slow(self, _name):
        self.desk.player.ctl("bandwidth", self.chance.choice((0, SLOW)))

    def act(self):
        deed = self.chance.choice((self.publish, self.publish, self.want, self.want_nothing, self.start, self.stop, self.crash,
                                   self.kill_helper, self.kill_engine, self.replug, self.slow))
        deed(self.chance.choice(HOSTS))
        for _ in range(self.chance.randrange(0, 40)):  # and things go on
            self.desk.watch.connection.flush_sync(None)
            self.desk.player.ctl("info")

    # --- what must be so

    def where(self):
        return "; ".join(self.history)

    def expected(self):
        wanted = {title for name in HOSTS if self.wanting.get(name) for title in self.published[name]}
        return {f"/Music/Artist/Album/{title}.mp3": sha256_of(self.songs[title]) for title in wanted}

    def there(self):
        return {path: thing["sha256"] for path, thing in self.desk.player.tree().items()
                if path.endswith(".mp3") and path not in self.foreign}

    def settle(self):
        self.say("SETTLE")
        self.desk.player.ctl("bandwidth", 0)
        if not any(self.wanting.values()):
            self.want("one")  # without rules all is kept
        self.start("one")
        expected = self.expected()

        def is_good():
            device = self.desk.watch.devices().get(self.path, {})
            return (device.get("SyncState") == SYNC_STOPPED and device.get("SyncItemCount") == len(expected)
                    and self.there() == expected)
        try:
            self.desk.watch.wait_for(is_good, "what is wanted to be there", 60)
        except AssertionError as error:
            raise AssertionError(f"{error}; there {self.there().keys() ^ expected.keys()}; "
                                 f"{self.desk.watch.devices()}; {self.where()}") from None
        self.assert_untouched(self.desk, self.foreign)
        self.desk.player.ctl("reset-stats")
        last = self.desk.sync()
        self.assertEqual((last["Result"], last["Text"]), (0, ""), self.where())
        self.assertEqual(self.desk.player.writes(), {}, self.where())

    def test_whatever_happens(self):
        for seed in range(FIRST_SEED, FIRST_SEED + WORLDS):
            with self.subTest(seed=seed):
                self.begin(seed)
                for _ in range(CYCLES):
                    for _ in range(self.chance.randrange(2, 9)):
                        self.act()
                    self.settle()


class EveningWithWalkman(Evening):
    profile = "walkman"


if __name__ == "__main__":
    unittest.main()
