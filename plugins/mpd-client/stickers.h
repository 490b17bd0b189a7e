/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stickers: what MPD's clients remember of songs, by their common conventions:
 * "rating" 0-10, "playCount", "lastPlayed" (Unix seconds). Read for the engine,
 * and written when a device tells what was played and rated on the road.
 */
#pragma once

#include "collection.h"

/* Sets the songs' figures. A server without stickers, or that refuses them to
 * this client, is no error. page_songs: of how many songs at a time. */
bool stickers_load(Collection *collection, Server *server, unsigned int page_songs, char **error);

/* What happened to one song on a device; -1: nothing. */
typedef struct {
	const char *mpd_uri;
	int rating; /* 0-100 */
	int64_t played_times; /* since last told */
	int64_t last_played_unix;
} Statistic;

/* False: it was not written; see server_is_lost() whether to try again. */
bool stickers_write(Server *server, const Statistic *statistic, char **error);

/* Between a sticker's text and the engine's number; -1 for what is no rating. */
int stickers_parse_rating(const char *text);
int stickers_scale_rating(int rating);
