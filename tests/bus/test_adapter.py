#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""plugins/common's adapter, in a host without music, with the helper, while things come and go."""

import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from desk import CODE, PATIENCE, RULES, STATUS, SYNC, SYNCED, Desk, i, s, u
from gi.repository import GLib
from support.bus import Bus, Watch
from support.processes import Processes

TOP = Path(__file__).resolve().parents[2]
ID = "1234-5678-abc"
QUIET_MS = 2000  # DUE_QUIET_MS


class AdapterHost:
    """adapter-host, and what it says, in order."""

    def __init__(self, processes, host_id="mpd"):
        self.process = processes.start([os.environ["ADAPTER_HOST"], host_id], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.lines, self.said, self.tags = queue.Queue(), [], 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def ask(self, verb, *arguments):
        """Its tag."""
        self.tags += 1
        tag = f"t{self.tags}"
        self.tell(tag, verb, *arguments)
        return tag

    def tell(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def next_line(self, late, wanted):
        try:
            line = self.lines.get(timeout=max(0.01, late - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"it never said {wanted}, but: {self.said[-9:]}") from None
        if line is None:
            raise AssertionError(f"it ended before it said {wanted}: {self.said[-9:]}")
        self.said.append(line)
        return line

    def wait(self, beginning):
        """The rest of the next line that begins so, word by word."""
        late = time.monotonic() + PATIENCE
        while True:
            line = self.next_line(late, beginning)
            if line == beginning or line.startswith(beginning + " "):
                return line[len(beginning):].split()

    def wait_for_all(self, *lines):
        """In whatever order."""
        late, missing = time.monotonic() + PATIENCE, set(lines)
        while missing:
            missing.discard(self.next_line(late, missing))

    def done(self, tag):
        """The code of what was asked."""
        return int(self.wait(f"done {tag}")[0])

    def do(self, verb, *arguments):
        return self.done(self.ask(verb, *arguments))

    def settle(self):
        """What it has said of everything until now."""
        begin = len(self.said)
        tag = self.ask("due")
        self.wait(f"due {tag}")
        return self.said[begin:-1]

    def count(self, beginning):
        return sum(1 for line in self.said if line == beginning or line.startswith(beginning + " "))

    def close(self):
        self.tell("end", "free")
        self.wait("freed")
        code = self.process.wait(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()
        return code


class Adapter(Desk):
    environment = {"PORTAMENTO_FORGET_MS": "600000"}

    def setUp(self):
        super().setUp()
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.hosts = []
        self.addCleanup(self.close_hosts)

    def new_host(self, host_id="mpd"):
        host = AdapterHost(self.processes, host_id)
        self.hosts.append(host)
        return host

    def close_hosts(self):
        for host in self.hosts:
            if host.process.stdin.closed:
                continue
            self.assertEqual(host.close(), 0)

    def ready_host(self):
        """(path, host): a partner that is at rest, and a host that has seen it."""
        path = self.partner()
        self.watch.wait_for(lambda: self.property(path, "LastSync"), "the first sync", PATIENCE)
        self.until(path, SyncState=SYNC["STOPPED"])
        host = self.new_host()
        host.wait(f"choices {ID}")
        return path, host

    def kill_helper(self):
        self.processes.kill(self.watch.helper_pid())

    def test_devices_come_and_go(self):
        host = self.new_host()
        self.assertEqual(host.wait("helper")[0], "1")
        self.plug()
        host.wait_for_all(f"found {ID}", f"came {ID}", f"choices {ID} -")
        self.unplug()
        host.wait(f"went {ID}")
        self.plug()
        host.wait(f"came {ID}")
        self.plug("1234-5678-other", address=3, serial="other")
        host.wait("found 1234-5678-other")
        self.assertEqual(host.count(f"found {ID}"), 1)
        self.assertEqual(host.count(f"came {ID}"), 2)

    def test_a_new_device_is_accepted(self):
        host = self.new_host()
        path = self.plug()
        host.wait(f"choices {ID}")
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.assertEqual(host.do("start", ID), CODE["PARTNERSHIP_NONE"])
        self.assertEqual(host.do("accept", ID, 0, "list-1,library"), 0)
        self.assertEqual(self.property(path, "Status"), STATUS["PARTNERSHIP_EXISTS"])
        wanted = ([("mpd", 2, "list-1", 1, {}), ("mpd", 1, "", 2, {})],)
        self.assertEqual(self.call(path, "ListRules").wait(), wanted)
        tag = host.ask("show", ID)
        self.assertEqual(host.wait(f"shown {tag}"), ["1", "list-1,library", "0"])
        # once it is a partner, to accept is to choose
        self.assertEqual(host.do("accept", ID, 0, "default"), 0)
        self.assertEqual(self.call(path, "ListRules").wait(), ([("mpd", 4, "", 1, {})],))
        self.assertEqual(host.do("decline", ID), 0)
        self.until(path, Status=STATUS["NEW_DEVICE"])

    def test_another_owner_is_not_replaced_unasked(self):
        self.engines.answers["identify"] = lambda job: job.fail("PARTNERSHIP_ANOTHER", "eve has it")
        host = self.new_host()
        self.plug()
        host.wait(f"choices {ID}")
        self.assertEqual(host.do("accept", ID, 0, "library"), CODE["PARTNERSHIP_ANOTHER"])
        self.assertNotIn(f"choices {ID} library", host.settle())
        tag = host.ask("show", ID)
        self.assertEqual(host.wait(f"shown {tag}"), ["1", "-", "0"])

    def test_choices_are_shown_at_once_and_told_by_whomever(self):
        path, host = self.ready_host()
        twin = self.new_host()
        twin.wait(f"choices {ID}")
        tags = [host.ask("choose", ID, f"list-{n}") for n in range(20)]
        for tag in tags:
            self.assertEqual(host.done(tag), 0)
        # one of its own on the way hides older ones that the helper tells meanwhile
        shown = [line for line in host.said + host.settle() if line.startswith("choices")]
        numbers = [int(line.rpartition("-")[2]) for line in shown if "list-" in line]
        self.assertEqual(numbers, sorted(numbers))
        self.assertEqual(shown[-1], f"choices {ID} list-19")
        twin.wait(f"choices {ID} list-19")
        self.call(path, "SetRules", f"(s{RULES})", "mpd", [(3, "", 7, {"fill": i(2)})]).wait()
        host.wait(f"choices {ID} fill=2")
        self.call(path, "SetRules", f"(s{RULES})", "other", [(1, "", 1, {})]).wait()
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        host.wait(f"choices {ID} -")

    def test_choices_that_are_refused_revert(self):
        _, host = self.ready_host()
        self.assertEqual(host.do("choose", ID, "list-1"), 0)
        host.tell(f"x choose {ID} {'x' * 5000} ; y show {ID}")  # no playlist id is that long
        self.assertEqual(host.wait("shown y")[1], "x" * 5000)
        self.assertEqual(host.done("x"), CODE["INVALID_ARGUMENT"])
        host.wait(f"choices {ID} list-1")
        self.assertEqual(host.do("choose", "no-such-device", "list-1"), CODE["NOT_FOUND"])

    def test_a_request_the_library_refuses_is_answered(self):
        host = self.new_host()
        self.assertEqual(host.do("start", ""), CODE["INVALID_ARGUMENT"])
        self.assertEqual(host.do("choose", "", "list-1"), CODE["INVALID_ARGUMENT"])
        tag = host.ask("estimate", "", "library")
        self.assertEqual(int(host.wait(f"estimated {tag}")[0]), CODE["INVALID_ARGUMENT"])
        tag = host.ask("preview", "")
        self.assertEqual(int(host.wait(f"planned {tag}")[0]), CODE["INVALID_ARGUMENT"])

    def test_settings_and_confirmations(self):
        path, host = self.ready_host()
        self.assertEqual(host.do("number", ID, "PercentSpaceReserved", 20), 0)
        self.assertEqual(host.do("number", ID, "PercentSpaceReserved", 96), CODE["INVALID_ARGUMENT"])
        self.assertEqual(host.do("string", ID, "PlaylistFormat", "none"), 0)
        self.assertEqual(self.property(path, "Settings")["PercentSpaceReserved"], 20)
        self.assertEqual(self.property(path, "Settings")["PlaylistFormat"], "none")
        self.assertEqual(host.do("confirm", ID, "nonsense"), CODE["INVALID_ARGUMENT"])
        tag = host.ask("include", ID)
        self.engines.take("include-skipped").result(SkippedFiles=u(0))
        self.assertEqual(host.done(tag), 0)

    def test_a_sync_and_its_failures(self):
        path, host = self.ready_host()
        del self.engines.answers["sync"]
        for round_ in range(2):  # the second forgets the failures of the first
            self.assertEqual(host.do("start", ID), 0)
            job = self.engines.take("sync")
            for n in range(3):
                job.say("item-error", "(ssis)", (f"Music/{n}.mp3", f"/music/{n}.mp3", -10, "it is not there"))
                self.assertEqual(host.wait(f"failure {ID}"), [str(n + 1)])
            played = [("file:///music/1.mp3", 2, 80, 1700000000)]
            job.say("statistics", "(sa(sa(siix)))", (f"batch {round_}", [("mpd", played)]))
            self.assertEqual(host.wait("statistics"), ["file:///music/1.mp3", "2", "80", "1700000000"])
            rows = GLib.Variant("a(ssis)", [(f"Music/{n}.mp3", f"/music/{n}.mp3", -10, "x") for n in range(5)])
            job.result(SYNCED, Copied=u(40 + round_), ErrorCount=u(5), Failures=rows)
            self.assertEqual(host.wait(f"ended {ID}"), ["5", str(40 + round_)])
            if round_ == 0:
                self.assertIn(f"failure {ID} 3", host.said)
        self.assertEqual(host.count(f"failure {ID} 0"), 1)
        self.assertEqual(host.count(f"ended {ID}"), 2)
        # who comes later is told of them too
        late = self.new_host("other")
        self.assertEqual(late.wait(f"failure {ID}"), ["5"])
        self.until(path, SyncState=SYNC["STOPPED"])

    def test_songs_are_skipped_and_whoever_looks_is_told(self):
        def see(looking, sources):
            """Said by now, or later."""
            while looking.count(f"skips {ID} {sources}") == 0:
                looking.wait(f"skips {ID}")

        def answer(job, **more):
            begun.append([source for source, *_ in job.values.get("Skips", [])])
            job.result(SYNCED, **more)

        begun = []
        self.engines.answers["sync"] = answer
        path, host = self.ready_host()
        other = self.new_host("other")
        other.wait(f"choices {ID}")
        for source in ("/music/1.mp3", "/music/2.mp3"):
            self.assertEqual(host.do("skip", ID, source), 0)
        for looking in (host, other):
            see(looking, "/music/1.mp3,/music/2.mp3")
        self.assertEqual(other.do("unskip", ID, "/music/1.mp3"), 0)
        self.assertEqual(other.do("unskip", ID, "/music/1.mp3"), CODE["NOT_FOUND"])
        for looking in (host, other):
            see(looking, "/music/2.mp3")
        # who comes later is told of them too
        late = self.new_host("late")
        see(late, "/music/2.mp3")
        # a sync finds that the file has another name now
        self.watch.wait_for(lambda: ["/music/2.mp3"] in begun, "the sync that follows", PATIENCE)
        self.until(path, SyncState=SYNC["STOPPED"])
        moved = GLib.Variant("a(sxts)", [("/music/moved.mp3", 1, 7, "mp3:1:2:3")])
        self.engines.answers["sync"] = lambda job: answer(job, Skips=moved)
        self.assertEqual(host.do("start", ID), 0)
        for looking in (host, other, late):
            see(looking, "/music/moved.mp3")
        # and the next helper knows it
        self.until(path, SyncState=SYNC["STOPPED"])
        self.engines.answers["sync"] = answer
        self.kill_helper()
        self.assertEqual(late.do("unskip", ID, "/music/moved.mp3"), 0)
        for looking in (host, other, late):
            see(looking, "-")

    def test_who_comes_in_mid_sync_is_not_told_old_failures(self):
        path, host = self.ready_host()
        del self.engines.answers["sync"]
        host.do("start", ID)
        rows = GLib.Variant("a(ssis)", [("Music/1.mp3", "/music/1.mp3", -10, "x")])
        self.engines.take("sync").result(SYNCED, ErrorCount=u(1), Failures=rows)
        host.wait(f"ended {ID}")
        host.do("start", ID)
        job = self.engines.take("sync")
        self.until(path, SyncState=SYNC["SYNCHRONIZING"])
        late = self.new_host("other")
        late.wait(f"choices {ID}")
        tag = late.ask("show", ID)
        self.assertEqual(late.wait(f"shown {tag}"), ["1", "-", "0"])
        job.result(SYNCED)
        self.assertEqual(late.wait(f"ended {ID}"), ["0", "3"])
        self.assertEqual(host.wait(f"ended {ID}"), ["0", "3"])

    def test_only_the_newest_estimate_is_answered(self):
        _, host = self.ready_host()
        self.engines.on_cancelled = lambda old: old.fail("CANCELLED")
        tags = [host.ask("estimate", ID, f"list-{n}") for n in range(30)]
        job = self.engines.take("estimate")
        while job.values["Rules"] != [("mpd", 2, "list-29", 1, {})]:
            job = self.engines.take("estimate")
        job.result({"Code": i(0), "Text": s(""), "WantedItems": u(29), "AddedItems": u(7), "HeldItems": u(12)})
        self.assertEqual(host.wait(f"estimated {tags[-1]}"), ["0", "29", "7", "12"])
        host.settle()
        self.assertEqual(host.count("estimated"), 1)

    def test_hosts_do_not_cancel_each_others_estimates(self):
        _, host = self.ready_host()
        other = self.new_host("other")
        other.wait(f"choices {ID}")
        first, second = host.ask("estimate", ID, "library"), other.ask("estimate", ID, "fill=1")
        for _ in range(2):
            self.engines.take("estimate").result({"Code": i(0), "Text": s(""), "WantedItems": u(5)})
        self.assertEqual(host.wait(f"estimated {first}")[:2], ["0", "5"])
        self.assertEqual(other.wait(f"estimated {second}")[:2], ["0", "5"])

    def test_a_preview_and_its_error(self):
        _, host = self.ready_host()
        tag = host.ask("preview", ID)
        self.engines.take("preview").fail("DEVICE_BUSY", "gvfs has it")
        self.assertEqual(host.wait(f"planned {tag}"), [str(CODE["DEVICE_BUSY"]), "gvfs", "has", "it"])

    def test_what_is_forgotten_is_not_answered(self):
        _, host = self.ready_host()
        host.tell("widget", "preview", ID)
        job = self.engines.take("preview")
        host.tell(f"widget choose {ID} list-3 ; widget start  ; widget forget")
        host.settle()  # it has read that
        job.fail("FAILED")
        # what was chosen is chosen all the same
        self.assertEqual(host.do("number", ID, "PercentSpaceReserved", 6), 0)
        host.settle()
        for verb in ("done", "planned"):
            self.assertEqual(host.count(f"{verb} widget"), 0)
        tag = host.ask("show", ID)
        self.assertEqual(host.wait(f"shown {tag}")[1], "list-3")

    def test_freed_in_the_middle(self):
        _, host = self.ready_host()
        host.ask("preview", ID)
        self.engines.take("preview")
        host.ask("estimate", ID, "library")
        host.ask("choose", ID, "list-1")
        self.assertEqual(host.close(), 0)  # it waits for nobody
        self.assertEqual([host.count(verb) for verb in ("planned", "estimated")], [0, 0])

    def test_a_thousand_starts_and_stops(self):
        _, host = self.ready_host()
        self.engines.answers["sync"] = lambda job: None  # it would take for ever
        self.engines.on_cancelled = lambda job: job.fail("CANCELLED")
        for _ in range(10):  # this bus allows 128 calls at a time
            tags = [host.ask(verb, ID) for _ in range(50) for verb in ("start", "stop")]
            answers = [host.wait("done") for _ in tags]  # a stop's comes when the engine has let go
            self.assertEqual(sorted(answer[0] for answer in answers), sorted(tags))
            self.assertEqual([answer for answer in answers if answer[1] != "0"], [])
        host.settle()
        self.assertEqual(host.count("done"), 1000)

    def test_the_library_is_published_when_it_is_due(self):
        host = self.new_host()
        host.wait("helper 1")
        self.assertEqual([line for line in host.settle() if line == "publish"], [])
        host.tell("t", "touch")
        host.wait("publish")
        host.tell("t", "touch")  # while the snapshot is made: again later, not now
        tag = host.ask("due")
        self.assertEqual(host.wait(f"due {tag}"), ["-1"])
        host.tell("t", "library", 12)
        self.assertEqual(host.wait("published"), ["0"])
        self.assertEqual(self.manage("ListLibraries").wait()[0][0][2], 12)
        tag = host.ask("due")
        left = int(host.wait(f"due {tag}")[0])
        self.assertLessEqual(left, QUIET_MS)
        if host.count("publish") < 2:  # a slow machine may be past that already
            host.wait("publish")
        host.tell("t", "no-library")  # the snapshot did not work out
        host.wait("publish")
        host.tell("t", "library", 13)
        self.assertEqual(host.wait("published"), ["0"])
        self.assertEqual(host.count("publish"), 3)
        self.assertEqual(self.manage("ListLibraries").wait()[0][0][2], 13)

    def test_the_helper_is_killed_and_comes_back(self):
        path, host = self.ready_host()
        host.tell("t", "touch")
        host.wait("publish")
        host.tell("t", "library", 3)
        host.wait("published 0")
        self.assertEqual(host.do("choose", ID, "list-1"), 0)
        host.settle()
        for _ in range(3):
            begin = len(host.said)
            self.kill_helper()
            host.wait("helper 0")
            self.assertIn(f"went {ID}", host.said[begin:])
            host.wait("helper 1")
            host.wait("publish")  # at once: it may have died before it had written it down
            host.tell("t", "library", 3)
            host.wait("published 0")
            tag = host.ask("show", ID)
            self.assertEqual(host.wait(f"shown {tag}"), ["1", "list-1", "0"])
        self.until(path, Connected=True)
        self.assertEqual(host.count(f"found {ID}"), 1)
        self.assertEqual(host.count(f"gone {ID}"), 0)

    def test_what_is_chosen_while_the_helper_is_away_arrives(self):
        path, host = self.ready_host()
        self.kill_helper()
        host.wait("helper 0")
        tag = host.ask("choose", ID, "list-7")
        host.wait(f"choices {ID} list-7")
        self.assertEqual(host.done(tag), 0)
        self.assertEqual(self.call(path, "ListRules").wait(), ([("mpd", 2, "list-7", 1, {})],))
        tag = host.ask("show", ID)
        self.assertEqual(host.wait(f"shown {tag}"), ["1", "list-7", "0"])

    def test_a_device_that_is_forgotten_is_gone(self):
        self.plug()
        host = self.new_host()
        host.wait_for_all(f"found {ID}", f"came {ID}")
        self.unplug()
        host.wait(f"went {ID}")
        self.kill_helper()  # it knew nothing worth keeping of it
        host.wait(f"gone {ID}")
        tag = host.ask("show", ID)
        self.assertEqual(host.wait(f"shown {tag}"), ["unknown"])


class Refusal(unittest.TestCase):
    """With a FAKE helper, that does not tell when it is told not to."""

    def setUp(self):
        folder = Path(tempfile.mkdtemp(prefix="portamento-adapter-"))
        self.addCleanup(shutil.rmtree, folder, True)
        self.processes = Processes(self.id(), {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        self.addCleanup(self.processes.end)
        self.bus = Bus(self.processes, folder / "bus",
                       f"/usr/bin/python3 {TOP}/tests/abi/fake-helper.py {TOP}/core/wire/org.portamento.Sync1.xml")
        self.addCleanup(self.bus.close)
        self.watch = Watch(self.bus.address)
        self.addCleanup(self.watch.close)

    def fake(self, method, type_string=None, *values):
        arguments = GLib.Variant(type_string, values) if type_string else None
        return self.watch.call("/org/portamento/Fake", "org.portamento.Fake", method, arguments)

    def test_rules_that_were_not_told_are_asked_for_again(self):
        self.fake("FailIn", "(sss)", "ListRules", "Failed", "not now")
        host = AdapterHost(self.processes)
        host.wait("found 0fce-fa4e-FAKE00")
        self.assertEqual(host.do("number", "0fce-fa4e-FAKE00", "PercentSpaceReserved", 7), 0)
        self.assertGreater(self.fake("Calls")[0].count("ListRules"), 0)
        self.fake("FailIn", "(sss)", "ListRules", "", "")
        self.fake("Set", "(ssv)", "0fce-fa4e-FAKE00", "FriendlyName", s("Other"))
        self.assertEqual(host.wait("choices 0fce-fa4e-FAKE00"), ["-"])
        self.assertEqual(host.close(), 0)


class NoBus(unittest.TestCase):
    def test_where_there_is_no_session_bus(self):
        environment = {**os.environ, "XDG_RUNTIME_DIR": "/nonexistent"}
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        ended = subprocess.run([os.environ["ADAPTER_HOST"], "mpd"], env=environment, capture_output=True, text=True,
                               timeout=PATIENCE, check=False)
        self.assertEqual(ended.stdout, "none there is no session bus\n")
        self.assertEqual(ended.returncode, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
