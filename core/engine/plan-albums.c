/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-albums: rows 90 to 110 of docs/SYNC-RULES.md: players show a cover only of an album that is an object
 * of its own, with its songs and the picture. So each album whose songs have one in their folder gets
 * such an object beside them: made of what songs are, or will be, there, as playlists are, written only
 * when that or the picture changes (law 9), and touched only where it is ours (law 1).
 */
#include <string.h>

#include "engine/name.h"
#include "engine/plan-state.h"

/* Room for a number, as other names have it. */
#define MAX_NAME (NAME_MAX_UTF16 - 16)

void
wanted_album_free(WantedAlbum *album)
{
	g_free(album->title);
	g_free(album->artist);
	g_free(album->path);
	g_array_unref(album->wants);
	g_free(album);
}

char *
wanted_album_names(const WantedAlbum *album)
{
	return g_strconcat(album->title, "\n", album->artist, NULL);
}

char *
plan_album_digest(const Wishlist *wishlist, const WantedAlbum *album)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GString) line = g_string_new(NULL);

	for (guint i = 0; i < album->wants->len; i++) {
		const Want *want = &g_array_index(wishlist->wants, Want,
						  g_array_index(album->wants, uint32_t, i));
		g_string_printf(line, "%s\n%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n",
				want->path, want->size_bytes, want->modified_ns);
		g_checksum_update(checksum, (const guchar *)line->str, line->len);
	}
	return g_strdup(g_checksum_get_string(checksum));
}

/* which albums there are */

char *
plan_album_key(uint32_t storage, const char *path)
{
	g_autofree char *folded = name_fold(path);

	return g_strdup_printf("%u/%s", storage, folded);
}

/* Beside the song; what the folder is called need not be the album's name. */
static char *
place_of(const Want *want)
{
	g_autofree char *folder = g_path_get_dirname(want->path);
	g_autofree char *name = name_make_legal(want->track.album, MAX_NAME);

	return g_strconcat(folder, "/", name, DEVICE_ALBUM_SUFFIX, NULL);
}

static gint
compare_tracks(gconstpointer a, gconstpointer b, gpointer data)
{
	const PlanState *state = data;
	const Want *first = plan_want(state, *(const uint32_t *)a);
	const Want *second = plan_want(state, *(const uint32_t *)b);

	if (first->track.disc_number != second->track.disc_number)
		return first->track.disc_number < second->track.disc_number ? -1 : 1;
	if (first->track.track_number != second->track.track_number)
		return first->track.track_number < second->track.track_number ? -1 : 1;
	return strcmp(first->path, second->path);
}

/* The album's own artist, else the one that all its songs have. */
static char *
artist_of(const PlanState *state, const WantedAlbum *album)
{
	const char *artist = NULL;

	for (guint i = 0; i < album->wants->len; i++) {
		const Track *track =
			&plan_want(state, g_array_index(album->wants, uint32_t, i))->track;
		if (track->album_artist[0] != '\0')
			return g_strdup(track->album_artist);
		if (artist != NULL && strcmp(artist, track->artist) != 0)
			artist = "";
		else if (artist == NULL)
			artist = track->artist;
	}
	return g_strdup(artist);
}

static PlanAlbum *
add_album(PlanState *state, const Want *want, const char *path)
{
	PlanAlbum *planned = g_new0(PlanAlbum, 1);
	WantedAlbum *album = planned->album = g_new0(WantedAlbum, 1);

	album->path = g_strdup(path);
	album->storage = want->storage;
	album->wants = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_ptr_array_add(state->plan->albums, album);
	g_ptr_array_add(state->albums, planned);
	return planned;
}

/* What others have put there, or changed, makes no album, nor is it a part of one. */
static gboolean
is_somebody_elses(const Decision *decision)
{
	return decision->row == ROW_FOREIGN_SAME || decision->row == ROW_CHANGED_THERE_KEPT;
}

static void
collect_albums(PlanState *state, GHashTable *by_place)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Want *want = plan_want(state, i);
		uint32_t index = i;
		if (!plan_will_be_there(&state->decisions[i]) ||
		    is_somebody_elses(&state->decisions[i]) || want->track.album[0] == '\0' ||
		    want->source == NULL)
			continue;
		g_autofree char *path = place_of(want);
		g_autofree char *key = plan_album_key(want->storage, path);
		PlanAlbum *planned = g_hash_table_lookup(by_place, key);
		if (planned == NULL) {
			planned = add_album(state, want, path);
			g_hash_table_insert(by_place, g_steal_pointer(&key), planned);
		}
		g_array_append_val(planned->album->wants, index);
	}
	for (guint i = 0; i < state->albums->len; i++) {
		WantedAlbum *album = ((PlanAlbum *)state->albums->pdata[i])->album;
		g_array_sort_with_data(album->wants, compare_tracks, state);
		const Want *first = plan_want(state, g_array_index(album->wants, uint32_t, 0));
		album->title = g_strdup(first->track.album);
		album->artist = artist_of(state, album);
		album->rule = first->rule;
		album->priority = first->priority;
	}
}

/* An interrupted session may leave two rows of one place; the one that tells what is there counts. */
static void
match_albums(PlanState *state, GHashTable *by_place)
{
	for (guint i = 0; i < state->match->rows->len; i++) {
		MatchRow *matched = plan_match_row(state, i);
		if (matched->row->kind != JOURNAL_ALBUM || matched->storage < 0)
			continue;
		g_autofree char *key = plan_album_key(matched->storage, matched->row->path);
		PlanAlbum *planned = g_hash_table_lookup(by_place, key);
		if (planned != NULL && (planned->match == NULL || planned->match->object == NULL))
			planned->match = matched;
	}
}

