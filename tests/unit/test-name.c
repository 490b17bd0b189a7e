/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-name: law 8, against names that mean harm. A generator makes more of them: whatever goes in,
 * what comes out is legal, and two songs never get one name.
 */
#include "engine/name.h"

#include <string.h>

#include "world.h"

typedef struct {
	const char *name, *in, *out;
} Legal;

static const Legal legal[] = {
	{"keeps-a-plain-name", "Blue in Green", "Blue in Green"},
	{"replaces-what-FAT-can-not-store", "AC/DC: \"Who?\" <a|b*c>\\", "AC_DC_ _Who__ _a_b_c__"},
	{"replaces-control-characters", "a\tb\nc\x7f", "a_b_c_"},
	{"drops-spaces-and-dots-at-the-end", "  And so. . ", "And so"},
	{"hides-no-folder", "...And Justice", "_..And Justice"},
	{"is-never-empty", "", "_"},
	{"is-never-empty-after-trimming", " . ", "_"},
	{"is-never-the-folder-itself", ".", "_"},
	{"is-never-the-folder-above", "..", "_"},
	{"avoids-DOS-devices", "CON", "CON_"},
	{"avoids-DOS-devices-with-a-suffix", "nul.tar.gz", "nul_.tar.gz"},
	{"avoids-DOS-devices-with-digits", "Com1", "Com1_"},
	{"avoids-DOS-devices-with-superscripts", "LPT\xc2\xb9", "LPT\xc2\xb9_"},
	{"avoids-DOS-devices-before-a-space", "aux .x", "aux _.x"},
	{"keeps-what-only-begins-like-a-DOS-device", "Concert", "Concert"},
	{"composes", "Bjo\xcc\x88rk", "Bj\xc3\xb6rk"},
	{"keeps-emoji", "\xf0\x9f\x8e\xb5 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8e\xa4",
	 "\xf0\x9f\x8e\xb5 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8e\xa4"},
	{"keeps-Hebrew", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
	{"replaces-line-separators",
	 "a\xe2\x80\xa8"
	 "b",
	 "a_b"},
	{"replaces-noncharacters",
	 "a\xef\xbf\xbf"
	 "b",
	 "a_b"},
	{"survives-invalid-UTF-8",
	 "a\xff\xfe"
	 "b",
	 "a\xef\xbf\xbd\xef\xbf\xbd"
	 "b"},
	{"survives-half-a-character", "a\xc3", "a\xef\xbf\xbd"},
};

static void
test_legal(gconstpointer data)
{
	const Legal *one = data;
	g_autofree char *out = name_make_legal(one->in, NAME_MAX_UTF16);

	g_assert_cmpstr(out, ==, one->out);
	g_autofree char *again = name_make_legal(out, NAME_MAX_UTF16);
	g_assert_cmpstr(again, ==, out);
}

static glong
utf16_length(const char *text)
{
	glong n = 0;
	g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &n, NULL);

	g_assert_nonnull(units);
	return n;
}

static void
assert_legal(const char *name)
{
	gsize n = strlen(name);
	g_autofree char *composed = g_utf8_normalize(name, -1, G_NORMALIZE_DEFAULT_COMPOSE);

	g_assert_true(g_utf8_validate(name, -1, NULL));
	g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(n, <=, 254);
	g_assert_cmpint(utf16_length(name), <=, 254);
	g_assert_null(strpbrk(name, "\\/:*?\"<>|"));
	g_assert_true(name[0] != ' ' && name[0] != '.');
	g_assert_true(name[n - 1] != ' ' && name[n - 1] != '.');
	g_assert_cmpstr(composed, ==, name);
	for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p))
		g_assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
}

static char *
repeat(const char *text, guint n)
{
	GString *out = g_string_new(NULL);

	while (n-- > 0)
		g_string_append(out, text);
	return g_string_free(out, FALSE);
}

