# SPDX-License-Identifier: LGPL-2.1-or-later
"""What hosts publish: stored as it is, replaced whole, remembered; and what is refused."""

import fcntl
import os
import stat
import unittest

from desk import PATIENCE, ROOT, STATUS, SYNC, SYNCED, Desk, i, s
from gi.repository import GLib


class Libraries(Desk):
    def stored(self):
        return sorted(path.name for path in (self.state / "libraries").iterdir())

    def test_publish_stores_and_lists(self):
        content = self.library(tracks=120, playlists=3)
        self.assertEqual(self.publish(content).wait(), (True,))
        self.assertEqual(self.publish(content).wait(), (False,))
        path = self.state / "libraries" / "mpd.library"
        self.assertEqual(path.read_bytes(), content)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        (host, name, tracks, playlists, size, when), = self.manage("ListLibraries").wait()[0]
        self.assertEqual((host, name, tracks, playlists, size), ("mpd", "Test host", 120, 3, len(content)))
        self.assertEqual(when, int(path.stat().st_mtime))
        lists = self.manage("ListPlaylists", "(s)", "mpd").wait()[0]
        self.assertEqual(lists, [(f"list-{n}", f"List {n}", 1, 50) for n in range(3)])

    def test_libraries_outlive_the_helper(self):
        self.publish(self.library("a"), host="a").wait()
        self.publish(self.library("b", tracks=3), host="b").wait()
        before = self.manage("ListLibraries").wait()
        self.assertEqual(len(before[0]), 2)
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        self.assertEqual(self.manage("ListLibraries").wait(), before)
        self.assertEqual(self.publish(self.library("b", tracks=3), host="b").wait(), (False,))

    def test_an_unchanged_library_is_not_written(self):
        self.publish().wait()
        path = self.state / "libraries" / "mpd.library"
        before = (path.stat().st_ino, path.stat().st_mtime_ns)
        self.publish().wait()
        self.assertEqual((path.stat().st_ino, path.stat().st_mtime_ns), before)

    def test_an_engine_keeps_the_library_it_began_with(self):
        self.partner()
        job = self.engines.take("sync")
        size = len(self.library())
        self.publish(self.library(tracks=500)).wait()
        self.assertEqual(job.libraries[0][0], size)
        job.result()

    def test_withdraw(self):
        self.publish().wait()
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        self.assertEqual(self.stored(), [])
        self.assertEqual(self.manage("WithdrawLibrary", "(s)", "mpd").refusal(), "NotFound")
        self.assertEqual(self.manage("ListPlaylists", "(s)", "mpd").refusal(), "NotFound")

    def test_damaged_libraries_are_set_aside(self):
        folder = self.state / "libraries"
        folder.mkdir(parents=True)
        (folder / "bad.library").write_bytes(b"\xff" * 100)
        (folder / "empty.library").write_bytes(b"")
        (folder / "liar.library").write_bytes(self.library("mpd"))
        (folder / "mpd.library.new").write_bytes(b"half")
        (folder / "mpd.library").write_bytes(self.library("mpd"))
        found = self.manage("ListLibraries").wait()[0]
        self.assertEqual([library[0] for library in found], ["mpd"])
        self.assertEqual(self.stored(), ["bad.library.damaged-1", "empty.library.damaged-1",
                                         "liar.library.damaged-1", "mpd.library"])

    def test_no_room_to_store_it(self):
        self.publish().wait()
        folder = self.state / "libraries"
        (folder / "mpd.library.new").mkdir()  # the place is taken
        self.assertEqual(self.publish(self.library(tracks=50)).refusal(), "Failed")
        self.assertEqual(self.manage("ListLibraries").wait()[0][0][2], 10)
        self.assertEqual((folder / "mpd.library").read_bytes(), self.library())

    def test_sixty_four_libraries_and_no_more(self):
        for n in range(64):
            self.publish(self.library(f"host-{n}", tracks=1), host=f"host-{n}").wait()
        self.assertEqual(self.publish(self.library("more"), host="more").refusal(), "LimitExceeded")
        self.assertEqual(self.publish(self.library("host-7", tracks=2), host="host-7").wait(), (True,))
        self.manage("WithdrawLibrary", "(s)", "host-9").wait()
        self.assertEqual(self.publish(self.library("more"), host="more").wait(), (True,))

    def test_a_hundred_thousand_tracks_while_others_are_served(self):
        descriptor = self.memfd(self.library(tracks=100000, playlists=200))
        call = self.manage("PublishLibrary", "(ssh)", "mpd", "Test host", 0, fds=[descriptor])
        self.assertEqual(call.wait(), (True,))
        self.assertEqual(self.manage("ListLibraries").wait()[0][0][2:4], (100000, 200))


