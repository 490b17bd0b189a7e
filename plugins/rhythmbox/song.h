/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * song: a song of RhythmDB as a track that can be published. What Rhythmbox does not
 * know is left out: it writes "Unknown", in its own language, where a tag is missing.
 */
#pragma once

#include <portamento.h>
#include <rhythmdb/rhythmdb.h>

#define SONG_N_TEXTS 5
#define SONG_N_NUMBERS 7

/* What is published of an entry. */
typedef struct {
	RBRefString *uri, *texts[SONG_N_TEXTS]; /* owned; NULL none */
	gint64 numbers[SONG_N_NUMBERS];
	gint64 duration_ms, bytes;
	int32_t rating;
} Song;

/* On the main thread. Into one of zeros, without a copy or an allocation: many thousands of those, given
 * back by another thread, would be tidied up by malloc in a single long moment of the window's. */
void song_read(Song *song, RhythmDBEntry *entry);
/* These on any thread. */
void song_clear(Song *song);
const char *song_uri(const Song *song);
/* The caller's; NULL for what can not be published, such as a broken URI. */
PortaTrack *song_build_track(const Song *song);

/* Whether this change of an entry is one that a published library shows. What playing a
 * song changes rides along with the next one: it is no reason to wake a player up. */
gboolean song_is_published_property(RhythmDBPropType property);

/* A rating of 1 to 100 as Rhythmbox' stars, and back; 0 is "none", and so is -1, which Rhythmbox never says: it
 * knows of each song whether it is rated. */
double song_stars(int32_t rating);
int32_t song_rating(double stars);
