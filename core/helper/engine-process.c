/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * engine-process: see engine-process.h. The end of a job is either the reply to Run
 * or, when the socket closes first, the end of the process: its exit status tells why.
 */
#include "helper/engine-process.h"

#include <unistd.h>

#include "base/error.h"
#include "helper/engine-spawn.h"
#include "helper/timing.h"
#include "wire/engine-xml.h"

#define PATH "/org/portamento/Engine1"
#define INTERFACE "org.portamento.Engine1"
#define OUR_PATH PATH "/Helper"
#define OUR_INTERFACE INTERFACE ".Helper"
#define EXIT_HUNG 3 /* the engine's own watchdog ended it */
#define DOUBT_MS                                                                                   \
	2000 /* perhaps it was we who stood still: what it has said meanwhile is heard first */

struct EngineProcess {
	EngineEvents events;
	void *data; /* no-ref */
	GSubprocess *subprocess;
	GDBusConnection *connection; /* NULL until it has answered, and after close */
	GCancellable *cancellable; /* of everything asynchronous: cancelled by free */
	GVariant *job; /* waits for the connection */
	GUnixFDList *job_fds;
	gboolean running; /* a job, given and not ended */
	gboolean followed; /* by another job for the device, as far as is known */
	gboolean cancelled;
	gboolean closing;
	gboolean doubted; /* has said nothing for long; once more, and it is killed */
	gboolean silent; /* was killed because it said nothing */
	gboolean stuck; /* was killed because it did not end its job when told */
	guint subscription;
	guint registration;
	guint kill_source;
	guint silence_source;
	gint64 heard_us;
};

static gboolean
on_kill(gpointer data)
{
	EngineProcess *process = data;

	process->kill_source = 0;
	process->stuck = process->running && process->cancelled;
	g_warning("the engine (pid %s) does not end: killed",
		  g_subprocess_get_identifier(process->subprocess));
	g_subprocess_force_exit(process->subprocess);
	return G_SOURCE_REMOVE;
}

static void
kill_after(EngineProcess *process, guint ms)
{
	g_clear_handle_id(&process->kill_source, g_source_remove);
	process->kill_source = g_timeout_add(ms, on_kill, process);
}

/* Runs only while there is a job: an idle helper never wakes up. */
static gboolean
on_silence(gpointer data)
{
	EngineProcess *process = data;
	gint64 quiet_ms = (g_get_monotonic_time() - process->heard_us) / 1000;
	gint64 left_ms = (gint64)timing_ms(TIMING_SILENCE) - quiet_ms;

	if (left_ms > 0 || !process->doubted) {
		process->doubted = left_ms <= 0;
		process->silence_source =
			g_timeout_add(process->doubted ? DOUBT_MS : left_ms, on_silence, process);
		return G_SOURCE_REMOVE;
	}
	process->silence_source = 0;
	process->silent = TRUE;
	g_warning("the engine (pid %s) has said nothing for %" G_GINT64_FORMAT " s: killed",
		  g_subprocess_get_identifier(process->subprocess), quiet_ms / 1000);
	g_subprocess_force_exit(process->subprocess);
	return G_SOURCE_REMOVE;
}

static void
end_job(EngineProcess *process, GVariant *result, GUnixFDList *fds, const GError *error)
{
	if (!process->running)
		return;
	process->running = FALSE;
	process->cancelled = FALSE;
	g_clear_pointer(&process->job, g_variant_unref);
	g_clear_object(&process->job_fds);
	g_clear_handle_id(&process->silence_source, g_source_remove);
	if (!process->closing)
		g_clear_handle_id(&process->kill_source, g_source_remove);
	process->events.done(process->data, result, fds, error);
}

static GError *
describe_end(EngineProcess *process)
{
	GSubprocess *subprocess = process->subprocess;

	if (process->silent || (g_subprocess_get_if_exited(subprocess) &&
				g_subprocess_get_exit_status(subprocess) == EXIT_HUNG))
		return g_error_new_literal(
			PORTA_ERROR, PORTA_ERROR_DEVICE_HUNG,
			"the device does not answer: unplug it and plug it in again");
	if (process->stuck || process->closing)
		return g_error_new_literal(PORTA_ERROR, PORTA_ERROR_CANCELLED, "cancelled");
	if (g_subprocess_get_if_signaled(subprocess))
		return g_error_new(PORTA_ERROR, PORTA_ERROR_ENGINE_LOST,
				   "the device's engine was ended by signal %d (%s)",
				   g_subprocess_get_term_sig(subprocess),
				   g_strsignal(g_subprocess_get_term_sig(subprocess)));
	return g_error_new(PORTA_ERROR, PORTA_ERROR_ENGINE_LOST,
			   "the device's engine ended unexpectedly with status %d",
			   g_subprocess_get_exit_status(subprocess));
}

