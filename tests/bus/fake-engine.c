/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-engine: speaks org.portamento.Engine1 as portamento-engine does, but knows nothing:
 * a test behind the socket $PORTAMENTO_FAKE_ENGINE decides. Lines to the test:
 *
 *   start PID                run JOB (GVariant text)          cancel          stay
 *   library HANDLE BYTES SHA256, before the run that has it
 *
 * and from it, answered in order:
 *
 *   result VARDICT      plan VARDICT (adds "Plan" h, a sealed memfd)      error NAME TEXT
 *   state (i, s)        progress (uttuustx)       item-error (ssis)
 *   statistics (sa(sa(siix))): StoreStatistics; says "stored" or "not-stored ERROR"
 *   mount ((aya{sv})): KeepMount; says the same
 *   reset: ExpectReset; says the same
 *   exit STATUS         kill        deaf (takes no notice any more of SIGTERM or a closed socket)
 *   hang-up (is deaf, and closes the socket)
 */
#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/memfd.h"

#define PATH "/org/portamento/Engine1"
#define INTERFACE "org.portamento.Engine1"

typedef struct {
	GMainLoop *loop;
	GDBusConnection *bus;
	GSocketConnection *control;
	GDataInputStream *lines;
	GDBusMethodInvocation *run;
	gboolean deaf;
} Fake;

static const char xml[] =
	"<node><interface name='" INTERFACE "'>"
	"<method name='Run'><arg type='a{sv}' direction='in'/><arg type='a{sv}' direction='out'/>"
	"</method><method name='Cancel'/><method name='Stay'/></interface></node>";

static void
say(Fake *fake, const char *line)
{
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(fake->control));
	g_autofree char *text = g_strconcat(line, "\n", NULL);

	g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL);
}

static void
say_library(Fake *fake, int handle, int fd)
{
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
	guchar buffer[65536];
	goffset size = 0;
	gssize n;

	while ((n = pread(fd, buffer, sizeof buffer, size)) > 0) {
		g_checksum_update(digest, buffer, n);
		size += n;
	}
	g_autofree char *line = g_strdup_printf("library %d %" G_GOFFSET_FORMAT " %s", handle, size,
						g_checksum_get_string(digest));
	say(fake, line);
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
	const char *method, GVariant *args, GDBusMethodInvocation *invocation, gpointer data)
{
	Fake *fake = data;
	GDBusMessage *message = g_dbus_method_invocation_get_message(invocation);
	GUnixFDList *fds = g_dbus_message_get_unix_fd_list(message);

	if (g_str_equal(method, "Cancel") || g_str_equal(method, "Stay")) {
		say(fake, g_str_equal(method, "Stay") ? "stay" : "cancel");
		g_dbus_method_invocation_return_value(invocation, NULL);
		return;
	}
	for (int i = 0; fds != NULL && i < g_unix_fd_list_get_length(fds); i++) {
		int fd = g_unix_fd_list_get(fds, i, NULL);
		say_library(fake, i, fd);
		close(fd);
	}
	g_autoptr(GVariant) job = g_variant_get_child_value(args, 0);
	g_autofree char *text = g_variant_print(job, TRUE);
	g_autofree char *line = g_strconcat("run ", text, NULL);
	g_clear_object(&fake->run);
	fake->run = g_object_ref(invocation);
	say(fake, line);
}

static GVariant *
parse(const char *type, const char *text)
{
	g_autoptr(GError) error = NULL;
	GVariant *value = g_variant_parse(G_VARIANT_TYPE(type), text, NULL, NULL, &error);

	if (value == NULL)
		g_error("fake-engine: %s: %s", text, error->message);
	return value;
}

static void
emit(Fake *fake, const char *signal, const char *type, const char *text, gboolean wrap)
{
	GVariant *value = parse(type, text);
	GVariant *args = wrap ? g_variant_new_tuple(&value, 1) : value;

	g_dbus_connection_emit_signal(fake->bus, NULL, PATH, INTERFACE, signal, args, NULL);
	g_variant_unref(value);
}

static void
on_stored(GObject *source, GAsyncResult *result, gpointer data)
{
	Fake *fake = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant)
		reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error(error) : NULL;
	g_autofree char *line = g_strconcat(reply != NULL ? "stored" : "not-stored ", name, NULL);

	say(fake, line);
}

static void
store(Fake *fake, const char *method, const char *type, const char *text)
{
	g_dbus_connection_call(fake->bus, NULL, PATH "/Helper", INTERFACE ".Helper", method,
			       parse(type, text), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_stored,
			       fake);
}

