# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a test of the plugin starts from: a session with Rhythmbox in it."""

import sys
import unittest
from pathlib import Path

from gi.repository import GLib

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from support.rhythmbox import Rhythmbox  # noqa: E402
from support.session import BUILD, Session, has_failed  # noqa: E402

SCREENSHOTS = BUILD / "screenshots/rhythmbox"
PLAYER_NAME = "Walkman"


class TestCase(unittest.TestCase):
    maxDiff = None

    def open(self, profile="walkman", options=(), **more):
        """A Rhythmbox that is not started yet; its session is self.session."""
        self.session = Session(profile, options, mpd=False)
        self.rhythmbox = None
        self.addCleanup(self.leave)
        self.rhythmbox = Rhythmbox(self.session, **more)
        return self.rhythmbox

    def leave(self):
        self.session.failed = has_failed(self)
        try:
            if self.rhythmbox is not None:
                if self.session.failed:
                    self.shoot(f"failed-{self._testMethodName}")
                    self.session.show_logs()
                    print("--- rhythmbox\n" + self.rhythmbox.log()[-6000:], file=sys.stderr)
                self.rhythmbox.close()
        finally:
            self.session.close()

    def shoot(self, name):
        self.rhythmbox.screen.shoot(SCREENSHOTS / f"{name}.png")

    def until(self, predicate, what, seconds=30):
        """For what no signal tells: asked ten times a second."""
        timer = GLib.timeout_add(100, lambda: True)
        try:
            return self.session.watch.wait_for(predicate, what, seconds)
        finally:
            GLib.source_remove(timer)

    def until_published(self, songs, seconds=30, **playlists):
        """playlists: how many songs each must have, by its id."""
        def fits():
            tracks, found = self.rhythmbox.published()
            counts = {id: count for id, (_, _, count) in found.items() if id in playlists}
            return tracks == songs and counts == playlists
        try:
            self.until(fits, f"{songs} songs and {playlists} to be published", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; published: {self.rhythmbox.published()}") from None

    # --- the window

    def ui(self, command, role=None, name=None, **more):
        return self.rhythmbox.screen.ask(command, application="rhythmbox", role=role, name=name, **more)

    def select_source(self, name):
        """In the list of sources, at the left."""
        self.ui("select", "table cell", name)
