/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-client-away: what a host sees when things go wrong around it: the helper
 * dies, the bus goes, descriptors run out, the host does not fetch, the host is
 * wrong. Linked with a client of less
 * patience and a shorter queue than the one that is installed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/client.h"
#include "client/sender.h"
#include "fake-bus.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* A helper that is there soon is there in time, however slow the machine. */
int64_t patience_us = 60 * G_USEC_PER_SEC;

static void
test_helper_restart(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	fake_call(bus, "Die", NULL);
	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_DISCONNECTED));
	PortaEvent *event = wait_event(client, PORTA_EVENT_HELPER_LOST);
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_ERROR_NO_HELPER);
	porta_event_free(event);
	/* what is known stays known, but is not there */
	g_assert_cmpuint(porta_client_count_devices(client), ==, 1);
	PortaDevice *device = porta_client_find_device(client, FAKE_ID);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_CONNECTED), ==, 0);
	porta_device_free(device);
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_READY));
	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_CONNECTED));
	porta_client_start(client, FAKE_ID, 1);
	expect_ok(client, 1);
	porta_client_free(client);
}

static void
test_helper_dies_of_a_request(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	/* the helper that comes next does not die of it: the request is made again, once */
	g_variant_unref(fake_call(bus, "DieIn", g_variant_new("(s)", "IncludeSkipped")));
	porta_client_include_skipped(client, FAKE_ID, 1);
	expect_ok(client, 1);
	g_assert_cmpuint(fake_count_calls(bus, "IncludeSkipped"), ==, 1);
	porta_client_free(client);
}

static void
test_helper_dies_of_it_again(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1 --die-in IncludeSkipped");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_client_include_skipped(client, FAKE_ID, 1);
	expect_error(client, 1, PORTA_ERROR_NO_HELPER, "");
	porta_client_free(client);
}

static void
test_publish_survives_a_death(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	PortaLibrary *library;
	PortaTrack *track;

	porta_library_new(&library);
	porta_track_new(&track, "file:///music/1.mp3");
	porta_library_take_track(library, track);
	g_variant_unref(fake_call(bus, "DieIn", g_variant_new("(s)", "PublishLibrary")));
	porta_client_publish(client, library, 1);
	expect_ok(client, 1);
	g_assert_cmpuint(fake_count_calls(bus, "PublishLibrary"), ==, 1);
	porta_client_free(client);
}

/* Whom a sender takes for the helper: it never answers. */
static GDBusMessage *
on_call(GDBusConnection *connection, GDBusMessage *message, gboolean incoming, void *calls)
{
	if (!incoming || g_dbus_message_get_interface(message) == NULL ||
	    !g_str_equal(g_dbus_message_get_interface(message), "org.portamento.Sync1.Manager"))
		return message;
	g_async_queue_push(calls, g_strdup(g_dbus_message_get_member(message)));
	g_object_unref(message);
	return NULL;
}

static GDBusConnection *
connect_to(FakeBus *bus, GAsyncQueue *calls)
{
	g_autoptr(GError) error = NULL;
	GDBusConnection *connection = g_dbus_connection_new_for_address_sync(
		fake_bus_get_address(bus),
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, NULL, &error);

	g_assert_no_error(error);
	if (calls != NULL)
		g_dbus_connection_add_filter(connection, on_call, calls, NULL);
	return connection;
}

static void
expect_call(GAsyncQueue *calls, const char *method)
{
	g_autofree char *call = g_async_queue_timeout_pop(calls, 60 * G_USEC_PER_SEC);

	g_assert_cmpstr(call, ==, method);
}

/* The bus may tell that a helper has gone before what it died of comes back: then what the host
 * asks in between waits behind that. */
static void
test_last_asked_is_last_done(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new(NULL);
	g_autoptr(GAsyncQueue) calls = g_async_queue_new_full(g_free);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GDBusConnection) ours = connect_to(bus, NULL);
	g_autoptr(GDBusConnection) dying = connect_to(bus, calls);
	g_autoptr(GDBusConnection) next = connect_to(bus, calls);
	PortaClient client = {.context = g_main_context_default()};
	Sender *sender = sender_new(&client, NULL, cancellable);

	sender_set_helper(sender, ours, g_dbus_connection_get_unique_name(dying));
	sender_take_request(sender, request_new(PORTA_EVENT_REPLY, "First", 1));
	expect_call(calls, "First");
	sender_set_helper(sender, NULL, NULL);
	sender_take_request(sender, request_new(PORTA_EVENT_REPLY, "Second", 2));
	g_dbus_connection_close_sync(dying, NULL, NULL);
	while (client.n_outstanding > 0)
		g_main_context_iteration(client.context, TRUE);
	sender_set_helper(sender, ours, g_dbus_connection_get_unique_name(next));
	expect_call(calls, "First");
	expect_call(calls, "Second");
	g_cancellable_cancel(cancellable);
	while (client.n_outstanding > 0)
		g_main_context_iteration(client.context, TRUE);
	sender_free(sender);
}

