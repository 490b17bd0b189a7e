/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: what was played and rated on devices, on its way into MPD's
 * stickers. Kept while MPD is away. Every client of the helper is told, so only
 * the process that holds the lock writes: nothing is counted twice.
 */
#pragma once

#include <portamento.h>

#include "stickers.h"

typedef struct {
	Statistic *items;
	size_t count, room;
	int lock_fd; /* -1: another process writes */
} Statistics;

/* Tries to become the one that writes; true if it is. */
bool statistics_open(Statistics *statistics);
void statistics_close(Statistics *statistics);

/* A PORTA_EVENT_STATISTICS. */
void statistics_add_event(Statistics *statistics, PortaEvent *event, const Location *location);
/* Writes what is waiting, as far as MPD lets. False: the connection is lost. */
bool statistics_write(Statistics *statistics, Server *server);
