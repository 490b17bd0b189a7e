#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Law 2 and law 5: music that is not there any more, is not what it was, or changes while it is sent."""

import os
import shutil
import unittest
from pathlib import Path

from withstand import (CANCELLED, NOT_LOCAL, OK, SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE, Bench, songs)
from support.engine import Library
from support.mtp import sha256_of


class Missing(Bench):
    """Nothing is removed because something on the computer is away."""

    def setUp(self):
        super().setUp()
        for number in range(1, 7):
            self.add(f"Song {number}", number=number)
        self.library.add_playlist("Mix", [0, 2, 4])
        self.assertEqual(self.sync(playlists=["Mix"])["Copied"], 6)
        self.before = self.files()

    def assert_all_kept(self, library=None, playlists=("Mix",)):
        self.player.ctl("reset-stats")
        result = self.sync(library, playlists=playlists)
        self.assertEqual((result["Removed"], result["Copied"], result["HeldRemovals"]), (0, 0, 0), result)
        self.assertEqual(self.files(), self.before)
        self.assertEqual(self.player.writes(), {})
        return result

    def test_a_library_published_empty(self):
        self.assert_all_kept(Library(), playlists=())
        self.assert_all_kept(Library())

    def test_a_library_that_lost_its_songs_but_not_its_playlist(self):
        library = Library()
        library.add_playlist("Mix", [])
        self.assert_all_kept(library)

    def test_its_music_directory_unmounted(self):
        self.music.rename(self.folder / "away")
        self.assert_all_kept()
        self.music.mkdir()  # the mount point, empty
        self.assert_all_kept()
        self.music.rmdir()
        (self.folder / "away").rename(self.music)
        self.assertEqual(self.assert_all_kept()["Kept"], 6)

    def test_half_of_its_music_unmounted_while_songs_are_new(self):
        for number in (1, 2, 3):
            (self.music / f"Song {number}.mp3").unlink()
        self.add("New", number=9)
        result = self.sync(playlists=["Mix"])
        self.assertEqual((result["Code"], result["Copied"], result["Removed"]), (OK, 1, 0), result)
        self.assertLessEqual(self.before.items(), self.files().items())


class Unreadable(Bench):
    def test_each_has_its_reason_and_the_others_are_sent(self):
        good = [self.add(f"Good {number}", number=number) for number in (1, 2)]
        folder, fifo, gone, loop = (self.music / f"{name}.mp3" for name in ("Folder", "Fifo", "Gone", "Loop"))
        folder.mkdir()
        os.mkfifo(fifo)
        loop.symlink_to(loop)
        for path in (folder, fifo, gone, loop):
            self.library.add(path, path.stem)
        through_file = good[0] / "Below.mp3"
        self.library.add(through_file, "Below")
        device = self.music / "Null.mp3"
        device.symlink_to("/dev/null")
        self.library.add(device, "Null")
        result = self.sync()
        self.assertEqual((result["Code"], result["Copied"]), (OK, 2), result)
        self.assertEqual(self.codes(result), {
            "Folder.mp3": SOURCE_UNREADABLE, "Fifo.mp3": SOURCE_UNREADABLE, "Gone.mp3": SOURCE_MISSING,
            "Loop.mp3": SOURCE_UNREADABLE, "Below.mp3": SOURCE_MISSING, "Null.mp3": SOURCE_UNREADABLE})
        self.assertEqual(self.songs_there(), ["01 Good 1", "02 Good 2"])
        self.assert_idle()

    @unittest.skipUnless(os.geteuid() or shutil.which("setpriv"), "root reads everything, and setpriv is not here")
    def test_a_file_without_permission(self):
        self.add("Open")
        self.add("Closed").chmod(0)
        if os.geteuid() == 0:
            wrapper = self.folder / "engine-without-privileges"
            wrapper.write_text("#!/bin/sh\nexec setpriv --inh-caps=-all --bounding-set=-dac_override,-dac_read_search "
                               f"-- {self.workbench.program} \"$@\"\n")
            wrapper.chmod(0o755)
            self.workbench.program = wrapper
        result = self.sync()
        self.assertEqual((result["Code"], result["Copied"]), (OK, 1), result)
        self.assertEqual(self.codes(result), {"Closed.mp3": SOURCE_UNREADABLE})
        (self.music / "Closed.mp3").chmod(0o644)
        self.assertEqual(self.clean_sync()["Copied"], 1)


