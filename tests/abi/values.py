#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The constants of portamento.h keep their values for ever: they are compiled into hosts.

    values.py HEADER           compares with values.txt, beside this file
    values.py --add HEADER     adds to values.txt what is new; never changes a line
"""

import re
import sys
from pathlib import Path

FROZEN = Path(__file__).resolve().parent / "values.txt"


def read_header(path):
    text = re.sub(r"/\*.*?\*/", "", Path(path).read_text(encoding="utf-8"), flags=re.S)
    values = {}
    for body in re.findall(r"enum\s*\{(.*?)\}", text, flags=re.S):
        for item in filter(None, (part.strip() for part in body.split(","))):
            match = re.fullmatch(r"(PORTA_\w+)\s*=\s*(-?\d+)", item)
            if not match:
                raise SystemExit(f"{item!r}: each constant has its value written out")
            values[match[1]] = int(match[2])
    return values


def read_frozen():
    lines = FROZEN.read_text(encoding="utf-8").splitlines() if FROZEN.exists() else []
    return {name: int(value) for name, value in (line.split() for line in lines if not line.startswith("#"))}


def clashes(values):
    """Two keys of one group with the same number, apart from the group's own zero."""
    seen = {}
    for name, value in values.items():
        group = name.split("_")[1]
        if (group, value) in seen:
            yield f"{name} and {seen[group, value]} are both {value}"
        seen[group, value] = name


def main():
    values, frozen = read_header(sys.argv[-1]), read_frozen()
    if len(values) < 100:
        raise SystemExit("this check has gone blind")
    problems = [f"{name} was {value}, is {values.get(name, 'gone')}" for name, value in frozen.items()
                if values.get(name) != value]
    problems += list(clashes(values))
    new = {name: value for name, value in values.items() if name not in frozen}
    if sys.argv[1] == "--add" and not problems:
        with FROZEN.open("a", encoding="utf-8") as file:
            if not frozen:
                file.write("# The constants of portamento.h. Lines are added, never changed: values.py --add\n")
            file.writelines(f"{name} {value}\n" for name, value in new.items())
        new = {}
    problems += [f"{name} is new: values.py --add freezes it" for name in new]
    print("\n".join(problems) or f"{len(values)} values")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