/* what picture it has */

static gboolean
is_in_folder(const char *path, const char *folder)
{
	gsize n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/' && strchr(path + n + 1, '/') == NULL;
}

/* Only a folder with a song that is there now was seen to be there (law 2). A picture that was sent from one
 * that is away is not given up for another. */
static CoverState
find_cover(const PlanState *state, const PlanAlbum *planned, const Cover **out)
{
	const JournalRow *row = planned->match != NULL ? planned->match->row : NULL;
	const Cover *refused = NULL;
	gboolean is_away = FALSE;

	*out = NULL;
	for (guint i = 0; i < planned->album->wants->len; i++) {
		uint32_t index = g_array_index(planned->album->wants, uint32_t, i);
		const Want *want = plan_want(state, index);
		g_autofree char *folder = g_path_get_dirname(want->source);
		const Cover *cover = NULL;
		if (want->state == SOURCE_OK)
			cover = state->options->find_cover(state->options->data, folder, row);
		if (cover == NULL || cover->state == COVER_UNKNOWN) {
			is_away = TRUE;
			if (row != NULL && is_in_folder(row->source, folder))
				return COVER_UNKNOWN;
		} else if (cover->state == COVER_FOUND && *out == NULL) {
			*out = cover;
		} else if (cover->state != COVER_NONE && refused == NULL) {
			refused = cover;
		}
	}
	if (*out != NULL)
		return COVER_FOUND;
	if (refused != NULL)
		return refused->state;
	return is_away ? COVER_UNKNOWN : COVER_NONE;
}

/* what is done */

static PlanRow
answer_new(const PlanState *state, PlanAlbum *planned, CoverState found, const Cover *cover,
	   PlanRow row)
{
	WantedAlbum *album = planned->album;

	if (found == COVER_TOO_LARGE)
		return ROW_COVER_TOO_LARGE;
	if (found == COVER_UNREADABLE)
		return ROW_COVER_UNREADABLE;
	if (found != COVER_FOUND)
		return 0;
	if (!inventory_is_complete(state->inventory, album->storage, album->path))
		return ROW_ALBUM_FOLDER_UNKNOWN;
	const InventoryObject *there =
		inventory_find(state->inventory, album->storage, album->path);
	if (there != NULL && (planned->match == NULL || there != planned->match->object))
		return ROW_ALBUM_FOREIGN;
	if (state->options->refuses_covers)
		return 0;
	album->cover = cover;
	return row;
}

static PlanRow
answer_ours(const PlanState *state, PlanAlbum *planned, CoverState found, const Cover *cover)
{
	const JournalRow *row = planned->match->row;
	WantedAlbum *album = planned->album;
	g_autofree char *digest = plan_album_digest(state->wishlist, album);
	g_autofree char *names = wanted_album_names(album);
	gboolean is_renamed = strcmp(names, row->uri) != 0;

	if (found == COVER_NONE) {
		planned->before = ROW_COVER_GONE;
		return 0;
	}
	if (found == COVER_FOUND && (is_renamed || !cover_is_in(cover, row)) &&
	    !state->options->refuses_covers) {
		album->cover = cover;
		return is_renamed ? ROW_ALBUM_RENAMED : ROW_COVER_CHANGED;
	}
	if (strcmp(digest, row->tags) != 0)
		return ROW_ALBUM_SONGS_CHANGED;
	if (found == COVER_UNKNOWN)
		return ROW_COVER_AWAY;
	return found == COVER_FOUND ? ROW_ALBUM_UNCHANGED : ROW_COVER_KEPT;
}

static void
decide_done(const PlanState *state, PlanAlbum *planned, CoverState found, const Cover *cover)
{
	const MatchRow *matched = planned->match;

	if (matched->is_ours) {
		planned->row = answer_ours(state, planned, found, cover);
	} else if (matched->is_usurped || match_was_reset(state->match, matched)) {
		planned->before = ROW_NOTE_DROPPED;
		planned->row = answer_new(state, planned, found, cover, ROW_ALBUM_RESET);
	} else {
		planned->before = ROW_ALBUM_DELETED;
		planned->row = ROW_ALBUM_DELETED_BEFORE;
	}
}

static void
decide(const PlanState *state, PlanAlbum *planned)
{
	const MatchRow *matched = planned->match;
	const Cover *cover;
	CoverState found = find_cover(state, planned, &cover);

	if (matched == NULL) {
		planned->row = answer_new(state, planned, found, cover, ROW_ALBUM_NEW);
	} else if (!matched->is_complete) {
		planned->row = ROW_ALBUM_FOLDER_UNKNOWN;
	} else if (matched->row->state == JOURNAL_SKIPPED) {
		planned->row = ROW_ALBUM_DELETED_BEFORE;
	} else if (matched->row->state == JOURNAL_DONE) {
		decide_done(state, planned, found, cover);
	} else {
		planned->before = matched->object != NULL ? ROW_ALBUM_INTERRUPTED
							  : ROW_ALBUM_INTERRUPTED_NOTHING;
		planned->row = answer_new(state, planned, found, cover, ROW_ALBUM_INTERRUPTED_GONE);
	}
}

void
plan_decide_albums(PlanState *state)
{
	g_autoptr(GHashTable)
		by_place = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	state->albums = g_ptr_array_new_with_free_func(g_free);
	if (state->options->find_cover == NULL)
		return;
	collect_albums(state, by_place);
	match_albums(state, by_place);
	for (guint i = 0; i < state->albums->len; i++)
		decide(state, state->albums->pdata[i]);
}
