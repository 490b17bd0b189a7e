/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: see statistics.h.
 */
#include "client/statistics.h"

#include <unistd.h>

#define MANAGER_PATH "/org/portamento/Sync1"
#define MANAGER_INTERFACE "org.portamento.Sync1.Manager"

struct Statistics {
	gatomicrefcount references;
	pid_t pid; /* a fork's copies are of no account */

	/* the worker's alone */
	Mirror *mirror; /* no-ref */
	GCancellable *cancellable; /* no-ref */
	GDBusConnection *connection; /* NULL while the helper is away */
	char *owner;
	gboolean asking;
	gboolean leaving; /* nothing new is taken */
	uint64_t asked; /* the batch that is done, as the call under way says */
	uint64_t told; /* the batch that is done, as the helper knows */
	gboolean ask_again; /* something came up while a call was under way */

	pthread_mutex_t lock; /* innermost */
	/* under lock: */
	PortaClient *client; /* NULL once it is gone */
	gboolean wanted;
	uint64_t batch; /* whose events the host has, or that it has had last; 0 none */
	guint n_out; /* of them, not back yet */
};

Statistics *
statistics_new(PortaClient *client)
{
	Statistics *statistics = g_new0(Statistics, 1);

	g_atomic_ref_count_init(&statistics->references);
	pthread_mutex_init(&statistics->lock, NULL);
	statistics->pid = getpid();
	statistics->client = client;
	statistics->wanted = TRUE;
	return statistics;
}

static void
unref(Statistics *statistics)
{
	if (!g_atomic_ref_count_dec(&statistics->references))
		return;
	g_free(statistics->owner);
	pthread_mutex_destroy(&statistics->lock);
	g_free(statistics);
}

void
statistics_close(Statistics *statistics)
{
	pthread_mutex_lock(&statistics->lock);
	statistics->client = NULL;
	pthread_mutex_unlock(&statistics->lock);
	g_clear_object(&statistics->connection);
	unref(statistics);
}

static gboolean
on_all_back(void *data)
{
	statistics_ask(data);
	return G_SOURCE_REMOVE;
}

/* On the worker, which outlives the wait for the lock that the caller holds. */
static void
ask_soon(Statistics *statistics)
{
	g_autoptr(GSource) source = g_idle_source_new();

	g_source_set_callback(source, on_all_back, statistics, NULL);
	g_source_attach(source, statistics->client->context);
}

void
statistics_take_back(Statistics *statistics, uint64_t batch)
{
	if (statistics->pid != getpid())
		return;
	pthread_mutex_lock(&statistics->lock);
	if (batch == statistics->batch && statistics->n_out > 0 && --statistics->n_out == 0 &&
	    statistics->client != NULL)
		ask_soon(statistics);
	pthread_mutex_unlock(&statistics->lock);
	unref(statistics);
}

void
statistics_set_wanted(Statistics *statistics, gboolean wanted)
{
	pthread_mutex_lock(&statistics->lock);
	if (statistics->wanted != wanted) {
		/* what is still out is told again to whoever asks */
		statistics->wanted = wanted;
		if (statistics->n_out > 0)
			statistics->batch = statistics->n_out = 0;
		if (wanted)
			ask_soon(statistics);
	}
	pthread_mutex_unlock(&statistics->lock);
}

/* The batch is the host's if it is another than the one that it has or had last: that one is told
 * again when its end and this answer crossed. Its events are then counted. */
static gboolean
begin_batch(Statistics *statistics, uint64_t batch, gsize n)
{
	pthread_mutex_lock(&statistics->lock);
	gboolean is_new = statistics->wanted && statistics->n_out == 0 && batch != 0 &&
			  batch != statistics->batch && n > 0;
	if (is_new) {
		statistics->batch = batch;
		statistics->n_out = n;
	}
	pthread_mutex_unlock(&statistics->lock);
	return is_new;
}

