#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin in a real Audacious without a screen, with everything real behind it and the
virtual player at the end.

    PORTAMENTO_BUILD=DIR test-headless.py
"""

import os
import sys
import unittest
import urllib.parse
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from audacious import Desktop  # noqa: E402
from support import songs  # noqa: E402
from support.host import Host  # noqa: E402
from support.mtp import sha256_of  # noqa: E402
from support.session import has_failed  # noqa: E402

SAFE = "/!$&'()*+,-.:=@_~"  # what GLib, and with it Rhythmbox, leaves as it is in a path


class Headless(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.desk = Desktop()
        self.addCleanup(self.leave)
        self.songs = [str(self.desk.music / name) for name in songs.make_album(
            self.desk.music, "The Carriers", "Plugged", [f"Song {n}" for n in range(1, 7)])]

    def leave(self):
        self.desk.failed = has_failed(self)
        if self.desk.failed:
            self.desk.show_logs()
        self.desk.close()

    def start(self, *playlists):
        """Audacious with these playlists, (title, paths) each, and the plugin enabled."""
        self.desk.start_audacious()
        for title, paths in playlists:
            self.desk.new_playlist(title, paths)
        self.desk.enable()

    def choose(self, *rules, partner=True):
        """As a person does without a screen."""
        if partner:
            self.desk.must("portamentoctl", "partner", "create")
        for rule in rules:
            self.desk.must("portamentoctl", "rules", "add", "audacious", rule)

    def wait_for_sync(self, what, count):
        path, _ = self.desk.device()
        self.desk.watch.wait_for_property(path, "LastSync", lambda last: last and last.get(what) == count)

    def names_on_player(self):
        return sorted(Path(path).stem for path in self.desk.music_on_player())

    def playlists_on_player(self):
        """{name: track numbers}, as the player itself has them."""
        return {Path(path).stem: [int(Path(song).name[:2]) for song in thing["references"]]
                for path, thing in self.desk.player.tree().items() if path.startswith("/Playlists/")}

    def test_enabled_published_chosen_synced_and_disabled(self):
        self.start(("Running", self.songs[:3]), ("Jazz", self.songs[2:]))
        self.desk.wait_for_library(6, 2)
        ids = self.desk.playlist_ids()
        self.choose("playlist:" + ids["Running"], "playlist:" + ids["Jazz"])
        self.wait_for_sync("Copied", 6)  # what is in both is copied once
        self.assertEqual(self.playlists_on_player(), {"Running": [1, 2, 3], "Jazz": [3, 4, 5, 6]})
        tracks = self.desk.music_on_player()
        self.assertEqual(self.desk.player.mtp.fetch(tracks), {
            path: sha256_of(self.desk.music / "The Carriers/Plugged" / Path(path).name) for path in tracks})
        self.desk.enable(False)
        self.assertEqual(self.desk.library(), (6, 2))  # so it syncs without Audacious, too
        self.desk.player.ctl("reset-stats")
        self.desk.sync()
        self.assertEqual(self.desk.player.writes(), {})

    def test_without_a_screen_a_playlist_is_chosen_by_its_name(self):
        self.start(("Running", self.songs[:1]), ("Jazz", self.songs[1:2]), ("Jazz", self.songs[2:3]))
        self.desk.wait_for_log("“portamentoctl partner create” takes it on")
        self.desk.wait_for_library(3, 3)
        self.choose("playlist:Running")
        ids = self.desk.playlist_ids()
        self.assertEqual([rule["playlist_id"] for rule in self.desk.ctl("rules")], [ids["Running"]])
        ambiguous = self.desk.run("portamentoctl", "rules", "add", "audacious", "playlist:Jazz")
        self.assertEqual(ambiguous.returncode, 2)
        self.assertIn("2 playlists of audacious are called “Jazz”", ambiguous.stderr)
        self.choose("playlist:" + ids["Jazz"], partner=False)
        self.desk.must("portamentoctl", "rules", "remove", "audacious", "playlist:Running")
        self.assertEqual([rule["playlist_id"] for rule in self.desk.ctl("rules")], [ids["Jazz"]])

    def test_what_happens_to_a_playlist_happens_on_the_player(self):
        self.start(("Jazz", self.songs[4:]), ("Running", self.songs[:3]))
        self.desk.wait_for_library(5, 2)
        ids = self.desk.playlist_ids()
        self.choose("playlist:" + ids["Running"])
        self.wait_for_sync("Copied", 3)
        # another order, and what was in it before is copied no more
        self.desk.tool("playlist-clear")
        self.desk.fill([self.songs[n] for n in (2, 0, 1, 3)])
        self.wait_for_sync("Copied", 1)
        self.assertEqual(self.playlists_on_player(), {"Running": [3, 1, 2, 4]})
        # another name and another Audacious: still the same playlist
        self.desk.tool("set-current-playlist-name", "Läufe")
        self.desk.until(lambda: self.playlists_on_player() == {"Läufe": [3, 1, 2, 4]}, "the new name")
        self.assertEqual(self.desk.quit_audacious(), 0)
        self.desk.start_audacious()
        self.desk.until(lambda: self.desk.playlist_ids() == {"Jazz": ids["Jazz"], "Läufe": ids["Running"]}, "both")
        self.assertEqual(self.playlists_on_player(), {"Läufe": [3, 1, 2, 4]})
        # gone for good: its songs go, and a new one that gets its number is not taken for it
        self.desk.tool("set-current-playlist", 2)
        self.desk.tool("delete-current-playlist")
        self.wait_for_sync("Removed", 4)
        self.assertEqual(self.desk.quit_audacious(), 0)
        self.desk.start_audacious()
        self.desk.new_playlist("Audiobooks", self.songs[4:])
        self.desk.until(lambda: "Audiobooks" in self.desk.playlist_ids(), "the new one")
        self.assertEqual(self.desk.playlist_ids()["Audiobooks"], ids["Running"] + ".1")
        self.assertEqual(self.playlists_on_player(), {})

    def test_file_names_of_all_kinds_are_one_song_to_all_hosts(self):
        names = ["Salt & Pepper.mp3", "100% #1.mp3", "Why? Because.mp3", "a;b,c+d=e@f.mp3", "Ünïcode 東京.mp3"]
        for name in names:
            songs.make(self.desk.music / "odd" / name, title=Path(name).stem, artist="Odd", album="Odd")
        raw = os.fsdecode(b"raw \xff\xfe.mp3")
        songs.make(self.desk.music / "odd" / raw, seed="raw", title="Raw", artist="Odd", album="Odd")
        (self.desk.music / "link").symlink_to(self.desk.music / "odd", target_is_directory=True)
        folder = "file://" + urllib.parse.quote(str(self.desk.music / "odd")) + "/"
        self.start(("Odd", [folder + urllib.parse.quote(os.fsencode(name)) for name in [*names, raw]]))
        self.desk.wait_for_library(6, 1)
        self.desk.must("portamentoctl", "partner", "create")
        # as Rhythmbox writes them: whatever is legal in a path stays as it is
        other = Host(self.desk.bus.address, "other")
        self.addCleanup(other.close)
        other.publish([("Raw" if name == raw else Path(name).stem, folder + urllib.parse.quote(os.fsencode(name), safe=SAFE))
                       for name in [*names, raw]])
        device = self.desk.device()[1]["Id"]
        self.choose("library", partner=False)
        other.want_all(device)
        self.wait_for_sync("Copied", 6)
        self.assertEqual(self.desk.last_sync()["ErrorCount"], 0)
        self.assertEqual(self.names_on_player(), sorted(
            ["Salt & Pepper", "100% #1", "Why_ Because", "a;b,c+d=e@f", "Ünïcode 東京", "Raw"]))

    def test_what_is_no_file_is_named_and_the_rest_is_synced(self):
        sheet = self.desk.music / "album.cue"
        flac = songs.make(self.desk.music / "album.flac", title="Album")
        sheet.write_text('PERFORMER "The Carriers"\nTITLE "One File"\nFILE "album.flac" WAVE\n'
                         + "".join(f'  TRACK {n:02d} AUDIO\n    TITLE "Part {n}"\n    INDEX 01 00:0{n}:00\n'
                                   for n in (1, 2)))
        self.start(("Mixed", [*self.songs[:2], "http://radio.example/stream"]))
        self.desk.tool("playlist-addurl", sheet)
        self.desk.until(lambda: self.desk.tool("playlist-length") == "5", "the parts of the cue sheet")
        self.desk.wait_for_library(5, 1)
        self.choose("library")
        self.wait_for_sync("Copied", 2)
        plan = self.desk.ctl("preview")["steps"]
        skipped = {step["uri"]: step["reason"] for step in plan if step["action"] == "skip"}
        self.assertEqual(len(skipped), 3)
        self.assertEqual(skipped.pop("http://radio.example/stream"), "a stream, or on another computer: no file to copy")
        self.assertEqual(set(skipped.values()), {"it is not a file on this computer"})
        result = self.desk.device()[1]["LastSync"]
        self.assertEqual((result["ErrorCount"], result["SkippedCount"]), (2, 1), "the parts failed, the stream did not")
        self.assertTrue(flac.exists())

    def test_cable_out_and_in_and_stop(self):
        self.start(("Running", self.songs))
        self.desk.wait_for_library(6, 1)
        self.desk.player.ctl("bandwidth", "60000")
        self.choose("library")
        self.desk.when_copying()
        self.desk.player.ctl("unplug")
        path = next(iter(self.desk.watch.devices()))
        self.desk.watch.wait_for_property(path, "Connected", lambda connected: not connected)
        self.desk.player.ctl("bandwidth", "0")
        self.desk.player.ctl("plug")
        self.desk.wait_for_songs(6)
        # Audacious may go in the middle of a sync
        self.desk.player.ctl("bandwidth", "60000")
        songs.make_album(self.desk.music, "Later", "Added", ["One", "Two", "Three"])
        for song in sorted((self.desk.music / "Later/Added").iterdir()):
            self.desk.fill([song])
        self.desk.wait_for_library(9, 1)
        self.desk.watch.wait_for_property(path, "SyncState", lambda state: state == 1)
        self.assertEqual(self.desk.quit_audacious(), 0)
        self.desk.player.ctl("bandwidth", "0")
        self.desk.wait_for_songs(9)

    def test_what_is_changed_before_quitting_is_published(self):
        self.start(("Running", self.songs[:3]))
        self.desk.wait_for_library(3, 1)
        self.choose("library")
        self.wait_for_sync("Copied", 3)
        # sooner than it would be published by itself
        self.desk.fill(self.songs[3:5])
        self.assertEqual(self.desk.quit_audacious(), 0)
        self.desk.wait_for_library(5, 1)
        self.desk.wait_for_songs(5)
        # and the same when only the plugin goes; with nothing new it says nothing
        self.desk.start_audacious()
        self.desk.fill(self.songs[5:])
        self.desk.enable(False)
        self.desk.wait_for_library(6, 1)
        self.desk.wait_for_songs(6)

    def test_switched_fifty_times_with_the_helper_dying_in_between(self):
        self.start(("Running", self.songs[:4]))
        self.desk.wait_for_library(4, 1)
        self.choose("library")
        self.wait_for_sync("Copied", 4)
        before = self.desk.open_in_audacious()
        for turn in range(50):
            self.desk.enable(False)
            if turn % 10 == 0:
                self.desk.kill_helper()
            self.desk.enable()
        self.desk.kill_helper()
        self.desk.fill(self.songs[4:])
        self.desk.wait_for_library(6, 1)
        self.desk.wait_for_songs(6)
        self.desk.until(lambda: all(now <= then for now, then in zip(self.desk.open_in_audacious(), before)),
                        f"no more than {before} threads and files")
        self.assertEqual(self.desk.quit_audacious(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
