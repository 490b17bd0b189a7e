# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real Audacious of our own, with our plugin where it looks for plugins.

Audacious looks beside its own binary, wherever that is: a copy of the binary in a folder of
ours, links to everything else, and our plugin among them.
"""

import select
import shutil
import subprocess
import sys
from pathlib import Path

from gi.repository import GLib

from support.bus import MANAGER, ROOT
from support.session import BUILD, NotBuilt, Session

NAME = "org.atheme.audacious"
PLUGIN = BUILD / "plugins/audacious/portamento.so"
DEFAULT_TITLE = "New Playlist"


class AudaciousError(Exception):
    pass


def plugin_folder():
    asked = subprocess.run(["pkg-config", "--variable=plugin_dir", "audacious"], capture_output=True, text=True, check=True)
    return Path(asked.stdout.strip())


def make_prefix(prefix):
    """The path of a binary that sees our plugin."""
    if not PLUGIN.exists():
        raise NotBuilt(f"{PLUGIN} is not built")
    installed = plugin_folder()
    usr = installed
    while usr.name != "usr":
        usr = usr.parent
    plugins = prefix / installed.relative_to(usr)
    for name in ("bin", "share"):
        (prefix / name).mkdir(parents=True)
    shutil.copy(usr / "bin/audacious", prefix / "bin")
    (prefix / "share/audacious").symlink_to(usr / "share/audacious")
    for folder in installed.iterdir():
        (plugins / folder.name).mkdir(parents=True)
        for plugin in folder.glob("*.so"):
            (plugins / folder.name / plugin.name).symlink_to(plugin)
    (plugins / "General/portamento.so").symlink_to(PLUGIN)
    return prefix / "bin/audacious"


def pause():
    """Between two questions to what tells nobody."""
    select.select([], [], [], 0.05)


class Desktop(Session):
    """A session with a player and an Audacious that is started when asked to."""

    def __init__(self, profile="walkman", options=(), mpd=False, wrapper=(), patience=1):
        """wrapper: a command that runs Audacious. patience: how many times slower that makes it."""
        super().__init__(profile, options, mpd=mpd)
        self.wrapper, self.patience = wrapper, patience
        self.binary = make_prefix(self.folder / "prefix")
        self.audacious = None
        # what an installed libportamento needs no help for
        self.more_environment = {"LD_LIBRARY_PATH": str(BUILD / "core/client")}

    # --- Audacious itself

    def start_audacious(self, *options):
        log = open(self.folder / "audacious.log", "a", encoding="utf-8")
        with log:
            self.audacious = self.processes.start(
                [*self.wrapper, str(self.binary), *(options or ("-H",)), "-V"], stdout=log, stderr=log,
                env={**self.processes.environment, **self.more_environment})
        self.watch.wait_for(self.owns_its_name, "Audacious on the bus", 30 * self.patience)
        # the name comes before that which can be asked
        self.until(lambda: self.processes.run(["audtool", "version"]).returncode == 0, "Audacious to answer")

    def owns_its_name(self):
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        if self.audacious.poll() is not None:
            raise AudaciousError(f"Audacious ended with {self.audacious.returncode}:\n{self.log()}")
        return self.watch.call(*bus, "NameHasOwner", GLib.Variant("(s)", (NAME,)), name=bus[1])[0]

    def quit_audacious(self):
        """As a person does; the exit status."""
        self.tool("shutdown")
        return self.audacious.wait(30 * self.patience)

    def log(self):
        return (self.folder / "audacious.log").read_text(errors="replace")

    def wait_for_log(self, text, seconds=30):
        """A line of Audacious' own words; it has no other way to tell."""
        deadline = GLib.get_monotonic_time() + seconds * self.patience * 1000000
        while text not in self.log():
            if GLib.get_monotonic_time() > deadline:
                raise AssertionError(f"Audacious did not say “{text}” in {seconds} s:\n{self.log()[-3000:]}")
            pause()

    def tool(self, *words):
        ran = self.processes.run(["audtool", *[str(word) for word in words]])
        if ran.returncode:
            raise AudaciousError(f"audtool {' '.join(map(str, words))}: {ran.stdout}{ran.stderr}")
        return ran.stdout.strip()

    def enable(self, on=True):
        """Audacious answers before it knows its plugins, and then knows nothing of this one."""
        def is_so():
            self.tool("plugin-enable", "portamento", "on" if on else "off")
            return (self.processes.run(["audtool", "plugin-is-enabled", "portamento"]).returncode == 0) == on
        self.until(is_so, f"the plugin to be {'on' if on else 'off'}")

    def until(self, predicate, what, seconds=30):
        """Asks Audacious again and again; it tells nobody of its playlists."""
        deadline = GLib.get_monotonic_time() + seconds * self.patience * 1000000
        while not predicate():
            if GLib.get_monotonic_time() > deadline:
                raise AssertionError(f"waited {seconds} s in vain for {what}")
            pause()

    def open_in_audacious(self):
        """(threads, file descriptors)"""
        folder = Path("/proc", str(self.audacious.pid))
        return len(list((folder / "task").iterdir())), len(list((folder / "fd").iterdir()))

    def wait_for_songs(self, count, seconds=60):
        """So many on the player, and the sync over. Asked of the player itself: mtp-tools would be in the way."""
        def there():
            stopped = all(device["SyncState"] == 2 for device in self.watch.devices().values())
            return stopped and sum(path.startswith("/Music/") and path.endswith(".mp3")
                                   for path in self.player.tree()) == count
        self.until(there, f"{count} songs on the player", seconds)

    # --- its playlists

    def fill(self, paths):
        """Appends to the playlist that is shown."""
        paths = list(paths)
        wanted = int(self.tool("playlist-length")) + len(paths)
        for path in paths:
            self.tool("playlist-addurl", path)
        self.until(lambda: int(self.tool("playlist-length")) == wanted, f"{wanted} entries")

    def new_playlist(self, title, paths=()):
        """Shown from now on. A first one takes the place of the empty one that is always there."""
        is_blank = self.tool("current-playlist-name") == DEFAULT_TITLE and self.tool("playlist-length") == "0"
        if not is_blank:
            self.tool("new-playlist")
        self.tool("set-current-playlist-name", title)
        self.fill(paths)

    # --- what Portamento has of it

    def library(self):
        """(tracks, playlists) as the helper counts them, or None."""
        for row in self.watch.call(ROOT, MANAGER, "ListLibraries")[0]:
            if row[0] == "audacious":
                return row[2], row[3]
        return None

    def playlist_ids(self):
        """{title: id}"""
        arguments = GLib.Variant("(s)", ("audacious",))
        return {row[1]: row[0] for row in self.watch.call(ROOT, MANAGER, "ListPlaylists", arguments)[0]}

    def wait_for_library(self, tracks, playlists):
        try:
            self.until(lambda: self.library() == (tracks, playlists), "the library")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.library()}, not {(tracks, playlists)}") from error

    def show_logs(self):
        super().show_logs()
        print(f"--- audacious.log\n{self.log()[-6000:]}", file=sys.stderr)

    def end_audacious(self):
        if self.audacious is not None and self.audacious.poll() is None:
            self.audacious.terminate()
            self.audacious.wait(20 * self.patience)

    def close(self):
        self.end_audacious()
        super().close()


def songs_below(folder):
    return sorted(str(path) for path in Path(folder).rglob("*") if path.suffix in (".mp3", ".flac", ".opus", ".ogg"))


