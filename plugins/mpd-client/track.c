/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * track: one song of MPD's in Portamento's words.
 */
#include "track.h"

#include <stdlib.h>

const TrackField track_texts[TRACK_TEXTS] = {
	{PORTA_KEY_TITLE, "title"}, {PORTA_KEY_ARTIST, "artist"},
	{PORTA_KEY_ALBUM, "album"}, {PORTA_KEY_ALBUM_ARTIST, "album_artist"},
	{PORTA_KEY_GENRE, "genre"},
};

static const enum mpd_tag_type text_tags[TRACK_TEXTS] = {
	MPD_TAG_TITLE, MPD_TAG_ARTIST, MPD_TAG_ALBUM, MPD_TAG_ALBUM_ARTIST, MPD_TAG_GENRE,
};

enum { /* the order of track_numbers */
       NUMBER_TRACK,
       NUMBER_DISC,
       NUMBER_YEAR,
       NUMBER_DURATION,
       NUMBER_MODIFIED,
       NUMBER_ADDED,
       NUMBER_RATING,
       NUMBER_PLAY_COUNT,
       NUMBER_LAST_PLAYED
};

const TrackField track_numbers[TRACK_NUMBERS] = {
	[NUMBER_TRACK] = {PORTA_KEY_TRACK_NUMBER, "track"},
	[NUMBER_DISC] = {PORTA_KEY_DISC_NUMBER, "disc"},
	[NUMBER_YEAR] = {PORTA_KEY_YEAR, "year"},
	[NUMBER_DURATION] = {PORTA_KEY_DURATION_MS, "duration_ms"},
	[NUMBER_MODIFIED] = {PORTA_KEY_MODIFIED_UNIX, "modified"},
	[NUMBER_ADDED] = {PORTA_KEY_ADDED_UNIX, "added"},
	[NUMBER_RATING] = {PORTA_KEY_RATING, "rating"},
	[NUMBER_PLAY_COUNT] = {PORTA_KEY_PLAY_COUNT, "play_count"},
	[NUMBER_LAST_PLAYED] = {PORTA_KEY_LAST_PLAYED_UNIX, "last_played"},
};

/* A tag may stand several times: two artists, three genres. */
static char *
join_tag(const struct mpd_song *song, enum mpd_tag_type tag)
{
	const char *value = mpd_song_get_tag(song, tag, 0);
	char *joined = value != NULL ? text_to_utf8(value) : NULL;

	for (unsigned int i = 1; value != NULL; i++) {
		value = mpd_song_get_tag(song, tag, i);
		if (value == NULL)
			break;
		char *more AUTO_TEXT = text_to_utf8(value);
		char *longer = text_format("%s; %s", joined, more);
		free(joined);
		joined = longer;
	}
	return joined;
}

/* The number that "3/12" or "1997-05-16" begins with. */
static int64_t
leading_number(const struct mpd_song *song, enum mpd_tag_type tag, long maximum)
{
	const char *value = mpd_song_get_tag(song, tag, 0);
	long number = value != NULL ? strtol(value, NULL, 10) : 0;

	return number >= 1 && number <= maximum ? number : -1;
}

static int64_t
known_if_positive(int64_t number)
{
	return number > 0 ? number : -1;
}

/* MPD before 0.24 does not know: when the file was written is the best guess there is. */
static int64_t
added_unix(const struct mpd_song *song)
{
	int64_t added = 0;

#if LIBMPDCLIENT_CHECK_VERSION(2, 21, 0)
	added = mpd_song_get_added(song);
#endif
	return known_if_positive(added > 0 ? added : mpd_song_get_last_modified(song));
}

void
track_build(TrackFields *fields, const Song *song, Location *location)
{
	const struct mpd_song *source = song->song;

	fields->uri = location_get_uri(location, mpd_song_get_uri(source));
	for (size_t i = 0; i < TRACK_TEXTS; i++)
		fields->texts[i] = join_tag(source, text_tags[i]);
	fields->numbers[NUMBER_TRACK] = leading_number(source, MPD_TAG_TRACK, 9999);
	fields->numbers[NUMBER_DISC] = leading_number(source, MPD_TAG_DISC, 999);
	fields->numbers[NUMBER_YEAR] = leading_number(source, MPD_TAG_DATE, 9999);
	fields->numbers[NUMBER_DURATION] = known_if_positive(mpd_song_get_duration_ms(source));
	fields->numbers[NUMBER_MODIFIED] = known_if_positive(mpd_song_get_last_modified(source));
	fields->numbers[NUMBER_ADDED] = added_unix(source);
	fields->numbers[NUMBER_RATING] = song->rating;
	fields->numbers[NUMBER_PLAY_COUNT] = song->play_count;
	fields->numbers[NUMBER_LAST_PLAYED] = song->last_played_unix;
}

void
track_clear(TrackFields *fields)
{
	text_clear(&fields->uri);
	for (size_t i = 0; i < TRACK_TEXTS; i++)
		text_clear(&fields->texts[i]);
}
