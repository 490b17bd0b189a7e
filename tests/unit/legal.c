/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * legal: see legal.h. Written apart from name.c, so that the two can disagree.
 */
#include "legal.h"

#include <glib.h>
#include <string.h>

static glong
utf16_length(const char *text)
{
	glong n = 0;
	g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &n, NULL);

	g_assert_nonnull(units);
	return n;
}

void
assert_legal(const char *name)
{
	gsize n = strlen(name);
	g_autofree char *composed = g_utf8_normalize(name, -1, G_NORMALIZE_DEFAULT_COMPOSE);

	g_assert_true(g_utf8_validate(name, -1, NULL));
	g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(n, <=, 254);
	g_assert_cmpint(utf16_length(name), <=, 254);
	g_assert_null(strpbrk(name, "\\/:*?\"<>|"));
	g_assert_true(name[0] != ' ' && name[0] != '.');
	g_assert_true(name[n - 1] != ' ' && name[n - 1] != '.');
	g_assert_cmpstr(composed, ==, name);
	for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p))
		g_assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
}
