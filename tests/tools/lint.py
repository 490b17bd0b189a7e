# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of the text itself: each returns ('ok' | 'fail' | 'skip', what it said)."""

import shutil
import subprocess
import sys
from pathlib import Path

# What it would change differs from version to version, so one version decides.
CLANG_FORMAT = "clang-format-14"


def tracked(top, *patterns):
    git = ["git", "-c", "safe.directory=*", "-C", str(top), "ls-files", "--", *patterns]
    listed = subprocess.run(git, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\n") if name and (Path(top) / name).is_file()]


def outcome(command, top):
    ran = subprocess.run(command, cwd=top, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return ("fail" if ran.returncode else "ok"), ran.stdout + ran.stderr


def check_tree(top):
    return outcome([sys.executable, "tests/tools/check-tree.py", "."], top)


def check_tools(top):
    tests = tracked(top, "tests/tools/test_*.py", "tests/support/test_*.py")
    ran = [outcome([sys.executable, test], top) for test in tests]
    bad = [said for result, said in ran if result == "fail"]
    return ("fail" if bad or not tests else "ok"), "\n".join(bad) or "no tests found"


def check_format(top):
    if not shutil.which(CLANG_FORMAT):
        return "skip", f"no {CLANG_FORMAT} here, and formatting is judged by that version only"
    result, said = outcome([CLANG_FORMAT, "--dry-run", "-Werror", *tracked(top, "*.c", "*.cc", "*.h")], top)
    files = sorted({line.split(":")[0] for line in said.split("\n") if ": error:" in line})
    return result, f"run {CLANG_FORMAT} -i on these:\n" + "\n".join(files)


def check_spelling(top):
    words = Path(top, "tests/tools/codespell-ignore")
    files = [name for name in tracked(top) if name not in ("LICENSE", str(words.relative_to(top)))]
    return outcome(["codespell", "--ignore-words", str(words), *files], top)


def check_shell(top):
    scripts = []
    for name in tracked(top):
        with open(Path(top, name), "rb") as script:
            first = script.readline()
        if first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"/bash", b" bash")):
            scripts.append(name)
    return outcome(["shellcheck", *scripts], top)


CHECKS = [
    ("check-tree", check_tree),
    ("the tools' own tests", check_tools),
    (CLANG_FORMAT, check_format),
    ("codespell", check_spelling),
    ("shellcheck", check_shell),
]
