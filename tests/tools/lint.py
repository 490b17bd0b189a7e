# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of the text itself: each returns ('ok' | 'fail' | 'skip', what it said)."""

import re
import shutil
import subprocess
import sys
import tempfile
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
    files = [name for name in tracked(top) if name not in ("LICENSE", str(words.relative_to(top)))
             and not name.endswith((".po", "-german.c"))]  # it knows English alone
    return outcome(["codespell", "--ignore-words", str(words), *files], top)


def check_shell(top):
    scripts = []
    for name in tracked(top):
        with open(Path(top, name), "rb") as script:
            first = script.readline()
        if first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"/bash", b" bash")):
            scripts.append(name)
    return outcome(["shellcheck", *scripts], top)


def pot_command(folder):
    """As plugins/po/meson.build and its preset have it."""
    return ["xgettext", "--files-from=plugins/po/POTFILES.in", "--from-code=UTF-8", "--keyword=_", "--keyword=N_",
            "--keyword=PLURAL:1,2", "--keyword=Description", "--keyword=ROW:4", f"--output={folder}/portamento.pot"]


def check_translations(top):
    """Every text of the plugins is in POTFILES.in, and in every language."""
    if not shutil.which("msgcmp"):
        return "skip", "no gettext here"
    listed = Path(top, "plugins/po/POTFILES.in").read_text(encoding="utf-8").split("\n")
    said = [f"{name} has texts and is not in plugins/po/POTFILES.in" for name in tracked(top, "plugins/*.c", "plugins/*.cc")
            if name not in listed and re.search(r"\b(N?_|PLURAL|dn?gettext)\(", Path(top, name).read_text(encoding="utf-8"))]
    with tempfile.TemporaryDirectory() as folder:
        commands = [pot_command(folder)]
        for language in Path(top, "plugins/po/LINGUAS").read_text(encoding="utf-8").split():
            commands += [["msgfmt", "--check", "--output-file=/dev/null", f"plugins/po/{language}.po"],
                         ["msgcmp", f"plugins/po/{language}.po", f"{folder}/portamento.pot"]]
        said += [text for result, text in (outcome(command, top) for command in commands) if result == "fail"]
    return ("fail" if said else "ok"), "\n".join(said)


CHECKS = [
    ("check-tree", check_tree),
    ("the tools' own tests", check_tools),
    (CLANG_FORMAT, check_format),
    ("codespell", check_spelling),
    ("shellcheck", check_shell),
    ("translations", check_translations),
]
