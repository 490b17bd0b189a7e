#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check-tree.py on miniature trees: a good one passes, and each rule catches its own offence."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).with_name("check-tree.py")
C = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
GOOD = {
    "README.md": "# A tree\n",
    "meson.build": "# SPDX-License-Identifier: LGPL-2.1-or-later\nproject('x', 'c')\n",
    "core/portamento.h": C + "#define PORTA_OK 0\ntypedef struct PortaPlan PortaPlan;\nint porta_plan_count(PortaPlan *plan);\n",
    "core/engine/plan.h": C + '#include "base/values.h"\nint plan_build(void);\n',
    "core/engine/plan.c": C + '#include "engine/plan.h"\n#include "wire/library.h"\n\nint\nplan_build(void)\n{\n\treturn 0; /* goto is only a word here */\n}\n',
    "core/client/plan.c": C + '#include "portamento.h"\n#include "base/values.h"\n\nint\nporta_plan_count(PortaPlan *plan)\n{\n\treturn PORTA_OK;\n}\n',
    "plugins/mpd-client/main.c": C + '#include <mpd/client.h>\n#include <portamento.h>\n#include "config.h"\n#include "common/rules.h"\n',
    "tests/unit/test-plan.c": C + '#include "engine/plan.h"\n#include "device/device.h"\n',
    ".ci/run": "#!/bin/sh\n# SPDX-License-Identifier: LGPL-2.1-or-later\n",
}


def long_function(lines):
    return C + "\nint\nf(void)\n{\n" + "\tg();\n" * (lines - 2) + "}\n"


def nested(blocks):
    return C + "\nint\nf(void)\n{\n" + "\tif (a) {\n" * blocks + "\t}\n" * blocks + "}\n"


# What one file breaks, by the rule that must say so.
BAD = [
    ("layer", "core/base/track.c", C + '#include "wire/library.h"\n'),
    ("layer", "core/engine/main.c", C + '#include "device/discovery.h"\n'),
    ("layer", "core/engine/main.c", C + '#include "helper/device.h"\n'),
    ("layer", "core/helper/main.c", C + '#include "engine/plan.h"\n'),
    ("layer", "core/client/client.c", C + '#include "device/device.h"\n'),
    ("layer", "core/client/client.c", C + "#include <libmtp.h>\n"),
    ("layer", "core/helper/store.c", C + "#include <sqlite3.h>\n"),
    ("layer", "core/engine/main.c", C + '#include "plan.h"\n'),
    ("layer", "plugins/common/words.c", C + "#include <libaudcore/playlist.h>\n"),
    ("layer", "plugins/rhythmbox/page.c", C + "#include <QLabel>\n"),
    ("layer", "plugins/audacious/host.cc", C + '#include "client/client.h"\n'),
    ("banned", "plugins/audacious/host.cc", C + "int a; // no\n"),
    ("layer", "plugins/mpd-client/main.c", C + '#include "base/values.h"\n'),
    ("pure", "core/engine/plan.c", C + "#include <gio/gio.h>\n"),
    ("pure", "core/engine/budget.c", C + "#include <stdio.h>\n"),
    ("spdx", "core/base/track.c", "/* no licence */\n"),
    ("spdx", "quickstart", "#!/bin/sh\necho\n"),
    ("file-lines", "core/base/track.c", C + "int x;\n" * 400),
    ("file-lines", "tests/unit/test-x.c", C + "int x;\n" * 500),
    ("function-lines", "core/base/track.c", long_function(61)),
    ("depth", "core/base/track.c", nested(4)),
    ("banned", "core/base/track.c", C + "void f(void)\n{\n\tgoto out;\n}\n"),
    ("banned", "core/base/track.c", C + "\tsprintf (a, b);\n"),
    ("banned", "core/base/track.c", C + "int a; // no\n"),
    ("banned", "core/client/client.c", C + "\tg_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);\n"),
    ("banned", "tests/bus/test-client.c", C + "\tg_usleep(1000);\n"),
    ("banned", "tests/e2e/test_x.py", "# SPDX-License-Identifier: LGPL-2.1-or-later\ntime.sleep(1)\n"),
    ("public-name", "core/engine/plan.c", C + "int porta_secret(void);\n"),
    ("public-name", "core/base/track.h", C + "typedef struct PortaInner PortaInner;\n"),
    ("machine-path", "docs/a.md", "see /wo" + "rk/main/core\n"),
    ("top-level", "notes.txt", "mine\n"),
]
FINE = [
    ("core/base/track.c", long_function(60)),
    ("core/base/track.c", nested(3)),
    ("core/base/track.c", C + "int x;\n" * 399),
    ("tests/unit/test-x.c", C + "int x;\n" * 499),
    ("core/base/track.c", C + "/* style: file-lines, one table reads better whole */\n" + "int x;\n" * 400),
    ("core/client/client.c", C + 'static const char *url = "http://x"; /* g_bus_get( */\n'),
    ("core/helper/main.c", C + '#include "device/discovery.h"\n'),
    ("core/engine/main.c", C + "#include <gio/gio.h>\n"),
    ("core/helper/main.c", C + '#include "sync-dbus.h"\n'),
]


class CheckTree(unittest.TestCase):
    def run_on(self, files):
        with tempfile.TemporaryDirectory() as top:
            for name, text in files.items():
                path = Path(top, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            ran = subprocess.run([sys.executable, str(CHECK), top], capture_output=True, text=True)
        return ran.returncode, ran.stdout

    def test_a_good_tree_passes(self):
        status, said = self.run_on(GOOD)
        self.assertEqual((status, said), (0, f"check-tree: {len(GOOD)} files, nothing to say\n"))

    def test_each_offence_is_named_once_with_its_rule_and_file(self):
        for rule, name, text in BAD:
            with self.subTest(rule=rule, name=name, text=text[-60:]):
                status, said = self.run_on({**GOOD, name: text})
                self.assertEqual(status, 1)
                self.assertEqual(len(said.splitlines()), 1, said)
                self.assertTrue(said.startswith(name), said)
                self.assertTrue(said.rstrip().endswith(f"[{rule}]"), said)

    def test_what_stays_within_the_rules_is_left_alone(self):
        for name, text in FINE:
            with self.subTest(name=name, text=text[-60:]):
                status, said = self.run_on({**GOOD, name: text})
                self.assertEqual(status, 0, said)

    def test_a_waiver_covers_its_own_rule_only(self):
        text = C + "/* style: depth, a state machine */\n" + "int x;\n" * 400
        status, said = self.run_on({**GOOD, "core/base/track.c": text})
        self.assertEqual(status, 1)
        self.assertIn("[file-lines]", said)

    def test_a_waiver_without_a_reason_waives_nothing(self):
        text = C + "/* style: file-lines */\n" + "int x;\n" * 400
        self.assertEqual(self.run_on({**GOOD, "core/base/track.c": text})[0], 1)


if __name__ == "__main__":
    unittest.main()
