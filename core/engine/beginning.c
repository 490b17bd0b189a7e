/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * beginning: see beginning.h. A cut may come at any byte, so there is a hash of the first byte, of the
 * first two, four, eight and so on: of a shorter piece at least the half is compared.
 */
#include "engine/beginning.h"

#include <string.h>

#define DIGITS 16 /* of each hash */

static void
append_hash(GString *out, const GChecksum *sum)
{
	g_autoptr(GChecksum) copy = g_checksum_copy(sum);

	g_string_append_len(out, g_checksum_get_string(copy), DIGITS);
}

char *
beginning_of(const void *bytes, gsize n)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	GString *out = g_string_new(NULL);
	gsize done = 0;

	for (gsize end = 1; end <= MIN(n, BEGINNING_BYTES); end *= 2) {
		g_checksum_update(sum, (const guchar *)bytes + done, end - done);
		append_hash(out, sum);
		done = end;
	}
	return g_string_free(out, FALSE);
}

gboolean
beginning_matches(const char *beginning, const void *bytes, gsize n)
{
	if (beginning == NULL || n == 0)
		return FALSE;
	g_autofree char *found = beginning_of(bytes, n);
	gsize length = strlen(found);
	return strlen(beginning) >= length && strncmp(beginning, found, length) == 0;
}
