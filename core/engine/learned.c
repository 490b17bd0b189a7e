/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * learned: see learned.h. A value is "TIME FIRMWARE"; what cannot be read as that is not believed.
 */
#include "engine/learned.h"

#include <string.h>

#include "engine/name.h"

#define BELIEVED_SECONDS (30 * 24 * 3600)

gboolean
learned_get(Journal *journal, const char *what, const char *firmware, int64_t now_unix)
{
	g_autofree char *value = journal_get_value(journal, what);
	const char *space = value != NULL ? strchr(value, ' ') : NULL;

	if (space == NULL || strcmp(space + 1, firmware) != 0)
		return FALSE;
	int64_t age = now_unix - g_ascii_strtoll(value, NULL, 10);
	return age >= 0 && age < BELIEVED_SECONDS;
}

void
learned_set(Journal *journal, const char *what, const char *firmware, int64_t now_unix)
{
	g_autofree char *value =
		g_strdup_printf("%" G_GINT64_FORMAT " %s", (gint64)now_unix, firmware);

	journal_set_value(journal, what, value, NULL);
}

char *
learned_no_rating_key(const char *path)
{
	const char *dot = strrchr(name_in(path), '.');
	g_autofree char *suffix = g_ascii_strdown(dot != NULL ? dot : "", -1);

	return g_strconcat("no-rating", suffix, NULL);
}

static char *
rating_key(int32_t rating)
{
	return g_strdup_printf("rating-%d", rating);
}

int32_t
learned_get_rating(Journal *journal, const char *firmware, int32_t rating)
{
	g_autofree char *key = rating_key(rating);
	g_autofree char *value = journal_get_value(journal, key);
	const char *space = value != NULL ? strchr(value, ' ') : NULL;

	if (space == NULL || strcmp(space + 1, firmware) != 0)
		return -1;
	return (int32_t)CLAMP(g_ascii_strtoll(value, NULL, 10), 0, 100);
}

void
learned_set_rating(Journal *journal, const char *firmware, int32_t rating, int32_t kept)
{
	g_autofree char *key = rating_key(rating);
	g_autofree char *value = g_strdup_printf("%d %s", kept, firmware);

	journal_set_value(journal, key, value, NULL);
}
