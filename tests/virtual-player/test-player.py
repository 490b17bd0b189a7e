#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The virtual player, tried with every MTP client that Debian has. See README.md."""

# style: file-lines, one list of what every client must find
# style: banned, a mount point tells nobody that it is ready

import json
import os
import re
import select
import shutil
import struct
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
PLAYER = os.path.join(HERE, "player")
OWN_PROFILES = ("android", "walkman", "minimal", "twin", "unlisted")
SIZES = (0, 1, 499, 500, 501, 511, 512, 513, 1012, 16372, 16384, 16896, 4 << 20)
CLIENT_SECONDS = 20

# Sees two devices leave, come, or whatever else is announced; one line each.
HOTPLUG_CLIENT = r"""
import ctypes, sys
usb = ctypes.CDLL("libusb-1.0.so.0")
class Timeval(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long)]
Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
def changed(context, device, event, data):
    usb.libusb_get_device_address.argtypes = [ctypes.c_void_p]
    print({1: "came", 2: "left"}[event], usb.libusb_get_device_address(device), flush=True)
    return 0
callback = Callback(changed)
context = ctypes.c_void_p()
usb.libusb_init(ctypes.byref(context))
usb.libusb_hotplug_register_callback(context, 3, 0, -1, -1, -1, callback, None, None)
print("listening", flush=True)
while True:
    usb.libusb_handle_events_timeout_completed(context, ctypes.byref(Timeval(60, 0)), None)
"""


