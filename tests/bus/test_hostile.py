# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests that should not be, and state files that are damaged: refused by name, survived."""

import os
import stat
import unittest

from desk import PATIENCE, RULES, STATUS, SYNC, SYNCED, Desk, b, i, s, u
from gi.repository import GLib


class Requests(Desk):
    def setUp(self):
        super().setUp()
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        self.path = self.partner()
        self.until(self.path, SyncState=SYNC["STOPPED"])

    def test_settings(self):
        before = self.property(self.path, "Settings")
        bad = [("Nonsense", u(1)), ("", s("")), ("PercentSpaceReserved", u(96)), ("PercentSpaceReserved", i(5)),
               ("PercentSpaceReserved", s("5")), ("SyncOnConnect", u(1)), ("FriendlyName", s("")),
               ("FriendlyName", s("x" * 128)), ("FriendlyName", s("a\nb")), ("FriendlyName", u(1)),
               ("Layout", s("")), ("Layout", s("/Music/{title}")), ("Layout", s("Music/{artist}")),
               ("Layout", s("Music/{tittle}")), ("Layout", s("Music/{title")), ("Layout", s("a/../{title}")),
               ("Layout", s("a//{title}")), ("Layout", s("{file}")), ("Layout", s("./{title}")),
               ("Layout", s("{title}" + "x" * 1025)),
               ("Storage", s("x" * 1025)), ("PlaylistFormat", s("pls")), ("Lane", s("ptp ")), ("Lane", s("")), ("Lane", u(1))]
        for name, value in bad:
            self.assertEqual(self.call(self.path, "SetSetting", "(sv)", name, value).refusal(), "InvalidArgument", name)
        self.assertEqual(self.property(self.path, "Settings"), before)
        good = [("PercentSpaceReserved", u(0)), ("PercentSpaceReserved", u(95)), ("Layout", s("Music/{file}")),
                ("Layout", s("Music/{genre}/{year} {album}/{disc}{track} {artist} - {title}")), ("Storage", s("")),
                ("PlaylistFormat", s("none")), ("Lane", s("libmtp")), ("Lane", s("auto")), ("FriendlyName", s("x" * 127))]
        for name, value in good:
            self.call(self.path, "SetSetting", "(sv)", name, value).wait()
            self.assertEqual(self.property(self.path, "Settings")[name], value.unpack())

    def test_rules(self):
        before = self.call(self.path, "ListRules").wait()
        bad = [(0, "", 1, {}), (5, "", 1, {}), (-1, "", 1, {}), (1, "list-0", 1, {}), (2, "", 1, {}),
               (2, "x" * 4097, 1, {}), (1, "", 0, {}), (1, "", -5, {}), (1, "", 1, {"fill": i(1)}), (3, "", 1, {}),
               (3, "", 1, {"fill": i(5)}), (3, "", 1, {"fill": u(1)}), (3, "", 1, {"fill": i(1), "more": i(1)})]
        for rule in bad:
            call = self.call(self.path, "SetRules", f"(s{RULES})", "mpd", [(1, "", 1, {}), rule])
            self.assertEqual(call.refusal(), "InvalidArgument", rule)
            self.assertIn("rule 2", str(call.error))
        for host in ("", "a/b", "x" * 65):
            self.assertEqual(self.call(self.path, "SetRules", f"(s{RULES})", host, []).refusal(), "InvalidArgument")
            self.assertEqual(self.call(self.path, "Estimate", f"(s{RULES})", host, [(1, "", 1, {})]).refusal(),
                             "InvalidArgument")
        self.assertEqual(self.call(self.path, "ListRules").wait(), before)

    def test_ten_thousand_rules_and_no_more(self):
        rules = [(2, f"list-{n}", 1, {}) for n in range(10001)]
        self.assertEqual(self.call(self.path, "SetRules", f"(s{RULES})", "mpd", rules).refusal(), "LimitExceeded")
        self.call(self.path, "SetRules", f"(s{RULES})", "mpd", rules[:9000]).wait()
        self.assertEqual(self.call(self.path, "SetRules", f"(s{RULES})", "b", rules[:1001]).refusal(), "LimitExceeded")
        self.call(self.path, "SetRules", f"(s{RULES})", "b", rules[:1000]).wait()
        self.assertEqual(len(self.call(self.path, "ListRules").wait()[0]), 10000)

    def test_sixty_four_hosts_a_device(self):
        for n in range(63):
            self.call(self.path, "SetRules", f"(s{RULES})", f"host-{n}", [(1, "", 1, {})]).wait()
        call = self.call(self.path, "SetRules", f"(s{RULES})", "one-more", [(1, "", 1, {})])
        self.assertEqual(call.refusal(), "LimitExceeded")

    def test_wrong_types_and_places(self):
        device = "org.portamento.Sync1.Device"
        for path, method, arguments in ((self.path, "SetRules", GLib.Variant("(sas)", ("mpd", []))),
                                        (self.path, "CreatePartnership", GLib.Variant("(u)", (1,))),
                                        (self.path, "NoSuchMethod", None),
                                        (self.path + "x", "Start", None)):
            with self.assertRaises(GLib.Error):
                self.watch.call(path, device, method, arguments)
        with self.assertRaises(GLib.Error):
            self.watch.call(self.path, "org.freedesktop.DBus.Properties", "Set",
                            GLib.Variant("(ssv)", (device, "Status", i(1))))
        self.helper_is_alive()

    def test_state_that_can_not_be_stored_is_not_promised(self):
        before = self.property(self.path, "Settings")
        folder = self.state / "devices"
        moved = self.state / "moved"
        folder.rename(moved)
        for call in (self.call(self.path, "SetSetting", "(sv)", "PercentSpaceReserved", u(50)),
                     self.call(self.path, "SetRules", f"(s{RULES})", "b", [(1, "", 1, {})])):
            self.assertEqual(call.refusal(), "Failed")
            self.assertIn("storing", str(call.error))
        moved.rename(folder)
        self.call(self.path, "SetSetting", "(sv)", "SyncOnConnect", b(False)).wait()
        self.assertEqual(self.property(self.path, "Settings")["PercentSpaceReserved"], before["PercentSpaceReserved"])


