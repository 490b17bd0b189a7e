/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * collection: everything that MPD has, as read in one go: songs, what its
 * stickers say of them, stored playlists, and where the files are.
 *
 * Law 2 begins here: what could not be read whole is not a collection.
 */
#pragma once

#include "location.h"
#include "server.h"

typedef struct {
	struct mpd_song *song;
	int rating; /* 0-100, -1 unknown */
	int64_t play_count; /* -1 unknown */
	int64_t last_played_unix; /* -1 unknown */
} Song;

typedef struct {
	char *name;
	TextList uris; /* as MPD gives them */
} Playlist;

typedef struct {
	Song *songs;
	size_t n_songs, songs_room;
	Playlist *playlists;
	size_t n_playlists, playlists_room;
	Location location;
} Collection;

typedef enum {
	COLLECT_OK,
	COLLECT_FAILED, /* MPD refused something, or is gone: see server_is_lost() */
	COLLECT_UPDATING, /* MPD is changing its database: ask again when it is done */
	COLLECT_KEPT /* it was read, but must not be published: law 2 */
} CollectResult;

/* page_songs: how many to ask for at a time. error is set unless COLLECT_OK. */
CollectResult collection_load(Collection *collection, Server *server, const Config *config,
			      unsigned int page_songs, char **error);
/* MPD's database only; location stays as it is. */
CollectResult collection_load_songs(Collection *collection, Server *server, unsigned int page_songs,
				    char **error);
bool collection_load_playlists(Collection *collection, Server *server, char **error);
bool collection_load_names(TextList *names, Server *server, char **error);
/* Resolves the music directory; COLLECT_KEPT if it is not there. */
CollectResult collection_find_music(Collection *collection, Server *server, const Config *config,
				    char **error);

void collection_take_song(Collection *collection, struct mpd_song *song);
/* "40 songs and 1 playlist" */
char *collection_count(size_t n_songs, size_t n_playlists);
void collection_clear_songs(Collection *collection);
void collection_clear(Collection *collection);
