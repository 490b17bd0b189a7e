# SPDX-License-Identifier: LGPL-2.1-or-later
"""The helper from its start to its end: activation, one of a kind, leaving, dying."""

import os
import signal
import subprocess
import unittest

from desk import DETAIL, IDENTIFIED, LIBRARY_RULE, PATIENCE, RULES, STATUS, SYNC, Desk, b, i, s, u
from support.processes import wait_until_gone


class Devices(Desk):
    environment = {"PORTAMENTO_FORGET_MS": "50"}

    def test_a_device_is_initializing_until_it_answers(self):
        del self.engines.answers["identify"]
        path = self.plug()
        device = self.watch.devices()[path]
        self.assertTrue(device["Connected"])
        self.assertEqual(device["Status"], STATUS["UNKNOWN"])
        self.assertEqual(device["Detail"], DETAIL["INITIALIZING"])
        job = self.engines.take("identify")
        self.assertEqual(job.values["Device"], "1234-5678-abc")
        self.assertEqual((job.values["Bus"], job.values["Address"]), (1, 2))
        self.assertEqual((job.values["Vendor"], job.values["Product"]), (0x1234, 0x5678))
        self.assertEqual(job.values["Serial"], "abc")
        self.assertEqual(job.values["Partnership"], "keep")
        self.assertEqual(job.values["StateDir"], str(self.state / "journals"))
        job.result(IDENTIFIED)
        self.until(path, Status=STATUS["NEW_DEVICE"], Detail=DETAIL["NONE"], SyncState=SYNC["STOPPED"],
                   FriendlyName="My player", DeviceName="Maker Model", SerialNumber="123")

    def test_a_device_unplugged_unknown_is_forgotten(self):
        path = self.plug()
        self.watch.devices()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.unplug()
        self.watch.wait_for(lambda: path not in self.watch.devices(), "the object to go", PATIENCE)
        self.assertEqual(list((self.state / "devices").iterdir()), [])

    def test_a_known_device_stays_when_unplugged(self):
        path = self.partner(rules=False)
        self.unplug()
        self.until(path, Connected=False, Status=STATUS["PARTNERSHIP_EXISTS"], SyncState=SYNC["UNKNOWN"],
                   FriendlyName="My player")

    def test_two_devices_live_side_by_side(self):
        first = self.plug()
        second = self.plug("aaaa-bbbb-2", address=3, serial="2")
        self.watch.devices()
        self.until(first, Status=STATUS["NEW_DEVICE"])
        self.until(second, Status=STATUS["NEW_DEVICE"])
        self.assertEqual(len(set(self.engines.pids)), 2)

    def test_an_impossible_id_is_no_device(self):
        self.plug("bad id")
        path = self.plug()
        self.watch.devices()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.assertEqual(list(self.watch.devices()), [path])

    def test_a_locked_phone_is_waited_for(self):
        self.engines.answers["identify"] = lambda job: job.fail("DEVICE_LOCKED", "unlock the phone")
        path = self.plug()
        self.watch.devices()
        self.until(path, Detail=DETAIL["WAITING_FOR_UNLOCK"], DetailText="unlock the phone",
                   Status=STATUS["UNKNOWN"])
        refused = self.call(path, "CreatePartnership", "(b)", False)
        self.assertEqual(refused.refusal(), "DeviceLocked")
        self.engines.answers["identify"] = lambda job: job.result(IDENTIFIED)
        self.plug(address=3)  # Android enumerates anew
        self.until(path, Status=STATUS["NEW_DEVICE"], Detail=DETAIL["NONE"])

    def test_a_busy_device_names_its_holder(self):
        self.engines.answers["identify"] = lambda job: job.fail("DEVICE_BUSY", "gvfsd-mtp (42) has it")
        path = self.plug()
        self.watch.devices()
        self.until(path, Detail=DETAIL["DEVICE_BUSY"], SyncState=SYNC["UNKNOWN"])
        self.assertIn("gvfsd-mtp (42)", self.property(path, "DetailText"))


