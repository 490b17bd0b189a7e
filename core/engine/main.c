/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * main: the engine process of one device. Speaks org.portamento.Engine1 with the
 * helper over the socket that it was given; a job runs on a thread of its own, so that
 * this one can always answer, cancel, and end the process when the device hangs.
 */
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/session.h"
#include "wire/engine-xml.h"

#define ENGINE_PATH "/org/portamento/Engine1"
#define ENGINE_INTERFACE "org.portamento.Engine1"
#define HELPER_PATH ENGINE_PATH "/Helper"
#define HELPER_INTERFACE ENGINE_INTERFACE ".Helper"
#define HELPER_NAME "org.portamento.Sync1"
#define STORE_TIMEOUT_MS 10000 /* a slow disk */
#define EXPECT_TIMEOUT_MS 3000 /* the reset comes all the same */
#define CALL_SECONDS 5
#define IDLE_SECONDS 10
#define WATCH_SECONDS 1
#define ALIVE_EVERY 30 /* watches */
#define PATIENCE_SECONDS 1 /* with a cancelled session that is still opening the device */
#define EXIT_HUNG 3

typedef struct {
	GMainLoop *loop;
	GDBusConnection *connection;
	guint idle_source;
	guint watch_source;
	guint n_watches; /* of the running job */
	gboolean is_told_to_end, is_leaving;
	pid_t parent; /* the helper */
	Device *kept; /* open, between two jobs; or NULL */
	int has_unmounted; /* atomic: what the desktop had mounted, with the helper's word for it */

	/* of the running job; NULL between jobs */
	Session *session;
	GCancellable *cancellable;
	gint64 cancelled_us; /* 0: it was not */
	GDBusMethodInvocation *invocation;
	GUnixFDList *fds;
	GThread *thread;
	GVariant *result;
} Engine;

/* signals: GDBusConnection may be used from the session's thread */

static void
emit(Engine *engine, const char *name, GVariant *arguments)
{
	g_dbus_connection_emit_signal(engine->connection, NULL, ENGINE_PATH, ENGINE_INTERFACE, name,
				      arguments, NULL);
}

static void
on_state(void *data, int32_t detail, const char *text)
{
	emit(data, "State", g_variant_new("(is)", detail, text));
}

static void
on_progress(void *data, GVariant *progress)
{
	emit(data, "Progress", g_variant_new("(@(uttuustx))", progress));
}

static void
on_failure(void *data, const Failure *failure)
{
	g_autofree char *item = g_utf8_make_valid(failure->item, -1);
	g_autofree char *source = g_utf8_make_valid(failure->source, -1);

	emit(data, "ItemError",
	     g_variant_new("(ssis)", item, source, failure->code, failure->text));
}

/* TRUE once the helper has stored it. */
static gboolean
give_to_helper(Engine *engine, const char *method, GVariant *arguments, GError **error)
{
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
		engine->connection, NULL, HELPER_PATH, HELPER_INTERFACE, method, arguments, NULL,
		G_DBUS_CALL_FLAGS_NONE, STORE_TIMEOUT_MS, engine->cancellable, error);

	return reply != NULL;
}

static gboolean
store_statistics(void *data, const char *batch, GVariant *hosts, GError **error)
{
	return give_to_helper(data, "StoreStatistics",
			      g_variant_new("(s@a(sa(siix)))", batch, hosts), error);
}

static gboolean
keep_mount(void *data, GVariant *mount, GError **error)
{
	Engine *engine = data;

	if (!give_to_helper(engine, "KeepMount", g_variant_new("(@(aya{sv}))", mount), error))
		return FALSE;
	g_atomic_int_set(&engine->has_unmounted, TRUE);
	return TRUE;
}

/* Also when the job is cancelled. */
static void
expect_reset(void *data)
{
	Engine *engine = data;
	GVariant *reply = g_dbus_connection_call_sync(
		engine->connection, NULL, HELPER_PATH, HELPER_INTERFACE, "ExpectReset", NULL, NULL,
		G_DBUS_CALL_FLAGS_NONE, EXPECT_TIMEOUT_MS, NULL, NULL);

	g_clear_pointer(&reply, g_variant_unref);
}

