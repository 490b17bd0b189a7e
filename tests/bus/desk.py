# SPDX-License-Identifier: LGPL-2.1-or-later
"""portamentod on a private bus, with devices and engines that a test plays itself.

Needs python3-gi, for file descriptors over D-Bus.
"""

import contextlib
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.bus import DEVICE, MANAGER, NAME, ROOT, Bus, Watch  # noqa: E402
from support.processes import Processes, wait_until_gone  # noqa: E402

PATIENCE = 90  # seconds: a deadline, not a pause
ERROR = NAME + ".Error."
HEADER = Path(__file__).resolve().parents[2] / "core" / "portamento.h"
RULES = "a(isia{sv})"
LIBRARY_RULE = [(1, "", 1, {})]


def constants():
    found = re.findall(r"\b(PORTA_[A-Z_]+) = (-?\d+)", HEADER.read_text(encoding="utf-8"))
    return {name: int(value) for name, value in found}


C = constants()
STATUS = {name[len("PORTA_STATUS_"):]: value for name, value in C.items() if name.startswith("PORTA_STATUS_")}
DETAIL = {name[len("PORTA_DETAIL_"):]: value for name, value in C.items() if name.startswith("PORTA_DETAIL_")}
SYNC = {name[len("PORTA_SYNC_"):]: value for name, value in C.items() if name.startswith("PORTA_SYNC_")}
CODE = {name[len("PORTA_ERROR_"):]: value for name, value in C.items() if name.startswith("PORTA_ERROR_")}


def error_name(error):
    """Of a GLib.Error off the bus, without our prefix."""
    name = Gio.DBusError.get_remote_error(error) or ""
    return name[len(ERROR):] if name.startswith(ERROR) else name


def vardict(values):
    return GLib.Variant("a{sv}", values)


def s(text):
    return GLib.Variant("s", text)


def i(number):
    return GLib.Variant("i", number)


def b(truth):
    return GLib.Variant("b", truth)


def u(number):
    return GLib.Variant("u", number)


STORAGES = GLib.Variant("a(sstttt)", [("card", "Card", 1000, 900, 50, 0)])
IDENTIFIED = {
    "Code": i(0), "Text": s(""), "DeviceName": s("Maker Model"), "FriendlyName": s("My player"),
    "SerialNumber": s("123"), "Owner": s(""), "OwnerName": s(""), "Writable": b(True),
    "Storages": STORAGES, "SyncItemCount": u(0), "SkippedFiles": u(0),
}
SYNCED = {
    "Code": i(0), "Text": s(""), "Copied": u(3), "Replaced": u(0), "Removed": u(0), "Kept": u(7),
    "Renamed": u(0), "Retagged": u(0), "Playlists": u(1), "ErrorCount": u(0), "NoFitCount": u(0),
    "SkippedCount": u(0), "Bytes": GLib.Variant("t", 15000000), "Seconds": GLib.Variant("d", 2.5),
    "HeldRemovals": u(0), "HeldToken": s(""), "SyncItemCount": u(10), "SkippedFiles": u(0),
}


class Job:
    """What the helper asked an engine to do."""

    def __init__(self, engine, text, libraries):
        self.engine = engine
        self.values = GLib.Variant.parse(GLib.VariantType("a{sv}"), text, None, None).unpack()
        self.kind = self.values["Kind"]
        self.libraries = libraries  # handle: (bytes, SHA-256)

    def result(self, base=None, verb="result", **changes):
        values = {**(base or {"Code": i(0), "Text": s("")}), **changes}
        self.engine.send(f"{verb} {vardict(values).print_(True)}")

    def fail(self, code, text="it failed"):
        self.result(Code=i(CODE[code]), Text=s(text))

    def say(self, verb, type_string, value):
        self.engine.send(f"{verb} {GLib.Variant(type_string, value).print_(True)}")