class Unlocking(Desk):
    environment = {"PORTAMENTO_FORGET_MS": "600000"}

    def test_a_phone_that_leaves_the_bus_while_it_is_unlocked_stays_in_sight(self):
        self.engines.answers["identify"] = lambda job: job.fail("DEVICE_LOCKED", "unlock the phone")
        path = self.plug()
        self.until(path, Detail=DETAIL["WAITING_FOR_UNLOCK"])
        self.unplug()
        self.until(path, Connected=False, Status=STATUS["UNKNOWN"], Detail=DETAIL["NONE"])
        self.engines.answers["identify"] = lambda job: job.result(IDENTIFIED)
        self.plug()
        self.until(path, Connected=True, Status=STATUS["NEW_DEVICE"])
        self.assertEqual(self.seen("InterfacesRemoved"), [])


class LockedRetry(Desk):
    environment = {"PORTAMENTO_UNLOCK_MS": "10"}

    def test_a_locked_phone_that_does_not_enumerate_anew_is_asked_again(self):
        asked = []

        def answer(job):
            asked.append(job)
            if len(asked) < 4:
                job.fail("DEVICE_LOCKED", "unlock the phone")
            else:
                job.result(IDENTIFIED)
        self.engines.answers["identify"] = answer
        path = self.plug()
        self.watch.devices()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.assertEqual(len(asked), 4)


class Leaving(Desk):
    idle_timeout = 1

    def test_it_leaves_when_nobody_needs_it(self):
        client = self.client()
        client.devices()
        pid = client.helper_pid()
        self.drop(self.watch)
        self.watch = self.client()  # has called nothing
        self.drop(client)
        self.wait_until_helper_left(pid)

    def test_a_client_keeps_it(self):
        self.watch.devices()
        pid = self.watch.helper_pid()
        self.assertFalse(wait_until_gone([pid], 2.5))
        self.assertEqual(self.watch.helper_pid(), pid)

    def test_a_device_keeps_it(self):
        client = self.client()
        path = self.plug()
        client.devices()
        pid = client.helper_pid()
        self.drop(client)
        self.assertFalse(wait_until_gone([pid], 2.5))
        self.until(path, Connected=True)


class NeverLeaving(Desk):
    idle_timeout = 0

    def test_zero_means_never(self):
        client = self.client()
        client.devices()
        pid = client.helper_pid()
        self.drop(client)
        self.assertFalse(wait_until_gone([pid], 2))


