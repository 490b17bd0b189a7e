/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stickers: what MPD's clients remember of songs.
 */
#include "stickers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/* MPD cuts the connection of a client whose answer does not fit its buffer (8 MiB): the
 * stickers of a large collection are asked for one top folder at a time. */
#define PAGES_AT_ONCE 8

typedef struct {
	Song **by_uri; /* sorted */
	size_t count;
} Index;

typedef struct {
	const char *name;
	void (*set)(Song *song, const char *value);
} Sticker;

int
stickers_parse_rating(const char *text)
{
	int64_t rating = 0;

	return text_parse_number(text, 0, 10, &rating) ? (int)rating * 10 : -1;
}

int
stickers_scale_rating(int rating)
{
	if (rating <= 0 || rating > 100)
		return rating == 0 ? 0 : -1;
	/* one star is a rating, though some players call it 1 of 100 */
	return rating < 10 ? 1 : (rating + 5) / 10;
}

static void
set_rating(Song *song, const char *value)
{
	song->rating = stickers_parse_rating(value);
}

static void
set_play_count(Song *song, const char *value)
{
	if (!text_parse_number(value, 0, INT32_MAX, &song->play_count))
		song->play_count = -1;
}

static void
set_last_played(Song *song, const char *value)
{
	if (!text_parse_number(value, 1, INT64_MAX, &song->last_played_unix))
		song->last_played_unix = -1;
}

static const Sticker stickers[] = {
	{"rating", set_rating},
	{"playCount", set_play_count},
	{"lastPlayed", set_last_played},
};

static int
compare_songs(const void *left, const void *right)
{
	return strcmp(mpd_song_get_uri((*(Song *const *)left)->song),
		      mpd_song_get_uri((*(Song *const *)right)->song));
}

static int
compare_uri(const void *uri, const void *song)
{
	return strcmp(uri, mpd_song_get_uri((*(Song *const *)song)->song));
}

static void
index_build(Index *index, Collection *collection)
{
	index->count = collection->n_songs;
	index->by_uri = memory_resize(NULL, index->count, sizeof(Song *));
	for (size_t i = 0; i < index->count; i++)
		index->by_uri[i] = &collection->songs[i];
	qsort(index->by_uri, index->count, sizeof(Song *), compare_songs);
}

static void
index_clear(Index *index)
{
	free(index->by_uri);
}

static Song *
index_find(const Index *index, const char *uri)
{
	Song **found = bsearch(uri, index->by_uri, index->count, sizeof(Song *), compare_uri);

	return found != NULL ? *found : NULL;
}

static void
set_sticker(Song *song, const struct mpd_pair *pair)
{
	size_t length;
	const char *value = mpd_parse_sticker(pair->value, &length);

	for (size_t i = 0; value != NULL && i < COUNT_OF(stickers); i++) {
		if (strlen(stickers[i].name) == length &&
		    memcmp(stickers[i].name, pair->value, length) == 0)
			stickers[i].set(song, value);
	}
}

/* The answer is pairs of "file" and "sticker". */
static bool
read_folder(const Sticker *sticker, const Index *index, Server *server, const char *folder)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_pair *pair;
	Song *song = NULL;

	mpd_send_sticker_find(connection, "song", folder, sticker->name);
	while ((pair = mpd_recv_pair(connection)) != NULL) {
		if (strcmp(pair->name, "file") == 0)
			song = index_find(index, pair->value);
		else if (strcmp(pair->name, "sticker") == 0 && song != NULL)
			set_sticker(song, pair);
		mpd_return_pair(connection, pair);
	}
	return mpd_response_finish(connection);
}

/* A song in no folder: "" would be the whole collection. */
static bool
read_song(Song *song, Server *server)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_pair *pair;

	mpd_send_sticker_list(connection, "song", mpd_song_get_uri(song->song));
	while ((pair = mpd_recv_pair_named(connection, "sticker")) != NULL) {
		set_sticker(song, pair);
		mpd_return_pair(connection, pair);
	}
	return mpd_response_finish(connection);
}

static size_t
top_folder_length(const char *uri)
{
	const char *slash = strchr(uri, '/');

	return slash != NULL ? (size_t)(slash - uri) : 0;
}

