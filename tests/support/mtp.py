# SPDX-License-Identifier: LGPL-2.1-or-later
"""What mtp-tools, which nobody here wrote, sees on a player."""

import hashlib
import re
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

FOLDER_LINE = re.compile(r"^(\d+)\t((?:  )*)(.*)$")
FILE_FIELDS = {
    "id": re.compile(r"^File ID: (\d+)$"),
    "name": re.compile(r"^   Filename: (.*)$"),
    "size": re.compile(r"^   File size (\d+) "),
    "parent": re.compile(r"^   Parent ID: (\d+)$"),
    "storage": re.compile(r"^   Storage ID: (0x[0-9A-Fa-f]+)$"),
    "type": re.compile(r"^   Filetype: (.*)$"),
}


@dataclass(frozen=True)
class Seen:
    id: int
    path: str
    size: int
    storage: str
    type: str


def parse_folders(text):
    """{folder id: path} of mtp-folders' indented list."""
    paths, above = {}, []
    for line in text.split("\n"):
        match = FOLDER_LINE.match(line)
        if match:
            depth = len(match.group(2)) // 2
            above = above[:depth] + [match.group(3)]
            paths[int(match.group(1))] = "/".join(above)
    return paths


def parse_files(text, folders):
    """[Seen] of mtp-files' paragraphs."""
    found, fields = [], {}
    for line in text.split("\n"):
        for name, pattern in FILE_FIELDS.items():
            match = pattern.match(line)
            if match:
                fields[name] = match.group(1)
                if name == "type":
                    found.append(seen(fields, folders))
                    fields = {}
    return found


def seen(fields, folders):
    folder = folders.get(int(fields["parent"]), "")
    path = f"{folder}/{fields['name']}" if folder else fields["name"]
    return Seen(int(fields["id"]), path, int(fields["size"]), fields["storage"], fields["type"])


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


class MtpTools:
    """run(command) gives a completed process that had the player on its USB.

    Each tool is a session of its own and speaks in handles, so within steady()
    the player must keep them from one session to the next.
    """

    def __init__(self, run, steady=nullcontext):
        self.run, self.steady = run, steady

    def tool(self, *command):
        ran = self.run(list(command))
        if ran.returncode or "No raw devices found" in ran.stdout or "No Devices" in ran.stdout:
            raise AssertionError(f"{command[0]} failed ({ran.returncode}): {ran.stdout[-800:]}{ran.stderr[-800:]}")
        return ran.stdout

    def files(self):
        """{path: Seen}; two objects of one path are a failure of their own."""
        with self.steady():
            found = parse_files(self.tool("mtp-files"), self.folders())
        paths = [file.path for file in found]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        assert not twice, f"two objects of one path: {twice}"
        return {file.path: file for file in found}

    def folders(self):
        return parse_folders(self.tool("mtp-folders"))

    def fetch(self, paths):
        """{path: sha256 of what mtp-getfile brings back}; None for what is not there."""
        with self.steady(), tempfile.TemporaryDirectory() as folder:
            copy, seen_now, found = Path(folder, "copy"), self.files(), {}
            for path in paths:
                found[path] = None
                if path in seen_now:
                    self.tool("mtp-getfile", str(seen_now[path].id), str(copy))
                    found[path] = sha256_of(copy)
                    copy.unlink()
        return found

    def send(self, local, name):
        self.tool("mtp-sendfile", str(local), name)
