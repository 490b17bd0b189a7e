/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unit: checks for the adapter's unit tests, which like the adapter itself do
 * without GLib. A failed check says where, and the test goes on to the next.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int unit_failures;

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			unit_failures++;                                                           \
		}                                                                                  \
	} while (0)

#define CHECK_TEXT(is, should)                                                                     \
	do {                                                                                       \
		const char *is_text = (is), *should_text = (should);                               \
		if (is_text == NULL || strcmp(is_text, should_text) != 0) {                        \
			fprintf(stderr, "%s:%d: %s is \"%s\", should be \"%s\"\n", __FILE__,       \
				__LINE__, #is, is_text != NULL ? is_text : "(null)", should_text); \
			unit_failures++;                                                           \
		}                                                                                  \
	} while (0)
