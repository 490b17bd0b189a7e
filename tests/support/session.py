# SPDX-License-Identifier: LGPL-2.1-or-later
"""One whole desktop in a temporary folder: bus, MPD, helper, engine, player.

Everything is the real program; only the player's USB cable is emulated. What a
session starts it ends, and it fails if anything is left running.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from support.bus import Bus, Watch
from support.mpd import Mpd
from support.player import Player
from support.processes import Processes

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PORTAMENTO_BUILD") or TOP / "build").resolve()
PROGRAMS = {
    "portamentod": "core/helper/portamentod",
    "portamento-engine": "core/engine/portamento-engine",
    "portamentoctl": "core/ctl/portamentoctl",
    "portamento-mpd": "plugins/mpd-client/portamento-mpd",
}
PLAYER_PROGRAM = TOP / "tests/virtual-player/player"


class NotBuilt(Exception):
    pass


def has_failed(test):
    """Whether a unittest.TestCase has, so far; in its cleanups, too, where its outcome does not say."""
    result = test._outcome.result
    return any(getattr(case, "test_case", case) is test for case, _ in result.failures + result.errors)


def program(name):
    path = BUILD / PROGRAMS[name]
    if not path.exists():
        raise NotBuilt(f"{path} is not built")
    return str(path)


def clean_environment(folder):
    """Nothing of the user's: own home, own XDG folders, no bus but ours."""
    keep = {name: value for name, value in os.environ.items()
            if not name.startswith(("XDG_", "DBUS_", "MPD_", "DISPLAY", "WAYLAND_", "LD_PRELOAD", "UMOCKDEV_"))}
    own = {"HOME": folder / "home", "XDG_RUNTIME_DIR": folder / "run", "XDG_STATE_HOME": folder / "state",
           "XDG_DATA_HOME": folder / "data", "XDG_CONFIG_HOME": folder / "config", "XDG_CACHE_HOME": folder / "cache",
           "XDG_DATA_DIRS": folder / "share", "XDG_CONFIG_DIRS": folder / "etc", "TMPDIR": folder / "tmp"}
    for path in own.values():
        path.mkdir(mode=0o700, parents=True)
    return {**keep, **{name: str(path) for name, path in own.items()}, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "PORTAMENTO_BUILD": str(BUILD), "PORTAMENTO_ENGINE": program("portamento-engine")}


class Session:
    """profile and options are the virtual player's, or player is another session's, which must
    outlive this one; end it with close()."""

    def __init__(self, profile="walkman", options=(), mpd=True, music=None, player=None):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-"))
        self.music = Path(music or self.folder / "music")
        self.music.mkdir(exist_ok=True)
        self.processes = Processes("e2e", clean_environment(self.folder))
        self.environment = self.processes.environment
        self.failed, self.background, self.is_guest = False, [], player is not None
        try:
            self.player = player or Player(self.processes, PLAYER_PROGRAM, self.folder / "player",
                                           ["--profile", profile, *options])
            self.bus = Bus(self.processes, self.folder / "bus", self.write_helper_script())
            self.watch = Watch(self.bus.address)
            self.mpd = None
            if mpd:
                self.mpd = Mpd(self.processes, self.folder / "mpd", self.music)
                self.environment["MPD_HOST"] = str(self.mpd.socket_path)
        except BaseException:
            self.processes.end()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def write_helper_script(self):
        """What the bus starts: the helper, with the player on its USB and its words in a log."""
        script = self.folder / "portamentod"
        script.write_text(f"#!/bin/sh\n{self.player.environment_script()}\n"
                          f"exec {program('portamentod')} >>{self.folder}/helper.log 2>&1\n")
        script.chmod(0o755)
        return script

    def show_logs(self):
        for name in ("helper.log", "mpd/log", "portamento-mpd.log"):
            path = self.folder / name
            if path.exists():
                lines = path.read_text(errors="replace").split("\n")[-60:]
                print(f"--- {name}\n" + "\n".join(lines), file=sys.stderr)

    def close(self):
        """Ends everything, the helper first, so that it can end its engines itself."""
        for child in self.background:
            if child.poll() is None:
                child.terminate()
                child.wait(20)
        self.end_helper()
        self.watch.close()
        if not self.is_guest:
            self.player.stop()
        if self.mpd:
            self.mpd.stop()
        self.bus.daemon.terminate()
        self.bus.daemon.wait(20)
        self.bus.close()
        left = self.processes.living()
        self.processes.end()
        if os.environ.get("PORTAMENTO_KEEP"):
            print(f"kept: {self.folder}", file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        if left and not self.failed:
            raise AssertionError(f"left running: {left}")

    def end_helper(self):
        """As at the end of a desktop's session; the bus starts it again when it is asked for."""
        helper = None if self.watch.connection.is_closed() else self.watch.helper_pid()
        if helper:
            self.processes.kill(helper, 15, 20)

    # --- the programs people use

    def run(self, name, *words, seconds=120):
        return self.processes.run([program(name), *[str(word) for word in words]], seconds)

    def start(self, name, *words):
        """One of our programs in the background; ended with the session if it has not by then."""
        with open(self.folder / f"{name}.log", "w", encoding="utf-8") as log:
            child = self.processes.start([program(name), *words], stdout=log, stderr=log)
        self.background.append(child)
        return child

    def must(self, name, *words, seconds=120):
        ran = self.run(name, *words, seconds=seconds)
        if ran.returncode:
            raise AssertionError(f"{name} {' '.join(map(str, words))} exited {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def ctl(self, *words, seconds=120):
        """portamentoctl's answer, read."""
        said = self.must("portamentoctl", "--json", *words, seconds=seconds)
        return json.loads(said) if said.strip() else None

    def mpd_sync(self, *words, seconds=120):
        """portamento-mpd in its one-shot mode."""
        return self.must("portamento-mpd", "sync", *words, seconds=seconds)

    # --- what is so, on the bus and on the player

    def device(self):
        """(object path, properties) of the player."""
        return self.watch.device()

    def last_sync(self):
        return self.device()[1]["LastSync"]

    def sync(self, seconds=120):
        """Asks for a sync and returns what came of it: Device.LastSync."""
        path, device = self.device()
        self.watch.device_call(path, "Start")
        return self.watch.wait_for_property(path, "LastSync", lambda last: last != device["LastSync"], seconds)

    def music_on_player(self):
        """{path: Seen} of songs below Music, as mtp-tools see them."""
        return {path: file for path, file in self.player.mtp.files().items() if path.startswith("Music/")}

    def when_copying(self):
        """Returns once bytes of a song are on their way."""
        def copying():
            return any(device["Progress"][1] > 0 for device in self.watch.devices().values())
        self.watch.wait_for(copying, "a song to be under way")

    def kill_helper(self):
        pid = self.watch.helper_pid()
        self.processes.kill(pid)
        return pid

    def engine_pids(self):
        return self.processes.named("portamento-engine")

    def kill_engine(self):
        pids = self.engine_pids()
        for pid in pids:
            self.processes.kill(pid)
        return pids
