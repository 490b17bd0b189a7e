/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portamentod: the helper on the session bus. It comes when it is called or a player is
 * plugged in, never opens a device itself, and leaves when nobody would miss it.
 */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "helper/clients.h"
#include "helper/helper.h"
#include "helper/state-lock.h"
#include "helper/timing.h"

#define NAME "org.portamento.Sync1"
#define PATH "/org/portamento/Sync1"
#define DBUS_NAME "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"
#define DO_NOT_QUEUE 4u
#define PRIMARY_OWNER 1u

typedef struct {
	GMainLoop *loop;
	GDBusConnection *bus;
	Helper *helper;
	Clients *clients;
	guint idle_timeout_s; /* 0: never leaves by itself */
	guint idle_source;
	guint leave_source;
	gboolean releasing; /* the name is being given back */
} Daemon;

static GVariant *
call_bus(Daemon *daemon, const char *method, GVariant *args, const char *type, GError **error)
{
	return g_dbus_connection_call_sync(daemon->bus, DBUS_NAME, DBUS_PATH, DBUS_NAME, method,
					   args, G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NONE, -1,
					   NULL, error);
}

/* TRUE with *owned set; FALSE if the bus does not answer. */
static gboolean
request_name(Daemon *daemon, gboolean *owned, GError **error)
{
	g_autoptr(GVariant) reply = call_bus(
		daemon, "RequestName", g_variant_new("(su)", NAME, DO_NOT_QUEUE), "(u)", error);
	guint32 answer = 0;

	if (reply == NULL)
		return FALSE;
	g_variant_get(reply, "(u)", &answer);
	*owned = answer == PRIMARY_OWNER;
	return TRUE;
}

static gboolean
is_served(Daemon *daemon)
{
	gboolean served = FALSE;
	g_autoptr(GVariant)
		reply = call_bus(daemon, "NameHasOwner", g_variant_new("(s)", NAME), "(b)", NULL);

	if (reply != NULL)
		g_variant_get(reply, "(b)", &served);
	return served;
}

static gboolean
is_missed(Daemon *daemon)
{
	return clients_count(daemon->clients) > 0 || !helper_is_idle(daemon->helper);
}

/* All that was sent to the name has arrived by now: leave only if nothing was. */
static void
on_released(GObject *source, GAsyncResult *result, gpointer data)
{
	Daemon *daemon = data;
	gboolean owned = FALSE;
	GVariant *reply = g_dbus_connection_call_finish(daemon->bus, result, NULL);

	g_clear_pointer(&reply, g_variant_unref);
	daemon->releasing = FALSE;
	if (is_missed(daemon) && request_name(daemon, &owned, NULL) && owned)
		return;
	g_message("nothing to do: leaving");
	g_main_loop_quit(daemon->loop);
}

static gboolean
on_idle(gpointer data)
{
	Daemon *daemon = data;

	daemon->idle_source = 0;
	daemon->releasing = TRUE;
	g_dbus_connection_call(daemon->bus, DBUS_NAME, DBUS_PATH, DBUS_NAME, "ReleaseName",
			       g_variant_new("(s)", NAME), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
			       on_released, daemon);
	return G_SOURCE_REMOVE;
}

static void
on_activity(void *data)
{
	Daemon *daemon = data;

	if (daemon->helper->leaving) {
		if (helper_is_at_rest(daemon->helper))
			g_main_loop_quit(daemon->loop);
		return;
	}
	if (daemon->idle_timeout_s == 0 || daemon->releasing)
		return;
	if (is_missed(daemon))
		g_clear_handle_id(&daemon->idle_source, g_source_remove);
	else if (daemon->idle_source == 0)
		daemon->idle_source =
			g_timeout_add_seconds(daemon->idle_timeout_s, on_idle, daemon);
}

static void
on_client(const char *client, gboolean present, void *data)
{
	Daemon *daemon = data;

	if (!present)
		helper_drop_client(daemon->helper, client);
	on_activity(daemon);
}

static gboolean
on_leave_deadline(gpointer data)
{
	Daemon *daemon = data;

	daemon->leave_source = 0;
	g_warning("engines do not end: leaving without them");
	g_main_loop_quit(daemon->loop);
	return G_SOURCE_REMOVE;
}

static void
leave(Daemon *daemon)
{
	if (daemon->helper->leaving)
		return;
	daemon->leave_source = g_timeout_add(timing_ms(TIMING_LEAVE), on_leave_deadline, daemon);
	helper_leave(daemon->helper);
	on_activity(daemon);
}

static gboolean
on_signal(gpointer data)
{
	leave(data);
	return G_SOURCE_CONTINUE;
}

