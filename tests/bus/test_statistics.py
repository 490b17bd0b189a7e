# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was played on a device waits for each host, on the disk, until the host has taken it: whoever dies."""

import os
import signal
import unittest

from desk import LIBRARY_RULE, PATIENCE, RULES, SYNCED, Desk, error_name
from gi.repository import GLib

PLAYED = [("file:///a", 3, 80, 1600000000), ("file:///b", 1, -1, -1)]
ELSE = [("file:///c", 7, -1, -1)]
NOTHING = (0, "", [])
ID = "1234-5678-abc"


class Statistics(Desk):
    environment = {"PORTAMENTO_LINGER_MS": "60000"}

    def setUp(self):
        super().setUp()
        self.path = self.partner()
        self.job = self.engines.take("sync")

    def store(self, batch, hosts):
        """What an engine is answered."""
        self.job.say("statistics", "(sa(sa(siix)))", (batch, hosts))
        return self.engines.stored.get(timeout=PATIENCE)

    def take(self, host="mpd", done=0, watch=None):
        return self.manage("TakeStatistics", "(st)", host, done, watch=watch).wait()

    def kill_helper(self):
        pid = self.watch.helper_pid()
        os.kill(pid, signal.SIGKILL)
        self.wait_until_helper_left(pid)

    def revive(self):
        """The next helper finds the device there and begins its sync."""
        self.watch.devices()
        self.job = self.engines.take("sync")

    def test_a_host_that_is_away_gets_it_when_it_comes(self):
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.watch.wait_for(lambda: self.seen("Statistics"), "what a looker-on sees", PATIENCE)
        self.assertEqual(self.seen("Statistics"), [("mpd", PLAYED)])
        self.assertEqual(self.seen("StatisticsWaiting"), [("mpd",)])
        self.kill_helper()
        batch, device, tracks = self.take()
        self.assertEqual((device, tracks), (ID, PLAYED))
        self.assertEqual(self.take(), (batch, device, tracks))
        self.assertEqual(self.take(done=batch + 1), (batch, device, tracks), "another batch was done")
        self.assertEqual(self.take(done=batch), NOTHING)
        self.kill_helper()
        self.assertEqual(self.take(), NOTHING)

    def test_what_an_engine_tells_again_is_stored_once(self):
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.kill_helper()
        self.revive()
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        batch, _, tracks = self.take()
        self.assertEqual(tracks, PLAYED)
        self.assertEqual(self.take(done=batch), NOTHING)
        # also when the host has had it
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.assertEqual(self.take(), NOTHING)
        self.assertEqual(self.store("b2", [("mpd", ELSE)]), "OK")
        self.assertEqual(self.take()[2], ELSE)

    def test_batches_come_in_order(self):
        for number in range(5):
            self.assertEqual(self.store(f"b{number}", [("mpd", [(f"file:///{number}", 1, -1, -1)])]), "OK")
        done, uris = 0, []
        while True:
            done, _, tracks = self.take(done=done)
            if not done:
                break
            uris += [track[0] for track in tracks]
        self.assertEqual(uris, [f"file:///{number}" for number in range(5)])

    def test_two_hosts_each_get_their_own(self):
        self.publish(self.library("other"), host="other").wait()
        self.call(self.path, "SetRules", f"(s{RULES})", "other", LIBRARY_RULE).wait()
        self.assertEqual(self.store("b1", [("mpd", PLAYED), ("other", ELSE), ("stranger", ELSE)]), "OK")
        self.assertEqual(self.take()[2], PLAYED)
        self.assertEqual(self.take("other")[2], ELSE)
        self.assertEqual(self.take("stranger"), NOTHING)
        # one of them was stored when the helper died
        self.kill_helper()
        (self.state / "statistics" / "other.statistics").unlink()
        self.revive()
        self.assertEqual(self.store("b1", [("mpd", PLAYED), ("other", ELSE)]), "OK")
        batch, _, tracks = self.take()
        self.assertEqual((tracks, self.take(done=batch)), (PLAYED, NOTHING))
        self.assertEqual(self.take("other")[2], ELSE)

    def test_one_of_two_clients_takes(self):
        other = self.client()
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.assertEqual(self.take(watch=other)[2], PLAYED)
        self.assertEqual(self.take(), NOTHING)
        self.watch.wait_for(lambda: self.seen("StatisticsWaiting"), "the news", PATIENCE)
        self.drop(other)
        self.watch.wait_for(lambda: len(self.seen("StatisticsWaiting")) == 2, "its turn", PATIENCE)
        self.assertEqual(self.take()[2], PLAYED)

    def test_a_host_that_withdraws_is_owed_nothing(self):
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.manage("WithdrawLibrary", "(s)", "mpd").wait()
        self.assertEqual(self.take(), NOTHING)
        self.assertEqual(list((self.state / "statistics").iterdir()), [])

    def test_a_host_that_never_comes_fills_no_disk(self):
        long = "file:///" + "x" * 16000
        for number in range(12):
            tracks = [(f"{long}{number}-{at}", 1, -1, -1) for at in range(128)]
            self.assertEqual(self.store(f"b{number}", [("mpd", tracks)]), "OK")
        self.assertLess((self.state / "statistics" / "mpd.statistics").stat().st_size, 17 << 20)
        batch, _, tracks = self.take()
        self.assertFalse(tracks[0][0].endswith("0-0"), "the oldest should have gone")
        uris = [tracks[0][0]]
        while batch:
            batch, _, tracks = self.take(done=batch)
            uris += [track[0] for track in tracks[:1]]
        self.assertTrue(uris[-1].endswith("x11-0"), uris[-1][-10:])

    def test_a_full_disk_is_no_loss(self):
        """The engine is told, and tells it again."""
        folder = self.state / "statistics"
        folder.rename(self.state / "away")
        folder.write_text("", encoding="ascii")  # nothing can be stored in it
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "Failed")
        self.assertEqual(self.seen("Statistics"), [])
        with self.assertRaises(GLib.Error) as raised:
            self.take()
        self.assertEqual(error_name(raised.exception), "Failed")
        folder.unlink()
        (self.state / "away").rename(folder)
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.assertEqual(self.take()[2], PLAYED)

    def test_damage_is_set_aside(self):
        file = self.state / "statistics" / "mpd.statistics"
        for damage in (b"", b"nonsense" * 100):
            file.write_bytes(damage)
            self.assertEqual(self.take(), NOTHING)
            self.assertFalse(file.exists())
        self.assertEqual(len(list(file.parent.glob("mpd.statistics.damaged-*"))), 2)
        self.assertEqual(self.store("b1", [("mpd", PLAYED)]), "OK")
        self.assertEqual(self.take()[2], PLAYED)

    def test_hostile_arguments(self):
        for host in ("", "../x", "a/b", "x" * 65):
            self.assertEqual(self.manage("TakeStatistics", "(st)", host, 0).refusal(), "InvalidArgument")
        self.assertEqual(self.take("nobody", done=2 ** 64 - 1), NOTHING)
        self.assertEqual(list((self.state / "statistics").iterdir()), [])
        self.helper_is_alive()

    def test_after_its_job_an_engine_stores_nothing(self):
        self.job.result(SYNCED)
        self.job.say("statistics", "(sa(sa(siix)))", ("b1", [("mpd", PLAYED)]))
        self.assertEqual(self.engines.stored.get(timeout=PATIENCE), "Cancelled")
        self.assertEqual(self.take(), NOTHING)


if __name__ == "__main__":
    unittest.main(verbosity=2)
