/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: takes from the helper what was played on devices, one batch after the other.
 * The next is asked for, and the helper told to forget this one, once the host has freed the
 * last of its events: what a host has not dealt with when it dies is told again.
 */
#pragma once

#include "client/client.h"
#include "client/mirror.h"

/* Shared by the client and its events, which may outlive it. */
Statistics *statistics_new(PortaClient *client);
/* From now on events that come back are of no account. Lets go of the client's share. */
void statistics_close(Statistics *statistics);
/* Of an event of this batch, freed by the host; lets go of the event's share. */
void statistics_take_back(Statistics *statistics, uint64_t batch);

/* From the host, under the client's lock; events that wait in its queue are not its business any more. */
void statistics_set_wanted(Statistics *statistics, gboolean wanted);

/* From the worker. owner NULL: the helper is away. */
void statistics_set_helper(Statistics *statistics, Mirror *mirror, GCancellable *cancellable,
			   GDBusConnection *connection, const char *owner);
/* The worker ends: the helper is told what the host has freed last, if it has not been yet. The caller
 * waits while it is asking, but not for long. */
void statistics_say_goodbye(Statistics *statistics);
gboolean statistics_is_asking(Statistics *statistics);
/* Something may wait. */
void statistics_ask(Statistics *statistics);
