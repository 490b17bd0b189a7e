/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library: see library.h. The bytes come from a process we do not trust, so they
 * are checked once, whole, before anything is read; after that a track is read
 * straight from the mapping. GVariant's own accessors allocate for each member,
 * which is 17 times for a track: too much for the 100,000 that a plan visits.
 * Reading stays within bounds even where nobody has checked (library_new_trusted).
 */
#include "wire/library.h"

#include <string.h>

#include "base/error.h"
#include "wire/memfd.h"

#define VERSION 1
#define MAX_UNIX_TIME (G_GINT64_CONSTANT(1) << 53)
#define TRACK_FRAMES 6 /* members of variable size, but for the last: six strings */
#define PLAYLIST_FRAMES 3 /* id, name, tracks */

/* Serialised bytes of one value, borrowed from the mapping. */
typedef struct {
	const uint8_t *bytes;
	gsize size;
} Span;

struct Library {
	GVariant *value;
	GVariant *tracks_value;
	GVariant *playlists_value;
	Span tracks;
	Span playlists;
	const char *host_id; /* in value */
	const char *display_name; /* in value */
	char *digest;
};

static unsigned
frame_width(gsize size)
{
	if (size > G_MAXUINT32)
		return 8;
	if (size > G_MAXUINT16)
		return 4;
	return size > G_MAXUINT8 ? 2 : 1;
}

/* Framing offsets are little endian on every machine. */
static gsize
read_frame(const uint8_t *bytes, unsigned width)
{
	guint64 offset = 0;

	for (unsigned i = 0; i < width; i++)
		offset |= (guint64)bytes[i] << (8 * i);
	return offset;
}

static gsize
align(gsize offset, gsize alignment)
{
	return (offset + alignment - 1) & ~(alignment - 1);
}

/* An array of values of variable size ends with a table of where each of them ends. */
static gsize
array_count(Span array)
{
	if (array.size == 0)
		return 0;
	unsigned width = frame_width(array.size);
	gsize table = read_frame(array.bytes + array.size - width, width);
	if (table > array.size || (array.size - table) % width != 0)
		return 0;
	return (array.size - table) / width;
}

/* An empty span where the table lies. */
static Span
array_get(Span array, gsize index)
{
	unsigned width = frame_width(array.size);
	gsize table = array.size - array_count(array) * width;
	const uint8_t *frame = array.bytes + table + index * width;
	gsize end = read_frame(frame, width);
	gsize start = index == 0 ? 0 : align(read_frame(frame - width, width), 8);

	if (start > end || end > table)
		return (Span){array.bytes, 0};
	return (Span){array.bytes + start, end - start};
}

static const char *
take_string(Span *rest)
{
	const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->bytes, '\0', rest->size);

	if (end == NULL) {
		rest->size = 0;
		return "";
	}
	const char *string = (const char *)rest->bytes;
	rest->size -= end + 1 - rest->bytes;
	rest->bytes = end + 1;
	return string;
}

static gboolean
take_fixed(Span *rest, gsize alignment, void *out, gsize size)
{
	gsize padding = -(guintptr)rest->bytes & (alignment - 1);

	if (rest->size < padding + size) {
		rest->size = 0;
		return FALSE;
	}
	memcpy(out, rest->bytes + padding, size);
	rest->bytes += padding + size;
	rest->size -= padding + size;
	return TRUE;
}

static uint32_t
take_uint32(Span *rest)
{
	uint32_t number = 0;

	take_fixed(rest, 4, &number, sizeof number);
	return number;
}

static uint64_t
take_uint64(Span *rest)
{
	uint64_t number = 0;

	take_fixed(rest, 8, &number, sizeof number);
	return number;
}

/* What a value holds before its own framing offsets. */
static Span
span_body(Span span, unsigned n_frames)
{
	gsize frames = n_frames * frame_width(span.size);

	return (Span){span.bytes, span.size > frames ? span.size - frames : 0};
}

static gboolean
read_listed(Span extra)
{
	gboolean listed = TRUE;

	if (extra.size == 0)
		return TRUE;
	gsize padding = -(guintptr)extra.bytes & 7;
	if (extra.size <= padding)
		return TRUE;
	g_autoptr(GVariant)
		dict = g_variant_new_from_data(G_VARIANT_TYPE_VARDICT, extra.bytes + padding,
					       extra.size - padding, FALSE, NULL, NULL);
	g_variant_ref_sink(dict);
	g_variant_lookup(dict, "listed", "b", &listed);
	return listed;
}

