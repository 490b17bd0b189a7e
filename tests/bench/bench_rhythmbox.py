# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the plugin costs Rhythmbox' main thread, which draws its window, with a large library."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.rhythmbox import Rhythmbox, uri_of  # noqa: E402
from support.session import Session  # noqa: E402

SONGS, PER_ALBUM, PER_FILE = 100_000, 20, 20_000  # a file has so many names: file systems limit links
STATIC, ENTRIES = 20, 20_000  # playlists, and songs in the longest of them
FIGURES = re.compile(r"snapshot: (\d+) songs, (\d+) playlists, (\d+) slices, longest ([\d.]+) ms \(([\d.]+) ms of CPU\), "
                     r"all ([\d.]+) ms, telling ([\d.]+) ms")
LAW_MS = 8


def make_songs(music):
    """[path]; the songs are links to a few files that hold next to nothing."""
    paths = []
    for number in range(SONGS):
        album = number // PER_ALBUM
        folder = music / f"Artist {album // 10:04d}/Album {album:05d}"
        if number % PER_ALBUM == 0:
            folder.mkdir(parents=True)
        path = folder / f"{number:06d} A Reasonably Long Song Title.mp3"
        if number % PER_FILE == 0:
            path.write_bytes(b"song")
            first = path
        else:
            os.link(first, path)
        paths.append(path)
    return paths


def write_database(data, paths):
    with open(data / "rhythmdb.xml", "w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" standalone="yes"?>\n<rhythmdb version="2.0">\n')
        for number, path in enumerate(paths):
            album = number // PER_ALBUM
            file.write(
                f'<entry type="song"><title>A Reasonably Long Song Title {number}</title><genre>Genre {album % 30}</genre>'
                f"<artist>Artist {album // 10:04d}</artist><album>Album {album:05d}</album>"
                f"<track-number>{number % PER_ALBUM + 1}</track-number><duration>200</duration><file-size>4</file-size>"
                f"<location>{uri_of(path)}</location><mtime>{int(path.stat().st_mtime)}</mtime>"
                f"<first-seen>1600000000</first-seen><last-seen>1600000000</last-seen><rating>{number % 6}</rating>"
                f"<play-count>{number % 7}</play-count><date>730486</date><media-type>audio/mpeg</media-type></entry>\n")
        file.write("</rhythmdb>\n")


def run(table):
    session = Session("android", mpd=False)
    rhythmbox = None
    try:
        rhythmbox = Rhythmbox(session)
        paths = make_songs(session.music)
        for number in range(STATIC):
            rhythmbox.add_playlist(f"Playlist {number}", paths[number::STATIC][:ENTRIES // (number + 1)])
        rhythmbox.add_playlist("The longest", paths[:ENTRIES])
        rhythmbox.add_automatic_playlist("Genre 3", "Genre 3")
        rhythmbox.write_files()
        write_database(rhythmbox.data, paths)
        rhythmbox.start()

        def measured():
            return [match for match in FIGURES.findall(rhythmbox.log()) if int(match[0]) == SONGS]
        wait(session, measured)
        for _ in range(2):
            before = len(measured())
            rhythmbox.playlist("AddToPlaylist", "The longest", uri_of(paths[-1 - before]))
            wait(session, lambda: len(measured()) > before)
        table(f"Publishing {SONGS:,} songs from Rhythmbox, on its main thread (the law: no slice over {LAW_MS} ms)",
              ["snapshot", "playlists", "slices", "longest, ms", "of CPU, ms", "all, ms", "telling, ms"],
              [[number, *figures[1:]] for number, figures in enumerate(measured(), 1)])
    finally:
        if rhythmbox is not None:
            rhythmbox.close()
        session.close()


def wait(session, predicate, seconds=300):
    from gi.repository import GLib
    timer = GLib.timeout_add(200, lambda: True)
    session.watch.wait_for(predicate, "a snapshot", seconds)
    GLib.source_remove(timer)
