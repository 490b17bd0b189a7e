#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MPD, Audacious and Rhythmbox serve one player at the same time, all of them real; the player
is the virtual one.

What each wants adds up, a file that several want is copied once however they spell it, all
show the same progress, and any of them may leave in the middle.
"""

import hashlib
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from gi.repository import GLib

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1] / "audacious")]

from audacious import Desktop  # noqa: E402
from support.bus import MANAGER, ROOT  # noqa: E402
from support.rhythmbox import NAME as RHYTHMBOX, Rhythmbox  # noqa: E402
from support.session import has_failed, program  # noqa: E402

# Each host escapes some of these and leaves others as they are.
TITLES = ["Plain", "Rock & Roll", "100% #1", "It's (a) [test]; really", "Über+mut = ~ß~", "Was, wäre @ wenn", "日本 $5", "Last!"]
RUNNING, PARTY, JAZZ = range(0, 4), range(2, 6), range(4, 8)
STOPPED = 2  # PORTA_SYNC_STOPPED
SLOW = ("--set", "bandwidth=400000")
SLOWER = ("--set", "bandwidth=80000")  # three seconds for a song
COUNTS = re.compile(r"\b(\d+) of (\d+)\b")


class AllHosts(unittest.TestCase):
    maxDiff = None

    def open(self, options=(), size=20_000, audacious="-H"):
        """Three players that have published all they have, and want nothing of it yet."""
        self.desk = Desktop("walkman", options, mpd=True)
        self.rhythmbox = None
        self.addCleanup(self.leave)
        self.rhythmbox = Rhythmbox(self.desk)
        self.songs = self.rhythmbox.add_album("Sturm & Drang", "Ein #Album", TITLES, size=size)
        self.rhythmbox.add_playlist("Party", [self.songs[n] for n in PARTY])
        self.desk.more_environment.update({
            **self.rhythmbox.screen.environment, "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"})
        self.desk.start_audacious(audacious)
        self.desk.new_playlist("Jazz", [self.songs[n] for n in JAZZ])
        self.desk.enable()
        self.rhythmbox.start()
        self.start_mpd_client()
        self.wait_until_published()
        self.path, _ = self.desk.device()

    def start_mpd_client(self):
        folder = Path(self.desk.environment["XDG_CONFIG_HOME"], "portamento")
        folder.mkdir(parents=True)
        (folder / "mpd.conf").write_text("[device *]\nplaylist = Running 1\n")
        self.desk.mpd.update()
        names = [str(song.relative_to(self.desk.music)) for song in self.songs]
        self.desk.mpd.save_playlist("Running", [names[n] for n in RUNNING])
        self.client = self.desk.start("portamento-mpd")

    def wait_until_published(self):
        def hosts():
            return {row[0]: (row[2], row[3]) for row in self.desk.watch.call(ROOT, MANAGER, "ListLibraries")[0]}
        self.desk.wait_for_library(len(JAZZ), 1)
        self.desk.until(lambda: self.rhythmbox.published()[0] == len(TITLES) and "Party" in self.rhythmbox.published()[1],
                        "Rhythmbox to publish")
        self.desk.until(lambda: hosts().get("mpd") == (len(TITLES), 1), "MPD's songs to be published")

    def leave(self):
        self.desk.failed = has_failed(self)
        try:
            if self.desk.failed:
                self.desk.show_logs()
                if self.rhythmbox is not None:
                    print("--- rhythmbox\n" + self.rhythmbox.log()[-3000:], file=sys.stderr)
            if self.rhythmbox is not None:
                self.rhythmbox.close()
        finally:
            self.desk.close()

    def begin(self):
        """Each wants its playlist, and then the player is ours."""
        self.desk.must("portamentoctl", "rules", "add", "mpd", "playlist:Running")
        self.desk.must("portamentoctl", "rules", "add", RHYTHMBOX, "playlist:Party")
        self.desk.must("portamentoctl", "rules", "add", "audacious", "playlist:" + self.desk.playlist_ids()["Jazz"])
        self.desk.must("portamentoctl", "partner", "create")

    def wait_until_there(self, numbers):
        """These songs, of these bytes, and no other are on the player, which rests."""
        wanted = {f"/Music/Sturm & Drang/Ein #Album/{n + 1:02d} {TITLES[n]}.mp3": n for n in numbers}
        self.desk.watch.wait_for_property(self.path, "SyncItemCount", lambda count: count == len(wanted), 90)
        self.desk.watch.wait_for_property(self.path, "SyncState", lambda state: state == STOPPED, 60)
        return self.songs_on_player(), sorted(wanted.values())

    def songs_on_player(self):
        """Numbers of TITLES, found by their bytes."""
        tree = self.desk.player.tree()
        there = [thing["sha256"] for path, thing in tree.items() if path.startswith("/Music/") and path.endswith(".mp3")]
        digests = [hashlib.sha256(song.read_bytes()).hexdigest() for song in self.songs]
        return sorted(digests.index(digest) for digest in there)

    def told(self, name):
        """All values of the player's property that the helper has told everybody until now."""
        self.desk.watch.devices()  # what came before its answer waits in the main context
        while GLib.MainContext.default().iteration(False):
            pass
        changes = [arguments[1] for _, _, member, arguments in self.desk.watch.signals if member == "PropertiesChanged"]
        return [change[name] for change in changes if name in change]

    def copied(self):
        """By all syncs until now."""
        return sum({(last["Time"], last["Seconds"]): last["Copied"] for last in self.told("LastSync")}.values())

    def assert_there(self, numbers):
        there, wanted = self.wait_until_there(numbers)
        self.assertEqual(there, wanted)

    def assert_idle(self):
        self.desk.player.ctl("reset-stats")
        last = self.desk.sync()
        self.assertEqual((last["Result"], last["ErrorCount"]), (0, 0), last)
        self.assertEqual(self.desk.player.writes(), {})

    def test_what_each_wants_adds_up(self):
        self.open()
        self.begin()
        self.assert_there(range(8))
        self.assertEqual(self.copied(), 8, "a song that two want was copied twice")
        self.assert_idle()
        # what one no longer wants stays where another does
        self.desk.must("portamentoctl", "rules", "clear", "audacious")
        self.assert_there(range(6))
        self.desk.must("portamentoctl", "rules", "clear", RHYTHMBOX)
        self.assert_there(range(4))
        self.assertEqual(self.copied(), 8)

    def test_any_of_them_may_leave_in_the_middle(self):
        self.open(SLOW, size=250_000)
        self.begin()
        self.desk.when_copying()
        self.rhythmbox.quit()
        self.desk.audacious.send_signal(signal.SIGKILL)
        self.desk.audacious.wait(20)
        self.client.terminate()
        self.client.wait(20)
        self.assertLess(len(self.songs_on_player()), 8, "they left too late to prove anything")
        self.assert_there(range(8))
        self.assertEqual(self.copied(), 8)
        # back again, they say what they have said: nothing is to be done
        self.rhythmbox.start()
        self.client = self.desk.start("portamento-mpd")
        self.wait_until_published()
        self.assert_idle()
        self.assert_there(range(8))

    def is_at_rest(self):
        return self.desk.watch.devices()[self.path]["SyncState"] == STOPPED

    def shown_by(self, application):
        labels = self.rhythmbox.screen.ask("all", application=application, role="label", name=" of 8 songs", exact=False)
        return [label["name"] for label in labels]

    @staticmethod
    def counts(words):
        """{(done, total)} that these texts tell."""
        return {(int(done), int(total)) for text in words for done, total in COUNTS.findall(text)}

    def test_all_show_the_same(self):
        self.open(SLOWER, size=250_000, audacious="-Q")
        self.client.terminate()  # at the terminal it says more
        self.client.wait(20)
        self.rhythmbox.screen.ask("select", application="rhythmbox", role="table cell", name="Walkman")
        self.begin()
        terminal = self.desk.processes.start([program("portamento-mpd"), "sync", "--playlist", "Running"],
                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(terminal.stdout.close)
        self.desk.when_copying()
        window, dock = [], []
        while not self.is_at_rest():
            window += self.shown_by("rhythmbox")
            dock += self.shown_by("Audacious")
            if all(len(self.counts(words)) > 3 for words in (window, dock)):
                self.desk.player.ctl("bandwidth", "0")  # that will do
        said = terminal.communicate(timeout=60)[0]
        self.assert_there(range(8))
        told = {progress[3:5] for progress in self.told("Progress")}
        for what, words in (("Rhythmbox", "\n".join(window)), ("Audacious", "\n".join(dock)), ("portamento-mpd", said)):
            shown = self.counts([words])
            self.assertGreater(len(shown), 2, f"{what} shows no progress: {words}")
            self.assertLessEqual(shown, told, what)
        result = "8 copied, 3 playlists changed"
        self.assertIn(result, said)
        self.desk.wait_for_log(f": {result}")
        self.rhythmbox.screen.ask("find", application="rhythmbox", role="label", name=result, exact=False)


if __name__ == "__main__":
    unittest.main()
