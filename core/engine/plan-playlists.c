/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-playlists: rows 70 to 86 of docs/SYNC-RULES.md: playlists on the device. They hold the songs
 * that are, or will be, there; are written when that changes and else not touched (law 9); and
 * like songs are only ever replaced or removed where they are ours (law 1).
 */
#include <string.h>

#include "engine/name.h"
#include "engine/plan-state.h"

gboolean
plan_will_be_there(const Decision *decision)
{
	switch (decision->kind) {
	case STEP_KEEP:
	case STEP_COPY:
	case STEP_REPLACE:
	case STEP_RENAME:
	case STEP_RETAG:
	case STEP_RATE:
	case STEP_CHECK: return TRUE;
	default: return FALSE;
	}
}

/* A file names songs by paths below its own storage; an object names them wherever the device lets it.
 * Returns how many songs are there and can not be named. */
static guint
collect_songs(const PlanState *state, WantedPlaylist *playlist)
{
	gboolean can_reach = playlist->is_object && state->options->can_reach;
	guint n_far = 0;

	g_array_set_size(playlist->on_device, 0);
	for (guint i = 0; i < playlist->wants->len; i++) {
		uint32_t index = g_array_index(playlist->wants, uint32_t, i);
		if (!plan_will_be_there(&state->decisions[index]))
			continue;
		if (can_reach || plan_want(state, index)->storage == playlist->storage)
			g_array_append_val(playlist->on_device, index);
		else
			n_far++;
	}
	return n_far;
}

/* The storage that has the most of its songs; of equals the one that is written to. */
static uint32_t
find_home(const PlanState *state, const WantedPlaylist *playlist)
{
	const GArray *storages = state->inventory->storages;
	g_autofree guint *n_songs = g_new0(guint, storages->len + 1);
	uint32_t home = state->options->storage;

	for (guint i = 0; i < playlist->wants->len; i++) {
		uint32_t index = g_array_index(playlist->wants, uint32_t, i);
		if (plan_will_be_there(&state->decisions[index]))
			n_songs[plan_want(state, index)->storage]++;
	}
	for (guint i = 0; i < storages->len; i++)
		if (g_array_index(storages, DeviceStorage, i).writable &&
		    n_songs[i] > n_songs[home])
			home = i;
	return home;
}

char *
plan_playlist_digest(const Wishlist *wishlist, const WantedPlaylist *playlist)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GString) line = g_string_new(NULL);

	for (guint i = 0; i < playlist->on_device->len; i++) {
		guint index = g_array_index(playlist->on_device, uint32_t, i);
		const Want *want = &g_array_index(wishlist->wants, Want, index);
		g_string_printf(line, "%s\n%s\n%s\n%u\n", want->path, want->track.artist,
				want->track.title, want->track.duration_ms);
		if (playlist->is_object)
			g_string_append_printf(line, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n",
					       want->size_bytes, want->modified_ns);
		g_checksum_update(checksum, (const guchar *)line->str, line->len);
	}
	return g_strdup(g_checksum_get_string(checksum));
}

static gboolean
has_changed(const PlanState *state, const WantedPlaylist *playlist, const JournalRow *row)
{
	const PlanOptions *options = state->options;
	g_autofree char *digest = options->playlist_digest != NULL
					  ? options->playlist_digest(options->data, playlist)
					  : plan_playlist_digest(state->wishlist, playlist);

	return g_strcmp0(digest, row->tags) != 0;
}

Step *
plan_add_matched_step(PlanState *state, PlanRow row, const MatchRow *matched, const char *path)
{
	Step *step = plan_add_step(state, row);

	step->path = path;
	if (matched == NULL)
		return step;
	step->journal = matched->row;
	step->object = matched->object;
	if (matched->storage >= 0)
		step->storage = matched->storage;
	return step;
}

static Step *
add_step(PlanState *state, PlanRow row, int playlist, const MatchRow *matched, const char *path)
{
	Step *step = plan_add_matched_step(state, row, matched, path);

	step->playlist = playlist;
	if (step->object != NULL)
		step->size_bytes = step->object->size_bytes;
	return step;
}

static char *
full_path(const PlanState *state, const WantedPlaylist *playlist)
{
	return g_strconcat(playlist->path, state->options->playlist_suffix, NULL);
}

