/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What went through a device since the last reset. Tests compare these numbers exactly. */
#include "statistics.h"

void
statistics_init(struct statistics *statistics)
{
	*statistics = (struct statistics){.by_code = g_hash_table_new(NULL, NULL),
					  .by_property = g_hash_table_new(NULL, NULL)};
}

void
statistics_clear(struct statistics *statistics)
{
	g_clear_pointer(&statistics->by_code, g_hash_table_unref);
	g_clear_pointer(&statistics->by_property, g_hash_table_unref);
}

void
statistics_reset(struct statistics *statistics)
{
	statistics_clear(statistics);
	statistics_init(statistics);
}

static void
add_one(GHashTable *counts, guint32 code)
{
	gpointer key = GUINT_TO_POINTER(code);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

	g_hash_table_insert(counts, key, GUINT_TO_POINTER(count + 1));
}

void
statistics_count(struct statistics *statistics, guint16 operation)
{
	add_one(statistics->by_code, operation);
	statistics->transactions++;
}

void
statistics_count_list(struct statistics *statistics, guint32 property)
{
	add_one(statistics->by_property, property);
}
