# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the desktop had mounted is mounted again once no engine has the device: whoever dies, and once."""

import os
import signal
import unittest

from desk import DETAIL, IDENTIFIED, PATIENCE, STATUS, SYNCED, Desk
from gi.repository import Gio, GLib
from support.processes import wait_until_gone

TRACKER = "org.gtk.vfs.MountTracker"
XML = f"""<node><interface name='{TRACKER}'><method name='MountLocation'>
  <arg type='(aya{{sv}})' direction='in'/><arg type='(so)' direction='in'/></method></interface></node>"""
ALREADY_MOUNTED = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code17"
BUSY = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code26"


def mount_of(kind="mtp", host="Maker_Model_abc"):
    """What gvfs mounts by."""
    return (b"/\0", {name: GLib.Variant("ay", value.encode() + b"\0") for name, value in
                     (("type", kind), ("host", host))})


class Gvfs:
    """gvfs's tracker, played: each call waits for the test unless there is a standing answer."""

    def __init__(self, address):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.connection.set_exit_on_close(False)
        self.asked, self.waiting = [], []  # hosts; invocations
        self.answer = self.mount
        self.look = lambda: None  # what is so when it is asked
        interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        self.connection.register_object("/org/gtk/vfs/mounttracker", interface, self.on_call, None, None)
        self.call("RequestName", GLib.Variant("(su)", ("org.gtk.vfs.Daemon", 0)))

    def call(self, method, arguments=None):
        return self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                         arguments, None, Gio.DBusCallFlags.NONE, PATIENCE * 1000, None)

    def on_call(self, _connection, _sender, _path, _interface, _method, arguments, invocation):
        mount, (source, path) = arguments.unpack()
        assert (source, path) == ("", "/")
        self.asked.append(bytes(mount[1]["host"]).rstrip(b"\0").decode())
        self.look()
        self.answer(invocation)

    @staticmethod
    def mount(invocation):
        invocation.return_value(None)

    def refuse(self, name):
        def answer(invocation):
            invocation.return_dbus_error(name, "as told")
        self.answer = answer

    def hear(self):
        """All that was sent to it until now has been seen."""
        self.call("GetId")
        while GLib.MainContext.default().pending():
            GLib.MainContext.default().iteration(False)
        return self.asked

    def close(self):
        self.connection.close_sync(None)