class WhileItIsSent(Bench):
    """Every song on the player is some whole state of its file, and in the end the last one."""

    size = 1_500_000

    def setUp(self):
        super().setUp()
        self.first = self.add("First", self.size, 1)
        self.second = self.add("Second", self.size, 2)
        self.old = sha256_of(self.first)

    def interfere(self, change):
        self.player.ctl("bandwidth", "700000")
        running = self.begin()
        running.until_copying()
        change(self.first)
        self.player.ctl("bandwidth", "0")
        result = running.wait()
        self.assertEqual(result["Code"], OK, result)
        self.assertEqual(self.hash_of("Second", 2), sha256_of(self.second), "the other song suffered")
        return result

    def hash_of(self, name, number):
        return self.files().get(self.place(name, number), (0, None))[1]

    def assert_settles(self):
        """The next sync brings what the file is now."""
        result = self.clean_sync()
        self.assertEqual(self.hash_of("First", 1), sha256_of(self.first))
        self.assert_journal_agrees()
        return result

    def test_it_vanishes(self):
        result = self.interfere(Path.unlink)
        self.assertIn(self.hash_of("First", 1), (self.old, None), result)
        before = self.files()
        result = self.sync()
        self.assertEqual((result["Removed"], self.files()), (0, before))

    def test_it_is_cut_short(self):
        def cut(path):
            os.truncate(path, 300_000)
        self.interfere(cut)
        self.assertEqual(self.hash_of("First", 1), sha256_of(self.first))
        self.assert_settles()

    def test_it_is_emptied(self):
        self.interfere(lambda path: os.truncate(path, 0))
        self.assertIn(self.hash_of("First", 1), (sha256_of(self.first), None))
        self.assert_settles()

    def test_it_grows(self):
        def grow(path):
            with open(path, "ab") as file:
                file.write(bytes(10_000))
        self.interfere(grow)
        self.assert_settles()

    def test_it_grows_beyond_its_room(self):
        """What the plan did not count with comes with the next plan."""
        def grow(path):
            with open(path, "ab") as file:
                file.write(bytes(self.size))
        result = self.interfere(grow)
        self.assertEqual(self.codes(result), {"First.mp3": SOURCE_CHANGED})
        self.assertIsNone(self.hash_of("First", 1), "a part of it stayed")
        self.assertEqual(self.assert_settles()["Copied"], 1)

    def test_it_is_written_over(self):
        def write_over(path):
            path.write_bytes(bytes(self.size))
        self.interfere(write_over)
        self.assert_settles()

    def test_it_is_replaced(self):
        def replace(path):
            new = songs.make(self.folder / "new.mp3", self.size, "new", title="First")
            os.replace(new, path)
        self.interfere(replace)
        self.assertIn(self.hash_of("First", 1), (self.old, sha256_of(self.first)))
        self.assert_settles()

    def test_a_folder_takes_its_place(self):
        def to_folder(path):
            path.unlink()
            path.mkdir()
        self.interfere(to_folder)
        self.assertIn(self.hash_of("First", 1), (self.old, None))

    def test_a_fifo_takes_the_place_of_the_next_one(self):
        def to_fifo(_path):
            self.second.unlink()
            os.mkfifo(self.second)
        self.player.ctl("bandwidth", "700000")
        running = self.begin()
        running.until_copying()
        to_fifo(self.first)
        self.player.ctl("bandwidth", "0")
        result = running.wait(30)
        self.assertEqual(result["Code"], OK, result)
        self.assertIn(self.codes(result).get("Second.mp3"), (SOURCE_CHANGED, SOURCE_UNREADABLE))
        self.assertEqual(self.songs_there(), ["01 First"])

    def test_cancelled_within_a_song(self):
        self.player.ctl("bandwidth", "100000")
        running = self.begin()
        running.until_copying()
        running.engine.cancel()
        seconds = self.elapsed(running.wait)
        self.assertLess(seconds, 4, "2 s, or one transfer unit of the device")
        self.assertEqual(running.result["Code"], CANCELLED)
        self.player.ctl("bandwidth", "0")
        self.assert_settles()


class TenThousand(Bench):
    count = 10_000

    def test_one_bad_uri_among_them_harms_no_other(self):
        self.music.mkdir()
        real = songs.make(self.music / "real.mp3", 2_000, title="Real")
        for number in range(self.count - 3):
            path = self.music / f"{number}.mp3"
            os.link(real, path)
            self.library.add(path, f"Song {number}", artist=f"Artist {number // 100}", album=f"Album {number // 10}",
                             track=number % 10 + 1)
        good = self.library.tracks[0]
        for uri in ("http://radio.example/stream.mp3", "file:///bad%zzescape.mp3", "file:///with%00nul.mp3"):
            self.library.tracks.insert(5000, (uri, "Bad", *good[2:]))
        self.library.add_playlist("Few", [1, 4999, 5000, 5001, 5002, 5003])
        preview = self.workbench.run("preview", self.library, playlists=["Few"])
        self.assertEqual((preview["Code"], preview["Text"]), (OK, ""))
        estimate = self.workbench.run("estimate", self.library, playlists=["Few"])
        self.assertEqual((estimate["Code"], estimate["WantedItems"], estimate["AddedItems"]),
                         (OK, self.count, self.count - 3))
        result = self.sync(playlists=["Few"], whole=False)
        self.assertEqual([result[name] for name in ("Code", "Copied", "ErrorCount", "SkippedCount")], [OK, 3, 2, 1], result)
        self.assertEqual({code for *_, code, _text in result["Failures"]}, {NOT_LOCAL}, result["Failures"])
        self.assert_idle(playlists=["Few"], whole=False)


if __name__ == "__main__":
    unittest.main()
