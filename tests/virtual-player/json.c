/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Just enough JSON to answer on the control socket: see json.h. */
#include "json.h"

#include <string.h>

void
json_string(GString *json, const char *text)
{
	g_string_append_c(json, '"');
	for (; *text; text++) {
		guchar c = *text;

		if (c == '"' || c == '\\')
			g_string_append_printf(json, "\\%c", c);
		else if (c < 0x20)
			g_string_append_printf(json, "\\u%04x", c);
		else
			g_string_append_c(json, c);
	}
	g_string_append_c(json, '"');
}

void
json_separate(GString *json)
{
	char last = json->len ? json->str[json->len - 1] : '{';

	if (last != '{' && last != '[' && last != ':')
		g_string_append_c(json, ',');
}

void
json_key(GString *json, const char *key)
{
	json_separate(json);
	json_string(json, key);
	g_string_append_c(json, ':');
}

void
json_add_string(GString *json, const char *key, const char *text)
{
	json_key(json, key);
	json_string(json, text);
}

void
json_add_number(GString *json, const char *key, guint64 number)
{
	json_key(json, key);
	g_string_append_printf(json, "%" G_GUINT64_FORMAT, number);
}

void
json_add_flag(GString *json, const char *key, gboolean value)
{
	json_key(json, key);
	g_string_append(json, value ? "true" : "false");
}
