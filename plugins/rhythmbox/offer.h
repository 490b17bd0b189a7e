/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * offer: what Rhythmbox had for a sync when it was last looked at: its songs' sizes and its
 * playlists, for the page to choose from. It does not change any more once it is made.
 */
#pragma once

#include <glib.h>

typedef struct {
	char *id, *name;
	int32_t kind; /* PORTA_PLAYLIST_* */
	GArray *songs; /* guint: indices of Offer.song_bytes, in their order */
	gint64 bytes;
} OfferPlaylist;

typedef struct {
	GArray *song_bytes; /* gint64, -1 for a song that is not offered */
	guint n_songs; /* that are */
	gint64 bytes; /* of those */
	GPtrArray *playlists; /* OfferPlaylist */
} Offer;

Offer *offer_new(void);
void offer_free(Offer *offer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Offer, offer_free)

OfferPlaylist *offer_add_playlist(Offer *offer, const char *name, int32_t kind);
const OfferPlaylist *offer_find_playlist(const Offer *offer, const char *id);