class Ends(Desk):
    environment = {"PORTAMENTO_LEAVE_MS": "2000", "PORTAMENTO_CANCEL_MS": "2000"}

    def run_second(self, **environment):
        return self.processes.run([os.environ[self.helper]], seconds=PATIENCE,
                                  env={**self.processes.environment, **environment})

    def test_a_second_helper_on_the_bus_leaves_politely(self):
        self.watch.devices()
        pid = self.watch.helper_pid()
        second = self.run_second()
        self.assertEqual(second.returncode, 0)
        self.assertIn("another portamentod serves this bus", second.stderr)
        self.assertEqual(self.watch.helper_pid(), pid)

    def test_a_second_helper_on_another_bus_keeps_its_hands_off_the_state(self):
        from support.bus import Bus
        self.watch.devices()
        pid = self.watch.helper_pid()
        address = self.processes.environment["DBUS_SESSION_BUS_ADDRESS"]
        other = Bus(self.processes, self.folder / "other", "/bin/false")
        self.addCleanup(other.close)
        self.processes.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        second = self.run_second(DBUS_SESSION_BUS_ADDRESS=other.address)
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"process {pid}", second.stderr)

    def test_no_bus_is_an_error_that_says_so(self):
        second = self.run_second(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
        self.assertEqual(second.returncode, 1)
        self.assertIn("portamentod:", second.stderr)

    def test_sigterm_cancels_the_job_and_leaves(self):
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED", "cancelled")
        self.partner()
        self.engines.take("sync")
        engine, = set(self.engines.pids)
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGTERM)
        self.engines.cancels.get(timeout=PATIENCE)
        self.wait_until_helper_left(pid)
        self.assertTrue(wait_until_gone([engine], PATIENCE))

    def test_sigterm_does_not_wait_for_ever(self):
        self.partner()
        job = self.engines.take("sync")
        job.engine.send("deaf")
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGTERM)
        self.wait_until_helper_left(pid)
        self.assertTrue(wait_until_gone([job.engine.pid], PATIENCE))

    def test_engines_die_with_it(self):
        self.partner()
        job = self.engines.take("sync")
        pid = self.watch.helper_pid()
        self.processes.kill(pid)
        self.assertTrue(wait_until_gone([job.engine.pid], PATIENCE))

    def test_everybody_is_told_of_changed_rules_once(self):
        path = self.partner()
        wanted = [(2, "list-0", 1, {}), (3, "", 2, {"fill": i(2)})]
        told = [(2, "list-0", 1, {}), (3, "", 2, {"fill": 2})]
        other = self.client()
        for _ in range(2):  # the second changes nothing
            self.call(path, "SetRules", f"(s{RULES})", "mpd", wanted, watch=other).wait()
        self.assertNotEqual(self.call(path, "SetRules", f"(s{RULES})", "mpd", [(9, "", 1, {})]).refusal(), "")
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        self.assertEqual(self.seen("RulesChanged"), [("mpd", LIBRARY_RULE), ("mpd", told), ("mpd", [])])

    def test_nothing_is_lost_when_it_is_killed(self):
        path = self.partner()
        self.engines.take("sync").result({"Code": i(0), "Text": s(""), "Copied": u(2)})
        self.watch.wait_for(lambda: self.property(path, "LastSync").get("Copied") == 2, "the result", PATIENCE)
        self.call(path, "SetSetting", "(sv)", "SyncOnConnect", b(False)).wait()
        before = self.watch.devices()[path]
        rules = self.call(path, "ListRules").wait()
        libraries = self.manage("ListLibraries").wait()
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        self.until(path, Connected=True, Status=STATUS["PARTNERSHIP_EXISTS"], SyncState=SYNC["STOPPED"])
        after = self.watch.devices()[path]
        for name in ("LastSync", "Settings", "FriendlyName", "Storages", "SyncItemCount"):
            self.assertEqual(after[name], before[name], name)
        self.assertEqual(self.call(path, "ListRules").wait(), rules)
        self.assertEqual(self.manage("ListLibraries").wait(), libraries)


class EndsAtOnce(Desk):
    environment = {"PORTAMENTO_LEAVE_MS": "600000", "PORTAMENTO_LINGER_MS": "600000"}

    def test_it_leaves_as_soon_as_the_job_has_ended(self):
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED", "cancelled")
        self.partner()
        self.engines.take("sync")
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGTERM)
        self.wait_until_helper_left(pid)


class Real(Desk):
    helper = "PORTAMENTOD"
    idle_timeout = 1

    def test_the_real_one_activates_and_leaves(self):
        client = self.client()
        self.assertEqual(client.devices(), {})
        pid = client.helper_pid()
        self.drop(client)
        self.wait_until_helper_left(pid)

    def test_version_and_bad_options(self):
        program = os.environ["PORTAMENTOD"]
        good = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        self.assertRegex(good.stdout, r"^portamentod \d+\.\d+\.\d+\n$")
        for bad in (["--nonsense"], ["--idle-timeout=-1"], ["word"]):
            self.assertEqual(self.processes.run([program, *bad]).returncode, 1, bad)


if __name__ == "__main__":
    unittest.main(verbosity=2)