def content(size, seed=7):
    """Bytes that differ at every place."""
    block = bytes((i * seed + i // 251) & 255 for i in range(min(size, 65536)))
    return (block * (size // 65536 + 1))[:size]


class PlayerCase(unittest.TestCase):
    """Starts players in a folder of its own and leaves none behind."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="test-player-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.device = os.path.join(self.folder, "device")
        self.clients = []

    def start(self, *options):
        if os.path.exists(os.path.join(self.device, "pid")):
            self.stop()
        subprocess.run([PLAYER, "start", self.device, "--die-with", str(os.getpid()), *options], check=True, timeout=10)
        self.addCleanup(self.stop)

    def stop(self):
        while self.clients:
            client = self.clients.pop()
            client.terminate()  # "timeout" passes it on
            client.wait()
            client.stdout.close()
        subprocess.run([PLAYER, "stop", self.device], check=True, timeout=15)

    def path(self, name, contents=None):
        path = os.path.join(self.folder, name)
        if contents is not None:
            with open(path, "wb") as file:
                file.write(contents)
        return path

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def run_client(self, *command, ok=True):
        done = subprocess.run(["timeout", "-k", "1", str(CLIENT_SECONDS), PLAYER, "run", self.device, *command],
                              capture_output=True, cwd=self.folder, timeout=CLIENT_SECONDS + 5)
        text = (done.stdout + done.stderr).decode("utf-8", "replace").replace("\r", "\n")
        self.assertNotEqual(done.returncode, 124, "%s hangs:\n%s" % (command, text[-2000:]))
        if ok:
            self.assertEqual(done.returncode, 0, text[-2000:])
        return text

    def start_client(self, *command):
        client = subprocess.Popen(["timeout", "-k", "1", str(CLIENT_SECONDS), PLAYER, "run", self.device, *command],
                                  bufsize=0, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder)
        self.clients.append(client)
        return client

    def ctl(self, *words):
        done = subprocess.run([PLAYER, "ctl", self.device, *words], capture_output=True, text=True,
                              timeout=CLIENT_SECONDS, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, *words):
        done = subprocess.run([PLAYER, "ctl", self.device, *words], capture_output=True, text=True,
                              timeout=CLIENT_SECONDS, check=False)
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def tree(self):
        return {entry["path"]: entry for entry in self.ctl("tree")}

    def send_to_music(self, name, contents, ok=True):
        """mtp-sendfile takes a folder's number only."""
        folder = self.tree()["/Music"]["handle"]
        return self.run_client("mtp-sendfile", self.path(name, contents), str(folder), ok=ok)

    def operations(self):
        return self.ctl("stats")["operations"]


class Clients(PlayerCase):
    """Lists, sends, fetches back and deletes, byte for byte."""

    def file_number(self, name):
        found = re.search(r"File ID: (\d+)\s+Filename: %s\n" % re.escape(name), self.run_client("mtp-files"))
        self.assertTrue(found, name + " is not listed")
        return found.group(1)

    def send_and_fetch(self, name, contents):
        # A tool cannot name an object to another one where every session names it anew.
        self.ctl("set-quirk", "handles_per_session", "0")
        self.send_to_music(name, contents)
        self.run_client("mtp-getfile", self.file_number(name), self.path("back"))
        self.assertEqual(self.read("back"), contents)
        self.run_client("mtp-delfile", "-n", self.file_number(name))
        self.assertNotIn("/Music/" + name, self.tree())

    def test_mtp_tools(self):
        for profile in OWN_PROFILES:
            with self.subTest(profile=profile):
                self.start("--profile", profile)
                self.assertIn("OK.", self.run_client("mtp-detect"))
                self.send_and_fetch("song.mp3", content(70000))
                self.run_client("mtp-newfolder", "New", str(self.tree()["/Music"]["handle"]), "0")
                self.run_client("mtp-folders")
                self.assertIn("/Music/New", self.tree())
                self.run_client("mtp-tracks")
                self.assertEqual(self.read("device/log"), b"")
                self.stop()

    def test_boundary_sizes(self):
        self.start("--profile", "android", "--set", "handles_per_session=0")
        for size in SIZES:
            name = "size-%d.bin" % size
            self.send_to_music(name, content(size))
            self.ctl("get", "/Music/" + name, self.path("here"))
            self.assertEqual(self.read("here"), content(size), size)
            self.run_client("mtp-getfile", str(self.tree()["/Music/" + name]["handle"]), self.path("back"))
            self.assertEqual(self.read("back"), content(size), size)

    def test_tags_and_albums(self):
        self.start("--profile", "walkman")
        self.run_client("mtp-sendtr", "-q", "-t", "Title", "-a", "Artist", "-l", "Album", "-A", "Album Artist",
                        "-g", "Genre", "-n", "3", "-y", "2001", "-d", "100", "-s", "0x00010001",
                        self.path("song.mp3", content(9000)), "/Music/song.mp3")
        tree = self.tree()
        self.assertEqual(tree["/Music/song.mp3"]["properties"]["title"], "Title")
        self.assertEqual(tree["/Music/song.mp3"]["properties"]["track"], 3)
        albums = [entry for entry in tree.values() if entry["format"] == "0xba03"]
        self.assertEqual([album["references"] for album in albums], [["/Music/song.mp3"]])

    def test_aft(self):
        if not shutil.which("aft-mtp-cli"):
            self.skipTest("no aft-mtp-cli")
        for profile in OWN_PROFILES:
            with self.subTest(profile=profile):
                self.start("--profile", profile)
                source = self.path("aft.bin", content(70000))
                self.run_client("aft-mtp-cli", "put " + source + " /")
                self.assertIn("aft.bin", self.run_client("aft-mtp-cli", "ls"))
                self.run_client("aft-mtp-cli", "get aft.bin " + self.path("back"))
                self.assertEqual(self.read("back"), content(70000))
                self.run_client("aft-mtp-cli", "rm aft.bin")
                self.assertFalse([path for path in self.tree() if path.endswith("aft.bin")])
                self.stop()

    def mount_and_try(self, *command):
        point = self.path("mount")
        os.mkdir(point)
        client = self.start_client(*command, point)
        deadline = time.monotonic() + 10
        while not os.path.ismount(point):
            if client.poll() not in (None, 0) or time.monotonic() > deadline:
                self.skipTest("cannot mount here: " + client.communicate()[0].decode("utf-8", "replace")[-200:])
            time.sleep(0.02)
        self.addCleanup(subprocess.run, ["fusermount", "-u", "-z", point], capture_output=True, check=False)
        storage = os.path.join(point, os.listdir(point)[0])
        target = os.path.join(storage, "Music", "fuse.bin")
        shutil.copyfile(self.path("fuse", content(70000)), target)
        with open(target, "rb") as file:
            self.assertEqual(file.read(), content(70000))
        os.unlink(target)
        subprocess.run(["fusermount", "-u", point], check=True, timeout=10)
        client.wait(timeout=10)

    def test_fuse(self):
        if not os.path.exists("/dev/fuse"):
            self.skipTest("no /dev/fuse: go-mtpfs and jmtpfs cannot mount here")
        for client in (("jmtpfs", "-f"), ("go-mtpfs",)):
            with self.subTest(client=client[0]):
                if not shutil.which(client[0]):
                    self.skipTest("no " + client[0])
                self.start("--profile", "android")
                self.mount_and_try(*client)
                self.stop()
                shutil.rmtree(self.path("mount"), True)

    def test_umtprd(self):
        if not shutil.which("umtprd"):
            self.skipTest("no umtprd")
        self.start("--umtprd")
        self.run_client("mtp-sendfile", self.path("song.mp3", content(70000)), "song.mp3")
        self.assertEqual(self.read("device/store/song.mp3"), content(70000))
        number = re.search(r"File ID: (\d+)\s+Filename: song.mp3", self.run_client("mtp-files")).group(1)
        self.ctl("replug")
        self.run_client("mtp-getfile", number, self.path("back"))
        self.assertEqual(self.read("back"), content(70000))
        self.run_client("mtp-files")
        self.run_client("mtp-delfile", "-n", number)
        self.assertEqual(os.listdir(self.path("device/store")), [])
        self.assertEqual(self.operations()["SendObject"], 1)


class Control(PlayerCase):
    """The commands that stand for the user's hands."""

    def test_contents_by_hand(self):
        self.start("--profile", "walkman")
        self.ctl("put", "/Music/a b.mp3", self.path("a", b"hello"))
        self.ctl("put-size", "/Music/big.mp3", "6G")
        self.ctl("set", "/Music/a b.mp3", "use_count", "3")
        self.ctl("set", "/Music/a b.mp3", "last_played", "20240101T000000")
        tree = self.tree()
        self.assertEqual(tree["/Music/a b.mp3"]["properties"], {"use_count": 3, "last_played": "20240101T000000"})
        self.assertEqual(tree["/Music/a b.mp3"]["size"], 5)
        self.ctl("rename", "/Music/a b.mp3", "c.mp3")
        self.ctl("delete", "/Music/big.mp3")
        self.ctl("get", "/Music/c.mp3", self.path("back"))
        self.assertEqual(self.read("back"), b"hello")
        self.assertIn("nothing on the device", self.refused("delete", "/Music/big.mp3"))
        self.assertIn("no such command", self.refused("dance"))

    def test_snapshot(self):
        self.start("--profile", "walkman")
        self.ctl("put", "/Music/a.mp3", self.path("a", content(5000)))
        self.ctl("set", "/Music/a.mp3", "artist", "Somebody")
        before = self.ctl("tree")
        self.ctl("snapshot", self.path("snapshot"))
        self.ctl("delete", "/Music")
        self.ctl("restore", self.path("snapshot"))
        self.assertEqual(self.ctl("tree"), before)
        self.assertIn("not a snapshot", self.refused("restore", self.path("junk", b"junk")))

    def test_statistics_are_exact(self):
        self.start("--profile", "minimal")
        self.run_client("mtp-sendfile", self.path("a.mp3", content(1000)), "a.mp3")
        self.ctl("reset-stats")
        self.run_client("mtp-sendfile", self.path("b.mp3", content(1000)), "b.mp3")
        stats = self.ctl("stats")
        self.assertEqual(stats["operations"]["SendObject"], 1)
        self.assertEqual(stats["operations"]["SendObjectInfo"], 1)
        self.assertEqual(stats["transactions"], sum(stats["operations"].values()))
        self.assertEqual(stats["objects_created"], 1)
        self.assertEqual(stats["sessions"], 1)
        self.assertGreater(stats["bytes_in"], 1000)
        self.assertLess(stats["bytes_in"], 1200)

    def test_lock(self):
        self.start("--profile", "android", "--set", "starts_locked=1")
        self.assertNotIn("Internal shared storage", self.run_client("mtp-detect", ok=False))
        address = self.ctl("info")["address"]
        self.ctl("unlock")
        self.assertNotEqual(self.ctl("info")["address"], address)
        self.assertIn("Internal shared storage", self.run_client("mtp-detect"))

    def test_two_storages_and_capacity(self):
        self.start("--profile", "twin")
        self.ctl("capacity", "Card", "256K")
        self.ctl("free-lie", "1", "100M")
        detected = self.run_client("mtp-detect")
        self.assertIn("FreeSpaceInBytes: 104857600", detected)
        self.assertIn("MaxCapacity: 262144", detected)

    def test_discarded_contents(self):
        self.start("--profile", "walkman", "--set", "discard_contents=1")
        size = 64 << 20
        with open(self.path("big.bin"), "wb") as file:
            file.truncate(size)
        self.run_client("mtp-sendfile", self.path("big.bin"), "1")
        self.assertEqual(self.tree()["/Music/big.bin"]["size"], size)
        self.assertIsNone(self.tree()["/Music/big.bin"]["sha256"])
        with open(self.path("device/pid"), encoding="utf-8") as file:
            pid = file.read().strip()
        with open("/proc/%s/status" % pid, encoding="utf-8") as file:
            peak = int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))
        self.assertLess(peak, 32 << 10)

    def test_two_devices(self):
        self.start("--device", "one:walkman:AAA1", "--device", "two:android:BBB2")
        self.ctl("@two", "put", "/Music/two.mp3", self.path("a", b"2"))
        self.assertEqual(self.ctl("@two", "info")["serial"], "BBB2")
        self.assertEqual(self.ctl("@one", "info")["serial"], "AAA1")
        self.assertNotIn("/Music/two.mp3", self.tree())
        detected = self.run_client("mtp-detect")
        self.assertIn("AAA1", detected)
        self.assertIn("BBB2", detected)

    def test_a_killed_player_is_a_cut_cable(self):
        self.start("--profile", "walkman")
        self.ctl("hold")
        client = self.start_client("mtp-files")
        with open(self.path("device/pid"), encoding="utf-8") as file:
            os.kill(int(file.read()), 9)
        text = client.communicate(timeout=CLIENT_SECONDS)[0]
        self.assertNotIn(b"umockdev", text)
        self.assertGreaterEqual(client.returncode, 0)


class Hotplug(PlayerCase):
    """Every client of a testbed sees every event."""

    def line(self, client):
        ready, _, _ = select.select([client.stdout], [], [], 10)
        self.assertTrue(ready, "a client hears nothing")
        return client.stdout.readline().decode().strip()

    def test_many_clients_at_once(self):
        self.start("--profile", "walkman")
        clients = [self.start_client("/usr/bin/python3", "-c", HOTPLUG_CLIENT) for _ in range(3)]
        self.assertEqual([self.line(client) for client in clients], ["listening"] * 3)
        before = self.ctl("info")["address"]
        after = self.ctl("replug")["address"]
        for client in clients:
            self.assertEqual(self.line(client), "left %d" % before)
            self.assertEqual(self.line(client), "came %d" % after)
        self.run_client("mtp-files")

    def test_claim_is_exclusive_and_dies_with_its_owner(self):
        self.start("--profile", "walkman")
        self.ctl("latency", "50000")
        first = self.start_client("mtp-detect")
        self.ctl("wait", "session")
        self.run_client("mtp-files", ok=False)
        self.assertEqual(self.ctl("stats")["sessions"], 1)
        first.terminate()
        first.wait()
        self.ctl("latency", "0")
        self.run_client("mtp-files")


class Faults(PlayerCase):
    """Each fault does what it says, at the place it says."""

    def send(self, size=100000):
        self.ctl("set-quirk", "handles_per_session", "0")
        self.send_to_music("song.mp3", content(size), ok=False)

    def test_unplug_at_byte_keeps_what_arrived(self):
        self.start("--profile", "walkman", "--set", "operations=" + MINIMAL_OPERATIONS)
        self.ctl("fault", "unplug-at-byte", "50000")
        self.send()
        self.ctl("wait", "unplugged")
        sizes = [entry["size"] for entry in self.ctl("tree") if entry["format"] != "0x3001"]
        info = self.ctl("stats")["bytes_in"]
        self.assertEqual(info, 50000)
        self.assertEqual(len(sizes), 1)
        self.assertTrue(49700 < sizes[0] < 50000, sizes)
        self.ctl("plug")
        self.assertIn("song.mp3", self.run_client("mtp-files"))

    def test_unplug_at_byte_on_a_phone_leaves_nothing(self):
        self.start("--profile", "android")
        self.ctl("fault", "unplug-at-byte", "50000")
        self.send()
        self.ctl("wait", "unplugged")
        self.assertNotIn("/Music/song.mp3", self.tree())

    def test_unplug_at_transaction(self):
        for moment, opened in (("before", 0), ("after", 1), ("data", 1)):
            with self.subTest(moment=moment):
                self.start("--profile", "walkman")
                self.ctl("fault", "unplug-at-transaction", "1", moment)
                self.run_client("mtp-files", ok=False)
                self.ctl("wait", "unplugged")
                stats = self.ctl("stats")
                self.assertEqual(stats["transactions"], 1)
                self.assertEqual(stats["sessions"], opened)
                self.stop()

    def test_error(self):
        self.start("--profile", "minimal")
        # The one transaction whose failure leaves an announcement without data is SendObjectInfo itself.
        for number in range(1, 40):
            self.ctl("fault", "clear")
            self.ctl("reset-stats")
            self.ctl("fault", "error-at-transaction", str(number), "0x200C")
            self.send()
            operations = self.operations()
            if "SendObjectInfo" in operations and "SendObject" not in operations:
                break
            if "/Music/song.mp3" in self.tree():
                self.ctl("delete", "/Music/song.mp3")
        self.assertNotIn("SendObject", operations)
        self.assertNotIn("/Music/song.mp3", self.tree())

    def test_hold_and_release(self):
        self.start("--profile", "walkman")
        self.ctl("fault", "hold-at-transaction", "3")
        client = self.start_client("mtp-files")
        self.ctl("wait", "held")
        self.assertEqual(self.ctl("stats")["transactions"], 3)
        self.ctl("release")
        client.communicate(timeout=CLIENT_SECONDS)
        self.assertEqual(client.returncode, 0)

    def try_briefly(self, *command):
        """libmtp waits for minutes where a device says less than it should; nobody else needs to."""
        subprocess.run(["timeout", "2", PLAYER, "run", self.device, *command], capture_output=True, timeout=10,
                       check=False)

    def test_stall_short_and_session_loss(self):
        for kind in ("stall-at-transaction", "short-at-transaction", "session-loss-at-transaction"):
            with self.subTest(kind=kind):
                self.start("--profile", "walkman")
                self.ctl("fault", kind, "3")
                self.try_briefly("mtp-files")
                self.assertGreaterEqual(self.ctl("stats")["transactions"], 3)
                self.ctl("replug")
                self.run_client("mtp-files")

    def test_list_error(self):
        self.start("--profile", "minimal")
        self.ctl("put", "/Music/a.mp3", self.path("a", b"a"))
        self.ctl("fault", "list-error", "/Music")
        self.assertNotIn("a.mp3", self.run_client("mtp-files", ok=False))
        self.ctl("fault", "clear")
        self.assertIn("a.mp3", self.run_client("mtp-files"))

    def test_garbage_repeats(self):
        counts = []
        for _ in range(2):
            self.start("--profile", "minimal")
            self.ctl("fault", "garbage", "11", "30")
            self.try_briefly("mtp-files")
            counts.append(self.operations())
            self.stop()
        self.assertEqual(counts[0], counts[1])

    def test_latency_and_bandwidth(self):
        self.start("--profile", "minimal")
        self.ctl("latency", "20000")
        began = time.monotonic()
        self.run_client("mtp-files")
        self.assertGreater(time.monotonic() - began, 0.02 * self.ctl("stats")["transactions"] * 0.9)
        self.ctl("latency", "0")
        self.ctl("bandwidth", "1000000")
        began = time.monotonic()
        self.send(300000)
        self.assertGreater(time.monotonic() - began, 0.28)

    def test_loops_and_counts_are_told(self):
        self.start("--profile", "minimal")
        self.ctl("fault", "huge-counts")
        self.run_client("mtp-files", ok=False)
        self.ctl("fault", "clear")
        self.ctl("fault", "folder-loop")
        self.assertEqual(self.ctl("stats")["sessions"] >= 1, True)
        self.ctl("fault", "clear")
        self.run_client("mtp-files")


MINIMAL_OPERATIONS = "1001 1002 1003 1004 1005 1006 1007 1008 1009 100B 100C 100D"


class Ends(PlayerCase):
    def player_end(self):
        with open(self.path("device/pid"), encoding="utf-8") as file:
            return os.pidfd_open(int(file.read()))

    def test_ends_with_its_guardian(self):
        guardian = subprocess.Popen(["sleep", "60"])
        self.start("--die-with", str(guardian.pid))
        end = self.player_end()
        guardian.kill()
        guardian.wait()
        self.assertTrue(select.select([end], [], [], 5)[0])
        os.close(end)

    def test_ends_with_its_folder(self):
        self.start()
        end = self.player_end()
        shutil.rmtree(self.device)
        self.assertTrue(select.select([end], [], [], 10)[0])
        os.close(end)


class Speed(PlayerCase):
    def test_start_is_fast(self):
        seconds = []
        for _ in range(3):
            began = time.monotonic()
            self.start("--profile", "walkman")
            seconds.append(time.monotonic() - began)
            self.stop()
        self.assertLess(min(seconds), 0.3)


if __name__ == "__main__":
    unittest.main()