class Engine(threading.Thread):
    """One fake engine process, seen from the test."""

    def __init__(self, engines, connection):
        super().__init__(daemon=True)
        self.engines = engines
        self.connection = connection
        self.pid = None

    def send(self, line):
        self.connection.sendall(line.encode() + b"\n")

    def run(self):
        libraries = {}
        with (contextlib.suppress(ConnectionResetError),  # it was killed
              self.connection, self.connection.makefile(encoding="utf-8") as lines):
            for line in lines:
                verb, _, rest = line.rstrip("\n").partition(" ")
                if verb == "start":
                    self.pid = int(rest)
                    self.engines.pids.append(self.pid)
                elif verb == "library":
                    handle, size, digest = rest.split(" ")
                    libraries[int(handle)] = (int(size), digest)
                elif verb == "run":
                    self.engines.on_job(Job(self, rest, libraries))
                    libraries = {}
                elif verb in ("stored", "not-stored"):
                    self.engines.stored.put(rest[len(ERROR):] if rest else "OK")
                elif verb == "stay":
                    self.engines.stays.put(self)
                elif verb == "cancel":
                    self.engines.on_cancel(self)


class Engines:
    """All fake engines: jobs of a kind that has a standing answer get it, the others wait for the test."""

    def __init__(self, path):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(64)
        self.jobs = queue.Queue()
        self.cancels = queue.Queue()
        self.stays = queue.Queue()
        self.stored = queue.Queue()  # the helper's answers: "OK" or an error's name
        self.kinds = []  # of all jobs ever, in order
        self.pids = []
        self.answers = {"identify": lambda job: job.result(IDENTIFIED)}
        self.on_cancelled = None  # what a standing engine does when told to cancel
        self.current = None
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            Engine(self, connection).start()

    def on_job(self, job):
        self.kinds.append(job.kind)
        job.engine.job = job
        answer = self.answers.get(job.kind)
        if answer:
            with contextlib.suppress(OSError):  # the engine was killed meanwhile
                answer(job)
        else:
            self.jobs.put(job)

    def on_cancel(self, engine):
        if self.on_cancelled:
            self.on_cancelled(engine.job)
        self.cancels.put(engine)

    def take(self, kind, seconds=PATIENCE):
        job = self.jobs.get(timeout=seconds)
        assert job.kind == kind, f"{job.kind} was asked for, not {kind}"
        return job

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


class Call:
    """A method call under way; wait() gives its answer or raises its error."""

    def __init__(self, watch, path, interface, method, arguments, fds=None):
        self.watch, self.answers, self.error, self.fds = watch, [], None, None
        watch.connection.call_with_unix_fd_list(
            NAME, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, PATIENCE * 1000,
            fds, None, self.on_reply)

    def on_reply(self, connection, result):
        try:
            answer = connection.call_with_unix_fd_list_finish(result)
            value, self.fds = answer if isinstance(answer, tuple) else (answer, None)
            self.answers.append(value.unpack())
        except GLib.Error as error:
            self.error = error

    def is_done(self):
        return bool(self.answers) or self.error is not None

    def wait(self):
        self.watch.wait_for(self.is_done, "an answer", PATIENCE)
        if self.error:
            raise self.error
        return self.answers[0]

    def refusal(self):
        try:
            answer = self.wait()
        except GLib.Error as error:
            return error_name(error)
        raise AssertionError(f"it was not refused but answered {answer}")


