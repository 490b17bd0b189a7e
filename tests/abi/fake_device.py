# SPDX-License-Identifier: LGPL-2.1-or-later
"""A FAKE device as fake-helper.py shows it: org.portamento.Sync1.Device's properties."""

from gi.repository import GLib


def new_device(device_id, name, connected):
    gigabyte = 1000 ** 3
    return {
        "Id": GLib.Variant("s", device_id),
        "FriendlyName": GLib.Variant("s", name),
        "DeviceName": GLib.Variant("s", "Fake Audio Pocket 3"),
        "SerialNumber": GLib.Variant("s", device_id.rsplit("-", 1)[-1]),
        "Connected": GLib.Variant("b", connected),
        "Status": GLib.Variant("i", 1),
        "Owner": GLib.Variant("s", ""),
        "SyncState": GLib.Variant("i", 2),
        "Detail": GLib.Variant("i", 0),
        "DetailText": GLib.Variant("s", ""),
        "Progress": GLib.Variant("(uttuustx)", (0, 0, 0, 0, 0, "", 0, -1)),
        "Storages": GLib.Variant("a(sstttt)", [
            ("00010001", "Internal", 16 * gigabyte, 5 * gigabyte, gigabyte * 8 // 10, 7 * gigabyte),
            ("00020001", "Card", 32 * gigabyte, 30 * gigabyte, gigabyte * 16 // 10, 0)]),
        "SyncItemCount": GLib.Variant("u", 1204),
        "Settings": GLib.Variant("a{sv}", {
            "PercentSpaceReserved": GLib.Variant("u", 5), "SyncOnConnect": GLib.Variant("b", True),
            "VerifyReadback": GLib.Variant("b", False), "Covers": GLib.Variant("b", True),
            "FriendlyName": GLib.Variant("s", name), "Layout": GLib.Variant("s", "{artist}/{album}/{title}"),
            **dict.fromkeys(("PlaylistFormat", "Lane"), GLib.Variant("s", "auto")), "Storage": GLib.Variant("s", "")}),
        "LastSync": GLib.Variant("a{sv}", {
            "Time": GLib.Variant("x", 1700000000), "Result": GLib.Variant("i", 0),
            "Text": GLib.Variant("s", ""), "Copied": GLib.Variant("u", 12), "Replaced": GLib.Variant("u", 1),
            "Removed": GLib.Variant("u", 3), "Kept": GLib.Variant("u", 1189), "Renamed": GLib.Variant("u", 0),
            "Retagged": GLib.Variant("u", 2), "Playlists": GLib.Variant("u", 4),
            "ErrorCount": GLib.Variant("u", 0), "NoFitCount": GLib.Variant("u", 0),
            "SkippedCount": GLib.Variant("u", 0), "Bytes": GLib.Variant("t", 61 * 10 ** 6),
            "Seconds": GLib.Variant("d", 9.5)}),
        "HeldRemovals": GLib.Variant("u", 0),
        "HeldToken": GLib.Variant("s", ""),
        "SkippedFiles": GLib.Variant("u", 2),
        "SkipCount": GLib.Variant("u", 0),
    }
