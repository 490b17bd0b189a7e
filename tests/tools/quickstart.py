#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ./quickstart shows once everything is built."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import songs  # noqa: E402
from support.session import TOP, Session, program  # noqa: E402

ITEMS_FAILED, NO_SPACE = 5, 9  # exit codes of a sync that did what it could
PLAYLISTS = ("Running", "Jazz")
SUFFIXES = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".wma", ".aac")


class Screen:
    """Headings, commands and a few calm lines; plain where nobody looks."""

    def __init__(self):
        self.plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self.number, self.after_blank = 0, False

    def styled(self, code, text):
        return text if self.plain else f"\033[{code}m{text}\033[0m"

    def heading(self, text):
        self.number += 1
        above = "" if self.after_blank else "\n"
        print(f"{above}{self.styled('1', f'{self.number}. {text}')}\n", flush=True)
        self.after_blank = True

    def say(self, text=""):
        print(f"   {text}" if text else "", flush=True)
        self.after_blank = not text

    def command(self, words):
        print(f"   {self.styled('36', '$ ' + ' '.join(words))}", flush=True)

    def quote(self, lines, most=0):
        """Somebody else's words, set apart; most: how many before '... and N more'."""
        lines = list(lines)
        shown = lines[:most] if most and len(lines) > most + 1 else lines
        for line in shown:
            print(f"     {self.styled('2', line)}", flush=True)
            self.after_blank = False
        if len(shown) < len(lines):
            print(f"     {self.styled('2', f'... and {len(lines) - len(shown)} more')}", flush=True)


def shown(words):
    """A command line as a person would type it."""
    return [f'"{word}"' if " " in word else word for word in words]


class Tour:
    def __init__(self, session, screen):
        self.session, self.screen = session, screen

    def run(self, name, *words, accept=(0, ITEMS_FAILED, NO_SPACE)):
        """One of our programs, its output straight to the terminal; ends the tour if it fails."""
        self.screen.command([name, *shown(words)])
        status = self.session.processes.start([program(name), *words]).wait()
        self.screen.say()
        if status not in accept:
            raise SystemExit(f"{name} exited with {status}")
        return status

    def look(self):
        """What mtp-tools, which know nothing of Portamento, see on the player."""
        self.screen.command(["mtp-files"])
        files = sorted(self.session.player.mtp.files().values(), key=lambda file: file.path)
        lines = [f"{file.size:>9,}  {file.path if len(file.path) < 80 else file.path[:79] + '…'}" for file in files]
        self.screen.quote(sampled(lines, 16))
        self.screen.say(f"{len(files)} files, {sum(file.size for file in files) / 1e6:.1f} MB.")


