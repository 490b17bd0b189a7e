/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "song.h"

#include <math.h>

#define STAR 20 /* five of them are 100 */

typedef struct {
	int32_t key; /* PORTA_KEY_* */
	RhythmDBPropType property;
} Field;

static const Field texts[SONG_N_TEXTS] = {
	{PORTA_KEY_TITLE, RHYTHMDB_PROP_TITLE},
	{PORTA_KEY_ARTIST, RHYTHMDB_PROP_ARTIST},
	{PORTA_KEY_ALBUM, RHYTHMDB_PROP_ALBUM},
	{PORTA_KEY_ALBUM_ARTIST, RHYTHMDB_PROP_ALBUM_ARTIST},
	{PORTA_KEY_GENRE, RHYTHMDB_PROP_GENRE},
};

/* RhythmDB says 0 where it does not know, as the library's tracks do */
static const Field numbers[SONG_N_NUMBERS] = {
	{PORTA_KEY_TRACK_NUMBER, RHYTHMDB_PROP_TRACK_NUMBER},
	{PORTA_KEY_DISC_NUMBER, RHYTHMDB_PROP_DISC_NUMBER},
	{PORTA_KEY_YEAR, RHYTHMDB_PROP_YEAR},
	{PORTA_KEY_MODIFIED_UNIX, RHYTHMDB_PROP_MTIME},
	{PORTA_KEY_PLAY_COUNT, RHYTHMDB_PROP_PLAY_COUNT},
	{PORTA_KEY_LAST_PLAYED_UNIX, RHYTHMDB_PROP_LAST_PLAYED},
	{PORTA_KEY_ADDED_UNIX, RHYTHMDB_PROP_FIRST_SEEN},
};

double
song_stars(int32_t rating)
{
	return rating <= 0 ? 0 : MIN(rating, 100) / (double)STAR;
}

int32_t
song_rating(double stars)
{
	return stars > 0 ? (int32_t)lround(MIN(stars, 5) * STAR) : 0;
}

void
song_read(Song *song, RhythmDBEntry *entry)
{
	song->uri = rhythmdb_entry_get_refstring(entry, RHYTHMDB_PROP_LOCATION);
	for (guint i = 0; i < SONG_N_TEXTS; i++)
		song->texts[i] = rhythmdb_entry_get_refstring(entry, texts[i].property);
	for (guint i = 0; i < SONG_N_NUMBERS; i++)
		song->numbers[i] = (gint64)rhythmdb_entry_get_ulong(entry, numbers[i].property);
	song->duration_ms = (gint64)rhythmdb_entry_get_ulong(entry, RHYTHMDB_PROP_DURATION) * 1000;
	song->bytes = (gint64)rhythmdb_entry_get_uint64(entry, RHYTHMDB_PROP_FILE_SIZE);
	song->rating = song_rating(rhythmdb_entry_get_double(entry, RHYTHMDB_PROP_RATING));
}

void
song_clear(Song *song)
{
	rb_refstring_unref(song->uri);
	for (guint i = 0; i < SONG_N_TEXTS; i++)
		rb_refstring_unref(song->texts[i]);
}

const char *
song_uri(const Song *song)
{
	return rb_refstring_get(song->uri);
}

static const char *
known_text(const RBRefString *ref)
{
	const char *text = rb_refstring_get(ref);

	if (text == NULL || *text == '\0' || g_str_equal(text, g_dgettext("rhythmbox", "Unknown")))
		return NULL;
	return text;
}

PortaTrack *
song_build_track(const Song *song)
{
	PortaTrack *track = NULL;

	if (song->uri == NULL || porta_track_new(&track, song_uri(song)) != PORTA_OK)
		return NULL;
	for (guint i = 0; i < SONG_N_TEXTS; i++)
		porta_track_set_string(track, texts[i].key, known_text(song->texts[i]));
	for (guint i = 0; i < SONG_N_NUMBERS; i++)
		porta_track_set_number(track, numbers[i].key, song->numbers[i]);
	porta_track_set_number(track, PORTA_KEY_DURATION_MS, song->duration_ms);
	porta_track_set_number(track, PORTA_KEY_SIZE_BYTES, song->bytes);
	porta_track_set_number(track, PORTA_KEY_RATING, song->rating);
	return track;
}

gboolean
song_is_published_property(RhythmDBPropType property)
{
	switch (property) {
	case RHYTHMDB_PROP_TITLE:
	case RHYTHMDB_PROP_ARTIST:
	case RHYTHMDB_PROP_ALBUM:
	case RHYTHMDB_PROP_ALBUM_ARTIST:
	case RHYTHMDB_PROP_GENRE:
	case RHYTHMDB_PROP_TRACK_NUMBER:
	case RHYTHMDB_PROP_DISC_NUMBER:
	case RHYTHMDB_PROP_DATE:
	case RHYTHMDB_PROP_DURATION:
	case RHYTHMDB_PROP_FILE_SIZE:
	case RHYTHMDB_PROP_MTIME:
	case RHYTHMDB_PROP_LOCATION:
	case RHYTHMDB_PROP_HIDDEN:
	case RHYTHMDB_PROP_RATING: return TRUE;
	default: return FALSE;
	}
}
