# SPDX-License-Identifier: LGPL-2.1-or-later
"""portamento-engine without its helper: jobs straight to it, as the helper sends them.

For tests that need hundreds of sessions, or one that ends at an exact moment.
"""

import os
import socket
import sqlite3
from pathlib import Path

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

PATH = "/org/portamento/Engine1"
INTERFACE = "org.portamento.Engine1"
LIBRARY_TYPE = "(ussa(ssssssuuuuiitxxxa{sv})a(ssuaua{sv})a{sv})"
PLAN_TYPE = "(ua(iissssstisss)a{sv})"
RULE_LIBRARY, RULE_PLAYLIST = 1, 2
RATING = 10  # of a track's fields
OWNER = "11111111-2222-3333-4444-555555555555"


class Library:
    """What a host has: add songs and playlists, then open() for a descriptor of its bytes."""

    def __init__(self, host="test"):
        self.host, self.tracks, self.playlists = host, [], []

    def add(self, path, title, artist="Artist", album="Album", track=0, rating=-1):
        uri = GLib.filename_to_uri(str(path), None)
        self.tracks.append((uri, title, artist, album, artist, "Test", 2001, track, 0, 0, rating, -1, 0, 0, 0, 0, {}))
        return len(self.tracks) - 1

    def rate(self, index, rating):
        self.tracks[index] = (*self.tracks[index][:RATING], rating, *self.tracks[index][RATING + 1:])

    def rating(self, index):
        return self.tracks[index][RATING]

    def add_playlist(self, name, indexes):
        self.playlists.append((name, name, 1, indexes, {}))

    def open(self):
        value = GLib.Variant(LIBRARY_TYPE, (1, self.host, self.host, self.tracks, self.playlists, {}))
        descriptor = os.memfd_create("library")
        os.write(descriptor, value.get_data_as_bytes().get_data())
        return descriptor


class EngineDied(Exception):
    pass


class Engine:
    """One process. environment must lead to a player's USB."""

    def __init__(self, processes, program, environment):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.signals, self.received = [], None
        self.process = processes.start([str(program), str(theirs.fileno())], pass_fds=[theirs.fileno()],
                                       env={**processes.environment, **environment})
        theirs.close()
        sock = Gio.Socket.new_from_fd(ours.detach())
        self.connection = Gio.DBusConnection.new_sync(
            sock.connection_factory_create_connection(), None,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None)
        self.connection.set_exit_on_close(False)
        self.connection.signal_subscribe(None, INTERFACE, None, PATH, None, Gio.DBusSignalFlags.NONE,
                                         lambda _c, _s, _p, _i, name, args: self.signals.append((name, args.unpack())))

    def run(self, job, descriptors=(), seconds=120):
        """The result as a dict; EngineDied if it ended before it answered."""
        fds = Gio.UnixFDList.new()
        for descriptor in descriptors:
            fds.append(descriptor)
        try:
            answer, self.received = self.connection.call_with_unix_fd_list_sync(
                None, PATH, INTERFACE, "Run", GLib.Variant("(a{sv})", (job,)), None,
                Gio.DBusCallFlags.NONE, int(seconds * 1000), fds, None)
        except GLib.Error as error:
            raise EngineDied(f"{error.message}; exit status {self.process.wait(30)}") from error
        return answer.unpack()[0]

    def run_async(self, job, descriptors=(), done=None):
        fds = Gio.UnixFDList.new()
        for descriptor in descriptors:
            fds.append(descriptor)
        self.connection.call_with_unix_fd_list(
            None, PATH, INTERFACE, "Run", GLib.Variant("(a{sv})", (job,)), None,
            Gio.DBusCallFlags.NONE, 120000, fds, None, done)

    def cancel(self):
        self.connection.call_sync(None, PATH, INTERFACE, "Cancel", None, None, Gio.DBusCallFlags.NONE, 5000, None)

    def close(self):
        if not self.connection.is_closed():
            self.connection.close_sync(None)
        self.process.wait(30)


class Workbench:
    """A player, a journal and engines between them and songs on the computer, without any daemon."""

    def __init__(self, processes, player, program, folder):
        self.processes, self.player, self.program = processes, player, program
        self.state = Path(folder, "journal")
        self.state.mkdir(parents=True, exist_ok=True)
        self.environment = player.environment()

    def job(self, kind, library=None, playlists=(), whole=True, **more):
        info = self.player.ctl("info")
        device = f"{info['vendor_id']:04x}-{info['product_id']:04x}-{info['serial']}"
        job = {
            "Kind": GLib.Variant("s", kind), "Device": GLib.Variant("s", device),
            "Serial": GLib.Variant("s", info["serial"]),
            "Vendor": GLib.Variant("u", info["vendor_id"]), "Product": GLib.Variant("u", info["product_id"]),
            "Bus": GLib.Variant("u", info["bus"]), "Address": GLib.Variant("u", info["address"]),
            "StateDir": GLib.Variant("s", str(self.state)),
            "Owner": GLib.Variant("s", OWNER), "OwnerName": GLib.Variant("s", "test@bench"),
        }
        if library is not None:
            rules = [(library.host, RULE_LIBRARY, "", 100, {})] if whole else []
            rules += [(library.host, RULE_PLAYLIST, name, rank + 1, {}) for rank, name in enumerate(playlists)]
            job["Rules"] = GLib.Variant("a(sisia{sv})", rules)
            job["Libraries"] = GLib.Variant("a(sh)", [(library.host, 0)])
        return {**job, **more}

    def engine(self):
        return Engine(self.processes, self.program, self.environment)

    def run(self, kind, library=None, engine=None, seconds=120, **options):
        """One job, in an engine of its own unless one is given; the result."""
        descriptors = [library.open()] if library is not None else []
        job = self.job(kind, library, **options)
        own = engine or self.engine()  # last: it does not wait long for its first job
        try:
            return own.run(job, descriptors, seconds)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
            if engine is None:
                own.close()

    def preview(self, library, **options):
        """The steps of a plan, as plan-wire.h has them."""
        engine = self.engine()
        try:
            result = self.run("preview", library, engine, **options)
            assert result["Code"] == 0, result
            with os.fdopen(engine.received.get(result["Plan"]), "rb") as file:
                file.seek(0)
                plan = GLib.Variant.new_from_bytes(GLib.VariantType(PLAN_TYPE), GLib.Bytes.new(file.read()), False)
            return plan.unpack()[1]
        finally:
            engine.close()

    def journal(self, columns="kind, state, path, size"):
        """[(kind, state, path, size)], or other columns, of what the journal says."""
        found = []
        for path in self.state.glob("*.journal"):
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                found += database.execute(f"SELECT {columns} FROM object").fetchall()
        return found
