/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * match: see match.h. Law 1 is decided here: an object is ours if the journal says that we have put
 * it there, at this place, under this name, with this size; and if no other row says so too.
 */
#include "engine/match.h"

#include <string.h>

/* Files of one size that are looked at, and compared, for each that may have moved. */
#define MAX_LOOKED_AT 1024u
#define MAX_ASKED 16

/* The size of an object of references is the device's own business and changes with its songs. */
static gboolean
has_size_of(const InventoryObject *object, const JournalRow *row)
{
	return object->is_playlist || object->is_album || object->size_bytes == row->size_bytes;
}

static gboolean
may_be(const InventoryObject *object, const JournalRow *row)
{
	return !object->is_folder && object->is_album == (row->kind == JOURNAL_ALBUM);
}

static void
match_object(MatchRow *matched, Inventory *inventory)
{
	JournalRow *row = matched->row;

	matched->storage = inventory_find_storage(inventory, row->storage);
	matched->want = matched->playlist = matched->extra_of = -1;
	if (matched->storage < 0)
		return;
	matched->object = inventory_find(inventory, matched->storage, row->path);
	matched->is_complete = inventory_is_complete(inventory, matched->storage, row->path);
	if (matched->object != NULL && !may_be(matched->object, row)) {
		matched->object = NULL;
		matched->is_usurped = TRUE;
	}
	matched->is_ours = row->state == JOURNAL_DONE && matched->object != NULL &&
			   has_size_of(matched->object, row);
}

/* How well a row explains the object at its place. */
static int
rank_for_object(const MatchRow *matched)
{
	if (matched->is_ours)
		return 2;
	return matched->row->state == JOURNAL_PENDING ? 1 : 0;
}

/* One object, one row: the others see nothing at their place. */
static void
take_object(Match *match, MatchRow *matched)
{
	if (matched->object == NULL)
		return;
	MatchRow *other = g_hash_table_lookup(match->by_object, matched->object);
	MatchRow *loser = other;
	if (other != NULL && rank_for_object(other) >= rank_for_object(matched))
		loser = matched;
	else
		g_hash_table_insert(match->by_object, matched->object, matched);
	if (loser != NULL) {
		loser->object = NULL;
		loser->is_ours = FALSE;
		loser->is_usurped = TRUE;
	}
}

static gboolean
is_stale(const JournalRow *row, const Want *want)
{
	return want->state == SOURCE_OK && (row->source_size != want->size_bytes ||
					    row->source_modified_ns != want->modified_ns);
}

/* Which of several rows of one source tells what is on the device: an interrupted replacement or
 * renaming leaves two. */
static int
rank_for_want(const MatchRow *matched, const Want *want)
{
	switch (matched->row->state) {
	case JOURNAL_PENDING: return matched->object != NULL ? 5 : 0;
	case JOURNAL_SKIPPED: return 2;
	default: break;
	}
	if (matched->is_ours)
		return is_stale(matched->row, want) ? 4 : 6;
	return matched->object != NULL ? 3 : 1;
}

static void
match_songs(Match *match, const Wishlist *wishlist)
{
	g_autoptr(GHashTable) wants = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < wishlist->wants->len; i++) {
		const Want *want = &g_array_index(wishlist->wants, Want, i);
		if (want->source != NULL && !want->is_gone)
			g_hash_table_insert(wants, want->source, GUINT_TO_POINTER(i + 1));
	}
	for (guint i = 0; i < match->rows->len; i++) {
		MatchRow *matched = &g_array_index(match->rows, MatchRow, i);
		gpointer found = g_hash_table_lookup(wants, matched->row->source);
		if (matched->row->kind != JOURNAL_SONG || found == NULL)
			continue;
		guint index = GPOINTER_TO_UINT(found) - 1;
		const Want *want = &g_array_index(wishlist->wants, Want, index);
		MatchRow *other = match->of_want[index];
		MatchRow *loser = other;
		if (other != NULL && rank_for_want(other, want) >= rank_for_want(matched, want)) {
			loser = matched;
		} else {
			match->of_want[index] = matched;
			matched->want = index;
		}
		if (loser != NULL) {
			loser->want = -1;
			loser->extra_of = index;
		}
	}
}

