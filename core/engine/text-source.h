/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text-source: a text in memory as what a device reads from while it is sent.
 */
#pragma once

#include <glib.h>

typedef struct {
	const char *bytes; /* lent */
	gsize size, done;
} TextSource;

/* A DeviceReadFunc; data is a TextSource. */
gssize text_source_read(void *data, void *buffer, gsize n, GError **error);
