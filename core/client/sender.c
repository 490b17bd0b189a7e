/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sender: see sender.h.
 */
#include "client/sender.h"

#include <unistd.h>

#include "base/error.h"
#include "client/answer.h"
#include "client/library-host.h"

#define MANAGER_PATH "/org/portamento/Sync1"
#define MANAGER_INTERFACE "org.portamento.Sync1.Manager"
#define DEVICE_INTERFACE "org.portamento.Sync1.Device"
#ifndef PATIENCE_US /* a test has less */
#define PATIENCE_US (30 * G_USEC_PER_SEC)
#endif
/* Never: a preview waits for the end of a sync, which may take a night. While the helper lives, it
 * answers everything, and the bus tells when it does not. */
#define CALL_TIMEOUT_MS G_MAXINT

struct Sender {
	PortaClient *client; /* no-ref */
	Mirror *mirror; /* no-ref */
	GCancellable *cancellable;
	GDBusConnection *connection; /* NULL while the helper is away */
	char *owner;
	GQueue waiting; /* of Request, by turn */
	guint64 last_turn;
	GSource *expiry;
};

/* A request under way. */
typedef struct {
	Sender *sender;
	Request *request;
} Call;

Request *
request_new(int32_t answer, const char *method, uint64_t number)
{
	Request *request = g_new0(Request, 1);

	request->answer = answer;
	request->method = method;
	request->number = number;
	request->library_fd = -1;
	request->deadline_us = g_get_monotonic_time() + PATIENCE_US;
	return request;
}

void
request_free(Request *request)
{
	g_free(request->device_id);
	g_clear_pointer(&request->parameters, g_variant_unref);
	porta_library_free(request->library);
	if (request->library_fd >= 0)
		close(request->library_fd);
	g_free(request);
}

Sender *
sender_new(PortaClient *client, Mirror *mirror, GCancellable *cancellable)
{
	Sender *sender = g_new0(Sender, 1);

	sender->client = client;
	sender->mirror = mirror;
	sender->cancellable = cancellable;
	g_queue_init(&sender->waiting);
	return sender;
}

static void
clear_expiry(Sender *sender)
{
	if (sender->expiry == NULL)
		return;
	g_source_destroy(sender->expiry);
	g_clear_pointer(&sender->expiry, g_source_unref);
}

void
sender_free(Sender *sender)
{
	clear_expiry(sender);
	g_queue_clear_full(&sender->waiting, (GDestroyNotify)request_free);
	g_clear_object(&sender->connection);
	g_free(sender->owner);
	g_free(sender);
}

static void wait_for_helper(Sender *sender, Request *request);

/* What the bus says when the other end went away under a call. */
static gboolean
is_death(const GError *error)
{
	return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	       g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static int32_t
call_error_code(const GError *error)
{
	if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
	    g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
		return PORTA_ERROR_NOT_SUPPORTED;
	if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT))
		return PORTA_ERROR_NO_DEVICE;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
		return PORTA_ERROR_NO_HELPER;
	return error_code(error);
}

static void
handle_error(Sender *sender, Request *request, GError *error)
{
	if (is_death(error) && !request->repeated) {
		/* the bus may tell of the death only after this */
		sender_set_helper(sender, NULL, NULL);
		request->repeated = TRUE;
		request->deadline_us = g_get_monotonic_time() + PATIENCE_US;
		wait_for_helper(sender, request);
		return;
	}
	g_dbus_error_strip_remote_error(error);
	answer_tell_error(sender->client, sender->mirror, request, call_error_code(error),
			  error->message);
	request_free(request);
}

static void
on_reply(GObject *source, GAsyncResult *result, void *data)
{
	Call *call = data;
	Sender *sender = call->sender;
	Request *request = call->request;
	g_autoptr(GUnixFDList) fds = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish(
		G_DBUS_CONNECTION(source), &fds, result, &error);

	g_free(call);
	sender->client->n_outstanding--;
	if (reply == NULL && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		handle_error(sender, request, error);
		return;
	}
	if (reply != NULL)
		answer_tell(sender->client, sender->mirror, request, reply, fds);
	request_free(request);
}

