# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that takes nothing: what is true stays true, and what is refused did not happen."""

import contextlib
import unittest

from desk import LIBRARY_RULE, PATIENCE, RULES, STATUS, SYNC, SYNCED, Desk, s, u


class Full(Desk):
    """Nothing about devices can be stored while their folder is away."""

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.job = self.engines.take("sync")
        self.folder_of_devices = self.state / "devices"

    @contextlib.contextmanager
    def full(self):
        away = self.folder_of_devices.rename(self.state / "away")
        yield
        away.rename(self.folder_of_devices)

    def finish(self):
        self.job.result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def rules(self):
        return self.call(self.path, "ListRules").wait()[0]

    def test_how_a_sync_ended_is_shown_and_stored_with_what_comes_next(self):
        with self.full():
            self.job.result(SYNCED, Copied=u(5))
            self.until(self.path, SyncState=SYNC["STOPPED"], Status=STATUS["PARTNERSHIP_EXISTS"])
            self.assertEqual(self.property(self.path, "LastSync")["Copied"], 5)
            self.assertEqual(len(self.rules()), 1)
        self.call(self.path, "SetSetting", "(sv)", "Storage", s("card")).wait()
        self.engines.take("sync")
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        self.engines.answers["sync"] = lambda job: None
        self.assertEqual(self.watch.devices()[self.path]["LastSync"]["Copied"], 5)

    def test_what_is_refused_changes_nothing(self):
        self.job.result(SYNCED, HeldRemovals=u(2), HeldToken=s("t1"))
        self.until(self.path, SyncState=SYNC["STOPPED"], HeldToken="t1")
        before = self.watch.devices()[self.path]
        with self.full():
            for method, type_string, *values in (
                    ("SetRules", f"(s{RULES})", "mpd", []),
                    ("SetRules", f"(s{RULES})", "other", LIBRARY_RULE),
                    ("SetSetting", "(sv)", "PercentSpaceReserved", u(50)),
                    ("SetSetting", "(sv)", "FriendlyName", s("Another")),
                    ("ConfirmRemovals", "(s)", "t1")):
                call = self.call(self.path, method, type_string, *values)
                self.assertEqual(call.refusal(), "Failed", method)
                self.assertIn(str(self.folder_of_devices), call.error.message)
            self.assertEqual(self.manage("WithdrawLibrary", "(s)", "mpd").refusal(), "Failed")
        self.assertEqual(self.watch.devices()[self.path], before)
        self.assertEqual(self.rules(), [("mpd", *LIBRARY_RULE[0])])
        self.call(self.path, "Start").wait()
        self.assertNotIn("ConfirmToken", self.engines.take("sync").values)

    def test_files_to_be_included_are_included_once(self):
        self.call(self.path, "IncludeSkipped").wait()
        with self.full():
            self.job.result(SYNCED)
            self.engines.take("include-skipped").result()
            self.engines.take("sync").result(SYNCED, Copied=u(7))
            self.watch.wait_for(lambda: self.property(self.path, "LastSync").get("Copied") == 7, "its result",
                                PATIENCE)
        self.assertEqual(self.engines.kinds.count("include-skipped"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
