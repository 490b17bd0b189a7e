# SPDX-License-Identifier: LGPL-2.1-or-later
"""A device that leaves the bus when its port is reset, and comes back elsewhere, was not plugged in by anybody."""

import os
import signal
import unittest

from desk import DETAIL, IDENTIFIED, PATIENCE, STATUS, SYNC, SYNCED, Desk

ID = "1234-5678-abc"


class Cable(Desk):
    # it may leave, and stay away, for as long as a test takes
    environment = {"PORTAMENTO_RESET_MS": "600000", "PORTAMENTO_RETURN_MS": "600000", "PORTAMENTO_RETRY_MS": "1"}

    def setUp(self):
        super().setUp()
        self.address, self.marks = 2, 0

    def begin(self):
        """The first sync."""
        self.path = self.partner()
        return self.engines.take("sync")

    def expect_reset(self, job):
        job.engine.send("reset")
        self.assertEqual(self.engines.stored.get(timeout=PATIENCE), "OK")

    def see_cables(self):
        """All that was plugged and unplugged until now has been seen: so has one more device."""
        self.marks += 1
        self.until(self.plug(f"1234-5678-mark{self.marks}", 100 + self.marks, f"mark{self.marks}"), Connected=True)

    def leave(self):
        self.unplug()
        self.see_cables()

    def come_back(self):
        self.address += 1
        self.plug(address=self.address)
        self.see_cables()

    def ask(self):
        """The address at which a job finds it; no other job has come before."""
        call = self.call(self.path, "Preview")
        job = self.engines.take("preview")
        job.result(verb="plan")
        call.wait()
        return job.values["Address"]

    def assert_rests(self):
        """It is where it is now, and nothing is done with it."""
        self.until(self.path, Connected=True, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.ask(), self.address)
        self.assertTrue(self.engines.jobs.empty())


class Resets(Cable):
    def test_it_comes_back_after_each_sync_and_none_follows(self):
        job = self.begin()
        for _ in range(5):
            self.expect_reset(job)
            job.result(SYNCED)
            self.until(self.path, SyncState=SYNC["STOPPED"])
            self.leave()
            self.assertTrue(self.property(self.path, "Connected"))
            self.come_back()
            self.assert_rests()
            self.call(self.path, "Start").wait()
            job = self.engines.take("sync")
            self.assertEqual(job.values["Address"], self.address)

    def test_it_comes_back_before_the_job_has_ended(self):
        job = self.begin()
        self.expect_reset(job)
        self.leave()
        self.come_back()
        job.result(SYNCED)
        self.assert_rests()
        self.assertEqual(self.property(self.path, "LastSync")["Result"], 0)

    def test_it_leaves_before_the_job_has_ended(self):
        job = self.begin()
        self.expect_reset(job)
        self.leave()
        job.result(SYNCED)
        self.come_back()
        self.assert_rests()
        self.assertEqual(self.property(self.path, "LastSync")["Result"], 0)

    def test_it_is_elsewhere_at_once(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.come_back()
        self.assert_rests()

    def test_looking_at_it_does_not_begin_another_look(self):
        looked = []

        def identify(job):
            if job.values["Device"] == ID:
                looked.append(job.values["Address"])
                job.engine.send("reset")
            job.result(IDENTIFIED)
        self.engines.answers["identify"] = identify
        self.path = self.plug()
        self.watch.devices()
        self.until(self.path, Status=STATUS["NEW_DEVICE"])
        self.leave()
        self.come_back()
        self.until(self.path, Connected=True, Status=STATUS["NEW_DEVICE"])
        self.assertEqual(self.ask(), self.address)
        self.assertEqual(looked, [2])

    def test_failures_end_though_it_comes_back_after_each(self):
        job = self.begin()
        for _ in range(4):
            self.expect_reset(job)
            job.fail("DEVICE_IO", "cable")
            self.leave()
            self.come_back()
            job = self.engines.take("sync")
            self.assertEqual(job.values["Address"], self.address)
        self.expect_reset(job)
        job.fail("DEVICE_IO", "cable")
        self.until(self.path, SyncState=SYNC["STOPPED"], Detail=DETAIL["NONE"], DetailText="cable")
        self.leave()
        self.come_back()
        self.assert_rests()

    def test_an_engine_that_dies_of_its_reset(self):
        job = self.begin()
        self.expect_reset(job)
        job.engine.send("kill")
        self.leave()
        self.come_back()
        self.engines.take("sync").result(SYNCED)
        self.assert_rests()

    def test_what_changes_meanwhile_is_synced(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.leave()
        self.publish(self.library(tracks=11)).wait()
        self.come_back()
        job = self.engines.take("sync")
        self.assertEqual(job.values["Address"], self.address)
        job.result(SYNCED)
        self.assert_rests()

    def test_who_asks_meanwhile_waits_for_it(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.leave()
        preview = self.call(self.path, "Preview")
        self.watch.devices()  # answered after it
        self.assertTrue(self.engines.jobs.empty())
        self.come_back()
        job = self.engines.take("preview")
        self.assertEqual(job.values["Address"], self.address)
        job.result(verb="plan")
        preview.wait()

    def test_a_person_who_unplugs_it_plugs_it_in(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.leave()
        self.come_back()
        self.leave()  # once for each reset
        self.until(self.path, Connected=False)
        self.come_back()
        self.engines.take("sync").result(SYNCED)

    def test_the_helper_leaves_while_it_is_away(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.leave()
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGTERM)
        self.wait_until_helper_left(pid)


class Gone(Cable):
    environment = {**Cable.environment, "PORTAMENTO_RETURN_MS": "1"}

    def test_one_that_does_not_come_back_is_not_there(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.leave()
        self.assertEqual(self.call(self.path, "Preview").refusal(), "NoDevice")
        self.until(self.path, Connected=False)
        self.come_back()
        self.engines.take("sync").result(SYNCED)


class Late(Cable):
    environment = {**Cable.environment, "PORTAMENTO_RESET_MS": "0"}

    def test_one_that_leaves_long_after_its_reset_was_unplugged(self):
        job = self.begin()
        self.expect_reset(job)
        job.result(SYNCED)
        self.unplug()
        self.until(self.path, Connected=False)
        self.come_back()
        self.engines.take("sync").result(SYNCED)


if __name__ == "__main__":
    unittest.main(verbosity=2)
