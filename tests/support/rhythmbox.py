# SPDX-License-Identifier: LGPL-2.1-or-later
"""The real Rhythmbox with our plugin, in a home and on a screen of a session's own."""

import urllib.parse
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from gi.repository import GLib

from support.screen import Screen
from support.session import BUILD

MODULE = "portamento-rhythmbox"
NAME = "org.gnome.Rhythmbox3"
ROOT = "/org/gnome/Rhythmbox3"
PLAYLISTS = ("/org/gnome/Rhythmbox3/PlaylistManager", "org.gnome.Rhythmbox3.PlaylistManager")
# All others are off, and those that this Rhythmbox would switch on by itself are seen already.
OTHERS = ["android", "artsearch", "audiocd", "audioscrobbler", "daap", "dbus-media-server", "fmradio",
          "generic-player", "grilo", "im-status", "ipod", "iradio", "listenbrainz", "lyrics", "magnatune", "mpris",
          "mtpdevice", "notification", "power-manager", "pythonconsole", "rb", "rblirc", "replaygain", "webremote"]
SAFE = "/!$&'()*+,-.:=@_~"  # as GLib escapes paths


def uri_of(path):
    return "file://" + urllib.parse.quote(str(path), safe=SAFE)


def is_built():
    return (BUILD / f"plugins/rhythmbox/lib{MODULE}.so").exists()


class Rhythmbox:
    """Made with the plugin on; start() it, and end it with close() before its session."""

    def __init__(self, session, plugins=(MODULE,)):
        self.session, self.screen, self.process = session, Screen(session), None
        self.data = Path(session.environment["XDG_DATA_HOME"]) / "rhythmbox"
        folder = self.data / "plugins" / MODULE
        folder.mkdir(parents=True)
        for name in (f"lib{MODULE}.so", f"{MODULE}.plugin"):
            (folder / name).symlink_to(BUILD / "plugins/rhythmbox" / name)
        self.environment = {**self.screen.environment, "LD_LIBRARY_PATH": str(BUILD / "core/client"),
                            "G_MESSAGES_DEBUG": "portamento"}
        self.keyfile = Path(session.environment["XDG_CONFIG_HOME"]) / "glib-2.0/settings/keyfile"
        self.keyfile.parent.mkdir(parents=True)
        self.write_settings(plugins)

    def write_settings(self, plugins):
        self.keyfile.write_text(
            f"[org/gnome/rhythmbox/plugins]\nactive-plugins={list(plugins)!r}\nseen-plugins={OTHERS!r}\n\n"
            f"[org/gnome/rhythmbox/rhythmdb]\nlocations=['{uri_of(self.session.music)}']\nmonitor-library=true\n")

    # --- its life

    def start(self):
        with open(self.session.folder / "rhythmbox.log", "a", encoding="utf-8") as log:
            self.process = self.session.processes.start(["rhythmbox"], env=self.environment, stdout=log, stderr=log)
        self.session.watch.wait_for(self.is_there, "Rhythmbox to be on the bus", 60)

    def is_there(self):
        assert self.process.poll() is None, "Rhythmbox has ended"
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        return self.session.watch.call(*bus, "NameHasOwner", GLib.Variant("(s)", (NAME,)), name=bus[1])[0]

    def quit(self):
        self.activate("quit")
        self.process.wait(30)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.quit()
        self.screen.close()

    def log(self):
        return (self.session.folder / "rhythmbox.log").read_text(errors="replace")

    # --- what a person does, over D-Bus

    def activate(self, action, *arguments):
        parameters = [GLib.Variant("s", argument) for argument in arguments]
        self.session.watch.call(ROOT, "org.gtk.Actions", "Activate",
                                GLib.Variant("(sava{sv})", (action, parameters, {})), name=NAME)

    def actions(self):
        return self.session.watch.call(ROOT, "org.gtk.Actions", "List", name=NAME)[0]

    def playlist(self, method, *words):
        return self.session.watch.call(*PLAYLISTS, method, GLib.Variant(f"({'s' * len(words)})", words), name=NAME)

    def make_playlist(self, name, songs):
        """songs: paths below the session's music."""
        self.playlist("CreatePlaylist", name)
        for song in songs:
            self.playlist("AddToPlaylist", name, uri_of(self.session.music / song))

    def set_plugins(self, *plugins):
        """As its plugin list does it, while it runs."""
        words = ["gsettings", "set", "org.gnome.rhythmbox.plugins", "active-plugins", repr(list(plugins))]
        ran = self.session.processes.run(words, 20, env=self.environment)
        assert ran.returncode == 0, ran.stderr

    # --- what it has

    def songs_in_database(self):
        """{path: {property: text}} as it was last saved: on quitting."""
        found = {}
        for entry in ElementTree.parse(self.data / "rhythmdb.xml").getroot():
            if entry.get("type") == "song":
                song = {child.tag: child.text for child in entry}
                found[urllib.parse.unquote(song["location"])[len("file://"):]] = song
        return found
