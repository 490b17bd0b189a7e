#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many transactions common tasks take: both lanes, and what other programs take for the same.

    transactions.py [--write] [--songs N]... [PROFILE]...    1,000 and 10,000 songs, all profiles by default

Counts are exact, the player itself counts. Programs that know no sync are given rsync, or are told by hand which
file is new. --write replaces a section of docs/PERFORMANCE.md. PORTAMENTO_BUILD names the build.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import performance  # noqa: E402
from bench import ALBUMS, ARTISTS, PROFILES, Room  # noqa: E402
from mtpdevice import OwnPlugin  # noqa: E402
from gi.repository import GLib  # noqa: E402
from support import songs  # noqa: E402

LANES = ("ptp", "libmtp")
TASKS = ("first look", "2nd sync", "nothing", "+1 song", "+100 songs", "1 retag", "1 playlist", "still open")
SYNCS_TO_LEARN = 2  # what there is to learn of a player, after the first
MOST_FOR_OTHERS = 1000  # songs; some would take hours with more
PATIENCE = 1500  # seconds for one task of somebody else's
FOLDER = "0x3001"
NEW = "Artist 001/Album 01"  # where a new song goes


class Task:
    """A library on the computer that has been copied to the player, and then changes."""

    def __init__(self, room, count):
        self.room, self.count = room, count
        self.library = room.library(count)
        self.tagged = room.music / "Artist 000/Album 00/00000.mp3"
        self.tag("Before")
        self.library.add_playlist("Running", list(range(10)))

    def tag(self, genre):
        songs.make(self.tagged, size=2000, seed=1, title="Song 00000", genre=genre)
        uri, *words = self.library.tracks[0]
        words[4] = genre
        self.library.tracks[0] = (uri, *words)

    def add(self, number, folder):
        path = self.room.music / folder / f"new {number}.mp3"
        path.write_bytes(f"new song {number} ".encode() * 20)
        artist, album = folder.split("/")
        self.library.add(path, f"New {number}", artist, album, 50)
        return path

    def change(self, task):
        """What the task is about; what a person would tell another program: [(file, its folder on the player)]."""
        if task == "+1 song":
            return [(self.add(0, NEW), NEW)]
        if task == "+100 songs":
            folders = {number: f"Artist {number % ARTISTS:03d}/Album {number % ALBUMS:02d}" for number in range(1, 101)}
            return [(self.add(number, folder), folder) for number, folder in folders.items()]
        if task == "1 retag":
            self.tag("Behind")
            return [(self.tagged, "Artist 000/Album 00")]
        if task == "1 playlist":
            name, again, kind, indexes, options = self.library.playlists[0]
            self.library.playlists[0] = (name, again, kind, [*indexes, 11], options)
        return []


class Ours:
    def __init__(self, profile, count, lane):
        self.lane, self.room = lane, Room(profile, "--set", "storage_capacities=8G")
        self.room.bench.environment["PORTAMENTO_LANE"] = lane
        self.task = Task(self.room, count)

    def sync(self, kind="sync", **options):
        result = self.room.bench.run(kind, self.task.library, playlists=("Running",), seconds=PATIENCE, **options)
        assert result["Code"] == 0 and not result.get("ErrorCount"), result

    def first_look(self):
        """A computer that has never seen the player."""
        state = self.room.bench.state
        self.room.bench.state = self.room.folder / "another"
        self.room.bench.state.mkdir()
        found = self.room.counted(lambda: self.sync("preview"))[0]
        self.room.bench.state = state
        return found

    def still_open(self):
        """Nothing to do for a sync that another one follows, and that followed one."""
        engine = self.room.bench.engine()
        self.sync(engine=engine, Followed=GLib.Variant("b", True))
        found = self.room.counted(lambda: self.sync(engine=engine, Followed=GLib.Variant("b", True)))[0]
        engine.close()
        return found

    def measure(self):
        with self.room:
            self.sync()
            yield self.first_look()
            yield self.room.counted(self.sync)[0]
            for _ in range(SYNCS_TO_LEARN):
                self.sync()
            for task in TASKS[2:-1]:
                self.task.change(task)
                yield self.room.counted(self.sync)[0]
            yield self.still_open()


