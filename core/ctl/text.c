/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text: see text.h.
 */
#include "ctl/text.h"

#include <string.h>

static gboolean
is_dangerous(gunichar c)
{
	/* controls, and what turns the direction of what follows */
	return g_unichar_iscntrl(c) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

static char *
escape(const char *text, gboolean keep_newlines)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *safe = g_string_sized_new(strlen(valid));

	for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (!is_dangerous(c) || (keep_newlines && c == '\n'))
			g_string_append_unichar(safe, c);
		else
			g_string_append_printf(safe, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
	}
	return g_string_free(safe, FALSE);
}

char *
text_escape(const char *text)
{
	return escape(text, FALSE);
}

char *
text_escape_lines(const char *text)
{
	return escape(text, TRUE);
}

static int
char_width(gunichar c)
{
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) ? 2 : 1;
}

int
text_width(const char *text)
{
	int columns = 0;

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
		columns += char_width(g_utf8_get_char(at));
	return columns;
}

char *
text_fit(const char *text, int columns)
{
	if (text_width(text) <= columns)
		return g_strdup(text);
	if (columns < 1)
		return g_strdup("");
	int left = columns - 1;
	const char *end = text;
	while (*end != '\0' && char_width(g_utf8_get_char(end)) <= left) {
		left -= char_width(g_utf8_get_char(end));
		end = g_utf8_next_char(end);
	}
	g_autofree char *begin = g_strndup(text, end - text);
	return g_strconcat(begin, "…", NULL);
}

char *
text_fit_left(const char *text, int columns)
{
	int excess = text_width(text) - columns;

	if (excess <= 0)
		return g_strdup(text);
	if (columns < 1)
		return g_strdup("");
	const char *begin = text;
	for (excess++; excess > 0 && *begin != '\0'; begin = g_utf8_next_char(begin))
		excess -= char_width(g_utf8_get_char(begin));
	/* what marks the letter that went goes with it */
	while (*begin != '\0' && char_width(g_utf8_get_char(begin)) == 0)
		begin = g_utf8_next_char(begin);
	return g_strconcat("…", begin, NULL);
}

char *
text_count(int64_t number)
{
	return g_strdup_printf("%'" G_GINT64_FORMAT, number);
}

char *
text_size(int64_t bytes)
{
	return bytes < 0 ? g_strdup("") : g_format_size((guint64)bytes);
}

char *
text_duration(int64_t seconds)
{
	if (seconds < 3600)
		return g_strdup_printf("%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
	return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600,
			       (int)(seconds / 60 % 60), (int)(seconds % 60));
}

char *
text_time(int64_t unix_seconds)
{
	g_autoptr(GDateTime)
		time = unix_seconds <= 0 ? NULL : g_date_time_new_from_unix_local(unix_seconds);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();

	if (time == NULL)
		return g_strdup("never");
	gboolean today = g_date_time_get_year(time) == g_date_time_get_year(now) &&
			 g_date_time_get_day_of_year(time) == g_date_time_get_day_of_year(now);
	return g_date_time_format(time, today ? "today %H:%M" : "%Y-%m-%d %H:%M");
}

char *
text_songs(int64_t number)
{
	g_autofree char *count = text_count(number);

	return g_strdup_printf("%s %s", count, number == 1 ? "song" : "songs");
}
