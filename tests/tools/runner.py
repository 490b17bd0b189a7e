#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds everything, runs every test, closes with 'N passed, N failed'. Called by tests/run."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from lint import CHECKS
from results import Count, read_testlog, suites_of, tail

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PORTAMENTO_BUILD") or TOP / "build").resolve()
LOGS = BUILD / "logs"
JOBS = str(min(4, os.cpu_count() or 2))
TEST_JOBS = str(int(JOBS) + 1)  # many a test waits for a device's deadline
MESON_SUITES = ["unit", "bus", "device", "abi", "e2e", "hosts"]
NOT_BY_DEFAULT = ["long", "bench"]
SUITES = MESON_SUITES + ["sanitizers", "lint", "long", "all"]

# Leaks are LSan's business: in a child that a test lets die in mid-work they are meant.
VALGRIND = f"valgrind --quiet --error-exitcode=99 --leak-check=no --suppressions={TOP}/tests/tools/valgrind.supp"



class Failed(Exception):
    """A step that is not itself a test (a build) went wrong: (what, the end of its log)."""


def run_logged(name, command, environment=None, timeout=None):
    """Runs a command with its output in LOGS/name.log; returns (exit status, log)."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{name}.log"
    with open(path, "w", encoding="utf-8") as log:
        try:
            status = subprocess.run(command, cwd=TOP, env=environment, stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=subprocess.STDOUT, timeout=timeout).returncode
        except subprocess.TimeoutExpired:
            log.write(f"\nended after {timeout} s\n")
            status = 124
    return status, path


def isolated(**more):
    """An environment in which no test can reach the user's bus, home or devices by mistake."""
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    keep = {key: value for key, value in os.environ.items()
            if not key.startswith(("XDG_", "DBUS_", "MPD_", "DISPLAY", "WAYLAND_", "PORTAMENTO_"))}
    return {**keep, "HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": "disabled:", "LC_ALL": "C.UTF-8",
            "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1", "G_DEBUG": "fatal-criticals", **more}


