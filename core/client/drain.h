/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * drain: the end of a main context: callbacks still run, but nobody is waited for long.
 */
#pragma once

#include <glib.h>

/* Iterates until is_done, or for half a second. */
void drain(GMainContext *context, gboolean (*is_done)(void *data), void *data);
