/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * config: the configuration file, portamento-mpd.conf(5): where MPD is, and what
 * each device shall carry. A mistake in it is an error that names its line:
 * half a set of rules would remove songs.
 */
#pragma once

#include "wanted.h"

typedef struct {
	char *path; /* the file read; where one would be if there is none */
	bool exists;
	char *host; /* NULL: MPD_HOST, or libmpdclient's default */
	unsigned int port; /* 0: likewise */
	char *password; /* NULL: none, or MPD_HOST's */
	unsigned int timeout_ms; /* 0: likewise */
	char *music_directory; /* NULL: ask MPD */
	char *log_target;
	Wanted *devices; /* in the file's order */
	size_t n_devices, devices_room;
} Config;

/* path: NULL for the usual places, of which none need be there. */
bool config_load(Config *config, const char *path, char **error);
void config_clear(Config *config);

/* Takes the "password@" off, as in MPD_HOST. */
void config_set_host(Config *config, const char *host);

/* The section for a device, or NULL: one that names it before one with
 * wildcards, the earlier before the later. */
const Wanted *config_find_device(const Config *config, PortaDevice *device);
