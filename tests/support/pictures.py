# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures as far as anybody in these tests looks into them: their heads are right, the rest is noise."""

import random
import struct


def jpeg(width=500, height=500, size=20_000, seed=0):
    """Exactly size bytes."""
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00"
    head += b"\xff\xfe\x00\x06\xff\xc0\xff\xd8"  # a comment that looks like what it is not
    head += struct.pack(">HHBHHB9s", 0xffc0, 17, 8, height, width, 3, bytes([1, 34, 0, 2, 17, 1, 3, 17, 1]))
    head += b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    return head + random.Random(seed).randbytes(size - len(head) - 2) + b"\xff\xd9"


def png(width=500, height=500, size=20_000, seed=0):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5s", 13, b"IHDR", width, height, b"\x08\x02\x00\x00\x00")
    return head + random.Random(seed).randbytes(size - len(head))
