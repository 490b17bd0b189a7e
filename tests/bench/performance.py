# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/PERFORMANCE.md: each bench owns the section between its two markers and replaces it whole."""

from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/PERFORMANCE.md"


def table(head, rows):
    """Markdown, its columns aligned for who reads it raw; the first is words, the others numbers."""
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) if index == 0 else cell.rjust(width)
                               for index, (cell, width) in enumerate(zip(row, widths))) + " |" for row in rows]
    rule = "|" + "|".join("-" * (width + 2) if index == 0 else "-" * (width + 1) + ":"
                          for index, width in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def replace_section(name, text):
    begin, end = f"<!-- {name}: made by tests/bench, not by hand -->", f"<!-- {name}: end -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    document = DOCUMENT.read_text() if DOCUMENT.exists() else "# Performance\n"
    if begin in document:
        before, _, rest = document.partition(begin)
        document = before + section + rest.partition(end)[2]
    else:
        document = document.rstrip() + "\n\n" + section + "\n"
    DOCUMENT.write_text(document)
