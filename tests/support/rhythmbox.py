# SPDX-License-Identifier: LGPL-2.1-or-later
"""The real Rhythmbox with our plugin, in a home and on a screen of a session's own."""

import urllib.parse
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from gi.repository import GLib

from support import songs
from support.screen import Screen
from support.session import BUILD

MODULE = "portamento-rhythmbox"
NAME = "org.gnome.Rhythmbox3"
ROOT = "/org/gnome/Rhythmbox3"
DATABASE = ("/org/gnome/Rhythmbox3/RhythmDB", "org.gnome.Rhythmbox3.RhythmDB")
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


def entry_of(path, title, artist, album, track, **more):
    """One song as Rhythmbox writes it down: then it has no reason to read the file itself."""
    status = path.stat()
    fields = {"title": title, "genre": "Test", "artist": artist, "album": album, "album-artist": artist,
              "track-number": track, "duration": 1, "file-size": status.st_size, "location": uri_of(path),
              "mtime": int(status.st_mtime), "first-seen": 1600000000, "last-seen": 1600000000, "bitrate": 128,
              "date": 730486, "media-type": "audio/mpeg", **more}
    entry = ElementTree.Element("entry", type="song")
    for name, value in fields.items():
        ElementTree.SubElement(entry, name).text = str(value)
    return entry