static void
match_playlists(Match *match, const Wishlist *wishlist)
{
	g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < match->rows->len; i++) {
		MatchRow *matched = &g_array_index(match->rows, MatchRow, i);
		if (matched->row->kind != JOURNAL_PLAYLIST)
			continue;
		MatchRow *other = g_hash_table_lookup(rows, matched->row->source);
		if (other == NULL || (!other->is_ours && matched->is_ours))
			g_hash_table_insert(rows, matched->row->source, matched);
	}
	for (guint i = 0; i < wishlist->playlists->len; i++) {
		const WantedPlaylist *playlist = wishlist->playlists->pdata[i];
		g_autofree char *source = g_strconcat(playlist->host_id, "\n", playlist->id, NULL);
		match->of_playlist[i] = g_hash_table_lookup(rows, source);
		if (match->of_playlist[i] != NULL)
			match->of_playlist[i]->playlist = i;
	}
}

/* What of ours one storage, or all together, still show. */
typedef struct {
	guint n_songs; /* that were done */
	gboolean is_any_there, has_mark;
} Remains;

static void
add_remains(Remains *remains, const MatchRow *matched)
{
	remains->n_songs += matched->row->kind == JOURNAL_SONG &&
			    matched->row->state == JOURNAL_DONE;
	remains->is_any_there |= matched->storage < 0 || matched->object != NULL;
	remains->has_mark |= matched->row->kind == JOURNAL_MANIFEST;
}

static gboolean
is_emptied(const Remains *remains)
{
	return remains->n_songs > 0 && remains->has_mark && !remains->is_any_there;
}

/* Everything that we ever put there is gone, and the mark that we left there is gone too: nobody
 * deletes songs like that, but a device that is reset does, or a card that is formatted. */
static void
find_resets(Match *match, Inventory *inventory)
{
	guint n = inventory->storages->len;
	g_autofree Remains *remains = g_new0(Remains, n + 1);
	Remains all = {0};

	match->was_reset = g_new0(gboolean, n + 1);
	if (g_hash_table_size(inventory->incomplete) > 0)
		return;
	for (guint i = 0; i < match->rows->len; i++) {
		const MatchRow *matched = &g_array_index(match->rows, MatchRow, i);
		add_remains(&all, matched);
		if (matched->storage >= 0)
			add_remains(&remains[matched->storage], matched);
	}
	for (guint i = 0; i < n; i++)
		match->was_reset[i] = is_emptied(&remains[i]) || is_emptied(&all);
}

gboolean
match_was_reset(const Match *match, const MatchRow *matched)
{
	return matched->storage >= 0 && match->was_reset[matched->storage];
}

Match *
match_build(const Wishlist *wishlist, Inventory *inventory, GPtrArray *rows)
{
	Match *match = g_new0(Match, 1);

	match->rows = g_array_sized_new(FALSE, TRUE, sizeof(MatchRow), rows->len);
	g_array_set_size(match->rows, rows->len);
	match->of_want = g_new0(MatchRow *, wishlist->wants->len + 1);
	match->of_playlist = g_new0(MatchRow *, wishlist->playlists->len + 1);
	match->by_object = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < rows->len; i++) {
		MatchRow *matched = &g_array_index(match->rows, MatchRow, i);
		matched->row = rows->pdata[i];
		match_object(matched, inventory);
		take_object(match, matched);
		match->n_done += matched->row->kind == JOURNAL_SONG &&
				 matched->row->state == JOURNAL_DONE;
	}
	match_songs(match, wishlist);
	match_playlists(match, wishlist);
	find_resets(match, inventory);
	return match;
}

void
match_free(Match *match)
{
	if (match == NULL)
		return;
	g_array_unref(match->rows);
	g_free(match->of_want);
	g_free(match->of_playlist);
	g_free(match->was_reset);
	g_hash_table_unref(match->by_object);
	g_free(match);
}

/* moved files */

/* Sources that several rows have, as an interrupted replacement or renaming leaves them. */
static GHashTable *
collect_split(const Match *match)
{
	GHashTable *split = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < match->rows->len; i++) {
		char *source = g_array_index(match->rows, MatchRow, i).row->source;

		if (!g_hash_table_add(seen, source))
			g_hash_table_add(split, source);
	}
	return split;
}

