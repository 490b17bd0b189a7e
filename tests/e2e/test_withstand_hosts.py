#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several hosts, hosts that die, and programs on the bus that mean no good: real helper, engine and player."""

import fcntl
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path
from urllib.parse import quote

from withstand import TestCase, songs
from gi.repository import Gio, GLib
from support.bus import DEVICE, MANAGER, NAME, ROOT
from support.engine import LIBRARY_TYPE
from support.host import Host
from support.session import program

SYNC_SYNCHRONIZING, SYNC_STOPPED = 1, 2
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
HOST_SCRIPT = Path(__file__).resolve().parents[1] / "support/host.py"


class Desktop(TestCase):
    profile, options, count, size = "android", (), 6, 150_000

    def setUp(self):
        self.desk = self.session(self.profile, self.options, mpd=False)
        self.songs = []
        for number in range(1, self.count + 1):
            title = f"Söng {number}"
            self.songs.append((title, songs.make(self.desk.music / f"{title}.mp3", self.size, title, title=title)))
        stranger = songs.make(self.desk.folder / "mine.mp3", title="Mine")
        for path in ("/Music/mine.mp3", "/Music/Artist/Album/mine.mp3", "/DCIM/photo.mp3"):
            self.desk.player.put(path, stranger)
        self.foreign = {path: thing for path, thing in self.desk.player.tree().items() if path.endswith(".mp3")}
        self.path, device = self.desk.device()
        self.device = device["Id"]

    def host(self, host_id):
        host = Host(self.desk.bus.address, host_id)
        self.addCleanup(host.close)
        return host

    def uris(self, first=0, last=None, escape=True):
        """escape: every byte that may be escaped is."""
        def spell(path):
            if not escape:
                return "file://" + quote(str(path))
            return "file://" + "".join(c if c == "/" else f"%{ord(c):02x}" if ord(c) < 128 else quote(c) for c in str(path))
        return [(title, spell(path)) for title, path in self.songs[first:last]]

    def until(self, count):
        """All songs that are wanted are there and the engine rests."""
        self.desk.watch.wait_for_property(self.path, "SyncItemCount", lambda found: found == count, 90)
        self.desk.watch.wait_for_property(self.path, "SyncState", lambda state: state == SYNC_STOPPED, 60)

    def assert_all_there(self, count, sends=None):
        """sends: how many files may have been sent in all."""
        self.until(count)
        there = {path: thing["sha256"] for path, thing in self.desk.player.tree().items()
                 if path.startswith("/Music/Artist") and path.endswith(".mp3") and path not in self.foreign}
        self.assertEqual(sorted(there), sorted(f"/Music/Artist/Album/{title}.mp3" for title, _ in self.songs[:count]))
        self.assert_bytes_arrived(self.desk, {f"Music/Artist/Album/{title}.mp3": path
                                              for title, path in self.songs[:count]})
        self.assert_untouched(self.desk, self.foreign)
        if sends is not None:
            self.assertLessEqual(self.desk.player.stats()["operations"]["SendObject"], sends, "copied twice")

    def assert_idle(self):
        self.desk.player.ctl("reset-stats")
        self.assert_counts(self.desk.sync())
        self.assertEqual(self.desk.player.writes(), {})


class TwoHosts(Desktop):
    def test_a_song_that_both_want_is_copied_once(self):
        """The two spell the same files differently."""
        one, two = self.host("one"), self.host("two")
        one.publish(self.uris(0, 4, escape=True))
        two.publish(self.uris(2, 6, escape=False))
        one.create_partnership(self.device)
        self.desk.player.ctl("reset-stats")
        one.want_all(self.device)
        two.want_all(self.device, priority=2)
        self.assert_all_there(6, sends=6)
        self.assert_idle()
        one.publish(self.uris(0, 1))  # what it no longer wants the other still does
        self.desk.watch.wait_for_property(self.path, "SyncItemCount", lambda found: found == 5, 60)
        self.assertEqual(len(self.desk.music_on_player()) - 2, 5)
        self.assert_untouched(self.desk, self.foreign)

    def test_starting_and_stopping_a_thousand_times(self):
        """Two clients at once; nothing is lost, nothing is left running, and it ends as the last one said."""
        one, two = self.host("one"), self.host("two")
        one.publish(self.uris())
        one.create_partnership(self.device)
        one.want_all(self.device)
        device = self.device.encode()
        self.desk.player.ctl("reset-stats")
        for _ in range(50):
            asked = [(host, host.request(what, device)) for _ in range(5)
                     for host, what in ((one, "start"), (two, "stop"), (two, "start"), (one, "stop"))]
            for host, number in asked:
                host.wait(number)
        self.assertLessEqual(len(self.desk.engine_pids()), 1)
        helper = self.desk.watch.helper_pid()
        one.do("start", device)
        self.assert_all_there(6, sends=self.desk.player.stats()["sessions"] + 6)
        self.assertEqual(self.desk.watch.helper_pid(), helper, "the helper died on the way")
        self.assert_idle()


