# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts what tests say: TAP lines, Python's unittest, or one exit code."""

import json
import re
from dataclasses import dataclass, field

TAP_LINE = re.compile(r"^( *)(ok|not ok)\b(?: +\d+)?(?: *-)? *(.*)$")
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
UNITTEST_CLOSE = re.compile(r"^(?:OK|FAILED)(?: \((.*)\))?$", re.M)
BAD = {"FAIL", "TIMEOUT", "ERROR", "INTERRUPT", "UNEXPECTEDPASS"}


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    details: list = field(default_factory=list)  # (name, text) of each failure

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.details += other.details

    def __str__(self):
        parts = [f"{self.passed} passed", f"{self.failed} failed"]
        return ", ".join(parts + ([f"{self.skipped} skipped"] if self.skipped else []))


def count_tap(text):
    """A result line that closes a deeper block sums that block up and is not counted again."""
    count, depth = Count(), 0
    for line in text.split("\n"):
        match = TAP_LINE.match(line)
        if not match:
            continue
        sums_up, depth = len(match.group(1)) < depth, len(match.group(1))
        if sums_up:
            continue
        directive = match.group(3).partition("#")[2].strip().lower()
        if directive.startswith(("skip", "todo")):
            count.skipped += 1
        elif match.group(2) == "ok":
            count.passed += 1
        else:
            count.failed += 1
            count.details.append((match.group(3), ""))
    return count


def count_unittest(text):
    """The sum over every 'Ran N tests' in the text; None if there is none."""
    ran = sum(int(number) for number in UNITTEST_RAN.findall(text))
    if not UNITTEST_RAN.search(text):
        return None
    count = Count()
    for close in UNITTEST_CLOSE.findall(text):
        said = dict(part.split("=") for part in close.split(", ") if "=" in part)
        count.failed += int(said.get("failures", 0)) + int(said.get("errors", 0))
        count.failed += int(said.get("unexpected successes", 0))
        count.skipped += int(said.get("skipped", 0)) + int(said.get("expected failures", 0))
    count.passed = max(0, ran - count.failed - count.skipped)
    return count


def tail(text, lines=40):
    kept = [line for line in text.split("\n") if line.strip() and not line.startswith(("ok ", "# random seed"))]
    return "\n".join(kept[-lines:])


def count_test(entry):
    """One test program of meson's testlog.json."""
    text = entry.get("stdout", "") + "\n" + entry.get("stderr", "")
    count = count_unittest(text) or count_tap(entry.get("stdout", ""))
    outcome = entry["result"]
    if count.passed + count.failed + count.skipped == 0 and outcome in ("OK", "SKIP", "EXPECTEDFAIL"):
        count.passed, count.skipped = int(outcome == "OK"), int(outcome != "OK")
    # A program may die after its last good line: its outcome counts, too.
    if outcome in BAD and count.failed == 0:
        count.failed = 1
    if count.failed:
        count.details = [(f"{entry['name']} ({outcome.lower()})", tail(text))]
    return count


def suites_of(entry):
    """['e2e', 'asan'] of introspection's ['portamento:e2e', ...] and of a log's 'portamento:e2e+asan / basic'."""
    named, slash, _ = entry["name"].partition(" / ")
    return [suite.partition(":")[2] or suite for suite in entry.get("suite") or []] or (
        named.partition(":")[2].split("+") if slash else [])


def read_testlog(path):
    """Each test of a finished 'meson test' with its count."""
    with open(path, encoding="utf-8") as log:
        for line in log:
            entry = json.loads(line)
            yield entry, count_test(entry)
