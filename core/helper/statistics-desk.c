/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics-desk: see statistics-desk.h.
 */
#include "helper/statistics-desk.h"

#include <string.h>

struct StatisticsDesk {
	StatisticsStore *store;
	GHashTable *takers; /* host id -> the bus name of the client that takes */
	StatisticsFunc waiting;
	void *data;
};

StatisticsDesk *
statistics_desk_new(const char *dir, StatisticsFunc waiting, void *data, GError **error)
{
	StatisticsStore *store = statistics_store_new(dir, error);

	if (store == NULL)
		return NULL;
	StatisticsDesk *desk = g_new0(StatisticsDesk, 1);
	desk->store = store;
	desk->takers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	desk->waiting = waiting;
	desk->data = data;
	return desk;
}

void
statistics_desk_free(StatisticsDesk *desk)
{
	g_hash_table_unref(desk->takers);
	statistics_store_free(desk->store);
	g_free(desk);
}

gboolean
statistics_desk_add(StatisticsDesk *desk, const char *host_id, const char *device_id,
		    const char *batch_id, GVariant *tracks, gboolean *is_new, GError **error)
{
	if (!statistics_store_add(desk->store, host_id, device_id, batch_id, tracks, is_new, error))
		return FALSE;
	desk->waiting(desk->data, host_id);
	return TRUE;
}

/* A client may ask for hosts without end; only what there is something of is given to one. */
GVariant *
statistics_desk_take(StatisticsDesk *desk, const char *host_id, const char *client, guint64 done,
		     GError **error)
{
	const char *taker = g_hash_table_lookup(desk->takers, host_id);
	gboolean is_taken = taker != NULL && strcmp(taker, client) != 0;
	guint64 number;

	if (is_taken)
		return statistics_store_nothing();
	g_autoptr(GVariant) batch = statistics_store_take(desk->store, host_id, done, error);
	if (batch == NULL)
		return NULL;
	g_variant_get_child(batch, 0, "t", &number);
	if (number == 0)
		g_hash_table_remove(desk->takers, host_id);
	else
		g_hash_table_replace(desk->takers, g_strdup(host_id), g_strdup(client));
	return g_steal_pointer(&batch);
}

gboolean
statistics_desk_forget_host(StatisticsDesk *desk, const char *host_id, GError **error)
{
	return statistics_store_forget(desk->store, host_id, error);
}

void
statistics_desk_drop_client(StatisticsDesk *desk, const char *client)
{
	g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer host_id, taker;

	g_hash_table_iter_init(&iter, desk->takers);
	while (g_hash_table_iter_next(&iter, &host_id, &taker)) {
		if (strcmp(taker, client) != 0)
			continue;
		g_ptr_array_add(hosts, g_strdup(host_id));
		g_hash_table_iter_remove(&iter);
	}
	for (guint i = 0; i < hosts->len; i++)
		desk->waiting(desk->data, hosts->pdata[i]);
}