static void
test_cuts_long_names_between_characters(void)
{
	g_autofree char *chinese = repeat("\xe9\x9f\xb3", 300);
	g_autofree char *cut = name_make_legal(chinese, NAME_MAX_UTF16);

	assert_legal(cut);
	g_assert_cmpint(g_utf8_strlen(cut, -1), ==, 84);
	g_autofree char *notes = repeat("\xf0\x9f\x8e\xb5", 300);
	g_autofree char *cut_notes = name_make_legal(notes, NAME_MAX_UTF16);
	assert_legal(cut_notes);
	g_assert_cmpint(g_utf8_strlen(cut_notes, -1), ==, 63);
}

static void
test_cuts_no_accent_off_its_letter(void)
{
	/* no composed form exists of q with a dot below */
	g_autofree char *text = repeat("q\xcc\xa3", 200);
	g_autofree char *cut = name_make_legal(text, 100);

	g_assert_cmpuint(strlen(cut) % 3, ==, 0);
	g_assert_true(g_str_has_suffix(cut, "q\xcc\xa3"));
	g_autofree char *marks = repeat("\xcc\xa3", 200);
	g_autofree char *cut_marks = name_make_legal(marks, 100);
	assert_legal(cut_marks);
}

static void
test_folds_what_devices_take_for_the_same(void)
{
	static const char *const same[][2] = {
		{"Music/ABBA", "music/abba"},
		{"\xc3\x84rzte", "\xc3\xa4rzte"},
		{"A\xcc\x88rzte", "\xc3\xa4RZTE"},
		{"\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
		 "\xcf\x83\xce\x8a\xce\xa3\xce\xa5\xce\xa6\xce\x9f\xce\xa3"},
		{"Ma\xc3\x9f"
		 "e",
		 "MASSE"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
		g_autofree char *a = name_fold(same[i][0]);
		g_autofree char *b = name_fold(same[i][1]);
		g_assert_cmpstr(a, ==, b);
	}
	g_autofree char *a = name_fold("Abba");
	g_autofree char *b = name_fold("Abbb");
	g_assert_cmpstr(a, !=, b);
}

/* layouts */

typedef struct {
	const char *name, *layout, *source, *path;
	Track track;
} Layout;

static const Layout layouts[] = {
	{"fills-the-default",
	 NAME_DEFAULT_LAYOUT,
	 "/m/x.FLAC",
	 "Music/Ann/Blue/03 Song.flac",
	 {.album_artist = "Ann",
	  .artist = "Bob",
	  .album = "Blue",
	  .title = "Song",
	  .track_number = 3}},
	{"takes-the-artist-for-the-album-artist",
	 NAME_DEFAULT_LAYOUT,
	 "/m/x.mp3",
	 "Music/Bob/Blue/03 Song.mp3",
	 {.artist = "Bob", .album = "Blue", .title = "Song", .track_number = 3, .disc_number = 1}},
	{"tells-the-second-disc",
	 NAME_DEFAULT_LAYOUT,
	 "/m/x.mp3",
	 "Music/Bob/Blue/2-03 Song.mp3",
	 {.artist = "Bob", .album = "Blue", .title = "Song", .track_number = 3, .disc_number = 2}},
	{"names-what-has-no-tags",
	 NAME_DEFAULT_LAYOUT,
	 "/m/Some Song.mp3",
	 "Music/Unknown Artist/Unknown Album/Some Song.mp3",
	 {0}},
	{"survives-a-source-that-is-not-UTF-8",
	 NAME_DEFAULT_LAYOUT,
	 "/m/\xff\xe4.mp3",
	 "Music/Unknown Artist/Unknown Album/\xef\xbf\xbd\xef\xbf\xbd.mp3",
	 {0}},
	{"makes-no-folder-of-a-slash-in-a-tag",
	 NAME_DEFAULT_LAYOUT,
	 "/m/x.mp3",
	 "Music/AC_DC/_._/_etc_passwd.mp3",
	 {.artist = "AC/DC", .album = "../..", .title = "/etc/passwd"}},
	{"drops-what-joined-an-empty-field",
	 "Music/{album} ({year})/{artist} - {track} - {title}",
	 "/m/x.mp3",
	 "Music/Blue/Bob - Song.mp3",
	 {.artist = "Bob", .album = "Blue", .title = "Song"}},
	{"fills-all-fields",
	 "Music/{genre}/{album} ({year})/{disc}.{track} {artist} - {file}",
	 "/m/x.ogg",
	 "Music/Jazz/Blue (1959)/1.03 Bob - x.ogg",
	 {.genre = "Jazz",
	  .artist = "Bob",
	  .album = "Blue",
	  .year = 1959,
	  .disc_number = 1,
	  .track_number = 3}},
	{"drops-a-bracket-before-the-first-word",
	 "Music/[{year}] {album}/{title}",
	 "/m/x.ogg",
	 "Music/Blue/T.ogg",
	 {.album = "Blue", .title = "T"}},
	{"keeps-words-apart-where-a-bracket-goes",
	 "Music/{artist} ({year}) {album}/{title}",
	 "/m/x.ogg",
	 "Music/Bob Blue/T.ogg",
	 {.artist = "Bob", .album = "Blue", .title = "T"}},
	{"names-a-folder-whose-fields-are-all-empty",
	 "Music/{year}/{title}",
	 "/m/x.ogg",
	 "Music/Unknown/T.ogg",
	 {.title = "T"}},
	{"does-without-a-suffix", "Music/{title}", "/m/x", "Music/T", {.title = "T"}},
	{"takes-no-suffix-that-is-none",
	 "Music/{title}",
	 "/m/St. Anger live",
	 "Music/T",
	 {.title = "T"}},
	{"keeps-a-dot-in-a-title",
	 "Music/{title}",
	 "/m/x.mp3",
	 "Music/Vol. 1.mp3",
	 {.title = "Vol. 1"}},
	{"makes-hostile-tags-legal",
	 NAME_DEFAULT_LAYOUT,
	 "/m/x.mp3",
	 "Music/_/CON_/_.mp3",
	 {.artist = "..", .album = "CON", .title = ". "}},
};

static void
test_layout(gconstpointer data)
{
	const Layout *one = data;
	g_autofree char *path = name_for_track(one->layout, &one->track, one->source);

	g_assert_cmpstr(path, ==, one->path);
}

static void
test_long_titles_keep_their_suffix(void)
{
	g_autofree char *title = repeat("\xe9\x9f\xb3", 300);
	Track track = {.artist = "A", .album = "B", .title = title};
	g_autofree char *path = name_for_track(NAME_DEFAULT_LAYOUT, &track, "/m/x.flac");
	g_autofree char *name = g_path_get_basename(path);

	assert_legal(name);
	g_assert_true(g_str_has_suffix(name, ".flac"));
	g_autofree char *numbered = name_numbered(path, 12345, TRUE);
	g_autofree char *numbered_name = g_path_get_basename(numbered);
	assert_legal(numbered_name);
	g_assert_true(g_str_has_suffix(numbered_name, " (12345).flac"));
}

static void
test_checks_layouts(void)
{
	static const char *const good[] = {NAME_DEFAULT_LAYOUT, "Music/{file}",
					   "My Music/{title} x", "Music/a/b/c/d/e/f/{title}"};
	static const char *const bad[] = {"",
					  "Music",
					  "{title}",
					  "/Music/{title}",
					  "Music/",
					  "Music//{title}",
					  "Music/{artist}",
					  "Music/{titel}",
					  "Music/{title",
					  "Music/title}",
					  "{artist}/{title}",
					  "M/{title}/x",
					  "\xff/{title}",
					  "Music/a/b/c/d/e/f/g/{title}"};

	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *problem = name_check_layout(good[i]);
		g_assert_cmpstr(problem, ==, NULL);
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *problem = name_check_layout(bad[i]);
		if (problem == NULL)
			g_error("“%s” was taken for a layout", bad[i]);
	}
}

