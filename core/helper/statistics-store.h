/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics-store: what was played on devices, until each host has taken its own. One
 * file a host, replaced as a whole: a batch and that it was stored are in it together, or neither.
 */
#pragma once

#include <gio/gio.h>

#define STATISTICS_TRACKS "a(siix)"
#define STATISTICS_BATCH "(ts" STATISTICS_TRACKS ")" /* number, device id, tracks */

typedef struct StatisticsStore StatisticsStore;

StatisticsStore *statistics_store_new(const char *dir, GError **error);
void statistics_store_free(StatisticsStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StatisticsStore, statistics_store_free)

/* Durable when it returns TRUE. A batch with the id that this device's last one had is stored
 * already: *is_new is FALSE. The oldest make room. */
gboolean statistics_store_add(StatisticsStore *store, const char *host_id, const char *device_id,
			      const char *batch_id, GVariant *tracks, gboolean *is_new,
			      GError **error);

/* Forgets batch number done, and answers the oldest, STATISTICS_BATCH, not floating; its number is 0
 * if there is none. NULL with error: done is not forgotten. */
GVariant *statistics_store_take(StatisticsStore *store, const char *host_id, guint64 done,
				GError **error);
/* Number 0, as when nothing waits; not floating. */
GVariant *statistics_store_nothing(void);
gboolean statistics_store_forget(StatisticsStore *store, const char *host_id, GError **error);
