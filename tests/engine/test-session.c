/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-session: whole sessions against a fake device: what its owner, the library
 * and the device itself may do between two of them, and in the middle of one.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "base/error.h"
#include "scenes.h"

static void
test_copies_all(void)
{
	g_autoptr(World) world = world_new(android);

	add_songs(world, 5);
	world_set_list(world, "Run", (const char *[]){"02.bin", "01.bin", "02.bin", NULL});
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, 5);
	g_assert_cmpuint(outcome.playlists, ==, 1);
	g_assert_cmpuint(outcome.errors, ==, 0);
	g_autofree char *playlist = NULL;
	g_autofree char *path = g_build_filename(world->device, "Playlists/Run.m3u8", NULL);
	g_assert_true(g_file_get_contents(path, &playlist, NULL, NULL));
	g_assert_cmpstr(playlist, ==,
			"#EXTM3U\n"
			"#EXTINF:-1,Ann - Song 2\n../Music/Ann/Blue/02 Song 2.bin\n"
			"#EXTINF:-1,Ann - Song 1\n../Music/Ann/Blue/01 Song 1.bin\n"
			"#EXTINF:-1,Ann - Song 2\n../Music/Ann/Blue/02 Song 2.bin\n");
	world_assert_journal_agrees(world);
}

static void
test_second_sync_changes_nothing(void)
{
	g_autoptr(World) world = world_new(android);

	add_songs(world, 5);
	world_set_list(world, "Run", (const char *[]){"02.bin", "01.bin", NULL});
	world_sync(world);
	g_autofree char *journal_before = world_digest(world->state);
	assert_no_op(world);
	/* one list for each managed folder: root, Music, Ann, Blue, Playlists */
	g_assert_cmpint(world->counts.lists, ==, 5);
	g_autofree char *journal_after = world_digest(world->state);
	g_assert_cmpstr(journal_before, ==, journal_after);
}

static void
test_changes_follow(gconstpointer data)
{
	g_autoptr(World) world = synced_world(*(const FakeOptions *)data);

	change_everything(world);
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, 1);
	g_assert_cmpuint(outcome.replaced, ==, 2);
	g_assert_cmpuint(outcome.removed, ==, 1);
	g_assert_cmpuint(outcome.playlists, ==, 1);
	g_assert_cmpuint(outcome.renamed + outcome.retagged, ==, world->options.can_rename ? 1 : 0);
	g_assert_cmpint(world->counts.sends, ==, 4);
	assert_foreign_untouched(world);
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

static void
test_user_deletion_is_remembered(void)
{
	g_autoptr(World) world = synced_world(android);
	g_autofree char *path =
		g_build_filename(world->device, "Music/Ann/Blue/03 Song 3.bin", NULL);

	g_assert_cmpint(g_unlink(path), ==, 0);
	Outcome outcome = world_sync(world);
	g_assert_cmpuint(outcome.copied, ==, 0);
	g_assert_cmpuint(outcome.skipped, ==, 1);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	outcome = world_sync(world);
	g_assert_cmpuint(outcome.copied, ==, 0);
}

static void
test_empty_library_removes_nothing(void)
{
	g_autoptr(World) world = synced_world(android);
	g_autofree char *before = world_tree(world);

	for (guint i = 0; i < world->songs->len; i++)
		song(world, i)->in_library = FALSE;
	g_ptr_array_set_size(world->lists, 0);
	Outcome outcome = world_sync(world);
	g_autofree char *after = world_tree(world);
	g_assert_cmpstr(before, ==, after);
	g_assert_cmpuint(outcome.removed, ==, 0);
}

static void
test_unmounted_music_removes_nothing(void)
{
	g_autoptr(World) world = synced_world(android);
	g_autofree char *before = world_tree(world);
	g_autofree char *away = g_strconcat(world->music, ".away", NULL);

	g_assert_cmpint(g_rename(world->music, away), ==, 0);
	Outcome outcome = world_sync(world);
	g_assert_cmpint(g_rename(away, world->music), ==, 0);
	g_autofree char *after = world_tree(world);
	g_assert_cmpstr(before, ==, after);
	g_assert_cmpuint(outcome.removed, ==, 0);
	g_assert_cmpuint(outcome.kept, ==, 6);
	assert_no_op(world);
}

