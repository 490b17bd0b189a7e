/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-ratings: row 39 of docs/SYNC-RULES.md: a song that people rate otherwise, and that is there, is rated on the
 * device; by itself if nothing else is done to it, else on that way.
 */
#include "engine/plan-state.h"
#include "engine/rating.h"

/* More ratings than this, and than a quarter of all, are not taken away by hand between two syncs. */
#define FEW_RATINGS 10

void
plan_decide_rating(const PlanState *state, Decision *decision, const Want *want)
{
	const JournalRow *row = decision->match->row;
	int32_t host = want->track.rating;

	if (state->options->can_rate == NULL)
		return;
	/* a host may know a file that has moved as a new one */
	if (host == 0 && decision->match->moved != 0)
		return;
	decision->notes_rating = rating_is_agreed(row, host);
	decision->rating = rating_to_give(row, host);
	decision->rates = decision->rating >= 0 &&
			  state->options->can_rate(state->options->data, row->path);
}

static gboolean
is_taken_away(const Decision *decision)
{
	return decision->rates && decision->rating == 0;
}

/* Law 2: a library that was made anew knows no ratings; those on the device may be the last ones. */
static gboolean
has_lost_ratings(PlanState *state)
{
	guint n_lost = 0, n_given = 0;

	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Decision *decision = &state->decisions[i];
		n_lost += is_taken_away(decision);
		n_given += decision->match != NULL && decision->match->row->host_rating > 0;
	}
	if (n_lost <= FEW_RATINGS || n_lost * 4 <= n_given)
		return FALSE;
	g_ptr_array_add(state->plan->notes,
			g_strdup_printf("%u ratings are gone from the library at once; "
					"on the device they stay",
					n_lost));
	return TRUE;
}

void
plan_settle_ratings(PlanState *state)
{
	gboolean has_lost = has_lost_ratings(state);

	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		Decision *decision = &state->decisions[i];
		if (has_lost && is_taken_away(decision))
			decision->rates = FALSE;
		if (decision->rates && decision->kind == STEP_KEEP)
			plan_decide(decision, ROW_RATING_CHANGED);
	}
}
