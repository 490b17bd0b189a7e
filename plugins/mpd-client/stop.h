/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stop: how this program is told to end: SIGINT, SIGTERM, or to read its
 * configuration again: SIGHUP. The first signal also cuts the connection to
 * MPD, so that no request that blocks keeps the program; the second one kills.
 */
#pragma once

#include <stdbool.h>

void stop_install(void);
/* Readable once a signal came. */
int stop_get_fd(void);
bool stop_is_asked(void);
/* So that something can be waited for on the way out. */
void stop_forget(void);
/* True once for each SIGHUP (several at once are one). */
bool stop_take_reload(void);
/* The connection to cut, or -1. */
void stop_watch_connection(int fd);