/* The disk with the music goes away in the middle of a session that replaces everything. */
static void
test_music_unmounted_meanwhile_removes_nothing(void)
{
	gboolean ran_through = FALSE;

	for (int call = 1; !ran_through; call++) {
		g_autoptr(World) world = synced_world(android);
		g_autofree char *away = g_strconcat(world->music, ".away", NULL);
		for (guint i = 0; i < 6; i++)
			world_rewrite(world, song(world, i), SONG_BYTES + 50 + i, 99 + i);
		world->options.sources = world->music;
		g_test_message("call %d", call);
		ran_through = world_sync_with_fault(world, FAULT_SOURCES_AWAY, FAULT_BEFORE, call);
		for (int i = 1; i <= 6; i++) {
			g_autofree char *path = g_strdup_printf(
				"%s/Music/Ann/Blue/%02d Song %d.bin", world->device, i, i);
			g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
		}
		if (!ran_through)
			g_assert_cmpint(g_rename(away, world->music), ==, 0);
		world_sync(world);
		assert_foreign_untouched(world);
		assert_no_op(world);
	}
}

static uint64_t
bytes_on_device(World *world)
{
	g_autofree char *tree = world_tree(world);
	g_auto(GStrv) lines = g_strsplit(tree, "\n", -1);
	uint64_t sum = 0;

	for (gsize i = 0; lines[i] != NULL; i++) {
		g_auto(GStrv) words = g_strsplit(strstr(lines[i], ".bin"), " ", -1);
		sum += g_ascii_strtoull(words[1], NULL, 10);
	}
	return sum;
}

/* What should have made room did not go: the reserve stays all the same (law 4). */
static void
test_refused_removals_do_not_eat_the_reserve(void)
{
	g_autoptr(World) world = world_new(android);

	world->options.capacity_bytes = 12u << 20;
	world->percent_reserved = 20;
	for (int i = 0; i < 8; i++) {
		g_autofree char *name = g_strdup_printf("%02d.bin", i + 1);
		world_add_song(world, name, name, 1u << 20);
	}
	g_assert_cmpuint(world_sync(world).copied, ==, 8);
	for (guint i = 0; i < 4; i++) {
		g_autofree char *name = g_strdup_printf("new%u.bin", i);
		song(world, i)->in_library = FALSE;
		world_add_song(world, name, name, 1u << 20);
	}
	world->options.refuses_removals = TRUE;
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(bytes_on_device(world), <=, world->options.capacity_bytes / 100 * 80);
	g_assert_cmpuint(outcome.copied + outcome.no_fit, ==, 4);
	world->options.refuses_removals = FALSE;
	outcome = world_sync(world);
	g_assert_cmpuint(outcome.errors + outcome.no_fit, ==, 0);
	g_assert_cmpuint(outcome.removed, ==, 4);
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

/* Small songs take less than the clusters that they are counted in; what that leaves is not left to the next sync. */
static void
test_all_that_fits_is_sent_at_once(void)
{
	g_autoptr(World) world = world_new(android);
	const char *const list[] = {"01.bin", "40.bin", NULL};

	world->options.capacity_bytes = 4u << 20; /* so many clusters: 24, beside what stays free */
	add_songs(world, 40);
	world_set_list(world, "Run", list);
	g_autofree char *missing = g_build_filename(world->music, "02.bin", NULL);
	g_assert_cmpint(g_unlink(missing), ==, 0);
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, 39);
	g_assert_cmpuint(outcome.kept + outcome.no_fit, ==, 0);
	g_assert_cmpuint(outcome.errors, ==, 1);
	g_assert_cmpuint(world->told_failures, ==, 1);
	song(world, 1)->in_library = FALSE;
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

static void
test_many_removals_wait(void)
{
	g_autoptr(World) world = world_new(android);

	add_songs(world, 30);
	world_sync(world);
	for (guint i = 0; i < 12; i++)
		song(world, i)->in_library = FALSE;
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_ERROR_HELD);
	g_assert_cmpuint(outcome.held, ==, 12);
	g_assert_cmpuint(outcome.removed, ==, 0);
	world->confirm_token = g_strdup("wrong");
	g_assert_cmpuint(world_sync(world).removed, ==, 0);
	g_free(world->confirm_token);
	world->confirm_token = g_strdup(outcome.token);
	outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.removed, ==, 12);
	world_assert_journal_agrees(world);
}

