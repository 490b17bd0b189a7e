/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * server: the connection to MPD, and what its errors mean to a person.
 *
 * Every request blocks this program, never longer than MPD's timeout for each
 * line of the answer (30 s if nobody says otherwise).
 */
#pragma once

#include <mpd/client.h>

#include "config.h"

typedef struct {
	struct mpd_connection *connection;
	char *name; /* for people: "localhost:6600", a socket's path */
	bool is_local; /* by a socket of this computer */
	bool is_idle;
} Server;

typedef struct {
	unsigned int songs;
	uint64_t database_unix; /* changes with the database */
	bool is_updating;
} ServerState;

Server *server_connect(const Config *config, char **error);
void server_free(Server *server);
void server_clear(Server **server);

/* What just failed, for people, "doing" being "reading the playlists"; afterwards
 * the connection is usable again if it was only the request that failed. */
char *server_take_error(Server *server, const char *doing);
/* A request was refused with this code (the connection is still good). */
bool server_is_refused(const Server *server, enum mpd_server_error code);
bool server_is_lost(const Server *server);

bool server_load_state(Server *server, ServerState *state, char **error);
/* *directory = NULL if MPD will not tell this client, or has none that is a folder. */
bool server_load_music_directory(Server *server, char **directory, char **error);

/* Idle: MPD tells when one of events happens, by the connection's fd. */
bool server_enter_idle(Server *server, enum mpd_idle events, char **error);
/* What happened, 0: nothing; leaves idle. */
bool server_leave_idle(Server *server, enum mpd_idle *events, char **error);
/* After the fd became readable. */
bool server_read_idle(Server *server, enum mpd_idle *events, char **error);
