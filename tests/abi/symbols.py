#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What libportamento exports is what portamento.sym lists is what portamento.h declares.

    symbols.py LIBRARY SYM HEADER
"""

import re
import subprocess
import sys


def exported(library):
    out = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", library],
                         capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in out.splitlines()]
    return {tuple(row[2].split("@@")) for row in rows if row[1] in "TDBRWV"}


def listed(sym):
    """{(symbol, node)} of a version script."""
    with open(sym, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    result = set()
    for node, body in re.findall(r"(PORTAMENTO_[0-9.]+)\s*\{(.*?)\}", text, flags=re.S):
        names = body.split("global:")[1].split("local:")[0]
        result |= {(name, node) for name in re.findall(r"\w+", names)}
    return result


def declared(header):
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    return set(re.findall(r"PORTA_API\s+[\w\s*]*?\b(porta_\w+)\(", text))


def undocumented(header):
    """Functions with no comment on them, nor on a neighbour above without a blank line between."""
    with open(header, encoding="utf-8") as file:
        blocks = re.split(r"\n\s*\n", file.read())
    return {name for block in blocks if "PORTA_API" in block and "/*" not in block
            for name in re.findall(r"\b(porta_\w+)\(", block)}


def main():
    library, sym, header = sys.argv[1:]
    problems = []
    symbols, script, names = exported(library), listed(sym), declared(header)
    if not symbols or not names:
        problems.append("nothing found: this check has gone blind")
    problems += [f"exported, not in the .sym: {s}" for s in sorted(symbols - script)]
    problems += [f"in the .sym, not exported: {s}" for s in sorted(script - symbols)]
    problems += [f"in the .sym, not in the header: {n}" for n in sorted({n for n, _ in script} - names)]
    problems += [f"in the header, not in the .sym: {n}" for n in sorted(names - {n for n, _ in script})]
    problems += [f"not documented in the header: {n}" for n in sorted(undocumented(header))]
    needed = subprocess.run(["readelf", "--wide", "-d", library], capture_output=True, text=True, check=True).stdout
    if not re.search(r"SONAME.*\[libportamento\.so\.1\]", needed):
        problems.append("the soname is not libportamento.so.1")
    if "NODELETE" not in needed:
        problems.append("not linked with -z nodelete")
    problems += [f"needs {lib}" for lib in ("libmtp", "libusb", "libsqlite", "libtag") if lib in needed]
    print("\n".join(problems) or f"{len(symbols)} symbols")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
