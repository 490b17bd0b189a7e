#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs poll-host on a private bus, and moves its FAKE helper.

    test-poll-host.py POLL-HOST LIBRARY FAKE-HELPER XML
"""

import subprocess
import sys
import tempfile
from pathlib import Path

EVENTS = 10000
DEVICE = "0fce-fa4e-FAKE00"
CONFIG = """<busconfig><type>session</type><listen>unix:path={folder}/socket</listen><auth>EXTERNAL</auth>
<servicedir>{folder}</servicedir><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


def main():
    host, library, helper, xml = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="portamento-bus-") as name:
        folder = Path(name)
        (folder / "bus.conf").write_text(CONFIG.format(folder=folder), encoding="utf-8")
        (folder / "org.portamento.Sync1.service").write_text(
            f"[D-BUS Service]\nName=org.portamento.Sync1\nExec=/usr/bin/python3 {helper} {xml}\n", encoding="utf-8")
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            address = bus.stdout.readline().decode().strip()
            needs = subprocess.run(["objdump", "-p", host], capture_output=True, text=True, check=True).stdout
            if "libglib" in needs or "libgio" in needs:
                raise SystemExit("the host is linked with GLib: it proves nothing")
            return run(host, library, address)
        finally:
            bus.terminate()
            bus.wait()


def run(host, library, address):
    # GLib before 2.76 keeps small pieces for itself, as many as it ever needed at once
    environment = {"DBUS_SESSION_BUS_ADDRESS": address, "PATH": "/usr/bin:/bin", "G_SLICE": "always-malloc"}
    process = subprocess.Popen([host, library, DEVICE, str(EVENTS)], env=environment, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        print(line, end="", flush=True)
        if line == "ready\n":
            subprocess.run(["dbus-send", f"--bus={address}", "--print-reply", "--dest=org.portamento.Sync1",
                            "/org/portamento/Fake", "org.portamento.Fake.SyncErrors", f"string:{DEVICE}",
                            f"uint32:{EVENTS}"], check=True, stdout=subprocess.DEVNULL)
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())
