# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page of a player in a plain window, with everything real behind it: adapter, helper,
engine and the virtual player; looked at and worked as a screen reader does."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from support.bus import GLib  # noqa: E402
from support.screen import Screen  # noqa: E402
from device.harness import Probe  # noqa: E402
from support.session import BUILD, Session, has_failed  # noqa: E402

WINDOW = BUILD / "tests/hosts/page/page-window"
SCREENSHOTS = BUILD / "screenshots/page"
MEGABYTE = 1 << 20

# What a person might have: artist - album, songs, megabytes each.
ALBUMS = {
    "Ada Lund - Harbour Lights": (["Ferry", "Salt", "Low Tide", "Lanterns", "Home by Night"], 6),
    "Brass & Bone - Street Parade": (["First Line", "Second Line", "Umbrella", "Hold That Corner"], 9),
    "Kyoko Mori - 雨の庭": (["庭", "雨", "石", "苔"], 5),
    "The Understudies - Encore": (["Curtain", "Prompt", "Exit Left", "Applause", "Understudy", "Bow"], 7),
    "Yaël Cohen - Café Nocturne": (["Minuit", "Rue Haute", "Dernier Métro"], 8),
}
PLAYLISTS = {"Running": ["First Line", "Second Line", "Curtain", "Exit Left"],
             "Late evenings": ["Low Tide", "Minuit", "Rue Haute", "庭", "雨"],
             "Auto My top rated": ["Ferry", "Applause", "Bow", "Minuit"],
             "Auto Recently added": ["石", "苔", "Dernier Métro"]}


def make_library(folder, scale=1.0):
    """Files of the right size with nothing in them, and playlists beside them; {title: path}."""
    songs = {}
    for album, (titles, megabytes) in ALBUMS.items():
        (folder / album).mkdir(parents=True, exist_ok=True)
        for number, title in enumerate(titles):
            path = folder / album / f"{title}.mp3"
            with open(path, "wb") as file:
                file.write(f"{album}/{title}".encode())  # no two songs have one sound
                file.truncate(int((megabytes + number / 7) * scale * MEGABYTE))
            songs[title] = path
    for name, titles in PLAYLISTS.items():
        lines = [str(songs[title].relative_to(folder)) for title in titles]
        (folder / f"{name}.m3u").write_text("\n".join(lines) + "\n")
    return songs


class TestCase(unittest.TestCase):
    maxDiff = None

    def open(self, profile="walkman", options=(), rival=None, language="C.UTF-8", scale=1.0, size="800x600", hold=False):
        """A session with a window, which shows the page once the player is known."""
        self.session = Session(profile, options, mpd=False)
        self.screen = self.window = self.holder = None
        self.addCleanup(self.leave)
        self.songs = make_library(self.session.music, scale)
        if hold:
            self.hold_player()
        self.screen = Screen(self.session, size)
        environment = {**self.screen.environment, **self.speak(language),
                       "PAGE_WINDOW_LOCALES": str(BUILD / "plugins/po")}
        command = [str(WINDOW), str(self.session.music), *([rival] if rival else [])]
        self.log = open(self.session.folder / "page-window.log", "w", encoding="utf-8")
        self.window = self.session.processes.start(command, env=environment, stdin=subprocess.PIPE,
                                                   stdout=subprocess.PIPE, stderr=self.log, text=True)

    def speak(self, locale):
        """The environment of a program in that language; C libraries differ in whether C.UTF-8 can have one."""
        if locale == "C.UTF-8":
            return {"LANGUAGE": "en"}
        language, _, encoding = locale.partition(".")
        subprocess.run(["localedef", "--no-archive", "-i", language, "-f", encoding, self.session.folder / locale],
                       check=True, timeout=60)
        return {"LOCPATH": str(self.session.folder), "LC_ALL": locale}

    def hold_player(self):
        """Another program has it before anybody of ours looks. The emulated node is a socket to
        its holder, which a file of its name stands in for, so that it is found in /proc."""
        player = self.session.player
        info = player.ctl("info")
        node = self.session.folder / "dev/bus/usb/{bus:03}/{address:03}".format(**info)
        node.parent.mkdir(parents=True)
        with open(node, "wb") as stand_in:
            self.holder = Probe(player, self.session.folder, (stand_in.fileno(),)).connect()

    def leave(self):
        try:
            self.leave_session()
        finally:
            self.log.close()

    def leave_session(self):
        self.session.failed = has_failed(self)
        try:
            if self.session.failed and self.screen:
                self.shoot(f"failed-{self._testMethodName}")
                self.session.show_logs()
                print((self.session.folder / "page-window.log").read_text(), file=sys.stderr)
            if self.window:
                self.say("quit")
                self.assertEqual(self.window.wait(30), 0)
                self.window.stdin.close()
                self.window.stdout.close()
            if self.screen:
                self.screen.close()
            if self.holder:
                self.holder.close()
            complaints = self.complaints
        finally:
            self.session.close()
        if not self.session.failed:
            self.assertEqual(complaints, "")

    @property
    def complaints(self):
        """Of GTK, on stderr; AT-SPI's own are not ours."""
        lines = Path(self.log.name).read_text() if Path(self.log.name).exists() else ""
        return "".join(line for line in lines.splitlines(True) if "CRITICAL" in line or "Gtk-WARNING" in line)

    # --- the window

    def say(self, line):
        if self.window.poll() is None:
            print(line, file=self.window.stdin, flush=True)

    def hear(self, beginning):
        """The next line that begins so."""
        for line in self.window.stdout:
            if line.startswith(beginning):
                return line.strip()
        raise AssertionError(f"the window ended without saying {beginning}")

    def ui(self, command, role=None, name=None, **more):
        return self.screen.ask(command, application="page-window", role=role, name=name, **more)

    def press(self, name, role="push button", **more):
        return self.ui("press", role, name, **more)

    def tick(self, playlist):
        """Its check box."""
        self.ui("press-in-row", "table cell", playlist, column=0)

    def see(self, text, **more):
        """A label that has it; sizes have a space that does not break."""
        text = re.sub(r"(?<=\d) (?=[kMG]?B)", "\xa0", text)
        return self.ui("find", ["label", "status bar"], text, exact=False, **more)

    def shoot(self, name):
        self.screen.shoot(SCREENSHOTS / f"{name}.png")

    # --- the player

    def device(self):
        return self.session.device()

    def wait_for(self, name, accept, seconds=30):
        return self.session.watch.wait_for_property(self.device()[0], name, accept, seconds)

    def until(self, predicate, what, seconds=30):
        """For what no signal tells: asked ten times a second."""
        timer = GLib.timeout_add(100, lambda: True)
        try:
            return self.session.watch.wait_for(predicate, what, seconds)
        finally:
            GLib.source_remove(timer)
