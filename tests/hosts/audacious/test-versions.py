#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin's sources compile, as they are compiled here, against the headers of other releases of
Audacious: the last of each series since 4.2.

    PORTAMENTO_BUILD=DIR [AUDACIOUS_GIT=REPOSITORY] test-versions.py

Upstream's repository is asked for them unless another one is named. Where it can not be reached
nothing was checked, and the test says that it was skipped.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

RELEASES = ("4.2", "4.3.1", "4.4.2", "4.5.1", "4.6.1")
UPSTREAM = "https://github.com/audacious-media-player/audacious.git"
SKIPPED = 77
NETWORK_SECONDS = 300

TOP = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("PORTAMENTO_BUILD") or TOP / "build").resolve()


def git(folder, *words):
    quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    subprocess.run(["git", "-c", "safe.directory=*", "-C", str(folder), *words], check=True, capture_output=True,
                   text=True, env=quiet, timeout=NETWORK_SECONDS)


def fetch_headers(folder):
    """{release: folder of its headers}"""
    repository = os.environ.get("AUDACIOUS_GIT") or UPSTREAM
    git(folder, "init", "--quiet")
    found = {}
    for release in RELEASES:
        git(folder, "fetch", "--quiet", "--depth", "1", repository, f"refs/tags/audacious-{release}")
        found[release] = folder / release
        git(folder, "worktree", "add", "--quiet", "--detach", str(found[release]), "FETCH_HEAD")
        # the one header that its own build writes
        header = found[release] / "src/libaudcore/audio.h"
        words = header.with_suffix(".h.in").read_text().replace("@BIGENDIAN@", str(int(sys.byteorder == "big")))
        assert "@" not in words, f"{header} has more to be filled in"
        header.write_text(words)
    return {release: path / "src" for release, path in found.items()}


def commands():
    """{source: how it is compiled here}, without its outputs"""
    found = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        source = Path(entry["directory"], entry["file"]).resolve()
        if TOP / "plugins/audacious" not in source.parents:
            continue
        words = shlex.split(entry["command"])
        outputs = {"-MD": 1, "-MQ": 2, "-MF": 2, "-o": 2, "-c": 1}
        kept, at = [], 0
        while at < len(words):
            if words[at] not in outputs:
                kept.append(words[at])
            at += outputs.get(words[at], 1)
        found[source] = kept
    return found


def compile_against(headers, command, dependencies):
    """What is wrong, or nothing."""
    words = [*command, "-isystem", str(headers), "-fsyntax-only", "-MD", "-MF", str(dependencies)]
    ran = subprocess.run(words, cwd=BUILD, capture_output=True, text=True)
    if ran.returncode:
        return ran.stderr
    seen = dependencies.read_text().split()
    installed = [path for path in seen if "/libaud" in path and not path.startswith(str(headers))]
    return f"it was compiled with {installed[0]}" if installed else ""


def main():
    sources = commands()
    if not sources:
        print("this build has no plugin for Audacious")
        return 1
    with tempfile.TemporaryDirectory(prefix="portamento-") as folder:
        try:
            headers = fetch_headers(Path(folder))
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"skipped, no headers: {error}: {error.stderr}")
            return SKIPPED
        wrong = 0
        for release, path in headers.items():
            for source, command in sources.items():
                said = compile_against(path, command, Path(folder, "dependencies"))
                if said:
                    wrong += 1
                    print(f"{release}: {source.name}: {said}")
            print(f"{release}: {len(sources)} sources")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
