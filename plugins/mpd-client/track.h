/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * track: one song of MPD's in Portamento's words: for every key that MPD can
 * fill, a text or a number. Publishing and "portamento-mpd dump" both read it,
 * so what the dump shows is what the engine gets.
 */
#pragma once

#include <portamento.h>

#include "collection.h"

typedef struct {
	int32_t key; /* PORTA_KEY_* */
	const char *name; /* in the dump */
} TrackField;

#define TRACK_TEXTS 5
#define TRACK_NUMBERS 9

typedef struct {
	char *uri;
	char *texts[TRACK_TEXTS]; /* as track_texts; NULL unknown */
	int64_t numbers[TRACK_NUMBERS]; /* as track_numbers; -1 unknown */
} TrackFields;

extern const TrackField track_texts[TRACK_TEXTS];
extern const TrackField track_numbers[TRACK_NUMBERS];

void track_build(TrackFields *fields, const Song *song, Location *location);
void track_clear(TrackFields *fields);
