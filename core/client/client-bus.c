/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * client-bus: see client-bus.h. All callbacks run on the worker, in its context.
 * Signals are asked for from the helper's unique name, so that nobody else can
 * send them, and before its devices are listed, so that no change is missed.
 */
#include "client/client-bus.h"

#include "base/error.h"
#include "client/drain.h"
#include "client/room.h"
#include "client/signals.h"
#include "client/statistics.h"

#define BUS_NAME "org.portamento.Sync1"
#define MANAGER_PATH "/org/portamento/Sync1"
#define DBUS_NAME "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"

#define FIRST_RETRY_MS 100
#define LAST_RETRY_MS 30000
#define SOUND_LIFE_US (10 * G_USEC_PER_SEC) /* who lived so long does not die of starting */

struct Bus {
	PortaClient *client; /* no-ref */
	Mirror *mirror;
	Sender *sender;
	GCancellable *cancellable;
	GDBusConnection *connection; /* NULL while there is none */
	gulong closed_handler;
	guint name_subscription;
	guint helper_subscription;
	char *owner; /* the helper's unique name; NULL while it is away */
	gboolean ready;
	gboolean told_lost;
	gint64 ready_since_us;
	GSource *retry;
	guint retry_ms;
};

/* A listing of one helper's devices: its answer counts only while that helper lives. */
typedef struct {
	Bus *bus;
	char *owner;
} Listing;

static void set_owner(Bus *bus, const char *owner);
static void connect_bus(Bus *bus);

static gboolean
is_over(Bus *bus, GObject *source, GError *error)
{
	bus->client->n_outstanding--;
	return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
	       (source != NULL && source != G_OBJECT(bus->connection));
}

static void
call_dbus(Bus *bus, const char *method, GVariant *parameters, GAsyncReadyCallback callback)
{
	bus->client->n_outstanding++;
	g_dbus_connection_call(bus->connection, DBUS_NAME, DBUS_PATH, DBUS_NAME, method, parameters,
			       NULL, G_DBUS_CALL_FLAGS_NONE, -1, bus->cancellable, callback, bus);
}

static void
tell_helper(Bus *bus, int32_t type, int32_t code, const char *text)
{
	PortaEvent *event = event_new(type, NULL);

	event_set_result(event, code, text);
	client_take_event(bus->client, event);
}

static void
unsubscribe(Bus *bus, guint *subscription)
{
	if (*subscription != 0 && bus->connection != NULL)
		g_dbus_connection_signal_unsubscribe(bus->connection, *subscription);
	*subscription = 0;
}

static void
set_helper(Bus *bus, GDBusConnection *connection, const char *owner)
{
	sender_set_helper(bus->sender, connection, owner);
	statistics_set_helper(bus->client->statistics, bus->mirror, bus->cancellable, connection,
			      owner);
}

/* The helper is not there, or not to be reached: told once, until it is back. */
static void
lose_helper(Bus *bus, const char *text)
{
	set_helper(bus, NULL, NULL);
	unsubscribe(bus, &bus->helper_subscription);
	g_clear_pointer(&bus->owner, g_free);
	mirror_lose(bus->mirror);
	if (bus->ready && g_get_monotonic_time() - bus->ready_since_us > SOUND_LIFE_US)
		bus->retry_ms = FIRST_RETRY_MS;
	if (!bus->told_lost)
		tell_helper(bus, PORTA_EVENT_HELPER_LOST, PORTA_ERROR_NO_HELPER, text);
	bus->told_lost = TRUE;
	bus->ready = FALSE;
}

static void on_started(GObject *source, GAsyncResult *result, void *data);

static gboolean
on_retry(void *data)
{
	Bus *bus = data;

	g_clear_pointer(&bus->retry, g_source_unref);
	if (bus->connection == NULL)
		connect_bus(bus);
	else if (bus->owner == NULL)
		call_dbus(bus, "StartServiceByName", g_variant_new("(su)", BUS_NAME, 0),
			  on_started);
	return G_SOURCE_REMOVE;
}

