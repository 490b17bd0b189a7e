# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real Audacious with windows, worked as a person does, through the accessibility bus; pictures of
what that person saw are left in the build folder."""

import unittest

from audacious import Desktop
from support import songs
from support.screen import Screen
from support.session import BUILD, has_failed

SCREENSHOTS = BUILD / "screenshots/audacious"


class WindowsCase(unittest.TestCase):
    maxDiff = None

    options = ()  # of the virtual player
    interface, application = "-Q", "Audacious"  # as the command line and the accessibility bus call it
    wrapper, patience = (), 1  # what runs it, and how many times slower that makes it

    def setUp(self):
        self.desk = Desktop(options=self.options, wrapper=self.wrapper, patience=self.patience)
        self.screen = Screen(self.desk)
        self.addCleanup(self.leave)
        self.desk.more_environment.update({
            **self.screen.environment, "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            # GTK 3 needs no modules; that both complain when a window closes under a reader's eyes ends nothing
            "GTK_MODULES": "gail:atk-bridge", **({"G_DEBUG": ""} if self.interface == "-G" else {})})
        self.songs = [str(self.desk.music / name) for name in songs.make_album(
            self.desk.music, "The Carriers", "Plugged", [f"Song {n}" for n in range(1, 13)], size=300_000)]

    def leave(self):
        self.desk.failed = has_failed(self)
        if self.desk.failed:
            self.shoot("failed")
            self.desk.show_logs()
        self.desk.end_audacious()
        self.screen.close()
        self.desk.close()

    def start(self, *playlists):
        self.desk.start_audacious(self.interface)
        for title, paths in playlists:
            self.desk.new_playlist(title, paths)
        self.desk.enable()

    # --- eyes and hands

    def shoot(self, name):
        self.screen.shoot(SCREENSHOTS / f"{name}.png")

    def ask(self, command, role, name=None, **how):
        return self.screen.ask(command, 20 * self.patience, application=self.application, role=role, name=name, **how)

    def press(self, role, name, **how):
        return self.ask("press", role, name, **how)

    def see(self, role, name, **how):
        return self.ask("find", role, name, **how)

    def see_no(self, role, name, **how):
        return self.ask("gone", role, name, **how)

    def choose_from_menu(self, name):
        """From a menu that need not be open."""
        self.press("menu item", name, hidden=True)

    def choose_from_playlist_menu(self):
        """Ours is the last but one of the Services under the right button; Qt shows such a menu to
        no screen reader that has not opened it."""
        for words in (["mousemove", "600", "130", "click", "3"],
                      ["key", "--delay", "200", "Up", "Right", "Up", "Up", "Return"]):
            self.desk.processes.run(["xdotool", *words], env=self.screen.environment)

    def choose_from_box(self, shown, down):
        """The box that shows this: its entry so many further down."""
        self.press("combo box", shown)
        self.see("list item", shown)  # what is typed before the list is there goes astray
        self.desk.processes.run(["xdotool", "key", *["Down"] * down, "Return"], env=self.screen.environment)

    def wait_for_sync(self, what, count):
        path, _ = self.desk.device()
        self.desk.watch.wait_for_property(path, "LastSync", lambda last: last and last.get(what) == count)

    def chosen(self):
        """Titles, the most important first."""
        titles = {number: title for title, number in self.desk.playlist_ids().items()}
        return [titles[rule["playlist_id"]] for rule in self.desk.ctl("rules")]

    def on_player(self):
        return len(self.desk.music_on_player())