/* Where the playlist is written: its name, with a number if something that stays is there. */
static const char *
settle_path(PlanState *state, WantedPlaylist *playlist, const MatchRow *matched, uint32_t storage)
{
	g_autofree char *path = full_path(state, playlist);
	InventoryObject *there = inventory_find(state->inventory, storage, path);
	gboolean has_suffix = state->options->playlist_suffix[0] != '\0';

	if (there != NULL && (matched == NULL || there != matched->object)) {
		char *free_path = plan_free_path(state, path, has_suffix);
		g_free(path);
		path = free_path;
		g_free(playlist->path);
		playlist->path =
			g_strndup(path, strlen(path) - strlen(state->options->playlist_suffix));
	}
	return plan_keep_string(state, g_steal_pointer(&path));
}

static void
add_write(PlanState *state, PlanRow row, int index, const MatchRow *matched)
{
	WantedPlaylist *playlist = state->wishlist->playlists->pdata[index];
	uint32_t storage = matched != NULL && matched->storage >= 0 ? (uint32_t)matched->storage
								    : playlist->storage;

	if (!inventory_is_complete(state->inventory, storage, playlist->path)) {
		add_step(state, ROW_PLAYLIST_FOLDER_UNKNOWN, index, matched, playlist->path);
		return;
	}
	const char *path = settle_path(state, playlist, matched, storage);
	Step *step = add_step(state, row, index, matched, path);
	step->storage = storage;
	if (matched != NULL && matched->object != NULL && strcmp(matched->row->path, path) != 0)
		step->old_path = plan_keep_string(state, g_strdup(matched->row->path));
}

/* A file can not become a playlist object, nor the other way round. */
static gboolean
is_other_form(const PlanState *state, const JournalRow *row, const char *path)
{
	gboolean was_file = g_str_has_suffix(row->path, ".m3u8");

	return strcmp(row->path, path) != 0 &&
	       was_file != (state->options->playlist_suffix[0] != '\0');
}

static void
add_ours(PlanState *state, int index, const MatchRow *matched)
{
	const WantedPlaylist *playlist = state->wishlist->playlists->pdata[index];
	g_autofree char *path = full_path(state, playlist);
	const char *now = matched->row->path;

	if (is_other_form(state, matched->row, path)) {
		add_step(state, ROW_PLAYLIST_OTHER_FORM, -1, matched, now);
		add_write(state, ROW_PLAYLIST_NEW, index, NULL);
	} else if (strcmp(now, path) != 0) {
		add_write(state, ROW_PLAYLIST_RENAMED, index, matched);
	} else if (has_changed(state, playlist, matched->row)) {
		add_write(state, ROW_PLAYLIST_CHANGED, index, matched);
	} else {
		add_step(state, ROW_PLAYLIST_UNCHANGED, index, matched, now);
	}
}

/* Gone by nobody's choice: its row is forgotten before anything is sent (plan_add_playlist_removals). */
static gboolean
is_lost(const PlanState *state, const MatchRow *matched)
{
	return matched->row->state == JOURNAL_DONE && matched->is_complete &&
	       matched->object == NULL &&
	       (matched->is_usurped || match_was_reset(state->match, matched));
}

static void
add_done(PlanState *state, int index, const MatchRow *matched)
{
	const char *now = matched->row->path;

	if (!matched->is_complete) {
		add_step(state, ROW_PLAYLIST_FOLDER_UNKNOWN, index, matched, now);
	} else if (matched->is_ours) {
		add_ours(state, index, matched);
	} else if (matched->object != NULL) {
		add_step(state, ROW_PLAYLIST_CHANGED_THERE, -1, matched, now);
		add_step(state, ROW_PLAYLIST_CHANGED_THERE_KEPT, index, matched, now);
	} else if (is_lost(state, matched)) {
		add_write(state, ROW_PLAYLIST_RESET, index, NULL);
	} else {
		add_step(state, ROW_PLAYLIST_DELETED, -1, matched, now);
		add_step(state, ROW_PLAYLIST_DELETED_BEFORE, index, matched, now);
	}
}

static void
add_pending(PlanState *state, int index, const MatchRow *matched)
{
	if (!matched->is_complete) {
		add_step(state, ROW_PLAYLIST_FOLDER_UNKNOWN, index, matched, matched->row->path);
	} else if (matched->object == NULL) {
		add_write(state, ROW_PLAYLIST_INTERRUPTED_GONE, index, matched);
	} else {
		/* its row was settled by the look that came before (add_checks) */
		const WantedPlaylist *playlist = state->wishlist->playlists->pdata[index];
		Step *step = add_step(state, ROW_PLAYLIST_INTERRUPTED_GONE, index, NULL, NULL);
		step->path = plan_keep_string(state, full_path(state, playlist));
		step->storage = matched->storage;
	}
}

