# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whose partner a device is: asked for, refused, remembered, given up."""

import unittest

from desk import CODE, DETAIL, IDENTIFIED, PATIENCE, RULES, STATUS, SYNC, SYNCED, Desk, b, s, u


class Partnership(Desk):
    def device(self, **changes):
        self.engines.answers["identify"] = lambda job: job.result(IDENTIFIED, **changes)
        path = self.plug()
        self.watch.devices()
        return path

    def owner(self):
        return (self.state / "owner").read_text(encoding="utf-8").strip()

    def complete(self):
        """The one PartnershipComplete so far."""
        self.watch.wait_for(lambda: self.seen("PartnershipComplete"), "PartnershipComplete", PATIENCE)
        signals = self.seen("PartnershipComplete")
        self.assertEqual(len(signals), 1, signals)
        self.watch.signals.clear()
        return signals[0]

    def test_create(self):
        path = self.device()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        del self.engines.answers["identify"]
        call = self.call(path, "CreatePartnership", "(b)", False)
        job = self.engines.take("identify")
        self.assertEqual(job.values["Partnership"], "create")
        self.assertEqual(job.values["Owner"], self.owner())
        self.assertRegex(job.values["OwnerName"], r"^.+@.+$")
        job.result(IDENTIFIED, Owner=s(self.owner()))
        call.wait()
        self.assertEqual(self.property(path, "Status"), STATUS["PARTNERSHIP_EXISTS"])
        self.assertEqual(self.complete(), (0, ""))

    def test_a_device_that_can_not_store_it_is_ours_if_we_remember(self):
        path = self.partner(rules=False)
        self.unplug()
        self.until(path, Connected=False)
        self.plug()
        self.until(path, Connected=True, Status=STATUS["PARTNERSHIP_EXISTS"])

    def test_ours_by_its_owner_though_our_memory_is_lost(self):
        self.watch.devices()
        path = self.device(Owner=s(self.owner()))
        self.until(path, Status=STATUS["PARTNERSHIP_EXISTS"], Owner="")

    def test_anothers_is_not_taken_without_being_asked_to(self):
        path = self.device(Owner=s("else"), OwnerName=s("bob@desk"))
        self.until(path, Status=STATUS["PARTNERSHIP_ANOTHER"], Owner="bob@desk")
        self.assertEqual(self.call(path, "CreatePartnership", "(b)", False).refusal(), "PartnershipAnother")
        code, text = self.complete()
        self.assertEqual(code, CODE["PARTNERSHIP_ANOTHER"])
        self.assertIn("bob@desk", text)
        self.assertEqual(self.call(path, "Start").refusal(), "PartnershipAnother")
        self.assertEqual(self.engines.kinds, ["identify"])

    def test_anothers_is_replaced_when_asked_to(self):
        path = self.device(Owner=s("else"), OwnerName=s("bob@desk"))
        self.until(path, Status=STATUS["PARTNERSHIP_ANOTHER"])
        self.engines.answers["identify"] = lambda job: (
            self.assertEqual(job.values["Partnership"], "replace"),
            job.result(IDENTIFIED, Owner=s(self.owner())))
        self.call(path, "CreatePartnership", "(b)", True).wait()
        self.until(path, Status=STATUS["PARTNERSHIP_EXISTS"], Owner="")

    def test_an_engine_that_finds_another_meanwhile_is_believed(self):
        path = self.device()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.engines.answers["identify"] = lambda job: job.fail("PARTNERSHIP_ANOTHER", "bob was quicker")
        self.assertEqual(self.call(path, "CreatePartnership", "(b)", False).refusal(), "PartnershipAnother")
        self.assertEqual(self.complete(), (CODE["PARTNERSHIP_ANOTHER"], "bob was quicker"))

    def test_replaced_by_another_while_away(self):
        path = self.partner()
        self.engines.take("sync").result()
        self.unplug()
        self.until(path, Connected=False)
        self.device(Owner=s("else"), OwnerName=s("bob@desk"))
        self.until(path, Connected=True, Status=STATUS["PARTNERSHIP_ANOTHER"])
        self.assertNotIn("sync", self.engines.kinds[self.engines.kinds.index("sync") + 1:])

    def test_nothing_writable_is_manual(self):
        path = self.device(Writable=b(False))
        self.until(path, Status=STATUS["MANUAL_DEVICE"])
        self.assertEqual(self.call(path, "CreatePartnership", "(b)", False).refusal(), "NotSupported")

    def test_a_new_device_is_declined_and_stays_so(self):
        path = self.device()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.call(path, "DeletePartnership").wait()
        self.assertEqual(self.property(path, "Status"), STATUS["PARTNERSHIP_DECLINED"])
        self.assertEqual(self.complete(), (0, ""))
        self.unplug()
        self.until(path, Connected=False, Status=STATUS["PARTNERSHIP_DECLINED"])
        self.plug()
        self.until(path, Connected=True, Status=STATUS["PARTNERSHIP_DECLINED"])
        self.call(path, "CreatePartnership", "(b)", False).wait()
        self.until(path, Status=STATUS["PARTNERSHIP_EXISTS"])

    def test_delete_tells_the_device(self):
        path = self.partner(rules=False)
        self.watch.signals.clear()
        kinds = []
        self.engines.answers["identify"] = lambda job: (kinds.append(job.values["Partnership"]),
                                                        job.result(IDENTIFIED))
        self.call(path, "DeletePartnership").wait()
        self.assertEqual(kinds, ["delete"])
        self.assertEqual(self.property(path, "Status"), STATUS["NEW_DEVICE"])
        self.assertEqual(self.complete(), (0, ""))

    def test_delete_while_away_is_done_on_the_next_connect(self):
        path = self.partner(rules=False)
        self.unplug()
        self.until(path, Connected=False)
        self.call(path, "DeletePartnership").wait()
        self.assertNotEqual(self.property(path, "Status"), STATUS["PARTNERSHIP_EXISTS"])
        kinds = []
        self.engines.answers["identify"] = lambda job: (kinds.append(job.values["Partnership"]),
                                                        job.result(IDENTIFIED))
        self.plug()
        self.until(path, Connected=True, Status=STATUS["NEW_DEVICE"])
        self.plug()
        self.watch.wait_for(lambda: len(kinds) == 2, "another look", PATIENCE)
        self.assertEqual(kinds, ["delete", "keep"])

    def test_delete_while_it_is_looked_at(self):
        path = self.partner(rules=False)
        self.unplug()
        self.until(path, Connected=False)
        del self.engines.answers["identify"]
        self.plug()
        job = self.engines.take("identify")
        self.call(path, "DeletePartnership").wait()
        job.result(IDENTIFIED, Owner=s(self.owner()))
        job = self.engines.take("identify")
        self.assertEqual(job.values["Partnership"], "delete")
        job.result(IDENTIFIED)
        self.until(path, Status=STATUS["NEW_DEVICE"])

    def test_delete_ends_a_sync_first(self):
        path = self.partner()
        self.engines.take("sync")
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        self.call(path, "DeletePartnership").wait()
        self.assertEqual(self.engines.kinds[-2:], ["sync", "identify"])
        self.assertEqual(self.property(path, "Status"), STATUS["NEW_DEVICE"])

    def test_what_was_held_is_held_no_more_once_it_is_given_up(self):
        path = self.partner()
        self.engines.take("sync").result(SYNCED, HeldRemovals=u(12), HeldToken=s("t1"))
        self.until(path, Detail=DETAIL["HELD"])
        self.call(path, "DeletePartnership").wait()
        self.until(path, Status=STATUS["NEW_DEVICE"], Detail=DETAIL["NONE"], HeldRemovals=0, HeldToken="")
        self.assertEqual(self.call(path, "ConfirmRemovals", "(s)", "t1").refusal(), "InvalidArgument")

    def test_what_was_to_be_removed_stays_once_it_is_given_up(self):
        path = self.partner()
        self.engines.take("sync").result(SYNCED)
        self.until(path, SyncState=SYNC["STOPPED"])
        self.unplug()
        self.until(path, Connected=False)
        self.call(path, "SetRules", f"(s{RULES})", "mpd", []).wait()
        self.call(path, "DeletePartnership").wait()
        self.plug()
        self.until(path, Connected=True, Status=STATUS["NEW_DEVICE"])
        self.call(path, "CreatePartnership", "(b)", False).wait()
        self.assertEqual(self.call(path, "Start").refusal(), "NotFound")
        self.assertEqual(self.engines.kinds.count("sync"), 1)

    def test_not_connected(self):
        path = self.partner(rules=False)
        self.unplug()
        self.until(path, Connected=False)
        self.assertEqual(self.call(path, "CreatePartnership", "(b)", False).refusal(), "NoDevice")

    def test_unplugged_meanwhile(self):
        path = self.device()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        del self.engines.answers["identify"]
        call = self.call(path, "CreatePartnership", "(b)", False)
        job = self.engines.take("identify")
        self.engines.on_cancelled = lambda _job: job.fail("NO_DEVICE", "gone")
        self.unplug()
        self.assertEqual(call.refusal(), "NoDevice")
        self.assertEqual(self.complete()[0], CODE["NO_DEVICE"])

    def test_asked_for_while_initializing_waits(self):
        del self.engines.answers["identify"]
        path = self.plug()
        self.watch.devices()
        call = self.call(path, "CreatePartnership", "(b)", False)
        job = self.engines.take("identify")
        self.assertEqual(job.values["Partnership"], "keep")
        self.assertEqual(self.property(path, "Detail"), DETAIL["INITIALIZING"])
        self.assertFalse(call.is_done())
        job.result(IDENTIFIED)
        job = self.engines.take("identify")
        self.assertEqual(job.values["Partnership"], "create")
        job.result(IDENTIFIED)
        call.wait()

    def test_start_says_what_to_do(self):
        """For each status: the error, and what a person can do about it."""
        rows = (
            ({"Owner": s("someone"), "OwnerName": s("bob@attic")}, "PartnershipAnother", "bob@attic"),
            ({"Writable": b(False)}, "NotSupported", "can be written"),
            ({}, "PartnershipNone", "create one first"),
        )
        for found, name, text in rows:
            with self.subTest(name):
                self.engines.answers["identify"] = lambda job, found=found: job.result({**IDENTIFIED, **found})
                path = self.plug()
                self.watch.devices()
                self.until(path, SyncState=SYNC["STOPPED"])
                call = self.call(path, "Start")
                self.assertEqual(call.refusal(), name)
                self.assertIn(text, call.error.message)
                self.unplug()
                self.until(path, Connected=False)
        path = self.plug()
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.call(path, "DeletePartnership").wait()
        call = self.call(path, "Start")
        self.assertEqual(call.refusal(), "PartnershipNone")
        self.assertIn("was declined", call.error.message)

    def test_where_nothing_would_be_synced_there_is_nothing_to_stop(self):
        for found, status in (({}, "NEW_DEVICE"), ({"Owner": s("someone")}, "PARTNERSHIP_ANOTHER"),
                              ({"Writable": b(False)}, "MANUAL_DEVICE")):
            with self.subTest(status):
                path = self.device(**found)
                self.until(path, Status=STATUS[status], SyncState=SYNC["STOPPED"])
                before = self.property(path, "Detail")
                call = self.call(path, "Stop")
                self.assertEqual(call.refusal(), "PartnershipNone")
                self.assertIn("nothing to stop", call.error.message)
                self.assertEqual(self.property(path, "Detail"), before)
                self.unplug()
                self.until(path, Connected=False)

    def test_without_rules_there_is_nothing_to_stop(self):
        path = self.partner(rules=False)
        call = self.call(path, "Stop")
        self.assertEqual(call.refusal(), "NotFound")
        self.assertIn("nothing to stop", call.error.message)
        self.call(path, "SetRules", f"(s{RULES})", "mpd", [(1, "", 1, {})]).wait()
        self.assertNotEqual(self.property(path, "Detail"), DETAIL["STOPPED_BY_USER"])
        self.call(path, "Start").wait()
        self.engines.take("sync").result()

    def test_no_rules_no_sync(self):
        path = self.partner(rules=False)
        call = self.call(path, "Start")
        self.assertEqual(call.refusal(), "NotFound")
        self.assertIn("set rules", call.error.message)
        self.call(path, "SetSetting", "(sv)", "SyncOnConnect", b(True)).wait()
        self.assertNotIn("sync", self.engines.kinds)
        self.call(path, "SetRules", f"(s{RULES})", "mpd", [(1, "", 1, {})]).wait()
        self.engines.take("sync").result()


if __name__ == "__main__":
    unittest.main(verbosity=2)
