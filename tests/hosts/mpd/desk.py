# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of portamento-mpd share: a real MPD, and the adapter linked with the
recording libportamento, told apart from the user's own by every environment variable."""

import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS / "support"))
from mpd import Mpd, MpdError  # noqa: E402,F401
from processes import Processes, read_until  # noqa: E402,F401

MAKE_LIBRARY = TESTS / "tools/make-library"
PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
SECONDS = 90  # a deadline, not a pause


def load_make_library():
    loader = SourceFileLoader("make_library", str(MAKE_LIBRARY))
    module = module_from_spec(spec_from_loader("make_library", loader))
    loader.exec_module(module)
    return module


def path_of(uri):
    """The file's path of a file: URI, undecodable bytes as surrogates."""
    assert uri.startswith("file:///"), uri
    return os.fsdecode(urllib.parse.unquote_to_bytes(uri[len("file://"):]))


class VariedMpd(Mpd):
    """An MPD with more lines, or other ones, in its configuration."""

    def __init__(self, processes, folder, music, more="", without=()):
        self.more, self.without = more, without
        super().__init__(processes, folder, music)

    def start(self):
        lines = self.config.read_text().splitlines()
        kept = [line for line in lines if not line.startswith(tuple(self.without) or "\0")]
        self.config.write_text("\n".join(kept) + "\n" + self.more)
        self.more, self.without = "", ()
        super().start()


class Proxy:
    """Stands between a client and MPD's socket. instead(command) may be an answer that MPD itself
    never gives (b"": none at all), else None; change(command, lines) may alter MPD's own answer."""

    def __init__(self, mpd, path, instead=lambda command: None, change=lambda command, lines: lines):
        self.mpd, self.instead, self.change, self.commands = mpd, instead, change, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.path, self.connections = path, [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(client)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            self.pass_on(client)
        except OSError:
            pass  # one of the two is gone

    def pass_on(self, client):
        server = self.mpd.connect(SECONDS)
        # unbuffered: what select() does not see has not been read
        with client, server, client.makefile("rb", 0) as asked, server.makefile("rb") as answers:
            client.sendall(answers.readline())
            for command in asked:
                name = command.decode(errors="surrogateescape").rstrip("\n")
                self.commands.append(name)
                if name == "noidle":
                    continue  # it crossed the answer, and gets none
                answer = self.instead(name)
                if answer is None:
                    server.sendall(command)
                    if name.startswith("idle"):
                        self.wait_idle(client, server, asked)
                    answer = b"".join(self.change(name, list(self.read_answer(answers))))
                client.sendall(answer)

    def wait_idle(self, client, server, asked):
        """Until MPD answers; the client may ask it to do so now."""
        ready, _, _ = select.select([client, server], [], [])
        if server not in ready:
            command = asked.readline()
            self.commands.append(command.decode().rstrip("\n"))
            server.sendall(command or b"close\n")

    @staticmethod
    def read_answer(answers):
        for line in answers:
            yield line
            if line.startswith((b"OK", b"ACK")):
                return

    def close(self):
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()


class Case(unittest.TestCase):
    """One private desk for each test."""

    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-mpd-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for name in ("home", "runtime", "config/portamento", "music"):
            (self.folder / name).mkdir(parents=True, mode=0o700)
        self.music = self.folder / "music"
        self.config = self.folder / "config/portamento/mpd.conf"
        environment = {
            "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(self.folder / "runtime"), "XDG_CONFIG_HOME": str(self.folder / "config"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/no-bus", "TERM": "dumb",
            "FAKE_PORTAMENTO_RECORD": str(self.folder / "record"),
            "FAKE_PORTAMENTO_EVENTS": str(self.folder / "events"),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        self.processes = Processes("mpd-host", environment)
        self.addCleanup(self.end)
        for name in ("record", "events"):
            os.mkfifo(self.folder / name)
        # read and write, so that neither end waits for the other
        self.record = os.open(self.folder / "record", os.O_RDWR | os.O_NONBLOCK)
        self.events = os.open(self.folder / "events", os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, self.record)
        self.addCleanup(os.close, self.events)
        self.unread = b""

    def end(self):
        killed = self.processes.end(SECONDS)
        for child in self.processes.started:
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()
        self.assertEqual(killed, [], "these did not end when asked to")

    def make_library(self, tracks=40):
        done = self.processes.run([str(MAKE_LIBRARY), str(self.music), "--tracks", str(tracks)], 240)
        self.assertEqual(done.returncode, 0, done.stderr)

    def start_mpd(self, folder="mpd", **options):
        mpd = VariedMpd(self.processes, self.folder / folder, self.music, **options)
        self.addCleanup(lambda: (mpd.lines.close(), mpd.connection.close()))
        return mpd

    def start_with_library(self, tracks=40, **options):
        self.make_library(tracks)
        mpd = self.start_mpd(**options)
        mpd.update()
        return mpd

    def run_program(self, mpd, *arguments, seconds=240):
        host = ["--host", str(getattr(mpd, "socket_path", mpd))] if mpd is not None else []
        return self.processes.run([str(PROGRAM), *host, *arguments], seconds)

    def start_program(self, mpd, *arguments, **environment):
        host = ["--host", str(getattr(mpd, "socket_path", mpd))] if mpd is not None else []
        return self.processes.start(
            [str(PROGRAM), *host, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**self.processes.environment, **environment}, text=True, errors="surrogateescape")

    def dump(self, mpd, *arguments):
        """(tracks, {playlist: uris})"""
        done = self.run_program(mpd, *arguments, "dump")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        tracks = [row for row in rows if "uri" in row]
        return tracks, {row["playlist"]: row["uris"] for row in rows if "playlist" in row}

    def dump_by_path(self, mpd, *arguments):
        return {path_of(track["uri"]): track for track in self.dump(mpd, *arguments)[0]}

    def next_record(self, seconds=SECONDS):
        """What the adapter asked of Portamento next."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.record], [], [], max(0, deadline - time.monotonic()))
            self.assertTrue(ready, "nothing more is asked of Portamento")
            self.unread += os.read(self.record, 1 << 16)
        line, _, self.unread = self.unread.partition(b"\n")
        return json.loads(line)

    def wait_for_record(self, key, accept=lambda value: True, seconds=SECONDS):
        """The next one with this key that is acceptable; others are passed over."""
        deadline = time.monotonic() + seconds
        while True:
            record = self.next_record(max(0, deadline - time.monotonic()))
            if key in record and accept(record[key]):
                return record

    def say(self, line):
        """An event of Portamento's."""
        os.write(self.events, line.encode() + b"\n")
