# SPDX-License-Identifier: LGPL-2.1-or-later
"""What people ask for while a job is under way: its end is no answer to that."""

import unittest

from desk import CODE, IDENTIFIED, RULES, STATUS, SYNC, SYNCED, Desk, i, s, u

EVERYTHING = [(1, "", 1, {})]


class Sync(Desk):
    """A sync is under way, and ends when the test says so."""

    environment = {"PORTAMENTO_UNPLUG_MS": "600000"}

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.job = self.engines.take("sync")

    def again(self):
        """The sync that follows by itself."""
        job = self.engines.take("sync")
        self.assertIsNot(job, self.job)
        self.job = job
        return job

    def rest(self):
        self.job.result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def set_rules(self, host, rules):
        self.call(self.path, "SetRules", f"(s{RULES})", host, rules).wait()

    def withdraw(self, host):
        self.manage("WithdrawLibrary", "(s)", host).wait()

    def test_removals_confirmed_during_a_sync_go_ahead_in_the_next(self):
        held = {"Code": i(CODE["HELD"]), "HeldRemovals": u(12), "HeldToken": s("t1")}
        self.job.result(SYNCED, **held)
        self.until(self.path, HeldToken="t1")
        self.publish(self.library(tracks=11)).wait()
        self.again()
        self.assertNotIn("ConfirmToken", self.job.values)
        self.call(self.path, "ConfirmRemovals", "(s)", "t1").wait()
        self.job.result(SYNCED, **held)
        self.again()
        self.assertEqual(self.job.values["ConfirmToken"], "t1")
        self.rest()
        self.call(self.path, "Start").wait()
        self.again()
        self.assertNotIn("ConfirmToken", self.job.values)

    def test_a_host_that_withdraws_during_a_sync_leaves_its_music_in_the_next(self):
        self.withdraw("mpd")
        self.job.result(SYNCED)
        self.again()
        self.assertTrue(self.job.values["Forget"])
        self.rest()
        self.assertEqual(self.call(self.path, "Start").refusal(), "NotFound")

    def test_a_second_host_that_withdraws_while_the_first_is_forgotten(self):
        self.rest()
        for host in ("second", "third"):
            self.publish(self.library(host), host=host).wait()
            self.set_rules(host, EVERYTHING)
            self.again()
            self.rest()
        for host in ("mpd", "second"):
            self.withdraw(host)
            if host == "mpd":
                self.again()
            self.assertTrue(self.job.values["Forget"])
        self.job.result(SYNCED)
        self.again()
        self.assertEqual({rule[0] for rule in self.job.values["Rules"]}, {"third"})
        self.assertTrue(self.job.values["Forget"])
        self.rest()
        self.call(self.path, "Start").wait()
        self.again()
        self.assertNotIn("Forget", self.job.values)

    def test_the_last_rule_removed_during_a_sync_syncs_once_more(self):
        self.set_rules("mpd", [])
        self.job.result(SYNCED)
        self.again()
        self.assertEqual(self.job.values["Rules"], [])
        self.rest()
        self.assertEqual(self.call(self.path, "Start").refusal(), "NotFound")

    def test_a_name_chosen_while_another_is_written_is_written_next(self):
        self.rest()
        del self.engines.answers["identify"]
        self.call(self.path, "SetSetting", "(sv)", "FriendlyName", s("First")).wait()
        job = self.engines.take("identify")
        self.call(self.path, "SetSetting", "(sv)", "FriendlyName", s("Second")).wait()
        job.result(IDENTIFIED, FriendlyName=s("First"))
        job = self.engines.take("identify")
        self.assertEqual(job.values["SetFriendlyName"], "Second")
        self.assertEqual(self.property(self.path, "FriendlyName"), "Second")
        job.result(IDENTIFIED, FriendlyName=s("Second"))
        preview = self.call(self.path, "Preview")
        self.engines.take("preview").result(verb="plan")  # and nothing before it
        preview.wait()
        self.assertEqual(self.property(self.path, "FriendlyName"), "Second")

    def test_a_name_chosen_while_another_is_written_outlives_the_cable(self):
        self.rest()
        del self.engines.answers["identify"]
        self.call(self.path, "SetSetting", "(sv)", "FriendlyName", s("First")).wait()
        late = self.engines.take("identify")
        self.unplug()
        self.until(self.path, Connected=False)
        self.call(self.path, "SetSetting", "(sv)", "FriendlyName", s("Second")).wait()
        late.result(IDENTIFIED, FriendlyName=s("First"))
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.plug()
        job = self.engines.take("identify")
        self.assertEqual(job.values["SetFriendlyName"], "Second")
        job.result(IDENTIFIED, FriendlyName=s("Second"))
        self.until(self.path, SyncState=SYNC["STOPPED"], FriendlyName="Second")


