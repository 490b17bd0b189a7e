# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tagged songs of silence, made in microseconds: MP3, FLAC, Opus.

They are what tag readers and players look at, and no two have the same bytes:
a song's silence is filled with noise that its own seed decides.
"""

import random
import struct
from pathlib import Path

MP3_FRAME = b"\xff\xfb\x90\x00"  # MPEG 1 layer 3, 128 kbit/s, 44.1 kHz: 417 bytes each
ID3_NAMES = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "albumartist": b"TPE2",
             "track": b"TRCK", "disc": b"TPOS", "date": b"TYER", "genre": b"TCON"}
VORBIS_NAMES = {"title": "TITLE", "artist": "ARTIST", "album": "ALBUM", "albumartist": "ALBUMARTIST",
                "track": "TRACKNUMBER", "disc": "DISCNUMBER", "date": "DATE", "genre": "GENRE"}


def id3(tags):
    """An ID3v2.3 tag, its texts in UTF-16."""
    frames = b""
    for name, value in tags.items():
        body = b"\x01" + str(value).encode("utf-16")
        frames += ID3_NAMES[name] + struct.pack(">IH", len(body), 0) + body
    size = len(frames)
    syncsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + syncsafe + frames


def mp3(tags, seed, size):
    noise = random.Random(seed)
    head = id3(tags)
    count = max(4, (size - len(head)) // 417)
    frames = bytearray()
    for _ in range(count):
        # Side info of zeros is silence; what follows it is ancillary data.
        frames += MP3_FRAME + bytes(32) + bytes(byte & 0x7F for byte in noise.randbytes(381))
    return head + bytes(frames)


def vorbis_comment(tags):
    vendor = b"portamento tests"
    comments = [f"{VORBIS_NAMES[name]}={value}".encode() for name, value in tags.items()]
    out = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(comments))
    return out + b"".join(struct.pack("<I", len(comment)) + comment for comment in comments)


def flac(tags, seed, size):
    noise = random.Random(seed)
    samples = 44100 * 3
    info = struct.pack(">HH", 4096, 4096) + bytes(6)
    info += ((44100 << 44) | (1 << 41) | (15 << 36) | samples).to_bytes(8, "big") + noise.randbytes(16)
    comment = vorbis_comment(tags)
    blocks = b"\x00" + len(info).to_bytes(3, "big") + info
    blocks += b"\x04" + len(comment).to_bytes(3, "big") + comment
    room = max(16, size - len(blocks) - 8)
    blocks += b"\x81" + room.to_bytes(3, "big") + bytes(room) if room < 1 << 24 else b"\x81" + bytes(3)
    return b"fLaC" + blocks + noise.randbytes(64)


def ogg_crc(data):
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def ogg_page(serial, number, flags, granule, packet):
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    page = b"OggS\x00" + bytes([flags]) + struct.pack("<qII", granule, serial, number)
    page += bytes(4) + bytes([len(lacing)]) + lacing + packet
    return page[:22] + struct.pack("<I", ogg_crc(page)) + page[26:]


def opus(tags, seed, size):
    noise = random.Random(seed)
    serial = noise.getrandbits(32)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 312, 48000, 0, 0)
    pages = ogg_page(serial, 0, 2, 0, head) + ogg_page(serial, 1, 0, 0, b"OpusTags" + vorbis_comment(tags))
    count = max(1, (size - len(pages)) // 20000)
    for number in range(count):
        packet = b"\xfc" + noise.randbytes(min(19999, max(200, size - len(pages) - 200)))
        last = number == count - 1
        pages += ogg_page(serial, number + 2, 4 if last else 0, 960 * (number + 1), packet)
    return pages


MAKERS = {".mp3": mp3, ".flac": flac, ".opus": opus}


def make(path, size=20_000, seed=None, **tags):
    """Writes one song; its suffix says the format. The seed defaults to its path."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    maker = MAKERS[path.suffix.lower()]
    path.write_bytes(maker(tags, str(path) if seed is None else seed, size))
    return path


def make_album(music, artist, album, titles, suffix=".mp3", size=20_000):
    """[path relative to music] of an album with one song for each title."""
    made = []
    for number, title in enumerate(titles, 1):
        name = f"{artist}/{album}/{number:02d} {title}{suffix}".replace(":", "_")
        make(Path(music, name), size, f"{artist}/{album}/{title}", title=title, artist=artist,
             albumartist=artist, album=album, track=number, date=2001, genre="Test")
        made.append(name)
    return made
