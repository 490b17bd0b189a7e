/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * client: see client.h. The life of a client and its queue. The wakeup runs
 * under the lock, so that once set_wakeup(NULL) returned it runs never again.
 */
#include "client/client.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "client/client-bus.h"
#include "client/device-snapshot.h"
#include "client/room.h"
#include "client/statistics.h"
#include "client/track.h"
#include "client/view.h"
#include "wire/library.h"

#ifndef MAX_ITEM_EVENTS /* a test has less */
#define MAX_ITEM_EVENTS 16384 /* a host that does not fetch loses the oldest */
#define CROWDED_QUEUE 1024 /* then one arrival or departure of a device is enough */
#endif

uint32_t
porta_api_version(void)
{
	return PORTA_API_VERSION;
}

const char *
porta_error_name(int32_t error)
{
	return error_name(error);
}

/* Runs func on the worker. */
static void
run(PortaClient *client, GSourceFunc func)
{
	/* not g_main_context_invoke(): between two rounds of the worker it would run func here */
	g_autoptr(GSource) source = g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, func, client, NULL);
	g_source_attach(source, client->context);
}

static gboolean
is_passage(int32_t type)
{
	return type == PORTA_EVENT_DEVICE_CONNECTED || type == PORTA_EVENT_DEVICE_DISCONNECTED;
}

static gboolean
is_item(int32_t type)
{
	return type == PORTA_EVENT_SYNC_ERROR;
}

static gboolean
is_helper(int32_t type)
{
	return type == PORTA_EVENT_HELPER_READY || type == PORTA_EVENT_HELPER_LOST;
}

/* Whether who fetches event needs older no more. */
static gboolean
supersedes(PortaEvent *event, PortaEvent *older, gboolean crowded)
{
	int32_t type = porta_event_get_type(event);
	int32_t older_type = porta_event_get_type(older);

	if (crowded && is_helper(type))
		return is_helper(older_type);
	gboolean same_kind = event_is_level(event)
				     ? older_type == type
				     : crowded && is_passage(type) && is_passage(older_type);
	return same_kind && g_strcmp0(porta_event_get_string(event, PORTA_KEY_DEVICE_ID),
				      porta_event_get_string(older, PORTA_KEY_DEVICE_ID)) == 0;
}

/* The newest come first: what is superseded was seldom told long ago. */
static GList *
find_superseded(PortaClient *client, PortaEvent *event)
{
	int32_t type = porta_event_get_type(event);
	gboolean crowded = client->events.length >= CROWDED_QUEUE;

	if (!event_is_level(event) && !(crowded && (is_passage(type) || is_helper(type))))
		return NULL;
	for (GList *at = client->events.tail; at != NULL; at = at->prev) {
		if (supersedes(event, at->data, crowded))
			return at;
	}
	return NULL;
}

static GList *
find_oldest_item(PortaClient *client)
{
	for (GList *at = client->events.head; at != NULL; at = at->next) {
		if (is_item(porta_event_get_type(at->data)))
			return at;
	}
	return NULL;
}

/* Takes out of the queue what the new event makes superfluous, or unaffordable. Under lock. */
static void
make_room(PortaClient *client, PortaEvent *event)
{
	gboolean is_one_too_many = is_item(porta_event_get_type(event)) &&
				   client->n_items >= MAX_ITEM_EVENTS;
	GList *old = is_one_too_many ? find_oldest_item(client) : find_superseded(client, event);

	if (old == NULL)
		return;
	client->n_items -= is_item(porta_event_get_type(old->data));
	event_discard(old->data);
	g_queue_delete_link(&client->events, old);
}

void
client_begin_events(PortaClient *client)
{
	pthread_mutex_lock(&client->lock);
}

void
client_end_events(PortaClient *client)
{
	pthread_mutex_unlock(&client->lock);
}

void
client_take_event(PortaClient *client, PortaEvent *event)
{
	pthread_mutex_lock(&client->lock);
	gboolean was_empty = g_queue_is_empty(&client->events);
	make_room(client, event);
	client->n_items += is_item(porta_event_get_type(event));
	g_queue_push_tail(&client->events, event);
	if (was_empty) {
		eventfd_write(client->fd, 1);
		if (client->wakeup != NULL)
			client->wakeup(client->wakeup_data);
	}
	pthread_mutex_unlock(&client->lock);
}

PortaEvent *
porta_client_next_event(PortaClient *client)
{
	if (client == NULL)
		return NULL;
	pthread_mutex_lock(&client->lock);
	PortaEvent *event = g_queue_pop_head(&client->events);
	if (event != NULL) {
		client->n_items -= is_item(porta_event_get_type(event));
		view_apply(client, event);
	}
	if (g_queue_is_empty(&client->events)) {
		eventfd_t drained;
		eventfd_read(client->fd, &drained);
	}
	pthread_mutex_unlock(&client->lock);
	return event;
}

int
porta_client_get_fd(PortaClient *client)
{
	return client == NULL ? -1 : client->fd;
}

/* For who sets a wakeup when events wait already: it has missed the first. */
static gboolean
on_wakeup_set(void *data)
{
	PortaClient *client = data;

	pthread_mutex_lock(&client->lock);
	if (!g_queue_is_empty(&client->events) && client->wakeup != NULL)
		client->wakeup(client->wakeup_data);
	pthread_mutex_unlock(&client->lock);
	return G_SOURCE_REMOVE;
}

void
porta_client_set_wakeup(PortaClient *client, PortaWakeupFunc func, void *user_data)
{
	if (client == NULL)
		return;
	pthread_mutex_lock(&client->lock);
	client->wakeup = func;
	client->wakeup_data = user_data;
	pthread_mutex_unlock(&client->lock);
	if (func != NULL)
		run(client, on_wakeup_set);
}

