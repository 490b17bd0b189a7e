#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line: what is asked of Portamento, what is said, and the exit status."""

import signal
import unittest

import desk

UNKNOWN, PARTNER, DECLINED, ANOTHER, MANUAL, NEW = range(6)  # PORTA_STATUS_*
CONNECTED, STATUS_CHANGED, STATE_CHANGED = 4, 6, 7  # PORTA_EVENT_*
SYNCHRONIZING, STOPPED = 1, 2  # PORTA_SYNC_*
LIBRARY, PLAYLIST, FILL = 1, 2, 3  # PORTA_RULE_*
DEVICE = "0fce-0166-abc"


class Sync(desk.Case):
    def setUp(self):
        super().setUp()
        self.mpd = self.start_with_library(20)
        for name in ("Running", "Jazz at night"):
            self.mpd.save_playlist(name, self.mpd.songs()[:3])

    def device(self, status=PARTNER, state=STOPPED, name="Walkman", device=DEVICE):
        self.say(f"device {device} {name} 1 {status} {state}")

    def state(self, state):
        self.device(state=state)
        self.say(f"event {STATE_CHANGED} {DEVICE}")

    def start_sync(self, *arguments):
        self.say("ready")
        return self.start_program(self.mpd, *arguments)

    def finish(self, child, status, text="", seconds=desk.SECONDS):
        said, complaints = child.communicate(timeout=seconds)
        self.assertEqual(child.returncode, status, said + complaints)
        self.assertIn(text, said + complaints)
        return said, complaints

    def test_rules_of_the_command_line(self):
        self.device()
        child = self.start_sync("sync", "--playlist", "Running", "-p", "Jazz at night", "--library", "--fill",
                                "top-rated", "--reserve", "12")
        self.assertEqual(len(self.wait_for_record("publish")["publish"]["tracks"]), 20)
        self.assertEqual(self.next_record(), {"setting": "PercentSpaceReserved", "value": 12, "device": DEVICE})
        self.assertEqual(self.next_record(), {"device": DEVICE, "rules": [
            [PLAYLIST, "Running", 1, 0], [PLAYLIST, "Jazz at night", 2, 0], [LIBRARY, "", 3, 0], [FILL, "", 4, 2]]})
        self.assertEqual(self.next_record(), {"start": DEVICE})
        self.state(SYNCHRONIZING)
        self.state(STOPPED)
        said, complaints = self.finish(child, 0, "Walkman")
        self.assertEqual(complaints, "")

    def test_rules_of_the_configuration(self):
        self.config.write_text("[device Walkman]\nplaylist = Running 4\n[device *]\nlibrary = 1\n")
        self.device()
        child = self.start_sync("sync")
        self.assertEqual(self.wait_for_record("rules")["rules"], [[PLAYLIST, "Running", 4, 0]])
        self.assertEqual(self.next_record(), {"start": DEVICE})
        self.state(SYNCHRONIZING)
        self.state(STOPPED)
        self.finish(child, 0)

    def test_rules_that_stand_stay(self):
        self.device()
        child = self.start_sync("sync", "--quiet")
        self.wait_for_record("publish")
        self.assertEqual(self.next_record(), {"start": DEVICE})
        self.state(SYNCHRONIZING)
        self.state(STOPPED)
        self.assertEqual(self.finish(child, 0), ("", ""))

    def test_a_misspelt_playlist_changes_nothing(self):
        self.device()
        child = self.start_sync("sync", "--playlist", "No such")
        self.finish(child, 2, "MPD has no playlist “No such”")
        self.assertIn("host", self.next_record())
        self.assertFalse(desk.select.select([self.record], [], [], 0)[0])

    def test_which_device(self):
        self.finish(self.start_sync("sync", "--wait", "0"), 3, "No device is connected")
        self.device()
        self.device(name="Phone", device="18d1-4ee1-def")
        self.finish(self.start_sync("sync"), 2, "18d1-4ee1-def")
        self.device()
        self.finish(self.start_sync("sync", "-d", "Other", "--wait", "0"), 3, "No such device is connected")
        for name in ("walkman", DEVICE, "Walk*"):
            self.device()
            self.device(name="Phone", device="18d1-4ee1-def")
            child = self.start_sync("sync", "--device", name)
            self.assertEqual(self.wait_for_record("start")["start"], DEVICE)
            self.state(SYNCHRONIZING)
            self.state(STOPPED)
            self.finish(child, 0)

    def test_partnership(self):
        for status, exit_status, text in ((NEW, 8, "--create-partnership makes one"),
                                          (ANOTHER, 8, "is synced by another computer or user already"),
                                          (MANUAL, 1, "Nothing can be written to Walkman")):
            self.device(status)
            self.finish(self.start_sync("sync", "--library"), exit_status, text)
        self.device(ANOTHER)
        self.finish(self.start_sync("sync", "--library", "--create-partnership"), 8, "already")
        for status in (NEW, DECLINED):
            self.device(status)
            child = self.start_sync("sync", "--library", "--create-partnership")
            self.assertEqual(self.wait_for_record("create")["create"], DEVICE)
            # the answer may come before the news
            self.device(PARTNER)
            self.say(f"event {STATUS_CHANGED} {DEVICE}")
            self.assertEqual(self.wait_for_record("rules")["rules"], [[LIBRARY, "", 1, 0]])
            self.assertEqual(self.next_record(), {"start": DEVICE})
            self.state(SYNCHRONIZING)
            self.state(STOPPED)
            self.finish(child, 0)

    def test_one_shot_mode_is_quiet(self):
        self.assertEqual(self.finish(self.start_sync("--once", "--wait", "0"), 0), ("", ""))
        self.wait_for_record("publish")
        self.device(NEW)
        self.assertEqual(self.finish(self.start_sync("--once"), 0), ("", ""))
        self.device()
        child = self.start_sync("--once")
        self.assertEqual(self.wait_for_record("start")["start"], DEVICE)
        self.state(SYNCHRONIZING)
        self.state(STOPPED)
        self.assertEqual(self.finish(child, 0), ("", ""))
        self.mpd.stop()
        said, complaints = self.finish(self.start_sync("--once"), 1)
        self.assertEqual(said, "")
        self.assertIn("MPD has no socket", complaints)

    def test_interrupted(self):
        self.device()
        child = self.start_sync("sync")
        self.wait_for_record("start")
        self.state(SYNCHRONIZING)
        child.send_signal(signal.SIGINT)
        self.assertEqual(self.next_record(), {"stop": DEVICE})
        self.state(STOPPED)
        self.finish(child, 130, "the next sync goes on from here")

    def test_dry_run_changes_nothing(self):
        self.device()
        for arguments, asked in (((), "preview"), (("--library",), "estimate")):
            child = self.start_sync("sync", "--dry-run", *arguments)
            self.assertIn("host", self.next_record())
            self.assertEqual(self.next_record(), {asked: DEVICE})
            self.finish(child, 0)
            self.device()


