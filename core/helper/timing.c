/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * timing: see timing.h. The environment is read at each question: it is cheap
 * beside what follows, and there is no state to set up.
 */
#include "helper/timing.h"

typedef struct {
	const char *variable;
	guint ms;
} Row;

static const Row rows[] = {
	[TIMING_DEBOUNCE] = {"PORTAMENTO_DEBOUNCE_MS", 1000},
	[TIMING_CANCEL] = {"PORTAMENTO_CANCEL_MS", 10000},
	[TIMING_UNPLUG] = {"PORTAMENTO_UNPLUG_MS", 5000},
	[TIMING_SILENCE] = {"PORTAMENTO_SILENCE_MS", 300000},
	[TIMING_LINGER] = {"PORTAMENTO_LINGER_MS", 10000},
	[TIMING_EXIT] = {"PORTAMENTO_EXIT_MS", 5000},
	[TIMING_LEAVE] = {"PORTAMENTO_LEAVE_MS", 5000},
	[TIMING_PROGRESS] = {"PORTAMENTO_PROGRESS_MS", 250},
	[TIMING_FORGET] = {"PORTAMENTO_FORGET_MS", 10000},
	[TIMING_RETRY] = {"PORTAMENTO_RETRY_MS", 5000},
	[TIMING_MOUNT] = {"PORTAMENTO_MOUNT_MS", 10000},
	[TIMING_RESUME] = {"PORTAMENTO_RESUME_MS", 20000},
	[TIMING_RESET] = {"PORTAMENTO_RESET_MS", 5000},
	[TIMING_RETURN] = {"PORTAMENTO_RETURN_MS", 10000},
	[TIMING_UNLOCK] = {"PORTAMENTO_UNLOCK_MS", 5000},
};

guint
timing_ms(Timing timing)
{
	const char *text = g_getenv(rows[timing].variable);
	guint64 ms = rows[timing].ms;

	if (text != NULL)
		g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT, &ms, NULL);
	return ms;
}
