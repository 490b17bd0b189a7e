#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the tree to CONTRIBUTING.md: sizes, bans, names, and which folder may include which.

    check-tree.py [TOP]     every tracked file under TOP; without git, every file

A rule is waived for one file by a comment that names the rule and says why:

    /* style: file-lines, one vtable reads better whole */
"""

import re
import subprocess
import sys
from pathlib import Path

FILE_LINES, FUNCTION_LINES, DEPTH = 400, 60, 4  # the function's own braces are depth 1
TEST_FILE_LINES = 500  # tables of scenes read better whole

# Who may include whom: folders and single headers. Data flows down this table.
MAY_INCLUDE = {
    "core/base": {"base"},
    "core/wire": {"wire", "base"},
    "core/device": {"device", "base"},
    "core/engine": {"engine", "base", "wire", "device/device.h"},
    "core/helper": {"helper", "base", "wire", "device/discovery.h", "device/device.h"},
    "core/client": {"client", "base", "wire"},
    "core/ctl": {"ctl", "base", "wire"},
}

# Which folders may know a library at all.
LIBRARY_HEADERS = {
    r"exit-status\.h": {"core/ctl", "plugins/mpd-client"},
    r"libmtp\.h": {"core/device"},
    r"libusb.*\.h|libusb-1\.0/.*": {"core/device"},
    r"sqlite3\.h": {"core/engine"},
    r"tag_c\.h|taglib/.*": {"core/engine"},
    r"mpd/.*": {"plugins/mpd-client"},
    r"lib(aud\w+)/.*|Q[A-Z]\w+": {"plugins/audacious"},
    r"(rhythmdb|shell|sources|libpeas)/.*|(lib|plugins)/rb-.*": {"plugins/rhythmbox"},
}

# These decide and do nothing else: no file, no bus, no device is within their reach.
PURE = {f"core/engine/{noun}" for noun in (
    "wishlist", "wishlist-order", "match", "plan", "plan-variant", "budget", "name", "name-assign", "name-layout",
    "inventory-map")} | {f"core/device/{noun}" for noun in ("ptp-code", "ptp-value", "ptp-dataset", "ptp-rows")}
IMPURE_HEADERS = re.compile(r"(stdio|unistd|fcntl|sqlite3|libmtp|glib/gstdio)\.h|sys/.*|gio/.*|device/(?!ptp-(code|value|dataset|rows)\.h).*")

BANNED = {
    r"\bgoto\b": "return early and let g_autoptr() clean up",
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|tmpnam)\s*\(": "use g_strlcpy(), g_snprintf() or a GString",
    r"\bG_DEFINE_(TYPE|BOXED)": "a plain struct with _new() and _free()",
    r"^\s*//|[;{}]\s*//": "comments are /* */",
    r"\bsystem\s*\(|\bpopen\s*\(": "spawn without a shell",
}
BANNED_IN_CLIENT = {
    r"\bg_main_context_default\b|\bg_main_loop_new\s*\(\s*NULL": "the host owns the default context",
    r"\bg_bus_get(_sync)?\s*\(": "the host owns the shared connection",
}
BANNED_IN_TESTS = {r"\b(g_usleep|usleep|sleep)\s*\(": "wait for the event, with a deadline"}

# What the top level may hold beside dot-files; it stays this short.
TOP_LEVEL = {
    "meson.build", "meson_options.txt", "core", "plugins", "tests", "docs",
    "README.md", "NEWS.md", "CONTRIBUTING.md", "LICENSE", "quickstart",
}
PUBLIC_HEADER = "core/portamento.h"
PUBLIC_NAME = re.compile(r"\b(?:porta_\w+|Porta[A-Z]\w*|PORTA_\w+)\b")
# The GError domain carries the public codes, so it carries their prefix.
PUBLIC_IN_SPIRIT = {"PORTA_ERROR"}

SOURCE_SUFFIXES = {".c", ".h", ".cc", ".py", ".sh", ".build"}
SPDX = "SPDX-License-Identifier: LGPL-2.1-or-later"


def code_of(text):
    """C without comments and strings, its line numbers kept."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def functions(lines):
    """(first line, length, deepest nesting) of each function: '{' to '}' in column one."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start, deepest, depth = number, 0, 0
        if start is None:
            continue
        for char in line:
            depth += (char == "{") - (char == "}")
            deepest = max(deepest, depth)
        if line.startswith("}"):
            yield start, number - start + 1, deepest
            start = None


class Tree:
    def __init__(self, top):
        self.top = Path(top)
        self.found = []
        header = self.top / PUBLIC_HEADER
        names = PUBLIC_NAME.findall(header.read_text()) if header.exists() else []
        self.public = set(names) | PUBLIC_IN_SPIRIT

    def files(self):
        """Tracked files; where there is no git, all of them."""
        git = ["git", "-c", "safe.directory=*", "-C", str(self.top), "ls-files", "-z"]
        listed = subprocess.run(git, capture_output=True, text=True)
        if listed.returncode == 0 and listed.stdout:
            names = [name for name in listed.stdout.split("\0") if name]
        else:
            names = [str(p.relative_to(self.top)) for p in self.top.rglob("*") if p.is_file()]
        return sorted(name for name in names if (self.top / name).is_file())

    def check(self):
        names = self.files()
        for entry in sorted({name.split("/")[0] for name in names}):
            if not entry.startswith(".") and entry not in TOP_LEVEL:
                self.found.append(f"{entry}: not one of the entries of the top level [top-level]")
        for name in names:
            self.check_file(name)
        return self.found

    def check_file(self, name):
        raw = (self.top / name).read_bytes()
        if b"\0" in raw[:8192]:
            return
        text = raw.decode("utf-8", "replace")
        waived = set(re.findall(r"(?:/\*|#) style: ([a-z-]+), \w+", text))

        def say(rule, line, why):
            if rule not in waived:
                self.found.append(f"{name}:{line}: {why} [{rule}]")

        self.check_text(name, text, say)
        if Path(name).suffix in {".c", ".h", ".cc"}:
            self.check_c(name, text, say)
        elif Path(name).suffix == ".py" or text.startswith("#!/usr/bin/python3"):
            self.check_python(text, say)

    def check_text(self, name, text, say):
        head = "\n".join(text.split("\n", 3)[:2])
        is_script = text.startswith("#!") and name != "LICENSE"
        if (Path(name).suffix in SOURCE_SUFFIXES or is_script) and SPDX not in head:
            say("spdx", 1, "the first line (after #!) says " + SPDX)
        lines = text.split("\n")
        # The public header is one file by law, and mostly contracts.
        sized = Path(name).suffix in SOURCE_SUFFIXES - {".build"} and name != PUBLIC_HEADER
        limit = TEST_FILE_LINES if name.startswith("tests/") else FILE_LINES
        if sized and len(lines) - 1 > limit:
            say("file-lines", len(lines), f"{len(lines) - 1} lines, the limit is {limit}")
        above = self.top.resolve().parent
        here = [re.escape(str(above)) + "/"] if len(above.parts) > 2 else []
        machine = re.compile("|".join(here + [r"/[r]oot/\w", r"/[w]ork/\w"]))
        for number, line in enumerate(lines, 1):
            if machine.search(line):
                say("machine-path", number, "a path of one machine")

    def check_c(self, name, text, say):
        lines = code_of(text).split("\n")
        for first, length, depth in functions(lines):
            if length > FUNCTION_LINES:
                say("function-lines", first, f"a function of {length} lines, the limit is {FUNCTION_LINES}")
            if depth > DEPTH:
                say("depth", first, f"nested {depth - 1} blocks deep, the limit is {DEPTH - 1}")
        banned = dict(BANNED)
        if name.startswith("core/client/"):
            banned.update(BANNED_IN_CLIENT)
        if name.startswith(("tests/unit/", "tests/bus/", "tests/device/", "tests/abi/")):
            banned.update(BANNED_IN_TESTS)
        for number, line in enumerate(lines, 1):
            for pattern, instead in banned.items():
                if re.search(pattern, line):
                    say("banned", number, instead)
        if name.startswith(("core/", "plugins/")):
            self.check_names(lines, say)
            self.check_includes(name, text, say)

    def check_names(self, lines, say):
        for number, line in enumerate(lines, 1):
            for word in sorted(set(PUBLIC_NAME.findall(line))):
                if word not in self.public:
                    say("public-name", number, f"{word} is not in {PUBLIC_HEADER}; porta_ is public only")

    def check_includes(self, name, text, say):
        folder = "/".join(name.split("/")[:2])
        for match in re.finditer(r'^[ \t]*#[ \t]*include\s*(["<])([^">]+)[">]', text, re.M):
            quoted, header = match.group(1) == '"', match.group(2)
            line = text[: match.start()].count("\n") + 1
            if name.rsplit(".", 1)[0] in PURE and IMPURE_HEADERS.fullmatch(header):
                say("pure", line, f"this module decides and does no I/O: {header}")
            for pattern, folders in LIBRARY_HEADERS.items():
                if re.fullmatch(pattern, header) and folder not in folders:
                    say("layer", line, f"only {' and '.join(sorted(folders))} may know {header}")
            if quoted:
                self.check_own_header(folder, header, line, say)

    def check_own_header(self, folder, header, line, say):
        if folder.startswith("plugins/"):
            if "/" in header and not header.startswith("common/"):
                say("layer", line, f"{folder} may include <portamento.h> and plugins/common, not {header}")
            return
        if folder not in MAY_INCLUDE or header == "portamento.h":
            return
        allowed = MAY_INCLUDE[folder]
        if "/" not in header:
            if not (self.top / folder / header).exists():
                return  # made by the build: gdbus-codegen's
            say("layer", line, f'an include names its folder: "{folder[5:]}/{header}"')
        elif header not in allowed and header.split("/")[0] not in allowed:
            say("layer", line, f"{folder} may not include {header}")

    def check_python(self, text, say):
        for number, line in enumerate(text.split("\n"), 1):
            if re.match(r"[^#\"']*\btime\.sleep\(", line):
                say("banned", number, "wait for the event, with a deadline")


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    tree = Tree(top)
    found = tree.check()
    print("\n".join(found) or f"check-tree: {len(tree.files())} files, nothing to say")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