/* Which of its songs it will name, and where it will be. What stays unnamed is said, so that nobody misses
 * it without knowing why. */
static gboolean
settle_songs(PlanState *state, WantedPlaylist *playlist, const MatchRow *matched)
{
	playlist->is_object = state->options->playlist_suffix[0] == '\0';
	playlist->storage = matched != NULL && matched->storage >= 0 ? (uint32_t)matched->storage
								     : find_home(state, playlist);
	guint n_far = collect_songs(state, playlist);
	gboolean is_elsewhere = matched != NULL && matched->is_ours && matched->is_complete &&
				n_far > 0 && playlist->on_device->len == 0;
	if (is_elsewhere) {
		playlist->storage = find_home(state, playlist);
		n_far = collect_songs(state, playlist);
	}
	if (n_far > 0)
		g_ptr_array_add(state->plan->notes,
				g_strdup_printf("the playlist “%s” lacks %u of its songs: they are "
						"on another storage of the device than it, where "
						"it can not name them",
						playlist->name, n_far));
	return is_elsewhere;
}

static void
add_playlist(PlanState *state, int index)
{
	WantedPlaylist *playlist = state->wishlist->playlists->pdata[index];
	const MatchRow *matched = state->match->of_playlist[index];

	if (settle_songs(state, playlist, matched)) {
		add_step(state, ROW_PLAYLIST_ELSEWHERE, -1, matched, matched->row->path);
		add_write(state, ROW_PLAYLIST_NEW, index, NULL);
		return;
	}
	if (matched == NULL && playlist->on_device->len == 0)
		add_step(state, ROW_PLAYLIST_EMPTY, index, NULL, playlist->path);
	else if (matched == NULL)
		add_write(state, ROW_PLAYLIST_NEW, index, NULL);
	else if (matched->storage < 0)
		add_step(state, ROW_STORAGE_AWAY, index, matched, matched->row->path);
	else if (matched->row->state == JOURNAL_SKIPPED)
		add_step(state, ROW_PLAYLIST_DELETED_BEFORE, index, matched, matched->row->path);
	else if (matched->row->state == JOURNAL_PENDING)
		add_pending(state, index, matched);
	else
		add_done(state, index, matched);
}

void
plan_add_playlists(PlanState *state)
{
	if (state->options->playlist_suffix == NULL)
		return;
	for (guint i = 0; i < state->wishlist->playlists->len; i++)
		add_playlist(state, i);
}

/* unwanted */

static PlanRow
answer(const PlanState *state, const MatchRow *matched)
{
	const Wishlist *wishlist = state->wishlist;
	gboolean is_there = matched->object != NULL || matched->row->state == JOURNAL_DONE;
	gboolean is_known = matched->storage >= 0 && matched->is_complete;
	gboolean forgets = state->options->forgets && matched->playlist < 0;

	if (wishlist->suspicious || (wishlist->rules->len == 0 && !forgets))
		return !is_there ? 0 : wishlist->suspicious ? ROW_LIBRARY_LOST : ROW_NO_RULES;
	if (forgets && matched->row->state == JOURNAL_DONE && (matched->is_ours || !is_known))
		return ROW_PLAYLIST_WITHDRAWN;
	if (!is_known)
		return is_there ? ROW_PLAYLIST_FOLDER_UNKNOWN : 0;
	if (matched->is_ours)
		return ROW_PLAYLIST_UNWANTED;
	if (matched->row->state == JOURNAL_PENDING && matched->object != NULL)
		return ROW_PLAYLIST_INTERRUPTED;
	return ROW_PLAYLIST_UNWANTED_GONE;
}

void
plan_add_playlist_removals(PlanState *state)
{
	gboolean any = state->options->playlist_suffix != NULL;

	for (guint i = 0; i < state->match->rows->len; i++) {
		const MatchRow *matched = plan_match_row(state, i);
		if (matched->row->kind != JOURNAL_PLAYLIST)
			continue;
		PlanRow row = 0;
		if (!any || matched->playlist < 0)
			row = answer(state, matched);
		else if (is_lost(state, matched))
			row = ROW_NOTE_DROPPED;
		if (row != 0)
			add_step(state, row, -1, matched, matched->row->path);
	}
}
