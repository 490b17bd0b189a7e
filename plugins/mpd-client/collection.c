/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * collection: everything that MPD has, as read in one go. What must not be
 * published, because it looks like an accident rather than like what its owner
 * wants (law 2), is found out here: no music directory, none of its files, an
 * empty database.
 */
#include "collection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stickers.h"

#define SAMPLE_SONGS 200

void
collection_take_song(Collection *collection, struct mpd_song *song)
{
	if (song == NULL)
		abort();
	collection->songs = memory_grow(collection->songs, collection->n_songs,
					&collection->songs_room, sizeof(Song));
	collection->songs[collection->n_songs++] =
		(Song){.song = song, .rating = -1, .play_count = -1, .last_played_unix = -1};
}

char *
collection_count(size_t n_songs, size_t n_playlists)
{
	char *songs AUTO_TEXT = text_count(n_songs, "song");
	char *playlists AUTO_TEXT = text_count(n_playlists, "playlist");

	return text_format("%s and %s", songs, playlists);
}

void
collection_clear_songs(Collection *collection)
{
	for (size_t i = 0; i < collection->n_songs; i++)
		mpd_song_free(collection->songs[i].song);
	collection->n_songs = 0;
}

void
collection_clear(Collection *collection)
{
	collection_clear_songs(collection);
	for (size_t i = 0; i < collection->n_playlists; i++) {
		free(collection->playlists[i].name);
		text_list_clear(&collection->playlists[i].uris);
	}
	free(collection->songs);
	free(collection->playlists);
	location_clear(&collection->location);
	*collection = (Collection){0};
}

CollectResult
collection_find_music(Collection *collection, Server *server, const Config *config, char **error)
{
	char *directory AUTO_TEXT = NULL;
	struct stat status;

	if (config->music_directory != NULL)
		directory = text_copy(config->music_directory);
	else if (!server_load_music_directory(server, &directory, error))
		return COLLECT_FAILED;
	if (directory == NULL) {
		*error = text_format(
			"MPD at %s does not say where its music is (it does so at its "
			"local socket, to who has the permission “admin”). Write into "
			"%s: music_directory = the folder on this computer that holds it.",
			server->name, config->path);
		return COLLECT_KEPT;
	}
	errno = ENOTDIR;
	if (stat(directory, &status) != 0 || !S_ISDIR(status.st_mode)) {
		*error = text_format(
			"The music directory %s is not there (%s): is its disk mounted? "
			"What was published before stays as it is.",
			directory, strerror(errno));
		return COLLECT_KEPT;
	}
	location_clear(&collection->location);
	location_init(&collection->location, directory);
	return COLLECT_OK;
}

static bool
is_there(const Collection *collection, const char *mpd_uri)
{
	struct stat status;
	char *path AUTO_TEXT = location_get_path(&collection->location, mpd_uri);

	if (lstat(path, &status) == 0)
		return true;
	/* a track of a CUE sheet: the sheet is */
	*strrchr(path, '/') = '\0';
	return lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* One song that is there is enough: those that are not, the engine tells apart. But a
 * folder where not one of many is, is the wrong one, or its disk is not mounted. */
static bool
check_songs(const Collection *collection, char **error)
{
	size_t step = collection->n_songs / SAMPLE_SONGS + 1, looked_for = 0;

	for (size_t i = 0; i < collection->n_songs; i += step) {
		const char *uri = mpd_song_get_uri(collection->songs[i].song);
		if (location_is_remote(uri))
			continue;
		if (is_there(collection, uri))
			return true;
		looked_for++;
	}
	*error = text_format("Of %zu songs looked for below %s not one is there: is its disk "
			     "mounted, and is this MPD's music directory? What was published "
			     "before stays as it is.",
			     looked_for, collection->location.music_directory);
	return looked_for == 0;
}

static CollectResult
check(const Collection *collection, const Server *server, char **error)
{
	if (collection->n_songs == 0) {
		*error = text_format("MPD at %s has no songs in its database: is its disk mounted, "
				     "and was “mpc update” run? What was published before stays "
				     "as it is.",
				     server->name);
		return COLLECT_KEPT;
	}
	if (!check_songs(collection, error))
		return COLLECT_KEPT;
	text_clear(error);
	return COLLECT_OK;
}

CollectResult
collection_load(Collection *collection, Server *server, const Config *config,
		unsigned int page_songs, char **error)
{
	ServerState state;

	/* who may not even ask for this needs a password: better said first */
	if (!server_load_state(server, &state, error))
		return COLLECT_FAILED;
	CollectResult result = collection_find_music(collection, server, config, error);
	if (result == COLLECT_OK)
		result = collection_load_songs(collection, server, page_songs, error);
	if (result == COLLECT_OK)
		result = check(collection, server, error);
	if (result != COLLECT_OK)
		return result;
	bool is_loaded = stickers_load(collection, server, page_songs, error) &&
			 collection_load_playlists(collection, server, error);
	return is_loaded ? COLLECT_OK : COLLECT_FAILED;
}
