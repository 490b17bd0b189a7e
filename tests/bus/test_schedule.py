# SPDX-License-Identifier: LGPL-2.1-or-later
"""When it syncs, what it is told, what it remembers; stop and start."""

import os
import signal
import time
import unittest

from desk import (CODE, DETAIL, IDENTIFIED, PATIENCE, RULES, STATUS, SYNC, SYNCED, Desk, b,
                  i, s, u)
from gi.repository import GLib
from support.processes import wait_until_gone


class Schedule(Desk):
    environment = {"PORTAMENTO_CANCEL_MS": "600000", "PORTAMENTO_UNPLUG_MS": "600000"}

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.job = self.engines.take("sync")

    def finish(self, **changes):
        self.job.result(SYNCED, **changes)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def assert_quiet(self):
        """Nothing is waiting to run: asked of the helper, which would have said so by now."""
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.preview()
        self.assertTrue(self.engines.jobs.empty(), "an unexpected job")

    def preview(self):
        call = self.call(self.path, "Preview")
        job = self.engines.take("preview")
        job.result(verb="plan")
        call.wait()

    def test_what_the_engine_is_told(self):
        values = self.job.values
        self.assertEqual(values["Rules"], [("mpd", 1, "", 1, {})])
        (host, handle), = values["Libraries"]
        self.assertEqual(host, "mpd")
        self.assertEqual(self.job.libraries[handle][0], len(self.library()))
        self.assertEqual(values["Partnership"], "keep")
        self.assertEqual(values["Settings"], {
            "PercentSpaceReserved": 5, "SyncOnConnect": True, "FriendlyName": "",
            "Layout": "Music/{albumartist}/{album}/{disc-track} {title}", "Storage": "", "PlaylistFormat": "auto",
            "Lane": "auto", "VerifyReadback": False, "Covers": True})
        self.assertEqual(self.property(self.path, "SyncState"), SYNC["SYNCHRONIZING"])

    def test_result_is_shown_and_kept(self):
        self.job.say("state", "(is)", (DETAIL["COPYING"], "copying"))
        self.until(self.path, Detail=DETAIL["COPYING"], DetailText="copying")
        self.job.say("item-error", "(ssis)", ("Music/a", "/music/a", CODE["SOURCE_MISSING"], "it is gone"))
        storages = GLib.Variant("a(sstttt)", [("card", "Card", 1000, 700, 50, 200)])
        self.finish(Storages=storages, ErrorCount=u(1),
                    Failures=GLib.Variant("a(ssis)", [("Music/a", "/music/a", -10, "it is gone")]))
        device = self.watch.devices()[self.path]
        self.assertEqual(device["LastSync"]["Copied"], 3)
        self.assertEqual(device["LastSync"]["Result"], 0)
        self.assertEqual(device["LastSync"]["Seconds"], 2.5)
        self.assertLess(abs(device["LastSync"]["Time"] - time.time()), 100)
        self.assertEqual(device["SyncItemCount"], 10)
        self.assertEqual(device["Storages"], storages.unpack())
        self.assertEqual(self.call(self.path, "ListFailures").wait()[0], [("Music/a", "/music/a", -10, "it is gone")])
        self.assertEqual(self.seen("SyncError"), [("Music/a", "/music/a", CODE["SOURCE_MISSING"], "it is gone")])

    def test_progress_comes_four_times_a_second_at_most(self):
        self.watch.signals.clear()
        begin = time.monotonic()
        for n in range(1000):
            self.job.say("progress", "(uttuustx)", (n // 10, n, 1000, 0, 10, f"item {n}", 5, 7))
        self.finish()
        last = (99, 999, 1000, 0, 10, "item 999", 5, 7)
        self.watch.wait_for(lambda: last in self.told("Progress"), "the last progress", PATIENCE)
        took = time.monotonic() - begin
        self.assertLessEqual(len(self.told("Progress")), 2 + took / 0.25)

    def test_a_library_that_changes_syncs_and_one_that_does_not_does_not(self):
        self.finish()
        self.assertEqual(self.publish().wait(), (False,))
        self.assert_quiet()
        self.assertEqual(self.publish(self.library(tracks=11)).wait(), (True,))
        self.engines.take("sync").result()

    def test_a_library_that_no_rule_refers_to_syncs_nothing(self):
        self.finish()
        self.assertEqual(self.publish(self.library("other"), host="other").wait(), (True,))
        self.assert_quiet()

    def test_a_change_during_a_sync_runs_after_it(self):
        self.publish(self.library(tracks=11)).wait()
        self.publish(self.library(tracks=12)).wait()
        self.job.result()
        again = self.engines.take("sync")
        (_, handle), = again.values["Libraries"]
        self.assertEqual(again.libraries[handle][0], len(self.library(tracks=12)))
        again.result()
        self.assert_quiet()

    def test_settings_that_matter_sync(self):
        self.finish()
        for name, value in (("PercentSpaceReserved", u(10)), ("Layout", s("M/{title}")), ("Storage", s("card")),
                            ("PlaylistFormat", s("m3u8")), ("Covers", b(False))):
            self.call(self.path, "SetSetting", "(sv)", name, value).wait()
            self.assertEqual(self.property(self.path, "Settings")[name], value.unpack())
            job = self.engines.take("sync")
            self.assertEqual(job.values["Settings"][name], value.unpack())
            job.result()
            self.call(self.path, "SetSetting", "(sv)", name, value).wait()
        for name, value in (("SyncOnConnect", b(False)), ("Lane", s("libmtp")), ("VerifyReadback", b(True))):
            self.call(self.path, "SetSetting", "(sv)", name, value).wait()
        self.assert_quiet()

    def test_connect_syncs_unless_set_otherwise(self):
        self.finish()
        self.unplug()
        self.until(self.path, Connected=False)
        self.plug()
        self.engines.take("sync").result()
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.call(self.path, "SetSetting", "(sv)", "SyncOnConnect", b(False)).wait()
        self.unplug()
        self.until(self.path, Connected=False)
        self.plug()
        self.until(self.path, Connected=True)
        self.assert_quiet()
        self.call(self.path, "Start").wait()
        self.engines.take("sync").result()

    def test_rules_of_two_hosts_add_up(self):
        self.finish()
        self.publish(self.library("other"), host="other").wait()
        self.call(self.path, "SetRules", f"(s{RULES})", "other",
                  [(4, "", 3, {}), (3, "", 9, {"fill": i(1)}), (2, "list-1", 5, {})]).wait()
        job = self.engines.take("sync")
        self.assertEqual(sorted(host for host, _ in job.values["Libraries"]), ["mpd", "other"])
        self.assertEqual(sorted(job.values["Rules"], key=str), sorted([
            ("mpd", 1, "", 1, {}), ("other", 4, "", 3, {}), ("other", 3, "", 9, {"fill": 1}),
            ("other", 2, "list-1", 5, {})], key=str))
        job.result()
        self.call(self.path, "SetRules", f"(s{RULES})", "mpd", []).wait()
        job = self.engines.take("sync")
        self.assertEqual([host for host, _ in job.values["Libraries"]], ["other"])
        self.assertEqual(len(self.call(self.path, "ListRules").wait()[0]), 3)
        job.result()

    def test_the_last_rule_removed_syncs_once_more(self):
        self.finish()
        self.call(self.path, "SetRules", f"(s{RULES})", "mpd", []).wait()
        job = self.engines.take("sync")
        self.assertEqual(job.values["Rules"], [])
        self.assertNotIn("Forget", job.values)
        job.result()
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.call(self.path, "Start").refusal(), "NotFound")
        self.assert_quiet()

    def test_a_host_that_withdraws_leaves_its_music(self):
        self.finish()
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        job = self.engines.take("sync")
        self.assertTrue(job.values["Forget"])
        self.assertEqual((job.values["Rules"], job.values["Libraries"]), ([], []))
        job.result()
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.manage("ListLibraries").wait(), ([],))
        self.assertEqual(self.call(self.path, "ListRules").wait(), ([],))
        self.assert_quiet()

    def test_what_could_not_be_forgotten_is_asked_for_again(self):
        """Another host's library is missing: what that host wants is not known, so nothing was forgotten."""
        self.finish()
        self.call(self.path, "SetRules", f"(s{RULES})", "other", [(1, "", 1, {})]).wait()
        self.engines.take("sync").result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        job = self.engines.take("sync")
        self.assertTrue(job.values["Forget"])
        job.result(SYNCED, Forgotten=b(False))
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.call(self.path, "Start").wait()
        job = self.engines.take("sync")
        self.assertTrue(job.values["Forget"])
        job.result(SYNCED, Forgotten=b(True))
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.call(self.path, "Start").wait()
        self.assertNotIn("Forget", self.engines.take("sync").values)

    def test_stop_holds_until_start(self):
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        self.call(self.path, "Stop").wait()
        self.until(self.path, SyncState=SYNC["STOPPED"], Detail=DETAIL["STOPPED_BY_USER"])
        self.assertEqual(self.property(self.path, "LastSync")["Result"], CODE["CANCELLED"])
        self.publish(self.library(tracks=11)).wait()
        self.assert_quiet()
        self.call(self.path, "Start").wait()
        self.engines.take("sync").result()

    def test_stop_holds_until_the_next_connect(self):
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        self.call(self.path, "Stop").wait()
        self.unplug()
        self.until(self.path, Connected=False)
        self.plug()
        self.engines.take("sync").result()

    def test_stop_answers_when_the_engine_has_let_go(self):
        call = self.call(self.path, "Stop")
        self.engines.cancels.get(timeout=PATIENCE)
        self.helper_is_alive()
        self.assertFalse(call.is_done())
        self.job.fail("CANCELLED")
        call.wait()
        self.assertEqual(self.property(self.path, "SyncState"), SYNC["STOPPED"])

    def test_two_clients_start_and_stop_a_thousand_times(self):
        self.engines.answers["sync"] = lambda job: None
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        other = self.client()
        self.job.fail("CANCELLED")
        calls = []
        for n in range(1000):
            calls.append(self.call(self.path, "Start" if n % 2 else "Stop"))
            calls.append(self.call(self.path, "Stop" if n % 3 else "Start", watch=other))
            if n % 20 == 19:
                for call in calls:
                    call.wait()
                calls.clear()
        self.call(self.path, "Stop").wait()
        self.until(self.path, SyncState=SYNC["STOPPED"], Detail=DETAIL["STOPPED_BY_USER"])
        self.assertLessEqual(len(set(self.engines.pids)), 1, "one engine does it all")
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.call(self.path, "Start").wait()
        self.watch.wait_for(lambda: self.property(self.path, "LastSync").get("Result") == 0, "a sync", PATIENCE)

    def test_not_connected(self):
        self.finish()
        self.unplug()
        self.until(self.path, Connected=False)
        for method in ("Start", "Stop", "Preview"):
            self.assertEqual(self.call(self.path, method).refusal(), "NoDevice", method)

    def test_friendly_name_is_written_onto_the_device(self):
        self.finish()
        names = []
        self.engines.answers["identify"] = lambda job: (
            names.append(job.values.get("SetFriendlyName")), job.result(IDENTIFIED, FriendlyName=s("Ännchen")))
        self.call(self.path, "SetSetting", "(sv)", "FriendlyName", s("Ännchen")).wait()
        self.assertEqual(self.property(self.path, "FriendlyName"), "Ännchen")
        self.watch.wait_for(lambda: names, "the name to be written", PATIENCE)
        self.until(self.path, SyncState=SYNC["STOPPED"], FriendlyName="Ännchen")
        self.unplug()
        self.until(self.path, Connected=False)
        self.call(self.path, "SetSetting", "(sv)", "FriendlyName", s("Later")).wait()
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.plug()
        self.until(self.path, Connected=True, SyncState=SYNC["STOPPED"])
        self.assertEqual(names, ["Ännchen", "Later"])

    def test_held_removals_wait_for_a_person(self):
        self.job.result(SYNCED, HeldRemovals=u(12), HeldToken=s("t1"))
        self.until(self.path, Detail=DETAIL["HELD"], HeldRemovals=12, HeldToken="t1")
        self.assert_quiet()
        self.assertEqual(self.call(self.path, "ConfirmRemovals", "(s)", "t0").refusal(), "InvalidArgument")
        self.assertEqual(self.call(self.path, "ConfirmRemovals", "(s)", "").refusal(), "InvalidArgument")
        self.call(self.path, "ConfirmRemovals", "(s)", "t1").wait()
        job = self.engines.take("sync")
        self.assertEqual(job.values["ConfirmToken"], "t1")
        job.result(SYNCED)
        self.until(self.path, Detail=DETAIL["NONE"], HeldRemovals=0, HeldToken="")
        self.call(self.path, "Start").wait()
        job = self.engines.take("sync")
        self.assertNotIn("ConfirmToken", job.values)
        job.result(SYNCED)

    def test_held_as_a_failure(self):
        self.job.result(SYNCED, Code=i(CODE["HELD"]), Text=s("12 songs"), HeldRemovals=u(12), HeldToken=s("t1"))
        self.until(self.path, Detail=DETAIL["HELD"], HeldRemovals=12)
        self.assert_quiet()

    def test_no_space_waits_for_a_change(self):
        self.job.result(SYNCED, Code=i(CODE["NO_SPACE"]), Text=s("full"))
        self.until(self.path, SyncState=SYNC["STOPPED"], DetailText="full")
        self.assertEqual(self.property(self.path, "LastSync")["Result"], CODE["NO_SPACE"])
        self.assert_quiet()

    def test_unplugged_in_a_sync(self):
        self.unplug()
        self.engines.cancels.get(timeout=PATIENCE)
        self.job.fail("NO_DEVICE")
        self.until(self.path, Connected=False, SyncState=SYNC["UNKNOWN"])
        self.assertEqual(self.property(self.path, "LastSync")["Result"], CODE["NO_DEVICE"])
        self.plug()
        self.engines.take("sync").result()


