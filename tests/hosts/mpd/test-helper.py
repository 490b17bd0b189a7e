#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""portamento-mpd as it is installed, with the real libportamento and the real helper, without
any device: what was published is what the helper has.

    test-helper.py PORTAMENTO-MPD PORTAMENTOD
"""

import os
import signal
import sys
import unittest
from pathlib import Path

HELPER = Path(sys.argv.pop(2)).resolve()

import desk  # noqa: E402
import bus  # noqa: E402
from gi.repository import GLib  # noqa: E402


class Helper(desk.Case):
    def setUp(self):
        super().setUp()
        for name in ("STATE", "DATA", "CACHE"):
            folder = self.folder / name.lower()
            folder.mkdir()
            self.processes.environment[f"XDG_{name}_HOME"] = str(folder)
        self.bus = bus.Bus(self.processes, self.folder / "bus", HELPER)
        self.addCleanup(self.bus.close)
        self.watch = bus.Watch(self.bus.address)
        self.addCleanup(self.watch.close)

    def manager(self, method, arguments=None):
        return self.watch.call(bus.ROOT, bus.MANAGER, method, arguments)[0]

    def library(self):
        """(tracks, playlists) of MPD's, or None."""
        return next(((row[2], row[3]) for row in self.manager("ListLibraries") if row[0] == "mpd"), None)

    def publish(self, mpd, *arguments):
        done = self.run_program(mpd, *arguments, "publish")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_published_is_what_the_helper_has(self):
        mpd = self.start_with_library(40)
        songs = mpd.songs()
        mpd.save_playlist("Running", [songs[3], songs[1], songs[3], "http://radio.example/x"])
        (mpd.folder / "playlists/Всё.m3u").write_text(f"{songs[0]}\ngone.mp3\n/elsewhere/x.mp3\n")
        self.assertEqual(self.publish(mpd), "Published 40 songs and 2 playlists.\n")
        self.assertEqual(self.library(), (40 + 3, 2))  # three stand in playlists only
        playlists = self.manager("ListPlaylists", GLib.Variant("(s)", ("mpd",)))
        self.assertEqual(sorted((row[1], row[3]) for row in playlists), [("Running", 4), ("Всё", 3)])

    def test_names_that_are_not_utf8_are_no_reason_to_refuse(self):
        self.make_library(10)
        source = next(self.music.rglob("*.mp3"), None) or next(self.music.rglob("*.flac"))
        os.link(source, os.fsencode(self.music) + b"/latin1 \xe9\xff" + os.fsencode(source.suffix))
        mpd = self.start_mpd()
        mpd.update()
        self.publish(mpd)
        self.assertEqual(self.library()[0], len(mpd.songs()))

    def test_ten_thousand(self):
        self.make_library(10000)
        mpd = self.start_mpd()
        mpd.update()
        self.assertEqual(self.publish(mpd), "Published 10000 songs and 0 playlists.\n")
        self.assertEqual(self.library(), (10000, 0))

    def test_an_accident_keeps_what_was_published(self):
        mpd = self.start_with_library(20)
        self.publish(mpd)
        self.music.rename(self.folder / "away")
        self.assertEqual(self.run_program(mpd, "publish").returncode, 1)
        self.music.mkdir()
        self.assertEqual(self.run_program(mpd, "publish").returncode, 1)
        mpd.update()
        self.assertEqual(self.run_program(mpd, "publish").returncode, 1)
        self.assertEqual(self.library(), (20, 0))

    def test_the_daemon_outlives_the_helper(self):
        mpd = self.start_with_library(20)
        daemon = self.start_program(mpd, "--verbose")
        desk.read_until(daemon, "Published 20 songs")
        helper = self.watch.helper_pid()
        self.processes.kill(helper)
        desk.read_until(daemon, "helper of Portamento went away")
        next(self.music.rglob("*.flac")).unlink()
        mpd.update()
        desk.read_until(daemon, "Published 19 songs")
        self.assertNotEqual(self.watch.helper_pid(), helper)
        self.assertEqual(self.library(), (19, 0))
        daemon.send_signal(signal.SIGTERM)
        _, log = daemon.communicate(timeout=desk.SECONDS)
        self.assertEqual(daemon.returncode, 0, log)

    def test_status_and_no_device(self):
        mpd = self.start_with_library(10)
        done = self.run_program(mpd, "status")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Device: none yet", done.stdout)
        done = self.run_program(mpd, "sync", "--library", "--wait", "0")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("No device is connected", done.stderr)
        done = self.run_program(mpd, "--once", "--wait", "0")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
