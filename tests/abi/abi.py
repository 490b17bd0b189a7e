#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares libportamento with the ABI that was promised: libportamento.abi, beside this file.

    abi.py check LIBRARY HEADER     exit status 77 where it can not be told
    abi.py dump LIBRARY HEADER      writes libportamento.abi anew: additions only, once released

Only what portamento.h shows counts; what is behind its opaque types does not.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DUMP = Path(__file__).resolve().parent / "libportamento.abi"
SKIP = 77
# exit status bits of abidiff(1)
TOOL_ERROR, USAGE_ERROR, CHANGE, INCOMPATIBLE = 1, 2, 4, 8


def dump(library, header, out):
    """All that does not belong to the promise (paths, where the compiler stood) is left out."""
    command = ["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--header-file", header,
               "--drop-private-types", "--exported-interfaces-only", "--no-elf-needed", "--type-id-style", "hash", "--out-file", str(out), str(Path(library).resolve())]
    subprocess.run(command, check=True)
    text = re.sub(r" path='[^']*/(core/[^']*)'", r" path='\1'", out.read_text(encoding="utf-8"))
    out.write_text(text, encoding="utf-8")


def has_debug_information(library):
    sections = subprocess.run(["readelf", "--wide", "-S", library], capture_output=True, text=True, check=True).stdout
    return ".debug_info" in sections


def why_not(library):
    if shutil.which("abidw") is None or shutil.which("abidiff") is None:
        return "abigail-tools is not installed"
    if not has_debug_information(library):
        return "the library has no debug information"
    with open(library, "rb") as elf:
        head = elf.read(20)
    if head[4] != 2 or head[18:20] != b"\x3e\x00":
        return "the dump is of x86_64"
    return None


def check(library, header):
    reason = why_not(library)
    if reason:
        print(f"skipped: {reason}")
        return SKIP
    with tempfile.TemporaryDirectory() as scratch:
        now = Path(scratch) / "now.abi"
        dump(library, header, now)
        result = subprocess.run(["abidiff", "--no-added-syms", str(DUMP), str(now)], capture_output=True, text=True,
                                check=False)
    print(result.stdout, result.stderr, sep="")
    if result.returncode & (TOOL_ERROR | USAGE_ERROR):
        return 1
    if result.returncode & (CHANGE | INCOMPATIBLE):
        print("the ABI is not the one that was promised; after an addition: abi.py dump")
        return 1
    print("as promised")
    return 0


def main():
    what, library, header = sys.argv[1:]
    if what == "check":
        return check(library, header)
    dump(library, header, DUMP)
    print(f"wrote {DUMP}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