class Mounts(Desk):
    # none of the waits that a device is kept through, unless the test says so
    environment = {"PORTAMENTO_RETRY_MS": "100000", "PORTAMENTO_LINGER_MS": "60000", "PORTAMENTO_EXIT_MS": "500"}

    def setUp(self):
        super().setUp()
        self.gvfs = Gvfs(self.bus.address)
        self.addCleanup(self.gvfs.close)
        self.loan = self.folder / "run" / "portamento" / "1234-5678-abc.mount"

    def keep(self, job, mount=None):
        job.say("mount", "((aya{sv}))", (mount or mount_of(),))
        return self.engines.stored.get(timeout=PATIENCE)

    def sync(self):
        """A sync that has unmounted the device."""
        self.path = self.partner()
        job = self.engines.take("sync")
        self.assertEqual(self.keep(job), "OK")
        return job

    def asked(self):
        """What gvfs was asked for all that has happened until now."""
        self.watch.devices()  # answered after what the helper is at
        return self.gvfs.hear()

    def until_mounted(self, times=1):
        self.watch.wait_for(lambda: len(self.gvfs.asked) >= times, "the mount", PATIENCE)
        self.assertEqual(self.gvfs.hear(), ["Maker_Model_abc"] * times)
        self.watch.devices()  # answered after the helper has heard of the mount
        self.assertFalse(self.loan.exists())

    def look_again(self):
        """A whole job, so that what was to follow on the last has followed. Returns what gvfs was asked."""
        call = self.call(self.path, "Preview")
        self.engines.take("preview").result(verb="plan")
        call.wait()
        return self.asked()

    def test_all_jobs_in_a_row_have_it_and_then_the_desktop_once(self):
        del self.engines.answers["identify"]
        self.path = self.plug()
        self.watch.devices()
        job = self.engines.take("identify")
        self.assertEqual(self.keep(job), "OK")
        create = self.call(self.path, "CreatePartnership", "(b)", False)
        self.helper_is_alive()  # it has that call
        job.result(IDENTIFIED)
        job = self.engines.take("identify")
        self.assertEqual(self.asked(), [])
        self.assertTrue(self.loan.exists())
        job.result(IDENTIFIED)
        create.wait()
        self.until_mounted()
        self.assertEqual(self.look_again(), ["Maker_Model_abc"])

    def test_an_engine_that_is_killed(self):
        self.sync().engine.send("kill")
        self.until_mounted()
        self.until(self.path, Detail=DETAIL["WAITING_TO_RETRY"])

    def test_an_engine_has_it_until_its_process_has_ended(self):
        job = self.sync()
        job.engine.send("deaf")
        self.gvfs.look = lambda: self.assertTrue(wait_until_gone([job.engine.pid], 0), "the engine still has it")
        job.engine.send("error org.portamento.Sync1.Error.DeviceHung")
        self.until_mounted()

    def test_a_helper_that_is_killed(self):
        self.sync()
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGKILL)
        self.wait_until_helper_left(pid)
        self.assertEqual(self.gvfs.hear(), [])
        self.watch.devices()
        job = self.engines.take("sync")
        self.assertEqual(self.asked(), [])
        job.result(SYNCED)
        self.until_mounted()
        self.assertEqual(self.look_again(), ["Maker_Model_abc"])

    def test_a_helper_that_is_told_to_leave(self):
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        self.sync()
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGTERM)
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the helper to leave", PATIENCE)
        self.assertEqual(self.gvfs.hear(), ["Maker_Model_abc"])
        self.assertFalse(self.loan.exists())

    def test_a_device_that_is_unplugged(self):
        job = self.sync()
        self.unplug()
        self.until(self.path, Connected=False)
        self.assertFalse(self.loan.exists())
        self.assertEqual(self.keep(job), "NoDevice")
        self.plug()
        self.engines.take("sync").result(SYNCED)
        self.assertEqual(self.look_again(), [])

    def test_a_device_that_is_plugged_in_anew_while_there_is_no_helper(self):
        self.sync()
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGKILL)
        self.wait_until_helper_left(pid)
        self.plug(address=3)
        self.watch.devices()
        self.engines.take("sync").result(SYNCED)
        self.assertEqual(self.look_again(), [])
        self.assertFalse(self.loan.exists())

    def test_no_job_begins_while_the_desktop_mounts(self):
        self.gvfs.answer = self.gvfs.waiting.append
        self.sync().result(SYNCED)
        self.watch.wait_for(lambda: self.gvfs.waiting, "the mount", PATIENCE)
        preview = self.call(self.path, "Preview")
        self.watch.devices()  # answered after it
        self.assertTrue(self.engines.jobs.empty())
        self.gvfs.mount(self.gvfs.waiting.pop())
        self.engines.take("preview").result(verb="plan")
        preview.wait()
        self.until_mounted()

    def test_what_can_not_be_mounted_now_is_tried_after_the_next_job(self):
        self.gvfs.refuse(BUSY)
        self.sync().result(SYNCED)
        self.watch.wait_for(lambda: self.gvfs.asked, "the mount", PATIENCE)
        self.assertEqual(self.look_again(), ["Maker_Model_abc"] * 2)
        self.assertTrue(self.loan.exists())
        self.gvfs.refuse(ALREADY_MOUNTED)  # a person did
        self.look_again()
        self.until_mounted(3)
        self.assertEqual(self.look_again(), ["Maker_Model_abc"] * 3)

    def test_only_devices_are_mounted(self):
        self.path = self.partner()
        job = self.engines.take("sync")
        self.assertEqual(self.keep(job, mount_of("smb-share", "server")), "InvalidArgument")
        self.assertEqual(self.keep(job, mount_of(host="x" * 100000)), "InvalidArgument")
        job.result(SYNCED)
        self.assertEqual(self.look_again(), [])

    def test_what_is_not_what_was_written_is_set_aside(self):
        self.loan.parent.mkdir()
        self.loan.write_bytes(b"\xff" * 100)
        self.path = self.partner()
        self.engines.take("sync").result(SYNCED)
        self.assertEqual(self.look_again(), [])
        self.assertEqual([path.name for path in self.loan.parent.iterdir()], [self.loan.name + ".damaged-1"])


class Silent(Mounts):
    environment = {**Mounts.environment, "PORTAMENTO_SILENCE_MS": "5000"}

    def test_an_engine_that_says_nothing_any_more(self):
        self.path = self.partner()
        self.engines.take("sync").say("mount", "((aya{sv}))", (mount_of(),))
        self.until_mounted()
        self.until(self.path, Detail=DETAIL["WAITING_TO_RETRY"])


class Leaving(Mounts):
    environment = {**Mounts.environment, "PORTAMENTO_LEAVE_MS": "500"}

    def test_a_helper_that_leaves_without_its_engine(self):
        job = self.sync()
        job.engine.send("deaf")
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGTERM)
        self.wait_until_helper_left(pid)
        self.assertEqual(self.gvfs.hear(), [])
        self.watch.devices()
        self.engines.take("sync").result(SYNCED)
        self.until_mounted()


class Locked(Mounts):
    environment = {"PORTAMENTO_UNLOCK_MS": "10"}

    def test_a_locked_phone_is_not_mounted_and_unmounted_at_every_look(self):
        del self.engines.answers["identify"]
        self.path = self.plug()
        self.watch.devices()
        for n in range(5):
            job = self.engines.take("identify")
            if n == 0:
                self.assertEqual(self.keep(job), "OK")
            job.fail("DEVICE_LOCKED", "unlock the phone")
        job = self.engines.take("identify")
        self.assertEqual(self.asked(), [])
        job.result(IDENTIFIED)
        self.until_mounted()
        self.until(self.path, Status=STATUS["NEW_DEVICE"])


class Retry(Mounts):
    environment = {"PORTAMENTO_RETRY_MS": "10"}

    def test_what_is_soon_tried_again_is_kept_until_then(self):
        self.sync().engine.send("kill")
        job = self.engines.take("sync")
        self.assertEqual(self.asked(), [])
        job.result(SYNCED)
        self.until_mounted()


def load_tests(loader, _tests, _pattern):
    """Each class has its own; what it inherits is tried once, by the first."""
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(Mounts))
    for case in (Silent, Leaving, Locked, Retry):
        suite.addTests(case(name) for name in vars(case) if name.startswith("test_"))
    return suite


if __name__ == "__main__":
    unittest.main()
