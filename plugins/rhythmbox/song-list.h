/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * song-list: the songs of one snapshot, as tracks, on their way into a library. Filled on
 * the main thread, sorted out on another, then only read.
 */
#pragma once

#include "song.h"

typedef struct {
	RhythmDBEntry *entry; /* no-ref: what it was read from holds it */
	Song song;
	PortaTrack *track; /* NULL before it was sorted out, and once it was stolen */
	gboolean is_hidden; /* Rhythmbox does not find its file */
	gboolean is_left_out; /* there is no such file any more; or it can not be published */
} SongListItem;

typedef struct {
	SongListItem *room; /* for all, made at once: what grows would stop the window */
	guint n_room;
	GPtrArray *items; /* of room, in the order of their URIs once they are sorted out */
	GArray *by_entry; /* guint: of items, in the order of their entries' addresses */
	GArray *unreachable; /* guint: of items that are hidden, but not left out */
} SongList;

/* For so many. It takes a while: not on the main thread. */
SongList *song_list_new(guint n_songs);
void song_list_free(SongList *songs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SongList, song_list_free)

/* There must be room for it. What has no URI is left out. */
void song_list_add(SongList *songs, RhythmDBEntry *entry);
/* Looks for the hidden ones on the disk, and puts all in an order that depends on nothing
 * but their URIs, so that the same library has the same bytes. folders: as missing_new(). */
void song_list_sort_out(SongList *songs, const char *const *folders);
/* The place of a song that has one and is not left out, else -1. */
int song_list_find(const SongList *songs, RhythmDBEntry *entry);
SongListItem *song_list_get(const SongList *songs, guint index);