static void
answer(Fake *fake, const char *text, gboolean plan)
{
	g_autoptr(GVariant) result = parse("a{sv}", text);
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();
	GVariantDict dict;

	g_variant_dict_init(&dict, result);
	if (plan) {
		g_autoptr(GVariant) bytes = g_variant_ref_sink(g_variant_new_string("a plan"));
		int fd = memfd_new_from_variant("plan", bytes, NULL);
		g_variant_dict_insert(&dict, "Plan", "h", g_unix_fd_list_append(fds, fd, NULL));
		close(fd);
	}
	g_dbus_method_invocation_return_value_with_unix_fd_list(
		g_steal_pointer(&fake->run), g_variant_new("(@a{sv})", g_variant_dict_end(&dict)),
		fds);
}

static void
obey_end(Fake *fake, const char *verb, const char *rest)
{
	if (g_str_equal(verb, "exit"))
		_exit(atoi(rest));
	if (g_str_equal(verb, "kill"))
		raise(SIGKILL);
	if (g_str_equal(verb, "deaf") || g_str_equal(verb, "hang-up")) {
		signal(SIGTERM, SIG_IGN);
		fake->deaf = TRUE;
	}
	if (g_str_equal(verb, "hang-up"))
		g_dbus_connection_close(fake->bus, NULL, NULL, NULL);
}

static void
obey(Fake *fake, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 2);
	const char *verb = words[0], *rest = words[1] != NULL ? words[1] : "";

	if (g_str_equal(verb, "result") || g_str_equal(verb, "plan"))
		answer(fake, rest, g_str_equal(verb, "plan"));
	else if (g_str_equal(verb, "state"))
		emit(fake, "State", "(is)", rest, FALSE);
	else if (g_str_equal(verb, "progress"))
		emit(fake, "Progress", "(uttuustx)", rest, TRUE);
	else if (g_str_equal(verb, "item-error"))
		emit(fake, "ItemError", "(ssis)", rest, FALSE);
	else if (g_str_equal(verb, "statistics"))
		store(fake, "StoreStatistics", "(sa(sa(siix)))", rest);
	else if (g_str_equal(verb, "mount"))
		store(fake, "KeepMount", "((aya{sv}))", rest);
	else if (g_str_equal(verb, "reset"))
		store(fake, "ExpectReset", "()", "()");
	else if (g_str_equal(verb, "alive"))
		g_dbus_connection_emit_signal(fake->bus, NULL, PATH, INTERFACE, "Alive", NULL,
					      NULL);
	else if (g_str_equal(verb, "error"))
		g_dbus_method_invocation_return_dbus_error(g_steal_pointer(&fake->run), rest,
							   "as told");
	else
		obey_end(fake, verb, rest);
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
	Fake *fake = data;
	g_autofree char *line =
		g_data_input_stream_read_line_finish(fake->lines, result, NULL, NULL);

	if (line == NULL)
		_exit(0); /* the test is over */
	obey(fake, line);
	g_data_input_stream_read_line_async(fake->lines, 0, NULL, on_line, fake);
}

static void
on_closed(GDBusConnection *bus, gboolean remote, GError *error, gpointer data)
{
	Fake *fake = data;

	if (!fake->deaf)
		_exit(0);
}

static void
connect_test(Fake *fake)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketAddress)
		address = g_unix_socket_address_new(g_getenv("PORTAMENTO_FAKE_ENGINE"));
	g_autoptr(GError) error = NULL;

	fake->control =
		g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
	if (fake->control == NULL)
		_exit(0); /* the test is over */
	fake->lines =
		g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(fake->control)));
	g_autofree char *line = g_strdup_printf("start %d", (int)getpid());
	say(fake, line);
	g_data_input_stream_read_line_async(fake->lines, 0, NULL, on_line, fake);
}

static void
serve_helper(Fake *fake, int fd)
{
	static const GDBusInterfaceVTable vtable = {.method_call = on_call};
	g_autofree char *guid = g_dbus_generate_guid();
	g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, NULL);
	g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
	g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(xml, NULL);

	fake->bus =
		g_dbus_connection_new_sync(G_IO_STREAM(stream), guid,
					   G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
						   G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
					   NULL, NULL, NULL);
	if (fake->bus == NULL)
		_exit(0);
	g_dbus_connection_set_exit_on_close(fake->bus, FALSE);
	g_signal_connect(fake->bus, "closed", G_CALLBACK(on_closed), fake);
	g_dbus_connection_register_object(fake->bus, PATH, node->interfaces[0], &vtable, fake, NULL,
					  NULL);
	g_dbus_connection_start_message_processing(fake->bus);
}

int
main(int argc, char **argv)
{
	Fake fake = {.loop = g_main_loop_new(NULL, FALSE)};

	if (argc != 2)
		return 2;
	connect_test(&fake);
	serve_helper(&fake, atoi(argv[1]));
	g_main_loop_run(fake.loop);
	return 0;
}
