/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* said: what a device says of itself, made fit for use. All lanes make it the same. */
#pragma once

#include "device/device.h"
#include "device/ptp-dataset.h"

/* A name that could not stand in a path is told with "?" for what is wrong in it; our own names
 * never have one (law 8), so such an object is never taken for ours. NULL is "". */
char *said_name(const char *said);
/* In place: an abstract playlist's object has a suffix that is no part of the playlist's name. */
void said_cut_playlist_suffix(char *name);
/* As DeviceEntry.is_album wants it. Takes name over. Caller frees. */
char *said_end_album(char *name);

/* What an album's picture may be, from the descriptions of its properties. */
typedef struct {
	gboolean can_set_data;
	PtpPropForm data, format, height, width; /* of what is not described: zeros */
} SaidSample;

DeviceCovers said_covers(const SaidSample *said);

typedef struct {
	uint32_t id;
	uint16_t type, access;
	uint64_t capacity_bytes, free_bytes;
	const char *label, *description; /* or NULL */
} SaidStorage;

/* Settings name a storage by its label, so no two of those behind `from` get the same. */
void said_add_storage(GArray *storages, guint from, const SaidStorage *said);