int32_t
porta_client_set_statistics(PortaClient *client, int32_t wanted)
{
	if (client == NULL || (wanted != 0 && wanted != 1))
		return PORTA_ERROR_INVALID_ARGUMENT;
	if (client->pid != getpid())
		return PORTA_ERROR_FAILED;
	pthread_mutex_lock(&client->lock);
	statistics_set_wanted(client->statistics, wanted);
	for (GList *at = client->events.head, *next; at != NULL; at = next) {
		next = at->next;
		if (wanted || porta_event_get_type(at->data) != PORTA_EVENT_STATISTICS)
			continue;
		event_discard(at->data);
		g_queue_delete_link(&client->events, at);
	}
	pthread_mutex_unlock(&client->lock);
	return PORTA_OK;
}

static gboolean
on_requests(void *data)
{
	PortaClient *client = data;

	for (;;) {
		pthread_mutex_lock(&client->lock);
		Request *request = g_queue_pop_head(&client->requests);
		pthread_mutex_unlock(&client->lock);
		if (request == NULL)
			return G_SOURCE_REMOVE;
		bus_take_request(client->bus, request);
	}
}

void
client_take_request(PortaClient *client, Request *request)
{
	pthread_mutex_lock(&client->lock);
	g_queue_push_tail(&client->requests, request);
	pthread_mutex_unlock(&client->lock);
	run(client, on_requests);
}

static gboolean
is_stopping(PortaClient *client)
{
	pthread_mutex_lock(&client->lock);
	gboolean stopping = client->stopping;
	pthread_mutex_unlock(&client->lock);
	return stopping;
}

static void *
run_worker(void *data)
{
	PortaClient *client = data;

	g_main_context_push_thread_default(client->context);
	client->bus = bus_new(client);
	while (!is_stopping(client))
		g_main_context_iteration(client->context, TRUE);
	bus_free(client->bus);
	g_main_context_pop_thread_default(client->context);
	return NULL;
}

/* The host's signal handlers have no business on our threads, nor on those that GLib starts for us. */
static GThread *
start_worker(PortaClient *client)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
	sigset_t all, before;

	sigfillset(&all);
	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	GThread *worker = g_thread_try_new("portamento", run_worker, client, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return worker;
}

static void
init_lock(PortaClient *client)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&client->lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

static void
destroy(PortaClient *client)
{
	statistics_close(client->statistics);
	for (PortaEvent *event; (event = g_queue_pop_head(&client->events)) != NULL;)
		event_discard(event);
	g_queue_clear_full(&client->requests, (GDestroyNotify)request_free);
	if (client->fd >= 0)
		close(client->fd);
	g_clear_pointer(&client->context, g_main_context_unref);
	g_ptr_array_unref(client->devices);
	pthread_mutex_destroy(&client->lock);
	g_free(client->host_id);
	g_free(client->display_name);
	g_free(client->address);
	g_free(client);
}

int32_t
porta_client_new_for_bus(PortaClient **out, const char *host_id, const char *display_name,
			 const char *address)
{
	if (out == NULL || host_id == NULL || !library_is_host_id(host_id) ||
	    track_check_string(display_name) != PORTA_OK || address == NULL || address[0] == '\0' ||
	    !g_dbus_is_supported_address(address, NULL))
		return PORTA_ERROR_INVALID_ARGUMENT;
	/* GLib ends the process when it can not make a context */
	if (!room_is_left())
		return PORTA_ERROR_NO_MEMORY;
	PortaClient *client = g_new0(PortaClient, 1);
	init_lock(client);
	g_queue_init(&client->events);
	g_queue_init(&client->requests);
	client->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_unref);
	client->host_id = g_strdup(host_id);
	client->display_name = g_strdup(display_name);
	client->address = g_strdup(address);
	client->pid = getpid();
	client->statistics = statistics_new(client);
	client->context = g_main_context_new();
	client->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (client->fd >= 0)
		client->worker = start_worker(client);
	if (client->worker == NULL) {
		destroy(client);
		return PORTA_ERROR_NO_MEMORY;
	}
	*out = client;
	return PORTA_OK;
}

/* As GLib looks for it, but that it never starts a bus. */
static char *
find_session_bus(void)
{
	const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
	const char *directory = g_getenv("XDG_RUNTIME_DIR");

	if (address != NULL && address[0] != '\0')
		return g_strdup(address);
	if (directory == NULL)
		return NULL;
	g_autofree char *path = g_build_filename(directory, "bus", NULL);
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return NULL;
	g_autofree char *escaped = g_dbus_address_escape_value(path);
	return g_strconcat("unix:path=", escaped, NULL);
}

int32_t
porta_client_new(PortaClient **out, const char *host_id, const char *display_name)
{
	g_autofree char *address = find_session_bus();

	if (out == NULL || host_id == NULL || display_name == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	if (address == NULL)
		return PORTA_ERROR_NO_HELPER;
	return porta_client_new_for_bus(out, host_id, display_name, address);
}

static gboolean
on_stop(void *data)
{
	return G_SOURCE_REMOVE;
}

PortaClient *
porta_client_free(PortaClient *client)
{
	/* after a fork the worker is the parent's: nothing here can be let go of safely */
	if (client == NULL || client->pid != getpid())
		return NULL;
	pthread_mutex_lock(&client->lock);
	client->stopping = TRUE;
	client->wakeup = NULL;
	pthread_mutex_unlock(&client->lock);
	run(client, on_stop);
	g_thread_join(client->worker);
	destroy(client);
	return NULL;
}