class Mounted:
    """rsync onto a mounted player: it compares sizes, since no such mount keeps times."""

    def __init__(self, profile, count, program, top, **variables):
        self.program, self.top, self.variables = program, top, variables
        self.room = Room(profile, "--set", "storage_capacities=8G")
        self.task = Task(self.room, count)
        self.mount = self.room.folder / "mount"
        self.mount.mkdir()

    def rsync(self):
        """Mounts, copies what differs in size, and unmounts."""
        environment = {**self.room.processes.environment, **self.room.player.environment(), **self.variables}
        mounter = subprocess.Popen([*self.program, str(self.mount)], env=environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            while not os.path.ismount(self.mount) and mounter.poll() in (None, 0):
                subprocess.run(["mountpoint", "-q", str(self.mount)], check=False, timeout=60)
            target = next(self.mount.glob(self.top))
            ran = subprocess.run(["rsync", "-r", "--size-only", "--inplace", f"{self.room.music}/", f"{target}/Music/"],
                                 capture_output=True, check=False, timeout=PATIENCE)
            return ran.returncode == 0
        finally:
            subprocess.run(["fusermount", "-u", "-z", str(self.mount)], check=False, timeout=60)
            mounter.wait(60)

    def measure(self):
        with self.room:
            self.room.bench.run("sync", self.task.library, seconds=PATIENCE)
            # As rsync would have copied it, so that there is nothing to do.
            shutil.rmtree(self.room.music)
            self.fetch()
            yield from (None, None)
            for task in TASKS[2:5]:
                self.task.change(task)
                worked = []
                count = self.room.counted(lambda: worked.append(self.rsync()))[0]
                yield count if worked[0] else f"{count} (failed)"

    def fetch(self):
        """The player's names and sizes on the computer."""
        for path, thing in self.room.player.tree().items():
            local = self.room.music / path.removeprefix("/Music/")
            if not path.startswith("/Music/"):
                continue
            if thing["format"] == FOLDER:
                local.mkdir(parents=True, exist_ok=True)
            else:
                local.parent.mkdir(parents=True, exist_ok=True)
                with open(local, "wb") as file:
                    file.truncate(thing["size"])


class Told:
    """A program that is told by hand what to do: its listing for nothing, its uploads for songs; a retag is one more."""

    def __init__(self, profile, count, listing, send, most=100):
        self.room = Room(profile, "--set", "storage_capacities=8G")
        self.task, self.listing, self.send, self.most = Task(self.room, count), listing, send, most

    def uploads(self, songs):
        """Whether all arrived."""
        places = [(local, f"/Music/{folder}") for local, folder in songs]
        before = self.room.player.ctl("stats")["objects_created"]
        for command in self.send(self.room, places):
            self.room.player.run(command, PATIENCE)
        return self.room.player.ctl("stats")["objects_created"] - before == len(songs)

    def measure(self):
        with self.room:
            self.room.bench.run("sync", self.task.library, seconds=PATIENCE)
            yield from (None, None)
            yield self.room.counted(lambda: self.room.player.run(self.listing, PATIENCE))[0]
            for task in TASKS[3:5]:
                if task == "+100 songs" and self.most < 100:
                    return
                songs, worked = self.task.change(task), []
                count = self.room.counted(lambda songs=songs, worked=worked: worked.append(self.uploads(songs)))[0]
                yield count if worked[0] else "failed"


def send_by_tools(_room, places):
    """One process a song, each of which reads all of the player first."""
    return [["mtp-sendfile", str(local), folder] for local, folder in places]


def send_by_aft(room, places):
    """One process, which is told all that is to be done."""
    script = room.folder / "commands"
    script.write_text("".join(f'put "{local}" "{folder}"\n' for local, folder in places))
    return [["aft-mtp-cli", "-b", "-f", str(script)]]


def rows(profile, count):
    """(name, counts) of everybody on one profile."""
    if count > MOST_FOR_OTHERS:
        everybody = [("ours, ptp", Ours(profile, count, "ptp"))]
    else:
        everybody = all_programs(profile, count)
    for name, somebody in everybody:
        counts = []
        try:
            for number in somebody.measure():
                counts.append(number)
        except (OSError, subprocess.SubprocessError, StopIteration, AssertionError) as error:
            print(f"{profile} {count} {name}: {error!r}", file=sys.stderr)
        counts += [None] * (len(TASKS) - len(counts))
        print(profile, count, name, *counts, sep="\t", file=sys.stderr, flush=True)
        yield name, counts


def all_programs(profile, count):
    """(name, what measures it), each made when it is its turn."""
    for lane in LANES:
        yield f"ours, {lane}", Ours(profile, count, lane)
    if os.path.exists("/dev/fuse"):
        if shutil.which("jmtpfs"):
            yield "jmtpfs + rsync", Mounted(profile, count, ["jmtpfs", "-f"], "*")
        if shutil.which("go-mtpfs"):
            # its garbage collector would close the files that it writes to
            yield "go-mtpfs + rsync", Mounted(profile, count, ["go-mtpfs"], "*", GOGC="off")
    if shutil.which("aft-mtp-cli"):
        yield "aft-mtp-cli", Told(profile, count, ["aft-mtp-cli", "lsext-r /Music"], send_by_aft)
    yield "mtp-tools", Told(profile, count, ["mtp-tracks"], send_by_tools, 1)
    if profile != "android" and shutil.which("rhythmbox") and shutil.which("Xvfb"):
        yield "Rhythmbox' mtpdevice", OwnPlugin(profile, count)


def cell(count):
    return "" if count is None else f"{count:,}" if isinstance(count, int) else count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--songs", type=int, action="append")
    parser.add_argument("profiles", nargs="*", default=PROFILES)
    options = parser.parse_args()
    parts = []
    for count in options.songs or (1000, 10000):
        for profile in options.profiles:
            table = performance.table([f"{profile}, {count:,} songs", *TASKS],
                                      [[name, *map(cell, counts)] for name, counts in rows(profile, count)])
            parts.append(table)
            print(f"\n{table}", flush=True)
    if options.write:
        performance.replace_section("transactions", INTRODUCTION + "\n\n".join(parts))


INTRODUCTION = """## Transactions

`PORTAMENTO_BUILD=build python3 tests/bench/transactions.py --write` makes this section; the player counts. The songs are in
1,000 album folders. Each column is one task from opening the device to closing it: a computer's first look at
a player that is full; the second sync that it sees, with nothing to do; one with nothing to do when what can be learned of
the player has been learned, which takes three; with one song, or a hundred songs in a hundred folders, more; with one
song's genre changed; with one song more in a playlist. "Still open" is nothing to do once more, right after a sync that
was known to be followed by this one, so that neither opens the player. A song costs two transactions where nothing is left out; what
a session costs beside it is told by "nothing". rsync is told to compare sizes alone, because a mounted player keeps no times.
aft-mtp-cli and mtp-tools know no sync: "nothing" is their listing of all, songs are uploads to places that are told
to them; mtp-tools would read all of the player for each. What is empty has no such task, "failed" says that the program gave up.

go-mtpfs runs without Go's garbage collector, which closes files that it is still writing to: with it some syncs of a hundred
songs failed. Rhythmbox is the program itself with its own plugin for such players, mtpdevice, and without ours: it syncs all of
its music, and what a hundred songs cost it are mostly properties' descriptions, asked for anew with each song and each album. Phones it
leaves to another plugin; where objects have no properties ("minimal") Rhythmbox 3.4.6 crashes after some fifty songs, so that only
its reading of the player is counted.

"""

if __name__ == "__main__":
    main()
