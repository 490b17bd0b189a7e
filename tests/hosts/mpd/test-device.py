#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""portamento-mpd with everything real behind it, and the virtual player at the end: the daemon
with rules from its configuration, what the command line says, and plays coming home.

    PORTAMENTO_BUILD=DIR test-device.py PLAY-SONG
"""

import os
import pty
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))
PLAY_SONG = str(Path(sys.argv.pop(1)).resolve())

from support.processes import read_until  # noqa: E402
from support.session import Session, has_failed, program  # noqa: E402


class Device(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.session = Session("walkman")
        self.addCleanup(self.leave)
        made = self.session.processes.run(
            [str(TESTS / "tools/make-library"), str(self.session.music), "--tracks", "20", "--seconds", "1"])
        self.assertEqual(made.returncode, 0, made.stderr)
        self.session.mpd.update()
        self.songs = self.session.mpd.songs()

    def leave(self):
        self.session.failed = has_failed(self)
        if self.session.failed:
            self.session.show_logs()
        self.session.close()

    def configure(self, text):
        folder = Path(self.session.environment["XDG_CONFIG_HOME"], "portamento")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mpd.conf").write_text(text)

    def start_daemon(self):
        daemon = self.session.processes.start([program("portamento-mpd"), "--verbose"],
                                              stderr=subprocess.PIPE, text=True)
        self.addCleanup(daemon.stderr.close)
        return daemon

    def end(self, daemon):
        daemon.send_signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(10), 0)

    def wait_for_songs(self, count, what):
        path, _ = self.session.device()
        self.session.watch.wait_for_property(path, "LastSync", lambda last: last and last.get(what) == count)

    def test_the_daemon_does_it_all_by_itself(self):
        self.configure("[device *]\nplaylist = Running 1\nreserve = 10\npartnership = always\n")
        self.session.mpd.save_playlist("Running", self.songs[:5])
        daemon = self.start_daemon()
        self.wait_for_songs(5, "Copied")
        self.assertEqual(self.session.device()[1]["Settings"]["PercentSpaceReserved"], 10)
        self.assertEqual(len(self.session.music_on_player()), 5)
        self.session.mpd.save_playlist("Running", self.songs[:7])
        self.wait_for_songs(2, "Copied")
        self.assertEqual(len(self.session.music_on_player()), 7)
        self.end(daemon)

    def test_a_new_player_is_left_alone(self):
        self.configure("[device *]\nlibrary = 1\n")
        daemon = self.start_daemon()
        for line in daemon.stderr:
            if "--create-partnership" in line:
                break
        self.assertIn("has no partnership with this computer yet", line)
        self.assertEqual(self.session.music_on_player(), {})
        self.end(daemon)

    def test_what_failed_is_said_with_its_reason_and_a_stream_is_no_failure(self):
        folder = self.session.mpd.folder / "playlists"
        (folder / "Odd.m3u").write_text(f"{self.songs[0]}\nhttp://radio.example/x\ngone.mp3\n")
        ran = self.session.run("portamento-mpd", "sync", "--playlist", "Odd", "--create-partnership")
        self.assertEqual(ran.returncode, 5, ran.stdout + ran.stderr)
        self.assertIn("1 copied, 1 playlist changed, 1 failed", ran.stderr)
        self.assertNotIn("radio.example", ran.stderr)
        self.assertRegex(ran.stderr, f"{self.session.music}/gone.mp3: ")
        quiet = self.session.run("portamento-mpd", "--once")
        self.assertEqual((quiet.returncode, quiet.stdout), (5, ""))
        self.assertIn("gone.mp3", quiet.stderr)
        (folder / "Odd.m3u").write_text(f"{self.songs[0]}\nhttp://radio.example/x\n")
        self.assertEqual(self.session.run("portamento-mpd", "--once").returncode, 0)

    def test_a_playlist_that_still_names_what_is_gone(self):
        """MPD lets stored playlists be: what was deleted goes, what was renamed is renamed and not copied again."""
        self.session.mpd.save_playlist("Running", self.songs[:4])
        self.session.must("portamento-mpd", "sync", "--library", "--playlist", "Running", "--create-partnership")
        before = self.session.music_on_player()
        (self.session.music / self.songs[1]).unlink()
        renamed = self.session.music / self.songs[2]
        renamed.rename(renamed.with_name(f"renamed {renamed.name}"))
        self.session.mpd.update()
        ran = self.session.run("portamento-mpd", "sync", "--library", "--playlist", "Running")
        self.assertEqual(ran.returncode, 5, ran.stderr)
        last = self.session.last_sync()
        self.assertEqual((last["Copied"], last["Removed"]), (0, 1), ran.stderr)
        after = self.session.music_on_player()
        self.assertEqual(len(after), len(before) - 1)
        self.assertEqual([path for path in after if "(2)" in path and path not in before], [])

    def test_a_dry_run_writes_nothing(self):
        self.session.must("portamento-mpd", "sync", "--library", "--create-partnership")
        (self.session.music / self.songs[3]).unlink()
        self.session.mpd.update()
        self.session.must("portamento-mpd", "publish")
        self.session.must("portamento-mpd", "sync")
        self.assertIn("Nothing to do", self.session.must("portamento-mpd", "sync", "--dry-run"))
        self.session.player.ctl("reset-stats")
        said = self.session.must("portamento-mpd", "sync", "--fill", "shuffle", "--dry-run")
        self.assertRegex(said, r"19 songs, .* wanted")
        self.assertEqual(self.session.player.writes(), {})

    def test_a_bar_on_a_terminal(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ.clear()
            os.environ.update(self.session.environment, TERM="xterm")
            os.execv(program("portamento-mpd"), ["portamento-mpd", "sync", "--library", "--create-partnership"])
        said = b""
        try:
            while True:
                said += os.read(terminal, 4096)
        except OSError:
            pass  # how a terminal says that nobody is left
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, said)
        self.assertIn(b"\r\x1b[K[", said)
        last = said.decode().rpartition("\x1b[K")[2]
        self.assertRegex(last, r"^Walkman: 20 songs on it, 20 copied; .* free\.\r\n$")

    def test_plays_and_ratings_come_home_once(self):
        self.session.must("portamento-mpd", "sync", "--library", "--create-partnership")
        song = next(song for song in self.songs if "Second Guest" in song)
        self.session.mpd.sticker(song, "playCount", "3")
        played = self.session.player.run([PLAY_SONG, os.path.basename(song), "4", "75"])
        self.assertEqual(played.returncode, 0, played.stdout + played.stderr)
        for _ in range(2):
            self.session.must("portamento-mpd", "sync")
            self.assertEqual(self.session.mpd.sticker_of(song, "playCount"), "7")
            self.assertEqual(self.session.mpd.sticker_of(song, "rating"), "8")
        others = [name for name in self.songs if self.session.mpd.sticker_of(name, "playCount")]
        self.assertEqual(others, [song])

    def test_ratings_reach_the_player_and_come_back(self):
        song = next(song for song in self.songs if "Second Guest" in song)
        self.session.mpd.sticker(song, "rating", "7")
        self.session.must("portamento-mpd", "sync", "--library", "--create-partnership")
        self.assertEqual(self.there(), {os.path.basename(song): 70})
        self.session.mpd.sticker(song, "rating", "4")
        self.session.must("portamento-mpd", "sync")
        self.assertEqual(self.there(), {os.path.basename(song): 40})
        # one that the player rounds otherwise than MPD's half stars is the same rating to both
        place = next(path for path in self.session.player.tree() if path.endswith(os.path.basename(song)))
        self.session.player.ctl("set", place, "user_rating", 75)
        self.session.must("portamento-mpd", "sync")
        self.assertEqual(self.session.mpd.sticker_of(song, "rating"), "8")
        self.session.player.ctl("reset-stats")
        for _ in range(2):
            self.session.must("portamento-mpd", "sync")
        self.assertEqual((self.there(), self.session.player.writes()), ({os.path.basename(song): 75}, {}))
        # what is not rated any more, and what never was
        self.session.mpd.sticker(song, "rating", None)
        self.session.must("portamento-mpd", "sync")
        self.assertEqual(self.there(), {os.path.basename(song): 75}, "MPD has no word for it: it may be out of order")
        self.session.mpd.sticker(song, "rating", "0")
        self.session.must("portamento-mpd", "sync")
        self.assertEqual(self.there(), {})

    def there(self):
        """{name: rating} of the songs on the player that have one."""
        found = {os.path.basename(path): int(thing["properties"].get("user_rating", 0))
                 for path, thing in self.session.player.tree().items()}
        return {name: rating for name, rating in found.items() if rating}

    def test_plays_of_a_sync_without_a_host_come_home_later(self):
        """No portamento-mpd is there when the player is synced; the helper dies, too, before it comes."""
        self.session.must("portamento-mpd", "sync", "--library", "--create-partnership")
        song = next(song for song in self.songs if "Second Guest" in song)
        played = self.session.player.run([PLAY_SONG, os.path.basename(song), "4", "75"])
        self.assertEqual(played.returncode, 0, played.stdout + played.stderr)
        self.session.must("portamentoctl", "sync")
        self.session.kill_helper()
        self.session.must("portamentoctl", "sync")
        # what only looks takes nothing away
        self.session.must("portamento-mpd", "status")
        self.assertIsNone(self.session.mpd.sticker_of(song, "playCount"))
        for _ in range(2):
            daemon = self.start_daemon()
            read_until(daemon, "Published ")
            self.wait_for_sticker(song, "playCount", "4")
            self.end(daemon)
        self.session.must("portamento-mpd", "sync")
        self.assertEqual(self.session.mpd.sticker_of(song, "playCount"), "4")
        self.assertEqual(self.session.mpd.sticker_of(song, "rating"), "8")

    def wait_for_sticker(self, song, name, value):
        while self.session.mpd.sticker_of(song, name) != value:
            self.session.mpd.send("idle", "sticker")


if __name__ == "__main__":
    unittest.main(verbosity=2)