class Death(Desktop):
    """Whoever dies in mid-sync: it goes on or is taken up again, no song comes twice, no half one stays."""

    options, count, size = ("--set", "bandwidth=1500000"), 8, 300_000

    def begin(self):
        words = [f"{title}={uri}" for title, uri in self.uris(escape=False)]
        host = self.desk.processes.start(
            [sys.executable, str(HOST_SCRIPT), self.desk.bus.address, "mortal", self.device, *words],
            stdout=subprocess.PIPE)
        self.assertEqual(host.stdout.readline(), b"ready\n")
        self.addCleanup(host.stdout.close)
        self.desk.player.ctl("reset-stats")
        self.desk.when_copying()
        return host

    def go_on(self, sends):
        self.desk.player.ctl("bandwidth", "0")
        self.assert_all_there(self.count, sends)
        self.assert_idle()

    def end(self, host):
        host.kill()
        host.wait(10)

    def test_a_host_is_killed_and_its_songs_come_all_the_same(self):
        host = self.begin()
        host.send_signal(signal.SIGKILL)
        host.wait(10)
        self.go_on(sends=self.count)

    def test_the_helper_is_killed(self):
        host = self.begin()
        old = self.desk.kill_helper()
        self.go_on(sends=self.count + 1)
        self.assertNotEqual(self.desk.watch.helper_pid(), old)
        self.end(host)

    def test_both_are_killed_and_a_device_plugged_in_later_syncs(self):
        host = self.begin()
        self.desk.kill_helper()
        self.end(host)
        self.desk.player.ctl("replug")
        self.desk.watch.devices()
        self.go_on(sends=self.count + 1)

    def test_unplugged_within_a_song_it_resumes_by_itself(self):
        host = self.begin()
        self.desk.player.ctl("replug")
        self.go_on(sends=self.count + 1)
        self.end(host)

    def test_a_locked_phone_is_waited_for(self):
        host = self.host("patient")
        host.create_partnership(self.device)
        self.desk.player.ctl("lock")
        self.desk.player.ctl("replug")
        self.desk.player.ctl("reset-stats")
        host.publish(self.uris())
        host.want_all(self.device)
        self.desk.watch.wait_for(lambda: "unlock" in self.desk.watch.devices()[self.path]["DetailText"].lower(),
                                 "it to ask for the phone to be unlocked")
        self.assertEqual(self.desk.player.writes(), {})
        self.desk.player.ctl("unlock")
        self.go_on(sends=self.count)


class SecondHelper(Desktop):
    def test_it_leaves_and_changes_nothing(self):
        first = self.desk.watch.helper_pid()
        state = {path: path.stat().st_mtime_ns for path in (self.desk.folder / "state").rglob("*") if path.is_file()}
        environment = {**self.desk.environment, **self.desk.player.environment()}
        for _ in range(2):
            self.desk.processes.run([program("portamentod")], env=environment, seconds=30)
        self.assertEqual(self.desk.watch.helper_pid(), first)
        self.assertEqual({path: path.stat().st_mtime_ns for path in state}, state)
        host = self.host("one")
        host.publish(self.uris(0, 2))
        host.create_partnership(self.device)
        host.want_all(self.device)
        self.assert_all_there(2, sends=3)


