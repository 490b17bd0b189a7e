/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-name-assign: law 8, who gets which name: legal, unique, stable from run to run. A generator makes
 * songs of few and nasty pieces, so that many of them fight.
 */
#include "base/layout.h"
#include "engine/name.h"

#include <string.h>

#include "legal.h"
#include "world.h"

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
test_no_file_gets_a_folders_name(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "want a title=mix:a | playlist Mix");
	name_assign(world->wishlist, "Playlists/{artist}/{title}", NULL, NULL);
	WantedPlaylist *playlist = world->wishlist->playlists->pdata[0];
	g_assert_cmpstr(path_of(world, 0), ==, "Playlists/mix/a.mp3");
	g_assert_cmpstr(playlist->path, ==, "Playlists/Mix (2)");
}

static void
test_many_of_one_name_are_numbered_in_order(void)
{
	g_autoptr(World) world = world_new();
	g_autoptr(GHashTable) foreign = g_hash_table_new(g_str_hash, g_str_equal);

	world_add(world, "want d title=x | want c title=x | want b title=x | want a title=x");
	g_hash_table_add(foreign, "music/ann/x (3).mp3");
	name_assign(world->wishlist, world->layout, NULL, foreign);
	g_assert_cmpstr(path_of(world, 3), ==, "Music/Ann/x.mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/Ann/x (2).mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/Ann/x (4).mp3");
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/x (5).mp3");
}

static void
test_folders_have_one_spelling(void)
{
	g_autoptr(World) world = world_new();
	g_autoptr(GHashTable) folders = g_hash_table_new(g_str_hash, g_str_equal);
	NamePlaces places = {.folders = folders};

	world_add(world, "want a title=ABBA:a | want b title=Abba:b | want c title=bob:c");
	g_hash_table_insert(folders, "music/bob", "Music/BOB");
	name_assign_among(world->wishlist, world->layout, &places);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/ABBA/a.mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/ABBA/b.mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/BOB/c.mp3");
}

static void
test_names_are_unique_everywhere_where_they_must_be(void)
{
	g_autoptr(World) world = world_new();
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) reserved = g_hash_table_new(g_str_hash, g_str_equal);
	NamePlaces places = {.reserved = reserved, .foreign_names = names};

	world_add(world, "want a title=Ann:x | want b title=Bob:X | want c title=Cid:y | want d "
			 "title=Dee:x");
	g_hash_table_add(names, "y.mp3");
	/* one that is there keeps its name, though another comes first */
	g_hash_table_insert(reserved, g_array_index(world->wishlist->wants, Want, 3).source,
			    "Music/Dee/x.mp3");
	name_assign_among(world->wishlist, world->layout, &places);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/x (2).mp3");
	g_assert_cmpstr(path_of(world, 1), ==, "Music/Bob/X (3).mp3");
	g_assert_cmpstr(path_of(world, 2), ==, "Music/Cid/y (2).mp3");
	g_assert_cmpstr(path_of(world, 3), ==, "Music/Dee/x.mp3");
	places.foreign_names = NULL;
	name_assign_among(world->wishlist, world->layout, &places);
	g_assert_cmpstr(path_of(world, 0), ==, "Music/Ann/x.mp3");
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
	name_assign(world->wishlist, LAYOUT_DEFAULT, NULL, NULL);
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
	g_test_add_func("/name-assign/the-first-source-gets-the-name",
			test_first_source_gets_the_name);
	g_test_add_func("/name-assign/who-has-a-name-keeps-it", test_who_has_a_name_keeps_it);
	g_test_add_func("/name-assign/foreign-places-are-not-taken",
			test_foreign_places_are_not_taken);
	g_test_add_func("/name-assign/no-file-gets-a-folders-name",
			test_no_file_gets_a_folders_name);
	g_test_add_func("/name-assign/many-of-one-name-are-numbered-in-order",
			test_many_of_one_name_are_numbered_in_order);
	g_test_add_func("/name-assign/folders-have-one-spelling", test_folders_have_one_spelling);
	g_test_add_func("/name-assign/names-are-unique-everywhere-where-they-must-be",
			test_names_are_unique_everywhere_where_they_must_be);
	g_test_add_func("/name-assign/the-first-disc-says-so-where-there-is-a-second",
			test_the_first_disc_says_so_where_there_is_a_second);
	g_test_add_func("/name-assign/playlists-have-names-of-their-own",
			test_playlists_have_names_of_their_own);
	g_test_add_func("/name-assign/nasty-names-become-legal-unique-and-stable",
			test_nasty_names_become_legal_unique_and_stable);
	return g_test_run();
}
