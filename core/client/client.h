/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * client: one host's end. Three who never share more than a message: the host's
 * thread, which asks and fetches; the worker, which alone runs the private
 * GMainContext and the private bus connection; and the queue of events between
 * them. Law 10 here: nothing the host calls waits for anybody.
 */
#pragma once

#include <gio/gio.h>
#include <pthread.h>
#include <sys/types.h>

#include "client/event.h"
#include "portamento.h"

typedef struct Bus Bus;
typedef struct Request Request;

struct PortaClient {
	/* the same for life */
	char *host_id;
	char *display_name;
	char *address;
	pid_t pid; /* who made it: a fork has no worker */
	int fd; /* readable while events wait */
	GMainContext *context;
	GThread *worker;

	Statistics *statistics;

	/* the worker's alone */
	Bus *bus;
	guint n_outstanding; /* calls whose callback has yet to run */

	pthread_mutex_t lock; /* recursive; not a GMutex, whose futex no sanitizer understands */
	/* under lock: */
	gboolean stopping;
	GQueue requests; /* of Request, on their way to the worker */
	GQueue events;
	guint n_items; /* of events: those of single items, which a host may be too slow for */
	GPtrArray *devices; /* as of the last event fetched, by id */
	PortaWakeupFunc wakeup;
	void *wakeup_data;
};

/* From the host: the worker will ask it of the helper. */
void client_take_request(PortaClient *client, Request *request);

/* From the worker: queues the event, and wakes the host if it is the first. */
void client_take_event(PortaClient *client, PortaEvent *event);
/* Between these the host fetches nothing: it sees all of the events or none. */
void client_begin_events(PortaClient *client);
void client_end_events(PortaClient *client);
