/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan: see plan.h and docs/SYNC-RULES.md. Decide for every song and every row by itself; settle
 * what they have in common, room and places; then write it down in the order of execution.
 * Whatever changes a device is a step here first, and every step has its row and its reason.
 */
#include "engine/plan.h"

#include <string.h>

#include "engine/name.h"
#include "engine/plan-state.h"

Want *
plan_want(const PlanState *state, guint index)
{
	return &g_array_index(state->wishlist->wants, Want, index);
}

MatchRow *
plan_match_row(const PlanState *state, guint index)
{
	return &g_array_index(state->match->rows, MatchRow, index);
}

gboolean
plan_is_skipped(const PlanState *state, const char *source)
{
	GHashTable *skips = state->options->skips;

	if (skips == NULL || g_hash_table_size(skips) == 0)
		return FALSE;
	if (g_utf8_validate(source, -1, NULL))
		return g_hash_table_contains(skips, source);
	g_autofree char *told = g_utf8_make_valid(source, -1);
	return g_hash_table_contains(skips, told);
}

void
plan_decide(Decision *decision, PlanRow row)
{
	decision->row = row;
	decision->kind = plan_row_kind(row);
}

const char *
plan_keep_string(PlanState *state, char *string)
{
	g_ptr_array_add(state->plan->strings, string);
	return string;
}

Step *
plan_add_step(PlanState *state, PlanRow row)
{
	GArray *steps = state->plan->steps;
	Step step = {
		.kind = plan_row_kind(row),
		.row = row,
		.reason = plan_row_reason(row),
		.want = -1,
		.needs = -1,
		.playlist = -1,
		.album = -1,
		.storage = state->options->storage,
		.rating = -1,
	};

	g_array_append_val(steps, step);
	return &g_array_index(steps, Step, steps->len - 1);
}

static Step *
add_row_step(PlanState *state, PlanRow row, const MatchRow *matched)
{
	Step *step = plan_add_step(state, row);

	step->journal = matched->row;
	step->object = matched->object;
	step->path = matched->row->path;
	step->size_bytes = matched->object != NULL ? matched->object->size_bytes : 0;
	if (matched->storage >= 0)
		step->storage = matched->storage;
	return step;
}

static Step *
add_want_step(PlanState *state, PlanRow row, guint index)
{
	const Decision *decision = &state->decisions[index];
	const Want *want = plan_want(state, index);
	const MatchRow *matched = decision->match;
	Step *step = plan_add_step(state, row);
	gboolean is_sent = step->kind == STEP_COPY || step->kind == STEP_REPLACE;

	step->want = index;
	step->error = decision->error;
	if (matched != NULL && plan_row_kind(decision->marked) != STEP_FORGET)
		step->journal = matched->row;
	step->object = decision->object;
	step->path = want->path;
	step->journal_only = decision->journal_only;
	step->rating = decision->rates ? decision->rating : -1;
	step->notes_rating = decision->notes_rating;
	step->size_bytes = want->size_bytes;
	if (decision->object != NULL && !is_sent) {
		step->size_bytes = decision->object->size_bytes;
		step->storage = decision->object->storage;
	}
	if (is_sent && decision->object != NULL && strcmp(matched->row->path, want->path) != 0)
		step->old_path = plan_keep_string(state, g_strdup(matched->row->path));
	return step;
}

/* the parts of a plan, in their order */

/* Looks that may only make room. Those that may have to send come with what is sent, when room and
 * places are free. */

/* A pending send that can not be finished: what came of it goes. */
static gboolean
must_look(const Decision *decision)
{
	return (decision->row == ROW_NO_ROOM || decision->row == ROW_TOO_LARGE ||
		decision->row == ROW_SKIPPED) &&
	       decision->match != NULL && decision->object != NULL;
}

static void
add_checks(PlanState *state)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++)
		if (must_look(&state->decisions[i]))
			add_row_step(state, ROW_INTERRUPTED_UNWANTED, state->decisions[i].match);
	for (guint i = 0; i < state->match->rows->len; i++)
		if (state->unwanted[i] == ROW_INTERRUPTED_UNWANTED)
			add_row_step(state, state->unwanted[i], plan_match_row(state, i));
	for (guint i = 0; i < state->wishlist->playlists->len; i++) {
		const MatchRow *matched = state->match->of_playlist[i];
		if (state->options->playlist_suffix == NULL || matched == NULL ||
		    matched->row->state != JOURNAL_PENDING || matched->object == NULL ||
		    !matched->is_complete)
			continue;
		Step *step = add_row_step(state, ROW_PLAYLIST_INTERRUPTED, matched);
		step->playlist = i;
	}
}

