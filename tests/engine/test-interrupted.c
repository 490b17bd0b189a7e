/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-interrupted: a copy is cut short, and before the next sync its source becomes another, goes, or
 * is no longer wanted; or somebody puts a file of his own where it was to be. The piece of ours
 * goes (law 3), his file stays (law 1).
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "scenes.h"

static char *
place_of(World *world, int n)
{
	return g_strdup_printf("%s/Music/Ann/Blue/%02d Song %d.bin", world->device, n, n);
}

static int64_t
size_there(const char *path)
{
	GStatBuf st;

	return g_stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

/* The cable came out in the middle of song n. */
static World *
world_cut_in_song(int n)
{
	for (int call = 1;; call++) {
		World *world = world_new(walkman);
		g_autofree char *path = place_of(world, n);
		add_songs(world, 3);
		g_assert_false(world_sync_with_fault(world, FAULT_UNPLUG, FAULT_MIDDLE, call));
		world->options.fault = FAULT_NONE;
		if (size_there(path) > 0 && size_there(path) < SONG_BYTES)
			return world;
		world_free(world);
	}
}

static void
assert_settled(World *world, uint32_t n_files)
{
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.errors, ==, 0);
	g_autofree char *tree = world_tree(world);
	g_auto(GStrv) lines = g_strsplit(tree, "\n", -1);
	g_assert_null(strstr(tree, "(2)"));
	g_assert_cmpuint(tree[0] == '\0' ? 0 : g_strv_length(lines), ==, n_files);
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

static void
test_source_that_changed_is_sent_in_its_place(gconstpointer data)
{
	g_autoptr(World) world = world_cut_in_song(2);
	g_autofree char *path = place_of(world, 2);
	int change = GPOINTER_TO_INT(data);

	world_rewrite(world, song(world, 1), SONG_BYTES + change, 77);
	assert_settled(world, 3);
	g_assert_cmpint(size_there(path), ==, SONG_BYTES + change);
}

/* The device was in the middle of the song when its host died, and took the next one's OpenSession for the
 * rest of it. */
static void
cut_with_command(const char *path, gsize n)
{
	static const uint8_t open_session[] = {16, 0, 0, 0, 1, 0, 2, 0x10, 0, 0, 0, 0, 1, 0, 0, 0};
	g_autofree char *bytes = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	g_assert_cmpuint(n + sizeof open_session, <=, size);
	memcpy(bytes + n, open_session, sizeof open_session);
	g_assert_true(g_file_set_contents(path, bytes, (gssize)(n + sizeof open_session), NULL));
}

static const gsize pieces[] = {0, 1, 2048 - 12, 2048,
			       2100}; /* hashes of how it began end at powers of two */

static void
test_piece_with_a_command_behind_it_goes(gconstpointer data)
{
	g_autoptr(World) world = world_cut_in_song(2);
	g_autofree char *path = place_of(world, 2);
	const gsize *n = data;

	cut_with_command(path, *n);
	assert_settled(world, 3);
	g_assert_cmpint(size_there(path), ==, SONG_BYTES + 1);
}

static void
test_so_does_one_of_a_file_that_is_another_now(gconstpointer data)
{
	g_autoptr(World) world = world_cut_in_song(2);
	g_autofree char *path = place_of(world, 2);
	const gsize *n = data;

	cut_with_command(path, *n);
	world_rewrite(world, song(world, 1), SONG_BYTES + 500, 77);
	assert_settled(world, 3);
	g_assert_cmpint(size_there(path), ==, SONG_BYTES + 500);
}

typedef enum { SOURCE_AS_IT_WAS, SOURCE_ANOTHER, SOURCE_UNWANTED } SourceNow;

static void
test_piece_that_can_not_be_read_waits(gconstpointer data)
{
	g_autoptr(World) world = world_cut_in_song(2);
	g_autofree char *path = place_of(world, 2);
	int64_t size = size_there(path);
	SourceNow now = (SourceNow)GPOINTER_TO_INT(data);

	if (now == SOURCE_ANOTHER)
		world_rewrite(world, song(world, 1), SONG_BYTES + 500, 77);
	song(world, 1)->in_library = now != SOURCE_UNWANTED;
	world->options.refuses_reads = TRUE;
	Outcome outcome = world_sync(world);
	g_assert_cmpuint(outcome.errors, ==, 1);
	g_assert_cmpint(size_there(path), ==, size);
	world->options.refuses_reads = FALSE;
	assert_settled(world, now == SOURCE_UNWANTED ? 2 : 3);
}

static void
test_what_is_sent_again_is_announced(void)
{
	g_autoptr(World) world = world_cut_in_song(2);

	world_sync(world);
	g_assert_cmpuint(world->told_bytes, ==, SONG_BYTES + 1 + SONG_BYTES + 2);
}

static void
test_piece_of_an_unwanted_song_goes(gconstpointer data)
{
	g_autoptr(World) world = world_cut_in_song(2);
	g_autofree char *path = place_of(world, 2);
	g_autofree char *source = g_build_filename(world->music, "02.bin", NULL);
	gboolean is_gone = GPOINTER_TO_INT(data);

	song(world, 1)->in_library = FALSE;
	if (is_gone)
		g_assert_cmpint(g_unlink(source), ==, 0);
	else
		world_rewrite(world, song(world, 1), SONG_BYTES * 2, 77);
	assert_settled(world, 2);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* What a stranger may have put there; it is no piece of ours, whatever became of the source. */
typedef enum {
	SHORTER,
	AS_LONG_AS_OURS,
	LONGER,
	OURS_AND_MORE,
	OURS_AT_FIRST,
	N_STRANGERS
} Stranger;

static char *
stranger_bytes(World *world, Stranger stranger, gsize *n)
{
	static const gsize sizes[] = {
		[SHORTER] = 2000,
		[AS_LONG_AS_OURS] = SONG_BYTES + 1,
		[LONGER] = SONG_BYTES * 3,
		[OURS_AND_MORE] = SONG_BYTES * 2,
		[OURS_AT_FIRST] = SONG_BYTES - 100,
	};
	gsize same = stranger == OURS_AND_MORE   ? SONG_BYTES + 1
		     : stranger == OURS_AT_FIRST ? 1000
						 : 0;
	g_autofree char *source = g_build_filename(world->music, "02.bin", NULL);
	g_autofree char *ours = NULL;

	g_assert_true(g_file_get_contents(source, &ours, NULL, NULL));
	*n = sizes[stranger];
	char *bytes = g_malloc(*n);
	memset(bytes, 's', *n);
	memcpy(bytes, ours, same);
	return bytes;
}

static void
test_a_strangers_file_stays(gconstpointer data)
{
	for (int i = 0; i < 2 * N_STRANGERS; i++) {
		g_autoptr(World) world = world_cut_in_song(2);
		g_autofree char *path = place_of(world, 2);
		g_autofree char *after = NULL;
		gsize n, n_after;
		g_autofree char *before = stranger_bytes(world, i / 2, &n);
		g_assert_true(g_file_set_contents(path, before, n, NULL));
		if (i % 2 == 1)
			world_rewrite(world, song(world, 1), SONG_BYTES + 9, 77);
		song(world, 1)->in_library = !GPOINTER_TO_INT(data);
		world_sync(world);
		world_sync(world);
		g_test_message("stranger %d", i);
		g_assert_true(g_file_get_contents(path, &after, &n_after, NULL));
		g_assert_cmpmem(before, n, after, n_after);
	}
}

/* A device that sets the room aside first shows the whole size, and nothing, or not all, in it. */
static void
test_room_set_aside_is_no_strangers_file(gconstpointer data)
{
	gsize filled = GPOINTER_TO_SIZE(data), n;
	g_autoptr(World) world = world_cut_in_song(2);
	g_autofree char *path = place_of(world, 2);
	g_autofree char *source = g_build_filename(world->music, "02.bin", NULL);
	g_autofree char *bytes = NULL;

	g_assert_true(g_file_get_contents(source, &bytes, &n, NULL));
	memset(bytes + filled, 0, n - filled);
	g_assert_true(g_file_set_contents(path, bytes, n, NULL));
	world_rewrite(world, song(world, 1), SONG_BYTES + 9, 77);
	assert_settled(world, 3);
}

/* A playlist that somebody made begins as all of them do. */
static void
test_a_strangers_playlist_stays(void)
{
	static const char theirs[] = "#EXTM3U\nmine.mp3\n";
	g_autofree char *text = g_strnfill(40, ' ');
	g_auto(GStrv) list = g_strsplit(text, " ", -1); /* long enough to be cut */
	gboolean is_cut = FALSE;

	for (guint i = 0; list[i] != NULL; i++) {
		g_free(list[i]);
		list[i] = g_strdup("02.bin");
	}
	for (int call = 1; !is_cut; call++) {
		g_autoptr(World) world = world_new(walkman);
		g_autofree char *path = g_build_filename(world->device, "Playlists/Run.m3u8", NULL);
		g_autofree char *after = NULL;
		add_songs(world, 2);
		world_set_list(world, "Run", (const char *const *)list);
		g_assert_false(world_sync_with_fault(world, FAULT_UNPLUG, FAULT_MIDDLE, call));
		world->options.fault = FAULT_NONE;
		is_cut = size_there(path) > 0 && size_there(path) < 2500;
		if (!is_cut)
			continue;
		g_assert_true(g_file_set_contents(path, theirs, -1, NULL));
		world_sync(world);
		world_sync(world);
		g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
		g_assert_cmpstr(after, ==, theirs);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/no-bus", TRUE);
	g_test_add_data_func("/interrupted/source-that-grew", GINT_TO_POINTER(500),
			     test_source_that_changed_is_sent_in_its_place);
	g_test_add_data_func("/interrupted/source-that-shrank", GINT_TO_POINTER(-4000),
			     test_source_that_changed_is_sent_in_its_place);
	g_test_add_data_func("/interrupted/source-of-the-same-size", GINT_TO_POINTER(1),
			     test_source_that_changed_is_sent_in_its_place);
	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autofree char *same =
			g_strdup_printf("/interrupted/command-behind/%zu", pieces[i]);
		g_autofree char *other =
			g_strdup_printf("/interrupted/command-behind-another/%zu", pieces[i]);
		g_test_add_data_func(same, &pieces[i], test_piece_with_a_command_behind_it_goes);
		g_test_add_data_func(other, &pieces[i],
				     test_so_does_one_of_a_file_that_is_another_now);
	}
	g_test_add_data_func("/interrupted/can-not-be-read-now/wanted",
			     GINT_TO_POINTER(SOURCE_AS_IT_WAS),
			     test_piece_that_can_not_be_read_waits);
	g_test_add_data_func("/interrupted/can-not-be-read-now/of-another-file",
			     GINT_TO_POINTER(SOURCE_ANOTHER),
			     test_piece_that_can_not_be_read_waits);
	g_test_add_data_func("/interrupted/can-not-be-read-now/unwanted",
			     GINT_TO_POINTER(SOURCE_UNWANTED),
			     test_piece_that_can_not_be_read_waits);
	g_test_add_func("/interrupted/what-is-sent-again-is-announced",
			test_what_is_sent_again_is_announced);
	g_test_add_data_func("/interrupted/unwanted-and-changed", GINT_TO_POINTER(FALSE),
			     test_piece_of_an_unwanted_song_goes);
	g_test_add_data_func("/interrupted/unwanted-and-gone", GINT_TO_POINTER(TRUE),
			     test_piece_of_an_unwanted_song_goes);
	g_test_add_data_func("/interrupted/a-strangers-file-stays/wanted", GINT_TO_POINTER(FALSE),
			     test_a_strangers_file_stays);
	g_test_add_data_func("/interrupted/a-strangers-file-stays/unwanted", GINT_TO_POINTER(TRUE),
			     test_a_strangers_file_stays);
	g_test_add_data_func("/interrupted/room-set-aside/empty", GSIZE_TO_POINTER(0),
			     test_room_set_aside_is_no_strangers_file);
	g_test_add_data_func("/interrupted/room-set-aside/half", GSIZE_TO_POINTER(2500),
			     test_room_set_aside_is_no_strangers_file);
	g_test_add_func("/interrupted/a-strangers-playlist-stays", test_a_strangers_playlist_stays);
	return g_test_run();
}
