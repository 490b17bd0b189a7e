# SPDX-License-Identifier: LGPL-2.1-or-later
"""A host under valgrind, and which of its complaints are about us."""

import re

from support.session import BUILD, TOP

# With full paths, by which ours are known; what is freed is not given out again soon.
COMMAND = ["valgrind", "--num-callers=40", "--fullpath-after=", "--freelist-vol=200000000"]
SLOW = 30_000  # bytes a second: a song takes long enough for all that happens meanwhile
PATIENCE = 15  # times what a host needs by itself


def complaints(log, kind=r"\S"):
    """Those that begin so and name a line of ours."""
    found = re.findall(rf"^==\d+== {kind}.*(?:\n==\d+== .+)*", log, re.M)
    return [words for words in found if f"({TOP}/" in words or f"({BUILD}/" in words]
