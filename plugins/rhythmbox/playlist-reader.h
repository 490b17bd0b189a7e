/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist-reader: reads one playlist of Rhythmbox, a song at a time, while the playlist may
 * change between two steps. Main thread only.
 *
 * A static playlist keeps the songs whose files Rhythmbox does not find; an automatic one
 * drops them. So that an unmounted disk empties no playlist (law 2), songs that are out of
 * reach and fit an automatic playlist's query are in it all the same, at its end.
 */
#pragma once

#include <sources/rb-source.h>

#include "offer.h"
#include "song-list.h"

typedef struct PlaylistReader PlaylistReader;

typedef enum {
	PLAYLIST_READER_MORE,
	PLAYLIST_READER_END,
	PLAYLIST_READER_UNSTEADY
} PlaylistReaderStep;

/* PORTA_PLAYLIST_*; the play queue is none: 0. */
int32_t playlist_reader_kind(RBSource *source);
/* The caller's. */
char *playlist_reader_name(RBSource *source);

/* into gets the songs; it and songs outlive the reader. */
PlaylistReader *playlist_reader_new(RhythmDB *db, RBSource *source, const SongList *songs,
				    OfferPlaylist *into);
void playlist_reader_free(PlaylistReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlaylistReader, playlist_reader_free)

/* UNSTEADY: it changed again and again; another time. */
PlaylistReaderStep playlist_reader_step(PlaylistReader *reader);
/* At its end: of what makes the playlist what it is; "" of an empty static one. */
const char *playlist_reader_fingerprint(PlaylistReader *reader);