static void
schedule_retry(Bus *bus)
{
	if (bus->retry != NULL)
		return;
	bus->retry = g_timeout_source_new(bus->retry_ms);
	g_source_set_callback(bus->retry, on_retry, bus, NULL);
	g_source_attach(bus->retry, bus->client->context);
	bus->retry_ms = MIN(bus->retry_ms * 2, LAST_RETRY_MS);
}

static void
on_owner(GObject *source, GAsyncResult *result, void *data)
{
	Bus *bus = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant)
		reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	const char *owner = NULL;

	if (is_over(bus, source, error) || bus->owner != NULL)
		return;
	if (reply != NULL && g_variant_is_of_type(reply, G_VARIANT_TYPE("(s)"))) {
		g_variant_get(reply, "(&s)", &owner);
		set_owner(bus, owner);
		return;
	}
	schedule_retry(bus);
}

static void
on_started(GObject *source, GAsyncResult *result, void *data)
{
	Bus *bus = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant)
		reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

	if (is_over(bus, source, error) || bus->owner != NULL)
		return;
	if (reply != NULL) {
		call_dbus(bus, "GetNameOwner", g_variant_new("(s)", BUS_NAME), on_owner);
		return;
	}
	g_dbus_error_strip_remote_error(error);
	g_autofree char *text =
		g_strdup_printf("portamentod can not be started: %s", error->message);
	lose_helper(bus, text);
	schedule_retry(bus);
}

static void
tell_ready(Bus *bus)
{
	if (bus->ready)
		return;
	bus->ready = TRUE;
	bus->told_lost = FALSE;
	bus->ready_since_us = g_get_monotonic_time();
	tell_helper(bus, PORTA_EVENT_HELPER_READY, PORTA_OK, NULL);
}

static void
on_devices(GObject *source, GAsyncResult *result, void *data)
{
	Listing *listing = data;
	Bus *bus = listing->bus;
	g_autofree char *owner = listing->owner;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant)
		reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

	g_free(listing);
	if (is_over(bus, source, error) || g_strcmp0(owner, bus->owner) != 0)
		return;
	if (reply == NULL) {
		g_dbus_error_strip_remote_error(error);
		g_autofree char *text = g_strdup_printf("portamentod does not tell its devices: %s",
							error->message);
		lose_helper(bus, text);
		schedule_retry(bus);
		return;
	}
	client_begin_events(bus->client);
	tell_ready(bus);
	g_autoptr(GVariant) objects = g_variant_get_child_value(reply, 0);
	mirror_load(bus->mirror, objects);
	client_end_events(bus->client);
	set_helper(bus, bus->connection, bus->owner);
}

static void
list_devices(Bus *bus)
{
	Listing *listing = g_new(Listing, 1);

	*listing = (Listing){bus, g_strdup(bus->owner)};
	bus->client->n_outstanding++;
	g_dbus_connection_call(bus->connection, bus->owner, MANAGER_PATH,
			       "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL,
			       G_VARIANT_TYPE("(a{oa{sa{sv}}})"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
			       -1, bus->cancellable, on_devices, listing);
}

static void
on_helper_signal(GDBusConnection *connection, const char *sender, const char *path,
		 const char *interface, const char *member, GVariant *parameters, void *data)
{
	Bus *bus = data;

	/* what came before the listing is in it */
	if (bus->ready &&
	    !signals_take(bus->client, bus->mirror, path, interface, member, parameters))
		list_devices(bus);
}

static void
set_owner(Bus *bus, const char *owner)
{
	if (g_strcmp0(owner, bus->owner) == 0)
		return;
	if (bus->owner != NULL)
		lose_helper(bus, "portamentod was replaced");
	bus->owner = g_strdup(owner);
	bus->helper_subscription = g_dbus_connection_signal_subscribe(
		bus->connection, owner, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
		on_helper_signal, bus, NULL);
	list_devices(bus);
}

static void
on_name_owner_changed(GDBusConnection *connection, const char *sender, const char *path,
		      const char *interface, const char *member, GVariant *parameters, void *data)
{
	Bus *bus = data;
	const char *owner;

	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sss)")))
		return;
	g_variant_get(parameters, "(&s&s&s)", NULL, NULL, &owner);
	if (owner[0] != '\0') {
		set_owner(bus, owner);
		return;
	}
	lose_helper(bus, "portamentod has ended; it is started again");
	schedule_retry(bus);
}

