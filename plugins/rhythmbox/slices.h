/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slices: long work on the host's main thread, done in pieces so short that no
 * frame is missed, when nothing more urgent waits.
 *
 * Main thread only. What was not finished when it is freed is never finished.
 */
#pragma once

#include <glib.h>

typedef struct Slices Slices;

/* Does a little, some microseconds, and answers whether there is more to do. */
typedef gboolean (*SlicesStep)(void *data);
typedef void (*SlicesDone)(void *data);

typedef struct {
	guint count;
	gint64 longest_us, total_us;
	gint64 longest_cpu_us; /* without the time that other programs had the processor */
} SlicesFigures;

Slices *slices_new(void);
void slices_free(Slices *slices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Slices, slices_free)

/* One work at a time. done runs within the last slice, and may free the slices. */
void slices_run(Slices *slices, SlicesStep step, SlicesDone done, void *data);
/* Of all work so far. */
SlicesFigures slices_figures(const Slices *slices);
