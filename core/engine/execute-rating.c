/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-rating: a song on the device is rated as its host rates it. The journal says what the device is about to be
 * told before it is told: what the next session finds there is then ours and no news.
 */
#include "base/error.h"
#include "engine/execute.h"
#include "engine/learned.h"
#include "engine/name.h"
#include "engine/rating.h"

static void
learn_refusal(Execution *execution, const InventoryObject *object, const GError *refusal)
{
	g_debug("%s", refusal->message);
	if (g_error_matches(refusal, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED)) {
		g_autofree char *key = learned_no_rating_key(object->path);
		execute_learn(execution, key);
	} else {
		execution->ratings_rest = TRUE;
	}
}

gboolean
execute_give_rating(Execution *execution, JournalRow *row, const InventoryObject *object,
		    int32_t rating, int32_t host, GError **error)
{
	g_autoptr(GError) refusal = NULL;
	int32_t before = row->given_rating;

	if (execution->ratings_rest)
		return TRUE;
	rating_begin(row, rating);
	if (!journal_store(execution->journal, row, error))
		return FALSE;
	if (device_set_rating(execution->device, object->handle, name_in(object->path), rating,
			      &refusal)) {
		rating_confirm(row, rating, host);
		return TRUE;
	}
	if (execute_is_fatal(refusal)) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return FALSE;
	}
	row->given_rating = before;
	learn_refusal(execution, object, refusal);
	return TRUE;
}

gboolean
execute_rate_sent(Execution *execution, JournalRow *row, const InventoryObject *object,
		  int32_t rating, int32_t host, GError **error)
{
	row->given_rating = -1;
	return execute_give_rating(execution, row, object, rating, host, error) &&
	       journal_store(execution->journal, row, error);
}

gboolean
execute_rate(Execution *execution, const Step *step, GError **error)
{
	int32_t host = execute_want(execution, step)->track.rating;

	if (!execute_give_rating(execution, step->journal, step->object, step->rating, host, error))
		return FALSE;
	execution->report.retagged += step->journal->host_rating == host;
	return step->journal_only ? execute_learn_source(execution, step, error)
				  : journal_store(execution->journal, step->journal, error);
}
