#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Time and memory of looking at a very full player: both must grow with the number of objects and no faster.

    inventory.py [--write] [OBJECTS]...    10,000, 30,000 and 100,000 by default, in 2,000 folders

--write replaces a section of docs/PERFORMANCE.md. PORTAMENTO_BUILD names the build, PORTAMENTO_LANE the lane.
"""

import argparse
import os
import re
import socket
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "device"))

import performance  # noqa: E402
from harness import TestCase  # noqa: E402

FOLDERS = 2000


class Look(TestCase):
    def runTest(self):
        """The shape of a test gives it a folder, a player, and an end."""

    def fill(self, player, objects):
        lines = [f"mkdir '/Music/folder {number:04}'\n" for number in range(FOLDERS)]
        lines += [f"put-size '/Music/folder {number % FOLDERS:04}/{number:06}.mp3' 100\n"
                  for number in range(objects - FOLDERS)]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(player.folder / "control"))
            answers = connection.makefile("rb")
            for start in range(0, len(lines), 100):
                connection.sendall("".join(lines[start:start + 100]).encode())
                for _ in lines[start:start + 100]:
                    assert b"error" not in answers.readline()

    def measure(self, objects):
        player = self.player("android", folder=f"player{objects}")
        self.fill(player, objects)
        probe = self.probe(player).connect()
        player.ctl("reset-stats")
        storage = probe.storages()[0]
        begin, found = time.monotonic(), 0
        music = probe.list(storage)["Music"][0]
        folders = [entry[0] for entry in probe.list(storage, music).values()]
        for folder in folders:
            found += 1 + len(probe.list(storage, folder))
        seconds = time.monotonic() - begin
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{probe.child.pid}/status").read_text())
        assert found == objects, f"{found} of {objects}"
        row = [f"{objects:,}", player.stats()["transactions"], f"{seconds:.2f}", f"{seconds / objects * 1e6:.1f}",
               f"{int(peak[1]) / 1024:.0f}"]
        probe.close()
        player.stop()
        return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("objects", nargs="*", type=int, default=(10000, 30000, 100000))
    options = parser.parse_args()
    look, rows = Look(), []
    look._outcome = unittest.case._Outcome(unittest.TestResult())
    try:
        look.setUp()
        for objects in options.objects:
            rows.append(look.measure(objects))
            print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
    finally:
        look.doCleanups()
    table = performance.table(["objects in 2,000 folders", "transactions", "s", "µs each", "MiB at most"], rows)
    print(table)
    if options.write:
        load = f"{os.cpu_count()} cores with a load of {os.getloadavg()[0]:.0f}"
        performance.replace_section("inventory", INTRODUCTION.format(load=load) + table)


INTRODUCTION = """## A very full player

`PORTAMENTO_BUILD=build python3 tests/bench/inventory.py --write` made this section, on {load} beside it: all objects of a phone are told
once, by the lane alone, without a link that costs time. Time and memory grow as the objects do.

"""


if __name__ == "__main__":
    main()
