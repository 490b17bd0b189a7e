/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * patience: work on another thread that is waited for, but not for ever: a disk may sleep, or
 * be behind a network that is gone.
 */
#pragma once

#include <glib.h>

typedef void (*PatienceFunc)(void *data);

/* TRUE: work has ended. FALSE: it had not at late_us, by the monotonic clock: once it has, drop
 * is called on its thread, and data is its own until then. */
gboolean patience_run(PatienceFunc work, PatienceFunc drop, void *data, gint64 late_us);