class Refused(Desk):
    """Each is refused with its name; the helper lives, nothing is stored."""

    def tearDown(self):
        self.helper_is_alive()
        self.assertEqual(self.manage("ListLibraries").wait(), ([],))
        self.assertEqual(list((self.state / "libraries").iterdir()), [])

    def test_unsealed(self):
        for seals in (0, fcntl.F_SEAL_WRITE, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK,
                      fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK):
            descriptor = self.memfd(self.library(), seals)
            call = self.manage("PublishLibrary", "(ssh)", "mpd", "Test", 0, fds=[descriptor])
            self.assertEqual(call.refusal(), "InvalidArgument", seals)

    def test_no_memfd(self):
        path = self.folder / "file"
        path.write_bytes(self.library())
        ends = os.pipe()
        for descriptor in (os.open(path, os.O_RDONLY), os.open("/dev/zero", os.O_RDONLY),
                           os.open(self.folder, os.O_RDONLY), *ends):
            self.addCleanup(os.close, descriptor)
            call = self.manage("PublishLibrary", "(ssh)", "mpd", "Test", 0, fds=[descriptor])
            self.assertEqual(call.refusal(), "InvalidArgument")

    def test_no_descriptor(self):
        descriptor = self.memfd(self.library())
        self.assertEqual(self.manage("PublishLibrary", "(ssh)", "mpd", "Test", 0).refusal(), "InvalidArgument")
        for handle in (1, 70000, -1):
            call = self.manage("PublishLibrary", "(ssh)", "mpd", "Test", handle, fds=[descriptor])
            self.assertIn(call.refusal(), ("InvalidArgument", "org.freedesktop.DBus.Error.NoReply",
                                           "org.freedesktop.DBus.Error.Disconnected", ""))
            if self.watch.connection.is_closed():  # the bus throws out who breaks the protocol
                self.watch = self.client()

    def test_malformed(self):
        good = self.library()
        empty = GLib.Variant("(ussa(ssssssuuuuiitxxxa{sv})a(ssuaua{sv})a{sv})", (2, "mpd", "Test", [], [], {}))
        other = empty.get_data_as_bytes().get_data()
        for content in (b"", b"\0", b"\xff" * 4096, good[:-1], good[: len(good) // 2], good[4:], good + b"\0", other,
                        good.replace(b"file:///", b"no-scheme", 1), good.replace(b"Artist", b"\xff\xfe\xfd\xfc\xfb\xfa")):
            self.assertIn(self.publish(content).refusal(), ("InvalidArgument", "LimitExceeded"), content[:40])

    def test_every_byte_may_be_wrong(self):
        good = bytearray(self.library(tracks=2, playlists=1))
        calls = []
        for place in range(0, len(good), 7):
            bad = bytearray(good)
            bad[place] ^= 0xFF
            calls.append(self.publish(bytes(bad)))
            if len(calls) == 32:
                for call in calls:
                    self.watch.wait_for(call.is_done, "an answer", PATIENCE)
                calls.clear()
        for call in calls:
            self.watch.wait_for(call.is_done, "an answer", PATIENCE)
        self.helper_is_alive()
        if self.manage("ListLibraries").wait()[0]:  # some bytes may be anything
            self.manage("WithdrawLibrary", "(s)", "mpd").wait()

    def test_too_large(self):
        descriptor = os.memfd_create("library", os.MFD_ALLOW_SEALING)
        self.addCleanup(os.close, descriptor)
        os.ftruncate(descriptor, (256 << 20) + 1)  # sparse: takes no memory
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
        call = self.manage("PublishLibrary", "(ssh)", "mpd", "Test", 0, fds=[descriptor])
        self.assertEqual(call.refusal(), "LimitExceeded")

    def test_a_host_that_says_it_is_another(self):
        self.assertEqual(self.publish(self.library("other")).refusal(), "InvalidArgument")

    def test_host_ids(self):
        for host in ("", "a" * 65, "a/b", "../x", "a b", "ä", "a\n", "a:b"):
            for call in (self.publish(self.library(), host=host), self.manage("WithdrawLibrary", "(s)", host),
                         self.manage("ListPlaylists", "(s)", host)):
                self.assertEqual(call.refusal(), "InvalidArgument", host)

    def test_display_names(self):
        descriptor = self.memfd(self.library())
        call = self.manage("PublishLibrary", "(ssh)", "mpd", "x" * 257, 0, fds=[descriptor])
        self.assertEqual(call.refusal(), "InvalidArgument")

    def test_wrong_types(self):
        for method, arguments in (("PublishLibrary", GLib.Variant("(s)", ("mpd",))),
                                  ("WithdrawLibrary", GLib.Variant("(u)", (1,))),
                                  ("ListLibraries", GLib.Variant("(s)", ("x",))),
                                  ("NoSuchMethod", None)):
            with self.assertRaises(GLib.Error) as caught:
                self.watch.call(ROOT, "org.portamento.Sync1.Manager", method, arguments)
            self.assertRegex(str(caught.exception), "InvalidArgs|UnknownMethod")


class Restart(Desk):
    def test_a_device_plugged_in_later_syncs_without_the_host(self):
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        path = self.partner()
        self.until(path, SyncState=SYNC["STOPPED"])
        self.unplug()
        self.until(path, Connected=False)
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        del self.engines.answers["sync"]
        self.plug()
        self.until(path, Connected=True, Status=STATUS["PARTNERSHIP_EXISTS"])
        job = self.engines.take("sync")
        self.assertEqual(job.libraries[0][0], len(self.library()))
        job.result(Code=i(0), Text=s(""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
