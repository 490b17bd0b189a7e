#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The lane that speaks MTP itself: what its calls cost, what it learns, and how it is chosen."""

import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import ROOT, TestCase  # noqa: E402

LISTS = "1001 1002 1003 1004 1005 1006 1007 1008 1009 100B 100C 100D 1014 1015 1016 101B 9801 9802 9803 9804 9805"


class Ptp(TestCase):
    variables = {"PORTAMENTO_LANE": "ptp"}

    def connect(self, player, **variables):
        return self.probe(player, variables={"PORTAMENTO_PROBE_MEMORY": str(self.folder), **variables}).connect()

    def again(self, player, probe, **variables):
        self.assertEqual(probe.close(), 0)
        return self.connect(player, **variables)

    def operations(self, player, probe, *words):
        """(items, {operation: count}) of one call."""
        player.ctl("reset-stats")
        items = probe.do(*words)
        return items, player.stats()["operations"]

    def fill(self, player, folders, songs, top="Music"):
        """That many folders with that many songs each, and as many beside them."""
        local = self.file("song.mp3", 1000)
        for number in range(folders):
            player.ctl("mkdir", f"{top}/folder {number}")
            for song in range(songs):
                player.ctl("put", f"{top}/folder {number}/{song}.mp3", local)

    def walk(self, probe, storage, folder):
        """{name: (size, {...} or None)} of all below a folder."""
        return {name: (size, self.walk(probe, storage, handle) if kind == "folder" else None)
                for name, (handle, size, kind) in probe.list(storage, folder).items()}

    def learned(self):
        return "".join(path.read_text() for path in self.folder.glob("*.learned"))


