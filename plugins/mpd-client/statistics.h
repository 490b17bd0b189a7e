/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: what was played and rated on devices, on its way into MPD's
 * stickers. The helper keeps it until its event is freed, and that is when it is
 * written: nothing is lost while MPD, or this program, is away. Only the process
 * that holds the lock takes any: nothing is counted twice.
 */
#pragma once

#include <portamento.h>

#include "stickers.h"

typedef struct {
	PortaEvent **events;
	size_t count, room;
	int lock_fd; /* -1: another process writes */
} Statistics;

/* Tries to become the one that writes; false with the reason if it is not. */
bool statistics_open(Statistics *statistics, char **error);
bool statistics_is_ours(const Statistics *statistics);
/* After the session's end: what waits is not written, and is told again. */
void statistics_close(Statistics *statistics);

/* A PORTA_EVENT_STATISTICS, taken over. */
void statistics_take_event(Statistics *statistics, PortaEvent *event);
/* Writes what is waiting, as far as MPD lets. location may not be known yet: then it goes on waiting.
 * False: the connection is lost. */
bool statistics_write(Statistics *statistics, Server *server, const Location *location);
