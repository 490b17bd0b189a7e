/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-album-steps: rows 100 to 113 of docs/SYNC-RULES.md: albums that nobody wants any more, those that
 * find no room; and what was decided of the others, as steps.
 */
#include "engine/budget.h"
#include "engine/plan-state.h"

/* albums that are none any more */

/* Folders where songs of ours stay that nobody wants: what they were, they are. */
static GHashTable *
collect_staying(const PlanState *state)
{
	GHashTable *folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < state->match->rows->len; i++) {
		const MatchRow *matched = plan_match_row(state, i);
		if (matched->row->kind != JOURNAL_SONG || matched->want >= 0 ||
		    matched->storage < 0 || matched->object == NULL ||
		    plan_row_kind(state->unwanted[i]) != STEP_KEEP)
			continue;
		g_autofree char *folder = g_path_get_dirname(matched->row->path);
		g_hash_table_add(folders, plan_album_key(matched->storage, folder));
	}
	return folders;
}

static gboolean
is_staying(GHashTable *staying, const MatchRow *matched)
{
	g_autofree char *folder = g_path_get_dirname(matched->row->path);
	g_autofree char *key = plan_album_key(matched->storage, folder);

	return g_hash_table_contains(staying, key);
}

static PlanRow
answer_unwanted(const PlanState *state, GHashTable *staying, const MatchRow *matched)
{
	const PlanOptions *options = state->options;
	gboolean is_there = matched->object != NULL || matched->row->state == JOURNAL_DONE;
	gboolean is_known = matched->storage >= 0 && matched->is_complete;

	if (state->wishlist->suspicious || (state->wishlist->rules->len == 0 && !options->forgets))
		return !is_there                     ? 0
		       : state->wishlist->suspicious ? ROW_LIBRARY_LOST
						     : ROW_NO_RULES;
	if (options->forgets && matched->row->state == JOURNAL_DONE &&
	    (matched->is_ours || !is_known))
		return ROW_ALBUM_WITHDRAWN;
	if (!is_known)
		return is_there ? ROW_ALBUM_FOLDER_UNKNOWN : 0;
	if (matched->is_ours)
		return options->wants_no_covers       ? ROW_COVERS_OFF
		       : is_staying(staying, matched) ? ROW_ALBUM_STAYS
						      : ROW_ALBUM_UNWANTED;
	if (matched->row->state == JOURNAL_PENDING && matched->object != NULL)
		return ROW_ALBUM_INTERRUPTED;
	return ROW_ALBUM_UNWANTED_GONE;
}

/* steps */

static GHashTable *
collect_matched(const PlanState *state)
{
	GHashTable *matched = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < state->albums->len; i++) {
		const PlanAlbum *planned = state->albums->pdata[i];
		if (planned->match != NULL)
			g_hash_table_add(matched, planned->match->row);
	}
	return matched;
}

void
plan_add_album_removals(PlanState *state)
{
	g_autoptr(GHashTable) staying = collect_staying(state);
	g_autoptr(GHashTable) wanted = collect_matched(state);

	if (state->options->find_cover == NULL && !state->options->wants_no_covers)
		return;
	for (guint i = 0; i < state->match->rows->len; i++) {
		const MatchRow *matched = plan_match_row(state, i);
		if (matched->row->kind != JOURNAL_ALBUM ||
		    g_hash_table_contains(wanted, matched->row))
			continue;
		PlanRow row = answer_unwanted(state, staying, matched);
		if (row != 0)
			plan_add_matched_step(state, row, matched, matched->row->path);
	}
	for (guint i = 0; i < state->albums->len; i++) {
		const PlanAlbum *planned = state->albums->pdata[i];
		if (planned->before != 0 && planned->match != NULL)
			plan_add_matched_step(state, planned->before, planned->match,
					      planned->match->row->path);
	}
}

/* Law 4: what the plan leaves free above the reserve, by storage. What comes is counted in whole clusters. */
static int64_t *
count_room(const PlanState *state)
{
	const GArray *storages = state->inventory->storages;
	uint64_t cluster = state->inventory->cluster_bytes;
	int64_t *room = g_new0(int64_t, storages->len + 1);

	for (guint i = 0; i < storages->len; i++) {
		const DeviceStorage *storage = &g_array_index(storages, DeviceStorage, i);
		uint64_t reserve = storage->capacity_bytes / 100 * state->options->percent_reserved;
		room[i] = (int64_t)(storage->free_bytes - reserve) - BUDGET_MARGIN_BYTES;
	}
	for (guint i = 0; i < state->plan->steps->len; i++) {
		const Step *step = &g_array_index(state->plan->steps, Step, i);
		gboolean is_sent = step->kind == STEP_COPY || step->kind == STEP_REPLACE ||
				   step->kind == STEP_CHECK;
		if (is_sent && step->want >= 0)
			room[step->storage] -= (int64_t)budget_round_up(
				plan_want(state, step->want)->size_bytes, cluster);
		if ((step->kind == STEP_REMOVE || step->kind == STEP_REPLACE) &&
		    step->object != NULL)
			room[step->object->storage] += (int64_t)step->object->size_bytes;
	}
	return room;
}

/* An object and a picture. One that is replaced may be kept until the new one is there. */
static gboolean
takes_room(const PlanState *state, const WantedAlbum *album, int64_t *room)
{
	uint64_t cluster = state->inventory->cluster_bytes;
	int64_t needed = (int64_t)(budget_round_up(album->cover->size_bytes, cluster) + cluster);

	if (room[album->storage] < needed)
		return FALSE;
	room[album->storage] -= needed;
	return TRUE;
}

/* By the step that comes before: what follows is as of a new one. */
static gboolean
is_row_settled(const PlanAlbum *planned)
{
	return planned->before == ROW_ALBUM_INTERRUPTED ||
	       planned->before == ROW_ALBUM_INTERRUPTED_NOTHING ||
	       planned->before == ROW_NOTE_DROPPED;
}

static void
add_album_step(PlanState *state, guint index, int64_t *room)
{
	PlanAlbum *planned = state->albums->pdata[index];
	const WantedAlbum *album = planned->album;
	const MatchRow *matched = is_row_settled(planned) ? NULL : planned->match;

	if (planned->row == 0)
		return;
	if (album->cover != NULL && !takes_room(state, album, room))
		planned->row = ROW_ALBUM_NO_ROOM;
	const char *path = matched != NULL ? matched->row->path : album->path;
	Step *step = plan_add_matched_step(state, planned->row, matched, path);
	step->album = (int)index;
	step->storage = album->storage;
	step->size_bytes = album->cover != NULL ? album->cover->size_bytes : 0;
}

void
plan_add_albums(PlanState *state)
{
	g_autofree int64_t *room = count_room(state);

	for (guint i = 0; i < state->albums->len; i++)
		add_album_step(state, i, room);
}
