#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Law 6 with gvfs's own daemons: what the desktop had mounted is unmounted once, and mounted again once, whoever dies."""

import os
import signal
import unittest
from pathlib import Path
from unittest.mock import patch

from gi.repository import GLib
from harness import TestCase
from support import songs

GVFSD = Path("/usr/libexec/gvfsd")
TRACKER = ("/org/gtk/vfs/mounttracker", "org.gtk.vfs.MountTracker")
HOST = b"Philips_HDD6320_WALKMAN0001\0"
N_SONGS = 5
STOPPED, COPYING = 2, 6  # PORTA_SYNC_, PORTA_DETAIL_


@unittest.skipUnless(GVFSD.with_name("gvfsd-mtp").exists(), "gvfs-backends is not installed")
class Mounts(TestCase):
    variables = {"PORTAMENTO_RETRY_MS": "200", "PORTAMENTO_SILENCE_MS": "10000"}

    def add(self, first, last):
        for number in range(first, last + 1):
            songs.make(self.desktop.music / f"{number}.mp3", 400_000, title=f"Song {number}", artist="A", albumartist="A",
                       album="B", track=number)
        self.desktop.mpd.update()

    def open(self):
        """A player that has one song, mounted by the desktop, and more to be sent to it; that takes a while."""
        with patch.dict(os.environ, self.variables):
            self.desktop = self.session("walkman")
        self.add(1, 1)
        self.desktop.mpd_sync("--library", "--create-partnership")
        self.add(2, N_SONGS)
        self.desktop.player.ctl("bandwidth", "1000000")
        command = [self.desktop.player.program, "run", str(self.desktop.player.folder), str(GVFSD), "--no-fuse"]
        self.desktop.processes.start(command, env={**self.desktop.environment, "XDG_DATA_DIRS": "/usr/share"})  # its schemas
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        name = GLib.Variant("(s)", ("org.gtk.vfs.Daemon",))
        self.desktop.watch.wait_for(
            lambda: self.desktop.watch.call(*bus, "NameHasOwner", name, name=bus[1])[0], "gvfs")
        self.call_gvfs("MountLocation", GLib.Variant("((aya{sv})(so))", (
            (b"/\0", {"type": GLib.Variant("ay", b"mtp\0"), "host": GLib.Variant("ay", HOST)}), ("", "/"))))
        self.assertEqual(len(self.mounts()), 1)
        return self.desktop

    def call_gvfs(self, method, arguments=None):
        return self.desktop.watch.call(*TRACKER, method, arguments, seconds=60, name="org.gtk.vfs.Daemon")

    def mounts(self):
        return self.call_gvfs("ListMounts")[0]

    def said(self, member):
        return len([1 for _, interface, name, _ in self.desktop.watch.signals if (interface, name) == (TRACKER[1], member)])

    def begin(self):
        """A sync with a song under way; its host needs nothing more."""
        host = self.desktop.start("portamento-mpd", "sync")
        path, _ = self.desktop.device()
        self.desktop.watch.wait_for_property(path, "Detail", lambda detail: detail == COPYING)
        self.assertEqual(self.mounts(), [])
        return host

    def until_mounted(self):
        """All songs are there, and gvfs was asked no more often than must be."""
        path, _ = self.desktop.device()
        self.desktop.watch.wait_for_property(path, "SyncItemCount", lambda count: count == N_SONGS, 120)
        self.desktop.watch.wait_for_property(path, "SyncState", lambda state: state == STOPPED)
        self.desktop.watch.wait_for(lambda: self.said("Mounted") == 2, "the mount")
        self.assertEqual(len(self.mounts()), 1)
        self.assertEqual(self.said("Unmounted"), 1)
        found = [name for name in self.desktop.player.tree() if name.endswith(".mp3")]
        self.assertEqual(len(found), N_SONGS, found)

    def test_a_sync_from_the_first_look_to_the_last_song(self):
        self.open()
        host = self.begin()
        self.desktop.player.ctl("bandwidth", "0")
        host.wait(60)
        self.until_mounted()

    def test_an_engine_that_is_killed(self):
        self.open()
        self.begin()
        self.desktop.kill_engine()
        self.desktop.player.ctl("bandwidth", "0")
        self.until_mounted()

    def test_an_engine_that_says_nothing_any_more(self):
        self.open()
        self.begin()
        pid, = self.desktop.engine_pids()
        os.kill(pid, signal.SIGSTOP)
        self.desktop.player.ctl("bandwidth", "0")
        self.until_mounted()

    def test_a_helper_that_is_killed_and_that_nobody_but_the_engine_misses(self):
        self.open()
        host = self.begin()
        self.desktop.processes.kill(host.pid)
        helper = self.desktop.kill_helper()
        self.desktop.watch.wait_for(lambda: self.desktop.watch.helper_pid() not in (None, helper), "the next helper")
        self.desktop.player.ctl("bandwidth", "0")
        self.until_mounted()

    def test_a_device_that_is_unplugged_is_the_desktops_own_affair(self):
        self.open()
        self.begin()
        self.desktop.player.ctl("unplug")
        self.desktop.watch.wait_for(lambda: not any(d["Connected"] for d in self.desktop.watch.devices().values()),
                                    "the helper to see it go")
        self.desktop.player.ctl("bandwidth", "0")
        self.desktop.player.ctl("plug")
        path, _ = self.desktop.device()
        self.desktop.watch.wait_for_property(path, "SyncItemCount", lambda count: count == N_SONGS, 120)
        self.assertEqual((self.said("Mounted"), self.mounts()), (1, []))


if __name__ == "__main__":
    unittest.main()
