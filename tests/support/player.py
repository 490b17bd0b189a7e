# SPDX-License-Identifier: LGPL-2.1-or-later
"""The virtual player, as tests hold it; tests/virtual-player/README.md is its manual."""

import json
import os
import shlex
import socket
from contextlib import contextmanager
from pathlib import Path

from support.mtp import MtpTools

WRITES = ("DeleteObject", "SendObjectInfo", "SendObject", "SetObjectProtection", "SetDevicePropValue", "MoveObject",
          "CopyObject", "SendPartialObject", "TruncateObject", "BeginEditObject", "EndEditObject",
          "SetObjectPropValue", "SetObjectPropList", "SendObjectPropList", "SetObjectReferences")


class Player:
    def __init__(self, processes, program, folder, options=()):
        self.processes, self.program, self.folder = processes, str(program), Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        guardian = () if "--die-with" in options else ("--die-with", str(os.getpid()))
        self.must("start", str(self.folder), *options, *guardian)
        self.renumbers, self.is_steady = False, 0
        if "--profile" in options:
            profile = Path(self.program).with_name("profiles") / options[options.index("--profile") + 1]
            self.renumbers = "\nhandles_per_session=1\n" in profile.read_text()
        self.mtp = MtpTools(self.run, self.steady)

    @contextmanager
    def steady(self):
        """Handles stay for as long as this is held; outside the profile decides."""
        self.is_steady += 1
        if self.renumbers and self.is_steady == 1:
            self.ctl("set-quirk", "handles_per_session", "0")
        try:
            yield
        finally:
            self.is_steady -= 1
            if self.renumbers and self.is_steady == 0:
                self.ctl("set-quirk", "handles_per_session", "1")

    def must(self, command, *arguments, seconds=60):
        ran = self.processes.run([self.program, command, *arguments], seconds)
        if ran.returncode:
            raise AssertionError(f"player {command} {' '.join(arguments)} failed: {ran.stdout}{ran.stderr}")
        return ran.stdout

    def stop(self):
        self.must("stop", str(self.folder))

    def environment(self):
        """What a program needs to find this player on its USB."""
        found = {}
        for line in self.must("env", str(self.folder)).split("\n"):
            words = shlex.split(line.removeprefix("export "))
            for word in words:
                name, equals, value = word.partition("=")
                if equals:
                    found[name] = value
        return found

    def environment_script(self):
        """The same as lines of shell."""
        return self.must("env", str(self.folder))

    def run(self, command, seconds=120):
        """A completed process that had the player on its USB."""
        return self.processes.run([self.program, "run", str(self.folder), *command], seconds)

    def ctl(self, *words, seconds=60):
        """One command to the player, over its socket; its JSON answer. Paths of files must be absolute."""
        words = [str(word) for word in words]
        folder = os.open(self.folder, os.O_PATH)
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(seconds)
                connection.connect(f"/proc/self/fd/{folder}/control")  # socket paths are short of room
                connection.sendall(shlex.join(words).encode() + b"\n")
                said = connection.makefile("rb").readline()
        except OSError as error:
            raise AssertionError(f"player ctl {' '.join(words)} failed: {error}") from error
        finally:
            os.close(folder)
        answer = json.loads(said) if said.strip() else None
        if not said or (isinstance(answer, dict) and list(answer) == ["error"]):
            raise AssertionError(f"player ctl {' '.join(words)} failed: {answer}")
        return answer

    def tree(self):
        """{path: object} of everything on it, straight from the player; handles left out, they change."""
        objects = self.ctl("tree")
        for thing in objects:
            del thing["handle"]
        found = {thing["path"]: thing for thing in objects}
        twice = sorted({path for path in found if sum(thing["path"] == path for thing in objects) > 1})
        assert not twice, f"two objects of one path: {', '.join(twice)}"
        return found

    def stats(self):
        return self.ctl("stats")

    def writes(self):
        """{operation: how often} of those that change a device, since reset-stats."""
        return {name: count for name, count in self.stats()["operations"].items() if name in WRITES}

    def put(self, path, local):
        """What the owner does by hand."""
        self.ctl("put", path, local)