/* A helper that died owes the desktop what we unmounted, and finds that written down when it is back. */
static void
call_helper_back(Engine *engine)
{
	if (!g_atomic_int_get(&engine->has_unmounted) || getppid() == engine->parent)
		return;
	alarm(CALL_SECONDS); /* a bus that does not answer ends us, too */
	g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
	if (bus == NULL)
		return;
	g_dbus_connection_set_exit_on_close(bus, FALSE);
	g_dbus_connection_call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
			       "org.freedesktop.DBus", "StartServiceByName",
			       g_variant_new("(su)", HELPER_NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE,
			       -1, NULL, NULL, NULL);
	g_dbus_connection_flush_sync(bus, NULL, NULL);
}

/* jobs */

static void begin(Engine *engine, Job *job);

/* The device has been given back: now the signal has its way, and who waits for the job learns of it. */
static void
end_by_signal(void)
{
	signal(SIGTERM, SIG_DFL);
	raise(SIGTERM);
}

/* Nothing runs. A device that was kept is given back first. */
static void
leave(Engine *engine)
{
	engine->is_leaving = TRUE;
	if (engine->kept != NULL)
		begin(engine, job_new_release(engine->kept->address));
	else if (engine->is_told_to_end)
		end_by_signal();
	else
		g_main_loop_quit(engine->loop);
}

static gboolean
on_idle_timeout(void *data)
{
	Engine *engine = data;

	engine->idle_source = 0;
	leave(engine);
	return G_SOURCE_REMOVE;
}

static void
wait_for_job(Engine *engine)
{
	engine->idle_source = g_timeout_add_seconds(IDLE_SECONDS, on_idle_timeout, engine);
}

/* A thread inside libmtp can not be stopped: the process ends, and the kernel lets go of the device. */
static void
end_process(Engine *engine, int32_t code, const char *text)
{
	on_state(engine, PORTA_DETAIL_WAITING_TO_RETRY, error_name(code));
	if (engine->invocation != NULL)
		g_dbus_method_invocation_return_error_literal(engine->invocation, PORTA_ERROR, code,
							      text);
	g_dbus_connection_flush_sync(engine->connection, NULL, NULL);
	call_helper_back(engine);
	_exit(EXIT_HUNG);
}

static gboolean
on_watch(void *data)
{
	Engine *engine = data;
	gint64 late_us = engine->cancelled_us + PATIENCE_SECONDS * G_USEC_PER_SEC;
	g_autoptr(GError) error = NULL;

	if (session_is_hung(engine->session, &error))
		end_process(engine, error_code(error), error->message);
	if (engine->cancelled_us != 0 && g_get_monotonic_time() > late_us &&
	    session_is_harmless(engine->session))
		end_process(engine, PORTA_ERROR_CANCELLED, "cancelled");
	/* a device of many songs is listed for minutes, a slow disk looked through: no news, but no silence */
	if (++engine->n_watches % ALIVE_EVERY == 0)
		emit(engine, "Alive", NULL);
	return G_SOURCE_CONTINUE;
}

static void
cancel_job(Engine *engine)
{
	if (engine->cancelled_us == 0)
		engine->cancelled_us = g_get_monotonic_time();
	g_cancellable_cancel(engine->cancellable);
}

/* The desktop ends, or the helper has. */
static gboolean
on_terminate(void *data)
{
	Engine *engine = data;

	engine->is_told_to_end = TRUE;
	if (engine->cancellable == NULL)
		leave(engine);
	else
		cancel_job(engine);
	return G_SOURCE_CONTINUE;
}

static void
answer(Engine *engine)
{
	if (engine->invocation != NULL)
		g_dbus_method_invocation_return_value_with_unix_fd_list(
			g_steal_pointer(&engine->invocation),
			g_variant_new("(@a{sv})", engine->result), engine->fds);
}

static gboolean
on_job_done(void *data)
{
	Engine *engine = data;

	g_clear_pointer(&engine->thread, g_thread_join);
	g_clear_handle_id(&engine->watch_source, g_source_remove);
	engine->kept = session_keep_device(engine->session);
	g_clear_pointer(&engine->session, session_free);
	call_helper_back(engine);
	g_clear_object(&engine->cancellable);
	if (!engine->is_told_to_end)
		answer(engine);
	g_clear_pointer(&engine->result, g_variant_unref);
	g_clear_object(&engine->fds);
	if (engine->is_leaving || engine->is_told_to_end ||
	    g_dbus_connection_is_closed(engine->connection))
		leave(engine);
	else
		wait_for_job(engine);
	return G_SOURCE_REMOVE;
}

