/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * due: see due.h.
 */
#include "due.h"

gboolean
due_touch(Due *due, gint64 now_ms)
{
	gboolean was_pending = due->at_ms != DUE_NEVER;

	if (!due->was_touched_ever) {
		due->was_touched_ever = TRUE;
		due_hurry(due, now_ms);
		return TRUE;
	}
	if (!was_pending)
		due->latest_ms = now_ms + DUE_LATEST_MS;
	due->at_ms = MIN(now_ms + DUE_QUIET_MS, due->latest_ms);
	return !was_pending;
}

void
due_hurry(Due *due, gint64 now_ms)
{
	due->at_ms = due->latest_ms = now_ms;
}

gint64
due_in_ms(const Due *due, gint64 now_ms)
{
	return due->at_ms == DUE_NEVER ? DUE_NEVER : MAX(due->at_ms - now_ms, 0);
}

void
due_clear(Due *due)
{
	due->at_ms = due->latest_ms = DUE_NEVER;
}
