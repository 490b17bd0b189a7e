#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What libmtp, which is not ours, finds on the one player that is plugged in: each album's name, artist, number of songs
and picture, as JSON. To be run where the player is on the USB."""

import ctypes
import hashlib
import json
import sys


class Album(ctypes.Structure):
    pass


Album._fields_ = [("album_id", ctypes.c_uint32), ("parent_id", ctypes.c_uint32), ("storage_id", ctypes.c_uint32),
                  ("name", ctypes.c_char_p), ("artist", ctypes.c_char_p), ("composer", ctypes.c_char_p),
                  ("genre", ctypes.c_char_p), ("tracks", ctypes.POINTER(ctypes.c_uint32)),
                  ("no_tracks", ctypes.c_uint32), ("next", ctypes.POINTER(Album))]


class Sample(ctypes.Structure):
    _fields_ = [("width", ctypes.c_uint32), ("height", ctypes.c_uint32), ("duration", ctypes.c_uint32),
                ("filetype", ctypes.c_int), ("size", ctypes.c_uint64), ("data", ctypes.c_void_p)]


def describe(library, device, album):
    sample = Sample()
    if library.LIBMTP_Get_Representative_Sample(device, album.album_id, ctypes.byref(sample)) != 0:
        return None
    return {"name": album.name.decode(), "artist": (album.artist or b"").decode(), "songs": album.no_tracks,
            "width": sample.width, "height": sample.height,
            "sha256": hashlib.sha256(ctypes.string_at(sample.data, sample.size)).hexdigest()}


def main():
    library = ctypes.CDLL("libmtp.so.9")
    for name in ("LIBMTP_Get_First_Device", "LIBMTP_Get_Album_List"):
        getattr(library, name).restype = ctypes.c_void_p
    library.LIBMTP_Get_Album_List.argtypes = [ctypes.c_void_p]
    library.LIBMTP_Get_Representative_Sample.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p]
    library.LIBMTP_Release_Device.argtypes = [ctypes.c_void_p]
    library.LIBMTP_Init()
    device = library.LIBMTP_Get_First_Device()
    if not device:
        sys.exit("no device")
    found, at = [], library.LIBMTP_Get_Album_List(device)
    while at:
        album = Album.from_address(at)
        found.append(describe(library, device, album))
        at = ctypes.cast(album.next, ctypes.c_void_p).value
    library.LIBMTP_Release_Device(device)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
