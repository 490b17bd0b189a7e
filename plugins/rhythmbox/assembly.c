/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "assembly.h"

static int32_t
add_playlist(PortaLibrary *library, const OfferPlaylist *playlist, const SongList *songs)
{
	g_autoptr(GPtrArray) uris = g_ptr_array_new();

	for (guint i = 0; i < playlist->songs->len; i++) {
		guint index = g_array_index(playlist->songs, guint, i);
		g_ptr_array_add(uris, (char *)song_uri(&song_list_get(songs, index)->song));
	}
	return porta_library_add_playlist(library, playlist->id, playlist->name, playlist->kind,
					  (const char *const *)uris->pdata, uris->len);
}

static int32_t
add_songs(PortaLibrary *library, Offer *offer, SongList *songs)
{
	int32_t result = PORTA_OK;

	for (guint i = 0; i < songs->items->len && result == PORTA_OK; i++) {
		SongListItem *item = song_list_get(songs, i);
		gint64 bytes = item->is_left_out ? -1 : item->song.bytes;
		g_array_append_val(offer->song_bytes, bytes);
		if (item->is_left_out)
			continue;
		offer->n_songs++;
		offer->bytes += bytes;
		result = porta_library_take_track(library, g_steal_pointer(&item->track));
	}
	return result;
}

PortaLibrary *
assembly_build(Offer *offer, SongList *songs)
{
	PortaLibrary *library = NULL;
	int32_t result = porta_library_new(&library);

	if (result == PORTA_OK)
		result = add_songs(library, offer, songs);
	for (guint i = 0; i < offer->playlists->len && result == PORTA_OK; i++)
		result = add_playlist(library, g_ptr_array_index(offer->playlists, i), songs);
	if (result == PORTA_OK)
		return library;
	g_warning("The music library can not be offered to players: %s.", porta_error_name(result));
	return porta_library_free(library);
}
