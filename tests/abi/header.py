#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compiles portamento.h as the oldest and the strictest hosts would.

    header.py HEADER
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# What clang -Weverything says of every C89 header with 64-bit integers, and of nothing else.
EVERYTHING = ["-Weverything", "-Wno-long-long", "-Wno-c++98-compat-pedantic", "-Wno-unknown-warning-option",
              "-Wno-pre-c11-compat", "-Wno-unsafe-buffer-usage", "-Wno-declaration-after-statement"]
ROWS = [
    ("gcc", "c", ["-std=c89", "-pedantic-errors", "-Wall", "-Wextra", "-Wno-long-long"]),
    ("gcc", "c", ["-std=c11", "-pedantic-errors", "-Wall", "-Wextra", "-Wstrict-prototypes"]),
    ("g++", "c++", ["-std=c++98", "-pedantic-errors", "-Wall", "-Wextra", "-Wno-long-long"]),
    ("g++", "c++", ["-std=c++20", "-pedantic-errors", "-Wall", "-Wextra"]),
    ("clang", "c", ["-std=c89", *EVERYTHING]),
    ("clang", "c", ["-std=c11", *EVERYTHING]),
    ("clang++", "c++", ["-std=c++98", *EVERYTHING]),
]
SOURCE = """#include "portamento.h"
int host(void);
int host(void)
{
\treturn porta_api_version() == PORTA_API_VERSION ? PORTA_OK : PORTA_ERROR_FAILED;
}
"""


def main():
    folder = str(Path(sys.argv[1]).resolve().parent)
    failed = ran = 0
    with tempfile.TemporaryDirectory() as scratch:
        for compiler, language, options in ROWS:
            if shutil.which(compiler) is None:
                print(f"{compiler} is missing: skipped")
                continue
            source = Path(scratch) / ("host.c" if language == "c" else "host.cc")
            source.write_text(SOURCE, encoding="utf-8")
            command = [compiler, "-Werror", *options, f"-I{folder}", "-c", str(source), "-o", "/dev/null"]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            ran += 1
            if result.returncode != 0:
                failed += 1
                print(" ".join(command), result.stderr, sep="\n")
    print(f"{ran} compilations, {failed} failed")
    return 1 if failed or ran < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