static void
drop_connection(Bus *bus)
{
	if (bus->connection == NULL)
		return;
	unsubscribe(bus, &bus->helper_subscription);
	unsubscribe(bus, &bus->name_subscription);
	g_signal_handler_disconnect(bus->connection, bus->closed_handler);
	g_clear_object(&bus->connection);
}

static void
on_closed(GDBusConnection *connection, gboolean by_remote, GError *error, void *data)
{
	Bus *bus = data;

	lose_helper(bus, "the session bus is gone");
	drop_connection(bus);
	schedule_retry(bus);
}

static void
on_connected(GObject *source, GAsyncResult *result, void *data)
{
	Bus *bus = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GDBusConnection)
		connection = g_dbus_connection_new_for_address_finish(result, &error);

	if (is_over(bus, NULL, error))
		return;
	if (connection == NULL) {
		g_autofree char *text =
			g_strdup_printf("the session bus can not be reached: %s", error->message);
		lose_helper(bus, text);
		schedule_retry(bus);
		return;
	}
	bus->connection = g_steal_pointer(&connection);
	bus->closed_handler =
		g_signal_connect(bus->connection, "closed", G_CALLBACK(on_closed), bus);
	bus->name_subscription = g_dbus_connection_signal_subscribe(
		bus->connection, DBUS_NAME, DBUS_NAME, "NameOwnerChanged", DBUS_PATH, BUS_NAME,
		G_DBUS_SIGNAL_FLAGS_NONE, on_name_owner_changed, bus, NULL);
	call_dbus(bus, "StartServiceByName", g_variant_new("(su)", BUS_NAME, 0), on_started);
}

static void
connect_bus(Bus *bus)
{
	if (!room_is_left()) {
		lose_helper(bus, "this program has no file descriptors left");
		schedule_retry(bus);
		return;
	}
	bus->client->n_outstanding++;
	g_dbus_connection_new_for_address(bus->client->address,
					  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
						  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
					  NULL, bus->cancellable, on_connected, bus);
}

Bus *
bus_new(PortaClient *client)
{
	Bus *bus = g_new0(Bus, 1);

	error_register_dbus();
	bus->client = client;
	bus->cancellable = g_cancellable_new();
	bus->mirror = mirror_new(client);
	bus->sender = sender_new(client, bus->mirror, bus->cancellable);
	bus->retry_ms = FIRST_RETRY_MS;
	connect_bus(bus);
	return bus;
}

static gboolean
is_goodbye_said(void *data)
{
	Bus *bus = data;

	return !statistics_is_asking(bus->client->statistics);
}

static gboolean
is_all_answered(void *data)
{
	Bus *bus = data;

	return bus->client->n_outstanding == 0;
}

static void
on_bus_closed(GObject *source, GAsyncResult *result, void *data)
{
	Bus *bus = data;

	g_dbus_connection_close_finish(G_DBUS_CONNECTION(source), result, NULL);
	bus->client->n_outstanding--;
}

void
bus_free(Bus *bus)
{
	if (bus->retry != NULL) {
		g_source_destroy(bus->retry);
		g_source_unref(bus->retry);
	}
	statistics_say_goodbye(bus->client->statistics);
	drain(bus->client->context, is_goodbye_said, bus);
	g_cancellable_cancel(bus->cancellable);
	if (bus->connection != NULL) {
		bus->client->n_outstanding++;
		g_dbus_connection_close(bus->connection, NULL, on_bus_closed, bus);
	}
	drop_connection(bus);
	drain(bus->client->context, is_all_answered, bus);
	sender_free(bus->sender);
	mirror_free(bus->mirror);
	g_object_unref(bus->cancellable);
	g_free(bus->owner);
	g_free(bus);
}

void
bus_take_request(Bus *bus, Request *request)
{
	sender_take_request(bus->sender, request);
}
