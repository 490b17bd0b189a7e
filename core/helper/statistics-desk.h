/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics-desk: hands out what statistics-store keeps: each batch to one client of its
 * host, the first that asks, until it leaves the bus.
 */
#pragma once

#include "helper/statistics-store.h"

typedef struct StatisticsDesk StatisticsDesk;

/* Something waits for this host. */
typedef void (*StatisticsFunc)(void *data, const char *host_id);

StatisticsDesk *statistics_desk_new(const char *dir, StatisticsFunc waiting, void *data,
				    GError **error);
void statistics_desk_free(StatisticsDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StatisticsDesk, statistics_desk_free)

/* As statistics_store_add(); tells who waits for it. */
gboolean statistics_desk_add(StatisticsDesk *desk, const char *host_id, const char *device_id,
			     const char *batch_id, GVariant *tracks, gboolean *is_new,
			     GError **error);
/* As statistics_store_take(), for a client; nothing if another takes this host's. */
GVariant *statistics_desk_take(StatisticsDesk *desk, const char *host_id, const char *client,
			       guint64 done, GError **error);
gboolean statistics_desk_forget_host(StatisticsDesk *desk, const char *host_id, GError **error);
/* It left the bus: another client may take what it did not. */
void statistics_desk_drop_client(StatisticsDesk *desk, const char *client);
