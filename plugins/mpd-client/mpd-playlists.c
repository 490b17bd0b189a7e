/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mpd-playlists: reads MPD's stored playlists. Their entries stay as MPD gives
 * them: songs that its database lacks, files elsewhere and streams are told to
 * the engine too, which says why they can not be on a device.
 */
#include "collection.h"

#include <stdlib.h>

#include "log.h"

bool
collection_load_names(TextList *names, Server *server, char **error)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_playlist *playlist;

	mpd_send_list_playlists(connection);
	while ((playlist = mpd_recv_playlist(connection)) != NULL) {
		text_list_add(names, mpd_playlist_get_path(playlist));
		mpd_playlist_free(playlist);
	}
	if (mpd_response_finish(connection))
		return true;
	/* no playlist_directory is set: MPD says "unknown error", which has the same number */
	bool is_disabled = server_is_refused(server, MPD_SERVER_ERROR_UNKNOWN_CMD);
	*error = server_take_error(server, "reading the list of playlists");
	if (is_disabled) {
		log_verbose("%s", *error);
		text_clear(error);
	}
	return is_disabled;
}

/* False and no error: deleted since it was listed. */
static bool
read_playlist(Playlist *playlist, Server *server, char **error)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_pair *pair;

	mpd_send_list_playlist(connection, playlist->name);
	while ((pair = mpd_recv_pair_named(connection, "file")) != NULL) {
		text_list_add(&playlist->uris, pair->value);
		mpd_return_pair(connection, pair);
	}
	if (mpd_response_finish(connection))
		return true;
	if (server_is_refused(server, MPD_SERVER_ERROR_NO_EXIST) &&
	    mpd_connection_clear_error(connection))
		return false;
	char *doing AUTO_TEXT = text_format("reading the playlist “%s”", playlist->name);
	*error = server_take_error(server, doing);
	return false;
}

bool
collection_load_playlists(Collection *collection, Server *server, char **error)
{
	TextList names AUTO(text_list_clear) = {0};

	if (!collection_load_names(&names, server, error))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		Playlist playlist = {.name = text_copy(names.items[i])};
		if (read_playlist(&playlist, server, error)) {
			collection->playlists =
				memory_grow(collection->playlists, collection->n_playlists,
					    &collection->playlists_room, sizeof(Playlist));
			collection->playlists[collection->n_playlists++] = playlist;
			continue;
		}
		free(playlist.name);
		text_list_clear(&playlist.uris);
		/* one that can not be read must not look like one that is gone */
		if (*error != NULL)
			return false;
	}
	return true;
}