class Failures(Desk):
    environment = {"PORTAMENTO_RETRY_MS": "5", "PORTAMENTO_CANCEL_MS": "100", "PORTAMENTO_EXIT_MS": "100",
                   "PORTAMENTO_UNPLUG_MS": "100"}

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.job = self.engines.take("sync")

    def last(self, code):
        self.watch.wait_for(lambda: self.property(self.path, "LastSync").get("Result") == CODE[code],
                            f"a sync that ends with {code}", PATIENCE)

    def test_what_may_pass_is_tried_five_times(self):
        for _ in range(4):
            self.job.fail("DEVICE_IO", "cable")
            self.job = self.engines.take("sync")
        self.job.fail("DEVICE_IO", "cable")
        self.until(self.path, SyncState=SYNC["STOPPED"], Detail=DETAIL["NONE"], DetailText="cable")
        self.publish(self.library(tracks=11)).wait()
        self.engines.take("sync").result()

    def test_an_engine_that_dies_is_replaced(self):
        self.job.engine.send("kill")
        again = self.engines.take("sync")
        self.assertEqual(self.property(self.path, "LastSync")["Result"], CODE["ENGINE_LOST"])
        self.assertIn("signal 9", self.property(self.path, "LastSync")["Text"])
        self.assertNotEqual(again.engine.pid, self.job.engine.pid)
        again.result(SYNCED)
        self.last_ok()

    def last_ok(self):
        self.watch.wait_for(lambda: self.property(self.path, "LastSync").get("Result") == 0, "success", PATIENCE)

    def test_an_engine_that_ends_by_its_watchdog(self):
        self.job.engine.send("exit 3")
        self.engines.take("sync").result(SYNCED)
        self.last_ok()
        self.told_result("DEVICE_HUNG")

    def test_an_engine_that_closes_its_socket_and_lives_on(self):
        self.job.engine.send("hang-up")
        self.engines.take("sync").result(SYNCED)
        self.last_ok()
        self.told_result("ENGINE_LOST")

    def test_an_engine_that_ends_as_if_nothing_were(self):
        self.job.engine.send("exit 0")
        self.engines.take("sync").result(SYNCED)
        self.last_ok()

    def test_an_engine_that_does_not_stop_is_killed(self):
        self.job.engine.send("deaf")
        self.call(self.path, "Stop").wait()
        self.last("CANCELLED")
        self.call(self.path, "Start").wait()
        again = self.engines.take("sync")
        self.assertNotEqual(again.engine.pid, self.job.engine.pid)
        again.result()

    def test_an_engine_that_hangs_on_a_device_that_is_gone_is_killed(self):
        self.job.engine.send("deaf")
        self.unplug()
        self.last("NO_DEVICE")
        self.plug()
        again = self.engines.take("sync")
        self.assertNotEqual(again.engine.pid, self.job.engine.pid)
        again.result()

    def test_an_engine_that_answers_nonsense(self):
        self.job.engine.send("result {'Copied': <'three'>}")
        self.last("FAILED")
        self.assertEqual(self.property(self.path, "LastSync")["Copied"], 0)

    def test_an_engine_that_refuses_the_call(self):
        self.job.engine.send("error org.portamento.Sync1.Error.InvalidArgument")
        self.last("INVALID_ARGUMENT")

    def test_locked_in_a_sync(self):
        self.engines.answers["identify"] = lambda job: None
        self.job.fail("DEVICE_LOCKED", "unlock it")
        self.until(self.path, Detail=DETAIL["WAITING_FOR_UNLOCK"])
        self.engines.answers["identify"] = lambda job: job.result(IDENTIFIED)
        self.plug(address=7)
        self.engines.take("sync").result()

    def test_taken_over_in_a_sync(self):
        self.engines.answers["identify"] = lambda job: job.result(IDENTIFIED, Owner=s("else"), OwnerName=s("bob"))
        self.job.fail("PARTNERSHIP_ANOTHER")
        self.until(self.path, Status=STATUS["PARTNERSHIP_ANOTHER"], Owner="bob")


