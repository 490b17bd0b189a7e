#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon: it publishes what a real MPD has whenever that changes, outlives MPD, sets rules,
and notes in MPD what was played on the road."""

import os
import signal
import socket
import threading
import unittest

import desk
from processes import wait_until_gone

NEW, PARTNER = 5, 1  # PORTA_STATUS_*
CONNECTED, DISCONNECTED, STATUS_CHANGED = 4, 5, 6  # PORTA_EVENT_DEVICE_*
LIBRARY, PLAYLIST, FILL = 1, 2, 3  # PORTA_RULE_*
FAILED, LIMIT_EXCEEDED = -1, -22  # PORTA_ERROR_*


class Watch(desk.Case):
    def setUp(self):
        super().setUp()
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notices.close)
        self.notices.bind(str(self.folder / "notify"))
        self.notices.settimeout(desk.SECONDS)

    def start_daemon(self, mpd, *arguments):
        environment = {"NOTIFY_SOCKET": str(self.folder / "notify")}
        daemon = self.start_program(mpd, "--verbose", *arguments, **environment)
        self.wait_for_notice("READY=1")
        return daemon

    def wait_for_notice(self, beginning):
        while True:
            notice = self.notices.recv(4096).decode()
            if notice.startswith(beginning):
                return notice

    def wait_for_loss(self):
        """Wherever the daemon notices that MPD is gone."""
        notice = ""
        while "closed the connection" not in notice and "has no socket" not in notice:
            notice = self.wait_for_notice("STATUS=")

    def end_daemon(self, daemon, with_signal=signal.SIGTERM):
        daemon.send_signal(with_signal)
        _, log = daemon.communicate(timeout=desk.SECONDS)
        self.assertEqual(daemon.returncode, 0, log)
        return log

    def titles(self, record):
        return sorted(track.get("2", "") for track in record["publish"]["tracks"])

    def wait_for_songs(self, count):
        return self.wait_for_record("publish", lambda publish: len(publish["tracks"]) == count)

    def connect_device(self, name="Walkman", status=PARTNER, device="0fce-0166-abc"):
        self.say(f"device {device} {name} 1 {status} 3")
        self.say(f"event {CONNECTED} {device}")
        return device

    def test_follows_every_change(self):
        mpd = self.start_with_library(20)
        daemon = self.start_daemon(mpd, "--pidfile", str(self.folder / "pid"))
        self.assertEqual(self.next_record(), {"host": "mpd", "name": "MPD"})
        first = self.wait_for_songs(20)
        self.assertEqual(first["publish"]["playlists"], [])
        self.assertIn("20 songs and 0 playlists published", self.wait_for_notice("STATUS=20"))
        self.assertEqual((self.folder / "pid").read_text(), f"{daemon.pid}\n")

        songs = mpd.songs()
        (self.music / songs[0]).unlink()
        mpd.update()
        self.assertEqual(len(self.titles(self.wait_for_songs(19))), 19)

        mpd.save_playlist("Running", songs[1:4])
        lists = self.wait_for_record("publish", lambda publish: publish["playlists"])["publish"]["playlists"]
        self.assertEqual([(entry["playlist"], len(entry["uris"])) for entry in lists], [("Running", 3)])

        mpd.sticker(songs[1], "rating", "8")
        self.wait_for_record("publish", lambda publish: [t["13"] for t in publish["tracks"] if "13" in t] == [80])

        self.end_daemon(daemon)
        self.wait_for_notice("STOPPING=1")
        self.assertFalse((self.folder / "pid").exists())

    def test_mpd_comes_and_goes(self):
        self.make_library(10)
        daemon = self.start_daemon(self.folder / "mpd/socket")
        self.assertIn("MPD has no socket", self.wait_for_notice("STATUS=MPD"))
        mpd = self.start_mpd()
        mpd.update()
        self.wait_for_songs(10)
        mpd.stop()
        self.wait_for_loss()
        next(self.music.rglob("*.flac")).unlink()
        mpd.start()
        mpd.update()
        self.wait_for_songs(9)
        log = self.end_daemon(daemon, signal.SIGINT)
        # a server that stays away is not complained of every 15 seconds
        self.assertEqual(log.count("Connected to MPD at"), 2 * 2, log)

    def test_ends_while_mpd_hangs(self):
        self.config.write_text("timeout = 3600\n")
        mpd = self.start_with_library(10)
        asked = threading.Event()

        def hang(command):
            if command != "stats":
                return None
            asked.set()
            return b""

        proxy = desk.Proxy(mpd, self.folder / "proxy", hang)
        self.addCleanup(proxy.close)
        daemon = self.start_daemon(proxy.path)
        self.assertTrue(asked.wait(desk.SECONDS), proxy.commands)
        self.end_daemon(daemon)

    def test_an_accident_is_not_published_until_it_is_over(self):
        mpd = self.start_with_library(10)
        self.music.rename(self.folder / "away")
        daemon = self.start_daemon(mpd)
        self.wait_for_notice("STATUS=The music directory")
        (self.folder / "away").rename(self.music)
        daemon.send_signal(signal.SIGHUP)  # a real mount wakes it by itself
        self.assertEqual(self.next_record()["host"], "mpd")
        self.assertIn("publish", self.next_record())
        self.end_daemon(daemon)

    def test_portamento_refuses(self):
        mpd = self.start_with_library(10)
        self.processes.environment["FAKE_PORTAMENTO_REFUSE"] = "yes"
        daemon = self.start_daemon(mpd)
        self.assertIn("Portamento did not take the library: the fake was told to refuse",
                      self.wait_for_notice("STATUS=Portamento"))
        self.end_daemon(daemon)

    def test_rules_of_the_configuration(self):
        self.config.write_text(
            "[device *]\nlibrary = 7\n[device Walkman]\nplaylist = Running 2\nplaylist = \"No such list\" 5\n"
            "fill = shuffle\nreserve = 9\nsync_on_connect = yes\npartnership = always\n")
        mpd = self.start_with_library(10)
        mpd.save_playlist("Running", mpd.songs()[:2])
        daemon = self.start_daemon(mpd)
        self.wait_for_songs(10)

        # a new one is made a partner, and gets its rules when it is one
        device = self.connect_device(status=NEW)
        self.assertEqual(self.next_record(), {"create": device})
        self.say(f"device {device} Walkman 1 {PARTNER} 3")
        self.say(f"event {STATUS_CHANGED} {device}")
        # it has 1 for SyncOnConnect already
        self.assertEqual(self.next_record(), {"setting": "PercentSpaceReserved", "value": 9, "device": device})
        rules = [[PLAYLIST, "Running", 2, 0], [PLAYLIST, "No such list", 5, 0], [FILL, "", 6, 2 - 1]]
        self.assertEqual(self.next_record(), {"rules": rules, "device": device})
        # once for each time that it is connected
        self.say(f"event {STATUS_CHANGED} {device}")
        other = self.connect_device("Phone", PARTNER, "18d1-4ee1-def")
        self.assertEqual(self.next_record(), {"rules": [[LIBRARY, "", 7, 0]], "device": other})
        self.say(f"event {DISCONNECTED} {other}")
        self.connect_device("Phone", PARTNER, other)
        self.assertEqual(self.next_record()["device"], other)
        # a section without rules of its own leaves other partners' new devices alone
        self.connect_device("Third", NEW, "1234-5678-ghi")

        self.config.write_text("[device *]\nlibrary = 1\n")
        daemon.send_signal(signal.SIGHUP)
        changed = [self.wait_for_record("rules"), self.wait_for_record("rules")]
        self.assertEqual({entry["device"] for entry in changed}, {device, other})
        self.assertEqual([entry["rules"] for entry in changed], [[[LIBRARY, "", 1, 0]]] * 2)

        self.config.write_text("[device *]\nlibrary = perhaps\n")
        daemon.send_signal(signal.SIGHUP)
        log = desk.read_until(daemon, "The configuration stays as it was")
        mpd.save_playlist("Other", mpd.songs()[:2])
        self.wait_for_record("publish", lambda publish: len(publish["playlists"]) == 2)
        self.end_daemon(daemon)
        self.assertIn("MPD has no playlist “No such list”, wanted on [device Walkman]", log)
        self.assertIn("sync --device 1234-5678-ghi --create-partnership", log)

    def test_rules_that_could_not_be_stored_are_set_again(self):
        self.config.write_text("[device *]\nlibrary = 7\n")
        mpd = self.start_with_library(10)
        daemon = self.start_daemon(mpd)
        self.wait_for_songs(10)
        wanted = {"rules": [[LIBRARY, "", 7, 0]], "device": self.connect_device()}
        other = self.connect_device("Phone", PARTNER, "18d1-4ee1-def")
        self.assertEqual(self.next_record(), wanted)
        self.assertEqual(self.next_record(), {**wanted, "device": other})
        for text in (f"reply 1000 {FAILED} {wanted['device']}", f"reply 1001 {LIMIT_EXCEEDED} {other}"):
            self.say(text)
        mpd.save_playlist("Running", mpd.songs()[:2])
        self.wait_for_record("publish", lambda publish: publish["playlists"])
        self.assertEqual(self.next_record(), wanted)
        mpd.save_playlist("Walking", mpd.songs()[2:4])
        self.wait_for_record("publish", lambda publish: len(publish["playlists"]) == 2)
        log = self.end_daemon(daemon)
        self.assertEqual(log.count("Portamento refused a request"), 2, log)
        with self.assertRaises(BlockingIOError):
            self.fail(f"{self.unread}{os.read(self.record, 1 << 16)}")

    def test_in_the_background_paths_mean_what_they_did(self):
        mpd = self.start_with_library(10)
        (self.folder / "own.conf").write_text(f"host = {mpd.socket_path}\n")
        begun = self.processes.run([str(desk.PROGRAM), "--conf", "own.conf", "--pidfile", "pid", "--daemon"],
                                   cwd=self.folder)
        self.assertEqual((begun.returncode, begun.stderr), (0, ""))
        self.wait_for_songs(10)
        daemon = int((self.folder / "pid").read_text())
        with open(self.folder / "own.conf", "a", encoding="utf-8") as config:
            config.write("[device *]\nlibrary = 7\n")
        os.kill(daemon, signal.SIGHUP)
        device = self.connect_device()
        self.assertEqual(self.wait_for_record("rules"), {"rules": [[LIBRARY, "", 7, 0]], "device": device})
        os.kill(daemon, signal.SIGTERM)
        self.assertTrue(wait_until_gone([daemon], desk.SECONDS))
        self.assertFalse((self.folder / "pid").exists())

    def test_a_lock_that_can_not_be_taken(self):
        mpd = self.start_with_library(10)
        lock = self.folder / "runtime/portamento-mpd.lock"
        lock.mkdir()
        daemon = self.start_daemon(mpd)
        self.wait_for_songs(10)
        self.assertRegex(self.end_daemon(daemon), f"The lock {lock} can not be taken: Is a directory")

    def statistics(self, song, plays, rating, last):
        uri = "file://" + desk.urllib.parse.quote(os.fsencode(self.music / song))
        self.say(f"statistics {uri} {plays} {rating} {last}")

    def wait_for_sticker(self, mpd, song, name, value):
        while mpd.sticker_of(song, name) != value:
            mpd.send("idle", "sticker")

    def stickers(self, mpd, song):
        return tuple(mpd.sticker_of(song, name) for name in ("playCount", "lastPlayed", "rating"))

    def test_statistics_become_stickers(self):
        mpd = self.start_with_library(40)
        songs = mpd.songs()
        odd = next(song for song in songs if "Why?" in song)
        mpd.sticker(songs[0], "playCount", "5")
        mpd.sticker(songs[0], "lastPlayed", "1700000000")
        mpd.sticker(songs[1], "rating", "4")
        first = self.start_daemon(mpd)
        self.wait_for_songs(40)

        self.statistics("never/was.mp3", 9, 100, 1800000000)
        self.statistics(songs[0], 2, 75, 1650000000)
        self.statistics(songs[1], 0, -1, 1710000000)
        self.statistics(odd, 1, -1, 1720000000)
        self.wait_for_sticker(mpd, odd, "playCount", "1")
        self.assertEqual(self.stickers(mpd, songs[0]), ("7", "1700000000", "8"))
        self.assertEqual(self.stickers(mpd, songs[1]), (None, "1710000000", "4"))
        self.assertEqual(self.stickers(mpd, odd), ("1", "1720000000", None))

        # what comes while MPD is away is kept
        mpd.stop()
        self.wait_for_loss()
        self.statistics(songs[2], 3, 100, 1730000000)
        mpd.start()
        self.wait_for_sticker(mpd, songs[2], "playCount", "3")
        self.assertEqual(self.stickers(mpd, songs[2]), ("3", "1730000000", "10"))
        self.end_daemon(first)

    def test_mpd_goes_while_it_is_told(self):
        mpd = self.start_with_library(10)
        song = mpd.songs()[0]
        mpd.sticker(song, "playCount", "5")
        broken = []

        def cut(command):
            if command.startswith("sticker \"set\"") and "lastPlayed" in command and not broken:
                broken.append(command)
                raise ConnectionError
            return None

        proxy = desk.Proxy(mpd, self.folder / "proxy", cut)
        self.addCleanup(proxy.close)
        daemon = self.start_daemon(proxy.path)
        self.wait_for_songs(10)
        self.statistics(song, 3, 100, 1730000000)
        self.wait_for_sticker(mpd, song, "playCount", "8")
        self.end_daemon(daemon)
        self.assertEqual(len(broken), 1)
        self.assertEqual(self.stickers(mpd, song), ("8", "1730000000", "10"))

    def test_ends_while_it_is_told(self):
        """What MPD has counted is not told again, though its answer comes after the signal."""
        mpd = self.start_with_library(10)
        song = mpd.songs()[0]
        counted, told = threading.Event(), threading.Event()

        def hold(command, lines):
            if command.startswith("sticker \"set\"") and "playCount" in command:
                counted.set()
                told.wait(desk.SECONDS)
            return lines

        proxy = desk.Proxy(mpd, self.folder / "proxy", change=hold)
        self.addCleanup(proxy.close)
        daemon = self.start_daemon(proxy.path)
        self.wait_for_songs(10)
        self.statistics(song, 3, 100, 1730000000)
        self.assertTrue(counted.wait(desk.SECONDS), proxy.commands)
        daemon.send_signal(signal.SIGTERM)
        told.set()
        _, log = daemon.communicate(timeout=desk.SECONDS)
        self.assertEqual(daemon.returncode, 0, log)
        self.assertIn("Noted in MPD what was played of 1 song", log)
        self.assertEqual(self.stickers(mpd, song), ("3", "1730000000", "10"))

    def test_only_one_process_counts(self):
        mpd = self.start_with_library(10)
        first = self.start_daemon(mpd)
        self.wait_for_songs(10)
        # both share the fake's one stream of events, so the first must not read it any more
        first.send_signal(signal.SIGSTOP)
        second = self.start_daemon(mpd)
        self.wait_for_songs(10)
        song = mpd.songs()[0]
        self.statistics(song, 3, 60, 1730000000)
        mpd.save_playlist("Then", [song])
        self.wait_for_record("publish", lambda publish: publish["playlists"])
        self.assertEqual(self.stickers(mpd, song), (None, None, None))
        self.assertIn("Another portamento-mpd is running", self.end_daemon(second))
        first.send_signal(signal.SIGCONT)
        self.end_daemon(first)


if __name__ == "__main__":
    unittest.main(verbosity=2)
