/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * beginning: by what a file that was cut short is known again, when its source is another by then.
 * Made of the bytes that are sent, before the first of them leaves; kept with the pending row.
 * Pure.
 */
#pragma once

#include <glib.h>

/* What it is made of at most. */
#define BEGINNING_BYTES (64u * 1024)

/* Of the first n bytes of what is sent. Caller frees. */
char *beginning_of(const void *bytes, gsize n);
/* Whether n bytes, found on the device, are how that began. FALSE for n 0, and where nothing is known. */
gboolean beginning_matches(const char *beginning, const void *bytes, gsize n);
