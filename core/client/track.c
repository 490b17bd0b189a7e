/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * track: see track.h. One table says where a key's value goes and what it may be.
 */
#include "client/track.h"

#include <string.h>

#include "wire/library.h"

#define MAX_TIME (G_GINT64_CONSTANT(1) << 53)

struct PortaTrack {
	Track values;
	char *uri;
	char *title;
	char *artist;
	char *album;
	char *album_artist;
	char *genre;
};

int32_t
track_check_string(const char *string)
{
	if (string == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	gsize length = strlen(string);
	if (length > LIBRARY_MAX_STRING)
		return PORTA_ERROR_LIMIT_EXCEEDED;
	return g_utf8_validate_len(string, length, NULL) ? PORTA_OK : PORTA_ERROR_INVALID_ARGUMENT;
}

int32_t
track_check_uri(const char *uri)
{
	int32_t code = track_check_string(uri);

	if (code != PORTA_OK)
		return code;
	return library_is_uri(uri) ? PORTA_OK : PORTA_ERROR_INVALID_ARGUMENT;
}

int32_t
porta_track_new(PortaTrack **out, const char *uri)
{
	if (out == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	int32_t code = track_check_uri(uri);
	if (code != PORTA_OK)
		return code;
	PortaTrack *track = g_new0(PortaTrack, 1);
	track->uri = g_strdup(uri);
	track->values.rating = -1;
	track->values.play_count = -1;
	*out = track;
	return PORTA_OK;
}

PortaTrack *
porta_track_free(PortaTrack *track)
{
	if (track == NULL)
		return NULL;
	g_free(track->uri);
	g_free(track->title);
	g_free(track->artist);
	g_free(track->album);
	g_free(track->album_artist);
	g_free(track->genre);
	g_free(track);
	return NULL;
}

static char **
find_string(PortaTrack *track, int32_t key)
{
	switch (key) {
	case PORTA_KEY_TITLE: return &track->title;
	case PORTA_KEY_ARTIST: return &track->artist;
	case PORTA_KEY_ALBUM: return &track->album;
	case PORTA_KEY_ALBUM_ARTIST: return &track->album_artist;
	case PORTA_KEY_GENRE: return &track->genre;
	default: return NULL;
	}
}

int32_t
porta_track_set_string(PortaTrack *track, int32_t key, const char *value)
{
	char **string = track == NULL ? NULL : find_string(track, key);

	if (string == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	int32_t code = value == NULL ? PORTA_OK : track_check_string(value);
	if (code != PORTA_OK)
		return code;
	g_free(*string);
	*string = g_strdup(value);
	return PORTA_OK;
}

static gboolean
is_within(int64_t value, int64_t lowest, int64_t highest)
{
	return value >= lowest && value <= highest;
}

static gboolean
set_uint32(uint32_t *number, int64_t value)
{
	if (!is_within(value, 0, G_MAXUINT32))
		return FALSE;
	*number = (uint32_t)value;
	return TRUE;
}

static gboolean
set_int32(int32_t *number, int64_t value, int32_t highest)
{
	if (!is_within(value, -1, highest))
		return FALSE;
	*number = (int32_t)value;
	return TRUE;
}

static gboolean
set_time(int64_t *number, int64_t value)
{
	if (!is_within(value, -MAX_TIME, MAX_TIME))
		return FALSE;
	*number = value;
	return TRUE;
}

static gboolean
set_number(Track *values, int32_t key, int64_t value)
{
	switch (key) {
	case PORTA_KEY_TRACK_NUMBER: return set_uint32(&values->track_number, value);
	case PORTA_KEY_DISC_NUMBER: return set_uint32(&values->disc_number, value);
	case PORTA_KEY_YEAR: return set_uint32(&values->year, value);
	case PORTA_KEY_DURATION_MS: return set_uint32(&values->duration_ms, value);
	case PORTA_KEY_RATING: return set_int32(&values->rating, value, 100);
	case PORTA_KEY_PLAY_COUNT: return set_int32(&values->play_count, value, G_MAXINT32);
	case PORTA_KEY_MODIFIED_UNIX: return set_time(&values->modified_unix, value);
	case PORTA_KEY_LAST_PLAYED_UNIX: return set_time(&values->last_played_unix, value);
	case PORTA_KEY_ADDED_UNIX: return set_time(&values->added_unix, value);
	case PORTA_KEY_SIZE_BYTES:
		if (!is_within(value, 0, G_MAXINT64 / 2))
			return FALSE;
		values->size_bytes = (uint64_t)value;
		return TRUE;
	default: return FALSE;
	}
}

int32_t
porta_track_set_number(PortaTrack *track, int32_t key, int64_t value)
{
	if (track == NULL || !set_number(&track->values, key, value))
		return PORTA_ERROR_INVALID_ARGUMENT;
	return PORTA_OK;
}

const Track *
track_get_values(PortaTrack *track)
{
	Track *values = &track->values;

	values->uri = track->uri;
	values->title = track->title;
	values->artist = track->artist;
	values->album = track->album;
	values->album_artist = track->album_artist;
	values->genre = track->genre;
	return values;
}
