/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * location: where on this computer a song of MPD's is, and back.
 *
 * MPD names songs relative to its music directory, in bytes of the file system
 * that need not be UTF-8; Portamento wants percent-encoded URIs. What is not a
 * file of its own keeps a URI that says so, so that the engine can tell people
 * why it stays behind: streams keep theirs, a CUE sheet's track or a member of
 * an archive becomes "part-of-file:".
 */
#pragma once

#include "text.h"

typedef struct {
	char *music_directory; /* absolute, no '/' at its end; "" is the root folder */
	char *folder; /* the last one asked about: songs come folder by folder */
	bool folder_is_container; /* it is a file: a CUE sheet, an archive */
} Location;

void location_init(Location *location, const char *music_directory);
void location_clear(Location *location);

/* Caller frees. */
char *location_get_path(const Location *location, const char *mpd_uri);
char *location_get_uri(Location *location, const char *mpd_uri);
/* NULL for what MPD has no name for: files elsewhere. Caller frees. */
char *location_find_mpd_uri(const Location *location, const char *uri);

/* "scheme://...": a stream, or a song of another kind of storage. */
bool location_is_remote(const char *mpd_uri);