class Hostile(Desktop):
    """While a sync runs. Everything is refused by name, the helper lives, and the sync comes to its end."""

    options, size = ("--set", "bandwidth=800000"), 400_000

    def memfd(self, content=b"", seals=SEALS, size=None):
        descriptor = os.memfd_create("library", os.MFD_ALLOW_SEALING)
        os.write(descriptor, content)
        if size is not None:
            os.ftruncate(descriptor, size)
        if seals:
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        return descriptor

    def library(self, host="evil", tracks=(), playlists=(), version=1):
        value = GLib.Variant(LIBRARY_TYPE, (version, host, host, list(tracks), list(playlists), {}))
        return value.get_data_as_bytes().get_data()

    def refusal(self, interface, method, arguments, descriptors=(), path=None):
        """The error's name. Own connection: the bus may throw such a client out."""
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        evil = Gio.DBusConnection.new_for_address_sync(self.desk.bus.address, flags, None, None)
        evil.set_exit_on_close(False)
        fds = Gio.UnixFDList.new()
        for descriptor in descriptors:
            fds.append(descriptor)
            os.close(descriptor)
        try:
            evil.call_with_unix_fd_list_sync(NAME, path or (ROOT if interface == MANAGER else self.path), interface,
                                             method, arguments, None, Gio.DBusCallFlags.NONE, 30000, fds, None)
        except GLib.Error as error:
            return (Gio.DBusError.get_remote_error(error) or error.message).rpartition(".")[2]
        finally:
            if not evil.is_closed():
                evil.close_sync(None)
        return None

    def publish(self, descriptor, host="evil", handle=0):
        return self.refusal(MANAGER, "PublishLibrary", GLib.Variant("(ssh)", (host, host, handle)), [descriptor])

    def test_it_is_refused_while_others_are_served(self):
        good = self.host("good")
        good.publish(self.uris())
        good.create_partnership(self.device)
        good.want_all(self.device)
        self.desk.player.ctl("reset-stats")
        self.desk.when_copying()
        helper = self.desk.watch.helper_pid()
        self.libraries()
        self.wrong_calls()
        self.many_libraries()
        self.assertEqual(self.desk.watch.helper_pid(), helper)
        self.desk.player.ctl("bandwidth", "0")
        self.assert_all_there(self.count, sends=self.count)

    def libraries(self):
        track = ("file:///x.mp3", *[""] * 5, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0, {})
        whole = self.library(tracks=[track])
        bad = {"empty": b"", "zeros": bytes(4096), "ones": b"\xff" * 4096, "cut": whole[:-3], "longer": whole + b"\0\0",
               "version": self.library(version=9), "another": self.library("good"),
               "no scheme": self.library(tracks=[("x.mp3", *track[1:])]),
               "index": self.library(tracks=[track], playlists=[("p", "p", 1, [7], {})]),
               "playlist twice": self.library(tracks=[track], playlists=[("p", "p", 1, [0], {})] * 2),
               "long string": self.library(tracks=[(f"file:///{'x' * 20000}", *track[1:])])}
        for what, content in bad.items():
            self.assertIn(self.publish(self.memfd(content)), ("InvalidArgument", "LimitExceeded"), what)
        for seals in (0, fcntl.F_SEAL_WRITE, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW):
            self.assertEqual(self.publish(self.memfd(whole, seals)), "InvalidArgument", seals)
        self.assertEqual(self.publish(self.memfd(size=(256 << 20) + 1)), "LimitExceeded")
        self.assertEqual(self.publish(self.memfd(size=1 << 40)), "LimitExceeded")
        pipe = os.pipe()
        os.close(pipe[1])
        for descriptor in (pipe[0], os.open("/dev/zero", os.O_RDONLY), os.open("/", os.O_RDONLY)):
            self.assertEqual(self.publish(descriptor), "InvalidArgument")
        for host in ("", "../evil", "a/b", "x" * 65, "."):
            self.assertEqual(self.publish(self.memfd(whole), host), "InvalidArgument", host)
        self.assertNotEqual(self.publish(self.memfd(whole), handle=3), None)

    def wrong_calls(self):
        calls = [(MANAGER, "PublishLibrary", "(s)", ("evil",), "InvalidArgs"),
                 (MANAGER, "WithdrawLibrary", "(s)", ("nobody",), "NotFound"),
                 (MANAGER, "ListPlaylists", "(s)", ("nobody",), "NotFound"),
                 (DEVICE, "SetRules", "(sas)", ("evil", []), "InvalidArgs"),
                 (DEVICE, "SetRules", "(sa(isia{sv}))", ("evil", [(99, "", 1, {})]), "InvalidArgument"),
                 (DEVICE, "SetRules", "(sa(isia{sv}))", ("evil", [(1, "", -1, {})]), "InvalidArgument"),
                 (DEVICE, "SetSetting", "(sv)", ("PercentSpaceReserved", GLib.Variant("u", 96)), "InvalidArgument"),
                 (DEVICE, "SetSetting", "(sv)", ("Layout", GLib.Variant("s", "../{title}")), "InvalidArgument"),
                 (DEVICE, "SetSetting", "(sv)", ("Format", GLib.Variant("b", True)), "InvalidArgument"),
                 (DEVICE, "ConfirmRemovals", "(s)", ("not a token",), "InvalidArgument"),
                 (DEVICE, "Start", "(s)", ("now",), "InvalidArgs"),
                 (DEVICE, "Explode", "()", (), "UnknownMethod")]
        for interface, method, types, values, name in calls:
            found = self.refusal(interface, method, GLib.Variant(types, values))
            self.assertEqual(found, name, (method, values))
        nowhere = self.refusal(DEVICE, "Start", None, path=f"{ROOT}/devices/none")
        self.assertIn(nowhere, ("UnknownMethod", "UnknownObject", "UnknownInterface"))

    def many_libraries(self):
        refused = 0
        for number in range(1000):
            host = f"evil-{number}"
            found = self.publish(self.memfd(self.library(host)), host)
            self.assertIn(found, (None, "LimitExceeded"))
            refused += found is not None
        self.assertGreater(refused, 900)


if __name__ == "__main__":
    unittest.main()
