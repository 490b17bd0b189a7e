# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests named withstand start from: a player with other people's things on it, and jobs straight to the engine.

After each test the things that were not ours are compared to the byte, whatever
the test did; a test that fails leaves its own reason first.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

from gi.repository import Gio, GLib
from harness import TestCase
from support import songs
from support.engine import EngineDied, Library, Workbench
from support.player import Player
from support.processes import Processes
from support.session import PLAYER_PROGRAM, clean_environment, program

LONG = bool(os.environ.get("PORTAMENTO_LONG"))
FOREIGN = ("/Music/mine.mp3", "/Music/Artist/Album/mine.mp3", "/Playlists/mine.m3u8", "/DCIM/photo.mp3")
KIND_SONG, KIND_PLAYLIST, STATE_PENDING, STATE_DONE, STATE_SKIPPED = 1, 2, 1, 2, 3
KIB, MIB = 1 << 10, 1 << 20
CLUSTER = 128 * KIB
OK, NO_DEVICE, LOCKED, NO_SPACE = 0, -5, -7, -8
SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CHANGED, FILE_TOO_LARGE, NOT_LOCAL = -10, -11, -12, -13, -14
CANCELLED, DEVICE_IO, DEVICE_HUNG, DEVICE_INSANE, HELD = -15, -16, -17, -18, -21
WRITTEN = ("Copied", "Replaced", "Removed", "Renamed", "Retagged", "Playlists")

LAST_WORDS = {"DeviceHung": DEVICE_HUNG, "Cancelled": CANCELLED, "SourceUnreadable": SOURCE_UNREADABLE}  # of an engine that ends with its job


def text(value):
    return GLib.Variant("s", value)