class EnumeratedAnew(Desk):
    environment = {"PORTAMENTO_RETRY_MS": "3600000"}

    def test_in_a_sync(self):
        path = self.partner()
        self.engines.take("sync")
        late = (50, 1, 2, 1, 2, "too late", 0, -1)
        self.engines.on_cancelled = lambda job: (job.say("progress", "(uttuustx)", late), job.fail("NO_DEVICE"))
        del self.engines.answers["identify"]
        self.plug(address=9)
        job = self.engines.take("identify")
        self.assertEqual(self.property(path, "Progress")[0], 0)
        job.result(IDENTIFIED)
        job = self.engines.take("sync")
        self.assertEqual(job.values["Address"], 9)
        self.assertEqual(self.property(path, "LastSync")["Result"], CODE["NO_DEVICE"])
        job.result()

    def test_while_it_is_looked_at(self):
        path = self.partner(rules=False)
        del self.engines.answers["identify"]
        self.plug(address=9)
        self.engines.take("identify")
        self.engines.on_cancelled = lambda job: job.fail("NO_DEVICE")
        self.plug(address=10)
        job = self.engines.take("identify")
        self.assertEqual(job.values["Address"], 10)
        job.result(IDENTIFIED)
        self.until(path, SyncState=SYNC["STOPPED"], Status=STATUS["PARTNERSHIP_EXISTS"])