class Desk(unittest.TestCase):
    """A test's own desktop: bus, helper, devices, engines. Devices start with none plugged in."""

    environment = {}
    idle_timeout = 600
    helper = "FAKE_PORTAMENTOD"

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portamento-bus-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        for name in ("home", "state", "run", "usb"):
            (self.folder / name).mkdir(mode=0o700)
        self.engines = Engines(self.folder / "engine")
        self.addCleanup(self.engines.close)
        self.processes = Processes(self.id(), {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "LC_ALL": "C.UTF-8",
            "XDG_STATE_HOME": str(self.folder / "state"), "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_CONFIG_HOME": str(self.folder / "home"), "XDG_DATA_HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.folder / "home"), "GIO_USE_VFS": "local",
            "PORTAMENTO_ENGINE": os.environ["FAKE_ENGINE"],
            "PORTAMENTO_FAKE_ENGINE": str(self.folder / "engine"),
            "PORTAMENTO_FAKE_DISCOVERY": str(self.folder / "usb"),
            "PORTAMENTO_DEBOUNCE_MS": "20",
            **{name: value for name, value in os.environ.items() if name.startswith(("ASAN_", "LSAN_", "UBSAN_", "TSAN_"))},
            **self.environment,
        })
        self.addCleanup(self.processes.end)
        command = f"{os.environ[self.helper]} --idle-timeout={self.idle_timeout}"
        self.bus = Bus(self.processes, self.folder / "bus", command)
        self.addCleanup(self.bus.close)
        self.watch = self.client()
        self.state = self.folder / "state" / "portamento"

    def client(self):
        watch = Watch(self.bus.address)
        self.addCleanup(self.drop, watch)
        return watch

    @staticmethod
    def drop(watch):
        """A client goes; harmless when it has gone."""
        if not watch.connection.is_closed():
            watch.close()

    def leave(self, watch):
        """A client goes, and the helper knows it."""
        name = watch.connection.get_unique_name()
        watch.close()
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        self.watch.wait_for(
            lambda: not self.watch.call(*bus, "NameHasOwner", GLib.Variant("(s)", (name,)), name=bus[1])[0],
            f"{name} to be gone", PATIENCE)
        self.helper_is_alive()  # it was told before this

    # devices

    def plug(self, device="1234-5678-abc", address=2, serial="abc", name="Model"):
        text = f"1 {address} 1234 5678 {serial} {name}"
        new = self.folder / "new-device"
        new.write_text(text, encoding="utf-8")
        new.rename(self.folder / "usb" / device)
        return f"{ROOT}/devices/" + "".join(c if c.isalnum() else f"_{ord(c):02x}" for c in device)

    def unplug(self, device="1234-5678-abc"):
        (self.folder / "usb" / device).unlink()

    # calls

    def call(self, path, method, type_string=None, *values, watch=None):
        arguments = GLib.Variant(type_string, values) if type_string else None
        return Call(watch or self.watch, path, DEVICE, method, arguments)

    def manage(self, method, type_string=None, *values, fds=None, watch=None):
        arguments = GLib.Variant(type_string, values) if type_string else None
        descriptors = Gio.UnixFDList.new()
        for descriptor in fds or []:
            descriptors.append(descriptor)  # a copy
        return Call(watch or self.watch, ROOT, MANAGER, method, arguments, descriptors)

    def property(self, path, name):
        return self.watch.call(path, "org.freedesktop.DBus.Properties", "Get",
                               GLib.Variant("(ss)", (DEVICE, name)))[0]

    def until(self, path, **wanted):
        """Waits for these values of the device's properties."""
        def fits():
            device = self.watch.devices().get(path)
            return device and all(device[name] == value for name, value in wanted.items())
        self.watch.wait_for(fits, f"{wanted} at {path}", PATIENCE)

    def seen(self, member):
        return [arguments for _, _, name, arguments in self.watch.signals if name == member]

    def told(self, name):
        """Values of a device's property as they were announced."""
        changes = (arguments[1] for arguments in self.seen("PropertiesChanged"))
        return [changed[name] for changed in changes if name in changed]

    def told_result(self, code):
        """A sync ended so, if only for a moment."""
        self.watch.wait_for(lambda: any(last.get("Result") == CODE[code] for last in self.told("LastSync")),
                            f"a sync that ends with {code}", PATIENCE)

    # libraries

    def library(self, host="mpd", tracks=10, playlists=1, first=0):
        made = subprocess.run([os.environ["MAKE_LIBRARY"], host, "Test host", str(tracks), str(playlists), str(first)],
                              check=True, capture_output=True)
        return made.stdout

    def memfd(self, content, seals=None):
        import fcntl
        descriptor = os.memfd_create("library", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self.addCleanup(os.close, descriptor)
        with os.fdopen(os.dup(descriptor), "wb") as out:
            out.write(content)
        all_seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, all_seals if seals is None else seals)
        return descriptor

    def publish(self, content=None, host="mpd", watch=None):
        descriptor = self.memfd(self.library(host) if content is None else content)
        return self.manage("PublishLibrary", "(ssh)", host, "Test host", 0, fds=[descriptor], watch=watch)

    # common beginnings

    def partner(self, rules=True):
        """A connected device with a partnership and, published, the rule that wants all of it."""
        path = self.plug()
        self.watch.devices()  # activates
        self.until(path, Status=STATUS["NEW_DEVICE"])
        self.call(path, "CreatePartnership", "(b)", False).wait()
        if rules:
            self.publish().wait()
            self.call(path, "SetRules", f"(s{RULES})", "mpd", LIBRARY_RULE).wait()
        return path

    def helper_is_alive(self):
        return self.watch.call(ROOT, "org.freedesktop.DBus.Properties", "Get",
                               GLib.Variant("(ss)", (MANAGER, "Version")))[0]

    def wait_until_helper_left(self, pid):
        self.assertTrue(wait_until_gone([pid], PATIENCE), "the helper did not leave")