static void
add_unwanted(PlanState *state, StepKind kind)
{
	for (guint i = 0; i < state->match->rows->len; i++)
		if (plan_row_kind(state->unwanted[i]) == kind)
			add_row_step(state, state->unwanted[i], plan_match_row(state, i));
}

static void
add_marks(PlanState *state)
{
	add_unwanted(state, STEP_FORGET);
	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Decision *decision = &state->decisions[i];
		if (decision->marked == 0)
			continue;
		Step *step = add_row_step(state, decision->marked, decision->match);
		/* a file that moved meanwhile: the row must know it by its new name */
		step->want = decision->match->moved != 0 ? (int)i : -1;
	}
}

static void
add_removals(PlanState *state)
{
	add_unwanted(state, STEP_REMOVE);
	for (guint i = 0; i < state->wishlist->wants->len; i++)
		if (state->decisions[i].kind == STEP_REMOVE)
			add_want_step(state, state->decisions[i].row, i);
}

static void
add_quiet(PlanState *state)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Decision *decision = &state->decisions[i];
		if (decision->kind == STEP_RATE ||
		    (decision->kind == STEP_RETAG && !decision->moves))
			add_want_step(state, decision->row, i);
	}
	add_unwanted(state, STEP_KEEP);
	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Decision *decision = &state->decisions[i];
		if (decision->kind == STEP_KEEP || decision->kind == STEP_SKIP)
			add_want_step(state, decision->row, i);
		if (decision->kind != STEP_NO_FIT)
			continue;
		Step *step = add_want_step(state, decision->row, i);
		step->journal = NULL;
		step->object = NULL;
		step->size_bytes = plan_want(state, i)->size_bytes;
	}
}

/* what is sent */

typedef struct {
	uint32_t rank; /* songs of one importance */
	uint32_t folder; /* by its first song */
	uint32_t want;
} Send;

static gint
compare_sends(gconstpointer a, gconstpointer b)
{
	const Send *send_a = a, *send_b = b;

	if (send_a->rank != send_b->rank)
		return send_a->rank < send_b->rank ? -1 : 1;
	if (send_a->folder != send_b->folder)
		return send_a->folder < send_b->folder ? -1 : 1;
	return send_a->want < send_b->want ? -1 : 1;
}

static uint32_t
folder_of(GHashTable *folders, const Want *want, uint32_t index)
{
	const char *slash = strrchr(want->path, '/');
	char *folder = g_strndup(want->path, slash != NULL ? slash - want->path : 0);
	gpointer first = g_hash_table_lookup(folders, folder);

	if (first != NULL) {
		g_free(folder);
		return GPOINTER_TO_UINT(first) - 1;
	}
	g_hash_table_insert(folders, folder, GUINT_TO_POINTER(index + 1));
	return index;
}

static void
add_sends(PlanState *state)
{
	g_autoptr(GArray) sends = g_array_new(FALSE, FALSE, sizeof(Send));
	g_autoptr(GHashTable)
		folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	uint32_t rank = 0;

	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Want *want = plan_want(state, i);
		const Want *before = i > 0 ? want - 1 : want;
		StepKind kind = state->decisions[i].kind;
		if (want->priority != before->priority || want->is_fill != before->is_fill ||
		    want->tier != before->tier) {
			rank++;
			g_hash_table_remove_all(folders);
		}
		if (kind != STEP_COPY && kind != STEP_REPLACE && kind != STEP_CHECK)
			continue;
		Send send = {rank, folder_of(folders, want, i), i};
		g_array_append_val(sends, send);
	}
	g_array_sort(sends, compare_sends);
	for (guint i = 0; i < sends->len; i++) {
		guint index = g_array_index(sends, Send, i).want;
		add_want_step(state, state->decisions[index].row, index);
	}
}

