/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "offer.h"

static void
playlist_free(gpointer data)
{
	OfferPlaylist *playlist = data;

	g_free(playlist->id);
	g_free(playlist->name);
	g_array_unref(playlist->songs);
	g_free(playlist);
}

Offer *
offer_new(void)
{
	Offer *offer = g_new0(Offer, 1);

	offer->song_bytes = g_array_new(FALSE, FALSE, sizeof(gint64));
	offer->playlists = g_ptr_array_new_with_free_func(playlist_free);
	return offer;
}

void
offer_free(Offer *offer)
{
	if (offer == NULL)
		return;
	g_array_unref(offer->song_bytes);
	g_ptr_array_unref(offer->playlists);
	g_free(offer);
}

OfferPlaylist *
offer_add_playlist(Offer *offer, const char *name, int32_t kind)
{
	OfferPlaylist *playlist = g_new0(OfferPlaylist, 1);

	playlist->name = g_strdup(name);
	playlist->kind = kind;
	playlist->songs = g_array_new(FALSE, FALSE, sizeof(guint));
	g_ptr_array_add(offer->playlists, playlist);
	return playlist;
}

const OfferPlaylist *
offer_find_playlist(const Offer *offer, const char *id)
{
	for (guint i = 0; i < offer->playlists->len; i++) {
		const OfferPlaylist *playlist = g_ptr_array_index(offer->playlists, i);
		if (g_strcmp0(playlist->id, id) == 0)
			return playlist;
	}
	return NULL;
}
