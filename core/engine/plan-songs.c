/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-songs: rows 1 to 41 of docs/SYNC-RULES.md: what becomes of one wanted song, as far as that
 * can be said without looking at the others. Laws 1 and 2: only what is ours is touched, and
 * nothing in a folder that was not wholly listed.
 */
#include <string.h>

#include "engine/name.h"
#include "engine/plan-state.h"

static void
decide_unreachable(Decision *decision, const Want *want)
{
	static const struct {
		PlanRow row;
		int error;
	} by_state[] = {
		[SOURCE_UNKNOWN] = {ROW_SOURCE_MISSING, PORTA_ERROR_SOURCE_MISSING},
		[SOURCE_MISSING] = {ROW_SOURCE_MISSING, PORTA_ERROR_SOURCE_MISSING},
		[SOURCE_UNREADABLE] = {ROW_SOURCE_UNREADABLE, PORTA_ERROR_SOURCE_UNREADABLE},
		[SOURCE_NOT_LOCAL] = {ROW_NOT_LOCAL, PORTA_ERROR_NOT_LOCAL},
		[SOURCE_STREAM] = {ROW_STREAM, 0}, /* nobody expects a copy of it */
		[SOURCE_NOT_A_FILE] = {ROW_NOT_A_FILE, PORTA_ERROR_SOURCE_UNREADABLE},
	};

	plan_decide(decision, by_state[want->state].row);
	decision->error = by_state[want->state].error;
}

static gboolean
is_skipped(const PlanState *state, const Want *want)
{
	return plan_is_skipped(state, want_source(want));
}

static gboolean
is_too_large(const PlanState *state, const Want *want)
{
	return state->options->max_file_bytes > 0 &&
	       want->size_bytes > state->options->max_file_bytes;
}

static void
decide_too_large(Decision *decision)
{
	plan_decide(decision, ROW_TOO_LARGE);
	decision->error = PORTA_ERROR_FILE_TOO_LARGE;
}

/* The way of every song that must be sent, for the reason of the row. */
static void
decide_send(const PlanState *state, Decision *decision, const Want *want, PlanRow row)
{
	if (is_skipped(state, want)) {
		plan_decide(decision, ROW_SKIPPED);
	} else if (want->state != SOURCE_OK) {
		decide_unreachable(decision, want);
	} else if (!inventory_is_complete(state->inventory, state->options->storage, want->path)) {
		plan_decide(decision, ROW_FOLDER_UNKNOWN);
	} else if (is_too_large(state, want)) {
		decide_too_large(decision);
	} else {
		plan_decide(decision, row);
	}
}

static void
decide_new(const PlanState *state, Decision *decision, const Want *want)
{
	InventoryObject *there =
		inventory_find(state->inventory, state->options->storage, want->path);

	if (want->state == SOURCE_OK && there != NULL && !there->is_folder &&
	    there->size_bytes == want->size_bytes &&
	    !g_hash_table_contains(state->match->by_object, there)) {
		plan_decide(decision, ROW_FOREIGN_SAME);
		decision->object = there;
		return;
	}
	decide_send(state, decision, want, ROW_NEW);
}

static gboolean
is_same_folder(const char *a, const char *b)
{
	const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
	g_autofree char *folder_a = g_strndup(a, slash_a != NULL ? slash_a - a : 0);
	g_autofree char *folder_b = g_strndup(b, slash_b != NULL ? slash_b - b : 0);

	if (strcmp(folder_a, folder_b) == 0)
		return TRUE;
	g_autofree char *folded_a = name_fold(folder_a);
	g_autofree char *folded_b = name_fold(folder_b);
	return strcmp(folded_a, folded_b) == 0;
}

static gboolean
is_same_path(const char *a, const char *b)
{
	if (strcmp(a, b) == 0)
		return TRUE;
	g_autofree char *folded_a = name_fold(a);
	g_autofree char *folded_b = name_fold(b);
	return strcmp(folded_a, folded_b) == 0;
}

/* Where a song is that shall be called otherwise: the cheapest way that this device has. */
static void
decide_place(const PlanState *state, Decision *decision, const Want *want)
{
	const char *now = decision->match->row->path;
	const PlanOptions *options = state->options;

	if (is_same_path(now, want->path))
		return;
	gboolean same_folder = is_same_folder(now, want->path);
	gboolean same_name = strcmp(name_in(now), name_in(want->path)) == 0;
	gboolean can =
		(same_folder || options->can_move) && (same_name || options->can_rename) &&
		inventory_is_complete(state->inventory, decision->match->storage, want->path);
	decision->moves = can;
	if (decision->kind != STEP_KEEP)
		return;
	/* the other reasons of a KEEP say more than that its name is old */
	if (can)
		plan_decide(decision, same_folder ? ROW_NAME_CHANGED : ROW_FOLDER_CHANGED);
	else if (decision->row == ROW_UNCHANGED)
		plan_decide(decision, ROW_OLD_NAME_KEPT);
}

static gboolean
have_tags_changed(const PlanState *state, const Want *want, const JournalRow *row)
{
	const PlanOptions *options = state->options;

	if (options->tags_digest == NULL || row->tags == NULL || row->tags[0] == '\0')
		return FALSE;
	g_autofree char *digest = options->tags_digest(options->data, want);
	return g_strcmp0(digest, row->tags) != 0;
}

