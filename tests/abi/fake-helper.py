#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A FAKE portamentod: speaks org.portamento.Sync1 as the XML says and has no device at all.

What a client sees of the helper is scripted over a second interface, org.portamento.Fake at
/org/portamento/Fake, so that a test can have 10,000 signals, a helper that dies within a call,
or a device that is unplugged, exactly when it wants them.

    fake-helper.py XML [--devices N] [--tick MS]
"""

import argparse
import fcntl
import hashlib
import os
import signal
import sys
import time

from fake_device import new_device
from gi.repository import Gio, GLib

NAME = "org.portamento.Sync1"
ROOT = "/org/portamento/Sync1"
MANAGER = NAME + ".Manager"
DEVICE = NAME + ".Device"
FAKE = "org.portamento.Fake"
ERROR = NAME + ".Error."
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"
SEALS = 0x2 | 0x4 | 0x8  # shrink, grow, write
F_ADD_SEALS, F_GET_SEALS = 1033, 1034

PLAN_TYPE = "(ua(iisssssti" "sss)a{sv})"

OBJECTS_XML = """<node><interface name="org.freedesktop.DBus.ObjectManager">
<method name="GetManagedObjects"><arg name="o" type="a{oa{sa{sv}}}" direction="out"/></method>
<signal name="InterfacesAdded"><arg type="o"/><arg type="a{sa{sv}}"/></signal>
<signal name="InterfacesRemoved"><arg type="o"/><arg type="as"/></signal>
</interface></node>"""

FAKE_XML = """<node><interface name="org.portamento.Fake">
<method name="Plug"><arg name="id" type="s" direction="in"/></method>
<method name="Unplug"><arg name="id" type="s" direction="in"/></method>
<method name="Forget"><arg name="id" type="s" direction="in"/></method>
<method name="Set"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="in"/></method>
<method name="Progress"><arg type="s" direction="in"/><arg type="u" direction="in"/></method>
<method name="SyncErrors"><arg type="s" direction="in"/><arg type="u" direction="in"/></method>
<method name="Statistics"><arg type="s" direction="in"/><arg type="u" direction="in"/></method>
<method name="RawSignal"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="in"/></method>
<method name="DieIn"><arg name="method" type="s" direction="in"/></method>
<method name="FailIn"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
<method name="SpoilPlan"><arg name="how" type="s" direction="in"/></method>
<method name="Calls"><arg type="as" direction="out"/></method>
<method name="Die"/>
</interface></node>"""


def path_of(device_id):
    return ROOT + "/devices/" + "".join(c if c.isalnum() else f"_{ord(c):02x}" for c in device_id)


def sealed_memfd(data, seals=SEALS):
    fd = os.memfd_create("fake-plan", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    if seals:
        fcntl.fcntl(fd, F_ADD_SEALS, seals)
    return fd


class Refused(Exception):
    def __init__(self, name, text):
        super().__init__(text)
        self.name = ERROR + name


class FakeHelper:
    SONGS = 24

    def __init__(self, arguments):
        with open(arguments.xml, encoding="utf-8") as xml:
            node = Gio.DBusNodeInfo.new_for_xml(xml.read())
        self.device_info = node.lookup_interface(DEVICE)
        self.manager_info = node.lookup_interface(MANAGER)
        self.tick_ms, self.sync_errors = arguments.tick, arguments.sync_errors
        self.idle = arguments.idle
        self.devices, self.rules, self.libraries, self.skips = {}, {}, {}, {}
        self.calls, self.die_in, self.fail_in = [], arguments.die_in, {}
        self.spoil_plan = ""
        self.batches, self.n_batches = [], 0
        self.sync_ids = {}
        self.connection = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)
        self.register(ROOT, self.manager_info, self.on_manager)
        self.register(ROOT, Gio.DBusNodeInfo.new_for_xml(OBJECTS_XML).interfaces[0], self.on_objects)
        self.register("/org/portamento/Fake", Gio.DBusNodeInfo.new_for_xml(FAKE_XML).interfaces[0], self.on_fake)
        names = ["Pocket", "Kitchen radio", "Old phone", "Spare"]
        self.batches = [(i + 1, "0fce-fa4e-FAKE00", [("file:///home/ann/0.mp3", 1, -1, -1)])
                        for i in range(arguments.batches_from_birth)]
        for i in range(arguments.devices):
            self.add_device(f"0fce-fa4e-FAKE{i:02d}", names[i % len(names)], True)

    def register(self, path, info, on_call):
        def call(connection, sender, path, interface, method, parameters, invocation):
            self.calls.append(method)
            if self.die_in == method:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                if method in self.fail_in and interface != FAKE:
                    raise Refused(*self.fail_in[method])
                on_call(path, method, parameters, invocation)
            except Refused as refused:
                invocation.return_dbus_error(refused.name, str(refused))

        def get(connection, sender, path, interface, name):
            if interface == MANAGER:
                return GLib.Variant("s", "1.0.0")
            return self.device_at(path)[name]

        return self.connection.register_object(path, info, call, get, None)

    # devices

    def device_at(self, path):
        for device_id, device in self.devices.items():
            if path_of(device_id) == path:
                return device
        raise Refused("NoDevice", "no such device")

    def add_device(self, device_id, name, connected):
        self.devices[device_id] = new_device(device_id, name, connected)
        self.rules[device_id] = {}
        self.register(path_of(device_id), self.device_info, self.on_device)
        self.emit(ROOT, OBJECTS, "InterfacesAdded", GLib.Variant(
            "(oa{sa{sv}})", (path_of(device_id), {DEVICE: self.devices[device_id]})))

    def emit(self, path, interface, member, parameters):
        self.connection.emit_signal(None, path, interface, member, parameters)

    def change(self, device_id, **changes):
        self.devices[device_id].update(changes)
        self.emit(path_of(device_id), PROPERTIES, "PropertiesChanged",
                  GLib.Variant("(sa{sv}as)", (DEVICE, changes, [])))

    # org.freedesktop.DBus.ObjectManager

    def on_objects(self, path, method, parameters, invocation):
        objects = {ROOT: {MANAGER: {"Version": GLib.Variant("s", "1.0.0")}}}
        objects.update({path_of(i): {DEVICE: d} for i, d in self.devices.items()})
        invocation.return_value(GLib.Variant("(a{oa{sa{sv}}})", (objects,)))

    # org.portamento.Sync1.Manager

    def publish(self, host_id, name, invocation):
        fds = invocation.get_message().get_unix_fd_list()
        fd = fds.get(0)
        try:
            if fcntl.fcntl(fd, F_GET_SEALS) & SEALS != SEALS:
                raise Refused("InvalidArgument", "not sealed")
            data = os.pread(fd, os.fstat(fd).st_size, 0)
        finally:
            os.close(fd)
        digest = hashlib.sha256(data).hexdigest()
        changed = self.libraries.get(host_id, ("", "", b""))[1] != digest
        self.libraries[host_id] = (name, digest, data)
        invocation.return_value(GLib.Variant("(b)", (changed,)))

    def open_library(self, host_id):
        if host_id not in self.libraries:
            raise Refused("NotFound", f"no library of a host “{host_id}”")
        kind = GLib.VariantType("(ussa(ssssssuuuuiitxxxa{sv})a(ssuaua{sv})a{sv})")
        return GLib.Variant.new_from_bytes(kind, GLib.Bytes.new(self.libraries[host_id][2]), False)

    def on_manager(self, path, method, parameters, invocation):
        if method == "PublishLibrary":
            self.publish(parameters[0], parameters[1], invocation)
        elif method == "WithdrawLibrary":
            self.libraries.pop(parameters[0], None)
            invocation.return_value(None)
        elif method == "ListLibraries":
            rows = []
            for host, (name, _, data) in self.libraries.items():
                library = self.open_library(host)
                rows.append((host, name, library.get_child_value(3).n_children(),
                             library.get_child_value(4).n_children(), len(data), 1700000000))
            invocation.return_value(GLib.Variant("(a(ssuutx))", (rows,)))
        elif method == "TakeStatistics":
            self.take_statistics(parameters, invocation)
        elif method == "ListPlaylists":
            rows = [(p[0], p[1], p[2], len(p[3])) for p in self.open_library(parameters[0])[4]]
            invocation.return_value(GLib.Variant("(a(ssuu))", (rows,)))

    # org.portamento.Sync1.Device

    def on_device(self, path, method, parameters, invocation):
        device_id = self.device_at(path)["Id"].get_string()
        handler = getattr(self, "device_" + method, None)
        if handler is None:
            raise Refused("NotSupported", f"the fake does not do {method}")
        handler(device_id, parameters, invocation)

    def device_CreatePartnership(self, device_id, parameters, invocation):
        device = self.devices[device_id]
        if device["Status"].get_int32() == 3 and not parameters[0]:
            raise Refused("PartnershipAnother", "Pocket is a partner of eve@laptop; ask for replace to take it over")
        self.change(device_id, Status=GLib.Variant("i", 1), Owner=GLib.Variant("s", ""))
        invocation.return_value(None)
        self.emit(path_of(device_id), DEVICE, "PartnershipComplete", GLib.Variant("(is)", (0, "")))

    def device_DeletePartnership(self, device_id, parameters, invocation):
        self.change(device_id, Status=GLib.Variant("i", 5))
        invocation.return_value(None)
        self.emit(path_of(device_id), DEVICE, "PartnershipComplete", GLib.Variant("(is)", (0, "")))

    def device_SetSetting(self, device_id, parameters, invocation):
        name, value = parameters.get_child_value(0).get_string(), parameters.get_child_value(1).get_variant()
        settings = self.devices[device_id]["Settings"]
        known = {settings.get_child_value(i).get_child_value(0).get_string():
                 settings.get_child_value(i).get_child_value(1).get_variant() for i in range(settings.n_children())}
        if name not in known:
            raise Refused("InvalidArgument", f"there is no setting “{name}”")
        if known[name].get_type_string() != value.get_type_string():
            raise Refused("InvalidArgument", f"“{name}” is not of type {value.get_type_string()}")
        if name == "PercentSpaceReserved" and value.get_uint32() > 95:
            raise Refused("InvalidArgument", "PercentSpaceReserved is 0 to 95")
        known[name] = value
        self.change(device_id, Settings=GLib.Variant("a{sv}", known))
        invocation.return_value(None)

    def device_SetRules(self, device_id, parameters, invocation):
        self.rules[device_id][parameters[0]] = parameters.get_child_value(1)
        self.emit(path_of(device_id), DEVICE, "RulesChanged", parameters)
        invocation.return_value(None)

    def device_ListRules(self, device_id, parameters, invocation):
        rows = []
        for host, rules in self.rules[device_id].items():
            for i in range(rules.n_children()):
                rule = rules.get_child_value(i)
                options = rule.get_child_value(3)
                fill = options.lookup_value("fill", GLib.VariantType("i"))
                rows.append((host, rule[0], rule[1], rule[2], {"fill": fill} if fill else {}))
        invocation.return_value(GLib.Variant("(a(sisia{sv}))", (rows,)))

    def take_statistics(self, parameters, invocation):
        host, done = parameters.unpack()
        if self.batches and self.batches[0][0] == done:
            self.batches.pop(0)
        batch = self.batches[0] if self.batches and host == "mpd" else (0, "", [])
        invocation.return_value(GLib.Variant("(tsa(siix))", batch))

    def device_Start(self, device_id, parameters, invocation):
        device = self.devices[device_id]
        if not device["Connected"].get_boolean():
            raise Refused("NoDevice", "Pocket is not connected")
        if device["Status"].get_int32() != 1:
            raise Refused("PartnershipNone", "Pocket has no partnership with this computer; create one first")
        invocation.return_value(None)
        if device_id not in self.sync_ids and not self.idle:
            self.sync_step(device_id, 0)

    def sync_step(self, device_id, step):
        total, size = self.SONGS, 5120000
        if step == 0:
            self.change(device_id, SyncState=GLib.Variant("i", 1), Detail=GLib.Variant("i", 3),
                        DetailText=GLib.Variant("s", "Reading what is on the device"))
        elif step <= total:
            left = (total - step) * size // 6400000
            self.change(device_id, Detail=GLib.Variant("i", 6),
                        DetailText=GLib.Variant("s", "Copying songs"),
                        Progress=GLib.Variant("(uttuustx)", (
                            100 * step // total, step * size, total * size, step, total,
                            f"Music/Nina Simone/Pastel Blues/{step:02d} Sinnerman, part {step}.flac", 6400000, left)))
        else:
            for _ in range(self.sync_errors):
                self.emit(path_of(device_id), DEVICE, "SyncError", GLib.Variant("(ssis)", (
                    "Music/Can/Tago Mago/02 Mushroom.mp3", "/home/ann/Music/mushroom.mp3", -10, "the file is not there")))
            self.finish_sync(device_id, 0, "")
            return
        self.sync_ids[device_id] = GLib.timeout_add(
            self.tick_ms, lambda: self.sync_step(device_id, step + 1) and False)

    def finish_sync(self, device_id, code, text):
        self.sync_ids.pop(device_id, None)
        held = self.devices[device_id]["HeldRemovals"].get_uint32()
        if code == 0 and held:
            code, text = -21, f"{held} removals wait for a confirmation"
        last = {"Time": GLib.Variant("x", int(time.time())), "Result": GLib.Variant("i", code),
                "Text": GLib.Variant("s", text), "Copied": GLib.Variant("u", self.SONGS),
                "Replaced": GLib.Variant("u", 0), "Removed": GLib.Variant("u", 0), "Kept": GLib.Variant("u", 1204),
                "Renamed": GLib.Variant("u", 0), "Retagged": GLib.Variant("u", 0),
                "Playlists": GLib.Variant("u", 1), "ErrorCount": GLib.Variant("u", self.sync_errors),
                "NoFitCount": GLib.Variant("u", 0), "SkippedCount": GLib.Variant("u", 2),
                "Bytes": GLib.Variant("t", self.SONGS * 5120000), "Seconds": GLib.Variant("d", 19.2)}
        self.change(device_id, SyncState=GLib.Variant("i", 2),
                    Detail=GLib.Variant("i", 12 if code == -15 else 11 if code == -21 else 0),
                    DetailText=GLib.Variant("s", text),
                    Progress=GLib.Variant("(uttuustx)", (0, 0, 0, 0, 0, "", 0, -1)),
                    LastSync=GLib.Variant("a{sv}", last))

    def device_Stop(self, device_id, parameters, invocation):
        if device_id in self.sync_ids:
            GLib.source_remove(self.sync_ids.pop(device_id))
            self.finish_sync(device_id, -15, "Stopped; start it again when you like")
        invocation.return_value(None)

    def plan(self):
        def step(action, row, item, title, size, reason, old="", rule="Running"):
            source = f"/home/ann/Music/{title}.flac"
            return (action, row, item, old, source, "file://" + source.replace(" ", "%20"), title, size, 1,
                    rule, reason, "00010001")
        steps = [
            step(4, 31, "Music/Old/Gone/01 Gone.mp3", "Gone", 4100000, "no longer wanted"),
            step(6, 22, "Music/Nina Simone/Pastel Blues/10 Sinnerman.flac", "Sinnerman", 0,
                 "the file was renamed on the computer", old="Music/Nina Simone/Pastel Blues/10 Sinerman.flac"),
            step(2, 11, "Music/Björk/Debut/05 Big Time Sensuality.flac", "Big Time Sensuality", 31200456,
                 "not on the device yet"),
            step(2, 11, "Music/Björk/Debut/01 Human Behaviour.flac", "Human Behaviour", 29873211,
                 "not on the device yet"),
            step(3, 13, "Music/Can/Ege Bamyasi/03 One More Night.mp3", "One More Night", 8123456,
                 "the file has changed on the computer"),
            step(1, 1, "Music/Can/Ege Bamyasi/01 Pinch.mp3", "Pinch", 12123456, "unchanged"),
            step(5, 41, "", "Stream", 0, "not a file on this computer"),
            step(5, 42, "Music/Evil/\x1b[31mRed\x07.mp3", "\x1b[31mRed", 10, "deleted on the device by its owner"),
            step(10, 51, "Music/Long/Live/01 Live.flac", "Live", 912345678, "no room at priority 3",
                 rule="whole library"),
            step(8, 61, "Playlists/Running", "Running", 0, "its songs changed"),
        ]
        totals = {"AddedBytes": GLib.Variant("t", 69197123)}
        value = GLib.Variant(PLAN_TYPE, (2 if self.spoil_plan == "version" else 1, steps, totals))
        return value.get_data_as_bytes().get_data()

    def device_Preview(self, device_id, parameters, invocation):
        data = self.plan()
        if self.spoil_plan == "garbage":
            data = bytes(len(data) - i % 251 & 255 for i in range(len(data)))
        fd = sealed_memfd(data, 0 if self.spoil_plan == "unsealed" else SEALS)
        fds = Gio.UnixFDList.new()
        if self.spoil_plan != "missing":
            fds.append(fd)
        os.close(fd)
        invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), fds)

    def device_PreviewRules(self, device_id, parameters, invocation):
        """Refused unless they are one rule of the host "mpd": a playlist."""
        if parameters.unpack() != ("mpd", [(2, "Running", 1, {})]):
            return invocation.return_dbus_error(f"{ERROR}InvalidArgument", str(parameters))
        return self.device_Preview(device_id, None, invocation)

    def device_Estimate(self, device_id, parameters, invocation):
        invocation.return_value(GLib.Variant("(a{sv})", ({
            "WantedBytes": GLib.Variant("t", 8 * 10 ** 9), "WantedItems": GLib.Variant("u", 1320),
            "AddedBytes": GLib.Variant("t", 5 * 10 ** 9), "AddedItems": GLib.Variant("u", 116),
            "RemovedBytes": GLib.Variant("t", 4100000), "RemovedItems": GLib.Variant("u", 1),
            "NoFitBytes": GLib.Variant("t", 912345678), "NoFitItems": GLib.Variant("u", 1),
            "HeldBytes": GLib.Variant("t", 6 * 10 ** 9), "HeldItems": GLib.Variant("u", 312),
            "FreeBytes": GLib.Variant("t", 2 ** 63 + 5)},)))

    def device_CancelEstimate(self, device_id, parameters, invocation):
        invocation.return_value(None)

    def device_ListSkipped(self, device_id, parameters, invocation):
        invocation.return_value(GLib.Variant("(a(ssx))", ([
            ("Music/Abba/Gold/01 Dancing Queen.mp3", "/home/ann/Music/Abba/dq.mp3", 1700000000),
            ("Music/Evil/\x1b]0;title\x07.mp3", "/home/ann/Music/evil.mp3", 1700086400)],)))

    def device_IncludeSkipped(self, device_id, parameters, invocation):
        self.change(device_id, SkippedFiles=GLib.Variant("u", 0))
        invocation.return_value(None)

    def device_SetSkip(self, device_id, parameters, invocation):
        source, skip = parameters.unpack()
        skips = self.skips.setdefault(device_id, {})
        if not skip and source not in skips:
            raise Refused("NotFound", f"{source}: it is not skipped on this device")
        skips.pop(source, None)
        if skip:
            skips[source] = 1700000000 + len(skips)
        self.change(device_id, SkipCount=GLib.Variant("u", len(skips)))
        invocation.return_value(None)

    def device_ListSkips(self, device_id, parameters, invocation):
        invocation.return_value(GLib.Variant("(a(sx))", (list(self.skips.get(device_id, {}).items()),)))

    def device_ListFailures(self, device_id, parameters, invocation):
        invocation.return_value(GLib.Variant("(a(ssis))", ([
            ("Music/Can/Tago Mago/02 Mushroom.mp3", "/home/ann/Music/mushroom.mp3", -10, "the file is not there")],)))

    def device_ConfirmRemovals(self, device_id, parameters, invocation):
        if self.devices[device_id]["HeldToken"].get_string() != parameters[0] or not parameters[0]:
            raise Refused("NotFound", "no removals wait under this token")
        self.change(device_id, HeldRemovals=GLib.Variant("u", 0), HeldToken=GLib.Variant("s", ""))
        invocation.return_value(None)

    # org.portamento.Fake

    def on_fake(self, path, method, parameters, invocation):
        arguments = [parameters.get_child_value(i) for i in range(parameters.n_children())]
        result = getattr(self, "fake_" + method)(*arguments)
        invocation.return_value(result)

    def fake_Plug(self, device_id):
        device_id = device_id.get_string()
        if device_id in self.devices:
            self.change(device_id, Connected=GLib.Variant("b", True))
        else:
            self.add_device(device_id, "Another", True)

    def fake_Unplug(self, device_id):
        self.change(device_id.get_string(), Connected=GLib.Variant("b", False))

    def fake_Forget(self, device_id):
        del self.devices[device_id.get_string()]
        self.emit(ROOT, OBJECTS, "InterfacesRemoved",
                  GLib.Variant("(oas)", (path_of(device_id.get_string()), [DEVICE])))

    def fake_Set(self, device_id, name, value):
        self.change(device_id.get_string(), **{name.get_string(): value.get_variant()})

    def fake_Progress(self, device_id, count):
        for i in range(1, count.get_uint32() + 1):
            self.change(device_id.get_string(), Progress=GLib.Variant("(uttuustx)", (
                100 * i // count.get_uint32(), i * 1000, count.get_uint32() * 1000, i, count.get_uint32(),
                f"song {i}", 1000, 1)))

    def fake_SyncErrors(self, device_id, count):
        for i in range(1, count.get_uint32() + 1):
            self.emit(path_of(device_id.get_string()), DEVICE, "SyncError", GLib.Variant(
                "(ssis)", (f"Music/{i}.mp3", f"/home/ann/{i}.mp3", -10, "the file is not there")))

    def fake_Statistics(self, device_id, count):
        """One batch more for "mpd"."""
        rows = [(f"file:///home/ann/{i}.mp3", i, 80, 1700000000 + i) for i in range(count.get_uint32())]
        self.n_batches += 1
        self.batches.append((self.n_batches, device_id.get_string(), rows))
        self.emit(ROOT, MANAGER, "StatisticsWaiting", GLib.Variant("(s)", ("mpd",)))

    def fake_RawSignal(self, path, interface, member, parameters):
        self.emit(path.get_string(), interface.get_string(), member.get_string(), parameters.get_variant())

    def fake_DieIn(self, method):
        self.die_in = method.get_string()

    def fake_FailIn(self, method, name, text):
        if name.get_string():
            self.fail_in[method.get_string()] = (name.get_string(), text.get_string())
        else:
            self.fail_in.pop(method.get_string(), None)

    def fake_SpoilPlan(self, how):
        self.spoil_plan = how.get_string()

    def fake_Calls(self):
        return GLib.Variant("(as)", (self.calls,))

    def fake_Die(self):
        os.kill(os.getpid(), signal.SIGKILL)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("xml")
    parser.add_argument("--devices", type=int, default=1)
    parser.add_argument("--idle", action="store_true", help="takes Start, and has nothing to do")
    parser.add_argument("--die-in", help="of this method, each time")
    parser.add_argument("--sync-errors", type=int, default=0, help="of single songs, in each sync")
    parser.add_argument("--batches-from-birth", type=int, default=0, help="of statistics, that wait for “mpd”")
    parser.add_argument("--tick", type=int, default=20, help="milliseconds a song takes")
    loop = GLib.MainLoop()
    helper = FakeHelper(parser.parse_args())
    Gio.bus_own_name_on_connection(helper.connection, NAME, Gio.BusNameOwnerFlags.NONE, None,
                                   lambda *_: loop.quit())
    helper.connection.connect("closed", lambda *_: loop.quit())
    loop.run()


if __name__ == "__main__":
    sys.exit(main())
