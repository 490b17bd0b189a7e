/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mpd-source: reads MPD's whole database, page by page: MPD cuts the connection
 * of a client that asks for everything at once ("output buffer is full").
 *
 * Pages are parts of one list only while the database stands still: a listing
 * that an update overtakes is thrown away and begun again.
 */
#include "collection.h"

#include "log.h"

#define MAX_RESTARTS 5

typedef enum { READ_OK, READ_FAILED, READ_UNSUPPORTED } ReadResult;

static bool
finish_request(Server *server)
{
	return mpd_response_finish(server->connection);
}

/* Before MPD 0.21 there are no filter expressions: it complains of the arguments. */
static bool
is_unsupported(const Server *server)
{
	return server_is_refused(server, MPD_SERVER_ERROR_ARG) ||
	       server_is_refused(server, MPD_SERVER_ERROR_UNKNOWN_CMD);
}

static ReadResult
read_page(Collection *collection, Server *server, unsigned int first, unsigned int end)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_song *song;

	/* the cheapest filter that every song passes */
	bool is_sent =
		mpd_search_db_songs(connection, false) &&
		mpd_search_add_expression(connection, "(modified-since '1970-01-01T00:00:00Z')") &&
		mpd_search_add_window(connection, first, end) && mpd_search_commit(connection);
	while (is_sent && (song = mpd_recv_song(connection)) != NULL)
		collection_take_song(collection, song);
	if (is_sent && finish_request(server))
		return READ_OK;
	return first == 0 && is_unsupported(server) ? READ_UNSUPPORTED : READ_FAILED;
}

static ReadResult
read_pages(Collection *collection, Server *server, unsigned int page_songs)
{
	unsigned int first = 0;

	while (collection->n_songs == first) {
		ReadResult result = read_page(collection, server, first, first + page_songs);
		if (result != READ_OK)
			return result;
		first += page_songs;
	}
	return READ_OK;
}

static bool
read_folder(Collection *collection, Server *server, const char *folder, TextList *folders)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_entity *entity;

	mpd_send_list_meta(connection, folder);
	while ((entity = mpd_recv_entity(connection)) != NULL) {
		if (mpd_entity_get_type(entity) == MPD_ENTITY_TYPE_SONG)
			collection_take_song(collection, mpd_song_dup(mpd_entity_get_song(entity)));
		else if (mpd_entity_get_type(entity) == MPD_ENTITY_TYPE_DIRECTORY)
			text_list_add(folders,
				      mpd_directory_get_path(mpd_entity_get_directory(entity)));
		mpd_entity_free(entity);
	}
	return finish_request(server);
}

/* For servers that can not page: folder by folder. */
static bool
walk(Collection *collection, Server *server)
{
	TextList folders AUTO(text_list_clear) = {0};
	bool is_read = true;

	text_list_add(&folders, "");
	while (is_read && folders.count > 0) {
		char *folder AUTO_TEXT = text_list_pop(&folders);
		is_read = read_folder(collection, server, folder, &folders);
	}
	return is_read;
}

static bool
read_all(Collection *collection, Server *server, unsigned int page_songs, char **error)
{
	ReadResult result = read_pages(collection, server, page_songs);

	if (result == READ_UNSUPPORTED && mpd_connection_clear_error(server->connection)) {
		log_verbose("MPD is older than 0.21: reading its database folder by folder.");
		collection_clear_songs(collection);
		result = walk(collection, server) ? READ_OK : READ_FAILED;
	}
	if (result != READ_OK)
		*error = server_take_error(server, "reading MPD's database");
	return result == READ_OK;
}

CollectResult
collection_load_songs(Collection *collection, Server *server, unsigned int page_songs, char **error)
{
	ServerState before, after;

	if (!server_load_state(server, &before, error))
		return COLLECT_FAILED;
	for (unsigned int tries = 0; tries < MAX_RESTARTS && !before.is_updating; tries++) {
		collection_clear_songs(collection);
		if (!read_all(collection, server, page_songs, error) ||
		    !server_load_state(server, &after, error))
			return COLLECT_FAILED;
		if (!after.is_updating && after.database_unix == before.database_unix)
			return COLLECT_OK;
		log_verbose("MPD's database changed while it was read: reading it again.");
		before = after;
	}
	*error = text_copy("MPD is updating its database.");
	return COLLECT_UPDATING;
}
