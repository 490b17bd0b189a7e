/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What went through a device since the last reset. Tests compare these numbers exactly. */
#include "statistics.h"

void
statistics_init(struct statistics *statistics)
{
	*statistics = (struct statistics){.by_code = g_hash_table_new(NULL, NULL)};
}

void
statistics_clear(struct statistics *statistics)
{
	g_clear_pointer(&statistics->by_code, g_hash_table_unref);
}

void
statistics_reset(struct statistics *statistics)
{
	statistics_clear(statistics);
	statistics_init(statistics);
}

void
statistics_count(struct statistics *statistics, guint16 operation)
{
	gpointer key = GUINT_TO_POINTER(operation);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(statistics->by_code, key));

	g_hash_table_insert(statistics->by_code, key, GUINT_TO_POINTER(count + 1));
	statistics->transactions++;
}
