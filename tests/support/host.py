#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A host that links libportamento, from Python, for tests that need several of them or one that dies.

As a program: host.py BUS HOST_ID DEVICE_ID TITLE=URI... publishes these, makes the partnership,
asks for all of it, says "ready" and stays.
"""

import ctypes
import os
import select
import sys
import time
from pathlib import Path

KEY_TITLE, KEY_ARTIST, KEY_ALBUM, KEY_ALBUM_ARTIST = 2, 3, 4, 5
RULE_LIBRARY = 1
EVENT_REPLY = 3


def load():
    build = Path(os.environ.get("PORTAMENTO_BUILD") or Path(__file__).resolve().parents[2] / "build")
    library = ctypes.CDLL(str(build / "core/client/libportamento.so.1"))
    for name in ("client_free", "client_next_event", "event_free"):
        getattr(library, f"porta_{name}").restype = ctypes.c_void_p
    library.porta_event_get_request.restype = ctypes.c_uint64
    library.porta_event_get_text.restype = ctypes.c_char_p
    return library


class Refused(Exception):
    """A request's reply was an error; code is PORTA_ERROR_*."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


class Host:
    def __init__(self, bus, host_id):
        self.api, self.last, self.replies = load(), 0, {}
        self.client = ctypes.c_void_p()
        self.check(self.api.porta_client_new_for_bus(ctypes.byref(self.client), host_id.encode(), host_id.encode(),
                                                     bus.encode()))

    @staticmethod
    def check(result):
        if result:
            raise Refused(result, "not even asked")

    def close(self):
        self.api.porta_client_free(self.client)
        self.client = None

    def request(self, name, *arguments):
        """Asks; its number is to be given to wait()."""
        self.last += 1
        self.check(getattr(self.api, f"porta_client_{name}")(self.client, *arguments, ctypes.c_uint64(self.last)))
        return self.last

    def fetch_events(self):
        while True:
            event = ctypes.c_void_p(self.api.porta_client_next_event(self.client))
            if not event:
                return
            if self.api.porta_event_get_type(event) == EVENT_REPLY:
                text = (self.api.porta_event_get_text(event) or b"").decode()
                self.replies[self.api.porta_event_get_request(event)] = (self.api.porta_event_get_error(event), text)
            self.api.porta_event_free(event)

    def wait(self, number, seconds=60):
        """The reply's code; text in Refused if it is an error."""
        late = time.monotonic() + seconds
        self.fetch_events()
        while number not in self.replies:
            left = late - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no reply to request {number} in {seconds} s")
            select.select([self.api.porta_client_get_fd(self.client)], [], [], left)
            self.fetch_events()
        code, text = self.replies.pop(number)
        if code:
            raise Refused(code, text)

    def do(self, name, *arguments):
        self.wait(self.request(name, *arguments))

    def publish(self, songs):
        """songs: [(title, uri)]."""
        library = ctypes.c_void_p()
        self.check(self.api.porta_library_new(ctypes.byref(library)))
        for title, uri in songs:
            track = ctypes.c_void_p()
            self.check(self.api.porta_track_new(ctypes.byref(track), uri.encode()))
            for key, value in ((KEY_TITLE, title), (KEY_ARTIST, "Artist"), (KEY_ALBUM, "Album"),
                               (KEY_ALBUM_ARTIST, "Artist")):
                self.check(self.api.porta_track_set_string(track, key, value.encode()))
            self.check(self.api.porta_library_take_track(library, track))
        self.do("publish", library)

    def set_rules(self, device, *rules):
        """rules: (kind, playlist, priority, fill)."""
        made = ctypes.c_void_p()
        self.check(self.api.porta_rules_new(ctypes.byref(made)))
        for rule in rules:
            self.check(self.api.porta_rules_add(made, *rule))
        self.do("set_rules", device.encode(), made)

    def want_all(self, device, priority=1):
        self.set_rules(device, (RULE_LIBRARY, None, priority, 0))

    def create_partnership(self, device):
        self.do("create_partnership", device.encode(), 0)


def main(bus, host_id, device, *songs):
    host = Host(bus, host_id)
    host.publish([song.split("=", 1) for song in songs])
    host.create_partnership(device)
    host.want_all(device)
    print("ready", flush=True)
    while True:
        select.select([host.api.porta_client_get_fd(host.client)], [], [])
        host.fetch_events()


if __name__ == "__main__":
    main(*sys.argv[1:])
