/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings: see settings.h.
 */
#include "helper/settings.h"

#include <string.h>

#include "base/error.h"
#include "base/layout.h"

#define MOST_CHARACTERS 1024
#define MOST_NAME_CHARACTERS 127 /* an MTP string holds 254 units; a name of 127 always fits */

typedef char *(*CheckFunc)(GVariant *value); /* NULL, or why not; caller frees */

typedef struct {
	const char *name;
	const char *type;
	const char *fallback; /* GVariant text */
	gboolean changes_sync;
	CheckFunc check;
} Row;

static char *
check_percent(GVariant *value)
{
	if (g_variant_get_uint32(value) <= 95)
		return NULL;
	return g_strdup("it is a percentage from 0 to 95");
}

static gboolean
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if (g_ascii_iscntrl(*text))
			return TRUE;
	return FALSE;
}

static char *
check_text(GVariant *value)
{
	const char *text = g_variant_get_string(value, NULL);

	if (has_control(text))
		return g_strdup("it has control characters");
	if (g_utf8_strlen(text, -1) > MOST_CHARACTERS)
		return g_strdup_printf("it is longer than %d characters", MOST_CHARACTERS);
	return NULL;
}

static char *
check_name(GVariant *value)
{
	if (g_utf8_strlen(g_variant_get_string(value, NULL), -1) > MOST_NAME_CHARACTERS)
		return g_strdup_printf("it is longer than %d characters", MOST_NAME_CHARACTERS);
	return check_text(value);
}

static char *
check_playlist_format(GVariant *value)
{
	static const char *const formats[] = {"auto", "objects", "m3u8", "none", NULL};

	if (g_strv_contains(formats, g_variant_get_string(value, NULL)))
		return NULL;
	return g_strdup("it is one of auto, objects, m3u8, none");
}

static char *
check_lane(GVariant *value)
{
	static const char *const lanes[] = {"auto", "ptp", "libmtp", NULL};

	if (g_strv_contains(lanes, g_variant_get_string(value, NULL)))
		return NULL;
	return g_strdup("it is one of auto, ptp, libmtp");
}

/* In the engine's own words, which names the files by it. */
static char *
check_layout(GVariant *value)
{
	char *why = layout_check(g_variant_get_string(value, NULL));

	return why != NULL ? why : check_text(value);
}

static const Row rows[] = {
	{"PercentSpaceReserved", "u", "uint32 5", TRUE, check_percent},
	{"SyncOnConnect", "b", "true", FALSE, NULL},
	{"FriendlyName", "s", "''", FALSE, check_name},
	{"Layout", "s", "'" LAYOUT_DEFAULT "'", TRUE, check_layout},
	{"Storage", "s", "''", TRUE, check_text},
	{"PlaylistFormat", "s", "'auto'", TRUE, check_playlist_format},
	{"Lane", "s", "'auto'", FALSE, check_lane},
	{"VerifyReadback", "b", "false", FALSE, NULL},
	{"Covers", "b", "true", TRUE, NULL},
};

static const Row *
find_row(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

gboolean
setting_check(const char *name, GVariant *value, GError **error)
{
	const Row *row = find_row(name);

	if (row == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "there is no setting “%s”", name);
		return FALSE;
	}
	if (!g_variant_is_of_type(value, G_VARIANT_TYPE(row->type))) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "%s is of type %s, not %s", name, row->type,
			    g_variant_get_type_string(value));
		return FALSE;
	}
	g_autofree char *why = row->check != NULL ? row->check(value) : NULL;
	if (why == NULL)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT, "%s: %s", name, why);
	return FALSE;
}

gboolean
setting_changes_sync(const char *name)
{
	const Row *row = find_row(name);

	return row != NULL && row->changes_sync;
}

GVariant *
settings_complete(GVariant *chosen)
{
	GVariantDict dict;

	g_variant_dict_init(&dict, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GVariant) value = NULL;
		if (chosen != NULL)
			value = g_variant_lookup_value(chosen, rows[i].name, NULL);
		if (value == NULL || !setting_check(rows[i].name, value, NULL)) {
			g_clear_pointer(&value, g_variant_unref);
			value = g_variant_parse(NULL, rows[i].fallback, NULL, NULL, NULL);
		}
		g_variant_dict_insert_value(&dict, rows[i].name, value);
	}
	return g_variant_dict_end(&dict);
}
