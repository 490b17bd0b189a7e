/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * client: one host's end. Three who never share more than a message: the host's
 * thread, which asks and fetches; the worker, which alone runs the private
 * GMainContext and the private bus connection; and the queue of events between
 * them. Law 10 here: nothing the host calls waits for anybody.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include "client/event.h"
#include "portamento.h"

typedef struct Bus Bus;

struct PortaClient {
	/* the same for life */
	char *host_id;
	char *display_name;
	char *address;
	pid_t pid; /* who made it: a fork has no worker */
	int fd; /* readable while events wait */
	GMainContext *context;
	GThread *worker;

	/* the worker's alone */
	Bus *bus;
	guint n_outstanding; /* calls whose callback has yet to run */

	GMutex lock;
	/* under lock: */
	gboolean stopping;
	GQueue events;
	guint n_items; /* of events: those of single items, which a host may be too slow for */
	GPtrArray *devices; /* as of the last event fetched, by id */
	PortaWakeupFunc wakeup;
	void *wakeup_data;
};

/* Runs func on the worker; free_data always, even if the worker ends before. */
void client_run(PortaClient *client, GSourceFunc func, void *data, GDestroyNotify free_data);

/* From the worker: queues the event, and wakes the host if it is the first. */
void client_take_event(PortaClient *client, PortaEvent *event);
