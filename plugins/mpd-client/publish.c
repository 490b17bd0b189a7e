/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * publish: a collection as the library that libportamento takes.
 */
#include "publish.h"

#include <stdlib.h>

#include "log.h"
#include "track.h"

static int32_t
add_track(PortaLibrary *library, const Song *song, Location *location)
{
	TrackFields fields AUTO(track_clear) = {0};
	PortaTrack *track = NULL;

	track_build(&fields, song, location);
	int32_t result = porta_track_new(&track, fields.uri);
	if (result != PORTA_OK)
		return result;
	for (size_t i = 0; i < TRACK_TEXTS; i++) {
		if (fields.texts[i] != NULL)
			porta_track_set_string(track, track_texts[i].key, fields.texts[i]);
	}
	for (size_t i = 0; i < TRACK_NUMBERS; i++) {
		if (fields.numbers[i] >= 0)
			porta_track_set_number(track, track_numbers[i].key, fields.numbers[i]);
	}
	return porta_library_take_track(library, track);
}

static int32_t
add_playlist(PortaLibrary *library, const Playlist *playlist, Location *location)
{
	TextList uris AUTO(text_list_clear) = {0};
	char *name AUTO_TEXT = text_to_utf8(playlist->name);

	for (size_t i = 0; i < playlist->uris.count; i++)
		text_list_take(&uris, location_get_uri(location, playlist->uris.items[i]));
	/* MPD names a playlist by its name alone: renamed is another one */
	return porta_library_add_playlist(library, name, name, PORTA_PLAYLIST_STATIC,
					  (const char *const *)uris.items, (uint32_t)uris.count);
}

static int32_t
fill(PortaLibrary *library, Collection *collection, const char **what)
{
	int32_t result = PORTA_OK;

	for (size_t i = 0; i < collection->n_songs && result == PORTA_OK; i++) {
		*what = mpd_song_get_uri(collection->songs[i].song);
		result = add_track(library, &collection->songs[i], &collection->location);
	}
	for (size_t i = 0; i < collection->n_playlists && result == PORTA_OK; i++) {
		*what = collection->playlists[i].name;
		result = add_playlist(library, &collection->playlists[i], &collection->location);
	}
	return result;
}

PortaLibrary *
publish_build(Collection *collection, char **error)
{
	PortaLibrary *library = NULL;
	const char *what = "nothing";
	int32_t result = porta_library_new(&library);

	if (result == PORTA_OK)
		result = fill(library, collection, &what);
	if (result == PORTA_OK)
		return library;
	*error = text_format("The library can not be published: %s at “%s”.",
			     porta_error_name(result), what);
	return porta_library_free(library);
}