static void
test_no_helper(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new(NULL);
	PortaClient *client;

	patience_us = G_USEC_PER_SEC;
	g_assert_cmpint(
		porta_client_new_for_bus(&client, "mpd", "A test", fake_bus_get_address(bus)), ==,
		PORTA_OK);
	PortaEvent *event = wait_event(client, PORTA_EVENT_HELPER_LOST);
	g_assert_nonnull(strstr(porta_event_get_text(event), "can not be started"));
	porta_event_free(event);
	gint64 began = g_get_monotonic_time();
	porta_client_start(client, FAKE_ID, 1);
	expect_error(client, 1, PORTA_ERROR_NO_HELPER, "portamentod");
	gint64 waited = g_get_monotonic_time() - began;
	g_assert_cmpint(waited, >=, patience_us);
	/* it is told once, not at each attempt */
	while ((event = porta_client_next_event(client)) != NULL)
		g_assert_not_reached();
	porta_client_free(client);
	patience_us = 60 * G_USEC_PER_SEC;
}

static void
test_bus_restart(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	fake_bus_stop(bus);
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_LOST));
	fake_bus_start(bus);
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_READY));
	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_CONNECTED));
	porta_client_start(client, FAKE_ID, 1);
	expect_ok(client, 1);
	porta_client_free(client);
}

static void
test_no_bus(void)
{
	PortaClient *client;

	g_assert_cmpint(
		porta_client_new_for_bus(&client, "mpd", "A test", "unix:path=/nonexistent/socket"),
		==, PORTA_OK);
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_LOST));
	porta_client_free(client);
	/* and one that is dropped before it looked */
	g_assert_cmpint(
		porta_client_new_for_bus(&client, "mpd", "A test", "unix:path=/nonexistent/socket"),
		==, PORTA_OK);
	porta_client_free(client);
}

/* Between two looks at something that must come; valgrind runs one thread at a time. */
static void
let_others_run(void)
{
	poll(NULL, 0, 1);
}

/* Until the answer to this request waits in the queue: all that came before it does too. */
static void
wait_unfetched(PortaClient *client, uint64_t request)
{
	gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
	gboolean there = FALSE;

	while (!there) {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		pthread_mutex_lock(&client->lock);
		PortaEvent *last = g_queue_peek_tail(&client->events);
		there = last != NULL && porta_event_get_request(last) == request;
		pthread_mutex_unlock(&client->lock);
		let_others_run();
	}
}

static void
test_slow_host(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	unsigned counts[PORTA_EVENT_STATISTICS + 1] = {0};

	g_variant_unref(
		fake_call(bus, "Progress", g_variant_new("(su)", FAKE_ID, 3 * MAX_ITEM_EVENTS)));
	g_variant_unref(fake_call(bus, "SyncErrors",
				  g_variant_new("(su)", FAKE_ID, MAX_ITEM_EVENTS + 500)));
	for (unsigned i = 0; i < CROWDED_QUEUE; i++) {
		g_variant_unref(fake_call(bus, "Unplug", g_variant_new("(s)", FAKE_ID)));
		g_variant_unref(fake_call(bus, "Plug", g_variant_new("(s)", FAKE_ID)));
	}
	porta_client_cancel_estimate(client, FAKE_ID, 2);
	wait_unfetched(client, 2);
	PortaEvent *event;
	int64_t last_progress = -1;
	g_autofree char *item = NULL; /* of the first error */
	while ((event = porta_client_next_event(client)) != NULL) {
		counts[porta_event_get_type(event)]++;
		if (porta_event_get_type(event) == PORTA_EVENT_PROGRESS)
			last_progress = porta_device_get_number(porta_event_get_device(event),
								PORTA_KEY_DONE_ITEMS);
		if (item == NULL)
			item = g_strdup(porta_event_get_string(event, PORTA_KEY_ITEM));
		porta_event_free(event);
	}
	g_assert_cmpuint(counts[PORTA_EVENT_PROGRESS], ==, 1);
	g_assert_cmpint(last_progress, ==, 3 * MAX_ITEM_EVENTS);
	/* the oldest are lost, the newest kept */
	g_assert_cmpuint(counts[PORTA_EVENT_SYNC_ERROR], ==, MAX_ITEM_EVENTS);
	g_assert_cmpstr(item, ==, "Music/501.mp3");
	g_assert_cmpuint(counts[PORTA_EVENT_DEVICE_CONNECTED], <=, 1);
	g_assert_cmpuint(counts[PORTA_EVENT_DEVICE_DISCONNECTED], <=, 1);
	g_assert_cmpuint(counts[PORTA_EVENT_REPLY], ==, 1);
	PortaDevice *device = porta_client_find_device(client, FAKE_ID);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_CONNECTED), ==, 1);
	porta_device_free(device);
	porta_client_free(client);
}

