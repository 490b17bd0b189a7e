# SPDX-License-Identifier: LGPL-2.1-or-later
"""Songs that a person wants left alone on a device: what the helper keeps of that, and who is told."""

import time
import unittest

from desk import LIBRARY_RULE, PATIENCE, RULES, SYNC, SYNCED, Desk
from gi.repository import GLib

SKIPS_TYPE = "a(sxts)"


class Skips(Desk):
    """The device is at rest."""

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.engines.take("sync").result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def set(self, source, skip=True, **more):
        return self.call(self.path, "SetSkip", "(sb)", source, skip, **more)

    def sources(self):
        return [source for source, _ in self.call(self.path, "ListSkips").wait()[0]]

    def test_a_song_is_skipped_told_and_taken_back(self):
        other = self.client()
        self.set("/m/a.mp3").wait()
        self.assertEqual(self.property(self.path, "SkipCount"), 1)
        (source, since), = self.call(self.path, "ListSkips", watch=other).wait()[0]
        self.assertEqual(source, "/m/a.mp3")
        self.assertLess(abs(since - time.time()), 100)
        job = self.engines.take("sync")
        self.assertEqual(job.values["Skips"], [("/m/a.mp3", since, 0, "")])
        job.result(SYNCED)
        self.set("/m/a.mp3", False).wait()
        self.assertEqual(self.told("SkipCount"), [1, 0])
        job = self.engines.take("sync")
        self.assertNotIn("Skips", job.values)
        job.result(SYNCED)

    def test_what_is_so_already_is_no_change(self):
        self.set("/m/a.mp3").wait()
        self.engines.take("sync").result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.set("file:///m/a.mp3").wait()
        self.set("file:///m/./a.mp3").wait()
        self.assertEqual(self.sources(), ["/m/a.mp3"])
        call = self.call(self.path, "Preview")  # a sync would have come before it
        self.engines.take("preview").result(verb="plan")
        call.wait()
        self.assertTrue(self.engines.jobs.empty())

    def test_each_song_by_itself(self):
        names = ["/m/b.mp3", "/m/a.mp3", "http://radio.example/stream", "/m/\n\u00e4.mp3"]
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        for name in names:
            self.set(name).wait()
        self.assertEqual(self.sources(), names)
        self.set(names[1], False).wait()
        self.assertEqual(self.sources(), [names[0], *names[2:]])

    def test_what_is_refused_changes_nothing(self):
        self.set("/m/a.mp3").wait()
        self.engines.take("sync").result(SYNCED)
        for source in ("", "a.mp3", "m/a.mp3", "/" + 16384 * "a"):
            self.assertEqual(self.set(source).refusal(), "InvalidArgument")
            self.assertEqual(self.set(source, False).refusal(), "InvalidArgument")
        self.assertEqual(self.set("/m/b.mp3", False).refusal(), "NotFound")
        self.assertEqual(self.sources(), ["/m/a.mp3"])

    def test_it_outlives_the_helper(self):
        self.set("/m/a.mp3").wait()
        self.engines.take("sync").result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        self.watch.devices()
        self.assertEqual(self.engines.take("sync").values["Skips"][0][0], "/m/a.mp3")
        self.assertEqual(self.sources(), ["/m/a.mp3"])

    def test_what_an_engine_finds_out_is_kept(self):
        self.set("/m/a.mp3").wait()
        job = self.engines.take("sync")
        (_, since, _, _), = job.values["Skips"]
        job.result(SYNCED, Skips=GLib.Variant(SKIPS_TYPE, [("/m/moved.mp3", since, 7, "mp3:1:2:3")]))
        self.until(self.path, SyncState=SYNC["STOPPED"])
        self.assertEqual(self.sources(), ["/m/moved.mp3"])
        self.call(self.path, "Start").wait()
        self.assertEqual(self.engines.take("sync").values["Skips"], [("/m/moved.mp3", since, 7, "mp3:1:2:3")])

    def test_what_a_person_says_meanwhile_wins(self):
        self.set("/m/a.mp3").wait()
        job = self.engines.take("sync")
        self.set("/m/b.mp3").wait()
        self.set("/m/a.mp3", False).wait()
        job.result(SYNCED, Skips=GLib.Variant(SKIPS_TYPE, [("/m/moved.mp3", 1, 7, "mp3:1:2:3")]))
        again = self.engines.take("sync")
        self.assertEqual([source for source, *_ in again.values["Skips"]], ["/m/b.mp3"])
        again.result(SYNCED)

    def test_previews_and_estimates_are_told(self):
        self.set("/m/a.mp3").wait()
        self.engines.take("sync").result(SYNCED)
        self.until(self.path, SyncState=SYNC["STOPPED"])
        estimate = self.call(self.path, "Estimate", f"(s{RULES})", "mpd", LIBRARY_RULE)
        job = self.engines.take("estimate")
        self.assertEqual(job.values["Skips"][0][0], "/m/a.mp3")
        job.result(HeldItems=GLib.Variant("u", 12), HeldBytes=GLib.Variant("t", 5 << 40))
        self.assertEqual(estimate.wait()[0]["HeldBytes"], 5 << 40)
        preview = self.call(self.path, "Preview")
        job = self.engines.take("preview")
        self.assertEqual(job.values["Skips"][0][0], "/m/a.mp3")
        job.result(verb="plan")
        preview.wait()

    def test_a_device_that_is_away(self):
        self.unplug()
        self.until(self.path, Connected=False)
        self.set("/m/a.mp3").wait()
        self.assertEqual(self.property(self.path, "SkipCount"), 1)
        self.plug()
        self.assertEqual(self.engines.take("sync").values["Skips"][0][0], "/m/a.mp3")

    def test_not_without_end(self):
        """A file by hand stands for the patience of a person."""
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        conf, = self.state.rglob("*.conf")
        skips = GLib.Variant(SKIPS_TYPE, [(f"/m/{n}.mp3", 1, 0, "") for n in range(1000)]).print_(True)
        text = conf.read_text(encoding="utf-8")
        conf.write_text(text.replace("[Settings]\n", f"[Settings]\nSkips={skips}\n") if "[Settings]\n" in text
                        else f"{text}\n[Settings]\nSkips={skips}\n", encoding="utf-8")
        self.watch.devices()
        self.engines.take("sync").result(SYNCED)
        self.assertEqual(self.property(self.path, "SkipCount"), 1000)
        self.assertEqual(self.set("/m/more.mp3").refusal(), "LimitExceeded")
        self.set("/m/7.mp3", False).wait()
        self.set("/m/more.mp3").wait()
        self.assertEqual(self.property(self.path, "SkipCount"), 1000)


if __name__ == "__main__":
    unittest.main()