static void
list_top_folders(const Index *index, TextList *folders)
{
	for (size_t i = 0; i < index->count; i++) {
		const char *uri = mpd_song_get_uri(index->by_uri[i]->song);
		size_t length = top_folder_length(uri);
		const char *last = folders->count > 0 ? folders->items[folders->count - 1] : NULL;
		bool is_new = last == NULL || strlen(last) != length ||
			      strncmp(last, uri, length) != 0;
		if (is_new && length > 0)
			text_list_take(folders, text_format("%.*s", (int)length, uri));
	}
}

static bool
read_folders(const Index *index, Server *server, const TextList *folders)
{
	for (size_t i = 0; i < COUNT_OF(stickers); i++) {
		for (size_t folder = 0; folder < folders->count; folder++) {
			if (!read_folder(&stickers[i], index, server, folders->items[folder]))
				return false;
		}
	}
	return true;
}

static bool
read_by_top_folder(const Index *index, Server *server)
{
	TextList folders AUTO(text_list_clear) = {0};

	list_top_folders(index, &folders);
	for (size_t i = 0; i < index->count; i++) {
		bool has_folder = top_folder_length(mpd_song_get_uri(index->by_uri[i]->song)) > 0;
		if (!has_folder && !read_song(index->by_uri[i], server))
			return false;
	}
	return read_folders(index, server, &folders);
}

static bool
read_at_once(const Index *index, Server *server)
{
	TextList whole AUTO(text_list_clear) = {0};

	text_list_add(&whole, "");
	return read_folders(index, server, &whole);
}

bool
stickers_load(Collection *collection, Server *server, unsigned int page_songs, char **error)
{
	Index index AUTO(index_clear) = {0};
	index_build(&index, collection);
	bool is_large = collection->n_songs > (size_t)page_songs * PAGES_AT_ONCE;
	if (is_large ? read_by_top_folder(&index, server) : read_at_once(&index, server))
		return true;
	*error = server_take_error(server, "reading ratings and play counts");
	if (server_is_lost(server))
		return false;
	log_verbose("Ratings and play counts are not known: %s.", *error);
	text_clear(error);
	return true;
}

/* -1 if there is none, or none that is a number. */
static bool
read_number(Server *server, const char *uri, const char *name, int64_t *out)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_pair *pair;
	int64_t number = -1;

	mpd_send_sticker_get(connection, "song", uri, name);
	while ((pair = mpd_recv_sticker(connection)) != NULL) {
		if (!text_parse_number(pair->value, 0, INT64_MAX / 2, &number))
			number = -1;
		mpd_return_sticker(connection, pair);
	}
	/* "no such sticker" */
	bool is_read = mpd_response_finish(connection) ||
		       (server_is_refused(server, MPD_SERVER_ERROR_NO_EXIST) &&
			mpd_connection_clear_error(connection));
	if (is_read)
		*out = number;
	return is_read;
}

static bool
write_number(Server *server, const char *uri, const char *name, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)number);
	return mpd_run_sticker_set(server->connection, "song", uri, name, text);
}

static bool
write_all(Server *server, const Statistic *statistic)
{
	const char *uri = statistic->mpd_uri;
	int rating = stickers_scale_rating(statistic->rating);
	int64_t played = 0, last_played = 0;

	if (!read_number(server, uri, "playCount", &played) ||
	    !read_number(server, uri, "lastPlayed", &last_played))
		return false;
	if (statistic->last_played_unix > last_played &&
	    !write_number(server, uri, "lastPlayed", statistic->last_played_unix))
		return false;
	if (rating >= 0 && !write_number(server, uri, "rating", rating))
		return false;
	/* last: what comes again after MPD went away in the middle must not be counted twice */
	return statistic->played_times <= 0 ||
	       write_number(server, uri, "playCount",
			    (played > 0 ? played : 0) + statistic->played_times);
}

bool
stickers_write(Server *server, const Statistic *statistic, char **error)
{
	if (write_all(server, statistic))
		return true;
	char *doing AUTO_TEXT = text_format("writing what was played of %s", statistic->mpd_uri);
	*error = server_take_error(server, doing);
	return false;
}
