/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-name: law 8, against names and tags that mean harm: whatever goes in, what comes out is legal.
 */
#include "base/layout.h"
#include "engine/name.h"

#include <string.h>

#include "legal.h"

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
	 LAYOUT_DEFAULT,
	 "/m/x.FLAC",
	 "Music/Ann/Blue/03 Song.flac",
	 {.album_artist = "Ann",
	  .artist = "Bob",
	  .album = "Blue",
	  .title = "Song",
	  .track_number = 3}},
	{"takes-the-artist-for-the-album-artist",
	 LAYOUT_DEFAULT,
	 "/m/x.mp3",
	 "Music/Bob/Blue/03 Song.mp3",
	 {.artist = "Bob", .album = "Blue", .title = "Song", .track_number = 3, .disc_number = 1}},
	{"tells-the-second-disc",
	 LAYOUT_DEFAULT,
	 "/m/x.mp3",
	 "Music/Bob/Blue/2-03 Song.mp3",
	 {.artist = "Bob", .album = "Blue", .title = "Song", .track_number = 3, .disc_number = 2}},
	{"names-what-has-no-tags",
	 LAYOUT_DEFAULT,
	 "/m/Some Song.mp3",
	 "Music/Unknown Artist/Unknown Album/Some Song.mp3",
	 {0}},
	{"survives-a-source-that-is-not-UTF-8",
	 LAYOUT_DEFAULT,
	 "/m/\xff\xe4.mp3",
	 "Music/Unknown Artist/Unknown Album/\xef\xbf\xbd\xef\xbf\xbd.mp3",
	 {0}},
	{"makes-no-folder-of-a-slash-in-a-tag",
	 LAYOUT_DEFAULT,
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
	 LAYOUT_DEFAULT,
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
	g_autofree char *path = name_for_track(LAYOUT_DEFAULT, &track, "/m/x.flac");
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
	static const char *const good[] = {LAYOUT_DEFAULT, "Music/{file}", "My Music/{title} x",
					   "Music/a/b/c/d/e/f/{title}"};
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
		g_autofree char *problem = layout_check(good[i]);
		g_assert_cmpstr(problem, ==, NULL);
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *problem = layout_check(bad[i]);
		if (problem == NULL)
			g_error("“%s” was taken for a layout", bad[i]);
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
	return g_test_run();
}
