/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * values: the nouns that all modules share, as plain structs.
 */
#pragma once

#include <glib.h>

#include "portamento.h"

/* One song as a host knows it. Strings are borrowed from the library, "" when
 * unknown; numbers are 0 when unknown, rating and play_count -1. */
typedef struct {
	const char *uri;
	const char *title;
	const char *artist;
	const char *album;
	const char *album_artist;
	const char *genre;
	uint32_t year;
	uint32_t track_number;
	uint32_t disc_number;
	uint32_t duration_ms;
	int32_t rating; /* 0-100 */
	int32_t play_count;
	uint64_t size_bytes;
	int64_t modified_unix;
	int64_t last_played_unix;
	int64_t added_unix;
} Track;

/* What is wanted of one library. */
typedef struct {
	char *host_id;
	int32_t kind; /* PORTA_RULE_* */
	char *playlist_id; /* "" unless kind is PORTA_RULE_PLAYLIST */
	int32_t priority; /* from 1, lower is more important */
	int32_t fill; /* PORTA_FILL_*, or 0 */
} Rule;

void rule_clear(Rule *rule);
/* A GArray of Rule that clears its members. */
GArray *rules_new(void);

/* Songs that a person wants left alone on a device: source as people are told it (a path, or the URI of
 * what is no local file), since when (Unix seconds), the file's size and fingerprint: "" not known yet. */
#define SKIPS_TYPE "a(sxts)"

/* "file:" URI to absolute, canonical path in the file system's bytes (no "//", "/./", "/../";
 * symlinks are not followed), or NULL if the URI names no local file. The
 * identity of a song is this path: hosts escape URIs differently. Caller frees. */
char *source_path_from_uri(const char *uri);