def sparse(path, size):
    """A song's name with size bytes that take no room on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.truncate(size)
    return path


class Answer:
    """A job under way: its result is taken while the main context runs."""

    def __init__(self, bench, kind, library, **options):
        self.engine, self.result, self.error, self.bench = bench.workbench.engine(), None, None, bench
        descriptor = library.open()
        job = bench.workbench.job(kind, library, **options)
        self.engine.run_async(job, [descriptor], self.on_reply)
        self.engine.connection.flush_sync(None)
        os.close(descriptor)
        bench.addCleanup(self.engine.close)

    def on_reply(self, connection, answer):
        try:
            self.result = connection.call_with_unix_fd_list_finish(answer)[0].unpack()[0]
        except GLib.Error as error:
            name = (Gio.DBusError.get_remote_error(error) or "").rpartition(".")[2]
            if name in LAST_WORDS:
                self.result = {"Code": LAST_WORDS[name], "Text": error.message}
            else:
                self.error = error

    def is_over(self):
        return self.result is not None or self.error is not None

    def bytes_done(self):
        return max((args[0][1] for name, args in self.engine.signals if name == "Progress"), default=0)

    def until(self, predicate, what, seconds=60):
        """Runs the main context until the answer is true, or fails at the deadline."""
        late = []
        timer = GLib.timeout_add(int(seconds * 1000), lambda: late.append(True) or False)
        while not predicate():
            if late:
                raise AssertionError(f"waited {seconds} s in vain for {what}; signals: {self.engine.signals[-3:]}")
            GLib.MainContext.default().iteration(True)
        if not late:
            GLib.source_remove(timer)

    def until_copying(self, least=1):
        self.until(lambda: self.bytes_done() >= least or self.is_over(), "bytes on their way")
        self.bench.assertFalse(self.is_over(), f"it ended too early: {self.result} {self.error}")

    def wait(self, seconds=90):
        """The result; EngineDied if it ended without one."""
        self.until(self.is_over, "the end of the job", seconds)
        if self.error:
            raise EngineDied(self.error.message)
        return self.result


class Bench(TestCase):
    """profile and options are the virtual player's."""

    profile, options = "android", ()
    foreign_paths = FOREIGN

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-withstand-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        # a player that says nothing is given up sooner than people would
        patience = {"PORTAMENTO_USB_TIMEOUT_MS": os.environ.get("PORTAMENTO_USB_TIMEOUT_MS", "2000")}
        self.processes = Processes("withstand", {**clean_environment(self.folder), **patience})
        self.addCleanup(self.processes.end)
        self.player = Player(self.processes, PLAYER_PROGRAM, self.folder / "player",
                                  ["--profile", self.profile, *self.options])
        self.addCleanup(self.player.stop)
        self.workbench = Workbench(self.processes, self.player, program("portamento-engine"), self.folder)
        self.library = Library()
        self.music = self.folder / "music"
        self.put_foreign()

    def put_foreign(self):
        stranger = songs.make(self.folder / "stranger.mp3", title="Mine")
        for path in self.foreign_paths:
            self.player.put(path, stranger)
        tree = self.player.tree()
        self.foreign = {path: tree[path] for path in self.foreign_paths}
        self.addCleanup(self.assert_foreign)

    def assert_foreign(self, where=""):
        after = self.player.tree()
        self.assertEqual({path: after.get(path) for path in self.foreign}, self.foreign, where)

    # --- songs, playlists, jobs

    def add(self, name, size=20_000, number=0, **more):
        """A song in the library; name is its title and, with .mp3, its file's name."""
        path = songs.make(self.music / f"{name}.mp3", size, name, title=name)
        self.library.add(path, name, track=number, **more)
        return path

    def place(self, name, number=0):
        return f"/Music/Artist/Album/{number:02d} {name}.mp3" if number else f"/Music/Artist/Album/{name}.mp3"

    def sync(self, library=None, **options):
        return self.workbench.run("sync", library or self.library, **options)

    def begin(self, library=None, **options):
        return Answer(self, "sync", library or self.library, **options)

    def clean_sync(self, where="", library=None, **options):
        """One that must succeed, and a second one that must find nothing to do."""
        first = self.sync(library, **options)
        self.assertEqual((first["Code"], first["Text"]), (OK, ""), where)
        self.assert_idle(where, library, **options)
        return first

    def assert_idle(self, where="", library=None, **options):
        """Law 9: nothing is left to do, nothing is written."""
        self.player.ctl("reset-stats")
        again = self.sync(library, **options)
        self.assertEqual({name: again[name] for name in WRITTEN}, dict.fromkeys(WRITTEN, 0), where)
        self.assertEqual(self.player.writes(), {}, where)
        return again

    def codes(self, result):
        """{path on the computer or name on the player: code} of what failed."""
        return {Path(source).name or item: code for item, source, code, _text in result["Failures"]}

    def plug_again(self):
        self.player.ctl("fault", "clear")
        self.player.ctl("release")
        self.player.ctl("replug")

    # --- what is so

    def files(self):
        """{path: (size, sha256)} on the player, folders and foreign things left out."""
        return {path: (thing["size"], thing["sha256"]) for path, thing in self.player.tree().items()
                if thing["format"] != "0x3001" and path not in self.foreign}

    def songs_there(self):
        return sorted(path.rpartition("/")[2].removesuffix(".mp3") for path in self.files()
                      if path.endswith(".mp3"))

    def used(self, storage):
        """Bytes in clusters, as the law counts."""
        return sum(-(-thing["size"] // CLUSTER) * CLUSTER for thing in self.player.tree().values()
                   if thing["storage"] == storage)

    def assert_journal_agrees(self, where=""):
        """Each song and playlist of ours is done and there; nothing else is."""
        rows = self.workbench.journal()
        done = sorted("/" + row[2] for row in rows if row[0] == KIND_SONG and row[1] == STATE_DONE)
        there = sorted(path for path in self.files() if path.endswith(".mp3"))
        self.assertEqual(done, there, where)

    def elapsed(self, work):
        began = time.monotonic()
        work()
        return time.monotonic() - began
