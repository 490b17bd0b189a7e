#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long Audacious' windows stand still while a large playlist is read, and how long it takes
until the helper has it.

    audacious.py [ENTRIES...]    50,000 by default; PORTAMENTO_BUILD names the build
"""

import re
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "hosts/audacious")]

from audacious import Desktop  # noqa: E402


def write_playlist(desk, entries):
    """As Audacious itself left it, tags and all: nothing needs to be read from any file."""
    folder = Path(desk.environment["XDG_CONFIG_HOME"], "audacious/playlists")
    folder.mkdir(parents=True)
    (folder / "order").write_text("1000")
    lines = ["title=Library"]
    for number in range(entries):
        lines += [f"uri=file://{desk.music}/Artist%20{number % 500}/{number:06d}.mp3", f"title=Song {number}",
                  f"artist=Artist {number % 500}", f"album=Album {number % 2000}", f"track-number={number % 20 + 1}",
                  "length=180000", "year=2001", "genre=Test"]
    (folder / "1000.audpl").write_text("\n".join(lines) + "\n")


def measure(entries):
    """(longest slice in us, seconds until published)"""
    desk = Desktop()
    try:
        write_playlist(desk, entries)
        desk.start_audacious()
        desk.until(lambda: int(desk.tool("playlist-length")) == entries, "the playlist", 120)
        began = time.monotonic()
        desk.enable()
        desk.until(lambda: desk.library() == (entries, 1), "the library", 120)
        seconds = time.monotonic() - began
        return max(map(int, re.findall(r"longest slice took (\d+) us", desk.log()))), seconds
    finally:
        desk.close()


def main():
    for entries in [int(word) for word in sys.argv[1:]] or [50_000]:
        longest_us, seconds = measure(entries)
        print(f"{entries:,} entries: longest slice {longest_us / 1000:.1f} ms, published after {seconds:.1f} s")


if __name__ == "__main__":
    main()
