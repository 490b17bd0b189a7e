#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Taking the device from gvfs: gvfs's own daemons, on a bus of the test's."""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import ROOT, DeviceError, TestCase  # noqa: E402

ADDRESS = "mtp://Philips_HDD6320_WALKMAN0001/"


@unittest.skipUnless(Path("/usr/libexec/gvfsd-mtp").exists(), "gvfs-backends is not installed")
class Gvfs(TestCase):
    def bus(self, player):
        """Variables of a session whose daemons see the player."""
        bus = self.processes.start([player.program, "run", str(player.folder), "dbus-daemon", "--session", "--nofork",
                                    "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(bus.stdout.close)
        return {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().decode().strip()}

    def gio(self, player, variables, *words):
        ran = self.processes.run([player.program, "run", str(player.folder), "gio", *words], 30,
                                 env={**self.processes.environment, **variables})
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def test_a_mounted_device_is_taken_once_somebody_keeps_its_mount(self):
        player = self.player("walkman")
        player.ctl("put", "/Music/a.mp3", self.file("a.mp3", 1000))
        variables = self.bus(player)
        self.gio(player, variables, "mount", ADDRESS)
        self.assertIn("Internal memory", self.gio(player, variables, "list", ADDRESS))
        probe = self.probe(player, variables=variables)
        probe.do("discover")
        with self.assertRaises(DeviceError) as refused:
            probe.do("take", "refuse")
        self.assertEqual(refused.exception.code, "limit exceeded")
        self.assertIn("Mount(0)", self.gio(player, variables, "mount", "-l"))
        with self.assertRaises(DeviceError) as refused:
            probe.do("open")
        self.assertEqual(refused.exception.code, "device busy")
        (mount,), = probe.do("take")
        self.assertIn("'type': <b'mtp'>", mount)
        self.assertIn("'host': <b'Philips_HDD6320_WALKMAN0001'>", mount)
        self.assertNotIn("Mount(0)", self.gio(player, variables, "mount", "-l"))
        probe.do("open")
        storage = probe.storages()[0]
        probe.do("send", storage, ROOT, "b.mp3", self.folder / "a.mp3")

    def test_what_gvfs_has_not_mounted_is_left_alone(self):
        player = self.player("walkman")
        variables = self.bus(player)
        self.gio(player, variables, "mount", "-l")
        probe = self.probe(player, variables=variables)
        probe.do("discover")
        self.assertEqual(probe.do("take"), [])
        probe.do("open")
        probe.do("close")
        self.assertNotIn("Mount(0)", self.gio(player, variables, "mount", "-l"))

    @staticmethod
    def waits(pid):
        """How often any thread of the process has waited for something."""
        total = 0
        for thread in Path(f"/proc/{pid}/task").iterdir():
            status = (thread / "status").read_text(encoding="ascii")
            total += sum(int(line.split()[1]) for line in status.split("\n") if line.startswith("voluntary"))
        return total

    def test_a_bus_without_gvfs_costs_nothing(self):
        player = self.player("walkman")
        variables = self.bus(player)
        for environment in (variables, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/none"}, {}):
            probe = self.probe(player, variables=environment)
            probe.do("discover")
            before = self.waits(probe.child.pid)
            self.assertEqual(probe.do("take"), [])
            # what asks again and again, or waits for an answer that can not come, shows here
            self.assertLess(self.waits(probe.child.pid) - before, 40)
            self.assertEqual(probe.close(), 0)
        self.assertEqual(self.processes.named("gvfsd"), [])


if __name__ == "__main__":
    unittest.main()
