/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * journal-row: life of one row. The plan needs rows and no database.
 */
#include "engine/journal.h"

void
journal_row_clear_statistics(JournalRow *row)
{
	row->use_count = row->rating = row->host_rating = row->given_rating = -1;
}

JournalRow *
journal_row_copy(const JournalRow *row)
{
	JournalRow *copy = g_memdup2(row, sizeof(*row));

	copy->storage = g_strdup(row->storage);
	copy->path = g_strdup(row->path);
	copy->source = g_strdup(row->source);
	copy->uri = g_strdup(row->uri);
	copy->fingerprint = g_strdup(row->fingerprint);
	copy->tags = g_strdup(row->tags);
	copy->beginning = g_strdup(row->beginning);
	return copy;
}

void
journal_row_free(JournalRow *row)
{
	if (row == NULL)
		return;
	g_free(row->storage);
	g_free(row->path);
	g_free(row->source);
	g_free(row->uri);
	g_free(row->fingerprint);
	g_free(row->tags);
	g_free(row->beginning);
	g_free(row);
}
