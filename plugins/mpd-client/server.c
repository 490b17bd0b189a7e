/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * server: the connection to MPD, and what its errors mean to a person.
 */
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "stop.h"

static char *
build_name(const Config *config, struct mpd_connection *connection)
{
	const struct mpd_settings *settings =
		connection != NULL ? mpd_connection_get_settings(connection) : NULL;
	const char *host = settings != NULL ? mpd_settings_get_host(settings) : config->host;
	unsigned int port = settings != NULL ? mpd_settings_get_port(settings) : config->port;

	if (host == NULL)
		host = "localhost";
	if (host[0] == '/' || host[0] == '@')
		return text_copy(host);
	return text_format("%s:%u", host, port > 0 ? port : 6600);
}

static char *
explain_system_error(const Server *server)
{
	int number = mpd_connection_get_system_error(server->connection);

	switch (number) {
	case ECONNREFUSED:
		return text_format("MPD at %s refused the connection: is it running, and is this "
				   "its address? (set host and port)",
				   server->name);
	case ENOENT:
		return text_format("MPD has no socket at %s: is it running, and is this its "
				   "bind_to_address? (set host)",
				   server->name);
	case EACCES:
		return text_format("MPD's socket %s may not be opened by this user", server->name);
	case EPIPE:
	case ECONNRESET: return text_format("MPD at %s closed the connection", server->name);
	default:
		return text_format("MPD at %s can not be reached: %s", server->name,
				   strerror(number));
	}
}

static char *
explain_server_error(const Server *server)
{
	switch (mpd_connection_get_server_error(server->connection)) {
	case MPD_SERVER_ERROR_PASSWORD:
		return text_format("MPD at %s rejected the password", server->name);
	case MPD_SERVER_ERROR_PERMISSION:
		return text_format("MPD at %s does not allow that to this client: a password is "
				   "needed, or one with more rights",
				   server->name);
	default:
		return text_format("MPD at %s says: %s", server->name,
				   mpd_connection_get_error_message(server->connection));
	}
}

static char *
explain(const Server *server)
{
	switch (mpd_connection_get_error(server->connection)) {
	case MPD_ERROR_SYSTEM: return explain_system_error(server);
	case MPD_ERROR_SERVER: return explain_server_error(server);
	case MPD_ERROR_TIMEOUT: return text_format("MPD at %s does not answer", server->name);
	case MPD_ERROR_CLOSED: return text_format("MPD at %s closed the connection", server->name);
	case MPD_ERROR_MALFORMED:
		return text_format("MPD is not what answers at %s: is this its port?",
				   server->name);
	case MPD_ERROR_RESOLVER:
		return text_format("MPD's host %s can not be found: is its name right?",
				   server->name);
	default: return text_copy(mpd_connection_get_error_message(server->connection));
	}
}

char *
server_take_error(Server *server, const char *doing)
{
	char *reason AUTO_TEXT = explain(server);

	mpd_connection_clear_error(server->connection);
	return text_format("%s: %s", doing, reason);
}

bool
server_is_refused(const Server *server, enum mpd_server_error code)
{
	return mpd_connection_get_error(server->connection) == MPD_ERROR_SERVER &&
	       mpd_connection_get_server_error(server->connection) == code;
}

bool
server_is_lost(const Server *server)
{
	return mpd_connection_get_error(server->connection) != MPD_ERROR_SUCCESS;
}

/* Replies get smaller: only what Portamento has a use for. */
static bool
limit_tags(Server *server)
{
	static const enum mpd_tag_type tags[] = {
		MPD_TAG_ARTIST, MPD_TAG_ALBUM_ARTIST, MPD_TAG_ALBUM, MPD_TAG_TITLE,
		MPD_TAG_TRACK,  MPD_TAG_DISC,         MPD_TAG_GENRE, MPD_TAG_DATE,
	};

	if (mpd_run_clear_tag_types(server->connection) &&
	    mpd_run_enable_tag_types(server->connection, tags, COUNT_OF(tags)))
		return true;
	/* before MPD 0.21; it works as well, with more to read */
	bool is_old = server_is_refused(server, MPD_SERVER_ERROR_UNKNOWN_CMD) ||
		      server_is_refused(server, MPD_SERVER_ERROR_ARG);
	return is_old && mpd_connection_clear_error(server->connection);
}