gboolean
library_get_track(Library *library, gsize index, Track *out)
{
	Span rest = span_body(array_get(library->tracks, index), TRACK_FRAMES);

	out->uri = take_string(&rest);
	out->title = take_string(&rest);
	out->artist = take_string(&rest);
	out->album = take_string(&rest);
	out->album_artist = take_string(&rest);
	out->genre = take_string(&rest);
	out->year = take_uint32(&rest);
	out->track_number = take_uint32(&rest);
	out->disc_number = take_uint32(&rest);
	out->duration_ms = take_uint32(&rest);
	out->rating = (int32_t)take_uint32(&rest);
	out->play_count = (int32_t)take_uint32(&rest);
	out->size_bytes = take_uint64(&rest);
	out->modified_unix = (int64_t)take_uint64(&rest);
	out->last_played_unix = (int64_t)take_uint64(&rest);
	out->added_unix = (int64_t)take_uint64(&rest);
	return read_listed(rest);
}

void
library_get_playlist(Library *library, gsize index, LibraryPlaylist *out)
{
	Span playlist = array_get(library->playlists, index);
	Span rest = span_body(playlist, PLAYLIST_FRAMES);

	out->id = take_string(&rest);
	out->name = take_string(&rest);
	out->kind = take_uint32(&rest);
	out->tracks = (const uint32_t *)(const void *)rest.bytes;
	out->n_tracks = 0;
	if (rest.size == 0)
		return;
	/* frames stand in reverse: the third of them is the first in memory */
	const uint8_t *frame = playlist.bytes + span_body(playlist, PLAYLIST_FRAMES).size;
	gsize end = read_frame(frame, frame_width(playlist.size));
	gsize start = rest.bytes - playlist.bytes;
	if (end > start && end - start <= rest.size)
		out->n_tracks = (end - start) / sizeof(uint32_t);
}

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
	uint32_t version = 0;

	g_variant_get_child(library->value, 0, "u", &version);
	if (version != VERSION) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "a library of version %u; this helper reads version %u", version,
			    VERSION);
		return FALSE;
	}
	if (!library_is_host_id(library->host_id)) {
		g_set_error_literal(
			error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			"the host id is not of the form [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
		return FALSE;
	}
	if (strlen(library->display_name) > LIBRARY_MAX_STRING) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
				    "the host's name is longer than 16384 bytes");
		return FALSE;
	}
	return TRUE;
}

static Span
span_of(GVariant *value)
{
	gsize size = g_variant_get_size(value);

	return (Span){size == 0 ? NULL : g_variant_get_data(value), size};
}

static Library *
map_library(int fd, GError **error)
{
	g_autoptr(GVariant) value =
		memfd_map_variant(fd, G_VARIANT_TYPE(LIBRARY_TYPE), LIBRARY_MAX_BYTES, error);
	if (value == NULL)
		return NULL;
	Library *library = g_new0(Library, 1);
	g_variant_get_child(value, 1, "&s", &library->host_id);
	g_variant_get_child(value, 2, "&s", &library->display_name);
	library->tracks_value = g_variant_get_child_value(value, 3);
	library->playlists_value = g_variant_get_child_value(value, 4);
	library->tracks = span_of(library->tracks_value);
	library->playlists = span_of(library->playlists_value);
	library->value = g_steal_pointer(&value);
	return library;
}

Library *
library_new_from_fd(int fd, GError **error)
{
	g_autoptr(Library) library = map_library(fd, error);

	if (library == NULL)
		return NULL;
	if (!g_variant_is_normal_form(library->value)) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
				    "the bytes are not a library in GVariant's normal form");
		return NULL;
	}
	if (!check_head(library, error) || !check_tracks(library, error) ||
	    !check_playlists(library, error))
		return NULL;
	return g_steal_pointer(&library);
}

Library *
library_new_trusted(int fd, GError **error)
{
	return map_library(fd, error);
}

void
library_free(Library *library)
{
	if (library == NULL)
		return;
	g_variant_unref(library->tracks_value);
	g_variant_unref(library->playlists_value);
	g_variant_unref(library->value);
	g_free(library->digest);
	g_free(library);
}

const char *
library_get_host_id(Library *library)
{
	return library->host_id;
}

const char *
library_get_display_name(Library *library)
{
	return library->display_name;
}

gsize
library_count_tracks(Library *library)
{
	return array_count(library->tracks);
}

gsize
library_count_playlists(Library *library)
{
	return array_count(library->playlists);
}

gsize
library_get_size_bytes(Library *library)
{
	return g_variant_get_size(library->value);
}

const char *
library_get_digest(Library *library)
{
	if (library->digest != NULL)
		return library->digest;
	g_autoptr(GVariant) wire = NULL;
	if (G_BYTE_ORDER == G_BIG_ENDIAN)
		wire = g_variant_byteswap(library->value);
	else
		wire = g_variant_ref(library->value);
	library->digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, g_variant_get_data(wire),
						      g_variant_get_size(wire));
	return library->digest;
}
