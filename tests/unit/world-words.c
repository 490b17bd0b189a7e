/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world-words: a scene's words become wants, rows and things; world.h says which words there are.
 */
#include <string.h>

#include "world.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)

typedef struct {
	char **words;
} Words;

static const char *
word(const Words *words, const char *key, const char *otherwise)
{
	gsize n = strlen(key);

	for (guint i = 0; words->words[i] != NULL; i++)
		if (strncmp(words->words[i], key, n) == 0 && words->words[i][n] == '=')
			return words->words[i] + n + 1;
	return otherwise;
}

static uint64_t
number(const Words *words, const char *key, uint64_t otherwise)
{
	const char *text = word(words, key, NULL);

	return text != NULL ? g_ascii_strtoull(text, NULL, 10) : otherwise;
}

static int32_t
rating(const Words *words, const char *key)
{
	return word(words, key, NULL) != NULL ? (int32_t)number(words, key, 0) : -1;
}

static uint64_t
mebibytes(const Words *words)
{
	const char *text = word(words, "size", "1");

	return (uint64_t)(g_ascii_strtod(text, NULL) * MIB);
}

static char *
artist_of(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon != NULL ? g_strndup(name, colon - name) : g_strdup("Ann");
}

static const char *
title_of(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon != NULL ? colon + 1 : name;
}

static char *
device_path(const char *name)
{
	g_autofree char *artist = artist_of(name);

	return g_strdup_printf("Music/%s/%s.mp3", artist, title_of(name));
}

static char *
source_path(const char *name)
{
	return g_strdup_printf("/m/%s.mp3", name);
}

static int
parse_state(const char *text)
{
	static const struct {
		const char *text;
		int state;
	} states[] = {
		{"done", JOURNAL_DONE},       {"pending", JOURNAL_PENDING},
		{"skipped", JOURNAL_SKIPPED}, {"ok", SOURCE_OK},
		{"missing", SOURCE_MISSING},  {"unreadable", SOURCE_UNREADABLE},
		{"part", SOURCE_NOT_LOCAL},   {"folder", SOURCE_NOT_A_FILE},
		{"stream", SOURCE_STREAM},
	};

	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i].text, text) == 0)
			return states[i].state;
	g_error("no such state: %s", text);
}

static void
add_want(World *world, const Words *words)
{
	const char *name = word(words, "title", words->words[1]);
	g_autofree char *artist = artist_of(name);
	g_autofree char *source = source_path(words->words[1]);
	Want *want = world_add_want(world, source, artist, title_of(name), mebibytes(words));

	want->modified_ns = number(words, "mtime", 1);
	want->priority = number(words, "prio", 1);
	want->is_fill = number(words, "fill", 0);
	want->state = parse_state(word(words, "state", "ok"));
	want->is_gone = number(words, "gone", 0);
	want->track.rating = rating(words, "rating");
	want->track.album = g_intern_string(word(words, "album", ""));
	want->track.track_number = number(words, "track", 0);
	if (want->state == SOURCE_NOT_LOCAL || want->state == SOURCE_STREAM)
		g_clear_pointer(&want->source, g_free);
	g_hash_table_insert(world->prints, g_strdup(source),
			    g_strdup_printf("%s %s %s", word(words, "sound", words->words[1]),
					    word(words, "bytes", words->words[1]),
					    word(words, "tags", "")));
}

static void
add_row(World *world, const Words *words)
{
	const char *name = word(words, "at", words->words[1]);
	g_autofree char *source = source_path(words->words[1]);
	g_autofree char *path = device_path(name);
	g_autofree char *artist = artist_of(name);
	JournalRow *row = world_add_row(world, JOURNAL_SONG,
					parse_state(word(words, "state", "done")), source, path,
					mebibytes(words));

	g_free(row->storage);
	g_free(row->fingerprint);
	g_free(row->tags);
	row->storage = g_strdup_printf("storage%s", word(words, "on", "0"));
	row->source_size =
		(uint64_t)(g_ascii_strtod(word(words, "source-size", word(words, "size", "1")),
					  NULL) *
			   MIB);
	row->source_modified_ns = number(words, "mtime", 1);
	row->rating = rating(words, "rating");
	row->host_rating = rating(words, "host");
	row->given_rating = rating(words, "given");
	row->leaves_rating = number(words, "leaves", 0);
	row->fingerprint = g_strdup_printf("%s %s", word(words, "sound", words->words[1]),
					   word(words, "bytes", words->words[1]));
	row->tags = word(words, "digest", NULL) != NULL
			    ? g_strdup("")
			    : g_strdup_printf("%s/%s/%s", artist, title_of(name),
					      word(words, "tags", ""));
}