class Partnership(Desk):
    """Given up while it is made, or given up already: what was said last is what counts."""

    environment = {"PORTAMENTO_UNPLUG_MS": "600000"}

    def owner(self):
        return s((self.state / "owner").read_text(encoding="utf-8").strip())

    def look(self, partnership, **found):
        """The next look at the device, with its result."""
        job = self.engines.take("identify")
        self.assertEqual(job.values["Partnership"], partnership)
        job.result(IDENTIFIED, **found)

    def new_device(self):
        path = self.plug()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        del self.engines.answers["identify"]
        return path

    def test_given_up_while_it_is_made(self):
        path = self.new_device()
        made = self.call(path, "CreatePartnership", "(b)", False)
        job = self.engines.take("identify")
        self.call(path, "DeletePartnership").wait()
        job.result(IDENTIFIED, Owner=self.owner())
        made.wait()
        self.look("delete")
        self.until(path, SyncState=SYNC["STOPPED"], Status=STATUS["PARTNERSHIP_DECLINED"])

    def test_given_up_before_it_is_made(self):
        del self.engines.answers["identify"]
        path = self.plug()
        self.watch.devices()
        first = self.engines.take("identify")
        made = self.call(path, "CreatePartnership", "(b)", False)
        self.call(path, "DeletePartnership").wait()
        first.result(IDENTIFIED)
        self.look("create", Owner=self.owner())
        made.wait()
        self.look("delete")
        self.until(path, SyncState=SYNC["STOPPED"], Status=STATUS["PARTNERSHIP_DECLINED"])

    def test_made_as_the_cable_was_pulled_and_given_up_then(self):
        path = self.new_device()
        made = self.call(path, "CreatePartnership", "(b)", False)
        job = self.engines.take("identify")
        self.unplug()
        self.until(path, Connected=False)
        self.call(path, "DeletePartnership").wait()
        job.result(IDENTIFIED, Owner=self.owner())
        made.wait()
        self.plug()
        self.look("delete")
        self.until(path, SyncState=SYNC["STOPPED"], Status=STATUS["PARTNERSHIP_DECLINED"])

    def test_given_up_twice_while_it_is_away(self):
        path = self.partner(rules=False)
        del self.engines.answers["identify"]
        self.unplug()
        self.until(path, Connected=False)
        for _ in range(2):
            self.call(path, "DeletePartnership").wait()
        self.plug()
        self.look("delete")
        self.until(path, SyncState=SYNC["STOPPED"], Status=STATUS["NEW_DEVICE"])

    def test_made_again_after_it_was_given_up(self):
        path = self.new_device()
        calls = [self.call(path, "CreatePartnership", "(b)", False)]
        job = self.engines.take("identify")
        calls.append(self.call(path, "DeletePartnership"))
        calls.append(self.call(path, "CreatePartnership", "(b)", False))
        calls[1].wait()
        self.helper_is_alive()  # it has the last call, too
        job.result(IDENTIFIED, Owner=self.owner())
        self.look("create", Owner=self.owner())
        for call in calls:
            call.wait()
        self.until(path, SyncState=SYNC["STOPPED"], Status=STATUS["PARTNERSHIP_EXISTS"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
