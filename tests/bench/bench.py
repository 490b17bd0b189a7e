#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What syncing costs, beside what others' programs cost on the same virtual player.

    bench.py [no-op] [payload] [publish] [idle] [rhythmbox]    all of them by default

Transactions and bytes are exact, they are counted by the player. Seconds are
noisy; only ratios from one run mean anything. PORTAMENTO_BUILD names the build.
"""

# style: banned, to measure idleness one must wait
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.bus import Watch  # noqa: E402
from support.engine import Library, Workbench  # noqa: E402
from support.player import Player  # noqa: E402
from support.processes import Processes  # noqa: E402
from support.session import BUILD, PLAYER_PROGRAM, Session, clean_environment, program  # noqa: E402

ARTISTS, ALBUMS = 100, 10  # 1,000 album folders
PROFILES = ("android", "walkman", "minimal")


def table(title, head, rows):
    widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}\n")
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [str(cell).ljust(width) if index == 0 else str(cell).rjust(width)
                 for index, (cell, width) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |", flush=True)


class Room:
    """A temporary folder with a player and engines in it."""

    def __init__(self, profile, *options):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-bench-"))
        self.processes = Processes("bench", clean_environment(self.folder))
        self.player = Player(self.processes, PLAYER_PROGRAM, self.folder / "player", ["--profile", profile, *options])
        self.bench = Workbench(self.processes, self.player, program("portamento-engine"), self.folder)
        self.music = self.folder / "music"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.player.stop()
        self.processes.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def library(self, tracks):
        library = Library()
        for number in range(tracks):
            artist, album = number % ARTISTS, number // ARTISTS % ALBUMS
            folder = self.music / f"Artist {artist:03d}/Album {album:02d}"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{number:05d}.mp3"
            path.write_bytes(f"song {number} ".encode() * 20)
            library.add(path, f"Song {number:05d}", f"Artist {artist:03d}", f"Album {album:02d}", number // 1000 + 1)
        return library

    def counted(self, action):
        """(transactions, seconds) of an action."""
        self.player.ctl("reset-stats")
        begin = time.monotonic()
        action()
        return self.player.stats()["transactions"], time.monotonic() - begin

    def rsync_over_jmtpfs(self):
        mount = self.folder / "mount"
        mount.mkdir()
        if self.player.run(["jmtpfs", str(mount)], 60).returncode:
            return
        storage = next(mount.iterdir())
        subprocess.run(["rsync", "-rn", "--size-only", f"{self.music}/", f"{storage}/Music/"],
                       capture_output=True, check=False, timeout=1800)
        subprocess.run(["fusermount", "-u", str(mount)], check=False, timeout=60)


def no_op():
    rows = []
    for profile in PROFILES:
        for tracks in (1000, 10000):
            with Room(profile, "--set", "storage_capacities=8G") as room:
                library = room.library(tracks)
                first = room.bench.run("sync", library, seconds=1200)
                assert first["Code"] == 0 and first["Copied"] == tracks, first
                ours = room.counted(lambda: room.bench.run("sync", library, seconds=600))
                writes = sum(room.player.writes().values())
                others = room.counted(lambda: room.player.run(["mtp-tracks"], 3000))
                mounted = room.counted(room.rsync_over_jmtpfs) if shutil.which("jmtpfs") and os.path.exists("/dev/fuse") else None
                rows.append([f"{profile}, {tracks:,} songs", f"{ours[0]:,}", writes, f"{ours[1]:.2f}", f"{others[0]:,}",
                             f"{others[1]:.2f}", f"{mounted[0]:,}" if mounted else "-", f"{mounted[1]:.2f}" if mounted else "-"])
                print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
    table("A sync with nothing to do: transactions and seconds, 1,000 album folders",
          ["", "ours", "writes", "s", "mtp-tracks", "s", "jmtpfs + rsync -n", "s"], rows)


def payload():
    size, count = 25 << 20, 20
    with Room("android", "--set", "discard_contents=1") as room:
        library = Library()
        room.music.mkdir()
        block = os.urandom(1 << 20)
        for number in range(count):
            path = room.music / f"{number}.mp3"
            with open(path, "wb") as file:
                for _ in range(size >> 20):
                    file.write(block)
                file.write(b"%d" % number)
            library.add(path, f"Song {number}", track=number + 1)
        whole = room.folder / "whole.mp3"
        with open(whole, "wb") as file:
            for source in sorted(room.music.iterdir()):
                file.write(source.read_bytes())
        rows, ceiling = [], 0
        for turn in (1, 2, 3):
            _, seconds = room.counted(lambda: room.player.run(["mtp-sendfile", str(whole), f"whole{turn}.mp3"], 600))
            ceiling = max(ceiling, whole.stat().st_size / seconds)
            rows.append([f"mtp-sendfile, one file of the same bytes, run {turn}", whole.stat().st_size / seconds])
            shutil.rmtree(room.bench.state)
            room.bench.state.mkdir()
            result = room.bench.run("sync", library, seconds=600)
            assert result["Code"] == 0 and result["Copied"] == count, result
            rows.append([f"ours, {count} files, all included, run {turn}", result["Bytes"] / result["Seconds"]])
            for path in room.player.tree():
                if path.endswith(".mp3"):
                    room.player.ctl("delete", path)
        rows = [[name, f"{rate / 1e6:.1f}", f"{rate / ceiling:.3f}"] for name, rate in rows]
    table(f"Payload rate, {count} files of {size >> 20} MiB", ["", "MB/s", "of the ceiling"], rows)


def anonymous_kib(pid):
    return int(re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1])


def private_kib(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(value) for value in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", text, re.M))


class PeakWatch:
    """Samples a process' anonymous memory until it is told to stop."""

    def __init__(self, pid):
        import threading
        self.pid, self.peak, self.stop = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.stop.wait(0.002) and os.path.exists(f"/proc/{self.pid}/exe"):
            self.peak = max(self.peak, anonymous_kib(self.pid))

    def end(self):
        self.stop.set()
        self.thread.join()
        return self.peak