static uint32_t
find_want(World *world, const char *name)
{
	g_autofree char *source = source_path(name);

	for (guint i = 0; i < world->wishlist->wants->len; i++)
		if (g_strcmp0(g_array_index(world->wishlist->wants, Want, i).source, source) == 0)
			return i;
	g_error("no such want: %s", name);
}

static void
add_playlist(World *world, const Words *words)
{
	WantedPlaylist *playlist = world_add_playlist(world, words->words[1]);
	g_auto(GStrv) songs = g_strsplit(word(words, "songs", ""), ",", -1);

	g_free(playlist->name);
	playlist->name = g_strdup(word(words, "name", words->words[1]));
	for (guint i = 0; songs[i] != NULL && songs[i][0] != '\0'; i++) {
		uint32_t want = find_want(world, songs[i]);
		g_array_append_val(playlist->wants, want);
	}
}

/* The row of a playlist as it was written with these songs, each at its natural place. */
static void
add_playlist_row(World *world, const Words *words)
{
	g_autofree char *source = g_strconcat("host\n", words->words[1], NULL);
	g_autofree char *path = g_strdup_printf(
		"Playlists/%s%s", word(words, "at", words->words[1]), word(words, "form", ".m3u8"));
	JournalRow *row = world_add_row(world, JOURNAL_PLAYLIST,
					parse_state(word(words, "state", "done")), source, path,
					number(words, "size", 10));
	g_autoptr(World) then = world_new();
	g_auto(GStrv) songs = g_strsplit(word(words, "songs", ""), ",", -1);
	WantedPlaylist *playlist = world_add_playlist(then, words->words[1]);

	for (guint i = 0; songs[i] != NULL && songs[i][0] != '\0'; i++) {
		g_autofree char *artist = artist_of(songs[i]);
		g_autofree char *song = source_path(songs[i]);
		world_add_want(then, song, artist, title_of(songs[i]), MIB)->path =
			device_path(songs[i]);
		g_array_append_val(playlist->on_device, i);
	}
	playlist->is_object = word(words, "form", ".m3u8")[0] == '\0';
	g_free(row->storage);
	row->storage = g_strdup_printf("storage%s", word(words, "on", "0"));
	g_free(row->tags);
	row->tags = plan_playlist_digest(then->wishlist, playlist);
}

static void
add_playlist_thing(World *world, const Words *words)
{
	g_autofree char *path =
		g_strdup_printf("Playlists/%s%s", words->words[1], word(words, "form", ".m3u8"));

	world_add_thing(world, number(words, "on", 0), path, number(words, "size", 10));
}

static void
add_cover(World *world, const Words *words)
{
	static const struct {
		const char *text;
		CoverState state;
	} states[] = {
		{"found", COVER_FOUND}, {"large", COVER_TOO_LARGE}, {"bad", COVER_UNREADABLE},
		{"none", COVER_NONE},   {"away", COVER_UNKNOWN},
	};
	const char *text = word(words, "state", "found");

	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i].text, text) == 0)
			world_set_cover(world, states[i].state, number(words, "size", 1) * KIB,
					number(words, "mtime", 1));
}

static char *
album_path(const Words *words)
{
	return g_strdup_printf("Music/Ann/%s" DEVICE_ALBUM_SUFFIX, words->words[1]);
}

/* The row of an album as it was made with these songs, each at its natural place. */
static void
add_album_row(World *world, const Words *words)
{
	g_autofree char *path = album_path(words);
	JournalRow *row = world_add_row(world, JOURNAL_ALBUM,
					parse_state(word(words, "state", "done")), "/m/cover.jpg",
					path, number(words, "size", 1) * KIB);
	g_autoptr(World) then = world_new();
	g_auto(GStrv) songs = g_strsplit(word(words, "songs", ""), ",", -1);
	g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	const WantedAlbum album = {.title = words->words[1],
				   .artist = (char *)word(words, "by", "Ann"),
				   .wants = wants};

	for (guint i = 0; songs[i] != NULL && songs[i][0] != '\0'; i++) {
		g_autofree char *song = source_path(songs[i]);
		world_add_want(then, song, "Ann", songs[i], MIB)->path = device_path(songs[i]);
		g_array_append_val(wants, i);
	}
	g_free(row->storage);
	g_free(row->tags);
	g_free(row->uri);
	row->storage = g_strdup_printf("storage%s", word(words, "on", "0"));
	row->tags = plan_album_digest(then->wishlist, &album);
	row->uri = wanted_album_names(&album);
	row->source_modified_ns = number(words, "mtime", 1);
}

