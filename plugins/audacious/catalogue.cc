/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * catalogue: see catalogue.h.
 */
#include "catalogue.h"

#include <string.h>
#include <sys/stat.h>

#include <unordered_set>

#include <glib.h>

struct Field {
	int32_t key;
	const char *name; /* fields are numbered differently from version to version */
};

static const Field texts[] = {
	{PORTA_KEY_TITLE, "title"}, {PORTA_KEY_ARTIST, "artist"},
	{PORTA_KEY_ALBUM, "album"}, {PORTA_KEY_ALBUM_ARTIST, "album-artist"},
	{PORTA_KEY_GENRE, "genre"},
};
static const Field numbers[] = {
	{PORTA_KEY_TRACK_NUMBER, "track-number"},
	{PORTA_KEY_DISC_NUMBER, "disc-number"}, /* from 4.6 */
	{PORTA_KEY_YEAR, "year"},
	{PORTA_KEY_DURATION_MS, "length"},
};

/* What Audacious has read from the file, not what it guesses from the file's path: the engine
 * fills in what is missing, and then from the file itself. */
static void
add_tags(PortaTrack *track, const Tuple &shown)
{
	Tuple tuple = shown.ref();

	tuple.delete_fallbacks();
	for (const Field &text : texts) {
		Tuple::Field field = Tuple::field_by_name(text.name);
		String value = field != Tuple::Invalid ? tuple.get_str(field) : String();
		if (value && value[0])
			porta_track_set_string(track, text.key, value);
	}
	for (const Field &number : numbers) {
		Tuple::Field field = Tuple::field_by_name(number.name);
		int value = field != Tuple::Invalid ? tuple.get_int(field) : 0;
		if (value > 0)
			porta_track_set_number(track, number.key, value);
	}
}

/* Audacious keeps no sizes and no dates; when a file was written is the best guess at when it
 * came into the library. */
static void
add_file(PortaTrack *track, const char *uri)
{
	g_autofree char *path = strchr(uri, '?') == NULL ? g_filename_from_uri(uri, NULL, NULL)
							 : NULL;
	struct stat st;

	if (path == NULL || stat(path, &st) < 0)
		return;
	porta_track_set_number(track, PORTA_KEY_SIZE_BYTES, st.st_size);
	porta_track_set_number(track, PORTA_KEY_MODIFIED_UNIX, st.st_mtime);
	porta_track_set_number(track, PORTA_KEY_ADDED_UNIX, st.st_mtime);
}

static bool
add_track(PortaLibrary *library, const PlaylistEntry &entry)
{
	PortaTrack *track = NULL;

	/* what can not even be named is no song of anybody's */
	if (porta_track_new(&track, entry.uri) != PORTA_OK)
		return false;
	if (entry.tuple.state() == Tuple::Valid)
		add_tags(track, entry.tuple);
	add_file(track, entry.uri);
	return porta_library_take_track(library, track) == PORTA_OK;
}

PortaLibrary *
catalogue_build(const PlaylistsContent &content, const std::atomic<bool> &cancelled)
{
	PortaLibrary *library = NULL;
	std::unordered_set<std::string> known;

	if (porta_library_new(&library) != PORTA_OK)
		return NULL;
	for (const PlaylistContent &playlist : content) {
		std::vector<const char *> uris;
		for (const PlaylistEntry &entry : playlist.entries) {
			if (cancelled)
				return porta_library_free(library);
			if (!entry.uri)
				continue;
			const bool is_new = known.insert(std::string(entry.uri)).second;
			if (!is_new || add_track(library, entry))
				uris.push_back(entry.uri);
		}
		porta_library_add_playlist(library, playlist.id.c_str(), playlist.title,
					   PORTA_PLAYLIST_STATIC, uris.data(), uris.size());
	}
	return library;
}
