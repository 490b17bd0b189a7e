# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the helper foresees: which jobs are followed by another one for the device."""

import unittest

from desk import IDENTIFIED, PATIENCE, SYNC, SYNCED, Desk, b, s


class Stay(Desk):
    """A device that is wanted again at once stays open; one that is not does not."""

    environment = {"PORTAMENTO_CANCEL_MS": "600000", "PORTAMENTO_UNPLUG_MS": "600000"}

    def connect_again(self, path, **settings):
        self.engines.take("sync").result(SYNCED)
        self.until(path, SyncState=SYNC["STOPPED"])
        for name, value in settings.items():
            self.call(path, "SetSetting", "(sv)", name, value).wait()
        self.unplug()
        self.until(path, Connected=False)
        del self.engines.answers["identify"]
        self.plug()
        return self.engines.take("identify")

    def test_the_look_before_a_sync_is_told_so(self):
        path = self.partner()
        job = self.connect_again(path)
        self.assertTrue(job.values["Followed"])
        job.result(IDENTIFIED, Owner=s(job.values["Owner"]), Stays=b(True))
        sync = self.engines.take("sync")
        self.assertEqual((sync.engine.pid, "Followed" in sync.values), (job.engine.pid, False))
        sync.result(SYNCED)
        self.until(path, SyncState=SYNC["STOPPED"])
        self.assertNotIn("release", self.engines.kinds)

    def test_a_look_that_no_sync_follows_is_not(self):
        path = self.partner()
        job = self.connect_again(path, SyncOnConnect=b(False))
        self.assertNotIn("Followed", job.values)

    def test_what_comes_up_during_a_sync_keeps_it_open(self):
        path = self.partner()
        job = self.engines.take("sync")
        self.publish(self.library(tracks=11)).wait()
        self.engines.stays.get(timeout=PATIENCE)
        job.result(SYNCED, Stays=b(True))
        self.engines.take("sync").result(SYNCED)
        self.until(path, SyncState=SYNC["STOPPED"])
        self.assertNotIn("release", self.engines.kinds)

    def test_a_preview_that_waits_keeps_it_open(self):
        path = self.partner()
        job = self.engines.take("sync")
        call = self.call(path, "Preview")
        self.engines.stays.get(timeout=PATIENCE)
        job.result(SYNCED, Stays=b(True))
        self.engines.take("preview").result(verb="plan")
        call.wait()

    def test_what_does_not_follow_after_all_gives_it_back(self):
        path = self.partner()
        job = self.engines.take("sync")
        self.publish(self.library(tracks=11)).wait()
        self.engines.stays.get(timeout=PATIENCE)
        stopped = self.call(path, "Stop")
        self.engines.cancels.get(timeout=PATIENCE)
        job.result(SYNCED, Stays=b(True))
        stopped.wait()
        self.engines.take("release").result()
        self.until(path, SyncState=SYNC["STOPPED"])


if __name__ == "__main__":
    unittest.main()