/* What is left of what a person has confirmed is not asked for again; anything else is. */
static void
test_a_confirmation_outlives_a_cut(gconstpointer data)
{
	gboolean asks_for_more = GPOINTER_TO_INT(data);
	g_autoptr(World) world = world_new(android);

	add_songs(world, 60);
	world_sync(world);
	for (guint i = 0; i < 30; i++)
		song(world, i)->in_library = FALSE;
	world->confirm_token = g_strdup(world_sync(world).token);
	g_assert_false(world_sync_with_fault(world, FAULT_UNPLUG, FAULT_BEFORE, 12));
	world->options.fault = FAULT_NONE;
	g_clear_pointer(&world->confirm_token, g_free);
	for (guint i = 30; asks_for_more && i < 50; i++)
		song(world, i)->in_library = FALSE;
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, asks_for_more ? PORTA_ERROR_HELD : PORTA_OK);
	if (asks_for_more)
		return;
	world_assert_journal_agrees(world);
	/* it holds for that once */
	for (guint i = 30; i < 50; i++)
		song(world, i)->in_library = FALSE;
	g_assert_cmpint(world_sync(world).code, ==, PORTA_ERROR_HELD);
}

static void
test_a_rule_that_asks_for_nothing_is_told(void)
{
	g_autoptr(World) world = world_new(android);

	add_songs(world, 2);
	world->missing_list = "Gone";
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_nonnull(strstr(outcome.text, "no longer has the playlist “Gone”"));
	world->missing_list = NULL;
	g_assert_cmpstr(world_sync(world).text, ==, "");
}

/* Also if the journal was opened before, to look at the device alone. Once it has been told, that is enough. */
static void
test_a_damaged_journal_is_told_once(void)
{
	g_autoptr(World) world = synced_world(android);
	g_autofree char *journal = g_build_filename(world->state, "fake.journal", NULL);

	g_assert_true(g_file_set_contents(journal, "this was a database once, long ago", -1, NULL));
	world->friendly_name = g_strdup("Ann's player");
	g_test_expect_message("portamento", G_LOG_LEVEL_WARNING, "*damaged*");
	g_assert_cmpint(world_sync(world).code, ==, PORTA_OK);
	g_test_assert_expected_messages();
	g_clear_pointer(&world->friendly_name, g_free);
	g_assert_nonnull(strstr(world_sync(world).text, "damaged"));
	g_assert_cmpstr(world_sync(world).text, ==, "");
	assert_foreign_untouched(world);
}

static int64_t
date_of(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	GStatBuf st;

	g_assert_cmpint(g_stat(path, &st), ==, 0);
	return st.st_mtime;
}

static void
test_songs_keep_the_date_of_their_files(void)
{
	g_autoptr(World) world = world_new(android);
	g_autofree char *source = g_build_filename(world->music, "01.bin", NULL);

	add_songs(world, 1);
	g_assert_cmpint(g_utime(source, &(struct utimbuf){1000000000, 1000000000}), ==, 0);
	world_sync(world);
	g_assert_cmpint(date_of(world->device, "Music/Ann/Blue/01 Song 1.bin"), ==, 1000000000);
}

static void
test_empty_folders_of_ours_go(void)
{
	g_autoptr(World) world = world_new(android);
	g_autofree char *folder = g_build_filename(world->device, "Music/Ann", NULL);

	add_songs(world, 1);
	world_add_song(world, "other.bin", "Other", 300);
	g_free(song(world, 1)->artist);
	song(world, 1)->artist = g_strdup("Bob");
	world_sync(world);
	g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
	song(world, 0)->in_library = FALSE;
	world_sync(world);
	g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
	world_assert_journal_agrees(world);
}

static void
test_folder_that_can_not_be_listed_is_left_alone(void)
{
	g_autoptr(World) world = synced_world(android);
	g_autofree char *before = world_tree(world);

	world->options.unlistable = "Music/Ann/Blue";
	change_everything(world);
	Outcome outcome = world_sync(world);
	g_autofree char *after = world_tree(world);
	g_assert_cmpuint(outcome.removed + outcome.replaced + outcome.copied, ==, 0);
	g_assert_true(g_str_has_prefix(after, "DCIM"));
	(void)before;
	world->options.unlistable = NULL;
	outcome = world_sync(world);
	g_assert_cmpuint(outcome.replaced, ==, 2);
	assert_foreign_untouched(world);
	assert_no_op(world);
}

