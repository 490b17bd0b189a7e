# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a test of the plugin starts from: a session with Rhythmbox in it."""

import sys
import unittest
from pathlib import Path

from gi.repository import Gio, GLib

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from support.rhythmbox import MODULE, Rhythmbox  # noqa: E402
from support.session import BUILD, Session, has_failed  # noqa: E402

SCREENSHOTS = BUILD / "screenshots/rhythmbox"
PLAYER_NAME = "Walkman"

NOTIFICATIONS_AT = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
NOTIFICATIONS = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""


class Desktop:
    """Where programs show notifications, on a session's bus; told holds (title, text) of each."""

    def __init__(self, session):
        self.told, self.connection = [], session.watch.connection
        interface = Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS).interfaces[0]
        path, name = NOTIFICATIONS_AT
        self.connection.register_object(path, interface, self.on_call, None, None)
        Gio.bus_own_name_on_connection(self.connection, name, Gio.BusNameOwnerFlags.NONE, None, None)

    def on_call(self, _connection, _sender, _path, _interface, method, arguments, invocation):
        if method == "Notify":
            words = arguments.unpack()
            self.told.append((words[3], words[4]))
        answers = {"Notify": GLib.Variant("(u)", (len(self.told),)), "CloseNotification": None,
                   "GetCapabilities": GLib.Variant("(as)", (["body", "actions"],))}
        invocation.return_value(answers[method])

    def click(self):
        """On the newest one."""
        arguments = GLib.Variant("(us)", (len(self.told), "default"))
        self.connection.emit_signal(None, *NOTIFICATIONS_AT, "ActionInvoked", arguments)


class TestCase(unittest.TestCase):
    maxDiff = None

    def open(self, profile="walkman", options=(), **more):
        """A Rhythmbox that is not started yet; its session is self.session."""
        return self.open_in(Session(profile, options, mpd=False), **more)

    def open_in(self, session, **more):
        self.session, self.rhythmbox = session, None
        self.addCleanup(self.leave)
        self.rhythmbox = Rhythmbox(session, **more)
        desk = self.session, self.rhythmbox
        self.addCleanup(lambda: self.sit_down_at(*desk))
        return self.rhythmbox

    def sit_down_at(self, session, rhythmbox):
        """Where there are several desks: all that follows is about this one."""
        self.session, self.rhythmbox = session, rhythmbox

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
        """For what no signal tells: asked ten times a second. seconds: of a Rhythmbox as fast as ever."""
        timer = GLib.timeout_add(100, lambda: True)
        try:
            return self.session.watch.wait_for(predicate, what, seconds * self.rhythmbox.patience)
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

    def wait_for_sync(self, action=lambda: None, seconds=60):
        """What the sync that action causes came to: Device.LastSync."""
        path, device = self.session.device()
        action()
        return self.session.watch.wait_for_property(path, "LastSync", lambda last: last != device["LastSync"], seconds)

    def is_on(self):
        return any(action.startswith("portamento-") for action in self.rhythmbox.actions())

    def switch(self, on):
        """The plugin. Returns once its actions are there, or gone."""
        self.rhythmbox.write_settings([MODULE] if on else [])
        self.until(lambda: self.is_on() == on, f"the plugin to be {'on' if on else 'off'}")

    # --- the window

    def ui(self, command, role=None, name=None, **more):
        more = {"seconds": 20 * self.rhythmbox.patience, **more}
        return self.rhythmbox.screen.ask(command, application="rhythmbox", role=role, name=name, **more)

    def show_player(self):
        """Its page, as a click on the notification of a sync does; waits until it is there."""
        device = self.session.device()[1]["Id"]

        def shown():
            self.rhythmbox.activate("portamento-show", device)
            return self.ui("all", "text", "Name of the player")
        self.until(shown, "the player's page")

    def select_source(self, name):
        """In the list of sources, at the left. Once a row was added there, GTK shows to screen readers some
        cells of before, too; they come first."""
        self.ui("click", "table cell", name, at=-1)
