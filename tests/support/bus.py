# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private session bus with the helper to be activated on it, and what it says."""

import subprocess
from pathlib import Path

from gi.repository import Gio, GLib

NAME = "org.portamento.Sync1"
ROOT = "/org/portamento/Sync1"
MANAGER = NAME + ".Manager"
DEVICE = NAME + ".Device"

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/socket</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Bus:
    """The bus itself; activate names the program that owns NAME."""

    def __init__(self, processes, folder, activate):
        self.folder = Path(folder)
        (self.folder / "services").mkdir(parents=True)
        (self.folder / "bus.conf").write_text(CONFIG.format(folder=self.folder))
        service = f"[D-BUS Service]\nName={NAME}\nExec={activate}\n"
        (self.folder / "services" / f"{NAME}.service").write_text(service)
        self.address = f"unix:path={self.folder}/socket"
        command = ["dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--print-address"]
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.daemon = processes.start(command, stdout=subprocess.PIPE, stderr=log)
        self.daemon.stdout.readline()  # it prints its address once it listens
        processes.environment["DBUS_SESSION_BUS_ADDRESS"] = self.address

    def close(self):
        self.daemon.stdout.close()


class Watch:
    """A connection that records every signal of the helper's, and waits for what must come."""

    def __init__(self, address):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.connection.set_exit_on_close(False)
        self.signals = []  # (path, interface, member, unpacked arguments)
        for interface in (None, "org.freedesktop.DBus"):
            self.connection.signal_subscribe(
                None, interface, None, None, None, Gio.DBusSignalFlags.NONE, self.on_signal)

    def on_signal(self, _connection, _sender, path, interface, member, arguments):
        self.signals.append((path, interface, member, arguments.unpack()))

    def close(self):
        self.connection.close_sync(None)

    def call(self, path, interface, method, arguments=None, seconds=90, name=NAME):
        answer = self.connection.call_sync(name, path, interface, method, arguments, None,
                                           Gio.DBusCallFlags.NONE, int(seconds * 1000), None)
        return answer.unpack()

    def wait_for(self, predicate, what, seconds=30):
        """Asks again after every signal until the answer is true; there is a deadline."""
        late = []
        timer = GLib.timeout_add(int(seconds * 1000), lambda: late.append(True) or False)
        context = GLib.MainContext.default()
        try:
            while True:
                answer = predicate()
                if answer:
                    return answer
                if late:
                    raise AssertionError(f"waited {seconds} s in vain for {what}; last signals: "
                                         f"{self.signals[-5:]}")
                context.iteration(True)
        finally:
            if not late:
                GLib.source_remove(timer)

    def has_owner(self, name):
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        return self.call(*bus, "NameHasOwner", GLib.Variant("(s)", (name,)), name=bus[1])[0]

    def helper_pid(self):
        """None while nobody owns the name; never activates it."""
        bus = ("/org/freedesktop/DBus", "org.freedesktop.DBus")
        try:
            return self.call(*bus, "GetConnectionUnixProcessID", GLib.Variant("(s)", (NAME,)), name=bus[1])[0]
        except GLib.Error as error:
            if Gio.DBusError.get_remote_error(error) == "org.freedesktop.DBus.Error.NameHasNoOwner":
                return None
            raise

    def devices(self):
        """{object path: properties}; activates the helper."""
        objects = self.call(ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")[0]
        return {path: found[DEVICE] for path, found in objects.items() if DEVICE in found}

    def device(self, seconds=30):
        """(path, properties) of the one connected device that has been looked at."""
        def ready():
            return [(path, device) for path, device in self.devices().items()
                    if device["Connected"] and device["Status"] != 0]
        return self.wait_for(ready, "a connected device that is no longer initializing", seconds)[0]

    def device_call(self, path, method, arguments=None, seconds=60):
        return self.call(path, DEVICE, method, arguments, seconds)

    def wait_for_property(self, path, name, accept, seconds=60):
        """The value of a device's property, once accept(value) holds."""
        def fits():
            device = self.devices().get(path, {})
            return (device[name],) if name in device and accept(device[name]) else None
        return self.wait_for(fits, f"{name} of {path}", seconds)[0]
