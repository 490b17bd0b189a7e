#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""“Sync to Walkman” in Rhythmbox' own menus, for songs and for a playlist, and what a person who
looks elsewhere meanwhile is told of it by the desktop."""

import unittest

from harness import PLAYER_NAME, Desktop, TestCase
from support.rhythmbox import uri_of

ITEM = f"Sync to {PLAYER_NAME}"
LOOKED_AT = "is looked at"  # what the plugin's log says
ONE, DOS, UNO = "Music/Alpha/First/01 One.mp3", "Music/Beta/Second/02 Dos.mp3", "Music/Beta/Second/01 Uno.mp3"


class Wishes(TestCase):
    def start_with_music(self):
        rhythmbox = self.open()
        self.desktop = Desktop(self.session)
        alpha = rhythmbox.add_album("Alpha", "First", ["One", "Two", "Three"])
        beta = rhythmbox.add_album("Beta", "Second", ["Uno", "Dos"])
        rhythmbox.add_playlist("Party", [alpha[0], beta[1]])
        rhythmbox.start()
        self.until_published(5, Party=2)
        self.until(lambda: self.chosen() == [], "the player to be known")
        return rhythmbox

    def chosen(self):
        """Playlists, the most important first."""
        rules = self.session.watch.device_call(self.session.device()[0], "ListRules")[0]
        return [playlist for _, _, playlist, _, _ in sorted(rules, key=lambda rule: rule[3])]

    def wish_songs(self, *titles):
        self.select_source("Music")
        for title in titles:
            self.ui("select", "table cell", title)
        self.ui("click", "table cell", titles[-1], button=3)
        self.ui("find", "menu item", ITEM)

    def until_on_player(self, *paths):
        """Whichever sync brings the last of them: a playlist and its songs may be told one after the other."""
        path, _ = self.session.device()
        self.session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == len(paths))
        self.session.watch.wait_for_property(path, "SyncState", lambda state: state == 2)
        self.assertEqual(set(self.session.music_on_player()), set(paths))

    def playlists_on_player(self):
        return {path: len(thing["references"]) for path, thing in self.session.player.tree().items()
                if path.startswith("/Playlists/")}

    def look(self, at_it):
        """X gives the focus to no window, or to the one under the mouse."""
        self.session.processes.run(["xdotool", "windowfocus", "1" if at_it else "0"], env=self.rhythmbox.screen.environment)
        self.until(lambda: self.ui("find", "frame", "Rhythmbox")["active"] == at_it, f"the focus: {at_it}")

    def test_songs_and_a_playlist(self):
        rhythmbox = self.start_with_music()
        self.wish_songs("One", "Uno")
        self.shoot("menu-of-songs")
        self.ui("press", "menu item", ITEM)
        # they go by way of a playlist that has the player's name, and is made for them
        self.until_on_player(ONE, UNO)
        self.until_published(5, **{"Party": 2, PLAYER_NAME: 2})
        self.assertEqual(self.chosen(), [PLAYER_NAME])
        self.ui("find", "table cell", "Three")  # Rhythmbox shows what it has shown before
        self.assertEqual(self.playlists_on_player(), {f"/Playlists/{PLAYER_NAME}.pla": 2})

        self.select_source("Party")
        self.ui("press", "toggle button", "Playlist")
        self.ui("find", ["menu item", "check menu item", "push button"], ITEM)
        self.shoot("menu-of-a-playlist")
        self.ui("press", ["menu item", "check menu item", "push button"], ITEM)
        self.until_on_player(ONE, UNO, DOS)
        self.assertEqual(self.chosen(), [PLAYER_NAME, "Party"])

        # more songs join those that are in it already
        self.wish_songs("Three")
        self.ui("press", "menu item", ITEM)
        self.until_on_player(ONE, UNO, DOS, "Music/Alpha/First/03 Three.mp3")
        self.until_published(5, **{"Party": 2, PLAYER_NAME: 3})
        self.assertEqual(self.chosen(), [PLAYER_NAME, "Party"])
        self.assertNotIn("CRITICAL", rhythmbox.log())

    def test_who_looks_elsewhere_is_told(self):
        rhythmbox = self.start_with_music()
        self.wish_songs("One", "Uno")
        self.look(False)
        self.ui("press", "menu item", ITEM)
        self.until_on_player(ONE, UNO)
        title, text = self.session.watch.wait_for(lambda: self.desktop.told and self.desktop.told[-1], "a notification")
        self.assertEqual(title, f"{PLAYER_NAME} was synced")
        self.assertIn("2 copied", text)
        # a click on it shows the player
        self.ui("gone", "text", "Name of the player")
        self.desktop.click()
        self.ui("find", "text", "Name of the player")
        self.shoot("shown-by-a-click")

        # who looks at it is not
        self.look(True)
        told = len(self.desktop.told)
        self.assertNotIn(LOOKED_AT, rhythmbox.log())
        dos = uri_of(self.session.music / "Beta/Second/02 Dos.mp3")
        self.wait_for_sync(lambda: rhythmbox.playlist("AddToPlaylist", PLAYER_NAME, dos))
        self.until(lambda: LOOKED_AT in rhythmbox.log(), "Rhythmbox to hear of its end")
        self.assertEqual(len(self.desktop.told), told)


if __name__ == "__main__":
    unittest.main()
