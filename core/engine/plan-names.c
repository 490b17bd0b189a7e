/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-names: what is known of the device's places, told to name-assign: which song is where, which
 * places are somebody else's (law 1), how the device spells its folders.
 */
#include <string.h>

#include "engine/match.h"
#include "engine/name.h"

static void
add_root(GPtrArray *folders, GHashTable *seen, char *root)
{
	if (g_hash_table_add(seen, name_fold(root)))
		g_ptr_array_add(folders, root);
	else
		g_free(root);
}

char **
plan_folders(const char *layout, GPtrArray *rows)
{
	GPtrArray *folders = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	add_root(folders, seen, name_layout_root(layout));
	add_root(folders, seen, g_strdup(NAME_PLAYLIST_FOLDER));
	for (guint i = 0; i < rows->len; i++) {
		const char *path = ((const JournalRow *)rows->pdata[i])->path;
		const char *slash = strchr(path, '/');
		if (slash != NULL)
			add_root(folders, seen, g_strndup(path, slash - path));
	}
	g_ptr_array_add(folders, NULL);
	return (char **)g_ptr_array_free(folders, FALSE);
}

/* A playlist's name goes without the suffix that its file may have. */
static char *
without_suffix(const char *path)
{
	gsize n = strlen(path);

	return g_strndup(path, g_str_has_suffix(path, ".m3u8") ? n - 5 : n);
}

static GHashTable *
collect_reserved(const Match *match, const Wishlist *wishlist, GPtrArray *strings)
{
	GHashTable *reserved = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < wishlist->wants->len; i++) {
		const MatchRow *matched = match->of_want[i];
		const Want *want = &g_array_index(wishlist->wants, Want, i);
		if (matched != NULL)
			g_hash_table_insert(reserved, want->source, matched->row->path);
	}
	for (guint i = 0; i < wishlist->playlists->len; i++) {
		const MatchRow *matched = match->of_playlist[i];
		if (matched == NULL)
			continue;
		char *name = without_suffix(matched->row->path);
		g_ptr_array_add(strings, name);
		g_hash_table_insert(reserved, matched->row->source, name);
	}
	return reserved;
}

/* Places that no row explains, or explains only as one that is ours no more. */
static gboolean
is_foreign(const Match *match, const InventoryObject *object)
{
	const MatchRow *matched = g_hash_table_lookup(match->by_object, object);

	return matched == NULL || !(matched->is_ours || matched->row->state == JOURNAL_PENDING);
}

void
plan_prepare_names(Wishlist *wishlist, Inventory *inventory, GPtrArray *rows, const char *layout,
		   uint32_t storage)
{
	g_autoptr(Match) match = match_build(wishlist, inventory, rows);
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) reserved = collect_reserved(match, wishlist, strings);
	g_autoptr(GHashTable) foreign = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) folders = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	NamePlaces places = {reserved, foreign, folders, NULL};

	if (inventory->wants_unique_names)
		places.foreign_names = names;
	for (guint i = 0; i < inventory->objects->len; i++) {
		InventoryObject *object = inventory->objects->pdata[i];
		if (places.foreign_names != NULL && !object->is_folder && is_foreign(match, object))
			g_hash_table_add(names, (char *)name_in(object->folded));
		if (object->storage != storage)
			continue;
		if (object->is_folder)
			g_hash_table_insert(folders, object->folded, object->path);
		else if (is_foreign(match, object))
			g_hash_table_insert(foreign, object->folded, &object->size_bytes);
	}
	name_assign_among(wishlist, layout, &places);
}
