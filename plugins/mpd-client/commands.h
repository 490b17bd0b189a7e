/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commands: what the command line does once and then ends. Each returns the
 * exit status.
 */
#pragma once

#include "collection.h"
#include "options.h"
#include "session.h"

int command_publish(const Options *options, const Config *config);
int command_playlists(const Options *options, const Config *config);
int command_status(const Options *options, const Config *config);
int command_dump(const Options *options, const Config *config);
int command_sync(const Options *options, const Config *config); /* sync-command.c */

/* What several of them do. */

/* Waits for MPD to end an update, at most ten minutes. Logs why not. */
bool command_collect(Collection *collection, Server *server, const Options *options,
		     const Config *config);
/* Connects, collects. NULL: logged why not. */
Server *command_load(Collection *collection, const Options *options, const Config *config);
/* Publishes, waits for the answer. */
bool command_publish_collection(Session *session, Collection *collection);
