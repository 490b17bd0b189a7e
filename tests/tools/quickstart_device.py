# SPDX-License-Identifier: LGPL-2.1-or-later
"""./quickstart --device: the same on a real player, which is asked about before it is written to.

The session bus is the person's own, since gvfs must let go of the player there.
Journal, libraries and rules are the quickstart's own, apart from those of an
installed Portamento. It ends the partnership when it leaves.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from quickstart import Screen, Tour, make_library
from support.bus import NAME, Watch
from support.mpd import Mpd
from support.processes import Processes
from support.session import program


HELD = 6  # portamentoctl's exit code: removals wait for a person


class Desk:
    """The person's session with our MPD and our helper in it."""

    def __init__(self, directory):
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state", "portamento-quickstart")
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-"))
        # Songs stay where they are until the next time: what is gone would be taken from the player.
        self.music = directory or state / "music"
        self.processes = Processes("quickstart", {
            **os.environ, "XDG_STATE_HOME": str(state), "XDG_DATA_HOME": str(state / "data"),
            "PORTAMENTO_ENGINE": program("portamento-engine")})
        self.helper = self.mpd = None
        self.is_made_up = directory is None

    def open(self):
        watch = Watch(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        if watch.helper_pid():
            raise SystemExit("Portamento is already at work in this session. Use it as it is: portamento-mpd sync --help")
        with open(self.folder / "portamentod.log", "w", encoding="utf-8") as log:
            self.helper = self.processes.start([program("portamentod")], stdout=log, stderr=log)
        watch.wait_for(watch.helper_pid, f"portamentod to own {NAME}", 10)
        watch.close()
        if self.is_made_up and not self.music.exists():
            make_library(self)
        self.mpd = Mpd(self.processes, self.folder / "mpd", self.music)
        self.processes.environment["MPD_HOST"] = str(self.mpd.socket_path)
        self.mpd.update()

    def close(self):
        self.processes.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def asked(screen, question):
    answer = input(f"   {screen.styled('1', question)} [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def take_back(desk, show):
    """An empty playlist is wanted instead. Many removals at once ask for a second word, which was just given."""
    desk.mpd.send("save", "Nothing")
    if show.run("portamento-mpd", "sync", "--playlist", "Nothing", accept=(0, HELD)) == HELD:
        show.run("portamentoctl", "confirm")
        show.run("portamentoctl", "sync")


def tour(desk, screen):
    show = Tour(desk, screen)
    wanted = ["--library"] if desk.is_made_up else ["--fill", "shuffle"]
    screen.heading("Your player")
    screen.say("Plug it in and unlock it; on a phone, choose file transfer.")
    input("   Press Enter when it is. ")
    show.run("portamentoctl", "devices")
    screen.say(f"{len(desk.mpd.songs())} songs from {desk.music} would be put into its folder Music, and nothing else")
    screen.say("on it would be changed, renamed or deleted.")
    if not asked(screen, "Write to this player?"):
        screen.say("Then not. Nothing was written.")
        return
    screen.heading("The first sync")
    show.run("portamento-mpd", "sync", *wanted, "--create-partnership")
    try:
        screen.heading("The second has nothing to do")
        show.run("portamento-mpd", "sync", *wanted)
        screen.heading("And now")
        if asked(screen, "Take these songs from the player again?"):
            take_back(desk, show)
    finally:
        show.run("portamentoctl", "partner", "delete")


def real(directory):
    screen = Screen()
    if not sys.stdin.isatty():
        raise SystemExit("--device asks before it writes, so it needs a terminal.")
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        raise SystemExit("--device needs your desktop session: there is no DBUS_SESSION_BUS_ADDRESS here.")
    desk = Desk(directory and directory.resolve())
    try:
        desk.open()
        tour(desk, screen)
    finally:
        desk.close()
    return 0
