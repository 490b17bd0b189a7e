/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wishlist-order: in which order fill and default rules want a library's tracks.
 */
#pragma once

#include "engine/wishlist.h"

/* One library while a wishlist is built. Track strings are the library's. */
typedef struct {
	Library *library;
	Track *tracks;
	guint8 *listed;
	uint32_t *wants; /* index of the track's want + 1 */
	gsize n_tracks, n_listed;
	GHashTable *playlists; /* id -> index + 1; borrows */
} LibrarySource;

/* Who asks for a track. */
typedef struct {
	uint32_t rule;
	int32_t priority;
	uint32_t tier;
	gboolean is_fill;
} WantPlace;

/* Default rules between "own playlists" and "all music". */
#define ORDER_N_TIERS 5u

/* Indexes (uint32_t) of the tracks of a tier, in order. The caller unrefs. */
GArray *order_tier(const LibrarySource *source, guint tier, int64_t now_unix);
/* All listed tracks as a PORTA_FILL_* wants them. The caller unrefs. */
GArray *order_fill(const LibrarySource *source, int32_t fill, const WishlistContext *context);
/* "filled up, shuffled" */
const char *order_fill_name(int32_t fill);