/* who gets which name */

static const char *
path_of(World *world, guint index)
{
	return g_array_index(world->wishlist->wants, Want, index).path;
}

static void
test_first_source_gets_the_name(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "want b title=x | want a title=X | want c title=y");
	name_assign(world->wishlist, world->layout, NULL, NULL);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/x (2).mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/Ann/X.mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/Ann/y.mp3");
}

static void
test_who_has_a_name_keeps_it(void)
{
	g_autoptr(World) world = world_new();
	g_autoptr(GHashTable) reserved = g_hash_table_new(g_str_hash, g_str_equal);

	world_add(world, "want b title=x | want a title=x | want c title=x | want d title=z");
	g_hash_table_insert(reserved, "/m/b.mp3", "Music/Ann/x.mp3");
	g_hash_table_insert(reserved, "/m/c.mp3", "Music/Ann/X (3).mp3");
	g_hash_table_insert(reserved, "/m/d.mp3", "Music/Ann/x (4).mp3");
	name_assign(world->wishlist, world->layout, reserved, NULL);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/x.mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/Ann/x (2).mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/Ann/X (3).mp3");
	g_assert_cmpstr(path_of(world, 3), ==, "Music/Ann/z.mp3");
}

static void
test_foreign_places_are_not_taken(void)
{
	g_autoptr(World) world = world_new();
	g_autoptr(GHashTable) foreign = g_hash_table_new(g_str_hash, g_str_equal);

	world_add(world, "want a | want b title=Bob:b");
	g_hash_table_add(foreign, "music/ann/a.mp3");
	g_hash_table_add(foreign, "music/ann/a (2).mp3");
	g_hash_table_add(foreign, "music/bob");
	name_assign(world->wishlist, world->layout, NULL, foreign);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/a (3).mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/Bob (2)/b.mp3");
}

