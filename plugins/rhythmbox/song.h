/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * song: a song of RhythmDB as a track that can be published. What Rhythmbox does not
 * know is left out: it writes "Unknown", in its own language, where a tag is missing.
 */
#pragma once

#include <portamento.h>
#include <rhythmdb/rhythmdb.h>

/* The caller's; NULL for what can not be published, such as a broken URI. */
PortaTrack *song_build_track(RhythmDBEntry *entry);

/* Whether this change of an entry is one that a published library shows. What playing a
 * song changes rides along with the next one: it is no reason to wake a player up. */
gboolean song_is_published_property(RhythmDBPropType property);

/* A rating of 1 to 100 as Rhythmbox' stars, and back; 0 and -1 are "none". */
double song_stars(int32_t rating);
int32_t song_rating(double stars);