static void
test_lie_about_free_space_ends_in_no_space(void)
{
	FakeOptions options = android;
	options.capacity_bytes = 6 * SONG_BYTES;
	options.free_lie_bytes = 1u << 30;
	g_autoptr(World) world = world_new(options);

	add_songs(world, 20);
	/* the fake capacity is in the lie too, or the budget would see through it */
	Outcome outcome = world_sync(world);
	g_assert_true(outcome.code == PORTA_ERROR_NO_SPACE || outcome.no_fit > 0);
	world->options.capacity_bytes = 1u << 30;
	world->options.free_lie_bytes = 0;
	outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

static void
test_half_stored_file_is_noticed(void)
{
	g_autoptr(World) world = world_new(android);

	add_songs(world, 2);
	world->options.stores_half = TRUE;
	Outcome outcome = world_sync(world);
	g_assert_cmpuint(outcome.errors, ==, 2);
	world->options.stores_half = FALSE;
	outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

/* What it makes of a song is no part of that song's file, but it is what it gave us a handle for. */
static void
test_device_that_adds_to_files_is_not_filled_with_them(void)
{
	g_autoptr(World) world = world_new(walkman);

	add_songs(world, 2);
	world_put_foreign(world, "Music/Ann/Blue/mine.bin", "the owner's");
	world->options.stores_more = TRUE;
	for (guint i = 0; i < 5; i++) {
		Outcome outcome = world_sync(world);
		g_assert_cmpint(outcome.code, ==, PORTA_OK);
		g_assert_cmpuint(outcome.errors, ==, 2);
		g_autofree char *tree = world_tree(world);
		g_assert_null(strstr(tree, "Song"));
		g_assert_nonnull(strstr(tree, "mine.bin"));
	}
	world->options.stores_more = FALSE;
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, 2);
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/session/device-that-adds-to-files-is-not-filled-with-them",
			test_device_that_adds_to_files_is_not_filled_with_them);
	/* no desktop of the person's is asked to unmount anything */
	g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/no-bus", TRUE);
	g_test_add_func("/session/copies-songs-and-playlist", test_copies_all);
	g_test_add_func("/session/second-sync-changes-nothing", test_second_sync_changes_nothing);
	g_test_add_data_func("/session/changes-follow/android", &android, test_changes_follow);
	g_test_add_data_func("/session/changes-follow/walkman", &walkman, test_changes_follow);
	g_test_add_data_func("/session/changes-follow/minimal", &minimal, test_changes_follow);
	g_test_add_func("/session/user-deletion-is-remembered", test_user_deletion_is_remembered);
	g_test_add_func("/session/empty-library-removes-nothing",
			test_empty_library_removes_nothing);
	g_test_add_func("/session/unmounted-music-removes-nothing",
			test_unmounted_music_removes_nothing);
	g_test_add_func("/session/music-unmounted-meanwhile-removes-nothing",
			test_music_unmounted_meanwhile_removes_nothing);
	g_test_add_func("/session/all-that-fits-is-sent-at-once",
			test_all_that_fits_is_sent_at_once);
	g_test_add_func("/session/refused-removals-do-not-eat-the-reserve",
			test_refused_removals_do_not_eat_the_reserve);
	g_test_add_func("/session/many-removals-wait", test_many_removals_wait);
	g_test_add_data_func("/session/a-confirmation-outlives-a-cut", GINT_TO_POINTER(FALSE),
			     test_a_confirmation_outlives_a_cut);
	g_test_add_data_func("/session/a-confirmation-covers-no-more", GINT_TO_POINTER(TRUE),
			     test_a_confirmation_outlives_a_cut);
	g_test_add_func("/session/a-rule-that-asks-for-nothing-is-told",
			test_a_rule_that_asks_for_nothing_is_told);
	g_test_add_func("/session/a-damaged-journal-is-told-once",
			test_a_damaged_journal_is_told_once);
	g_test_add_func("/session/songs-keep-the-date-of-their-files",
			test_songs_keep_the_date_of_their_files);
	g_test_add_func("/session/empty-folders-of-ours-go", test_empty_folders_of_ours_go);
	g_test_add_func("/session/folder-that-can-not-be-listed-is-left-alone",
			test_folder_that_can_not_be_listed_is_left_alone);
	g_test_add_func("/session/lie-about-free-space-ends-in-no-space",
			test_lie_about_free_space_ends_in_no_space);
	g_test_add_func("/session/half-stored-file-is-noticed", test_half_stored_file_is_noticed);
	return g_test_run();
}
