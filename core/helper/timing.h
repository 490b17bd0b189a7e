/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * timing: every wait of the helper, in one table (law 10: every wait has a
 * deadline). A test may shorten one by the environment variable PORTAMENTO_<NAME>_MS.
 */
#pragma once

#include <glib.h>

typedef enum {
	TIMING_DEBOUNCE, /* from the last change to the sync it causes */
	TIMING_CANCEL, /* from Cancel to the end of the job, else the engine is killed */
	TIMING_UNPLUG, /* the same once the device is gone: nothing can be saved any more */
	TIMING_SILENCE, /* of an engine that has a job */
	TIMING_LINGER, /* an engine without a job is kept that long */
	TIMING_EXIT, /* from closing its socket to an engine's end, else it is killed */
	TIMING_LEAVE, /* from SIGTERM to our own end */
	TIMING_PROGRESS, /* least time between two changes of Progress */
	TIMING_FORGET, /* a device that nothing is known of is shown on: a phone that is unlocked comes back */
	TIMING_RETRY, /* pause before the first retry; the later ones are multiples */
	TIMING_MOUNT, /* of the desktop, when it mounts a device again: nothing else is done with that */
	TIMING_RESUME, /* a device that we need again within this is not given back in between */
	TIMING_RESET, /* from a reset of the device's port to its leaving because of that */
	TIMING_RETURN, /* from there to its coming back, else it has been unplugged */
	TIMING_UNLOCK /* pause before looking at a locked phone again; likewise */
} Timing;

guint timing_ms(Timing timing);