class Rhythmbox:
    """Made with the plugin on; start() it, and end it with close() before its session."""

    def __init__(self, session, plugins=(MODULE,), accessible=True, wrapper=(), patience=1):
        """wrapper: a command that runs it. patience: how many times slower that makes it."""
        self.command, self.patience = [*wrapper, "rhythmbox"], patience
        self.session, self.screen, self.process = session, Screen(session), None
        self.entries, self.playlists, self.places = [], [], [session.music]
        self.data = Path(session.environment["XDG_DATA_HOME"]) / "rhythmbox"
        folder = self.data / "plugins" / MODULE
        folder.mkdir(parents=True)
        for name in (f"lib{MODULE}.so", f"{MODULE}.plugin"):
            (folder / name).symlink_to(BUILD / "plugins/rhythmbox" / name)
        self.environment = {**self.screen.environment, "LD_LIBRARY_PATH": str(BUILD / "core/client"),
                            "G_MESSAGES_DEBUG": "portamento", **({} if accessible else {"NO_AT_BRIDGE": "1"})}
        self.keyfile = Path(session.environment["XDG_CONFIG_HOME"]) / "glib-2.0/settings/keyfile"
        self.keyfile.parent.mkdir(parents=True, exist_ok=True)
        self.plugins = plugins
        self.write_settings(plugins)

    def add_place(self, folder):
        """Where it has music, too."""
        folder.mkdir()
        self.places.append(folder)
        self.write_settings(self.plugins)
        return folder

    def write_settings(self, plugins):
        self.keyfile.write_text(
            f"[org/gnome/rhythmbox]\nsize=(1280, 900)\nposition=(0, 0)\n\n"
            f"[org/gnome/rhythmbox/plugins]\nactive-plugins={list(plugins)!r}\nseen-plugins={OTHERS!r}\n\n"
            f"[org/gnome/rhythmbox/rhythmdb]\nlocations={[uri_of(place) for place in self.places]!r}\n"
            "monitor-library=false\n")

    def plug_player(self):
        """It has the player on its own USB, as on a desktop every program has."""
        seen = self.session.player.environment()
        libraries = [seen.get("LD_LIBRARY_PATH"), self.environment["LD_LIBRARY_PATH"]]
        self.environment = {**self.environment, **seen, "LD_LIBRARY_PATH": ":".join(filter(None, libraries))}

    # --- what it knows when it starts; Rhythmbox itself would look for songs after ten seconds

    def add_album(self, artist, album, titles, size=20_000, place=None, **more):
        """[path] of an album's new songs, that it knows already; more: properties of RhythmDB."""
        names = songs.make_album(place or self.session.music, artist, album, titles, size=size)
        paths = [(place or self.session.music) / name for name in names]
        for track, (title, path) in enumerate(zip(titles, paths), 1):
            self.entries.append(entry_of(path, title, artist, album, track, **more))
        return paths

    def add_stream(self, kind, uri, title):
        """What is in its database, too, and no song: "iradio", "podcast-post"."""
        entry = ElementTree.Element("entry", type=kind)
        for name, value in {"title": title, "artist": "Elsewhere", "album": "Elsewhere", "location": uri,
                            "duration": 1, "media-type": "audio/mpeg"}.items():
            ElementTree.SubElement(entry, name).text = str(value)
        self.entries.append(entry)

    def add_playlist(self, name, paths):
        playlist = ElementTree.Element("playlist", {"name": name, "type": "static", "show-browser": "false",
                                                    "browser-position": "180", "search-type": "search-match"})
        for path in paths:
            ElementTree.SubElement(playlist, "location").text = uri_of(path)
        self.playlists.append(playlist)

    def add_automatic_playlist(self, name, genre):
        playlist = ElementTree.Element("playlist", {"name": name, "type": "automatic", "show-browser": "false",
                                                    "browser-position": "180", "search-type": "search-match",
                                                    "sort-key": "Artist", "sort-direction": "0"})
        query = ElementTree.SubElement(playlist, "conjunction")
        ElementTree.SubElement(query, "equals", prop="type").text = "song"
        query = ElementTree.SubElement(ElementTree.SubElement(query, "subquery"), "conjunction")
        ElementTree.SubElement(query, "equals", prop="genre").text = genre
        self.playlists.append(playlist)

    def write_files(self):
        for file, kind, version, things in (("rhythmdb.xml", "rhythmdb", "2.0", self.entries),
                                            ("playlists.xml", "rhythmdb-playlists", "1.0", self.playlists)):
            top = ElementTree.Element(kind, version=version)
            top.extend(things)
            ElementTree.ElementTree(top).write(self.data / file, encoding="utf-8", xml_declaration=True)
        self.entries, self.playlists = None, None

    # --- its life

    def start(self):
        if self.entries is not None:
            self.write_files()
        with open(self.session.folder / "rhythmbox.log", "a", encoding="utf-8") as log:
            self.process = self.session.processes.start(self.command, env=self.environment, stdout=log, stderr=log)
        self.session.watch.wait_for(self.is_there, "Rhythmbox to be on the bus", 60 * self.patience)

    def is_there(self):
        assert self.process.poll() is None, "Rhythmbox has ended"
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        return self.session.watch.call(*bus, "NameHasOwner", GLib.Variant("(s)", (NAME,)), name=bus[1])[0]

    def quit(self):
        self.activate("quit")
        self.process.wait(30 * self.patience)

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

    def rate(self, path, stars):
        """Over D-Bus, where Rhythmbox tells nobody of it before it has noticed something else: a file in a folder
        that it watches, and that is no song."""
        changed = GLib.Variant("(sa{sv})", (uri_of(path), {"rating": GLib.Variant("d", stars)}))
        self.session.watch.call(*DATABASE, "SetEntryProperties", changed, name=NAME)
        count = sum(1 for _ in path.parent.glob("note *.txt"))
        (path.parent / f"note {count}.txt").write_text("no song\n")

    def stars(self, path):
        properties = self.session.watch.call(*DATABASE, "GetEntryProperties", GLib.Variant("(s)", (uri_of(path),)), name=NAME)
        return properties[0]["rating"]

    def set_plugins(self, *plugins):
        """As its plugin list does it, while it runs."""
        self.set("plugins", "active-plugins", repr(list(plugins)))

    def set(self, group, key, value):
        words = ["gsettings", "set", f"org.gnome.rhythmbox.{group}", key, value]
        ran = self.session.processes.run(words, 20, env=self.environment)
        assert ran.returncode == 0, ran.stderr

    def watch_music(self):
        """From now on it looks for new, changed and deleted files; by itself it begins after ten seconds."""
        self.set("rhythmdb", "monitor-library", "true")

    def is_watching(self, folder):
        """Whether it would be told of a change in this folder."""
        wanted = f"ino:{Path(folder).stat().st_ino:x} "
        infos = Path(f"/proc/{self.process.pid}/fdinfo").iterdir()
        return any("inotify" in text and wanted in text for text in map(self.read, infos))

    @staticmethod
    def read(path):
        try:
            return path.read_text()
        except OSError:
            return ""  # closed meanwhile

    # --- what it has

    def published(self):
        """(songs, {playlist id: (name, kind, songs)}) as the helper has them; (-1, {}) before."""
        watch, manager = self.session.watch, "org.portamento.Sync1.Manager"
        libraries = watch.call("/org/portamento/Sync1", manager, "ListLibraries")[0]
        tracks = {library[0]: library[2] for library in libraries}
        if NAME not in tracks:
            return -1, {}
        playlists = watch.call("/org/portamento/Sync1", manager, "ListPlaylists", GLib.Variant("(s)", (NAME,)))[0]
        return tracks[NAME], {id: (name, kind, count) for id, name, kind, count in playlists}

    def songs_in_database(self):
        """{path: {property: text}} as it was last saved: on quitting."""
        found = {}
        for entry in ElementTree.parse(self.data / "rhythmdb.xml").getroot():
            if entry.get("type") == "song":
                song = {child.tag: child.text for child in entry}
                found[urllib.parse.unquote(song["location"])[len("file://"):]] = song
        return found