/* What its owner has deleted there since is followed too: it must not come back under another name. What may be
 * gone by our own doing, since another row tells of its song, is not. */
static gboolean
is_orphan(const MatchRow *matched, GHashTable *split)
{
	const JournalRow *row = matched->row;

	if (row->kind != JOURNAL_SONG || matched->want >= 0 || matched->extra_of >= 0)
		return FALSE;
	if (row->state == JOURNAL_SKIPPED)
		return TRUE;
	return row->state == JOURNAL_DONE && matched->is_complete && !matched->is_usurped &&
	       (matched->is_ours || !g_hash_table_contains(split, row->source));
}

/* source size -> GPtrArray of orphans */
static GHashTable *
collect_orphans(const Match *match)
{
	GHashTable *orphans = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
						    (GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GHashTable) split = collect_split(match);

	for (guint i = 0; i < match->rows->len; i++) {
		MatchRow *matched = &g_array_index(match->rows, MatchRow, i);
		if (!is_orphan(matched, split))
			continue;
		GPtrArray *alike = g_hash_table_lookup(orphans, &matched->row->source_size);
		if (alike == NULL) {
			alike = g_ptr_array_new();
			g_hash_table_insert(orphans, &matched->row->source_size, alike);
		}
		g_ptr_array_add(alike, matched);
	}
	return orphans;
}

#define MOST_LIKE 7

/* A file that is moved keeps its date, mostly its name. Of two that are alike the one that is on the device
 * comes first. */
static int
likeness(const MatchRow *orphan, const Want *want)
{
	const char *name_a = strrchr(orphan->row->source, '/');
	const char *name_b = strrchr(want->source, '/');
	gboolean same_name = name_a != NULL && name_b != NULL && strcmp(name_a, name_b) == 0;

	return 4 * (orphan->row->source_modified_ns == want->modified_ns) + 2 * same_name +
	       orphan->is_ours;
}

static MatchRow *
ask_for_moved(GPtrArray *alike, const Want *want, const PlanOptions *options)
{
	guint n = MIN(alike->len, MAX_LOOKED_AT);
	int asked = 0;

	for (int level = MOST_LIKE; level >= 0; level--) {
		for (guint i = 0; i < n; i++) {
			MatchRow *orphan = alike->pdata[i];
			if (likeness(orphan, want) != level)
				continue;
			if (asked++ >= MAX_ASKED)
				return NULL;
			orphan->moved = options->same_song(options->data, want, orphan->row);
			if (orphan->moved != 0)
				return orphan;
		}
	}
	return NULL;
}

static gboolean
may_have_moved(const Match *match, guint index, const Want *want, Inventory *inventory,
	       uint32_t storage)
{
	if (match->of_want[index] != NULL || want->state != SOURCE_OK)
		return FALSE;
	/* somebody else's copy of it serves as well */
	const InventoryObject *there = inventory_find(inventory, storage, want->path);
	return there == NULL || there->size_bytes != want->size_bytes ||
	       g_hash_table_contains(match->by_object, there);
}

void
match_find_moved(Match *match, const Wishlist *wishlist, Inventory *inventory,
		 const PlanOptions *options)
{
	if (options->same_song == NULL)
		return;
	g_autoptr(GHashTable) orphans = collect_orphans(match);
	if (g_hash_table_size(orphans) == 0)
		return;
	for (guint i = 0; i < wishlist->wants->len; i++) {
		const Want *want = &g_array_index(wishlist->wants, Want, i);
		GPtrArray *alike = want->state == SOURCE_OK
					   ? g_hash_table_lookup(orphans, &want->size_bytes)
					   : NULL;
		if (alike == NULL || !may_have_moved(match, i, want, inventory, options->storage))
			continue;
		MatchRow *orphan = ask_for_moved(alike, want, options);
		if (orphan == NULL)
			continue;
		orphan->want = i;
		match->of_want[i] = orphan;
		g_ptr_array_remove_fast(alike, orphan);
	}
}
