# SPDX-License-Identifier: LGPL-2.1-or-later
"""What it costs when there is nothing to do: no wakeup, little memory."""

import os
import time
import unittest

from desk import PATIENCE, SYNC, SYNCED, Desk
from support.processes import wait_until_gone

SANITIZED = "PORTAMENTO_SANITIZED" in os.environ


class Frugal(Desk):
    environment = {"PORTAMENTO_LINGER_MS": "1"}

    def setUp(self):
        super().setUp()
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.partner()
        self.watch.wait_for(lambda: self.engines.kinds[-1] == "sync", "a sync", PATIENCE)
        self.assertTrue(wait_until_gone(self.engines.pids, PATIENCE))
        self.pid = self.watch.helper_pid()

    def switches(self):
        """How often any thread of the helper has run since it began."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/status", encoding="ascii") as status:
                total += sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
        return total

    def private_kib(self):
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as rollup:
            return sum(int(line.split()[1]) for line in rollup if line.startswith("Private"))

    def live_on(self, seconds):
        """The time that is measured; the helper must not end in it."""
        self.assertFalse(wait_until_gone([self.pid], seconds))

    def settle(self):
        """Until two looks a second apart see no difference."""
        deadline = time.monotonic() + PATIENCE
        seen = -1
        while seen != self.switches():
            self.assertLess(time.monotonic(), deadline, "it never comes to rest")
            seen = self.switches()
            self.live_on(1)
        return seen

    def test_an_idle_device_causes_no_wakeups(self):
        before = self.settle()
        self.live_on(5)
        self.assertEqual(self.switches(), before)

    @unittest.skipIf(SANITIZED, "a sanitizer's own memory is not ours")
    def test_private_memory(self):
        for _ in range(3):
            self.publish(self.library(tracks=20000)).wait()
        self.publish(self.library(tracks=20001)).wait()
        self.until(*[path for path in self.watch.devices()], SyncState=SYNC["STOPPED"])
        self.assertLess(self.private_kib(), 10 * 1024)
        print(f"{self.private_kib()} KiB private", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
