/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * song-list: the songs of one snapshot, as tracks, on their way into a library. Filled on
 * the main thread, sorted out on another, then only read.
 */
#pragma once

#include "song.h"

typedef struct {
	RhythmDBEntry *entry; /* no-ref: what it was read from holds it */
	PortaTrack *track; /* NULL once it was stolen */
	char *uri;
	gint64 bytes;
	gboolean is_hidden; /* Rhythmbox does not find its file */
	gboolean is_deleted; /* there is no such file any more */
} SongListItem;

typedef struct {
	GPtrArray *items; /* SongListItem; pointers, as one that grows must not stop the window */
	GArray *by_entry; /* guint: of items, in the order of their entries' addresses */
	GArray *unreachable; /* guint: of items that are hidden, but not deleted */
} SongList;

SongList *song_list_new(void);
void song_list_free(SongList *songs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SongList, song_list_free)

/* What can not be published is left out. */
void song_list_add(SongList *songs, RhythmDBEntry *entry);
/* Looks for the hidden ones on the disk, and puts all in an order that depends on nothing
 * but their URIs, so that the same library has the same bytes. folders: as missing_new(). */
void song_list_sort_out(SongList *songs, const char *const *folders);
/* The place of a song that has one and is not deleted, else -1. */
int song_list_find(const SongList *songs, RhythmDBEntry *entry);
SongListItem *song_list_get(const SongList *songs, guint index);
