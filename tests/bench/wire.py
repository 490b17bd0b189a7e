#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the wire carries of what a link could: both lanes send files over imposed links.

    wire.py             measure, and print
    wire.py --write     and put it into docs/PERFORMANCE.md

A link is a bandwidth and a time that the device thinks in each transaction. The model of a send is two transactions and
the bytes; bench-cable, a sender that does nothing else, shows what the emulation carries of that. The rate is that of the
best of several rounds, since other work on the machine can only slow one down; who is compared takes turns.
PORTAMENTO_BUILD names the build.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from performance import replace_section, table

TESTS = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ["PORTAMENTO_BUILD"])
PLAYER = str(TESTS / "virtual-player/player")
SENDERS = ("cable", "ptp", "libmtp")
SIZES = (4_000_000, 30_000_000)
BANDWIDTHS = (40_000_000, 350_000_000)
LATENCIES_US = (100, 1000, 10_000)
ROUND_SECONDS = 0.3  # of the model: long enough to measure, short enough to be undisturbed now and then
TURNS = 4
ROUNDS = {"cable": 5, "ptp": 5, "libmtp": 1}  # in each turn
TRANSACTIONS = 2  # SendObjectInfo and SendObject


class Link:
    """A player whose contents are only counted, on a cable of our choice."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="portamento-wire-")
        self.must("start", self.folder, "--profile", "android", "--set", "discard_contents=1",
                  "--set", "handles_per_session=0", "--die-with", str(os.getpid()))
        return self

    def __exit__(self, *_):
        self.must("stop", self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def must(self, *words):
        return subprocess.run([PLAYER, *map(str, words)], check=True, capture_output=True, text=True, timeout=60).stdout

    def impose(self, bandwidth, latency_us):
        self.must("ctl", self.folder, "bandwidth", bandwidth)
        self.must("ctl", self.folder, "latency", latency_us)

    def transactions(self):
        return json.loads(self.must("ctl", self.folder, "stats"))["transactions"]

    def send(self, sender, size, count, rounds):
        """(seconds, CPU seconds) of the best round for each."""
        program = "bench-cable" if sender == "cable" else "bench-wire"
        ran = subprocess.run([PLAYER, "run", self.folder, str(BUILD / "tests/bench" / program), str(size), str(count),
                              str(rounds)], check=True, capture_output=True, text=True, timeout=600,
                             env={**os.environ, "PORTAMENTO_LANE": sender})
        found = [[float(word) for word in line.split()] for line in ran.stdout.split("\n") if line[:1].isdigit()]
        assert len(found) == rounds, ran.stdout + ran.stderr
        return min(row[0] for row in found), min(row[1] for row in found)

    def compare(self, size, count):
        """Seconds of the best round of each sender."""
        best = dict.fromkeys(ROUNDS, math.inf)
        for sender, rounds in TURNS * list(ROUNDS.items()):
            best[sender] = min(best[sender], self.send(sender, size, count, rounds)[0])
        return best


def unlimited(link):
    """Everybody's rate where only the emulation limits, and CPU seconds for each GB."""
    size, count, rows = 100_000_000, 3, []
    for sender in SENDERS:
        seconds, cpu = link.send(sender, size, count, 8)
        total = size * count
        rows.append([sender, f"{total / seconds / 1e6:.0f}", f"{cpu / total * 1e9:.2f}"])
    return rows


def modelled(link):
    rows = []
    for bandwidth in BANDWIDTHS:
        for latency_us in LATENCIES_US:
            link.impose(bandwidth, latency_us)
            for size in SIZES:
                model = TRANSACTIONS * latency_us * 1e-6 + size / bandwidth
                count = max(1, round(ROUND_SECONDS / model))
                best = link.compare(size, count)
                rate = {sender: f"{size * count / seconds / 1e6:.1f}" for sender, seconds in best.items()}
                share = {sender: f"{model * count / seconds:.3f}" for sender, seconds in best.items()}
                cells = [f"{bandwidth // 1_000_000} MB/s, {latency_us / 1000:g} ms, {size // 1_000_000} MB",
                         f"{size / model / 1e6:.1f}", share["cable"], rate["ptp"], share["ptp"],
                         f"{best['cable'] / best['ptp']:.3f}", rate["libmtp"], share["libmtp"]]
                rows.append(cells)
                print(*cells, sep="\t", file=sys.stderr, flush=True)
    return rows


def main():
    with Link() as link:
        ceiling = unlimited(link)
        rows = modelled(link)
    load = os.getloadavg()[0]
    text = f"""## Payload

`PORTAMENTO_BUILD=build python3 tests/bench/wire.py --write` made this section, on {os.cpu_count()} cores with a load
of {load:.0f} beside it. The virtual player stands in for a device. Its cable carries one transfer at a time at the
bandwidth given, and each transaction costs the time given; what would be possible is {TRANSACTIONS} transactions and
the bytes. "Cable" is how much of that the emulation carries for a sender that does nothing but send
(`tests/bench/bench-cable.c`); what is missing there, the virtual player takes to wake up and answer, and no sender
can have it back.

{table(["link, file", "possible MB/s", "cable", "ours", "of what is possible", "of the cable", "libmtp",
        "of what is possible"], rows)}

Without a link model the emulation itself is the limit: both ends share the cores, and every byte is copied through
sockets, which a real USB controller does not ask for.

{table(["sender", "MB/s", "CPU s per GB, of its own"], ceiling)}
"""
    print(text)
    if "--write" in sys.argv[1:]:
        replace_section("wire", text)


if __name__ == "__main__":
    main()
