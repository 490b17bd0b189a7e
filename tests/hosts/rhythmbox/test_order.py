#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which playlist is more important than which: with the mouse, and with keys."""

import unittest

from harness import TestCase

LIST = "Playlists, the most important first"
NAMES = ["Party", "Work", "Sleep"]


class Order(TestCase):
    def shown(self):
        return self.ui("rows", name=LIST, column=1)

    def until_shown(self, *names):
        self.until(lambda: self.shown() == list(names), f"{names} in this order")

    def drag(self, name, onto):
        """Until it is where it was dropped: a drag that nobody looked at in time comes to nothing."""
        wanted = [other for other in self.shown() if other != name]
        wanted.insert(wanted.index(onto), name)

        def dragged():
            if self.shown() != wanted:
                target = {"application": "rhythmbox", "role": "table cell", "name": onto, "within": LIST}
                self.ui("drag", "table cell", name, within=LIST, onto=target)
            return self.shown() == wanted
        self.until(dragged, f"{name} to be before {onto}", 60)

    def key(self, name):
        self.session.processes.run(["xdotool", "key", name], env=self.rhythmbox.screen.environment)

    def test_by_mouse_and_by_keys(self):
        rhythmbox = self.open()
        titles = iter(["One", "Two", "Three"])
        for name in NAMES:
            rhythmbox.add_playlist(name, rhythmbox.add_album(name, "Album", [next(titles)]))
        rhythmbox.start()
        self.until_published(3, **dict.fromkeys(NAMES, 1))
        self.show_player()
        self.ui("press", "radio button", "Only these playlists:")
        for name in NAMES:
            self.ui("press-in-row", "table cell", name, within=LIST, column=0)
        self.until_shown("Party", "Sleep", "Work")
        self.drag("Work", onto="Party")
        self.shoot("dragged")
        self.until_shown("Work", "Party", "Sleep")
        self.session.processes.run(["xdotool", "windowfocus", "1"], env=rhythmbox.screen.environment)
        self.ui("click", "table cell", "Sleep", within=LIST)
        self.until(lambda: self.ui("find", "push button", "More important (Alt+Up)")["sensitive"], "it to be selected")
        self.key("alt+Up")
        self.until_shown("Work", "Sleep", "Party")
        self.key("alt+Up")
        self.until_shown("Sleep", "Work", "Party")
        self.key("alt+Down")
        self.until_shown("Work", "Sleep", "Party")
        last = self.wait_for_sync(lambda: self.ui("press", "push button", "Yes, Sync"))
        self.assertEqual((last["Copied"], last["Playlists"]), (3, 3), last)
        rules = self.session.watch.device_call(self.session.device()[0], "ListRules")[0]
        self.assertEqual([playlist for _, _, playlist, _, _ in sorted(rules, key=lambda rule: rule[3])],
                         ["Work", "Sleep", "Party"])
        self.assertNotIn("CRITICAL", rhythmbox.log())


if __name__ == "__main__":
    unittest.main()