static gboolean
seal_library(Sender *sender, Request *request, GError **error)
{
	PortaClient *client = sender->client;

	if (request->library == NULL)
		return TRUE;
	request->library_fd =
		library_host_seal(request->library, client->host_id, client->display_name, error);
	if (request->library_fd < 0)
		return FALSE;
	request->library = porta_library_free(request->library);
	request->parameters = g_variant_ref_sink(
		g_variant_new("(ssh)", client->host_id, client->display_name, 0));
	return TRUE;
}

static GUnixFDList *
build_fd_list(Request *request, GError **error)
{
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();

	if (request->library_fd >= 0 && g_unix_fd_list_append(fds, request->library_fd, error) < 0)
		return NULL;
	return g_steal_pointer(&fds);
}

static void
send_request(Sender *sender, Request *request)
{
	g_autoptr(Request) owned = request;
	g_autoptr(GError) error = NULL;
	const char *path = MANAGER_PATH;
	const char *interface = MANAGER_INTERFACE;

	if (request->device_id != NULL) {
		path = mirror_find_path(sender->mirror, request->device_id);
		interface = DEVICE_INTERFACE;
	}
	if (path == NULL) {
		answer_tell_error(sender->client, sender->mirror, request, PORTA_ERROR_NOT_FOUND,
				  "no device with this id is known");
		return;
	}
	g_autoptr(GUnixFDList) fds = NULL;
	if (seal_library(sender, request, &error))
		fds = build_fd_list(request, &error);
	if (fds == NULL) {
		answer_tell_error(sender->client, sender->mirror, request, error_code(error),
				  error->message);
		return;
	}
	Call *call = g_new(Call, 1);
	*call = (Call){sender, g_steal_pointer(&owned)};
	sender->client->n_outstanding++;
	g_dbus_connection_call_with_unix_fd_list(
		sender->connection, sender->owner, path, interface, request->method,
		request->parameters, answer_get_type(request), G_DBUS_CALL_FLAGS_NO_AUTO_START,
		CALL_TIMEOUT_MS, fds, sender->cancellable, on_reply, call);
}

static void watch_expiry(Sender *sender);

static gboolean
on_expiry(void *data)
{
	Sender *sender = data;
	gint64 now_us = g_get_monotonic_time();

	for (GList *at = sender->waiting.head, *next; at != NULL; at = next) {
		g_autoptr(Request) request = NULL;
		next = at->next;
		if (((Request *)at->data)->deadline_us > now_us)
			continue;
		request = at->data;
		g_queue_delete_link(&sender->waiting, at);
		answer_tell_error(sender->client, sender->mirror, request, PORTA_ERROR_NO_HELPER,
				  request->repeated ? "portamentod died twice while it did this"
						    : "portamentod did not answer the call for it");
	}
	watch_expiry(sender);
	return G_SOURCE_REMOVE;
}

/* Wakes up when the first request has waited long enough. */
static void
watch_expiry(Sender *sender)
{
	gint64 first_us = G_MAXINT64;

	clear_expiry(sender);
	if (g_queue_is_empty(&sender->waiting))
		return;
	for (GList *at = sender->waiting.head; at != NULL; at = at->next)
		first_us = MIN(first_us, ((Request *)at->data)->deadline_us);
	gint64 left_us = MAX(first_us - g_get_monotonic_time(), 0);
	sender->expiry = g_timeout_source_new((guint)(left_us / 1000 + 1));
	g_source_set_callback(sender->expiry, on_expiry, sender, NULL);
	g_source_attach(sender->expiry, sender->client->context);
}

static int
compare_turns(const void *one, const void *two, void *data)
{
	const Request *first = one, *second = two;

	return first->turn < second->turn ? -1 : first->turn > second->turn;
}

static void
wait_for_helper(Sender *sender, Request *request)
{
	g_queue_insert_sorted(&sender->waiting, request, compare_turns, NULL);
	watch_expiry(sender);
}

void
sender_set_helper(Sender *sender, GDBusConnection *connection, const char *owner)
{
	g_set_object(&sender->connection, connection);
	g_free(sender->owner);
	sender->owner = g_strdup(owner);
	if (connection == NULL)
		return;
	for (Request *next; (next = g_queue_pop_head(&sender->waiting)) != NULL;)
		send_request(sender, next);
	clear_expiry(sender);
}

void
sender_take_request(Sender *sender, Request *request)
{
	request->turn = ++sender->last_turn;
	if (sender->connection != NULL)
		send_request(sender, request);
	else
		wait_for_helper(sender, request);
}
