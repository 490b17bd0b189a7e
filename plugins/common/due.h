/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * due: when something that changes in bursts should be looked at: at once the first time,
 * afterwards when it has been quiet for a while, but not put off for ever. It asks no clock:
 * whoever calls says what time it is.
 */
#pragma once

#include <glib.h>

#define DUE_QUIET_MS 2000
#define DUE_LATEST_MS 15000 /* after the first touch */
#define DUE_NEVER -1

typedef struct {
	gboolean was_touched_ever;
	gint64 at_ms, latest_ms; /* DUE_NEVER, or both a time */
} Due;

#define DUE_INIT                                                                                   \
	{                                                                                          \
		FALSE, DUE_NEVER, DUE_NEVER                                                        \
	}

/* TRUE if it is due earlier than before, so that who waits must wait anew. */
gboolean due_touch(Due *due, gint64 now_ms);
/* As quiet as it will be. */
void due_hurry(Due *due, gint64 now_ms);
/* Milliseconds from now, 0 now; DUE_NEVER if nothing has changed. */
gint64 due_in_ms(const Due *due, gint64 now_ms);
/* It is being looked at: what is touched from now on counts anew. */
void due_clear(Due *due);
