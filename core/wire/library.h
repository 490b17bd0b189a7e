/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library: everything one host has, as one GVariant that is built by the
 * client, validated once by the helper, stored as it is and mapped by engines.
 *
 *   LIBRARY_TYPE = (u version 1, host_id s, display_name s, tracks, playlists, extra a{sv})
 *   track        = (uri s, title s, artist s, album s, album artist s, genre s, year u, track u, disc u,
 *                   duration_ms u, rating i, play_count i, size t, mtime x, last_played x, added x, extra a{sv})
 *   playlist     = (id s, name s, kind u, tracks au (indexes), extra a{sv})
 *
 * Little endian always. URIs of a playlist that the host's library lacks are tracks too,
 * with "listed" = false in extra: they are wanted only through the playlist.
 */
#pragma once

#include <gio/gio.h>

#include "base/values.h"

#define LIBRARY_TRACK_TYPE "(ssssssuuuuiitxxxa{sv})"
#define LIBRARY_PLAYLIST_TYPE "(ssuaua{sv})"
#define LIBRARY_TYPE "(ussa" LIBRARY_TRACK_TYPE "a" LIBRARY_PLAYLIST_TYPE "a{sv})"

#define LIBRARY_MAX_BYTES (256u << 20)
#define LIBRARY_MAX_TRACKS 2000000u
#define LIBRARY_MAX_PLAYLISTS 100000u
#define LIBRARY_MAX_STRING 16384u

typedef struct Library Library;

typedef struct {
	const char *id;
	const char *name;
	uint32_t kind; /* PORTA_PLAYLIST_* */
	const uint32_t *tracks; /* borrowed from the library; host byte order */
	gsize n_tracks;
} LibraryPlaylist;

/* [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}: fit to be a file's name. */
gboolean library_is_host_id(const char *host_id);
/* A scheme, something after it, no control characters. */
gboolean library_is_uri(const char *uri);

/* Maps fd (not closed) and checks all of it: size, normal form, UTF-8, version, caps, indexes,
 * URIs with a scheme, unique playlist ids. Never crashes on hostile input. Errors:
 * INVALID_ARGUMENT with where and why, LIMIT_EXCEEDED. */
Library *library_new_from_fd(int fd, GError **error);
/* For what was checked before by the helper: maps and checks sizes only. */
Library *library_new_trusted(int fd, GError **error);
void library_free(Library *library);

const char *library_get_host_id(Library *library);
const char *library_get_display_name(Library *library);
gsize library_count_tracks(Library *library);
gsize library_count_playlists(Library *library);
gsize library_get_size_bytes(Library *library);
/* false for a track that stands only in a playlist. */
gboolean library_get_track(Library *library, gsize index, Track *out);
void library_get_playlist(Library *library, gsize index, LibraryPlaylist *out);
/* Hex SHA-256 of the bytes: two publications with the same digest are the same. Computed once. */
const char *library_get_digest(Library *library);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Library, library_free)

typedef struct LibraryBuilder LibraryBuilder;

LibraryBuilder *library_builder_new(const char *host_id, const char *display_name);
void library_builder_free(LibraryBuilder *builder);
/* For who learns only at the end whose library it is. */
void library_builder_set_host(LibraryBuilder *builder, const char *host_id,
			      const char *display_name);
/* Copies; returns its index. A URI given twice is the same track, the first wins
 * (but one that only ensure_uri added becomes this track). The strings must be UTF-8, the URI one. */
uint32_t library_builder_add_track(LibraryBuilder *builder, const Track *track);
/* Index of the URI's track, added as not listed if the library lacks it. */
uint32_t library_builder_ensure_uri(LibraryBuilder *builder, const char *uri);
void library_builder_add_playlist(LibraryBuilder *builder, const char *id, const char *name,
				  uint32_t kind, const uint32_t *tracks, gsize n_tracks);
gsize library_builder_count_tracks(LibraryBuilder *builder);
/* Without those that only ensure_uri added. */
gsize library_builder_count_listed(LibraryBuilder *builder);
/* Larger than may be: nothing more is taken in, and sealing fails. */
gboolean library_builder_is_full(LibraryBuilder *builder);
/* A memfd, sealed (F_SEAL_WRITE | SHRINK | GROW | SEAL), or -1. The caller closes it. */
int library_builder_seal(LibraryBuilder *builder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LibraryBuilder, library_builder_free)