def publish():
    session = Session("android", mpd=False)
    try:
        session.device()
        watch = PeakWatch(session.watch.helper_pid())
        ran = session.processes.run([str(BUILD / "tests/bench/bench-publish"), "100000", "200"], 120)
        peak = watch.end()
        rows = [line.split("\t") for line in ran.stdout.strip().split("\n")]
        rows.append(["helper's anonymous memory at its peak, MiB", f"{peak / 1024:.1f}"])
        table("Publishing 100,000 tracks and 200 playlists", ["", ""], rows)
        assert ran.returncode == 0, ran.stderr
    finally:
        session.close()


def wakeups(pid, seconds):
    """System calls of all threads of a process in that time, after strace has settled."""
    log = tempfile.NamedTemporaryFile()
    tracer = subprocess.Popen(["strace", "-f", "-q", "-tt", "-o", log.name, "-p", str(pid)], stderr=subprocess.DEVNULL)
    time.sleep(2)  # attaching interrupts every wait once
    before = len(Path(log.name).read_text().splitlines())
    time.sleep(seconds)
    after = len(Path(log.name).read_text().splitlines())
    tracer.terminate()
    tracer.wait(10)
    return after - before


def is_at_work(pid):
    """GLib keeps a thread that has had a task for 15 s, and that ends by itself: once, so it is not counted."""
    names = (path.read_text().strip() for path in Path(f"/proc/{pid}/task").glob("*/comm"))
    return any(name.startswith("pool") for name in names)


def idle():
    session = Session("android", mpd=False)
    try:
        path, _ = session.device()
        session.watch.wait_for_property(path, "SyncState", lambda state: state == 2)
        pid = session.watch.helper_pid()
        deadline = time.monotonic() + 60
        while (session.engine_pids() or is_at_work(pid)) and time.monotonic() < deadline:
            time.sleep(0.5)
        rows = [["system calls of the helper in 30 s, device idle", wakeups(pid, 30)],
                ["its private memory, MiB", f"{private_kib(pid) / 1024:.1f}"],
                ["engine processes", len(session.engine_pids())]]
        session.player.ctl("unplug")
        session.watch.close()  # it has called the helper: a client as long as it is there
        session.watch = Watch(session.bus.address)
        begin = time.monotonic()
        session.watch.wait_for(lambda: session.watch.helper_pid() is None, "the helper to leave", 90)
        rows.append(["seconds until it left the bus, device gone", f"{time.monotonic() - begin:.0f}"])
        table("Idle", ["", ""], rows)
    finally:
        session.close()


def rhythmbox():
    import bench_rhythmbox
    bench_rhythmbox.run(table)


if __name__ == "__main__":
    benches = {"no-op": no_op, "payload": payload, "publish": publish, "idle": idle, "rhythmbox": rhythmbox}
    for name in sys.argv[1:] or benches:
        benches[name]()
