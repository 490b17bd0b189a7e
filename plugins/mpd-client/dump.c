/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump: a collection as JSON lines.
 */
#include "dump.h"

#include "track.h"

static void
write_string(const char *text, FILE *file)
{
	fputc('"', file);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(file, "\\%c", *text);
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			fprintf(file, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, file);
	}
	fputc('"', file);
}

static void
write_track(const Song *song, Location *location, FILE *file)
{
	TrackFields fields AUTO(track_clear) = {0};

	track_build(&fields, song, location);
	fputs("{\"uri\": ", file);
	write_string(fields.uri, file);
	for (size_t i = 0; i < TRACK_TEXTS; i++) {
		if (fields.texts[i] == NULL)
			continue;
		fprintf(file, ", \"%s\": ", track_texts[i].name);
		write_string(fields.texts[i], file);
	}
	for (size_t i = 0; i < TRACK_NUMBERS; i++) {
		if (fields.numbers[i] >= 0)
			fprintf(file, ", \"%s\": %lld", track_numbers[i].name,
				(long long)fields.numbers[i]);
	}
	fputs("}\n", file);
}

static void
write_playlist(const Playlist *playlist, Location *location, FILE *file)
{
	char *name AUTO_TEXT = text_to_utf8(playlist->name);

	fputs("{\"playlist\": ", file);
	write_string(name, file);
	fputs(", \"uris\": [", file);
	for (size_t i = 0; i < playlist->uris.count; i++) {
		char *uri AUTO_TEXT = location_get_uri(location, playlist->uris.items[i]);
		fputs(i > 0 ? ", " : "", file);
		write_string(uri, file);
	}
	fputs("]}\n", file);
}

void
dump_write(Collection *collection, FILE *file)
{
	for (size_t i = 0; i < collection->n_songs; i++)
		write_track(&collection->songs[i], &collection->location, file);
	for (size_t i = 0; i < collection->n_playlists; i++)
		write_playlist(&collection->playlists[i], &collection->location, file);
}
