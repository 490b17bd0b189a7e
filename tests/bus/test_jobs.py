# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is asked of engines beside syncs: previews, estimates, skipped files."""

import os
import unittest

from desk import DETAIL, PATIENCE, RULES, STORAGES, SYNC, SYNCED, Desk, i, s, u
from gi.repository import GLib

ESTIMATE = {"Code": i(0), "Text": s(""), "WantedBytes": GLib.Variant("t", 5 << 40), "WantedItems": u(9)}


class Idle(Desk):
    """The device is at rest."""

    def setUp(self):
        super().setUp()
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.path = self.partner()
        self.watch.wait_for(lambda: self.property(self.path, "LastSync"), "the first sync", PATIENCE)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def test_preview_gives_the_plan(self):
        call = self.call(self.path, "Preview")
        job = self.engines.take("preview")
        self.assertEqual(job.values["Rules"], [("mpd", 1, "", 1, {})])
        self.until(self.path, SyncState=SYNC["ESTIMATING"])
        job.say("state", "(is)", (DETAIL["LISTING"], "listing"))
        self.until(self.path, Detail=DETAIL["LISTING"])
        job.result(verb="plan")
        handle, = call.wait()
        descriptor = call.fds.get(handle)
        self.assertEqual(os.pread(descriptor, 100, 0), b"a plan\0")
        os.close(descriptor)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def test_preview_with_other_rules(self):
        call = self.call(self.path, "PreviewRules", f"(s{RULES})", "mpd", [(2, "list-0", 1, {})])
        job = self.engines.take("preview")
        self.assertEqual(job.values["Rules"], [("mpd", 2, "list-0", 1, {})])
        job.result(verb="plan")
        handle, = call.wait()
        os.close(call.fds.get(handle))
        self.assertEqual(self.call(self.path, "ListRules").wait()[0], [("mpd", 1, "", 1, {})])
        bad = self.call(self.path, "PreviewRules", f"(s{RULES})", "mpd", [(99, "", 1, {})])
        self.assertEqual(bad.refusal(), "InvalidArgument")

    def test_preview_that_fails(self):
        call = self.call(self.path, "Preview")
        self.engines.take("preview").fail("DEVICE_BUSY", "gvfs has it")
        self.assertEqual(call.refusal(), "DeviceBusy")
        self.assertIn("gvfs has it", str(call.error))

    def test_preview_without_a_plan(self):
        call = self.call(self.path, "Preview")
        self.engines.take("preview").result()
        self.assertEqual(call.refusal(), "Failed")

    def test_a_client_that_goes_cancels_its_preview(self):
        other = self.client()
        self.call(self.path, "Preview", watch=other)
        self.engines.take("preview")
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        self.drop(other)
        self.engines.cancels.get(timeout=PATIENCE)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def test_estimate_with_other_rules(self):
        call = self.call(self.path, "Estimate", f"(s{RULES})", "mpd", [(2, "list-0", 1, {})])
        job = self.engines.take("estimate")
        self.assertEqual(job.values["Rules"], [("mpd", 2, "list-0", 1, {})])
        self.assertNotIn("Offline", job.values)
        job.result(ESTIMATE)
        self.assertEqual(call.wait()[0]["WantedBytes"], 5 << 40)
        self.assertEqual(len(self.call(self.path, "ListRules").wait()[0]), 1)

    def test_estimate_for_a_host_without_rules_yet(self):
        self.publish(self.library("other"), host="other").wait()
        call = self.call(self.path, "Estimate", f"(s{RULES})", "other", [(1, "", 1, {})])
        job = self.engines.take("estimate")
        self.assertEqual(len(job.values["Rules"]), 2)
        self.assertEqual(sorted(host for host, _ in job.values["Libraries"]), ["mpd", "other"])
        job.result(ESTIMATE)
        call.wait()

    def test_estimate_as_they_are(self):
        call = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        job = self.engines.take("estimate")
        self.assertEqual(job.values["Rules"], [("mpd", 1, "", 1, {})])
        job.result(ESTIMATE)
        call.wait()

    def test_a_second_estimate_cancels_the_first(self):
        first = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        job = self.engines.take("estimate")
        self.engines.on_cancelled = lambda cancelled: cancelled.fail("CANCELLED")
        second = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        self.assertEqual(first.refusal(), "Cancelled")
        again = self.engines.take("estimate")
        self.assertIsNot(job, again)
        again.result(ESTIMATE)
        self.assertEqual(second.wait()[0]["WantedItems"], 9)

    def test_a_hundred_estimates_leave_one(self):
        self.engines.on_cancelled = lambda cancelled: cancelled.fail("CANCELLED")
        wanted = [(2, f"list-{n}", 1, {}) for n in range(100)]
        calls = [self.call(self.path, "Estimate", f"(s{RULES})", "mpd", [rule]) for rule in wanted]
        for call in calls[:-1]:
            self.assertEqual(call.refusal(), "Cancelled")
        job = self.engines.take("estimate")
        while job.values["Rules"] != [("mpd", *wanted[-1])]:
            job = self.engines.take("estimate")
        job.result(ESTIMATE)
        self.assertEqual(calls[-1].wait()[0]["WantedItems"], 9)

    def test_cancel_estimate(self):
        call = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        self.engines.take("estimate")
        self.engines.on_cancelled = lambda cancelled: cancelled.fail("CANCELLED")
        self.call(self.path, "CancelEstimate").wait()
        self.assertEqual(call.refusal(), "Cancelled")
        self.call(self.path, "CancelEstimate").wait()
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def test_estimate_of_a_device_that_is_away(self):
        self.unplug()
        self.until(self.path, Connected=False)
        call = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        job = self.engines.take("estimate")
        self.assertTrue(job.values["Offline"])
        self.assertEqual(job.values["Storages"], STORAGES.unpack())
        job.result(ESTIMATE)
        call.wait()

    def test_skipped_files(self):
        call = self.call(self.path, "ListSkipped")
        job = self.engines.take("skipped")
        job.result(Skipped=GLib.Variant("a(ssx)", [("Music/a", "/music/a", 1600000000)]))
        self.assertEqual(call.wait()[0], [("Music/a", "/music/a", 1600000000)])
        call = self.call(self.path, "IncludeSkipped")
        del self.engines.answers["sync"]
        self.engines.take("include-skipped").result(SkippedFiles=u(0))
        call.wait()
        self.engines.take("sync").result(SYNCED)

    def test_skipped_files_of_a_device_that_is_away(self):
        self.unplug()
        self.until(self.path, Connected=False)
        call = self.call(self.path, "ListSkipped")
        self.engines.take("skipped").result(Skipped=GLib.Variant("a(ssx)", []))
        call.wait()
        call = self.call(self.path, "IncludeSkipped")
        self.engines.take("include-skipped").result()
        call.wait()

    def test_too_many_wait(self):
        first = self.call(self.path, "Preview")
        self.engines.take("preview")
        waiting = [self.call(self.path, "Preview") for _ in range(70)]
        refused = [call for call in waiting if call.is_done() or call is waiting[-1]]
        self.assertEqual(refused[-1].refusal(), "LimitExceeded")
        self.engines.answers["preview"] = lambda job: job.result(verb="plan")
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        self.unplug()
        self.assertEqual(waiting[0].refusal(), "NoDevice")
        first.refusal()