static void
on_wakeup(void *data)
{
	atomic_fetch_add((atomic_uint *)data, 1);
}

static void
test_wakeup(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	atomic_uint woken = 0;
	struct pollfd wait = {porta_client_get_fd(client), POLLIN, 0};

	porta_client_set_wakeup(client, on_wakeup, &woken);
	porta_client_start(client, FAKE_ID, 1);
	g_assert_cmpint(poll(&wait, 1, 60000), ==, 1);
	expect_ok(client, 1);
	g_assert_cmpuint(atomic_load(&woken), >=, 1);
	porta_client_set_wakeup(client, NULL, NULL);
	unsigned before = atomic_load(&woken);
	porta_client_stop(client, FAKE_ID, 2);
	expect_ok(client, 2);
	g_assert_cmpuint(atomic_load(&woken), ==, before);

	/* who comes late is told that something waits */
	porta_client_cancel_estimate(client, FAKE_ID, 3);
	g_assert_cmpint(poll(&wait, 1, 60000), ==, 1);
	porta_client_set_wakeup(client, on_wakeup, &woken);
	while (atomic_load(&woken) == before)
		let_others_run();
	porta_client_free(client);
}

/* Takes all descriptors but n. */
static unsigned
exhaust(int *fds, unsigned size, unsigned n)
{
	unsigned taken = 0;

	while (taken < size && (fds[taken] = fcntl(0, F_DUPFD_CLOEXEC, 0)) >= 0)
		taken++;
	g_assert_cmpuint(taken, <, size);
	while (n-- > 0)
		close(fds[--taken]);
	return taken;
}

static void
test_no_descriptors(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	PortaClient *another = NULL;
	PortaLibrary *library;
	struct rlimit limit, before;
	int fds[300];

	getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	limit.rlim_cur = 256;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (unsigned left = 0; left < 16; left++) {
		unsigned taken = exhaust(fds, N(fds), left);
		g_assert_cmpint(
			porta_client_new_for_bus(&another, "x", "X", fake_bus_get_address(bus)), ==,
			PORTA_ERROR_NO_MEMORY);
		while (taken > 0)
			close(fds[--taken]);
	}
	unsigned taken = exhaust(fds, N(fds), 0);
	porta_library_new(&library);
	porta_client_publish(client, library, 1);
	expect_error(client, 1, PORTA_ERROR_NO_MEMORY, "Too many open files");
	while (taken > 0)
		close(fds[--taken]);
	setrlimit(RLIMIT_NOFILE, &before);
	porta_client_start(client, FAKE_ID, 2);
	expect_ok(client, 2);
	porta_client_free(client);
}

static void
test_fork(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	int status;

	pid_t pid = fork();
	if (pid == 0) {
		int32_t code = porta_client_start(client, FAKE_ID, 1);
		porta_client_free(client);
		/* not exit(): an instrument would look for leaks in half a process */
		const char *verdict = code == PORTA_ERROR_FAILED ? "/bin/true" : "/bin/false";
		execl(verdict, verdict, NULL);
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
	porta_client_start(client, FAKE_ID, 2);
	expect_ok(client, 2);
	porta_client_free(client);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/follows-the-helper-through-a-restart", test_helper_restart);
	g_test_add_func("/client/repeats-what-the-helper-died-of", test_helper_dies_of_a_request);
	g_test_add_func("/client/repeats-it-only-once", test_helper_dies_of_it_again);
	g_test_add_func("/client/does-last-what-was-asked-last", test_last_asked_is_last_done);
	g_test_add_func("/client/publishes-through-a-death", test_publish_survives_a_death);
	g_test_add_func("/client/gives-up-where-there-is-no-helper", test_no_helper);
	g_test_add_func("/client/comes-back-with-the-bus", test_bus_restart);
	g_test_add_func("/client/lives-without-a-bus", test_no_bus);
	g_test_add_func("/client/keeps-little-for-a-slow-host", test_slow_host);
	g_test_add_func("/client/wakes-the-host", test_wakeup);
	g_test_add_func("/client/survives-a-lack-of-descriptors", test_no_descriptors);
	g_test_add_func("/client/is-of-no-use-after-a-fork", test_fork);
	return g_test_run();
}
