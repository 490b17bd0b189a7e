/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * room: see room.h.
 */
#include "client/room.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define ROOM 16 /* the connection, its wakeups, those of messages */

gboolean
room_is_left(void)
{
	int fds[ROOM];
	unsigned n = 0;

	while (n < ROOM && (fds[n] = eventfd(0, EFD_CLOEXEC)) >= 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		close(fds[i]);
	return n == ROOM;
}
