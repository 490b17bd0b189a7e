/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-room: rows 30, 31, 56 and 57 of docs/SYNC-RULES.md: what fits, what loses its room to
 * something more important (law 4). Held removals (plan-hold.c) free nothing, so the room is then
 * counted once more without.
 */
#include <string.h>

#include "engine/budget.h"
#include "engine/plan-state.h"

typedef struct {
	GArray *items; /* of BudgetItem */
	GArray *wants; /* of guint: whose they are */
	GHashTable *new_folders; /* that a song before has paid for */
} Room;

/* Ours, on the storage that is written to, and open to change: it takes part in the distribution. */
static gboolean
holds_room(const PlanState *state, const Decision *decision)
{
	if (decision->match == NULL || !decision->match->is_ours || !decision->match->is_complete ||
	    decision->match->storage != state->options->storage)
		return FALSE;
	return decision->row != ROW_UNREACHABLE_KEPT && decision->row != ROW_GROWN_TOO_LARGE &&
	       decision->row != ROW_SKIPPED_KEPT;
}

/* A folder takes a cluster; the first song in it pays. */
static uint64_t
new_folders_bytes(const PlanState *state, Room *room, const char *path)
{
	g_autofree char *folder = g_strdup(path);
	uint64_t bytes = 0;

	for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
		*slash = '\0';
		if (g_hash_table_contains(room->new_folders, folder) ||
		    inventory_find(state->inventory, state->options->storage, folder) != NULL)
			break;
		g_hash_table_add(room->new_folders, g_strdup(folder));
		bytes += state->inventory->cluster_bytes;
	}
	return bytes;
}

/* What sending the want takes. Without new folders it is the plain size, by which the budget sees
 * that nothing changes. */
static uint64_t
sent_bytes(const PlanState *state, Room *room, const Want *want)
{
	uint64_t folders = new_folders_bytes(state, room, want->path);

	if (folders == 0)
		return want->size_bytes;
	return budget_round_up(want->size_bytes, state->inventory->cluster_bytes) + folders;
}

/* What an interrupted send may still need. What came of it gives no room to others: it may prove to
 * be somebody else's. */
static uint64_t
missing_bytes(const PlanState *state, const Decision *decision, const Want *want)
{
	uint64_t bytes = budget_round_up(want->size_bytes, state->inventory->cluster_bytes);
	uint64_t there = decision->object->size_bytes;

	if (there == want->size_bytes ||
	    decision->object->storage != (uint32_t)state->options->storage)
		return 0;
	return bytes > there ? bytes - there : 1;
}

static void
add_item(const PlanState *state, Room *room, guint index, int32_t rank, gboolean pinned)
{
	const Decision *decision = &state->decisions[index];
	const Want *want = plan_want(state, index);
	BudgetItem item = {.priority = rank, .is_fill = want->is_fill};

	switch (decision->kind) {
	case STEP_COPY: item.size_bytes = sent_bytes(state, room, want); break;
	case STEP_CHECK:
		item.size_bytes = missing_bytes(state, decision, want);
		if (item.size_bytes == 0)
			return;
		break;
	case STEP_REPLACE:
		item.size_bytes = sent_bytes(state, room, want);
		if (decision->match->storage == state->options->storage)
			item.present_bytes = decision->object->size_bytes;
		break;
	case STEP_KEEP:
	case STEP_RENAME:
	case STEP_RETAG:
		if (pinned || !holds_room(state, decision))
			return;
		item.size_bytes = item.present_bytes = decision->object->size_bytes;
		break;
	default: return;
	}
	g_array_append_val(room->items, item);
	g_array_append_val(room->wants, index);
}

static uint64_t
removable_bytes(const PlanState *state)
{
	uint64_t bytes = 0;

	for (guint i = 0; i < state->match->rows->len; i++) {
		const MatchRow *matched = plan_match_row(state, i);
		if (matched->is_removed && matched->storage == state->options->storage)
			bytes += matched->object->size_bytes;
	}
	return bytes;
}

/* What does not fit: new songs wait; songs that are there go, or stay as they were. */
static void
apply(PlanState *state, const Room *room, gboolean pinned)
{
	for (guint i = 0; i < room->items->len; i++) {
		const BudgetItem *item = &g_array_index(room->items, BudgetItem, i);
		Decision *decision = &state->decisions[g_array_index(room->wants, guint, i)];
		if (item->fits)
			continue;
		if (decision->kind == STEP_COPY || decision->kind == STEP_CHECK) {
			plan_decide(decision, ROW_NO_ROOM);
		} else if (item->stays || pinned ||
			   decision->match->storage != state->options->storage) {
			plan_decide(decision, ROW_NO_ROOM_FOR_NEW);
		} else {
			plan_decide(decision, ROW_EVICTED);
			decision->moves = decision->journal_only = FALSE;
			decision->match->is_removed = TRUE;
		}
	}
}

/* pinned: nothing that is there may lose its room. */
static void
fit(PlanState *state, gboolean pinned)
{
	const DeviceStorage *storage =
		&g_array_index(state->inventory->storages, DeviceStorage, state->options->storage);
	Room room = {
		g_array_new(FALSE, TRUE, sizeof(BudgetItem)),
		g_array_new(FALSE, FALSE, sizeof(guint)),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	int32_t rank = 0;

	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Want *want = plan_want(state, i);
		const Want *before = i > 0 ? want - 1 : want;
		rank += want->priority != before->priority || want->is_fill != before->is_fill ||
			want->tier != before->tier;
		add_item(state, &room, i, rank, pinned);
	}
	budget_fit(room.items, storage->capacity_bytes, storage->free_bytes, removable_bytes(state),
		   state->options->percent_reserved, state->inventory->cluster_bytes);
	apply(state, &room, pinned);
	g_array_unref(room.items);
	g_array_unref(room.wants);
	g_hash_table_unref(room.new_folders);
}

/* holding */

void
plan_fit_and_hold(PlanState *state)
{
	gsize n = state->wishlist->wants->len;
	g_autofree Decision *before = g_memdup2(state->decisions, n * sizeof(Decision));

	fit(state, FALSE);
	if (!plan_must_hold(state))
		return;
	/* back, and once more with what is there nailed down; n_held counts those that gave way too */
	for (guint i = 0; i < n; i++)
		if (state->decisions[i].row != ROW_EVICTED)
			state->decisions[i] = before[i];
	for (guint i = 0; i < state->match->rows->len; i++) {
		MatchRow *matched = plan_match_row(state, i);
		if ((matched->is_removed || matched->is_removed_last) && matched->want < 0)
			state->unwanted[i] = ROW_HELD;
		matched->is_removed = matched->is_removed_last = FALSE;
	}
	for (guint i = 0; i < n; i++)
		if (state->decisions[i].row == ROW_EVICTED)
			plan_decide(&state->decisions[i], ROW_HELD);
	fit(state, TRUE);
}