static void
add_album_thing(World *world, const Words *words)
{
	g_autofree char *path = album_path(words);
	Thing *thing = world_add_thing(world, number(words, "on", 0), path, 0);

	thing->is_file = strcmp(word(words, "form", "album"), "file") == 0;
}

static void
add_mark(World *world, const Words *words)
{
	JournalRow *row = world_add_row(world, JOURNAL_MANIFEST, JOURNAL_DONE, "",
					"Portamento/partner.txt", 9);

	g_free(row->storage);
	row->storage = g_strdup_printf("storage%s", word(words, "on", "0"));
}

static void
set_option(World *world, const Words *words)
{
	PlanOptions *options = &world->options;
	const char *suffix = word(words, "suffix", NULL);
	const char *covers = word(words, "covers", NULL);

	world->free_bytes = number(words, "free", world->free_bytes / MIB) * MIB;
	world->capacity_bytes = number(words, "capacity", world->capacity_bytes / MIB) * MIB;
	world->confirms = number(words, "confirmed", world->confirms);
	world->options.forgets = number(words, "forget", world->options.forgets);
	world->wishlist->suspicious = number(words, "suspicious", world->wishlist->suspicious);
	if (number(words, "rules", 1) == 0)
		g_array_set_size(world->wishlist->rules, 0);
	options->percent_reserved = number(words, "reserved", options->percent_reserved);
	options->max_file_bytes = number(words, "max", options->max_file_bytes / MIB) * MIB;
	options->can_rename = number(words, "rename", options->can_rename);
	options->can_move = number(words, "move", options->can_move);
	options->can_retag = number(words, "retag", options->can_retag);
	world->rates_nothing = number(words, "rate", !world->rates_nothing) == 0;
	options->storage = number(words, "storage", options->storage);
	options->can_reach = number(words, "reach", options->can_reach);
	if (covers != NULL) {
		options->wants_no_covers = strcmp(covers, "off") == 0;
		options->refuses_covers = strcmp(covers, "refused") == 0;
		options->find_cover = options->wants_no_covers ? NULL : options->find_cover;
	}
	if (suffix != NULL)
		options->playlist_suffix = strcmp(suffix, "none") == 0 ? NULL : "";
}

static void
add_words(World *world, const Words *words)
{
	const char *what = words->words[0], *name = words->words[1];
	g_autofree char *path = name != NULL ? device_path(name) : NULL;

	if (strcmp(what, "want") == 0)
		add_want(world, words);
	else if (strcmp(what, "row") == 0)
		add_row(world, words);
	else if (strcmp(what, "object") == 0)
		world_add_thing(world, number(words, "on", 0), path, mebibytes(words));
	else if (strcmp(what, "folder") == 0)
		world_add_thing(world, 0, path, 0)->is_folder = TRUE;
	else if (strcmp(what, "unlisted") == 0)
		g_ptr_array_add(world->unlisted, g_strdup(name));
	else if (strcmp(what, "playlist") == 0)
		add_playlist(world, words);
	else if (strcmp(what, "plrow") == 0)
		add_playlist_row(world, words);
	else if (strcmp(what, "plobject") == 0)
		add_playlist_thing(world, words);
	else if (strcmp(what, "cover") == 0)
		add_cover(world, words);
	else if (strcmp(what, "alrow") == 0)
		add_album_row(world, words);
	else if (strcmp(what, "alobject") == 0)
		add_album_thing(world, words);
	else if (strcmp(what, "mark") == 0)
		add_mark(world, words);
	else if (strcmp(what, "marked") == 0)
		world_add_thing(world, number(words, "on", 0), "Portamento/partner.txt", 9);
	else if (strcmp(what, "skip") == 0)
		g_hash_table_add(world->options.skips, source_path(name));
	else if (strcmp(what, "set") == 0)
		set_option(world, words);
	else
		g_error("no such word: %s", what);
}

void
world_add(World *world, const char *scene)
{
	g_auto(GStrv) parts = g_strsplit(scene, "|", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		g_auto(GStrv) split = g_strsplit(g_strstrip(parts[i]), " ", -1);
		if (split[0] != NULL && split[0][0] != '\0')
			add_words(world, &(Words){split});
	}
}
