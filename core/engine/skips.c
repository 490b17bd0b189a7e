/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * skips: see skips.h.
 */
#include "engine/skips.h"

#include "engine/disk-watch.h"
#include "engine/fingerprint.h"

#define MAX_ASKED 16 /* files of one size that are read for each that may have moved */

typedef struct {
	const Wishlist *wishlist;
	GHashTable *wants; /* source as it is told -> Want */
	GHashTable *named; /* set: sources that the list names, or that were found for one */
	GCancellable *cancellable;
} Finder;

static char *
told_source(const Want *want)
{
	return g_utf8_make_valid(want_source(want), -1);
}

static GHashTable *
collect_wants(const Wishlist *wishlist)
{
	GHashTable *wants = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < wishlist->wants->len; i++) {
		Want *want = &g_array_index(wishlist->wants, Want, i);
		g_hash_table_insert(wants, told_source(want), want);
	}
	return wants;
}

static GHashTable *
collect_sources(GVariant *list)
{
	GHashTable *sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GVariantIter iter;
	char *source;

	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(sxts)", &source, NULL, NULL, NULL))
		g_hash_table_add(sources, source);
	return sources;
}

static gboolean
is_candidate(Finder *finder, const Want *want, guint64 size_bytes)
{
	if (want->state != SOURCE_OK || want->size_bytes != size_bytes)
		return FALSE;
	g_autofree char *source = told_source(want);
	return !g_hash_table_contains(finder->named, source);
}

static char *
look_into(const char *source)
{
	disk_watch_begin(source);
	char *print = fingerprint_read(source);
	disk_watch_end();
	return print;
}

/* Where the file of this sound is now; NULL: nowhere that we know. */
static const Want *
find_moved(Finder *finder, const char *source, guint64 size_bytes, const char *print)
{
	guint n_asked = 0;

	if (print[0] == '\0' || g_file_test(source, G_FILE_TEST_EXISTS))
		return NULL;
	for (guint i = 0; i < finder->wishlist->wants->len && n_asked < MAX_ASKED; i++) {
		const Want *want = &g_array_index(finder->wishlist->wants, Want, i);
		if (!is_candidate(finder, want, size_bytes))
			continue;
		if (g_cancellable_is_cancelled(finder->cancellable))
			return NULL;
		n_asked++;
		g_autofree char *found = look_into(want->source);
		if (fingerprint_compare(found, print) != FINGERPRINT_DIFFERENT)
			return want;
	}
	return NULL;
}

/* One of the list, as it is known now. Floating. */
static GVariant *
find(Finder *finder, const char *source, gint64 since_unix, guint64 size_bytes, const char *print)
{
	const Want *want = g_hash_table_lookup(finder->wants, source);
	g_autofree char *moved = NULL;
	g_autofree char *read = NULL;

	if (want == NULL || want->is_gone) {
		const Want *found = find_moved(finder, source, size_bytes, print);
		moved = found != NULL ? told_source(found) : NULL;
		want = found != NULL ? found : want;
	}
	if (moved != NULL)
		g_hash_table_add(finder->named, g_strdup(moved));
	if (want != NULL && want->state == SOURCE_OK &&
	    (print[0] == '\0' || want->size_bytes != size_bytes)) {
		read = look_into(want->source);
		print = read != NULL ? read : "";
		size_bytes = want->size_bytes;
	}
	return g_variant_new("(sxts)", moved != NULL ? moved : source, since_unix, size_bytes,
			     print);
}

static GVariant *
find_all(Finder *finder, GVariant *list)
{
	GVariantBuilder known;
	GVariantIter iter;
	const char *source, *print;
	gint64 since_unix;
	guint64 size_bytes;

	g_variant_builder_init(&known, G_VARIANT_TYPE(SKIPS_TYPE));
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(&sxt&s)", &source, &since_unix, &size_bytes, &print))
		g_variant_builder_add_value(&known,
					    find(finder, source, since_unix, size_bytes, print));
	return g_variant_ref_sink(g_variant_builder_end(&known));
}

Skips *
skips_new(GVariant *list, const Wishlist *wishlist, GCancellable *cancellable)
{
	Skips *skips = g_new0(Skips, 1);

	if (list != NULL && g_variant_n_children(list) > 0) {
		g_autoptr(GHashTable) wants = collect_wants(wishlist);
		g_autoptr(GHashTable) named = collect_sources(list);
		Finder finder = {wishlist, wants, named, cancellable};
		skips->known = find_all(&finder, list);
	} else {
		skips->known = g_variant_ref_sink(g_variant_new(SKIPS_TYPE, NULL));
	}
	skips->sources = collect_sources(skips->known);
	return skips;
}

void
skips_free(Skips *skips)
{
	if (skips == NULL)
		return;
	g_hash_table_unref(skips->sources);
	g_variant_unref(skips->known);
	g_free(skips);
}
