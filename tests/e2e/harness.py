# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an end-to-end test starts from: a session of its own that leaves nothing behind."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.mtp import sha256_of  # noqa: E402
from support.session import Session, has_failed  # noqa: E402


class TestCase(unittest.TestCase):
    """Each test opens its own session and leaves nothing behind."""

    maxDiff = None

    def session(self, *arguments, **options):
        session = Session(*arguments, **options)
        self.addCleanup(self.leave, session)
        return session

    def leave(self, session):
        session.failed = has_failed(self)
        if session.failed:
            session.show_logs()
        session.close()

    def assert_counts(self, last_sync, **counts):
        """What a sync did: the counts named, all others 0 (kept and skipped songs aside)."""
        names = ("Copied", "Replaced", "Removed", "Renamed", "Retagged", "Playlists", "ErrorCount", "NoFitCount")
        wanted = {name: counts.get(name, 0) for name in names}
        self.assertEqual({name: last_sync[name] for name in names}, wanted, last_sync)
        self.assertEqual(last_sync["Result"], counts.get("Result", 0), last_sync["Text"])

    def assert_untouched(self, session, foreign):
        """Law 1: foreign is a player's tree() of before; all of it is there, to the byte."""
        after = session.player.tree()
        self.assertEqual({path: after.get(path) for path in foreign}, foreign)

    def assert_bytes_arrived(self, session, sources):
        """sources: {path on the player: path on the computer}; read back by mtp-getfile."""
        found = session.player.mtp.fetch(sources)
        self.assertEqual(found, {path: sha256_of(source) for path, source in sources.items()})
