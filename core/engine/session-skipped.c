/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-skipped: see session-skipped.h.
 */
#include "engine/session-skipped.h"

#include "engine/session-report.h"

gboolean
session_list_skipped(Planning *planning, Journal *journal, GVariantDict *result, GError **error)
{
	if (!planning_load_rows(planning, journal, error))
		return FALSE;
	report_add_skipped(result, planning->rows);
	return TRUE;
}

/* A row that goes makes its song new again. */
gboolean
session_include_skipped(Planning *planning, Journal *journal, GError **error)
{
	if (!planning_load_rows(planning, journal, error) || !journal_begin(journal, error))
		return FALSE;
	for (guint i = 0; i < planning->rows->len; i++) {
		JournalRow *row = g_ptr_array_index(planning->rows, i);
		if (row->state == JOURNAL_SKIPPED)
			journal_remove(journal, row->id, NULL);
	}
	return journal_commit(journal, error);
}