static PortaEvent *
event_for_track(Statistics *statistics, const char *device_id, GVariant *track)
{
	const char *path = mirror_find_path(statistics->mirror, device_id);
	PortaDevice *device = path != NULL ? mirror_get(statistics->mirror, path) : NULL;
	PortaEvent *event = event_new(PORTA_EVENT_STATISTICS, device);
	const char *uri;
	int32_t plays, rating;
	gint64 last_played;

	g_variant_get(track, "(&siix)", &uri, &plays, &rating, &last_played);
	event_add_string(event, PORTA_KEY_URI, uri);
	if (device == NULL)
		event_add_string(event, PORTA_KEY_DEVICE_ID, device_id);
	event_add_number(event, PORTA_KEY_PLAY_COUNT, plays);
	event_add_number(event, PORTA_KEY_RATING, rating);
	event_add_number(event, PORTA_KEY_LAST_PLAYED_UNIX, last_played);
	return event;
}

static void
take_batch(Statistics *statistics, GVariant *reply)
{
	g_autoptr(GVariant) tracks = NULL;
	const char *device_id;
	guint64 batch;

	g_variant_get(reply, "(t&s@a(siix))", &batch, &device_id, &tracks);
	gsize n = g_variant_n_children(tracks);
	/* the host's lock: it may just say that it wants none */
	client_begin_events(statistics->client);
	if (begin_batch(statistics, batch, n)) {
		for (gsize i = 0; i < n; i++) {
			g_autoptr(GVariant) track = g_variant_get_child_value(tracks, i);
			PortaEvent *event = event_for_track(statistics, device_id, track);
			g_atomic_ref_count_inc(&statistics->references);
			event_set_batch(event, statistics, batch);
			client_take_event(statistics->client, event);
		}
	}
	client_end_events(statistics->client);
}

static void
on_taken(GObject *source, GAsyncResult *result, void *data)
{
	Statistics *statistics = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant)
		reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

	statistics->client->n_outstanding--;
	statistics->asking = FALSE;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	if (reply != NULL && statistics->asked != 0)
		statistics->told = statistics->asked;
	if (reply != NULL && !statistics->leaving && source == G_OBJECT(statistics->connection))
		take_batch(statistics, reply);
	if (statistics->ask_again)
		statistics_ask(statistics);
}

/* Also while the host has a batch: a helper that has just come must know who takes it. */
void
statistics_ask(Statistics *statistics)
{
	PortaClient *client = statistics->client;

	statistics->ask_again = statistics->asking;
	if (statistics->connection == NULL || statistics->asking)
		return;
	pthread_mutex_lock(&statistics->lock);
	gboolean wanted = statistics->wanted;
	uint64_t done = statistics->n_out == 0 ? statistics->batch : 0;
	pthread_mutex_unlock(&statistics->lock);
	if (!wanted)
		return;
	statistics->asking = TRUE;
	statistics->asked = done;
	client->n_outstanding++;
	g_dbus_connection_call(statistics->connection, statistics->owner, MANAGER_PATH,
			       MANAGER_INTERFACE, "TakeStatistics",
			       g_variant_new("(st)", client->host_id, done),
			       G_VARIANT_TYPE("(tsa(siix))"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
			       statistics->cancellable, on_taken, statistics);
}

void
statistics_say_goodbye(Statistics *statistics)
{
	pthread_mutex_lock(&statistics->lock);
	uint64_t done = statistics->n_out == 0 ? statistics->batch : 0;
	pthread_mutex_unlock(&statistics->lock);
	statistics->leaving = TRUE;
	if (done != statistics->told && done != 0)
		statistics_ask(statistics);
}

gboolean
statistics_is_asking(Statistics *statistics)
{
	return statistics->asking;
}

void
statistics_set_helper(Statistics *statistics, Mirror *mirror, GCancellable *cancellable,
		      GDBusConnection *connection, const char *owner)
{
	statistics->mirror = mirror;
	statistics->cancellable = cancellable;
	g_set_object(&statistics->connection, connection);
	g_free(statistics->owner);
	statistics->owner = g_strdup(owner);
	if (connection != NULL)
		statistics_ask(statistics);
}
