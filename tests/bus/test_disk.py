# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that takes nothing, or does not answer: what is true stays true, and what is refused did not happen."""

import contextlib
import os
import signal
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


class Slow(Desk):
    """A publication that hangs in reading what is stored: a pipe that nobody writes into."""

    environment = {"PORTAMENTO_LEAVE_MS": "200"}

    def publish_slowly(self):
        folder = self.state / "libraries"
        stored = folder / "mpd.library"
        self.watch.devices()
        stored.unlink(missing_ok=True)
        self.pipe = self.folder / "pipe"
        os.mkfifo(self.pipe)
        os.link(self.pipe, stored)
        return self.publish(self.library(tracks=50))

    def go_on(self):
        self.addCleanup(os.close, os.open(self.pipe, os.O_RDWR))  # who opens it waits no more

    def assert_withdrawn(self):
        self.assertEqual(self.manage("ListLibraries").wait(), ([],))
        self.assertEqual(list((self.state / "libraries").iterdir()), [])

    def test_withdrawn_while_it_is_published(self):
        call = self.publish_slowly()
        waiting = self.publish(self.library(tracks=60))
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        self.go_on()
        self.assertEqual(call.refusal(), "Cancelled")
        self.assertEqual(waiting.refusal(), "Cancelled")
        self.assert_withdrawn()

    def test_withdrawn_while_it_is_published_with_rules(self):
        path = self.partner(rules=False)
        self.call(path, "SetRules", f"(s{RULES})", "mpd", LIBRARY_RULE).wait()
        call = self.publish_slowly()
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        self.go_on()
        self.assertEqual(call.refusal(), "Cancelled")
        self.assert_withdrawn()

    def test_published_again_after_it_was_withdrawn(self):
        call = self.publish_slowly()
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        again = self.publish(self.library(tracks=70))
        self.helper_is_alive()  # it has that call
        self.go_on()
        self.assertEqual(again.wait(), (True,))
        self.assertEqual(self.manage("ListLibraries").wait()[0][0][2], 70)

    def test_the_helper_leaves_without_it(self):
        helper = self.processes.start([os.environ[self.helper]])
        self.watch.wait_for(lambda: self.watch.helper_pid() == helper.pid, "the helper", PATIENCE)
        call = self.publish_slowly()
        self.helper_is_alive()
        os.kill(helper.pid, signal.SIGTERM)
        self.assertEqual(helper.wait(PATIENCE), 0)
        self.assertNotEqual(call.refusal(), "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
