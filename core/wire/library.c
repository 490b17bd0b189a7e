/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library: see library.h. The bytes come from a process we do not trust, so they
 * are checked once, whole, before anything is read; after that a track is read
 * straight from the mapping. GVariant's own accessors allocate for each member,
 * which is 17 times for a track: too much for the 100,000 that a plan visits.
 * Reading stays within bounds even where nobody has checked (library_new_trusted).
 */
#include "wire/library.h"

#include "base/error.h"
#include "wire/library-check.h"
#include "wire/memfd.h"
#include "wire/serial.h"

#define VERSION 1
#define TRACK_FRAMES 6 /* members of variable size, but for the last: six strings */
#define PLAYLIST_FRAMES 3 /* id, name, tracks */

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
	Span rest = span_get_body(span_get(library->tracks, index), TRACK_FRAMES);

	out->uri = span_take_string(&rest);
	out->title = span_take_string(&rest);
	out->artist = span_take_string(&rest);
	out->album = span_take_string(&rest);
	out->album_artist = span_take_string(&rest);
	out->genre = span_take_string(&rest);
	out->year = span_take_uint32(&rest);
	out->track_number = span_take_uint32(&rest);
	out->disc_number = span_take_uint32(&rest);
	out->duration_ms = span_take_uint32(&rest);
	out->rating = (int32_t)span_take_uint32(&rest);
	out->play_count = (int32_t)span_take_uint32(&rest);
	out->size_bytes = span_take_uint64(&rest);
	out->modified_unix = (int64_t)span_take_uint64(&rest);
	out->last_played_unix = (int64_t)span_take_uint64(&rest);
	out->added_unix = (int64_t)span_take_uint64(&rest);
	return read_listed(rest);
}

void
library_get_playlist(Library *library, gsize index, LibraryPlaylist *out)
{
	Span playlist = span_get(library->playlists, index);
	Span rest = span_get_body(playlist, PLAYLIST_FRAMES);

	out->id = span_take_string(&rest);
	out->name = span_take_string(&rest);
	out->kind = span_take_uint32(&rest);
	out->tracks = (const uint32_t *)(const void *)rest.bytes;
	out->n_tracks = 0;
	if (rest.size == 0)
		return;
	/* frames stand in reverse: the third of them is the first in memory */
	const uint8_t *frame = playlist.bytes + span_get_body(playlist, PLAYLIST_FRAMES).size;
	gsize end = span_read_frame(frame, span_frame_width(playlist.size));
	gsize start = rest.bytes - playlist.bytes;
	if (end > start && end - start <= rest.size)
		out->n_tracks = (end - start) / sizeof(uint32_t);
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

static gboolean
check_version(Library *library, GError **error)
{
	uint32_t version = 0;

	g_variant_get_child(library->value, 0, "u", &version);
	if (version == VERSION)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
		    "a library of version %u; this helper reads version %u", version, VERSION);
	return FALSE;
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
	if (!check_version(library, error) || !library_check(library, error))
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
	return span_count(library->tracks);
}

gsize
library_count_playlists(Library *library)
{
	return span_count(library->playlists);
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
