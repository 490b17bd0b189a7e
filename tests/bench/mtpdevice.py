# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rhythmbox' own plugin for MTP players: the real program syncs all its music, driven as a person drives it.

Each sync is a Rhythmbox of its own, from opening the player, which it does when its page is selected, to letting go of
it, which it does at its end. Ours is not in it.
"""

import sys
from pathlib import Path

from gi.repository import GLib

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import ALBUMS, ARTISTS  # noqa: E402
from support import songs  # noqa: E402
from support.rhythmbox import NAME, ROOT, Rhythmbox, entry_of  # noqa: E402
from support.session import Session  # noqa: E402

PLUGIN = "mtpdevice"
SYNC = "media-player-sync"
PATIENCE = 1500  # seconds for one sync
NEW = 90_000  # the number of the first new song
NEW_SONGS = {"+1 song": (0, 1), "+100 songs": (1, 101)}
TASKS = ("nothing", *NEW_SONGS, "1 retag")  # it has no playlists on such players, and remembers nothing of them


class OwnPlugin:
    """A library of so many songs in Rhythmbox, and a player that it syncs all of it to."""

    def __init__(self, profile, count):
        self.session = Session(profile, ["--set", "storage_capacities=8G"], mpd=False)
        self.player = self.session.player
        # it crashes when thousands of songs change under the eyes of a screen reader
        self.rhythmbox = Rhythmbox(self.session, plugins=(PLUGIN,), accessible=False)
        self.rhythmbox.plug_player()
        self.want_all_music()
        self.entries = []
        for number in range(count):
            self.add(number, number % ARTISTS, number // ARTISTS % ALBUMS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.rhythmbox.close()
        self.session.close()

    def want_all_music(self):
        """As its page of sync settings writes it down."""
        folder = self.rhythmbox.data / "sync"
        folder.mkdir(parents=True)
        serial = self.player.ctl("info")["serial"]
        (folder / f"device-{serial}.conf").write_text("[music]\nenabled=true\n", encoding="utf-8")

    def add(self, number, artist, album):
        artist, album = f"Artist {artist:03d}", f"Album {album:02d}"
        path = self.session.music / artist / album / f"{number:05d}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        title = f"Song {number:05d}"
        songs.make(path, size=2000, seed=number, title=title, artist=artist, albumartist=artist, album=album)
        self.entries.append(entry_of(path, title, artist, album, number // 1000 + 1))

    def change(self, task):
        if task == "1 retag":
            self.entries[0].find("genre").text = "Behind"
        for number in range(*NEW_SONGS.get(task, (0, 0))):  # each in a folder of its own
            self.add(NEW + number, number % ARTISTS, number % ALBUMS)

    def select(self):
        """The player's page, as rhythmbox-client does it; again and again, until it is there."""
        info = self.player.ctl("info")
        page = GLib.Variant("(su)", (f"gphoto2://[usb:{info['bus']:03},{info['address']:03}]/", 0))
        self.session.watch.call(ROOT, "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", ("activate-source", [page], {})),
                                name=NAME)

    def can_sync(self):
        """The action is there once the player is known, and can be used when nothing is under way."""
        if SYNC not in self.rhythmbox.actions():
            return False
        self.select()
        return self.session.watch.call(ROOT, "org.gtk.Actions", "Describe", GLib.Variant("(s)", (SYNC,)), name=NAME)[0][0]

    def until(self, predicate, what):
        timer = GLib.timeout_add(100, lambda: True)  # no signal tells
        try:
            self.session.watch.wait_for(predicate, what, PATIENCE)
        finally:
            GLib.source_remove(timer)

    def run(self, action=None):
        """Returns the transactions of one Rhythmbox, which reads the player and does this."""
        self.player.ctl("reset-stats")
        self.rhythmbox.entries, self.rhythmbox.playlists = list(self.entries), []
        self.rhythmbox.start()
        self.until(self.can_sync, "Rhythmbox to have read the player")
        if action:
            self.rhythmbox.activate(action)
            self.until(self.can_sync, "Rhythmbox to be done")
        self.rhythmbox.quit()
        return self.player.stats()["transactions"]

    def has_all(self):
        return len([path for path in self.player.tree() if path.endswith(".mp3")]) == len(self.entries)

    def fill_by_hand(self):
        """What a sync would have brought there."""
        for path in sorted(self.session.music.rglob("*")):
            place = f"/Music/{path.relative_to(self.session.music)}"
            self.player.ctl(*(["mkdir", place] if path.is_dir() else ["put", place, path]))

    def measure(self):
        """The transactions of each task of transactions.py; text for one that failed, None where it has no such."""
        with self:
            yield from (None, None)
            before = self.session.folder / "before"
            self.player.ctl("snapshot", before)
            try:
                self.run(SYNC)
            except GLib.Error:  # it has crashed, as it does on players without properties: then it can but read
                self.rhythmbox.process.wait(60)
                self.player.ctl("restore", before)
                self.fill_by_hand()
                yield self.run()
                return
            for task in TASKS:
                self.change(task)
                count = self.run(SYNC)
                yield count if self.has_all() else f"{count} (failed)"
