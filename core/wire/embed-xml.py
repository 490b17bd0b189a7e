#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""embed-xml.py NAME XML HEADER: an interface description as a C string."""

import sys

name, source, header = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    lines = file.read().splitlines()
with open(header, "w", encoding="utf-8") as out:
    out.write(f"/* Made from {name}. */\n#pragma once\n\nstatic const char {name}[] =\n")
    for line in lines:
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        out.write(f'\t"{escaped}\\n"\n')
    out.write("\t;\n")