class DuringSync(Desk):
    """The device's engine is busy."""

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.sync = self.engines.take("sync")

    def test_estimate_works_beside_it(self):
        call = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        job = self.engines.take("estimate")
        self.assertNotEqual(job.engine.pid, self.sync.engine.pid)
        self.assertTrue(job.values["Offline"])
        self.assertEqual(job.values["Storages"], STORAGES.unpack())
        self.assertEqual(self.property(self.path, "SyncState"), SYNC["SYNCHRONIZING"])
        job.result(ESTIMATE)
        call.wait()
        self.sync.result(SYNCED)

    def test_a_second_estimate_cancels_the_first_beside_it(self):
        first = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        self.engines.take("estimate")
        self.engines.on_cancelled = lambda cancelled: cancelled.fail("CANCELLED")
        second = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        self.assertEqual(first.refusal(), "Cancelled")
        self.engines.take("estimate").result(ESTIMATE)
        second.wait()
        self.assertEqual(self.property(self.path, "SyncState"), SYNC["SYNCHRONIZING"])

    def test_skipped_files_are_listed_beside_it(self):
        call = self.call(self.path, "ListSkipped")
        job = self.engines.take("skipped")
        self.assertTrue(job.values["Offline"])
        job.result(Skipped=GLib.Variant("a(ssx)", []))
        call.wait()

    def test_preview_waits_for_its_end(self):
        call = self.call(self.path, "Preview")
        self.helper_is_alive()
        self.assertTrue(self.engines.jobs.empty())
        self.sync.result(SYNCED)
        self.engines.take("preview").result(verb="plan")
        call.wait()

    def test_a_client_that_goes_takes_its_waiting_preview_along(self):
        other = self.client()
        self.call(self.path, "Preview", watch=other)
        other.call(self.path, "org.freedesktop.DBus.Properties", "GetAll",
                   GLib.Variant("(s)", ("org.portamento.Sync1.Device",)))
        self.leave(other)
        call = self.call(self.path, "Preview")
        self.sync.result(SYNCED)
        self.engines.take("preview").result(verb="plan")
        call.wait()
        self.assertEqual(self.engines.kinds.count("preview"), 1)

    def test_skipped_files_are_included_after_it(self):
        self.call(self.path, "IncludeSkipped").wait()
        self.processes.kill(self.watch.helper_pid())  # it is remembered
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        self.watch.devices()
        self.engines.take("include-skipped").result()
        again = self.engines.take("sync")
        again.result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.engines.kinds.count("include-skipped"), 1)

    def test_including_fails_before_a_sync(self):
        self.call(self.path, "IncludeSkipped").wait()
        self.sync.result(SYNCED)
        self.engines.take("include-skipped").fail("FAILED", "the journal is damaged")
        self.until(self.path, SyncState=SYNC["STOPPED"], DetailText="the journal is damaged")
        self.assertTrue(self.engines.jobs.empty())

    def test_a_side_engine_that_dies_harms_nobody(self):
        call = self.call(self.path, "Estimate", f"(s{RULES})", "", [])
        self.engines.take("estimate").engine.send("kill")
        self.assertEqual(call.refusal(), "EngineLost")
        self.sync.result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.property(self.path, "LastSync")["Result"], 0)

    def test_without_a_device_no_preview(self):
        call = self.call(self.path, "Preview")
        self.engines.on_cancelled = lambda job: job.fail("NO_DEVICE")
        self.unplug()
        self.assertEqual(call.refusal(), "NoDevice")



if __name__ == "__main__":
    unittest.main(verbosity=2)
