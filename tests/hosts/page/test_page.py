#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A person at the page of a player: what it shows in every state, what it asks, and what comes
of it. Each state is photographed: build/screenshots/page."""

import unittest

from harness import MEGABYTE, TestCase

FULL = ["--set", "storage_capacities=100M"]
ROOMY = ["--set", "storage_capacities=800M"]
SLOW = "3000000"  # bytes a second: slow enough to be looked at


class Page(TestCase):
    def become_partner(self):
        self.press("Yes, Sync")
        self.wait_for("LastSync", lambda last: last and last["Copied"] == len(self.songs))
        self.see("22 copied")

    def test_new_and_no_is_remembered(self):
        self.open(options=ROOMY)
        self.see("Keep your music in sync with “Walkman”?")
        self.see("All your music (22 songs, 165.4 MB) fits")
        self.see("Would add 165.4 MB (22 songs)")
        self.shoot("new")
        chart = self.ui("find", "chart", "Room on the player")
        self.assertIn("165.4\xa0MB", chart["description"])
        self.press("No")
        self.ui("gone", "push button", "Yes, Sync")
        self.wait_for("Status", lambda status: status == 2)
        self.see("Not synced with this computer")
        self.shoot("declined")
        self.press("Sync")  # a second thought
        self.wait_for("LastSync", lambda last: last and last["Copied"] == 22)

    def test_from_choosing_to_the_last_song(self):
        self.open(options=ROOMY, size="800x600")
        self.become_partner()
        self.see("All that you chose is on the player.")
        self.shoot("idle")
        self.session.player.ctl("reset-stats")
        # trying things out changes nothing
        self.press("Only these playlists:", role="radio button")
        self.tick("Late evenings")
        self.see("17 songs would be removed, once you agree")
        self.shoot("choosing")
        self.press("Preview")
        self.ui("find", "table cell", "waits for your confirmation", exact=False)
        self.see("steps")
        self.shoot("preview")
        self.press("Back")
        self.assertEqual(self.session.player.writes(), {})
        self.press("Undo")
        self.see("All that you chose is on the player.")
        self.assertTrue(self.ui("find", "radio button", "The whole library")["checked"])
        # and now for real: few enough leave that nobody need be asked
        (self.session.music / "Running.m3u").write_text(
            "".join(f"{path.relative_to(self.session.music)}\n" for path in list(self.songs.values())[:20]))
        self.say("load")
        self.press("Only these playlists:", role="radio button")
        self.tick("Running")
        self.see("Would remove 2 songs")
        self.press("Apply")
        self.wait_for("LastSync", lambda last: last.get("Removed") == 2)
        self.see("2 removed, 1 playlist changed")
        rules = self.session.watch.call(self.device()[0], "org.portamento.Sync1.Device", "ListRules")[0]
        self.assertEqual(rules, [("page-window", 2, "Running", 1, {})])

    def test_copying_stopping_and_the_cable(self):
        self.open(options=[*ROOMY, "--set", f"bandwidth={SLOW}"])
        self.press("Yes, Sync")
        self.see("of 22 songs")
        self.session.when_copying()
        self.until(lambda: "left" in self.see("of 22 songs")["text"], "the time that is left")
        self.shoot("copying")
        self.press("Stop")
        self.see("Stopped")
        self.session.player.ctl("bandwidth", "0")
        self.session.player.ctl("unplug")
        self.see("Not connected")
        self.assertFalse(self.ui("find", "push button", "Sync")["sensitive"])
        self.shoot("unplugged")
        self.session.player.ctl("plug")
        self.wait_for("LastSync", lambda last: last.get("Result") == 0)
        self.see("Up to date")

    def test_failures_say_why(self):
        self.open(options=ROOMY)
        self.see("22 songs")
        for title in ("Salt", "庭"):
            self.songs[title].unlink()
        self.press("Yes, Sync")
        self.wait_for("LastSync", lambda last: last and last["ErrorCount"] == 2)
        self.see("2 failed")
        self.ui("press", "toggle button", "failed", exact=False)
        self.ui("find", "table cell", "Salt.mp3", exact=False)
        self.ui("select", "table cell", "Salt.mp3", exact=False)
        self.shoot("failures")
        self.press("Show File")
        self.assertEqual(self.hear("show"), f"show {self.songs['Salt']}")
        self.songs["Salt"].write_bytes(b"again" * MEGABYTE)
        self.press("Try Again")
        self.see("1 copied")

    def test_full(self):
        self.open(options=FULL)
        self.see("There is room for")
        self.shoot("full-new")
        self.press("The whole library", role="radio button")
        self.see("do not fit")
        self.tick("Running")
        self.ui("find", "table cell", "All")
        self.press("Yes, Sync")
        self.wait_for("LastSync", lambda last: last and last["NoFitCount"] > 0)
        self.see("without room")
        self.shoot("full")

    def test_removals_are_asked_about(self):
        self.open(options=ROOMY)
        self.become_partner()
        self.press("Only these playlists:", role="radio button")
        self.tick("Running")
        self.see("18 songs would be removed, once you agree")
        self.press("Apply")
        self.wait_for("HeldRemovals", lambda held: held == 18)
        self.see("18 songs will be removed from Walkman. Go ahead?")
        self.shoot("held")
        self.press("Show Them")
        self.see("18 of")
        self.shoot("held-preview")
        self.press("Back")
        self.press("Remove Them")
        self.wait_for("LastSync", lambda last: last["Removed"] == 18)
        self.ui("gone", "push button", "Remove Them")

    def test_locked(self):
        self.open("android", ["--set", "starts_locked=1"])
        self.see("The player is locked.")
        self.shoot("locked")
        self.session.player.ctl("unlock")
        self.ui("press", "push button", "Yes, Sync")
        self.see("22 copied")

    def test_in_use_by_another_program(self):
        rival = "Portable Players - MTP"
        self.open(options=ROOMY, rival=rival, hold=True)
        self.see(f"“{rival}” is using the player.")
        self.shoot("rival")
        self.press("Switch It Off")
        self.assertEqual(self.hear("rival"), "rival off")
        self.see("In use by device-probe")
        self.see("Another program is using the player.")
        self.shoot("busy")
        self.holder.do("close")
        self.press("Try Again")
        self.ui("find", "push button", "Yes, Sync")

    def test_another_computers_is_taken_over_only_if_asked_for(self):
        self.open(options=ROOMY)
        self.become_partner()
        # another computer, so to speak, to the helper that is started next
        (self.session.folder / "state/portamento").rename(self.session.folder / "other")
        self.session.processes.kill(self.session.watch.helper_pid(), 9, 20)
        self.see("This player is kept in sync by")
        self.shoot("another")
        self.press("Take Over")
        self.wait_for("Status", lambda status: status == 1)
        self.ui("gone", "push button", "Take Over")

    def test_typing_is_left_alone(self):
        self.open(options=[*ROOMY, "--set", f"bandwidth={SLOW}"])
        self.press("Yes, Sync")
        self.session.when_copying()
        self.ui("set-text", "text", "Name of the player", text="Ada's pl")
        progress = self.see("of 22 songs")["text"]
        self.until(lambda: self.see("of 22 songs")["text"] != progress, "progress")
        self.assertEqual(self.ui("find", "text", "Name of the player")["text"], "Ada's pl")
        self.session.player.ctl("bandwidth", "0")
        self.see("Up to date")
        self.assertEqual(self.ui("find", "text", "Name of the player")["text"], "Ada's pl")

    def test_order_reserve_and_a_preview_as_a_file(self):
        self.open(options=ROOMY)
        self.see("22 songs")
        self.press("Only these playlists:", role="radio button")
        for playlist in ("Late evenings", "Running"):
            self.tick(playlist)
        self.ui("select", "table cell", "Running")
        self.press("More important (Alt+Up)")
        self.ui("set-value", "slider", near="Keep free", value=40, hidden=True)
        self.shoot("order")
        self.press("Yes, Sync")
        self.wait_for("LastSync", lambda last: last and last["Copied"] == 9)
        path, device = self.device()
        rules = self.session.watch.call(path, "org.portamento.Sync1.Device", "ListRules")[0]
        self.assertEqual(sorted((priority, playlist) for _, _, playlist, priority, _ in rules),
                         [(1, "Running"), (2, "Late evenings")])
        self.assertEqual(device["Settings"]["PercentSpaceReserved"], 40)

        self.press("Preview")
        self.ui("choose", "combo box", "Steps to show", index=1)
        self.ui("find", "table cell", "Keep")
        self.press("Save as Text…")
        file = self.session.folder / "a preview.txt"
        self.assertEqual(self.ui("find", "text", "", within="Save the Preview")["text"], "Sync of Walkman.txt")
        self.shoot("save")
        self.ui("set-text", "text", "", within="Save the Preview", text=str(file))
        self.press("Save")
        self.until(lambda: file.exists() and "Keep: " in file.read_text(), "the file")
        lines = file.read_text().splitlines()
        self.assertEqual(sum(line.startswith("Keep: ") for line in lines), 9 + 2, lines)
        self.assertEqual([line for line in lines if not line.startswith("Keep: ")], [])

    def make_again(self, times):
        self.say(f"again {times}")
        return dict(part.split("=") for part in self.hear("again").split()[1:])

    def test_nothing_is_left_of_a_page(self):
        self.open(options=ROOMY)
        self.hear("open")
        said = self.make_again(50)  # before a screen reader asks: AT-SPI keeps what it has told for a while
        self.assertEqual((said["widgets"], said["sources"]), ("0", "0"))
        self.assertLess(int(said["bytes"]), 4096)
        self.become_partner()
        self.press("Only these playlists:", role="radio button")
        said = self.make_again(20)  # with estimates on their way, which have memory of their own
        self.assertEqual((said["widgets"], said["sources"]), ("0", "0"))

    def test_german(self):
        self.open(options=ROOMY, language="de_DE.UTF-8", size="800x600")
        self.ui("find", "push button", "Ja, abgleichen")
        self.see("165,4 MB hinzufügen (22 Titel)")
        self.shoot("german")
        # what a word means is said to those who ask, whether they see it or not
        fill = self.ui("find", "combo box", near="Den Rest füllen mit", hidden=True)
        self.assertIn("Wird er knapp", fill["description"])


if __name__ == "__main__":
    unittest.main()
