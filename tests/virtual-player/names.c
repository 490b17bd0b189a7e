/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which names the device's file system takes, as the profile says: characters, length, one of a
 * name.
 */
#include "names.h"

#include <string.h>

#include "responses.h"

static gboolean
has_illegal_character(const struct profile *profile, const char *name)
{
	return strpbrk(name, profile->illegal_characters) || strchr(name, '/');
}

static gboolean
is_too_long(const struct profile *profile, const char *name)
{
	glong units = 0;
	g_autofree gunichar2 *utf16 = g_utf8_to_utf16(name, -1, NULL, &units, NULL);

	return !utf16 || units > (glong)profile->max_name_units;
}

guint16
name_check(const struct store *store, const struct object *folder, const char *name,
	   const struct object *self)
{
	const struct profile *profile = store->profile;
	const struct object *existing;

	if (!*name || g_str_equal(name, ".") || g_str_equal(name, ".."))
		return RESPONSE_INVALID_DATASET;
	if (has_illegal_character(profile, name) || is_too_long(profile, name))
		return profile->illegal_name_response;
	if (profile->existing_name == EXISTING_DUPLICATED)
		return RESPONSE_OK;
	existing = store_child_named(store, folder, name);
	return existing && existing != self ? RESPONSE_GENERAL_ERROR : RESPONSE_OK;
}
