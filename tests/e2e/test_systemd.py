#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The units under a real user's service manager, with all that they forbid, installed where they belong.

It runs itself again in systemd-room. The bus is the user's own, and starts the helper by its unit.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness import TestCase
from support import songs
from support.bus import Watch
from support.host import Host
from support.mpd import Mpd
from support.player import Player
from support.processes import Processes, wait_until_gone
from support.session import BUILD, PLAYER_PROGRAM

MANAGER = next((path for path in ("/usr/lib/systemd/systemd", "/lib/systemd/systemd") if os.path.exists(path)), None)
HELPER, MPD_CLIENT = "portamentod.service", "portamento-mpd.service"
SECCOMP_FILTER = 2


def status_of(pid):
    return dict(re.findall(r"^(\w+):\s+(.*)$", Path(f"/proc/{pid}/status").read_text(encoding="ascii"), re.M))


class Units(TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        address = f"unix:path={os.environ['XDG_RUNTIME_DIR']}/bus"
        home = self.folder / "home"
        home.mkdir()
        self.processes = Processes("systemd", {**os.environ, "HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": address})
        self.addCleanup(self.processes.end)
        self.player = Player(self.processes, PLAYER_PROGRAM, self.folder / "player", ["--profile", "walkman"])
        self.addCleanup(self.player.stop)
        self.start_manager()
        self.systemctl("set-environment", *[f"{name}={value}" for name, value in self.player.environment().items()])
        self.watch = Watch(address)
        self.addCleanup(self.watch.close)
        self.host = Host(address, "test")
        self.addCleanup(self.host.close)
        self.music = self.folder / "music"

    def start_manager(self):
        """Returns when it says that it is ready."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(str(self.folder / "ready"))
            ready.settimeout(60)
            environment = {**self.processes.environment, "NOTIFY_SOCKET": str(self.folder / "ready")}
            with open(self.folder / "manager.log", "w", encoding="utf-8") as log:
                self.manager = self.processes.start([MANAGER, "--user"], env=environment, stdout=log, stderr=log)
            while b"READY=1" not in ready.recv(4096):
                pass
        self.addCleanup(self.end_manager)

    def end_manager(self):
        self.manager.send_signal(signal.SIGRTMIN + 24)  # exit now, all units first
        self.manager.wait(60)

    def systemctl(self, *words):
        ran = self.processes.run(["systemctl", "--user", *words], 60)
        if ran.returncode:
            raise AssertionError(f"systemctl {' '.join(words)}: {ran.stderr}{(self.folder / 'manager.log').read_text()}")
        return ran.stdout

    def unit(self, name, *wanted):
        """Values of these properties of a unit."""
        said = self.systemctl("show", name, *[f"--property={word}" for word in wanted])
        found = dict(line.split("=", 1) for line in said.strip().split("\n"))
        return [found[word] for word in wanted]

    def add_songs(self, count, size=20_000):
        return [(f"Song {number}", songs.make(self.music / f"{number}.mp3", size, number, title=f"Song {number}").as_uri())
                for number in range(count)]

    def partner(self, tracks):
        path, device = self.watch.device()
        self.host.publish(tracks)
        self.host.create_partnership(device["Id"])
        self.host.want_all(device["Id"])
        return path

    def songs_there(self):
        return sum(path.endswith(".mp3") for path in self.player.tree())

    def test_bus_starts_the_helper_which_syncs_behind_its_fences(self):
        path = self.partner(self.add_songs(3))
        last = self.watch.wait_for_property(path, "LastSync", lambda last: last and last["Copied"] == 3)
        self.assertEqual((last["Result"], last["ErrorCount"]), (0, 0), last)
        self.assertEqual(self.songs_there(), 3)
        state, pid = self.unit(HELPER, "ActiveState", "MainPID")
        self.assertEqual((state, int(pid)), ("active", self.watch.helper_pid()))
        for each in (pid, *self.processes.named("portamento-engine")):
            status = status_of(each)
            self.assertEqual((int(status["Seccomp"]), int(status["NoNewPrivs"])), (SECCOMP_FILTER, 1), each)

    def test_what_has_crashed_is_started_again_and_goes_on(self):
        path = self.partner(self.add_songs(2))
        self.watch.wait_for_property(path, "LastSync", lambda last: last and last["Copied"] == 2)
        helper = self.watch.helper_pid()
        self.processes.kill(helper)
        again = self.watch.wait_for(lambda: self.watch.helper_pid() not in (None, helper) and self.watch.helper_pid(),
                                    "the helper to be there again", 60)
        self.assertEqual([int(word) for word in self.unit(HELPER, "MainPID", "NRestarts")][0], again)
        self.host.publish(self.add_songs(3))
        self.watch.wait_for_property(path, "LastSync", lambda last: last and last["Copied"] == 1)
        self.assertEqual(self.songs_there(), 3)

    def test_when_it_is_stopped_in_mid_song_the_engine_closes_its_session_first(self):
        self.player.ctl("bandwidth", 2_000_000)
        path = self.partner(self.add_songs(1, 20_000_000))
        self.watch.wait_for(lambda: any(device["Progress"][1] > 0 for device in self.watch.devices().values()),
                            "a song to be under way")
        engines = self.processes.named("portamento-engine")
        self.systemctl("stop", HELPER)
        self.assertTrue(wait_until_gone(engines, 1))
        self.assertEqual(self.unit(HELPER, "Result", "ExecMainStatus"), ["success", "0"])
        self.player.ctl("wait", "no-session")
        self.assertEqual(self.songs_there(), 0, "a part of a song stays")
        self.player.ctl("bandwidth", 0)
        self.watch.devices()  # starts it
        self.watch.device_call(path, "Start")
        self.watch.wait_for_property(path, "LastSync", lambda last: last and last["Copied"] == 1)
        self.assertEqual(self.songs_there(), 1)

    def test_mpd_client_is_a_service_of_the_same_kind(self):
        self.add_songs(2)
        mpd = Mpd(self.processes, self.folder / "mpd", self.music)
        self.addCleanup(mpd.stop)
        mpd.update()
        self.processes.environment["MPD_HOST"] = str(mpd.socket_path)
        self.systemctl("set-environment", f"MPD_HOST={mpd.socket_path}")
        self.systemctl("start", MPD_CLIENT)  # it is of type notify: this returns when it is ready
        self.assertEqual(self.unit(MPD_CLIENT, "ActiveState", "SubState"), ["active", "running"])
        pid = self.unit(MPD_CLIENT, "MainPID")[0]
        self.assertEqual(int(status_of(pid)["Seccomp"]), SECCOMP_FILTER)
        ran = self.processes.run(["portamento-mpd", "sync", "--library", "--create-partnership"], 60)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.songs_there(), 2)
        self.systemctl("reload", MPD_CLIENT)
        self.systemctl("stop", MPD_CLIENT)
        self.assertEqual(self.unit(MPD_CLIENT, "Result", "ExecMainStatus"), ["success", "0"])


def main():
    if "PORTAMENTO_ROOM" in os.environ:
        unittest.main()
    if MANAGER is None:
        print("systemd is not installed", file=sys.stderr)
        sys.exit(77)
    room = Path(__file__).with_name("systemd-room")
    sys.exit(subprocess.run([str(room), str(BUILD), sys.executable, "-B", __file__, *sys.argv[1:]], check=False).returncode)


if __name__ == "__main__":
    main()
