# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real MPD of our own: private socket, private database, no sound."""

import os
import selectors
import socket
import subprocess
import time
from pathlib import Path

CONFIG = """music_directory     "{music}"
playlist_directory  "{folder}/playlists"
db_file             "{folder}/database"
state_file          "{folder}/state"
sticker_file        "{folder}/sticker.sql"
log_file            "{folder}/log"
bind_to_address     "{folder}/socket"
auto_update         "no"
zeroconf_enabled    "no"
local_permissions   "read,add,control,admin"
filesystem_charset  "UTF-8"
audio_output {{
	type "null"
	name "null"
}}
"""


class MpdError(Exception):
    pass


def quoted(word):
    return '"' + str(word).replace("\\", "\\\\").replace('"', '\\"') + '"'


class Mpd:
    def __init__(self, processes, folder, music):
        self.folder, self.music = Path(folder), Path(music)
        (self.folder / "playlists").mkdir(parents=True)
        self.config = self.folder / "mpd.conf"
        self.config.write_text(CONFIG.format(folder=self.folder, music=self.music))
        self.processes, self.socket_path = processes, self.folder / "socket"
        self.start()

    def start(self):
        self.daemon = self.processes.start(["mpd", "--no-daemon", str(self.config)],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = self.connect(90)
        self.lines = self.connection.makefile("rw", encoding="utf-8", errors="surrogateescape", newline="\n")
        greeting = self.lines.readline()
        if not greeting.startswith("OK MPD "):
            raise MpdError(f"not an MPD: {greeting!r}")

    def connect(self, seconds):
        """MPD does not say when it listens, so it is asked until it does or has died."""
        deadline = time.monotonic() + seconds
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.socket_path))
                connection.settimeout(120)
                return connection
            except OSError as error:
                connection.close()
                if time.monotonic() > deadline or self.daemon.poll() is not None:
                    raise MpdError(f"MPD does not listen ({error}); see {self.folder}/log") from error
                self.pause(0.02)

    def pause(self, seconds):
        """A turn of waiting that ends at once when MPD does."""
        with selectors.DefaultSelector() as selector:
            process = os.pidfd_open(self.daemon.pid)
            try:
                selector.register(process, selectors.EVENT_READ)
                selector.select(seconds)
            finally:
                os.close(process)

    def stop(self):
        self.lines.close()
        self.connection.close()
        self.daemon.terminate()
        self.daemon.wait(90)
        self.socket_path.unlink(missing_ok=True)

    def send(self, command, *arguments):
        """[(name, value)] of the answer."""
        words = [command, *[quoted(argument) for argument in arguments]]
        self.lines.write(" ".join(words) + "\n")
        self.lines.flush()
        answer = []
        for line in self.lines:
            line = line.rstrip("\n")
            if line == "OK":
                return answer
            if line.startswith("ACK"):
                raise MpdError(line)
            name, _, value = line.partition(": ")
            answer.append((name, value))
        raise MpdError("MPD closed the connection")

    def update(self):
        """Reads the music directory again and returns when the database is as it is."""
        self.send("update")
        while any(name == "updating_db" for name, _ in self.send("status")):
            self.send("idle", "update")

    def songs(self):
        """The database's paths, relative to the music directory."""
        return sorted(value for name, value in self.send("listall") if name == "file")

    def save_playlist(self, name, paths):
        """Stores a playlist of this name, whatever was in it before."""
        if name in self.playlists():
            self.send("playlistclear", name)
        for path in paths:
            self.send("playlistadd", name, path)

    def playlists(self):
        return [value for name, value in self.send("listplaylists") if name == "playlist"]

    def sticker(self, path, name, value):
        self.send("sticker", "set", "song", path, name, value) if value is not None else \
            self.send("sticker", "delete", "song", path, name)

    def sticker_of(self, path, name):
        try:
            return self.send("sticker", "get", "song", path, name)[0][1].partition("=")[2]
        except MpdError:
            return None
