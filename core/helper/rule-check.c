/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule-check: see rule-check.h.
 */
#include "helper/rule-check.h"

#include <string.h>

#include "base/error.h"

#define MOST_HOST_CHARACTERS 64
#define MOST_PLAYLIST_ID_BYTES 4096

gboolean
host_id_check(const char *host_id, GError **error)
{
	gsize n = strspn(host_id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-");

	if (n > 0 && n <= MOST_HOST_CHARACTERS && host_id[n] == '\0')
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
		    "“%.80s” is no host id: 1 to %d of the characters A-Z a-z 0-9 . _ -", host_id,
		    MOST_HOST_CHARACTERS);
	return FALSE;
}

/* NULL, or why not. */
static const char *
check_playlist(int32_t kind, const char *playlist_id)
{
	if (kind != PORTA_RULE_PLAYLIST)
		return playlist_id[0] == '\0' ? NULL : "only a playlist rule has a playlist id";
	if (playlist_id[0] == '\0')
		return "the playlist id is empty";
	if (strlen(playlist_id) > MOST_PLAYLIST_ID_BYTES)
		return "the playlist id is too long";
	return NULL;
}

static const char *
check_options(int32_t kind, GVariant *options)
{
	GVariantIter iter;
	const char *name;
	GVariant *value;
	int32_t fill = 0;

	g_variant_iter_init(&iter, options);
	while (g_variant_iter_next(&iter, "{&sv}", &name, &value)) {
		gboolean known = strcmp(name, "fill") == 0 &&
				 g_variant_is_of_type(value, G_VARIANT_TYPE_INT32);
		if (known)
			fill = g_variant_get_int32(value);
		g_variant_unref(value);
		if (!known)
			return "the only option is “fill”, of type i";
	}
	if (kind != PORTA_RULE_FILL)
		return fill == 0 ? NULL : "only a fill rule has the option “fill”";
	if (fill < PORTA_FILL_SHUFFLE || fill > PORTA_FILL_LEAST_RECENTLY_SYNCED)
		return "a fill rule needs the option “fill”, 1 to 4";
	return NULL;
}

static const char *
check_rule(GVariant *rule)
{
	int32_t kind, priority;
	const char *playlist_id;
	g_autoptr(GVariant) options = NULL;

	g_variant_get(rule, "(i&si@a{sv})", &kind, &playlist_id, &priority, &options);
	if (kind < PORTA_RULE_LIBRARY || kind > PORTA_RULE_DEFAULT)
		return "there is no such kind";
	if (priority < 1)
		return "the priority is below 1";
	const char *why = check_playlist(kind, playlist_id);
	return why != NULL ? why : check_options(kind, options);
}

gboolean
rules_check(GVariant *rules, GError **error)
{
	gsize n = g_variant_n_children(rules);

	if (n > RULES_MOST) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
			    "%" G_GSIZE_FORMAT " rules, %d are the most for a device", n,
			    RULES_MOST);
		return FALSE;
	}
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GVariant) rule = g_variant_get_child_value(rules, i);
		const char *why = check_rule(rule);
		if (why == NULL)
			continue;
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "rule %" G_GSIZE_FORMAT ": %s", i + 1, why);
		return FALSE;
	}
	return TRUE;
}
