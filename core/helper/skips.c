/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * skips: see skips.h.
 */
#include "helper/skips.h"

#include <string.h>

#include "base/error.h"
#include "base/values.h"
#include "wire/library.h"

static gboolean
refuse(GError **error, int32_t code, const char *source, const char *why)
{
	g_set_error(error, PORTA_ERROR, code, "%s: %s", source, why);
	return FALSE;
}

/* The source as an engine tells it, or NULL with error. */
static char *
check_source(const char *source, GError **error)
{
	g_autofree char *scheme = g_uri_parse_scheme(source);
	g_autofree char *path = source_path_from_uri(source);

	if (strlen(source) > LIBRARY_MAX_STRING)
		refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "source", "it is too long");
	else if (path != NULL)
		return g_utf8_make_valid(path, -1);
	else if (source[0] != '/' && scheme == NULL)
		refuse(error, PORTA_ERROR_INVALID_ARGUMENT, source,
		       "neither a path from / on nor a URI");
	else
		return g_strdup(source);
	return NULL;
}

GVariant *
skips_change(GVariant *before, const char *source, gboolean skip, GError **error)
{
	g_autofree char *wanted = check_source(source, error);
	gsize n = before != NULL ? g_variant_n_children(before) : 0;
	gboolean is_there = FALSE;
	GVariantBuilder list;

	if (wanted == NULL)
		return NULL;
	g_variant_builder_init(&list, G_VARIANT_TYPE(SKIPS_TYPE));
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GVariant) one = g_variant_get_child_value(before, i);
		const char *listed;
		g_variant_get(one, "(&sxt&s)", &listed, NULL, NULL, NULL);
		gboolean is_it = strcmp(listed, wanted) == 0;
		is_there |= is_it;
		if (skip || !is_it)
			g_variant_builder_add_value(&list, one);
	}
	if (skip && !is_there)
		g_variant_builder_add(&list, "(sxts)", wanted,
				      (gint64)(g_get_real_time() / G_USEC_PER_SEC), (guint64)0, "");
	g_autoptr(GVariant) after = g_variant_ref_sink(g_variant_builder_end(&list));
	if (!skip && !is_there)
		refuse(error, PORTA_ERROR_NOT_FOUND, source, "it is not skipped on this device");
	else if (g_variant_n_children(after) > MAX(SKIPS_MOST, n))
		refuse(error, PORTA_ERROR_LIMIT_EXCEEDED, source,
		       "so many are skipped on this device already that no more can be: choose "
		       "other songs for it instead");
	else
		return g_steal_pointer(&after);
	return NULL;
}

void
skips_keep(DeviceStore *store, GVariant *skips)
{
	gsize n = g_variant_n_children(skips);

	if (n <= SKIPS_MOST)
		device_store_set(store, STORE_SKIPS, n > 0 ? skips : NULL);
}

guint
skips_count(DeviceStore *store)
{
	g_autoptr(GVariant) skips = device_store_get(store, STORE_SKIPS);

	return skips != NULL ? g_variant_n_children(skips) : 0;
}

GVariant *
skips_tell(DeviceStore *store)
{
	g_autoptr(GVariant) skips = device_store_get(store, STORE_SKIPS);
	gsize n = skips != NULL ? g_variant_n_children(skips) : 0;
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a(sx)"));
	for (gsize i = 0; i < n; i++) {
		const char *source;
		gint64 since_unix;
		g_variant_get_child(skips, i, "(&sxt&s)", &source, &since_unix, NULL, NULL);
		g_variant_builder_add(&list, "(sx)", source, since_unix);
	}
	return g_variant_builder_end(&list);
}
