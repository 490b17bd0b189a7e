/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json: see json.h.
 */
#include "ctl/json.h"

#include <stdio.h>

struct Json {
	GString *text;
	gboolean pretty;
	int depth;
	gboolean empty; /* nothing yet at this depth */
};

Json *
json_new(gboolean pretty)
{
	Json *json = g_new(Json, 1);

	*json = (Json){g_string_new(NULL), pretty, 0, TRUE};
	return json;
}

void
json_finish(Json *json)
{
	puts(json->text->str);
	fflush(stdout);
	g_string_free(json->text, TRUE);
	g_free(json);
}

static void
new_line(Json *json)
{
	if (json->pretty)
		g_string_append_printf(json->text, "\n%*s", json->depth * 2, "");
}

static void
put_quoted(Json *json, const char *value)
{
	g_autofree char *valid = g_utf8_make_valid(value, -1);

	g_string_append_c(json->text, '"');
	for (const char *at = valid; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_printf(json->text, "\\%c", *at);
		else if (g_ascii_iscntrl(*at))
			g_string_append_printf(json->text, "\\u%04x", (unsigned)*at);
		else
			g_string_append_c(json->text, *at);
	}
	g_string_append_c(json->text, '"');
}

static void
put_key(Json *json, const char *key)
{
	if (!json->empty)
		g_string_append(json->text, json->pretty ? "," : ", ");
	if (json->depth > 0)
		new_line(json);
	json->empty = FALSE;
	if (key == NULL)
		return;
	put_quoted(json, key);
	g_string_append(json->text, ": ");
}

static void
begin(Json *json, const char *key, char bracket)
{
	put_key(json, key);
	g_string_append_c(json->text, bracket);
	json->depth++;
	json->empty = TRUE;
}

static void
end(Json *json, char bracket)
{
	json->depth--;
	if (!json->empty)
		new_line(json);
	g_string_append_c(json->text, bracket);
	json->empty = FALSE;
}

void
json_begin_object(Json *json, const char *key)
{
	begin(json, key, '{');
}

void
json_end_object(Json *json)
{
	end(json, '}');
}

void
json_begin_array(Json *json, const char *key)
{
	begin(json, key, '[');
}

void
json_end_array(Json *json)
{
	end(json, ']');
}

void
json_string(Json *json, const char *key, const char *value)
{
	put_key(json, key);
	if (value == NULL)
		g_string_append(json->text, "null");
	else
		put_quoted(json, value);
}

void
json_number(Json *json, const char *key, int64_t value)
{
	put_key(json, key);
	g_string_append_printf(json->text, "%" G_GINT64_FORMAT, value);
}

void
json_known_number(Json *json, const char *key, int64_t value)
{
	if (value == -1)
		json_string(json, key, NULL);
	else
		json_number(json, key, value);
}

void
json_boolean(Json *json, const char *key, gboolean value)
{
	put_key(json, key);
	g_string_append(json->text, value ? "true" : "false");
}