static void *
run_job(void *data)
{
	Engine *engine = data;

	engine->result = g_variant_ref_sink(session_run(engine->session, engine->fds));
	g_idle_add(on_job_done, engine);
	return NULL;
}

static void
begin(Engine *engine, Job *job)
{
	static Observer observer = {on_state, on_progress, on_failure, NULL};
	static Keeper keeper = {store_statistics, keep_mount, expect_reset, NULL};

	observer.data = keeper.data = engine;
	g_clear_handle_id(&engine->idle_source, g_source_remove);
	engine->cancellable = g_cancellable_new();
	engine->cancelled_us = 0;
	engine->n_watches = 0;
	engine->session = session_new(job, &observer, &keeper, engine->cancellable);
	if (engine->kept != NULL)
		session_resume_device(engine->session, g_steal_pointer(&engine->kept));
	engine->fds = g_unix_fd_list_new();
	engine->watch_source = g_timeout_add_seconds(WATCH_SECONDS, on_watch, engine);
	engine->thread = g_thread_new("session", run_job, engine);
}

static void
start_job(Engine *engine, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	GUnixFDList *fds =
		g_dbus_message_get_unix_fd_list(g_dbus_method_invocation_get_message(invocation));
	g_autoptr(GVariant) dict = g_variant_get_child_value(arguments, 0);
	g_autoptr(GError) error = NULL;

	if (engine->session != NULL) {
		g_dbus_method_invocation_return_error_literal(
			invocation, PORTA_ERROR, PORTA_ERROR_DEVICE_BUSY, "a job is running");
		return;
	}
	Job *job = job_parse(dict, fds, &error);
	if (job == NULL) {
		g_dbus_method_invocation_return_gerror(invocation, error);
		return;
	}
	engine->invocation = invocation;
	begin(engine, job);
}

static void
on_method_call(GDBusConnection *connection, const char *sender, const char *path,
	       const char *interface, const char *method, GVariant *arguments,
	       GDBusMethodInvocation *invocation, void *data)
{
	Engine *engine = data;

	if (g_str_equal(method, "Run")) {
		start_job(engine, arguments, invocation);
		return;
	}
	if (g_str_equal(method, "Stay") && engine->session != NULL)
		session_stay(engine->session);
	else if (g_str_equal(method, "Cancel") && engine->cancellable != NULL)
		cancel_job(engine);
	g_dbus_method_invocation_return_value(invocation, NULL);
}

/* The helper is gone: the session is brought to a safe end, within the device's deadlines. */
static void
on_closed(GDBusConnection *connection, gboolean remote, GError *error, void *data)
{
	Engine *engine = data;

	if (engine->cancellable != NULL)
		cancel_job(engine);
	else
		leave(engine);
}

static gboolean
connect_helper(Engine *engine, int fd, GError **error)
{
	static const GDBusInterfaceVTable vtable = {.method_call = on_method_call};
	g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, error);
	g_autofree char *guid = g_dbus_generate_guid();

	if (socket == NULL)
		return FALSE;
	g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
	engine->connection =
		g_dbus_connection_new_sync(G_IO_STREAM(stream), guid,
					   G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
						   G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
					   NULL, NULL, error);
	if (engine->connection == NULL)
		return FALSE;
	g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(engine_xml, error);
	if (node == NULL || g_dbus_connection_register_object(
				    engine->connection, ENGINE_PATH,
				    g_dbus_node_info_lookup_interface(node, ENGINE_INTERFACE),
				    &vtable, engine, NULL, error) == 0)
		return FALSE;
	g_signal_connect(engine->connection, "closed", G_CALLBACK(on_closed), engine);
	g_dbus_connection_start_message_processing(engine->connection);
	return TRUE;
}

int
main(int argc, char **argv)
{
	Engine engine = {.parent = getppid()};
	g_autoptr(GError) error = NULL;

	if (argc != 2) {
		g_printerr("usage: portamento-engine FD\nStarted by portamentod, not by hand.\n");
		return 2;
	}
	error_register_dbus();
	engine.loop = g_main_loop_new(NULL, FALSE);
	if (!connect_helper(&engine, atoi(argv[1]), &error)) {
		g_printerr("portamento-engine: %s\n", error->message);
		return 1;
	}
	g_unix_signal_add(SIGTERM, on_terminate, &engine);
	wait_for_job(&engine);
	g_main_loop_run(engine.loop);
	g_main_loop_unref(engine.loop);
	return 0;
}
