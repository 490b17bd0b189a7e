/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clients: see clients.h. The filter runs in GDBus' thread, so a call that has come in is
 * counted before the main loop can decide to leave.
 */
#include "helper/clients.h"

#include <string.h>

struct Clients {
	GDBusConnection *bus;
	guint filter;
	ClientsFunc func;
	void *data;
	GMutex lock;
	GHashTable *watches; /* under lock: unique name -> guint watch, 0: not watched yet */
};

typedef struct {
	Clients *clients;
	char *name;
} Arrival;

static void
arrival_free(Arrival *arrival)
{
	g_free(arrival->name);
	g_free(arrival);
}

static void
on_vanished(GDBusConnection *bus, const char *name, gpointer data)
{
	Clients *clients = data;
	g_autofree char *client = g_strdup(name);

	g_mutex_lock(&clients->lock);
	guint watch = GPOINTER_TO_UINT(g_hash_table_lookup(clients->watches, client));
	g_hash_table_remove(clients->watches, client);
	g_mutex_unlock(&clients->lock);
	g_bus_unwatch_name(watch);
	clients->func(client, FALSE, clients->data);
}

static gboolean
on_arrival(gpointer data)
{
	Arrival *arrival = data;
	Clients *clients = arrival->clients;
	guint watch = g_bus_watch_name_on_connection(clients->bus, arrival->name,
						     G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
						     on_vanished, clients, NULL);

	g_mutex_lock(&clients->lock);
	g_hash_table_replace(clients->watches, g_strdup(arrival->name), GUINT_TO_POINTER(watch));
	g_mutex_unlock(&clients->lock);
	clients->func(arrival->name, TRUE, clients->data);
	return G_SOURCE_REMOVE;
}

static GDBusMessage *
on_message(GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer data)
{
	Clients *clients = data;
	const char *sender = g_dbus_message_get_sender(message);

	if (!incoming || sender == NULL || sender[0] != ':' ||
	    g_dbus_message_get_message_type(message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
		return message;
	g_mutex_lock(&clients->lock);
	gboolean known = g_hash_table_contains(clients->watches, sender);
	if (!known)
		g_hash_table_insert(clients->watches, g_strdup(sender), GUINT_TO_POINTER(0));
	g_mutex_unlock(&clients->lock);
	if (!known) {
		Arrival *arrival = g_new(Arrival, 1);
		*arrival = (Arrival){clients, g_strdup(sender)};
		g_idle_add_full(G_PRIORITY_HIGH, on_arrival, arrival, (GDestroyNotify)arrival_free);
	}
	return message;
}

Clients *
clients_new(GDBusConnection *bus, ClientsFunc func, void *data)
{
	Clients *clients = g_new0(Clients, 1);

	clients->bus = g_object_ref(bus);
	clients->func = func;
	clients->data = data;
	g_mutex_init(&clients->lock);
	clients->watches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	clients->filter = g_dbus_connection_add_filter(bus, on_message, clients, NULL);
	return clients;
}

static void
unwatch(gpointer name, gpointer watch, gpointer data)
{
	if (watch != NULL)
		g_bus_unwatch_name(GPOINTER_TO_UINT(watch));
}

/* After this nothing may iterate the main context: an arrival may wait in it. */
void
clients_free(Clients *clients)
{
	g_dbus_connection_remove_filter(clients->bus, clients->filter);
	g_hash_table_foreach(clients->watches, unwatch, NULL);
	g_hash_table_unref(clients->watches);
	g_mutex_clear(&clients->lock);
	g_object_unref(clients->bus);
	g_free(clients);
}

guint
clients_count(Clients *clients)
{
	g_mutex_lock(&clients->lock);
	guint n = g_hash_table_size(clients->watches);
	g_mutex_unlock(&clients->lock);
	return n;
}
