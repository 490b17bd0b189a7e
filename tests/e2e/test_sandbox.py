#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The units as systemd reads them, and whether what they forbid is something that the programs do.

A whole sync runs under strace; each system call of the helper and its engine must be one
that portamentod.service allows, each socket of a family that it allows.
"""

import re
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import TestCase
from support import songs
from support.host import Host
from support.session import BUILD, TOP, program

UNIT = BUILD / "core/data/portamentod.service"
RULES = TOP / "core/data/71-portamento.rules"
SYSTEMD = shutil.which("systemd-analyze")
STRACE = shutil.which("strace")


def settings(name):
    """Words of all lines of this setting in the unit."""
    found = re.findall(rf"^{name}=(.*)$", UNIT.read_text(encoding="utf-8"), flags=re.M)
    return [word for words in found for word in words.split()]


def allowed_calls():
    """Names of the system calls that the unit's filter lets through, groups resolved."""
    listed = subprocess.run([SYSTEMD, "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout
    groups, name = {}, None
    for line in re.sub(r"\x1b\[[0-9;]*m", "", listed).split("\n"):
        if line.startswith("@"):
            name = line.split()[0]
            groups[name] = []
        elif name and line.strip() and not line.strip().startswith("#"):
            groups[name].append(line.strip())

    def resolve(item):
        if not item.startswith("@"):
            return {item}
        return set().union(*(resolve(inner) for inner in groups[item]))
    return set().union(*(resolve(item) for item in settings("SystemCallFilter")))


@unittest.skipUnless(SYSTEMD, "systemd-analyze is not installed")
class Units(TestCase):
    def test_systemd_finds_nothing_wrong(self):
        session = self.session("minimal", mpd=False)
        folder = session.folder / "units"
        folder.mkdir()
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={program('portamentod')}", UNIT.read_text(encoding="utf-8"), flags=re.M)
        (folder / UNIT.name).write_text(text, encoding="utf-8")
        ran = session.processes.run([SYSTEMD, "verify", "--user", "--man=no", "--recursive-errors=no", str(folder / UNIT.name)])
        ours = [line for line in (ran.stdout + ran.stderr).split("\n") if "portament" in line]
        self.assertEqual(ours, [])

    def test_the_rule_names_the_unit(self):
        self.assertIn(f'ENV{{SYSTEMD_USER_WANTS}}+="{UNIT.name}"', RULES.read_text(encoding="utf-8"))

    @unittest.skipUnless(subprocess.run(["udevadm", "verify", "--help"], capture_output=True, check=False).returncode == 0
                         if shutil.which("udevadm") else False, "udevadm can not verify rules")
    def test_udev_finds_nothing_wrong(self):
        ran = subprocess.run(["udevadm", "verify", "--no-style", str(RULES)], capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


@unittest.skipUnless(SYSTEMD and STRACE, "systemd-analyze or strace is not installed")
class Sandbox(TestCase):
    def trace(self):
        """What strace saw of the helper's and its engine's whole life: connect, partnership, sync, leave."""
        session = self.session("walkman", mpd=False)
        script, trace = session.folder / "portamentod", session.folder / "trace"
        text = script.read_text(encoding="utf-8")
        script.write_text(text.replace("\nexec ", f"\nexec {STRACE} -f -qq -e signal=none -o {trace} "), encoding="utf-8")
        path, device = session.device()
        host = Host(session.bus.address, "test")
        try:
            host.publish([("A", songs.make(session.music / "a.mp3", title="A").as_uri())])
            host.create_partnership(device["Id"])
            host.want_all(device["Id"])
            session.watch.wait_for_property(path, "LastSync", lambda last: last and last["Copied"] == 1)
        finally:
            host.close()
        session.processes.kill(session.watch.helper_pid(), 15, 20)
        return trace.read_text(errors="replace")

    def test_what_the_programs_do_is_allowed(self):
        text = self.trace()
        used = set(re.findall(r"^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed)", text, flags=re.M))
        self.assertLessEqual({"ioctl", "fdatasync", "socketpair", "eventfd2", "execve", "prctl"}, used)
        self.assertEqual(used - allowed_calls(), set(), "SystemCallFilter forbids what is done")
        families = set(re.findall(r"socket(?:pair)?\((AF_\w+)", text))
        self.assertEqual(families - set(settings("RestrictAddressFamilies")), set())
        self.assertEqual(re.findall(r"(?:mmap|mprotect)\(.*PROT_WRITE\|PROT_EXEC.*", text), [], "MemoryDenyWriteExecute")
        self.assertEqual(re.findall(r"(?:unshare|setns)\(.*|clone3?\(.*CLONE_NEW.*", text), [], "RestrictNamespaces")


if __name__ == "__main__":
    unittest.main()