/* The older copy of a song whose newer one must be looked at stays until that is done. */
static void
add_late_removals(PlanState *state)
{
	for (guint i = 0; i < state->match->rows->len; i++) {
		const MatchRow *matched = plan_match_row(state, i);
		if (!matched->is_removed_last ||
		    state->decisions[matched->extra_of].kind != STEP_CHECK)
			continue;
		Step *step = add_row_step(state, ROW_OLD_COPY, matched);
		step->needs = matched->extra_of;
	}
}

/* sums */

static void
count_step(Plan *plan, const Step *step)
{
	if (step->row == ROW_HELD)
		plan->held_bytes += step->size_bytes;
	switch (step->kind) {
	case STEP_COPY:
	case STEP_REPLACE:
		plan->added_bytes += step->size_bytes;
		plan->send_bytes += step->size_bytes;
		plan->added_items += step->kind == STEP_COPY;
		if (step->kind == STEP_REPLACE)
			plan->removed_bytes += step->object->size_bytes;
		break;
	case STEP_REMOVE:
		plan->removed_bytes += step->size_bytes;
		plan->removed_items++;
		if (step->want < 0)
			break;
		plan->no_fit_bytes += step->size_bytes;
		plan->no_fit_items++;
		break;
	case STEP_NO_FIT:
		plan->no_fit_bytes += step->size_bytes;
		plan->no_fit_items++;
		break;
	default: break;
	}
}

static void
count(PlanState *state)
{
	Plan *plan = state->plan;

	for (guint i = 0; i < state->wishlist->wants->len; i++)
		plan->wanted_bytes += plan_want(state, i)->size_bytes;
	plan->wanted_items = state->wishlist->wants->len;
	for (guint i = 0; i < state->inventory->storages->len; i++)
		plan->device_was_reset |= state->match->was_reset[i];
	for (guint i = 0; i < plan->steps->len; i++)
		count_step(plan, &g_array_index(plan->steps, Step, i));
}

static void
add_steps(PlanState *state)
{
	add_checks(state);
	add_marks(state);
	add_removals(state);
	plan_add_playlist_removals(state);
	plan_add_album_removals(state);
	plan_add_moves(state);
	add_quiet(state);
	add_sends(state);
	add_late_removals(state);
	plan_add_playlists(state);
	plan_add_albums(state);
}

Plan *
plan_build(Wishlist *wishlist, Inventory *inventory, GPtrArray *rows, const PlanOptions *options)
{
	g_autoptr(Match) match = match_build(wishlist, inventory, rows);
	g_autofree Decision *decisions = g_new0(Decision, wishlist->wants->len + 1);
	g_autofree PlanRow *unwanted = g_new0(PlanRow, rows->len + 1);
	g_autoptr(GHashTable) claims = g_hash_table_new(NULL, NULL);
	Plan *plan = g_new0(Plan, 1);
	PlanState state = {.wishlist = wishlist,
			   .inventory = inventory,
			   .options = options,
			   .match = match,
			   .plan = plan,
			   .decisions = decisions,
			   .unwanted = unwanted,
			   .claims = claims};

	plan->steps = g_array_new(FALSE, FALSE, sizeof(Step));
	plan->notes = g_ptr_array_new_with_free_func(g_free);
	plan->strings = g_ptr_array_new_with_free_func(g_free);
	plan->albums = g_ptr_array_new_with_free_func((GDestroyNotify)wanted_album_free);
	match_find_moved(match, wishlist, inventory, options);
	plan_decide_songs(&state);
	plan_decide_removals(&state);
	plan_fit_and_hold(&state);
	plan_settle_places(&state);
	plan_settle_ratings(&state);
	plan_decide_albums(&state);
	add_steps(&state);
	count(&state);
	g_clear_pointer(&state.destinations, g_hash_table_unref);
	g_ptr_array_unref(state.albums);
	return plan;
}

void
plan_free(Plan *plan)
{
	if (plan == NULL)
		return;
	g_array_unref(plan->steps);
	g_ptr_array_unref(plan->notes);
	g_ptr_array_unref(plan->strings);
	g_ptr_array_unref(plan->albums);
	g_free(plan->held_token);
	g_free(plan->confirmed);
	g_free(plan);
}