static bool
prepare(Server *server, const Config *config)
{
	if (mpd_connection_get_error(server->connection) != MPD_ERROR_SUCCESS)
		return false;
	stop_watch_connection(mpd_connection_get_fd(server->connection));
	mpd_connection_set_keepalive(server->connection, true);
	if (config->password != NULL && !mpd_run_password(server->connection, config->password))
		return false;
	return limit_tags(server);
}

Server *
server_connect(const Config *config, char **error)
{
	Server *server = memory_resize(NULL, 1, sizeof(Server));

	*server = (Server){
		.connection = mpd_connection_new(config->host, config->port, config->timeout_ms)};
	if (server->connection == NULL)
		abort();
	server->name = build_name(config, server->connection);
	server->is_local = server->name[0] == '/' || server->name[0] == '@';
	if (prepare(server, config)) {
		const unsigned int *version = mpd_connection_get_server_version(server->connection);
		log_verbose("Connected to MPD at %s, protocol %u.%u.%u.", server->name, version[0],
			    version[1], version[2]);
		return server;
	}
	*error = explain(server);
	server_free(server);
	return NULL;
}

void
server_free(Server *server)
{
	if (server == NULL)
		return;
	stop_watch_connection(-1);
	mpd_connection_free(server->connection);
	free(server->name);
	free(server);
}

void
server_clear(Server **server)
{
	server_free(*server);
	*server = NULL;
}

bool
server_load_state(Server *server, ServerState *state, char **error)
{
	struct mpd_status *status = mpd_run_status(server->connection);
	struct mpd_stats *stats = status != NULL ? mpd_run_stats(server->connection) : NULL;

	if (stats == NULL) {
		if (status != NULL)
			mpd_status_free(status);
		*error = server_take_error(server, "asking for MPD's state");
		return false;
	}
	*state = (ServerState){
		.songs = mpd_stats_get_number_of_songs(stats),
		.database_unix = mpd_stats_get_db_update_time(stats),
		.is_updating = mpd_status_get_update_id(status) != 0,
	};
	mpd_stats_free(stats);
	mpd_status_free(status);
	return true;
}

bool
server_load_music_directory(Server *server, char **directory, char **error)
{
	struct mpd_connection *connection = server->connection;
	struct mpd_pair *pair;
	char *found AUTO_TEXT = NULL;

	mpd_send_command(connection, "config", NULL);
	while ((pair = mpd_recv_pair(connection)) != NULL) {
		/* a music directory on a server is a URL: nothing that we could read */
		if (strcmp(pair->name, "music_directory") == 0 && pair->value[0] == '/')
			text_set(&found, pair->value);
		mpd_return_pair(connection, pair);
	}
	if (!mpd_response_finish(connection) &&
	    (mpd_connection_get_error(connection) != MPD_ERROR_SERVER ||
	     !mpd_connection_clear_error(connection))) {
		*error = server_take_error(server, "asking for MPD's music directory");
		return false;
	}
	*directory = found;
	found = NULL;
	return true;
}

bool
server_enter_idle(Server *server, enum mpd_idle events, char **error)
{
	server->is_idle = mpd_send_idle_mask(server->connection, events);
	if (!server->is_idle)
		*error = server_take_error(server, "waiting for changes");
	return server->is_idle;
}

static bool
finish_idle(Server *server, enum mpd_idle *events, enum mpd_idle happened, char **error)
{
	server->is_idle = false;
	if (server_is_lost(server)) {
		*error = server_take_error(server, "waiting for changes");
		return false;
	}
	*events = happened;
	return true;
}

bool
server_leave_idle(Server *server, enum mpd_idle *events, char **error)
{
	return finish_idle(server, events, mpd_run_noidle(server->connection), error);
}

bool
server_read_idle(Server *server, enum mpd_idle *events, char **error)
{
	return finish_idle(server, events, mpd_recv_idle(server->connection, false), error);
}
