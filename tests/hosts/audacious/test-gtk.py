#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin in Audacious' GTK interface, which has no docks and no status line: menus, the settings
page and Audacious' own windows for what goes on.

    PORTAMENTO_BUILD=DIR test-gtk.py
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from support import songs  # noqa: E402
from windows import WindowsCase  # noqa: E402

PAGE = "Portable players (Portamento) Settings"
NEW = "Walkman: new here; the Services menu sets it up"
PLAYLISTS = 1  # the first box for one, among all boxes of the page


class Gtk(WindowsCase):
    interface, application = "-G", "audacious"

    def enable_with_player(self, *playlists):
        self.start(*playlists)
        self.see("label", NEW)
        self.press("push button", "Close", within="Information")

    def open_page(self, item):
        self.choose_from_menu(item)
        self.see("check box", "Sync when it is connected")

    def choose_playlist(self, place, title):
        """On the page, in the box for this place, the most important is 0."""
        index = 1 + sorted(self.desk.playlist_ids(), key=self.titles().index).index(title)
        self.ask("choose", "combo box", within=PAGE, at=PLAYLISTS + place, index=index)

    def titles(self):
        """In the order of the tabs."""
        count = int(self.desk.tool("number-of-playlists"))
        shown = self.desk.tool("current-playlist")
        titles = []
        for number in range(count):
            self.desk.tool("set-current-playlist", number + 1)
            titles.append(self.desk.tool("current-playlist-name"))
        self.desk.tool("set-current-playlist", shown)
        return titles

    def setting(self, name):
        path, _ = self.desk.device()
        return self.desk.watch.devices()[path]["Settings"][name]

    def shows(self, words):
        """The page says this of the player."""
        self.see("label", words, exact=False, within=PAGE)

    def test_the_page(self):
        self.enable_with_player(("Running", self.songs[:4]), ("Jazz", self.songs[2:6]))
        self.desk.wait_for_library(6, 2)
        self.open_page("Set up Walkman ...")
        self.shows("New: not set up yet")
        self.shoot("gtk-page-new")
        self.choose_playlist(0, "Jazz")
        self.wait_for_sync("Copied", 4)
        self.choose_playlist(1, "Running")
        self.wait_for_sync("Copied", 2)
        self.shows("Up to date")
        self.shows("6 songs")
        self.assertEqual(self.chosen(), ["Jazz", "Running"])
        self.ask("set-value", "spin button", within=PAGE, value=20)
        self.desk.until(lambda: self.setting("PercentSpaceReserved") == 20, "the reserve")
        before = self.setting("SyncOnConnect")
        self.press("check box", "Sync when it is connected")
        self.desk.until(lambda: self.setting("SyncOnConnect") != before, "the other way")
        self.shoot("gtk-page")
        # no mark of a key, and no mark-up
        self.desk.must("portamentoctl", "settings", "FriendlyName", "R&D_<b>1")
        self.see("menu item", "Sync R&D_<b>1", hidden=True)

    def test_many_playlists_stand_side_by_side(self):
        titles = [f"List {n}" for n in range(1, 11)]
        self.enable_with_player(*[(title, self.songs[:1]) for title in titles])
        self.desk.wait_for_library(1, 10)
        self.desk.must("portamentoctl", "partner", "create")
        for title in titles[:8]:
            self.desk.must("portamentoctl", "rules", "add", "audacious", f"playlist:{title}")
        self.see("menu item", "Sync Walkman", hidden=True)
        # three places more than are taken: the last of them is in the second column
        self.desk.until(lambda: self.page_has("11."), "Audacious to know all rules")
        self.choose_playlist(10, "List 10")
        self.desk.until(lambda: self.chosen() == [*titles[:8], "List 10"], "the last one")
        self.shoot("gtk-page-many")

    def page_has(self, label):
        """It has as many places as were needed when it was opened; left open if that is enough."""
        self.open_page("Player settings ...")
        if self.ask("all", "label", label, within=PAGE):
            return True
        self.press("push button", "Close", within=PAGE)
        self.see_no("check box", "Sync when it is connected")
        return False

    def in_playlist_menu(self, item):
        """Of the playlist that is shown, under the right button."""
        self.desk.processes.run(["xdotool", "mousemove", "400", "137", "click", "3"], env=self.screen.environment)
        self.press("menu item", item, hidden=True)

    def test_menus_and_windows_follow_a_sync(self):
        self.enable_with_player(("Running", self.songs[:4]), ("Jazz", self.songs[1:6]))
        self.desk.wait_for_library(6, 2)
        Path(self.songs[5]).unlink()
        self.desk.player.ctl("bandwidth", "300000")
        self.in_playlist_menu("Sync this playlist to Walkman")
        self.see("label", "Walkman: Copying")
        self.see("label", "of 4 songs, ", exact=False)
        self.shoot("gtk-progress")
        self.choose_from_menu("Stop Walkman")
        self.see_no("label", "Walkman: Copying")
        self.see("label", "it was stopped", exact=False, within="Information")
        self.press("push button", "Close", within="Information")
        self.assertEqual(self.chosen(), ["Jazz"])
        self.desk.player.ctl("bandwidth", "0")
        self.choose_from_menu("Sync Walkman")
        self.see("label", f"{self.songs[5]}: its file is not there", exact=False, within="Information")
        self.shoot("gtk-result")
        self.press("push button", "Close", within="Information")
        self.desk.wait_for_songs(4)
        self.in_playlist_menu("Stop syncing this playlist to Walkman")
        self.desk.until(lambda: self.chosen() == [], "nothing to be chosen")

    def install_reader(self):
        """Opens texts, by leaving a copy; the path of that."""
        copy = self.desk.folder / "read.txt"
        data, config = (Path(self.desk.environment[name]) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"))
        (data / "applications").mkdir(parents=True)
        (data / "applications/reader.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName=Reader\nMimeType=text/plain;\nExec=cp %f {copy}\n")
        config.mkdir(exist_ok=True)
        (config / "mimeapps.list").write_text("[Default Applications]\ntext/plain=reader.desktop\n")
        return copy

    def test_a_preview_is_a_message_or_a_text(self):
        read = self.install_reader()
        refused = "Cannot be synced: http://radio.example/stream: a stream, or on another computer: no file to copy\n"
        self.enable_with_player(("Jazz", [*self.songs[:2], "http://radio.example/stream"]))
        self.desk.wait_for_library(3, 1)
        self.desk.must("portamentoctl", "partner", "create")
        self.desk.must("portamentoctl", "rules", "add", "audacious", "library")
        self.wait_for_sync("Copied", 2)
        self.choose_from_menu("Preview Walkman ...")
        self.see("label", f"A sync now would change nothing.\n{refused}", within="Information")
        self.shoot("gtk-preview")
        self.press("push button", "Close", within="Information")
        # too long for a message
        self.desk.must("portamentoctl", "stop")
        names = songs.make_album(self.desk.music, "Many", "Long", [f"Song {n}" for n in range(1, 31)], size=5000)
        self.desk.fill(self.desk.music / name for name in names)
        self.desk.wait_for_library(33, 1)
        self.choose_from_menu("Preview Walkman ...")
        self.desk.until(lambda: read.exists() and "Song 30" in read.read_text(), "somebody to read it")
        self.assertIn("A sync now would take 30 steps:\n", read.read_text())
        self.assertIn(refused, read.read_text())

    def test_removals_are_agreed_to_on_the_page(self):
        self.enable_with_player(("Running", self.songs), ("Jazz", self.songs[:1]))
        self.desk.wait_for_library(12, 2)
        self.open_page("Set up Walkman ...")
        self.press("push button", "Sync", within=PAGE)
        self.wait_for_sync("Copied", 12)
        path, _ = self.desk.device()
        self.desk.tool("set-current-playlist", 1)
        self.desk.tool("playlist-clear")
        self.desk.watch.wait_for_property(path, "HeldRemovals", lambda held: held == 11)
        self.see("label", "11 songs will be removed from Walkman. Go ahead?", exact=False, within="Information")
        self.see_no("push button", "Let them go")  # the page was opened before
        self.choose_from_menu("Confirm what goes from Walkman ...")
        self.see("push button", "Let them go", within=PAGE)
        self.shoot("gtk-held")
        self.press("push button", "Let them go", within=PAGE)
        self.wait_for_sync("Removed", 11)
        self.assertEqual(self.on_player(), 1)

    def test_disabled_it_is_gone_and_enabled_it_is_back(self):
        self.enable_with_player(("Running", self.songs[:3]))
        for _ in range(3):
            self.open_page("Set up Walkman ...")
            self.shows("New: not set up yet")
            self.desk.enable(False)
            self.see_no("check box", "Sync when it is connected")
            self.see_no("menu item", "Player settings ...", hidden=True)
            self.desk.enable()
            self.see("menu item", "Player settings ...", hidden=True)
        self.open_page("Set up Walkman ...")
        self.assertEqual(self.desk.quit_audacious(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
