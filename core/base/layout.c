/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layout: see layout.h. Pure.
 */
#include "base/layout.h"

#include <string.h>

static const char *const fields[LAYOUT_N_FIELDS] = {
	[LAYOUT_ALBUM_ARTIST] = "albumartist",
	[LAYOUT_ARTIST] = "artist",
	[LAYOUT_ALBUM] = "album",
	[LAYOUT_TITLE] = "title",
	[LAYOUT_DISC] = "disc",
	[LAYOUT_TRACK] = "track",
	[LAYOUT_DISC_TRACK] = "disc-track",
	[LAYOUT_YEAR] = "year",
	[LAYOUT_GENRE] = "genre",
	[LAYOUT_FILE] = "file",
};

int
layout_find_field(const char *name, gsize n)
{
	for (int i = 0; i < LAYOUT_N_FIELDS; i++)
		if (strlen(fields[i]) == n && memcmp(fields[i], name, n) == 0)
			return i;
	return -1;
}

/* NULL, or what is wrong with the fields of one part. */
static char *
check_part(const char *part, gboolean is_first, gboolean is_last)
{
	gboolean names_song = FALSE, has_field = FALSE;

	if (part[0] == '\0')
		return g_strdup("it has an empty part: no “//”, and no “/” at its end");
	if (strcmp(part, ".") == 0 || strcmp(part, "..") == 0)
		return g_strdup("it has a part that is “.” or “..”");
	for (const char *p = part; (p = strpbrk(p, "{}")) != NULL;) {
		gsize n = strcspn(p, "}");
		if (p[0] == '}' || p[n] == '\0')
			return g_strdup_printf("“{” and “}” do not match in “%s”", part);
		g_autofree char *field = g_strndup(p + 1, n - 1);
		if (layout_find_field(field, n - 1) < 0)
			return g_strdup_printf("there is no field “{%s}”", field);
		names_song |= strcmp(field, "title") == 0 || strcmp(field, "file") == 0;
		has_field = TRUE;
		p += n + 1;
	}
	if (is_first && has_field)
		return g_strdup(
			"its first folder must have one name for all songs, such as “Music”");
	if (is_last && !names_song)
		return g_strdup("its last part has neither {title} nor {file}, so songs would have "
				"one name");
	return NULL;
}

char *
layout_check(const char *layout)
{
	if (layout[0] == '/')
		return g_strdup("it begins with “/”: paths are below the device's storage");
	if (!g_utf8_validate(layout, -1, NULL))
		return g_strdup("it is not UTF-8");
	if (strlen(layout) > LAYOUT_MAX_BYTES)
		return g_strdup("it is longer than 1024 bytes");
	g_auto(GStrv) parts = g_strsplit(layout, "/", -1);
	guint n = g_strv_length(parts);
	if (n < 2 || n > LAYOUT_MAX_LEVELS)
		return g_strdup_printf(
			"it has %u parts: 2 to %d are possible, such as “Music/{artist} {title}”",
			n, LAYOUT_MAX_LEVELS);
	for (guint i = 0; i < n; i++) {
		char *problem = check_part(parts[i], i == 0, i == n - 1);
		if (problem != NULL)
			return problem;
	}
	return NULL;
}