def asan_environment(options):
    """For AddressSanitizer with these options, and UBSan."""
    return isolated(
        # umockdev's preload library stands before ASan's own: that order is meant.
        ASAN_OPTIONS=f"verify_asan_link_order=0:{options}",
        LSAN_OPTIONS=f"suppressions={TOP}/tests/tools/lsan.supp:print_suppressions=0",
        UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1", PORTAMENTO_SANITIZED="1")


def build(folder, options, compilers=("gcc", "g++")):
    """Configures and builds; raises Failed with the compiler's own words."""
    name = f"build-{folder.name}"
    environment = {**os.environ, "CC": compilers[0], "CXX": compilers[1]}
    if (folder / "build.ninja").exists():  # perhaps the quickstart's, with other options
        setup = ["meson", "configure", str(folder), *options]
    else:
        setup = ["meson", "setup", str(folder), str(TOP), *options]
    status, log = run_logged(f"{name}-setup", setup, environment)
    if status:
        raise Failed(f"meson setup ({folder.name})", tail(log.read_text(), 25))
    status, log = run_logged(name, ["ninja", "-C", str(folder), "-j", JOBS], environment)
    if status:
        words = [line for line in log.read_text().split("\n") if not re.match(r"\[\d+/\d+\] ", line)]
        raise Failed(f"build ({folder.name})", tail("\n".join(words), 60))


def listed_tests(folder):
    """name, command and suites of every test that the build knows."""
    out = subprocess.run(["meson", "introspect", "--tests", str(folder)], cwd=TOP,
                         capture_output=True, text=True, check=True).stdout
    return [{"name": t["name"], "cmd": t["cmd"], "suites": suites_of(t)} for t in json.loads(out)]


def is_program(test):
    """Compiled by us, not a script."""
    with open(test["cmd"][0], "rb") as command:
        return command.read(4) == b"\x7fELF" and str(BUILD) in test["cmd"][0]


def meson_test(name, folder, tests, arguments=(), environment=None):
    """Runs the named tests and returns {suite: Count}; one that left no result has failed."""
    if not tests:
        return {}
    base = f"log-{name}"
    for old in (folder / "meson-logs").glob(f"{base}*"):
        old.unlink()
    command = ["meson", "test", "-C", str(folder), "--no-rebuild", "--num-processes", TEST_JOBS,
               "--logbase", base, *arguments, *[test["name"] for test in tests]]
    status, log = run_logged(name, command, environment or isolated())
    written = sorted((folder / "meson-logs").glob(f"{base}*.json"))  # a wrapper's name is added to ours
    if not written:
        raise Failed(f"meson test ({name})", tail(log.read_text()))
    counts, seen = {}, 0
    for entry, count in read_testlog(written[0]):
        seen += 1
        counts.setdefault((suites_of(entry) or ["other"])[0], Count()).add(count)
    if seen < len(tests):
        missing = Count(failed=1, details=[(f"{name}: {len(tests) - seen} tests left no result", tail(log.read_text()))])
        counts.setdefault("other", Count()).add(missing)
    if status and not any(count.failed for count in counts.values()):
        failed = Count(failed=1, details=[(f"meson test ({name}) exited {status}", tail(log.read_text()))])
        counts.setdefault("other", Count()).add(failed)
    return counts


def by_program(counts):
    """A second run of the same tests under an instrument, as one line of the report."""
    total = Count()
    for count in counts.values():
        total.add(count)
    return total


class Run:
    def __init__(self, arguments):
        self.pattern = arguments.k
        self.wanted = SUITES if arguments.suite == ["all"] else arguments.suite
        self.total = Count()

    def wants(self, suite):
        return suite in self.wanted

    def report(self, name, count, began):
        self.total.add(count)
        print(f"  {name:<26} {str(count):<36} {time.monotonic() - began:6.1f} s", flush=True)
        for title, text in count.details:
            print(f"    FAILED {title}", flush=True)
            for line in text.split("\n"):
                if line.strip():
                    print(f"    | {line}")

    def stage(self, name, work):
        """work() returns a Count or {suite: Count}; a broken build counts as one failure."""
        began = time.monotonic()
        try:
            result = work()
        except Failed as failed:
            result = Count(failed=1, details=[failed.args])
        if isinstance(result, Count):
            result = {name: result}
        for label, count in result.items():
            self.report(label if label == name else f"{name}: {label}", count, began)
        return all(count.failed == 0 for count in result.values())

    def chosen(self, folder):
        tests = [t for t in listed_tests(folder) if not self.pattern or self.pattern in t["name"]]
        suites = [s for s in self.wanted if s in MESON_SUITES]
        if self.wanted == SUITES:  # a suite that this file does not know is not forgotten
            return [t for t in tests if not set(t["suites"]) & set(NOT_BY_DEFAULT)]
        return [t for t in tests if set(t["suites"]) & set(suites) and "long" not in t["suites"]]

    def main_build(self):
        build(BUILD, ["-Dwerror=true", "-Dtests=true"])
        return Count(passed=1)

    def clang(self):
        # what it warns of does not depend on how well it optimizes
        build(BUILD / "variants" / "clang", ["-Dwerror=true", "-Doptimization=0"], ("clang", "clang++"))
        return Count(passed=1)

    def sanitized(self, name, sanitizer):
        folder = BUILD / "variants" / name
        # the plugins run inside hosts that have no sanitizer: nothing of them would be run here
        build(folder, [f"-Db_sanitize={sanitizer}", "-Db_lundef=false", "-Dbuildtype=debug", "-Doptimization=1",
                       "-Daudacious=disabled", "-Drhythmbox=disabled"])
        return folder, listed_tests(folder)

    def asan(self):
        folder, listed = self.sanitized("asan", "address,undefined")
        tests = [test for test in listed if "asan" in test["suites"]
                 or not set(test["suites"]) & {"e2e", "abi", "hosts", *NOT_BY_DEFAULT}]
        # The lane that is not the default is libmtp's code for the most part: one look at it is enough.
        other = ("device-lane-other", "device-trouble-other", "e2e-basic-other")
        tests = [test for test in tests if test["name"] not in other]
        # What libmtp loses is known by its place in the stack, which only the slow unwinder finds;
        # that one would make tests that allocate a lot a hundred times slower.
        with_libmtp = [test for test in tests if set(test["suites"]) & {"device", "e2e"}
                       and not test["name"].startswith("device-wire")]
        count = Count()
        for part, chosen, fast in (("asan", [t for t in tests if t not in with_libmtp], 1), ("asan-device", with_libmtp, 0)):
            environment = asan_environment(f"detect_leaks=1:fast_unwind_on_malloc={fast}")
            count.add(by_program(meson_test(part, folder, chosen, ["-t", "5"], environment)))
        return count

    def tsan(self):
        folder, listed = self.sanitized("tsan", "thread")
        tests = [test for test in listed if "tsan" in test["suites"]
                 or ("bus" in test["suites"] and is_program(test))]
        return by_program(meson_test("tsan", folder, tests, ["-t", "5"], isolated(
            TSAN_OPTIONS=f"suppressions={TOP}/tests/tools/tsan.supp:halt_on_error=1", PORTAMENTO_SANITIZED="1")))

    def valgrind(self):
        # Whole worlds take minutes here and nothing else comes of them: ASan has run them already.
        tests = [t for t in listed_tests(BUILD) if "unit" in t["suites"] and "bus" not in t["suites"]
                 and is_program(t) and t["name"] != "plan-laws" and not t["name"].startswith("session")]
        environment = isolated(G_SLICE="always-malloc", PORTAMENTO_VALGRIND="1")
        return by_program(meson_test("valgrind", BUILD, tests, ["-t", "20", "--wrapper", VALGRIND], environment))

    def long(self):
        tests = [t for t in self.listed_long(BUILD) if "garbage-long" not in t["name"]]
        return meson_test("long", BUILD, tests, ["-t", "3"])

    def garbage(self):
        folder, _ = self.sanitized("asan", "address,undefined")
        tests = [t for t in self.listed_long(folder) if "garbage-long" in t["name"]]
        # What a session that a person ends has not given back is no leak.
        return by_program(meson_test("asan-garbage", folder, tests, ["-t", "3"], asan_environment("detect_leaks=0")))

    def listed_long(self, folder):
        tests = [t for t in listed_tests(folder) if set(t["suites"]) & set(NOT_BY_DEFAULT)]
        return [t for t in tests if not self.pattern or self.pattern in t["name"]]

    def other_debian(self):
        """Newer libraries and hosts: all suites on a Debian that this machine is not."""
        if self.pattern or os.geteuid() != 0 or not shutil.which("debootstrap"):
            return Count(skipped=1)
        suites = [word for suite in MESON_SUITES for word in ("--suite", suite)]
        status, log = run_logged("debian-13", ["tests/tools/check-in-chroot", "trixie", "tests/run", *suites])
        lines = log.read_text().strip().split("\n")
        found = re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", lines[-1])
        if not found:
            raise Failed("tests/run on Debian 13", tail("\n".join(lines), 25))
        count = Count(*(int(number or 0) for number in found.groups()))
        if status:
            count.details.append(("on Debian 13", tail("\n".join(lines), 60)))
        return count

    def lint(self):
        count = Count()
        for title, check in CHECKS:
            outcome, text = check(TOP)
            if outcome == "fail":
                count.add(Count(failed=1, details=[(title, tail(text, 60))]))
            elif outcome == "skip":
                print(f"  {title}: skipped, {text}")
                count.skipped += 1
            else:
                count.passed += 1
        return count

    def everything(self):
        if self.wants("lint"):
            self.stage("lint", self.lint)
        if self.wanted == ["lint"] or not self.stage("build with gcc", self.main_build):
            return
        tests = self.chosen(BUILD)
        if tests:
            self.stage("test", lambda: meson_test("tests", BUILD, tests, ["-t", "2"]))
        if self.wants("sanitizers"):
            self.stage("build with clang", self.clang)
            self.stage("asan and ubsan", self.asan)
            self.stage("tsan", self.tsan)
            self.stage("valgrind", self.valgrind)
        if self.wanted == ["long"]:
            self.stage("long", self.long)
            self.stage("garbage under asan", self.garbage)
            self.stage("debian 13", self.other_debian)


def arguments():
    parser = argparse.ArgumentParser(prog="tests/run", description=__doc__)
    parser.add_argument("--suite", action="append", choices=SUITES, help="default: all but long; may be repeated")
    parser.add_argument("--list", action="store_true", help="name every test and end")
    parser.add_argument("-k", metavar="PATTERN", help="only tests whose name holds PATTERN")
    parsed = parser.parse_args()
    parsed.suite = parsed.suite or ["all"]
    return parsed


def main():
    asked = arguments()
    os.chdir(TOP)
    if asked.list:
        build(BUILD, ["-Dwerror=true", "-Dtests=true"])
        for test in listed_tests(BUILD):
            print(f"{','.join(test['suites']):<16} {test['name']}")
        return 0
    run = Run(asked)
    began = time.monotonic()
    run.everything()
    total = run.total
    if total.passed + total.failed + total.skipped == 0:
        print("no test was run", file=sys.stderr)
        total.failed = 1
    print(f"\nlogs: {LOGS}; {time.monotonic() - began:.0f} s in all\n")
    print(total, flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
