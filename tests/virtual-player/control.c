/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The socket on which tests command the player. A line of shell-quoted words asks, one line of JSON
 * answers: an object that may hold "error", or the array of `tree`. A connection asks as often as
 * it likes; one that waits for something does not hold up the others.
 */
#include "control.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#include "commands.h"
#include "json.h"

#define WAIT_STEP_MS 1

struct control {
	struct player *player; /* no-ref */
	GSocketService *service;
	GPtrArray *peers; /* owns them */
	char *name;
};

/* One connection. */
struct peer {
	struct control *control; /* no-ref */
	GSocketConnection *connection;
	GDataInputStream *input;
	GCancellable *cancellable;
	struct command waiting; /* while wait_source is set */
	condition_cb condition;
	guint wait_source;
	char **words; /* of the line in hand */
};

static void read_line(struct peer *peer);

static void
peer_free(struct peer *peer)
{
	g_clear_handle_id(&peer->wait_source, g_source_remove);
	g_cancellable_cancel(peer->cancellable);
	g_object_unref(peer->cancellable);
	g_object_unref(peer->input);
	g_object_unref(peer->connection);
	g_strfreev(peer->words);
	g_free(peer);
}

static void
answer(struct peer *peer, GString *json)
{
	GOutputStream *output = g_io_stream_get_output_stream(G_IO_STREAM(peer->connection));

	g_string_append_c(json, '\n');
	/* A test reads its answer; should it have died, the next read ends the connection. */
	g_output_stream_write_all(output, json->str, json->len, NULL, NULL, NULL);
	g_clear_pointer(&peer->words, g_strfreev);
	read_line(peer);
}

static void
answer_error(struct peer *peer, const char *message)
{
	g_autoptr(GString) json = g_string_new("{");

	json_add_string(json, "error", message);
	g_string_append_c(json, '}');
	answer(peer, json);
}

static void
answer_ok(struct peer *peer)
{
	g_autoptr(GString) json = g_string_new("{\"ok\":true}");

	answer(peer, json);
}

static gboolean
has_left(const struct peer *peer)
{
	GSocket *socket = g_socket_connection_get_socket(peer->connection);

	return (g_socket_condition_check(socket, G_IO_IN) & (G_IO_HUP | G_IO_ERR)) != 0;
}

static gboolean
on_wait_step(gpointer data)
{
	struct peer *peer = data;

	if (has_left(peer)) {
		peer->wait_source = 0;
		g_ptr_array_remove(peer->control->peers, peer);
		return G_SOURCE_REMOVE;
	}
	if (!peer->condition(&peer->waiting))
		return G_SOURCE_CONTINUE;
	peer->wait_source = 0;
	answer_ok(peer);
	return G_SOURCE_REMOVE;
}

static void
start_waiting(struct peer *peer, const struct command *command, const char *name)
{
	g_autoptr(GError) error = NULL;

	peer->waiting = *command;
	peer->condition = wait_condition(command, name, &error);
	if (!peer->condition)
		answer_error(peer, error->message);
	else if (peer->condition(command))
		answer_ok(peer);
	else
		peer->wait_source = g_timeout_add(WAIT_STEP_MS, on_wait_step, peer);
}

static void
carry_out(struct peer *peer, const struct command_entry *entry, struct command *command)
{
	g_autoptr(GString) json = g_string_new("{\"ok\":true");
	g_autoptr(GError) error = NULL;

	command->json = json;
	if (!entry->carry_out(command, &error)) {
		answer_error(peer, error->message);
		return;
	}
	if (json->str[0] == '{')
		g_string_append_c(json, '}');
	answer(peer, json);
}

static void
find_and_carry_out(struct peer *peer, const char *name, struct command *command)
{
	const struct command_entry *entry = command_lookup(name);
	g_autofree char *message = NULL;

	if (g_str_has_prefix(name, "wait")) {
		start_waiting(peer, command, name);
		return;
	}
	if (!entry)
		message = g_strdup_printf("no such command: “%s”", name);
	else if (command->n_arguments < entry->min_arguments ||
		 command->n_arguments > entry->max_arguments)
		message = g_strdup_printf("usage: %s", entry->usage);
	else if (entry->needs_responder && !command->device->responder)
		message = g_strdup_printf("“%s” needs the player's own responder", name);
	if (message)
		answer_error(peer, message);
	else
		carry_out(peer, entry, command);
}

static void
handle_line(struct peer *peer, const char *line)
{
	struct command command = {.player = peer->control->player};
	g_autoptr(GError) error = NULL;
	char **words;

	if (!g_shell_parse_argv(line, NULL, &peer->words, &error)) {
		answer_error(peer, error->message);
		return;
	}
	words = peer->words;
	command.device = player_get_device(command.player, *words[0] == '@' ? words[0] + 1 : NULL);
	if (*words[0] == '@')
		words++;
	if (!command.device || !*words) {
		answer_error(peer, command.device ? "no command" : "no such device");
		return;
	}
	command.arguments = words + 1;
	command.n_arguments = g_strv_length(command.arguments);
	find_and_carry_out(peer, words[0], &command);
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_data_input_stream_read_line_finish_utf8(
		G_DATA_INPUT_STREAM(source), result, NULL, &error);
	struct peer *peer = data;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* the peer is gone */
	if (line)
		handle_line(peer, line);
	else
		g_ptr_array_remove(peer->control->peers, peer);
}

static void
read_line(struct peer *peer)
{
	g_data_input_stream_read_line_async(peer->input, G_PRIORITY_DEFAULT, peer->cancellable,
					    on_line, peer);
}

static gboolean
on_connection(GSocketService *service, GSocketConnection *connection, GObject *source,
	      gpointer data)
{
	struct control *control = data;
	struct peer *peer = g_new0(struct peer, 1);

	(void)service;
	(void)source;
	peer->control = control;
	peer->connection = g_object_ref(connection);
	peer->input =
		g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	peer->cancellable = g_cancellable_new();
	g_ptr_array_add(control->peers, peer);
	read_line(peer);
	return TRUE;
}

struct control *
control_new(struct player *player, const char *name, GError **error)
{
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(name);
	g_autoptr(GSocketService) service = g_socket_service_new();
	struct control *control;

	g_unlink(name);
	if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), address,
					   G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL,
					   NULL, error))
		return NULL;
	control = g_new0(struct control, 1);
	control->player = player;
	control->name = g_strdup(name);
	control->peers = g_ptr_array_new_with_free_func((GDestroyNotify)peer_free);
	control->service = g_steal_pointer(&service);
	g_signal_connect(control->service, "incoming", G_CALLBACK(on_connection), control);
	return control;
}

void
control_free(struct control *control)
{
	g_socket_service_stop(control->service);
	g_socket_listener_close(G_SOCKET_LISTENER(control->service));
	g_object_unref(control->service);
	g_ptr_array_unref(control->peers);
	g_unlink(control->name);
	g_free(control->name);
	g_free(control);
}