static void
on_bus_closed(GDBusConnection *bus, gboolean remote, GError *error, gpointer data)
{
	g_message("the session bus is gone: leaving");
	leave(data);
}

/* From here on the daemon is whole; devices come in as they are found. */
static int
serve(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;

	daemon->helper->on_activity = on_activity;
	daemon->helper->data = daemon;
	g_autoptr(Discovery) discovery = discovery_new(helper_on_device, daemon->helper, &error);
	if (discovery == NULL)
		g_warning("no device will be found: %s", error->message);
	guint term = g_unix_signal_add(SIGTERM, on_signal, daemon);
	guint interrupt = g_unix_signal_add(SIGINT, on_signal, daemon);
	gulong closed = g_signal_connect(daemon->bus, "closed", G_CALLBACK(on_bus_closed), daemon);
	on_activity(daemon);
	g_main_loop_run(daemon->loop);
	daemon->helper->on_activity = NULL;
	g_signal_handler_disconnect(daemon->bus, closed);
	g_source_remove(term);
	g_source_remove(interrupt);
	g_clear_handle_id(&daemon->idle_source, g_source_remove);
	g_clear_handle_id(&daemon->leave_source, g_source_remove);
	return EXIT_SUCCESS;
}

/* Objects first, the name last: who sees the name finds them. */
static int
appear(Daemon *daemon, GError **error)
{
	gboolean owned = FALSE;

	daemon->clients = clients_new(daemon->bus, on_client, daemon);
	if (!g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(daemon->helper->manager),
					      daemon->bus, PATH, error))
		return EXIT_FAILURE;
	g_dbus_object_manager_server_set_connection(daemon->helper->objects, daemon->bus);
	if (!request_name(daemon, &owned, error))
		return EXIT_FAILURE;
	if (owned)
		return serve(daemon);
	g_message("another portamentod serves this bus");
	return EXIT_SUCCESS;
}

static GDBusConnection *
connect_bus(GError **error)
{
	g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, NULL, error);

	if (address == NULL)
		return NULL;
	return g_dbus_connection_new_for_address_sync(
		address,
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, NULL, error);
}

static int
run(guint idle_timeout_s, GError **error)
{
	g_autofree char *state_dir = g_build_filename(g_get_user_state_dir(), "portamento", NULL);
	Daemon daemon = {.idle_timeout_s = idle_timeout_s};

	daemon.bus = connect_bus(error);
	if (daemon.bus == NULL)
		return EXIT_FAILURE;
	g_dbus_connection_set_exit_on_close(daemon.bus, FALSE);
	if (is_served(&daemon)) {
		g_message("another portamentod serves this bus");
		g_object_unref(daemon.bus);
		return EXIT_SUCCESS;
	}
	int status = EXIT_FAILURE;
	int lock = state_lock_take(state_dir, error);
	daemon.helper = lock >= 0 ? helper_new(state_dir, error) : NULL;
	daemon.loop = g_main_loop_new(NULL, FALSE);
	if (daemon.helper != NULL)
		status = appear(&daemon, error);
	g_clear_pointer(&daemon.helper, helper_free);
	g_dbus_connection_close_sync(daemon.bus, NULL, NULL);
	g_clear_pointer(&daemon.clients, clients_free);
	g_object_unref(daemon.bus);
	g_main_loop_unref(daemon.loop);
	state_lock_release(lock);
	return status;
}

int
main(int argc, char **argv)
{
	int idle_timeout_s = 30;
	gboolean version = FALSE;
	const GOptionEntry entries[] = {
		{"idle-timeout", 0, 0, G_OPTION_ARG_INT, &idle_timeout_s,
		 "Leave when nobody has needed it for so long; 0: never (30)", "SECONDS"},
		{"version", 0, 0, G_OPTION_ARG_NONE, &version, "Show the version", NULL},
		{NULL},
	};
	g_autoptr(GError) error = NULL;

	setlocale(LC_ALL, "");
	g_autoptr(GOptionContext) context = g_option_context_new("- Portamento's helper");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || idle_timeout_s < 0 ||
	    argc > 1) {
		fprintf(stderr, "portamentod: %s\n",
			error != NULL ? error->message : "bad argument; see --help");
		return EXIT_FAILURE;
	}
	if (version) {
		puts("portamentod " PORTAMENTO_VERSION);
		return EXIT_SUCCESS;
	}
	error_register_dbus();
	int status = run(idle_timeout_s, &error);
	if (error != NULL)
		fprintf(stderr, "portamentod: %s\n", error->message);
	return status;
}
