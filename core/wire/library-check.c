/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-check: what a library from a stranger must be, beyond what its type
 * says. It is looked at through the same functions as by everybody later, so
 * that nothing is checked that is not read, nor read that was not checked.
 */
#include "wire/library-check.h"

#include <string.h>

#include "base/error.h"

#define MAX_UNIX_TIME (G_GINT64_CONSTANT(1) << 53)

static gboolean
refuse(GError **error, int code, const char *what, gsize index, const char *why)
{
	g_set_error(error, PORTA_ERROR, code, "%s %" G_GSIZE_FORMAT ": %s", what, index, why);
	return FALSE;
}

gboolean
library_is_host_id(const char *host_id)
{
	gsize length = strlen(host_id);

	/* a leading dot would make "." and ".." of it, where a file has this name */
	return length >= 1 && length <= 64 && host_id[0] != '.' &&
	       strspn(host_id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") == length;
}

gboolean
library_is_uri(const char *uri)
{
	if (!g_ascii_isalpha(uri[0]))
		return FALSE;
	const char *at = uri + 1;
	while (g_ascii_isalnum(*at) || *at == '+' || *at == '-' || *at == '.')
		at++;
	if (at[0] != ':' || at[1] == '\0')
		return FALSE;
	for (; *at != '\0'; at++) {
		if (g_ascii_iscntrl(*at))
			return FALSE;
	}
	return TRUE;
}

static gboolean
is_time(int64_t unix_seconds)
{
	return unix_seconds >= -MAX_UNIX_TIME && unix_seconds <= MAX_UNIX_TIME;
}

static gboolean
check_track(const Track *track, gsize index, GError **error)
{
	const char *strings[] = {track->uri,   track->title,        track->artist,
				 track->album, track->album_artist, track->genre};

	for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
		if (strlen(strings[i]) > LIBRARY_MAX_STRING)
			return refuse(error, PORTA_ERROR_LIMIT_EXCEEDED, "track", index,
				      "a text is longer than 16384 bytes");
	}
	if (!library_is_uri(track->uri))
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "track", index,
			      "its URI has no scheme or has control characters");
	if (track->rating < -1 || track->rating > 100)
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "track", index,
			      "its rating is not within -1 to 100");
	if (track->play_count < -1)
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "track", index,
			      "its play count is less than -1");
	if (track->size_bytes > G_MAXINT64 / 2)
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "track", index,
			      "its size can not be");
	if (!is_time(track->modified_unix) || !is_time(track->last_played_unix) ||
	    !is_time(track->added_unix))
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "track", index,
			      "one of its times can not be");
	return TRUE;
}

static gboolean
check_playlist(const LibraryPlaylist *playlist, gsize index, gsize n_tracks, GError **error)
{
	if (strlen(playlist->id) > LIBRARY_MAX_STRING ||
	    strlen(playlist->name) > LIBRARY_MAX_STRING)
		return refuse(error, PORTA_ERROR_LIMIT_EXCEEDED, "playlist", index,
			      "a text is longer than 16384 bytes");
	if (playlist->id[0] == '\0')
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "playlist", index,
			      "it has no id");
	if (playlist->kind == 0)
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "playlist", index,
			      "it has no kind");
	for (gsize i = 0; i < playlist->n_tracks; i++) {
		if (playlist->tracks[i] >= n_tracks)
			return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "playlist", index,
				      "it names a track that is not there");
	}
	return TRUE;
}

static gboolean
check_tracks(Library *library, GError **error)
{
	gsize n = library_count_tracks(library);

	if (n > LIBRARY_MAX_TRACKS)
		return refuse(error, PORTA_ERROR_LIMIT_EXCEEDED, "track", n,
			      "2000000 are the most accepted");
	for (gsize i = 0; i < n; i++) {
		Track track;
		library_get_track(library, i, &track);
		if (!check_track(&track, i, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
check_playlists(Library *library, GError **error)
{
	gsize n = library_count_playlists(library);
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

	if (n > LIBRARY_MAX_PLAYLISTS)
		return refuse(error, PORTA_ERROR_LIMIT_EXCEEDED, "playlist", n,
			      "100000 are the most accepted");
	for (gsize i = 0; i < n; i++) {
		LibraryPlaylist playlist;
		library_get_playlist(library, i, &playlist);
		if (!check_playlist(&playlist, i, library_count_tracks(library), error))
			return FALSE;
		if (!g_hash_table_add(ids, (gpointer)playlist.id))
			return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "playlist", i,
				      "an earlier one has the same id");
	}
	return TRUE;
}

static gboolean
check_head(Library *library, GError **error)
{
	if (!library_is_host_id(library_get_host_id(library))) {
		g_set_error_literal(
			error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			"the host id is not of the form [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
		return FALSE;
	}
	if (strlen(library_get_display_name(library)) > LIBRARY_MAX_STRING) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
				    "the host's name is longer than 16384 bytes");
		return FALSE;
	}
	return TRUE;
}

gboolean
library_check(Library *library, GError **error)
{
	return check_head(library, error) && check_tracks(library, error) &&
	       check_playlists(library, error);
}