static void
test_folders_have_one_spelling(void)
{
	g_autoptr(World) world = world_new();
	g_autoptr(GHashTable) folders = g_hash_table_new(g_str_hash, g_str_equal);
	NamePlaces places = {NULL, NULL, folders};

	world_add(world, "want a title=ABBA:a | want b title=Abba:b | want c title=bob:c");
	g_hash_table_insert(folders, "music/bob", "Music/BOB");
	name_assign_among(world->wishlist, world->layout, &places);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/ABBA/a.mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/ABBA/b.mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/BOB/c.mp3");
}

static void
test_the_first_disc_says_so_where_there_is_a_second(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "want a | want b | want c");
	for (guint i = 0; i < 3; i++) {
		Want *want = &g_array_index(world->wishlist->wants, Want, i);
		want->track.track_number = 1;
		want->track.disc_number = i == 1 ? 2 : 1;
		want->track.album = i < 2 ? "Double" : "Single";
	}
	name_assign(world->wishlist, NAME_DEFAULT_LAYOUT, NULL, NULL);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/Double/1-01 a.mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/Ann/Double/2-01 b.mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/Ann/Single/01 c.mp3");
}

static void
test_playlists_have_names_of_their_own(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "want a | playlist mix | playlist MIX | playlist a/b?");
	name_assign(world->wishlist, world->layout, NULL, NULL);
	const char *expected[] = {"Playlists/mix", "Playlists/MIX (2)", "Playlists/a_b_"};
	for (guint i = 0; i < 3; i++) {
		WantedPlaylist *playlist = world->wishlist->playlists->pdata[i];
		g_assert_cmpstr(playlist->path, ==, expected[i]);
	}
}

/* A generator of songs out of few and nasty pieces, so that many of them fight. */
static char *
nasty(GRand *random)
{
	static const char *const pieces[] = {
		"a",  "A",   "\xc3\xa4", "a\xcc\x88",    "\xc3\x84", ".",    " ",
		"/",  "CON", "\xff",     "\xe9\x9f\xb3", "?",        " (2)", "\xf0\x9f\x8e\xb5",
		"..", "\t"};
	GString *out = g_string_new(NULL);
	int n = g_rand_int_range(random, 0, 4);

	if (g_rand_int_range(random, 0, 50) == 0)
		n = 300;
	while (n-- > 0)
		g_string_append(out, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
	return g_string_free(out, FALSE);
}

static void
assert_all_legal_and_unique(World *world)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable)
		spellings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < world->wishlist->wants->len; i++) {
		g_auto(GStrv) parts = g_strsplit(path_of(world, i), "/", -1);
		g_assert_cmpuint(g_strv_length(parts), ==, 4);
		for (guint k = 0; parts[k] != NULL; k++)
			assert_legal(parts[k]);
		g_assert_true(g_hash_table_add(seen, name_fold(path_of(world, i))));
		char *folder = g_path_get_dirname(path_of(world, i));
		char *folded = name_fold(folder);
		const char *spelling = g_hash_table_lookup(spellings, folded);
		if (spelling != NULL)
			g_assert_cmpstr(spelling, ==, folder);
		g_hash_table_replace(spellings, folded, folder);
	}
}