static void
on_exited(GObject *source, GAsyncResult *result, gpointer data)
{
	EngineProcess *process = data;
	g_autoptr(GError) error = NULL;

	if (!g_subprocess_wait_finish(G_SUBPROCESS(source), result, &error))
		return; /* freed meanwhile */
	g_autoptr(GError) why = describe_end(process);
	process->closing = TRUE;
	g_clear_handle_id(&process->kill_source, g_source_remove);
	end_job(process, NULL, NULL, why);
	process->events.gone(process->data);
}

static void
on_signal(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
	  const char *name, GVariant *args, gpointer data)
{
	EngineProcess *process = data;
	const EngineEvents *events = &process->events;
	const char *item, *source, *text;
	int32_t code;

	process->heard_us = g_get_monotonic_time();
	if (!process->running)
		return;
	if (g_str_equal(name, "State") && g_variant_is_of_type(args, G_VARIANT_TYPE("(is)"))) {
		g_variant_get(args, "(i&s)", &code, &text);
		events->state(process->data, code, text);
	} else if (g_str_equal(name, "Progress") &&
		   g_variant_is_of_type(args, G_VARIANT_TYPE("((uttuustx))"))) {
		g_autoptr(GVariant) progress = g_variant_get_child_value(args, 0);
		events->progress(process->data, progress);
	} else if (g_str_equal(name, "ItemError") &&
		   g_variant_is_of_type(args, G_VARIANT_TYPE("(ssis)"))) {
		g_variant_get(args, "(&s&si&s)", &item, &source, &code, &text);
		events->item_error(process->data, item, source, code, text);
	}
}

static gboolean
keep(EngineProcess *process, const char *method, GVariant *args, GError **error)
{
	const EngineEvents *events = &process->events;

	if (!process->running) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_CANCELLED, "the job has ended");
		return FALSE;
	}
	if (g_str_equal(method, "ExpectReset")) {
		events->expect_reset(process->data);
		return TRUE;
	}
	g_autoptr(GVariant) first = g_variant_get_child_value(args, 0);
	if (g_str_equal(method, "KeepMount"))
		return events->keep_mount(process->data, first, error);
	g_autoptr(GVariant) hosts = g_variant_get_child_value(args, 1);
	return events->store_statistics(process->data, g_variant_get_string(first, NULL), hosts,
					error);
}

/* GDBus has looked at the types. */
static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
	const char *method, GVariant *args, GDBusMethodInvocation *invocation, gpointer data)
{
	EngineProcess *process = data;
	g_autoptr(GError) error = NULL;

	process->heard_us = g_get_monotonic_time();
	if (keep(process, method, args, &error))
		g_dbus_method_invocation_return_value(invocation, NULL);
	else
		g_dbus_method_invocation_return_gerror(invocation, error);
}

static guint
serve_engine(EngineProcess *process)
{
	static const GDBusInterfaceVTable vtable = {.method_call = on_call};
	static GDBusNodeInfo *node;

	if (node == NULL)
		node = g_dbus_node_info_new_for_xml(engine_xml, NULL);
	return g_dbus_connection_register_object(
		process->connection, OUR_PATH,
		g_dbus_node_info_lookup_interface(node, OUR_INTERFACE), &vtable, process, NULL,
		NULL);
}

static void
on_run_reply(GObject *source, GAsyncResult *result, gpointer data)
{
	EngineProcess *process = data;
	g_autoptr(GUnixFDList) fds = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish(
		G_DBUS_CONNECTION(source), &fds, result, &error);

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* freed meanwhile */
	if (reply != NULL) {
		g_autoptr(GVariant) values = g_variant_get_child_value(reply, 0);
		end_job(process, values, fds, NULL);
	} else if (g_dbus_error_is_remote_error(error)) {
		/* it ends itself after this, and has the device until it is gone */
		g_dbus_error_strip_remote_error(error);
		engine_process_close(process);
		end_job(process, NULL, NULL, error);
	} else {
		/* the socket is closed: the end of the process says why; on_exited() goes on */
		kill_after(process, timing_ms(TIMING_EXIT));
	}
}