/* The bytes on the device are the file's; is all else as it should be? */
static void
decide_same_bytes(const PlanState *state, Decision *decision, const Want *want, PlanRow row)
{
	plan_decide(decision, row);
	decision->journal_only = row != ROW_UNCHANGED;
	if (have_tags_changed(state, want, decision->match->row)) {
		if (state->options->can_retag)
			plan_decide(decision, ROW_TAGS_CHANGED);
		else if (row == ROW_UNCHANGED)
			plan_decide(decision, ROW_TAGS_CHANGED_KEPT);
	}
	decide_place(state, decision, want);
	plan_decide_rating(state, decision, want);
}

static void
decide_changed(const PlanState *state, Decision *decision, const Want *want, int same)
{
	if (same == 1 && state->options->can_retag) {
		plan_decide(decision, ROW_FILE_RETAGGED);
		decide_place(state, decision, want);
		plan_decide_rating(state, decision, want);
	} else if (is_too_large(state, want)) {
		plan_decide(decision, ROW_GROWN_TOO_LARGE);
	} else if (!inventory_is_complete(state->inventory, state->options->storage, want->path)) {
		plan_decide(decision, ROW_FOLDER_UNKNOWN_KEPT);
	} else {
		plan_decide(decision, same == 1 ? ROW_FILE_RETAGGED_REPLACED : ROW_FILE_CHANGED);
	}
}

static void
decide_ours(const PlanState *state, Decision *decision, const Want *want)
{
	const PlanOptions *options = state->options;
	MatchRow *matched = decision->match;
	const JournalRow *row = matched->row;

	if (!matched->is_complete) {
		plan_decide(decision, ROW_FOLDER_UNKNOWN_KEPT);
		return;
	}
	if (is_skipped(state, want)) {
		plan_decide(decision, ROW_SKIPPED_KEPT);
		return;
	}
	if (want->state != SOURCE_OK) {
		plan_decide(decision, ROW_UNREACHABLE_KEPT);
		return;
	}
	int same = matched->moved;
	if (same == 0 && row->source_size == want->size_bytes &&
	    row->source_modified_ns == want->modified_ns) {
		decide_same_bytes(state, decision, want, ROW_UNCHANGED);
		return;
	}
	if (same == 0 && options->same_song != NULL)
		same = options->same_song(options->data, want, row);
	if (same == 2)
		decide_same_bytes(state, decision, want,
				  matched->moved != 0 ? ROW_SOURCE_MOVED : ROW_TOUCHED);
	else
		decide_changed(state, decision, want, same);
}

static void
decide_done(const PlanState *state, Decision *decision, const Want *want)
{
	MatchRow *matched = decision->match;

	if (matched->is_ours) {
		decide_ours(state, decision, want);
	} else if (matched->object != NULL) {
		plan_decide(decision, ROW_CHANGED_THERE_KEPT);
		decision->marked = ROW_CHANGED_THERE;
	} else if (!matched->is_complete) {
		plan_decide(decision, ROW_FOLDER_UNKNOWN_KEPT);
	} else if (matched->is_usurped || match_was_reset(state->match, matched)) {
		/* The row goes before anything is sent: if that is cut short, or there is no room now, it
		 * must not look later as if the song had been deleted. */
		decision->marked = ROW_NOTE_DROPPED;
		decide_send(state, decision, want,
			    matched->is_usurped ? ROW_PLACE_LOST : ROW_DEVICE_RESET);
	} else {
		plan_decide(decision, ROW_DELETED_BEFORE);
		decision->marked = ROW_DELETED;
	}
}

static void
decide_pending(const PlanState *state, Decision *decision, const Want *want)
{
	MatchRow *matched = decision->match;

	if (!matched->is_complete)
		plan_decide(decision, ROW_FOLDER_UNKNOWN);
	else if (matched->object == NULL)
		decide_send(state, decision, want, ROW_INTERRUPTED_GONE);
	else if (is_skipped(state, want))
		plan_decide(decision, ROW_SKIPPED);
	else if (want->state != SOURCE_OK)
		decide_unreachable(decision, want);
	else if (is_too_large(state, want))
		decide_too_large(decision);
	else
		plan_decide(decision, ROW_INTERRUPTED);
}

static void
decide_skipped(Decision *decision, const Want *want)
{
	MatchRow *matched = decision->match;
	const JournalRow *row = matched->row;
	const InventoryObject *there = matched->object;

	if (matched->moved != 0)
		decision->marked = ROW_DELETED;
	if (there == NULL) {
		plan_decide(decision, ROW_DELETED_BEFORE);
	} else if (there->size_bytes == row->size_bytes && want->state == SOURCE_OK &&
		   row->source_size == want->size_bytes &&
		   row->source_modified_ns == want->modified_ns) {
		plan_decide(decision, ROW_THERE_AGAIN);
		decision->journal_only = TRUE;
		decision->marked = 0;
	} else {
		plan_decide(decision, ROW_CHANGED_THERE_KEPT);
	}
}

static void
decide_song(const PlanState *state, guint index)
{
	const Want *want = plan_want(state, index);
	Decision *decision = &state->decisions[index];
	MatchRow *matched = state->match->of_want[index];

	if (matched == NULL) {
		decide_new(state, decision, want);
		return;
	}
	decision->match = matched;
	decision->object = matched->object;
	if (matched->storage < 0) {
		plan_decide(decision, ROW_STORAGE_AWAY);
		return;
	}
	switch (matched->row->state) {
	case JOURNAL_SKIPPED: decide_skipped(decision, want); break;
	case JOURNAL_PENDING: decide_pending(state, decision, want); break;
	default: decide_done(state, decision, want); break;
	}
}

void
plan_decide_songs(PlanState *state)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++)
		decide_song(state, i);
}
