#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ./quickstart shows must be so, in each of its three ways."""

import os
import pty
import re
import select
import subprocess
import sys
import unittest

from harness import TestCase
from support import songs
from support.bus import Bus, Watch
from support.session import BUILD, TOP

QUICKSTART = str(TOP / "tests/tools/quickstart.py")


class Quickstart(TestCase):
    def show(self, session, *arguments):
        ran = session.processes.run([sys.executable, QUICKSTART, *arguments], 180,
                                    env={**session.environment, "PORTAMENTO_BUILD": str(BUILD)})
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertNotIn("\033[", ran.stdout, "colours where nobody looks")
        return ran.stdout

    def test_a_made_up_library(self):
        session = self.session("minimal", mpd=False)
        said = self.show(session)
        first, second, third = said.split("$ portamento")[2], said.split("$ portamentoctl sync")[1], \
            said.split("$ portamentoctl sync")[2]
        self.assertIn("40 songs on it", first)
        for step in ("copy ", "replace ", "remove ", "playlist-write "):
            self.assertEqual(len(re.findall(f"^{step}", said, re.M)), 1, said)
        self.assertNotEqual(second, third)
        self.assertIn(" 0 of them writes", third)

    def test_own_music_is_only_read(self):
        session = self.session("minimal", mpd=False)
        own = session.folder / "own"
        songs.make_album(own, "Me", "Mine", ["One", "Two", "Three"])
        before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in own.rglob("*.mp3")}
        said = self.show(session, str(own))
        self.assertIn("Music/Me/Mine/01 One.mp3", said)
        self.assertEqual({path: (path.stat().st_mtime_ns, path.read_bytes()) for path in own.rglob("*")
                          if path.is_file()}, before)

    def on_terminal(self, session, command, answers, seconds=120):
        """What a person sees who gives these answers, one for each question mark or Enter asked for."""
        terminal, ours = pty.openpty()
        child = session.processes.start(command, stdin=ours, stdout=ours, stderr=ours, start_new_session=True)
        os.close(ours)
        said = ""
        while True:
            ready, _, _ = select.select([terminal], [], [], seconds)
            self.assertTrue(ready, f"it says nothing more: {said}")
            try:
                block = os.read(terminal, 4096).decode("utf-8", "replace")
            except OSError:  # the terminal's other end is closed
                break
            said += block
            if answers and re.search(answers[0][0] + r"[^\n]*$", said):
                os.write(terminal, answers.pop(0)[1].encode() + b"\n")
        os.close(terminal)
        return child.wait(30), said

    def real(self, *answers):
        """--device with the virtual player as if it were plugged into this computer."""
        session = self.session("android", mpd=False)
        bus = Bus(session.processes, session.folder / "own-bus", "/bin/false")
        self.addCleanup(bus.close)
        session.mine = songs.make(session.folder / "mine.mp3", title="Mine")
        session.player.put("/Music/mine.mp3", session.mine)
        before = session.player.tree()
        command = [str(session.player.program), "run", str(session.player.folder), sys.executable, QUICKSTART, "--device"]
        status, said = self.on_terminal(session, command, list(answers))
        self.assertEqual(Watch(bus.address).helper_pid(), None, "the helper is left running")
        bus.daemon.terminate()
        bus.daemon.wait(10)
        self.assertEqual(status, 0, said)
        self.assert_untouched(session, before)
        return session, said, before

    def test_a_real_player_is_asked_about_first(self):
        session, said, before = self.real(("Press Enter", ""), ("Write to this player", "n"))
        self.assertIn("Nothing was written", said)
        self.assertEqual(session.player.tree(), before)

    def test_a_real_player_gets_the_songs_and_gives_them_back(self):
        session, said, _before = self.real(
            ("Press Enter", ""), ("Write to this player", "y"), ("Take these songs", "y"))
        self.assertIn("40 songs on it", said)
        self.assertEqual([path for path in session.player.tree() if path.endswith((".flac", ".ogg", ".opus"))], [], said)

    def test_it_does_not_write_where_nobody_can_be_asked(self):
        session = self.session("minimal", mpd=False)
        ran = session.processes.run([sys.executable, QUICKSTART, "--device"], 30)
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("needs a terminal", ran.stderr)


class Help(unittest.TestCase):
    def test_help_says_its_three_ways_and_installs_nothing(self):
        ran = subprocess.run([str(TOP / "quickstart"), "--help"], capture_output=True, text=True, check=True)
        for way in ("./quickstart  ", "./quickstart ~/Music", "./quickstart --device"):
            self.assertIn(way, ran.stdout)


if __name__ == "__main__":
    unittest.main()
