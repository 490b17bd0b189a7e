/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * location: where on this computer a song of MPD's is, and back.
 */
#include "location.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void
location_init(Location *location, const char *music_directory)
{
	*location = (Location){.music_directory = text_copy(music_directory)};
	size_t length = strlen(location->music_directory);
	while (length > 0 && location->music_directory[length - 1] == '/')
		location->music_directory[--length] = '\0';
}

void
location_clear(Location *location)
{
	text_clear(&location->music_directory);
	text_clear(&location->folder);
}

bool
location_is_remote(const char *mpd_uri)
{
	size_t length = strspn(mpd_uri,
			       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return length > 0 && isalpha((unsigned char)mpd_uri[0]) &&
	       strncmp(mpd_uri + length, "://", 3) == 0;
}

char *
location_get_path(const Location *location, const char *mpd_uri)
{
	if (mpd_uri[0] == '/')
		return text_copy(mpd_uri);
	return text_format("%s/%s", location->music_directory, mpd_uri);
}

/* RFC 3986: what may stand in a path as it is. keep: more that may. */
static char *
escape(const char *scheme, const char *text, const char *keep)
{
	char *escaped = memory_resize(NULL, strlen(scheme) + strlen(text) * 3 + 1, 1);
	char *end = stpcpy(escaped, scheme);

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		bool is_plain = byte < 0x80 && (isalnum(byte) || strchr(keep, byte) != NULL);
		if (is_plain)
			*end++ = *text;
		else
			end += snprintf(end, 4, "%%%02X", byte);
	}
	*end = '\0';
	return escaped;
}

/* The song's folder is a file: MPD looks into CUE sheets and archives as if they were folders. */
static bool
is_in_container(Location *location, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = (size_t)(slash - path);

	bool is_known = location->folder != NULL && strlen(location->folder) == length &&
			memcmp(location->folder, path, length) == 0;
	if (!is_known) {
		struct stat status;
		free(location->folder);
		location->folder = text_format("%.*s", (int)length, path);
		location->folder_is_container = stat(location->folder, &status) == 0 &&
						S_ISREG(status.st_mode);
	}
	return location->folder_is_container;
}

char *
location_get_uri(Location *location, const char *mpd_uri)
{
	/* a stream's URI is escaped already: only what no URI may have is escaped here */
	if (location_is_remote(mpd_uri))
		return escape("", mpd_uri, "-._~!$&'()*+,;=:@/?#[]%");
	char *path AUTO_TEXT = location_get_path(location, mpd_uri);
	const char *scheme = is_in_container(location, path) ? "part-of-file://" : "file://";
	return escape(scheme, path, "-._~!$&'()*+,;=:@/");
}

static char *
unescape(const char *text)
{
	char *plain = memory_resize(NULL, strlen(text) + 1, 1);
	char *end = plain;

	while (*text != '\0') {
		unsigned int byte = (unsigned char)*text;
		bool is_escaped = text[0] == '%' && isxdigit((unsigned char)text[1]) &&
				  isxdigit((unsigned char)text[2]);
		if (is_escaped)
			sscanf(text + 1, "%2x", &byte);
		*end++ = (char)byte;
		text += is_escaped ? 3 : 1;
	}
	*end = '\0';
	return plain;
}

char *
location_find_mpd_uri(const Location *location, const char *uri)
{
	size_t length = strlen(location->music_directory);

	if (strncmp(uri, "file:///", 8) != 0)
		return NULL;
	char *path AUTO_TEXT = unescape(uri + strlen("file://"));
	if (strncmp(path, location->music_directory, length) != 0 || path[length] != '/')
		return NULL;
	return text_copy(path + length + 1);
}