class Plain(desk.Case):
    def test_playlists(self):
        mpd = self.start_with_library(10)
        self.assertIn("no stored playlists", self.run_program(mpd, "playlists").stdout)
        mpd.save_playlist("Running", mpd.songs()[:3])
        self.assertEqual(self.run_program(mpd, "playlists").stdout, "     3  Running\n")

    def test_status(self):
        mpd = self.start_with_library(10)
        self.say("ready")
        self.say(f"device {DEVICE} Walkman 1 {PARTNER} {STOPPED}")
        done = self.run_program(mpd, "status")
        self.assertEqual(done.returncode, 0, done.stdout)
        for line in (f"MPD:    {mpd.socket_path}, 10 songs\n", f"Music:  {self.music}\n",
                     f"Device: Walkman ({DEVICE}), connected, partner\n"):
            self.assertIn(line, done.stdout)

    def test_usage(self):
        for arguments, text in ((("--nonsense",), "no such option"), (("fly",), "no command “fly”"),
                                (("--port", "0"), "--port takes a number from 1 to 65535"),
                                (("sync", "--reserve", "99"), "0 to 95"), (("sync", "--fill", "up"), "fill is"),
                                (("sync", "-p"), "-p needs a value"), (("sync", "now"), "one word too many"),
                                (("--playlist", "X"), "goes with the command sync"),
                                (("--daemon", "publish"), "--daemon goes with no command"),
                                (("--conf", "/nonexistent", "status"), "can not be read")):
            done = self.run_program(None, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(text, done.stderr)
        self.config.write_text("[device *]\nlibrary = often\n")
        done = self.run_program(None, "status")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"{self.config}:2: a priority from 1", done.stderr)

    def test_help_names_every_option_of_the_manual(self):
        answer = self.run_program(None, "--help")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        manual = (desk.TESTS.parent / "plugins/mpd-client/portamento-mpd.1").read_text().replace("\\-", "-")
        completion = (desk.TESTS.parent / "plugins/mpd-client/portamento-mpd.bash").read_text()
        options = set(desk.re.findall(r"--[a-z][a-z-]+", answer.stdout))
        self.assertGreater(len(options), 20)
        for option in options:
            self.assertIn(option, manual)
            self.assertIn(option, completion)
        self.assertEqual(self.run_program(None, "--version").stdout.split(" ")[0], "portamento-mpd")


if __name__ == "__main__":
    unittest.main(verbosity=2)