static void
send_stay(EngineProcess *process)
{
	g_dbus_connection_call(process->connection, NULL, PATH, INTERFACE, "Stay", NULL, NULL,
			       G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
send_job(EngineProcess *process)
{
	process->heard_us = g_get_monotonic_time();
	g_dbus_connection_call_with_unix_fd_list(process->connection, NULL, PATH, INTERFACE, "Run",
						 g_variant_new("(@a{sv})", process->job),
						 G_VARIANT_TYPE("(a{sv})"), G_DBUS_CALL_FLAGS_NONE,
						 G_MAXINT, process->job_fds, process->cancellable,
						 on_run_reply, process);
	g_clear_pointer(&process->job, g_variant_unref);
	g_clear_object(&process->job_fds);
	if (process->followed)
		send_stay(process);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	GDBusConnection *connection = g_dbus_connection_new_finish(result, &error);
	EngineProcess *process = data;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* freed meanwhile */
	if (connection == NULL || process->closing) {
		/* it died before it spoke; on_exited() tells */
		g_clear_object(&connection);
		kill_after(process, timing_ms(TIMING_EXIT));
		return;
	}
	process->connection = connection;
	g_dbus_connection_set_exit_on_close(connection, FALSE);
	process->subscription = g_dbus_connection_signal_subscribe(
		connection, NULL, INTERFACE, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal,
		process, NULL);
	process->registration = serve_engine(process);
	if (process->cancelled)
		end_job(process, NULL, NULL,
			&(GError){PORTA_ERROR, PORTA_ERROR_CANCELLED, (char *)"cancelled"});
	else if (process->job != NULL)
		send_job(process);
}

EngineProcess *
engine_process_new(const EngineEvents *events, void *data, GError **error)
{
	int fd;
	g_autoptr(GSubprocess) subprocess = engine_spawn(&fd, error);

	if (subprocess == NULL)
		return NULL;
	g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, error);
	if (socket == NULL) {
		close(fd);
		g_subprocess_force_exit(subprocess);
		return NULL;
	}
	EngineProcess *process = g_new0(EngineProcess, 1);
	process->events = *events;
	process->data = data;
	process->cancellable = g_cancellable_new();
	process->subprocess = g_steal_pointer(&subprocess);
	g_subprocess_wait_async(process->subprocess, process->cancellable, on_exited, process);
	g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
	g_dbus_connection_new(G_IO_STREAM(stream), NULL,
			      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
			      process->cancellable, on_connected, process);
	return process;
}

static void
close_connection(EngineProcess *process)
{
	if (process->connection == NULL)
		return;
	g_dbus_connection_signal_unsubscribe(process->connection, process->subscription);
	g_dbus_connection_unregister_object(process->connection, process->registration);
	g_dbus_connection_close(process->connection, NULL, NULL, NULL);
	g_clear_object(&process->connection);
}

void
engine_process_free(EngineProcess *process)
{
	g_cancellable_cancel(process->cancellable);
	g_clear_handle_id(&process->kill_source, g_source_remove);
	g_clear_handle_id(&process->silence_source, g_source_remove);
	close_connection(process);
	g_subprocess_force_exit(process->subprocess);
	g_object_unref(process->subprocess);
	g_object_unref(process->cancellable);
	g_clear_pointer(&process->job, g_variant_unref);
	g_clear_object(&process->job_fds);
	g_free(process);
}

void
engine_process_run(EngineProcess *process, GVariant *job, GUnixFDList *fds)
{
	g_assert(!process->running && !process->closing);
	process->running = TRUE;
	process->doubted = process->followed = FALSE;
	process->job = g_variant_ref_sink(job);
	process->job_fds = fds != NULL ? g_object_ref(fds) : NULL;
	process->heard_us = g_get_monotonic_time();
	process->silence_source = g_timeout_add(timing_ms(TIMING_SILENCE), on_silence, process);
	if (process->connection != NULL)
		send_job(process);
}

gboolean
engine_process_is_running_job(EngineProcess *process)
{
	return process->running;
}

void
engine_process_stay(EngineProcess *process)
{
	if (!process->running)
		return;
	process->followed = TRUE;
	if (process->connection != NULL)
		send_stay(process);
}

void
engine_process_cancel(EngineProcess *process, guint ms)
{
	if (!process->running || process->cancelled)
		return;
	process->cancelled = TRUE;
	kill_after(process, ms);
	if (process->connection != NULL)
		g_dbus_connection_call(process->connection, NULL, PATH, INTERFACE, "Cancel", NULL,
				       NULL, G_DBUS_CALL_FLAGS_NONE, ms, NULL, NULL, NULL);
}

void
engine_process_close(EngineProcess *process)
{
	if (process->closing)
		return;
	process->closing = TRUE;
	close_connection(process);
	kill_after(process, timing_ms(TIMING_EXIT));
}

gboolean
engine_process_is_closing(EngineProcess *process)
{
	return process->closing;
}
