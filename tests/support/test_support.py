#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What all other tests lean on, held to its own word."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import songs  # noqa: E402
from support.mpd import Mpd, MpdError  # noqa: E402
from support.mtp import Seen, parse_files, parse_folders  # noqa: E402
from support.processes import Processes  # noqa: E402

FOLDERS = "libmtp version: 1.1.20\n\nStorage: Internal\n7\tMusic\n8\t  Ann: B\n9\t    Blue\n12\tPlaylists\nOK.\n"
FILES = """File ID: 21
   Filename: 01 One.mp3
   File size 1234 (0x00000000000004D2) bytes
   Parent ID: 9
   Storage ID: 0x00010001
   Filetype: ISO MPEG-1 Audio Layer 3
File ID: 22
   Filename: top.txt
   File size 0 (0x0000000000000000) bytes
   Parent ID: 0
   Storage ID: 0x00010001
   Filetype: Text file
"""


class MtpToolsOutput(unittest.TestCase):
    def test_folders_are_paths(self):
        self.assertEqual(parse_folders(FOLDERS), {
            7: "Music", 8: "Music/Ann: B", 9: "Music/Ann: B/Blue", 12: "Playlists"})

    def test_files_are_found_in_their_folders(self):
        self.assertEqual(parse_files(FILES, parse_folders(FOLDERS)), [
            Seen(21, "Music/Ann: B/Blue/01 One.mp3", 1234, "0x00010001", "ISO MPEG-1 Audio Layer 3"),
            Seen(22, "top.txt", 0, "0x00010001", "Text file")])


class OurProcesses(unittest.TestCase):
    def setUp(self):
        self.processes = Processes("support", dict(os.environ))
        self.addCleanup(self.processes.end)

    def test_an_orphan_is_found_and_ended(self):
        parent = self.processes.start(["sh", "-c", "setsid sleep 600 & echo $!"], stdout=subprocess.PIPE, text=True)
        orphan = int(parent.stdout.readline())
        parent.wait()
        parent.stdout.close()
        self.assertEqual(list(self.processes.living()), [orphan])
        self.processes.end()
        self.assertEqual(self.processes.living(), {})

    def test_what_does_not_listen_is_killed(self):
        child = self.processes.start(["sh", "-c", "trap '' TERM; echo; exec sleep 600"],
                                     stdout=subprocess.PIPE)
        child.stdout.readline()
        self.assertEqual(len(self.processes.end(seconds=0.2)), 1)
        child.stdout.close()
        self.assertEqual(self.processes.living(), {})

    def test_a_stranger_is_never_killed(self):
        with self.assertRaises(ProcessLookupError):
            self.processes.kill(os.getpid(), 0)


class PrivateMpd(unittest.TestCase):
    def test_it_reads_the_tags_of_every_format_that_songs_are_made_in(self):
        with tempfile.TemporaryDirectory() as folder:
            processes = Processes("support", dict(os.environ))
            self.addCleanup(processes.end)
            music = Path(folder, "music")
            for suffix in songs.MAKERS:
                songs.make_album(music, "Ärtist", f"Album {suffix}", ["Títle"], suffix)
            mpd = Mpd(processes, Path(folder, "mpd"), music)
            mpd.update()
            self.assertEqual(len(mpd.songs()), len(songs.MAKERS))
            for song in mpd.songs():
                tags = dict(mpd.send("lsinfo", song))
                self.assertEqual((tags["Artist"], tags["Title"], tags["Track"]), ("Ärtist", "Títle", "1"))
            mpd.save_playlist('a "b"', mpd.songs())
            mpd.save_playlist('a "b"', mpd.songs()[:1])
            self.assertEqual(mpd.send("listplaylist", 'a "b"'), [("file", mpd.songs()[0])])
            self.assertRaises(MpdError, mpd.send, "nonsense")
            mpd.stop()


if __name__ == "__main__":
    unittest.main()