class Costs(Ptp):
    """Transactions a call, counted by the player itself."""

    def test_a_song_goes_out_in_two_and_all_else_in_one(self):
        for profile, how in (("android", "SendObjectInfo"), ("walkman", "SendObjectPropList"),
                             ("minimal", "SendObjectInfo"), ("twin", "SendObjectInfo")):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                probe = self.connect(player)
                storage = probe.storages()[0]
                music = probe.list(storage)["Music"][0]
                local = self.file("a.mp3", 100000)
                can = probe.info()
                probe.do("send", storage, music, "first.mp3", local)
                made, told = self.operations(player, probe, "send", storage, music, "a.mp3", local)
                self.assertEqual(told, {how: 1, "SendObject": 1})
                song = int(made[0][0])
                made, told = self.operations(player, probe, "mkdir", storage, music, "Folder")
                self.assertEqual(told, {"SendObjectInfo": 1})
                folder = int(made[0][0])
                if can["rename"] == "1":
                    told = self.operations(player, probe, "rename", song, "b.mp3")[1]
                    self.assertEqual(told, {"SetObjectPropValue": 1})
                if can["move"] == "1":
                    self.assertEqual(self.operations(player, probe, "move", song, storage, folder)[1], {"MoveObject": 1})
                if can["partial"] == "1":
                    told = self.operations(player, probe, "read", song, 5, 1000, self.folder / "part")[1]
                    self.assertEqual(told, {"GetPartialObject": 1})
                self.assertEqual(self.operations(player, probe, "remove", song)[1], {"DeleteObject": 1})
                told = self.operations(player, probe, "remove", folder)[1]
                self.assertEqual(told, {"GetObjectHandles": 1, "DeleteObject": 1})
                player.stop()

    def test_tags_and_lists_cost_one_and_three(self):
        player = self.player("walkman")
        probe = self.connect(player)
        storage = probe.storages()[0]
        folders = probe.list(storage)
        song = int(probe.do("send", storage, folders["Music"][0], "a.mp3", self.file("a.mp3", 1000))[0][0])
        probe.do("retag", song, "T", "A", "B", "G", 1, "AA")
        told = self.operations(player, probe, "retag", song, "T2", "A", "B", "G", 1, "AA")[1]
        self.assertEqual(told, {"SetObjectPropList": 1})
        place = (storage, folders["Playlists"][0])
        probe.do("playlist", *place, 0, "First", song)
        made, told = self.operations(player, probe, "playlist", *place, 0, "Running", song)
        self.assertEqual(told, {"SendObjectPropList": 1, "SendObject": 1, "SetObjectReferences": 1})
        told = self.operations(player, probe, "playlist", *place, int(made[0][0]), "Running", song, song)[1]
        self.assertEqual(told, {"SetObjectReferences": 1})

    def test_what_a_device_can_is_asked_once_for_all_sessions(self):
        player = self.player("walkman")
        probe = self.connect(player)
        first = self.operations(player, probe, "info")[1]
        self.assertGreater(first["GetObjectPropDesc"], 5)
        probe = self.again(player, probe)
        self.assertEqual(self.operations(player, probe, "info")[1], {"GetDevicePropValue": 2})
        self.assertEqual(self.operations(player, probe, "storages")[1], {"GetStorageIDs": 1, "GetStorageInfo": 1})
        # New firmware, new knowledge.
        player.ctl("set-quirk", "operations", LISTS)
        probe = self.again(player, probe)
        self.assertIn("GetObjectPropDesc", self.operations(player, probe, "info")[1])

    def test_a_known_player_is_read_in_a_handful_however_many_folders(self):
        for profile in ("android", "walkman", "twin"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                top = "Internal:/Music" if profile == "twin" else "/Music"
                self.fill(player, 30, 2, top)
                expected = {f"folder {i}": (0, {f"{song}.mp3": (1000, None) for song in range(2)}) for i in range(30)}
                probe = self.connect(player)
                for most in (60, 8, 8):
                    storage = probe.storages()[0]
                    player.ctl("reset-stats")
                    music = probe.list(storage)["Music"][0]
                    self.assertEqual(self.walk(probe, storage, music), expected)
                    self.assertLess(player.stats()["transactions"], most)
                    probe = self.again(player, probe)
                player.stop()

    def test_a_session_that_hears_of_nothing_asks_nothing_twice(self):
        player = self.player("android")
        self.fill(player, 12, 2)
        probe = self.connect(player)
        storage = probe.storages()[0]
        self.walk(probe, storage, probe.list(storage)["Music"][0])
        probe = self.again(player, probe)  # and knows that all of it is worth a list
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        truth = self.walk(probe, storage, music)
        player.ctl("reset-stats")
        self.assertEqual(self.walk(probe, storage, music), truth)
        self.assertEqual(player.stats()["transactions"], 0)
        player.ctl("put", "/Music/folder 3/new.mp3", self.file("new.mp3", 77))
        deadline = time.monotonic() + 60  # an event takes its time; until it is here nobody can know
        while "new.mp3" not in self.walk(probe, storage, music)["folder 3"][1]:
            self.assertLess(time.monotonic(), deadline)

    def test_a_folder_alone_costs_three_lists(self):
        player = self.player("android")
        self.fill(player, 3, 5)
        probe = self.connect(player)
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        folders = probe.list(storage, music)
        told = self.operations(player, probe, "list", storage, folders["folder 1"][0])[1]
        self.assertEqual(told, {"GetObjectPropList": 3})

    def test_many_play_counts_are_read_in_two(self):
        player = self.player("walkman")
        self.fill(player, 1, 40)
        for song in range(40):
            player.ctl("set", f"/Music/folder 0/{song}.mp3", "use_count", song)
        probe = self.connect(player)
        storage = probe.storages()[0]
        folder = probe.list(storage, probe.list(storage)["Music"][0])["folder 0"][0]
        songs = probe.list(storage, folder)
        probe.info()
        player.ctl("reset-stats")
        self.assertEqual({name: probe.do("statistics", entry[0])[0][0] for name, entry in songs.items()},
                         {f"{song}.mp3": str(song) for song in range(40)})
        self.assertLessEqual(player.stats()["transactions"], 2 + 3 * 2)


class Honesty(Ptp):
    """A listing is complete, whatever the device says of itself and whatever was learned of it."""

    def test_what_others_do_meanwhile_is_seen(self):
        for profile in ("android", "walkman", "minimal"):
            with self.subTest(profile):
                player = self.player(profile, folder=profile)
                self.fill(player, 12, 1)
                probe = self.connect(player)
                storage = probe.storages()[0]
                music = probe.list(storage)["Music"][0]
                probe = self.again(player, probe)
                music = probe.list(storage)["Music"][0]
                self.assertEqual(len(self.walk(probe, storage, music)), 12)
                player.ctl("put", "/Music/folder 3/new.mp3", self.file("new.mp3", 77))
                player.ctl("delete", "/Music/folder 4/0.mp3")
                probe = self.again(player, probe)
                found = self.walk(probe, storage, probe.list(storage)["Music"][0])
                self.assertEqual(found["folder 3"][1], {"0.mp3": (1000, None), "new.mp3": (77, None)})
                self.assertEqual(found["folder 4"][1], {})
                player.stop()

    def test_a_wrong_memory_costs_questions_and_nothing_else(self):
        player = self.player("android")
        self.fill(player, 12, 1)
        probe = self.connect(player)
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        truth = self.walk(probe, storage, music)
        probe.close()
        path, = self.folder.glob("*.learned")
        whole = path.read_text()
        for text in ("", "\0\0\0", whole[:20], whole.replace("=", "=-"), whole.replace("=1", "=99999999"),
                     whole.replace("[ptp]", "[ptp]\nsend=77\nroot-is-zero=1\nobjects=-5\nfolders=100000\n"),
                     "[lane]\ninsane-sessions=x\nrefused=\n"):
            path.write_text(text)
            probe = self.connect(player)
            self.assertEqual(self.walk(probe, storage, probe.list(storage)["Music"][0]), truth)
            probe.do("send", storage, ROOT, "root.mp3", self.file("root.mp3", 500))
            probe.do("remove", probe.list(storage)["root.mp3"][0])
            self.assertEqual(probe.close(), 0)

    def test_lists_that_end_in_an_error_are_left_for_handles(self):
        player = self.player("android", "--set", "operations=" + LISTS)
        self.fill(player, 12, 1)
        probe = self.connect(player)
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        player.ctl("set-quirk", "operations", LISTS.replace(" 9805", ""))
        player.ctl("reset-stats")
        found = self.walk(probe, storage, music)
        self.assertEqual(len(found), 12)
        self.assertGreater(player.stats()["operations"]["GetObjectInfo"], 20)

    def test_lists_that_leave_something_out_are_left_and_that_is_remembered(self):
        """Of everything, so folders are listed one by one; of folders, too, so each object is asked about."""
        for used, unused, options in (("GetObjectPropList", "GetObjectInfo", ()),
                                      ("GetObjectInfo", "GetObjectPropList", ("--set", "lists_omit=7"))):
            for profile in ("android", "walkman"):
                with self.subTest(profile, used=used):
                    player = self.player(profile, "--set", "whole_lists_omit=7", "--set", "handles_per_session=0", *options,
                                         folder=f"{profile} {used}")
                    self.fill(player, 20, 3)
                    songs = {f"{song}.mp3": (1000, None) for song in range(3)}
                    for _ in range(4):
                        probe = self.connect(player)
                        storage = probe.storages()[0]
                        player.ctl("reset-stats")
                        self.assertEqual(self.walk(probe, storage, probe.list(storage)["Music"][0]),
                                         {f"folder {number}": (0, songs) for number in range(20)})
                        told = player.stats()["operations"]
                        self.assertEqual(probe.close(), 0)
                    if profile == "android":  # of which nothing else is remembered
                        self.assertGreaterEqual(told[used], 60)
                        self.assertNotIn(unused, told)
                    player.stop()

    def test_a_folder_that_can_not_be_listed_is_an_error_and_no_lie_of_lists(self):
        player = self.player("android")
        self.fill(player, 2, 1)
        probe = self.connect(player)
        storage = probe.storages()[0]
        folders = probe.list(storage, probe.list(storage)["Music"][0])
        player.ctl("fault", "list-error", "/Music/folder 1")
        self.assert_fails("device error", probe.do, "list", storage, folders["folder 1"][0])
        self.assertEqual(list(probe.list(storage, folders["folder 0"][0])), ["0.mp3"])
        self.assertNotIn("wrong-lists-of-folders", self.learned())


class Memory(Ptp):
    """Objects of a player without lists, whose handles last: they are told from memory, and looked at before a deed."""

    ABILITIES = f"operations={LISTS.replace(' 9805', '')} 1019 9810 9811"

    def known(self):
        """(player, probe, storage, {folder: (handle, {song: handle})}) of a session that believes its memory."""
        player = self.player("walkman", "--set", self.ABILITIES, "--set", "events=")
        self.fill(player, 2, 3)
        probe = self.connect(player)
        for _ in range(2):
            self.look(probe)
            probe = self.again(player, probe)
        player.ctl("reset-stats")
        storage, found = self.look(probe)
        self.assertLess(player.stats()["operations"]["GetObjectInfo"], 5)
        return player, probe, storage, found

    def look(self, probe):
        storage = probe.storages()[0]
        music = probe.list(storage)["Music"][0]
        found = {"": (music, {})}
        for name, (handle, _, _) in probe.list(storage, music).items():
            songs = probe.list(storage, handle)
            found[name] = (handle, {song: entry[0] for song, entry in songs.items()})
        return storage, found

    def test_what_has_another_name_by_now_is_left_alone(self):
        player, probe, storage, found = self.known()
        folder, songs = found["folder 1"]
        song = songs["1.mp3"]
        player.ctl("rename", "/Music/folder 1/1.mp3", "theirs.mp3")
        before = player.ctl("tree")
        music = found[""][0]
        for deed in (("remove", song), ("rename", song, "x.mp3"), ("move", song, storage, music),
                     ("retag", song, "T", "A", "B", "G", 1, "AA"), ("playlist", storage, music, song, "L", songs["0.mp3"])):
            error = self.assert_fails("device error", probe.do, *deed)
            self.assertIn("has changed on the device", error.text)
        self.assertEqual(player.ctl("tree"), before)

    def test_nothing_comes_where_something_has_changed_its_name(self):
        player, probe, storage, found = self.known()
        folder = found["folder 1"][0]
        local = self.file("new.mp3", 5000)
        player.ctl("rename", "/Music/folder 1/1.mp3", "new.mp3")
        before = player.ctl("tree")
        for deed in (("send", storage, folder, "new.mp3", local),
                     ("move", found["folder 0"][1]["0.mp3"], storage, folder),
                     ("playlist", storage, folder, 0, "new.mp3", found["folder 0"][1]["1.mp3"])):
            self.assert_fails("device error", probe.do, *deed)
        self.assertEqual(player.ctl("tree"), before)
        probe.do("send", storage, found["folder 0"][0], "new.mp3", local)
        self.assert_arrived(player, "/Music/folder 0/new.mp3", local)

    def test_nothing_comes_into_a_folder_that_is_another(self):
        player, probe, storage, found = self.known()
        player.ctl("rename", "/Music/folder 1", "theirs")
        before = player.ctl("tree")
        self.assert_fails("device error", probe.do, "mkdir", storage, found["folder 1"][0], "Folder")
        self.assert_fails("device error", probe.do, "remove", found["folder 1"][0])
        self.assertEqual(player.ctl("tree"), before)

    def test_what_was_told_is_not_excused_by_what_is_told_later(self):
        player, probe, storage, found = self.known()
        folder, songs = found["folder 1"]
        player.ctl("rename", "/Music/folder 1/1.mp3", "theirs.mp3")
        self.assert_fails("device error", probe.do, "send", storage, folder, "new.mp3", self.file("new.mp3", 5000))
        self.assertIn("theirs.mp3", probe.list(storage, folder))
        self.assert_fails("device error", probe.do, "remove", songs["1.mp3"])
        self.assertIn("/Music/folder 1/theirs.mp3", player.tree())

    def test_each_deed_costs_one_look(self):
        player, probe, storage, found = self.known()
        songs = found["folder 0"][1]
        told = self.operations(player, probe, "rename", songs["1.mp3"], "x.mp3")[1]
        self.assertEqual(told, {"GetObjectInfo": 1, "SetObjectPropValue": 1})
        self.assertEqual(self.operations(player, probe, "rename", songs["1.mp3"], "y.mp3")[1], {"SetObjectPropValue": 1})

    def test_what_was_done_is_known_in_the_next_session(self):
        player, probe, storage, found = self.known()
        folder, songs = found["folder 0"]
        probe.do("rename", songs["1.mp3"], "x.mp3")
        probe.do("remove", songs["2.mp3"])
        probe.do("send", storage, folder, "new.mp3", self.file("new.mp3", 5000))
        probe = self.again(player, probe)
        player.ctl("reset-stats")
        self.assertEqual(set(self.look(probe)[1]["folder 0"][1]), {"0.mp3", "x.mp3", "new.mp3"})
        self.assertLess(player.stats()["operations"]["GetObjectInfo"], 8)

    def test_what_is_heard_of_others_ends_the_belief(self):
        player, probe, storage, found = self.known()
        player.ctl("set-quirk", "events", "4002 4003 4007")
        player.ctl("delete", "/Music/folder 1/1.mp3")
        deadline = time.monotonic() + 60  # an event takes its time; until it is here nobody can know
        while set(self.look(probe)[1]["folder 1"][1]) != {"0.mp3", "2.mp3"}:
            self.assertLess(time.monotonic(), deadline)


class Endings(Ptp):
    def resets(self, *options, profile="walkman", lane="ptp"):
        player = self.player(profile, *options, folder=f"player {len(options)} {profile} {lane}")
        probe = self.connect(player, PORTAMENTO_LANE=lane)
        player.ctl("reset-stats")
        probe.storages()
        self.assertEqual(probe.close(), 0)
        player.ctl("wait", "no-session")
        count = player.stats()["resets"]
        probe = self.connect(player, PORTAMENTO_LANE=lane)
        self.assertEqual(len(probe.storages()), 1)
        probe.close()
        player.stop()
        return count

    def test_a_player_that_needs_it_is_reset_when_it_is_let_go_of(self):
        for lane in ("ptp", "libmtp"):
            self.assertEqual(self.resets(lane=lane), 0)
            self.assertEqual(self.resets("--set", "vendor_id=0x054c", "--set", "product_id=0x0325", lane=lane), 1)

    def test_phones_are_not_reset_though_they_are_listed_so(self):
        for profile in ("android", "unlisted"):
            for lane in ("ptp", "libmtp"):
                self.assertEqual(self.resets(profile=profile, lane=lane), 0, (profile, lane))


class Choice(Ptp):
    variables = {}

    def opened_by(self, player, **variables):
        """Which lane asks: only libmtp asks for the battery on the way."""
        player.ctl("reset-stats")
        probe = self.connect(player, **variables)
        told = player.stats()["operations"]
        probe.close()
        return "libmtp" if "GetDevicePropDesc" in told else "ptp"

    def test_a_lane_can_be_asked_for(self):
        player = self.player("walkman")
        for lane in ("ptp", "libmtp"):
            self.assertEqual(self.opened_by(player, PORTAMENTO_LANE=lane), lane)
            self.assertEqual(self.opened_by(player, PORTAMENTO_LANE="", PORTAMENTO_PROBE_LANE=lane), lane)
        for word in ("auto", "any"):
            self.assertEqual(self.opened_by(player, PORTAMENTO_LANE="", PORTAMENTO_PROBE_LANE=word), "ptp")
        self.assertEqual(self.opened_by(player, PORTAMENTO_LANE="ptp", PORTAMENTO_PROBE_LANE="libmtp"), "ptp")

    def test_the_lane_that_is_set_is_not_left_when_it_fails(self):
        player = self.player("walkman")
        player.ctl("fault", "error-at-transaction", 2, "2002")
        probe = self.probe(player, variables={"PORTAMENTO_PROBE_MEMORY": str(self.folder), "PORTAMENTO_LANE": "",
                                              "PORTAMENTO_PROBE_LANE": "ptp"})
        probe.do("discover")
        self.assert_fails("device error", probe.do, "open")
        probe.close()
        self.assertEqual(self.opened_by(player), "ptp")

    def test_playlists_of_samsungs_own_are_for_libmtp(self):
        player = self.player("walkman", "--set", "vendor_id=0x04e8", "--set", "product_id=0x503c")
        self.assertEqual(self.opened_by(player), "libmtp")

    def test_a_device_that_wants_a_handshake_is_for_libmtp(self):
        player = self.player("walkman", "--set", "extensions=microsoft.com/WMPPD: 11.0; microsoft.com/MTPZ: 1.0;")
        for _ in range(2):
            self.assertEqual(self.opened_by(player), "libmtp")
        probe = self.probe(player, variables={"PORTAMENTO_LANE": "ptp"})
        probe.do("discover")
        error = self.assert_fails("not supported", probe.do, "open")
        self.assertIn("MTPZ", error.text)

    def test_a_handshake_that_fails_leaves_what_the_device_shows(self):
        lines = ("010001", "0" * 32, "C" * 256, "5" * 256, "0" * 1258)
        (self.folder / ".mtpz-data").write_text("\n".join(lines) + "\n")  # keys of nobody
        player = self.player("walkman", "--set", "extensions=microsoft.com/MTPZ: 1.0;")
        self.fill(player, 1, 2)
        probe = self.connect(player)
        storage = probe.storages()[0]
        folder = probe.list(storage, probe.list(storage)["Music"][0])["folder 0"][0]
        self.assertEqual(set(probe.list(storage, folder)), {"0.mp3", "1.mp3"})
        local = self.file("new.mp3", 5000)
        probe.do("send", storage, folder, "new.mp3", local)
        self.assert_arrived(player, "/Music/folder 0/new.mp3", local)
        self.assertIn("new.mp3", probe.list(storage, folder))

    def test_a_device_that_refuses_is_opened_by_libmtp_at_once_and_from_then_on(self):
        player = self.player("walkman")
        player.ctl("fault", "error-at-transaction", 2, "2002")
        self.assertEqual(self.opened_by(player), "libmtp")
        self.assertEqual(self.opened_by(player), "libmtp")
        self.assertEqual(self.opened_by(player, PORTAMENTO_LANE="ptp"), "ptp")

    def test_what_is_not_the_lanes_fault_is_not_remembered(self):
        player = self.player("walkman")
        player.ctl("fault", "unplug-at-transaction", 2, "before")
        probe = self.probe(player, variables={"PORTAMENTO_PROBE_MEMORY": str(self.folder)})
        probe.do("discover")
        self.assert_fails("no device", probe.do, "open")
        probe.close()
        player.ctl("plug")
        self.assertEqual(self.opened_by(player), "ptp")

    def test_a_device_that_is_not_understood_twice_is_left_to_libmtp(self):
        player = self.player("walkman")
        for session in range(4):
            probe = self.connect(player)
            storage = probe.storages()[0]
            player.ctl("fault", "huge-counts")
            if session != 1:
                self.assert_fails("device answers nonsense", probe.do, "list", storage, ROOT)
            player.ctl("fault", "clear")
            probe.close()
            # A session that was understood between them begins the count anew.
            self.assertEqual(self.learned().partition("insane-sessions=")[2][:1], "1012"[session])
        self.assertEqual(self.opened_by(player), "libmtp")
        probe = self.connect(player)
        self.assertIn("Music", probe.list(probe.storages()[0]))


if __name__ == "__main__":
    unittest.main()
