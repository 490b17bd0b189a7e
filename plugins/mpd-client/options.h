/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options: the command line, portamento-mpd(1).
 */
#pragma once

#include "wanted.h"

typedef enum {
	COMMAND_WATCH, /* the daemon */
	COMMAND_PUBLISH,
	COMMAND_SYNC,
	COMMAND_PLAYLISTS,
	COMMAND_STATUS,
	COMMAND_DUMP
} Command;

typedef struct {
	Command command;
	bool is_finished; /* --help, --version: answered */

	char *config_path, *host, *log_target, *pid_file;
	unsigned int port; /* 0: not given */
	bool verbose, quiet, daemonize;
	unsigned int page_songs;

	/* sync */
	Wanted wanted; /* .device NULL: the only one connected */
	bool once, dry_run;
	int wait_seconds; /* for a device to appear */
} Options;

bool options_parse(Options *options, int argc, char **argv, char **error);
void options_clear(Options *options);
