#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter in README.md: compiled as it stands there, and run."""

import re
import signal
import subprocess
import unittest
from pathlib import Path

from harness import TestCase
from support import songs
from support.session import BUILD, TOP


class Readme(TestCase):
    def code(self):
        blocks = re.findall(r"^```c\n(.*?)^```$", (TOP / "README.md").read_text(), re.M | re.S)
        self.assertEqual(len(blocks), 1)
        return blocks[0]

    def compile(self, folder):
        source, adapter = folder / "files.c", folder / "files"
        source.write_text(self.code())
        library = BUILD / "core/client"
        command = ["gcc", "-Wall", "-Wextra", "-Werror", str(source), "-o", str(adapter), f"-I{TOP / 'core'}",
                   f"-L{library}", f"-Wl,-rpath,{library}", "-lportamento"]
        built = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(built.returncode, 0, built.stderr)
        return adapter

    def test_the_adapter_is_as_short_as_it_says(self):
        lines = [line for line in self.code().split("\n") if line.strip() and not line.startswith(("/*", "#include"))]
        statements = [line for line in lines if line.strip() not in ("{", "}")]
        self.assertLessEqual(len(statements), 30)

    def test_the_adapter_puts_its_songs_on_a_new_player(self):
        session = self.session("android", mpd=False)
        paths = [songs.make(session.music / f"{name}.mp3", title=name, artist="A", album="B") for name in ("One", "Two")]
        adapter = self.compile(session.folder)
        running = session.processes.start([str(adapter), *[Path(path).as_uri() for path in paths]])
        path, _device = session.device()
        session.watch.wait_for_property(path, "SyncItemCount", lambda count: count == 2)
        session.watch.wait_for_property(path, "LastSync", lambda last: last and last["Result"] == 0)
        on_player = session.music_on_player()
        self.assertEqual(sorted(Path(name).name for name in on_player), ["One.mp3", "Two.mp3"])
        session.processes.kill(running.pid, signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
