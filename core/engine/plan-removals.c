/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-removals: rows 42 to 61 of docs/SYNC-RULES.md: songs on the device that nobody wants any
 * more. Law 2: missing is not deleted. Whether many removals wait for a person is decided
 * with the room (plan-room.c), which may ask for more of them.
 */
#include "engine/plan-state.h"

/* Why nothing that nobody wants may go now; 0: it may. */
static PlanRow
reason_to_keep_all(const PlanState *state)
{
	if (state->wishlist->suspicious)
		return ROW_LIBRARY_LOST;
	return state->wishlist->rules->len == 0 && !state->options->forgets ? ROW_NO_RULES : 0;
}

static PlanRow
answer_pending(const MatchRow *matched)
{
	return matched->object != NULL ? ROW_INTERRUPTED_UNWANTED : ROW_INTERRUPTED_NOTHING;
}

static PlanRow
answer_done(const MatchRow *matched)
{
	if (matched->is_ours)
		return matched->extra_of >= 0 ? ROW_OLD_COPY : ROW_UNWANTED;
	if (matched->object != NULL)
		return ROW_UNWANTED_CHANGED;
	return matched->extra_of >= 0 ? ROW_OLD_COPY_GONE : ROW_UNWANTED_GONE;
}

static PlanRow
answer(const PlanState *state, const MatchRow *matched, PlanRow keep_all)
{
	JournalState row_state = matched->row->state;
	gboolean is_there = matched->object != NULL || row_state == JOURNAL_DONE;
	gboolean is_known = matched->storage >= 0 && matched->is_complete;

	if (keep_all != 0)
		return is_there ? keep_all : 0;
	if (state->options->forgets && row_state == JOURNAL_DONE && matched->extra_of < 0 &&
	    (matched->is_ours || !is_known))
		return ROW_WITHDRAWN;
	if (!is_known)
		return is_there ? ROW_UNWANTED_UNKNOWN : 0;
	if (row_state == JOURNAL_PENDING)
		return answer_pending(matched);
	if (matched->is_ours && plan_is_skipped(state, matched->row->source))
		return ROW_SKIPPED_STAYS;
	return answer_done(matched);
}

/* The only good copy of a song does not go before there is another. */
static gboolean
is_newer_unproved(const PlanState *state, const MatchRow *matched)
{
	const MatchRow *newer = state->match->of_want[matched->extra_of];

	return newer->row->state == JOURNAL_PENDING;
}

void
plan_decide_removals(PlanState *state)
{
	PlanRow keep_all = reason_to_keep_all(state);

	for (guint i = 0; i < state->match->rows->len; i++) {
		MatchRow *matched = plan_match_row(state, i);
		if (matched->row->kind != JOURNAL_SONG || matched->want >= 0)
			continue;
		PlanRow row = answer(state, matched, keep_all);
		matched->is_removed_last = row == ROW_OLD_COPY && is_newer_unproved(state, matched);
		state->unwanted[i] = matched->is_removed_last ? 0 : row;
		matched->is_removed = plan_row_kind(state->unwanted[i]) == STEP_REMOVE;
	}
}