static void
test_nasty_names_become_legal_unique_and_stable(void)
{
	for (guint32 seed = 1; seed <= 60; seed++) {
		g_autoptr(GRand) random = g_rand_new_with_seed(seed);
		g_autoptr(World) world = world_new();
		g_autoptr(GHashTable)
			reserved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		for (guint i = 0; i < 150; i++) {
			g_autofree char *artist = nasty(random);
			g_autofree char *title = nasty(random);
			g_autofree char *source = g_strdup_printf("/m/%u.mp3", g_rand_int(random));
			g_autofree char *legal_artist = g_utf8_make_valid(artist, -1);
			g_autofree char *legal_title = g_utf8_make_valid(title, -1);
			world_add_want(world, source, legal_artist, legal_title, 1);
		}
		name_assign(world->wishlist, "Music/{artist}/{album}/{title}", NULL, NULL);
		assert_all_legal_and_unique(world);
		for (guint i = 0; i < 150; i += 1 + i % 2)
			g_hash_table_insert(
				reserved,
				g_strdup(g_array_index(world->wishlist->wants, Want, i).source),
				g_strdup(path_of(world, i)));
		name_assign(world->wishlist, "Music/{artist}/{album}/{title}", reserved, NULL);
		assert_all_legal_and_unique(world);
		for (guint i = 0; i < 150; i++) {
			const Want *want = &g_array_index(world->wishlist->wants, Want, i);
			const char *before = g_hash_table_lookup(reserved, want->source);
			if (before != NULL)
				g_assert_cmpstr(want->path, ==, before);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(legal); i++) {
		g_autofree char *name = g_strconcat("/name/legal/", legal[i].name, NULL);
		g_test_add_data_func(name, &legal[i], test_legal);
	}
	for (guint i = 0; i < G_N_ELEMENTS(layouts); i++) {
		g_autofree char *name = g_strconcat("/name/layout/", layouts[i].name, NULL);
		g_test_add_data_func(name, &layouts[i], test_layout);
	}
	g_test_add_func("/name/cuts-long-names-between-characters",
			test_cuts_long_names_between_characters);
	g_test_add_func("/name/cuts-no-accent-off-its-letter", test_cuts_no_accent_off_its_letter);
	g_test_add_func("/name/folds-what-devices-take-for-the-same",
			test_folds_what_devices_take_for_the_same);
	g_test_add_func("/name/long-titles-keep-their-suffix", test_long_titles_keep_their_suffix);
	g_test_add_func("/name/checks-layouts", test_checks_layouts);
	g_test_add_func("/name/the-first-source-gets-the-name", test_first_source_gets_the_name);
	g_test_add_func("/name/who-has-a-name-keeps-it", test_who_has_a_name_keeps_it);
	g_test_add_func("/name/foreign-places-are-not-taken", test_foreign_places_are_not_taken);
	g_test_add_func("/name/folders-have-one-spelling", test_folders_have_one_spelling);
	g_test_add_func("/name/the-first-disc-says-so-where-there-is-a-second",
			test_the_first_disc_says_so_where_there_is_a_second);
	g_test_add_func("/name/playlists-have-names-of-their-own",
			test_playlists_have_names_of_their_own);
	g_test_add_func("/name/nasty-names-become-legal-unique-and-stable",
			test_nasty_names_become_legal_unique_and_stable);
	return g_test_run();
}