class NoEngine(Desk):
    environment = {"PORTAMENTO_ENGINE": "/nonexistent/engine", "PORTAMENTO_RETRY_MS": "1"}

    def test_it_says_so_and_lives(self):
        path = self.plug()
        self.watch.devices()
        self.watch.wait_for(lambda: "/nonexistent/engine" in self.property(path, "DetailText"), "the reason", PATIENCE)
        self.assertEqual(self.call(path, "Preview").refusal(), "EngineLost")
        self.helper_is_alive()


class SignOfLife(Desk):
    environment = {"PORTAMENTO_SILENCE_MS": "1000"}

    def test_an_engine_with_no_news_is_not_silent(self):
        path = self.partner()
        job = self.engines.take("sync")
        end = time.monotonic() + 5
        while time.monotonic() < end:
            job.engine.send("alive")
            self.assertEqual(self.property(path, "SyncState"), SYNC["SYNCHRONIZING"])
        job.result(SYNCED)
        self.until(path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.property(path, "LastSync")["Result"], 0)

    def test_a_helper_that_stood_still_hears_it_first(self):
        path = self.partner()
        job = self.engines.take("sync")
        helper = self.watch.helper_pid()
        os.kill(helper, signal.SIGSTOP)
        self.assertFalse(wait_until_gone([helper], 1.5))  # for longer than an engine may be silent
        job.engine.send("alive")
        os.kill(helper, signal.SIGCONT)
        self.assertEqual(self.property(path, "SyncState"), SYNC["SYNCHRONIZING"])
        self.assertEqual(self.engines.kinds.count("sync"), 1)
        job.result(SYNCED)
        self.until(path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.property(path, "LastSync")["Result"], 0)


class Silence(Desk):
    environment = {"PORTAMENTO_SILENCE_MS": "200", "PORTAMENTO_RETRY_MS": "1"}

    def test_an_engine_that_says_nothing_is_killed(self):
        path = self.partner()
        job = self.engines.take("sync")
        job.engine.send("deaf")
        self.engines.answers["sync"] = lambda again: again.result(SYNCED)
        self.watch.wait_for(lambda: self.property(path, "LastSync").get("Result") == 0, "a retry", PATIENCE)
        self.told_result("DEVICE_HUNG")


class Linger(Desk):
    environment = {"PORTAMENTO_LINGER_MS": "1"}

    def test_an_idle_engine_is_let_go_and_another_comes(self):
        path = self.partner(rules=False)
        first = self.engines.pids[-1]
        self.assertTrue(wait_until_gone([first], PATIENCE))
        self.engines.answers["preview"] = lambda job: job.result(verb="plan")
        self.call(path, "Preview").wait()
        self.assertNotEqual(self.engines.pids[-1], first)


if __name__ == "__main__":
    unittest.main(verbosity=2)
