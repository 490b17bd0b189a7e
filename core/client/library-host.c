/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-host: see library-host.h. Tracks go into the bytes that will travel as
 * they come, so that nothing is left to do for a host that publishes.
 */
#include "client/library-host.h"

#include "client/track.h"
#include "wire/library.h"

struct PortaLibrary {
	LibraryBuilder *builder;
	GHashTable *playlist_ids;
};

int32_t
porta_library_new(PortaLibrary **out)
{
	if (out == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	PortaLibrary *library = g_new0(PortaLibrary, 1);
	library->builder = library_builder_new("", "");
	library->playlist_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	*out = library;
	return PORTA_OK;
}

PortaLibrary *
porta_library_free(PortaLibrary *library)
{
	if (library == NULL)
		return NULL;
	library_builder_free(library->builder);
	g_hash_table_unref(library->playlist_ids);
	g_free(library);
	return NULL;
}

int32_t
porta_library_take_track(PortaLibrary *library, PortaTrack *track)
{
	if (library == NULL || track == NULL) {
		porta_track_free(track);
		return PORTA_ERROR_INVALID_ARGUMENT;
	}
	library_builder_add_track(library->builder, track_get_values(track));
	porta_track_free(track);
	return library_builder_is_full(library->builder) ? PORTA_ERROR_LIMIT_EXCEEDED : PORTA_OK;
}

static int32_t
check_playlist(PortaLibrary *library, const char *id, const char *name, int32_t kind)
{
	if (library == NULL || id == NULL || id[0] == '\0' || kind <= 0)
		return PORTA_ERROR_INVALID_ARGUMENT;
	int32_t code = track_check_string(id);
	if (code == PORTA_OK)
		code = track_check_string(name);
	if (code != PORTA_OK)
		return code;
	return g_hash_table_contains(library->playlist_ids, id) ? PORTA_ERROR_INVALID_ARGUMENT
								: PORTA_OK;
}

static int32_t
check_uris(const char *const *uris, uint32_t n_uris)
{
	if (uris == NULL && n_uris > 0)
		return PORTA_ERROR_INVALID_ARGUMENT;
	for (uint32_t i = 0; i < n_uris; i++) {
		int32_t code = track_check_uri(uris[i]);
		if (code != PORTA_OK)
			return code;
	}
	return PORTA_OK;
}

int32_t
porta_library_add_playlist(PortaLibrary *library, const char *id, const char *name, int32_t kind,
			   const char *const *uris, uint32_t n_uris)
{
	int32_t code = check_playlist(library, id, name, kind);

	if (code == PORTA_OK)
		code = check_uris(uris, n_uris);
	if (code != PORTA_OK)
		return code;
	g_autofree uint32_t *tracks = g_new(uint32_t, n_uris);
	for (uint32_t i = 0; i < n_uris; i++)
		tracks[i] = library_builder_ensure_uri(library->builder, uris[i]);
	library_builder_add_playlist(library->builder, id, name, kind, tracks, n_uris);
	g_hash_table_add(library->playlist_ids, g_strdup(id));
	return library_builder_is_full(library->builder) ? PORTA_ERROR_LIMIT_EXCEEDED : PORTA_OK;
}

uint32_t
porta_library_count_tracks(PortaLibrary *library)
{
	return library == NULL ? 0 : library_builder_count_listed(library->builder);
}

int
library_host_seal(PortaLibrary *library, const char *host_id, const char *display_name,
		  GError **error)
{
	library_builder_set_host(library->builder, host_id, display_name);
	return library_builder_seal(library->builder, error);
}
