#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the lane ptp asks a player in a whole life. An Android that is asked for all properties of objects at once loses its
way, and others take minutes: GetObjectPropList asks for one that has a name, whatever was refused before."""

import shutil
import tempfile
import unittest
from pathlib import Path

from harness import TestCase
from support.processes import Processes
from support.session import TOP, clean_environment
from test_memory import Owner

PROFILES = sorted(path.name for path in (TOP / "tests/virtual-player/profiles").iterdir() if path.name != "umtprd")
RUNGS = (  # of the ladder: what keeps a player from standing on the one above
    (), ("--set", "whole_lists_omit=5"), ("--set", "whole_lists_omit=5", "--set", "lists_omit=3"),
    ("--set", "list_depth_limited=1"),
)
NO_NAME = {"0xffffffff", "0x0000"}  # all, and those of a group
REFUSALS = ("0x2002", "0x2005", "0x2006", "0xa801", "0xa807")  # general error, no such operation, parameter, property; specification
ALBUMS = 9


class Questions(TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-questions-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.processes = Processes("questions", {**clean_environment(self.folder), "PORTAMENTO_USB_TIMEOUT_MS": "5000"})
        self.addCleanup(self.processes.end)

    def look(self, owner, kind="sync"):
        """One session; what it asked lists for."""
        owner.sync(kind)
        stats = owner.player.stats()
        self.assertLessEqual(stats["lists"].keys() & NO_NAME, set(), f"{owner.folder.name}: {kind}")
        self.assertEqual(sum(stats["lists"].values()), stats["operations"].get("GetObjectPropList", 0))
        return stats["operations"]

    def live(self, owner):
        """First look, sync, nothing to do, changes on both sides; then refusals at any moment."""
        total = {}

        def look(kind="sync"):
            for name, count in self.look(owner, kind).items():
                total[name] = total.get(name, 0) + count

        for number in range(ALBUMS):
            there = owner.add(f"song {number}", album=f"Album {number}")
        look("preview")
        for _ in range(3):
            look()
        owner.player.ctl("set", there, "use_count", 3)
        owner.player.ctl("put", "/Music/Ann/Album 1/theirs.mp3", owner.file("theirs", 5000))
        owner.player.ctl("delete", "/Music/Ann/Album 2/song 2.mp3")
        owner.songs["song 3"] = (*owner.songs["song 3"][:2], "Bob", "Album 3")
        del owner.songs["song 4"]
        look()
        for number, code in enumerate(REFUSALS):
            owner.add(f"later {number}", album=f"Album {number % ALBUMS}")
            owner.player.ctl("fault", "error-at-transaction", 3 + 4 * number, code)
            look()
            owner.player.ctl("fault", "clear")
        look()
        return total

    def test_no_list_is_asked_for_but_of_one_property(self):
        for profile in PROFILES:
            for number, options in enumerate(RUNGS):
                with self.subTest(profile=profile, options=options):
                    owner = Owner(self, self.folder / f"{profile} {number}", profile, *options)
                    asked = self.live(owner)
                    if profile == "minimal":
                        self.assertNotIn("GetObjectPropList", asked)
                    else:
                        self.assertGreater(asked["GetObjectPropList"], 3)
                    if "lists_omit=3" in options:
                        self.assertGreater(asked["GetObjectInfo"], ALBUMS, "it was to fall to the last rung")
                    owner.player.stop()


if __name__ == "__main__":
    unittest.main()
