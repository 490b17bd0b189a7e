#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the closing line of a test run says must be what happened."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from results import count_tap, count_test, count_unittest, suites_of  # noqa: E402


def numbers(count):
    return count.passed, count.failed, count.skipped


class Counting(unittest.TestCase):
    def test_flat_tap(self):
        text = "TAP version 13\n1..4\nok 1 /plan/keeps\nnot ok 2 /plan/copies\nok 3 /x # SKIP no clock\nok 4 /y\n"
        self.assertEqual(numbers(count_tap(text)), (2, 1, 1))

    def test_nested_tap_counts_the_leaves_only(self):
        text = "1..2\n# Subtest: plan\n    ok 1 a\n    not ok 2 b\n    1..2\nnot ok 1 plan\nok 2 other\n"
        self.assertEqual(numbers(count_tap(text)), (2, 1, 0))

    def test_doubly_nested_tap(self):
        text = "        ok 1 a\n        ok 2 b\n    ok 1 inner\nok 1 outer\n"
        self.assertEqual(numbers(count_tap(text)), (2, 0, 0))

    def test_unittest(self):
        text = "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=1, skipped=1)\n"
        self.assertEqual(numbers(count_unittest(text)), (2, 2, 1))
        self.assertEqual(numbers(count_unittest("Ran 1 test in 0.1s\n\nOK\n")), (1, 0, 0))
        self.assertIsNone(count_unittest("no such line"))

    def test_a_program_that_says_nothing_counts_once(self):
        self.assertEqual(numbers(count_test({"name": "a", "result": "OK", "stdout": ""})), (1, 0, 0))
        self.assertEqual(numbers(count_test({"name": "a", "result": "FAIL", "stdout": ""})), (0, 1, 0))
        self.assertEqual(numbers(count_test({"name": "a", "result": "SKIP", "stdout": ""})), (0, 0, 1))

    def test_a_program_that_dies_after_good_lines_has_failed(self):
        count = count_test({"name": "a", "result": "TIMEOUT", "stdout": "ok 1 x\nok 2 y\n"})
        self.assertEqual(numbers(count), (2, 1, 0))
        self.assertEqual(count.details[0][0], "a (timeout)")

    def test_suites_from_meson_in_both_of_its_forms(self):
        self.assertEqual(suites_of({"name": "plan", "suite": ["portamento:unit", "portamento:abi"]}), ["unit", "abi"])
        self.assertEqual(suites_of({"name": "portamento:e2e+asan / basic"}), ["e2e", "asan"])
        self.assertEqual(suites_of({"name": "basic"}), [])


if __name__ == "__main__":
    unittest.main()
