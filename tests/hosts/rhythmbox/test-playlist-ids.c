/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "playlist-ids.h"

enum { STATIC = 1, AUTOMATIC = 2 };

/* Playlists are told apart by their addresses alone. */
static char party, other, third;

static const char *
settle(PlaylistIds *ids, gconstpointer playlist, const char *name, const char *contents)
{
	return playlist_ids_settle(ids, playlist, name, STATIC, contents);
}

/* As it is when Rhythmbox is started again. */
static PlaylistIds *
another_session(PlaylistIds *ids)
{
	g_autofree char *text = playlist_ids_to_text(ids);

	playlist_ids_free(ids);
	return playlist_ids_new(text);
}

static void
an_id_is_the_first_name(void)
{
	g_autoptr(PlaylistIds) ids = playlist_ids_new(NULL);

	g_assert_null(playlist_ids_get(ids, &party));
	g_assert_cmpstr(settle(ids, &party, "Party", ""), ==, "Party");
	g_assert_cmpstr(playlist_ids_get(ids, &party), ==, "Party");
	g_assert_cmpstr(settle(ids, &other, "", ""), ==, "playlist");
}

static void
it_outlives_a_renaming_and_a_session(void)
{
	PlaylistIds *ids = playlist_ids_new(NULL);

	settle(ids, &party, "Party", "songs");
	g_assert_cmpstr(settle(ids, &party, "Fiesta [1]\n=", "songs"), ==, "Party");
	ids = another_session(ids);
	playlist_ids_see(ids, &other, "Fiesta [1]\n=", STATIC);
	g_assert_cmpstr(playlist_ids_get(ids, &other), ==, "Party");
	/* the old name is free for another playlist, its id is not */
	g_assert_cmpstr(settle(ids, &third, "Party", ""), ==, "Party (2)");
	playlist_ids_free(ids);
}

static void
one_renamed_unseen_is_known_by_its_contents(void)
{
	PlaylistIds *ids = playlist_ids_new(NULL);

	settle(ids, &party, "Party", "these songs");
	settle(ids, &other, "Work", "those songs");
	ids = another_session(ids);
	playlist_ids_see(ids, &other, "Work", STATIC);
	playlist_ids_see(ids, &party, "Fiesta", STATIC);
	g_assert_null(playlist_ids_get(ids, &party));
	g_assert_cmpstr(settle(ids, &party, "Fiesta", "these songs"), ==, "Party");
	playlist_ids_free(ids);
}

static void
a_name_counts_more_than_contents(void)
{
	PlaylistIds *ids = playlist_ids_new(NULL);

	settle(ids, &party, "Party", "songs");
	ids = another_session(ids);
	/* a copy comes first, but the one of that name is still there */
	playlist_ids_see(ids, &other, "Copy of Party", STATIC);
	playlist_ids_see(ids, &party, "Party", STATIC);
	g_assert_cmpstr(settle(ids, &other, "Copy of Party", "songs"), ==, "Copy of Party");
	g_assert_cmpstr(settle(ids, &party, "Party", "songs"), ==, "Party");
	playlist_ids_free(ids);
}

static void
nothing_is_guessed(void)
{
	PlaylistIds *ids = playlist_ids_new(NULL);

	settle(ids, &party, "Party", "songs");
	settle(ids, &other, "Twin", "songs");
	settle(ids, &third, "Empty", "");
	ids = another_session(ids);
	g_assert_cmpstr(settle(ids, &party, "One of the two", "songs"), ==, "One of the two");
	g_assert_cmpstr(settle(ids, &other, "Another empty one", ""), ==, "Another empty one");
	g_assert_cmpstr(playlist_ids_settle(ids, &third, "Empty", AUTOMATIC, ""), ==, "Empty (2)");
	playlist_ids_free(ids);
}

static void
what_was_deleted_is_forgotten(void)
{
	g_autoptr(PlaylistIds) ids = playlist_ids_new(NULL);

	settle(ids, &party, "Party", "songs");
	settle(ids, &party, "Fiesta", "songs");
	playlist_ids_forget(ids, &party);
	g_assert_null(playlist_ids_get(ids, &party));
	g_assert_cmpstr(settle(ids, &other, "Fiesta", "songs"), ==, "Fiesta");
	playlist_ids_forget(ids, &third);
}

static void
two_may_have_one_name(void)
{
	g_autoptr(PlaylistIds) ids = playlist_ids_new(NULL);

	g_assert_cmpstr(settle(ids, &party, "Party", "a"), ==, "Party");
	g_assert_cmpstr(settle(ids, &other, "Party", "b"), ==, "Party (2)");
	g_assert_cmpstr(settle(ids, &party, "Party", "a"), ==, "Party");
}

static void
nonsense_is_nothing(void)
{
	const char *texts[] = {"", "[", "[1]\nid=\nname=x\n", "[1]\nname=x\n", "\xff\xfe", NULL};

	for (guint i = 0; texts[i] != NULL; i++) {
		g_autoptr(PlaylistIds) ids = playlist_ids_new(texts[i]);
		g_assert_cmpstr(settle(ids, &party, "x", ""), ==, "x");
	}
}

static void
the_file_does_not_grow_for_ever(void)
{
	PlaylistIds *ids = playlist_ids_new(NULL);

	for (guint session = 0; session < 2000; session++) {
		g_autofree char *name = g_strdup_printf("List %u", session);
		settle(ids, &party, name, name);
		if (session % 100 == 99)
			ids = another_session(ids);
		else
			settle(ids, &other, name, name);
	}
	g_autofree char *text = playlist_ids_to_text(ids);
	g_assert_cmpuint(strlen(text), <, 100 * 1024);
	playlist_ids_free(ids);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/playlist-ids/an-id-is-the-first-name", an_id_is_the_first_name);
	g_test_add_func("/playlist-ids/it-outlives-a-renaming-and-a-session",
			it_outlives_a_renaming_and_a_session);
	g_test_add_func("/playlist-ids/one-renamed-unseen-is-known-by-its-contents",
			one_renamed_unseen_is_known_by_its_contents);
	g_test_add_func("/playlist-ids/a-name-counts-more-than-contents",
			a_name_counts_more_than_contents);
	g_test_add_func("/playlist-ids/nothing-is-guessed", nothing_is_guessed);
	g_test_add_func("/playlist-ids/what-was-deleted-is-forgotten",
			what_was_deleted_is_forgotten);
	g_test_add_func("/playlist-ids/two-may-have-one-name", two_may_have_one_name);
	g_test_add_func("/playlist-ids/nonsense-is-nothing", nonsense_is_nothing);
	g_test_add_func("/playlist-ids/the-file-does-not-grow-for-ever",
			the_file_does_not_grow_for_ever);
	return g_test_run();
}