def sampled(lines, most):
    """Some of them, from all over, if there are many."""
    step = max(1, -(-len(lines) // most))
    return lines[::step] + ([f"... and {len(lines) - len(lines[::step])} more"] if step > 1 else [])


def library_of(folder):
    found = [path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    kinds = {}
    for path in found:
        kinds[path.suffix.lower()[1:]] = kinds.get(path.suffix.lower()[1:], 0) + 1
    return found, ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def make_library(session):
    made = session.processes.run([str(TOP / "tests/tools/make-library"), str(session.music)], 120)
    if made.returncode:
        raise SystemExit(f"making a library failed: {made.stdout}{made.stderr}")


def awkwardness(path):
    """Sorts first what players and file systems find hardest."""
    return (-sum(char in ':?*"<>|\\' for char in path.name), path.name.isascii(), path.name)


def edit(session, screen):
    """A new song, a retag, a rename, a removal, a changed playlist; says what it does."""
    music, mpd = session.music, session.mpd
    listed = {value for playlist in PLAYLISTS for name, value in mpd.send("listplaylist", playlist) if name == "file"}
    free = [path for path in mpd.songs() if path not in listed]
    retagged = next(path for path in free if path.endswith(".flac"))
    renamed, removed = [path for path in free if path != retagged][:2]

    new = songs.make_album(music, "The Late Arrivals", "Fresh", ["Brand New"], size=400_000)[0]
    screen.say(f"new       {new}")
    retag = ["metaflac", "--remove-tag=TITLE", "--set-tag=TITLE=Now With a Better Title", str(music / retagged)]
    session.processes.run(retag).check_returncode()
    screen.say(f"retagged  {retagged}")
    target = Path(renamed).with_stem("renamed on the computer")
    os.rename(music / renamed, music / target)
    screen.say(f"renamed   {renamed} -> {target.name}")
    (music / removed).unlink()
    screen.say(f"removed   {removed}")
    mpd.update()
    running = [value for name, value in mpd.send("listplaylist", "Running") if name == "file"]
    mpd.save_playlist("Running", running[:0:-1] + [new])
    screen.say("playlist  Running: backwards, one song less, the new one added")


def tour_made_up(session, screen):
    tour = Tour(session, screen)
    screen.heading("A music library")
    make_library(session)
    session.mpd.update()
    found, kinds = library_of(session.music)
    screen.say(f"{len(found)} songs ({kinds}), their names as people write them:")
    screen.quote([path.name[:90] for path in sorted(found, key=awkwardness)], 9)
    everything = session.mpd.songs()
    for name, begin in zip(PLAYLISTS, (0, len(everything) // 2)):
        session.mpd.save_playlist(name, everything[begin:begin + 8])
    screen.say(f"MPD has them, and the playlists {' and '.join(PLAYLISTS)}.")
    wanted = [word for name in PLAYLISTS for word in ("--playlist", name)] + ["--library"]

    screen.heading("A player is plugged in; wanted on it: the playlists first, then all the rest")
    session.device()
    tour.run("portamentoctl", "devices")
    tour.run("portamento-mpd", "sync", *wanted, "--create-partnership")

    screen.heading("What others see on the player")
    tour.look()

    screen.heading("The library changes")
    edit(session, screen)

    screen.heading("What a sync would do now, and why")
    screen.say("(It would do it by itself; it is stopped for a moment, to let you see the plan.)")
    tour.run("portamentoctl", "stop")
    tour.run("portamento-mpd", "publish")
    tour.run("portamentoctl", "preview")

    screen.heading("The second sync does just that")
    tour.run("portamentoctl", "sync")

    screen.heading("The third has nothing to do")
    session.player.ctl("reset-stats")
    tour.run("portamentoctl", "sync")
    writes = session.player.writes()
    screen.say(f"The player counted {session.player.stats()['transactions']} transactions, {sum(writes.values())} of them writes.")
    if writes:
        raise SystemExit(f"a sync with nothing to do wrote to the player: {writes}")


def tour_own(session, screen, folder):
    tour = Tour(session, screen)
    screen.heading(f"Your music: {folder}")
    session.mpd.update()
    screen.say(f"MPD found {len(session.mpd.songs())} songs. They are only ever read.")
    screen.heading("A virtual player of 2 GB: all that fits")
    tour.run("portamento-mpd", "sync", "--fill", "shuffle", "--create-partnership")
    screen.heading("What others see on the player")
    tour.look()
    screen.heading("The second sync has nothing to do")
    tour.run("portamento-mpd", "sync", "--fill", "shuffle")


def virtual(directory):
    screen = Screen()
    began = time.monotonic()
    options = ["--set", "storage_capacities=2G"] if directory else []
    session = Session("android", options, music=directory)
    try:
        if directory:
            tour_own(session, screen, directory)
        else:
            tour_made_up(session, screen)
        screen.heading("That was Portamento")
        screen.say(f"{time.monotonic() - began:.0f} seconds; everything that was started has ended.")
        screen.say("README.md says how to install it and how to enable it for your MPD.")
    finally:
        session.close()


def main():
    parser = argparse.ArgumentParser(prog="quickstart")
    parser.add_argument("directory", nargs="?", type=Path, help="your own music")
    parser.add_argument("--device", action="store_true", help="a real player, plugged in by USB")
    asked = parser.parse_args()
    if asked.directory and not asked.directory.is_dir():
        parser.error(f"{asked.directory} is not a directory")
    if asked.device:
        from quickstart_device import real  # noqa: PLC0415
        return real(asked.directory)
    return virtual(asked.directory and asked.directory.resolve())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except subprocess.TimeoutExpired as late:
        sys.exit(f"{late}")