class Damage(Desk):
    """What was written by a disk that failed, or a person who tried."""

    def conf(self, content):
        folder = self.state / "devices"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "1234-5678-abc.conf"
        path.write_bytes(content)
        path.chmod(0o600)  # as the helper itself does
        return path

    def test_damaged_device_files_are_set_aside(self):
        for n, content in enumerate((b"\xff\xfe garbage", b"no group\n", os.urandom(1000)), 1):
            path = self.conf(content)
            device = self.plug()
            self.until(device, Status=STATUS["NEW_DEVICE"])
            self.assertEqual((path.parent / f"{path.name}.damaged-{n}").read_bytes(), content)
            self.processes.kill(self.watch.helper_pid())
            self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)

    def test_damaged_values_are_ignored(self):
        self.conf(b"[Device]\nName='Kept'\nSyncItemCount='many'\nStorages=[(\n[Partnership]\nPartner=true\n"
                  b"[Settings]\nChosen={'PercentSpaceReserved': <uint32 500>, 'Layout': <'bad'>, 'Storage': <'card'>}\n"
                  b"[Rules]\nmpd=[(9, '', 1, {})]\n[LastSession]\nFigures=3\n")
        path = self.plug()
        self.until(path, Connected=True, Status=STATUS["PARTNERSHIP_EXISTS"])
        settings = self.property(path, "Settings")
        self.assertEqual((settings["PercentSpaceReserved"], settings["Storage"]), (5, "card"))
        self.assertEqual(self.call(path, "ListRules").wait(), ([],))

    def test_a_truncated_file_at_every_length(self):
        self.engines.answers["sync"] = lambda job: job.result(SYNCED)
        device = self.partner()
        self.until(device, SyncState=SYNC["STOPPED"])
        self.unplug()
        self.until(device, Connected=False)
        content = (self.state / "devices" / "1234-5678-abc.conf").read_bytes()
        for length in range(0, len(content), max(1, len(content) // 12)):
            self.processes.kill(self.watch.helper_pid())
            self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
            self.conf(content[:length])
            self.watch.devices()
            self.helper_is_alive()

    def test_unknown_keys_and_comments_are_kept(self):
        path = self.conf(b"# mine\n[Future]\nKey=value\n[Settings]\nOther=1\n")
        device = self.plug()
        self.until(device, Status=STATUS["NEW_DEVICE"])
        self.call(device, "SetSetting", "(sv)", "SyncOnConnect", b(False)).wait()
        content = path.read_text(encoding="utf-8")
        for kept in ("# mine", "[Future]", "Key=value", "Other=1"):
            self.assertIn(kept, content)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_a_damaged_owner_is_set_aside(self):
        self.state.mkdir(parents=True)
        (self.state / "owner").write_text("me\n", encoding="utf-8")
        self.watch.devices()
        self.assertEqual((self.state / "owner.damaged-1").read_text(encoding="utf-8"), "me\n")
        self.assertRegex((self.state / "owner").read_text(encoding="utf-8"), r"^[0-9a-f-]{36}\n$")

    def test_the_owner_stays_the_same(self):
        self.watch.devices()
        owner = (self.state / "owner").read_text(encoding="utf-8")
        self.processes.kill(self.watch.helper_pid())
        self.watch.wait_for(lambda: self.watch.helper_pid() is None, "the name to be free", PATIENCE)
        self.watch.devices()
        self.assertEqual((self.state / "owner").read_text(encoding="utf-8"), owner)
        self.assertEqual(stat.S_IMODE((self.state / "owner").stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.state.stat().st_mode), 0o700)


if __name__ == "__main__":
    unittest.main(verbosity=2)
