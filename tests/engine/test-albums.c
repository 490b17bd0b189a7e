/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-albums: whole sessions that make albums with covers on a fake device, with every single call to it
 * failing, losing the cable, or taking the process down.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "scenes.h"

#define N_SONGS 3
#define COVER_BYTES 2000
#define ALBUM "Music/Ann/Blue/Blue.alb"

typedef struct {
	FaultKind fault;
	FaultMoment moment;
	gboolean is_first_sync;
} FaultCase;

/* The head of a JPEG of 8 by 8 pixels; what follows is told apart by its seed. */
static void
put_cover(World *world, uint8_t seed)
{
	static const uint8_t head[] = {0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8};
	g_autofree char *path = g_build_filename(world->music, "cover.jpg", NULL);
	uint8_t bytes[COVER_BYTES + 8];

	memset(bytes, seed, sizeof bytes);
	memcpy(bytes, head, sizeof head);
	g_assert_cmpuint(COVER_BYTES + seed, <=, sizeof bytes);
	g_assert_true(g_file_set_contents(path, (const char *)bytes, COVER_BYTES + seed, NULL));
}

static World *
new_world(void)
{
	World *world = world_new(walkman);

	world->options.can_albums = TRUE;
	add_songs(world, N_SONGS);
	put_cover(world, 1);
	return world;
}

/* Songs come, go and change, and so does the cover. */
static void
change_album(World *world)
{
	song(world, 0)->in_library = FALSE;
	world_rewrite(world, song(world, 1), SONG_BYTES + 100, 7);
	world_add_song(world, "new.bin", "New", SONG_BYTES);
	put_cover(world, 2);
}

static World *
world_before_fault(const FaultCase *fault_case)
{
	World *world = new_world();

	if (fault_case->is_first_sync)
		return world;
	g_assert_cmpint(world_sync(world).code, ==, PORTA_OK);
	change_album(world);
	return world;
}

static void
test_survives_fault_at_every_call(gconstpointer data)
{
	const FaultCase *fault_case = data;
	g_autoptr(World) model = world_before_fault(fault_case);
	gboolean ran_through = FALSE;
	int call = 0;

	g_assert_cmpint(world_sync(model).code, ==, PORTA_OK);
	g_autofree char *expected = world_tree(model);
	g_assert_nonnull(strstr(expected, ALBUM));
	while (!ran_through) {
		g_autoptr(World) world = world_before_fault(fault_case);
		g_test_message("call %d", ++call);
		ran_through =
			world_sync_with_fault(world, fault_case->fault, fault_case->moment, call);
		world->options.fault = FAULT_NONE;
		g_assert_cmpint(world_sync(world).code, ==, PORTA_OK);
		g_autofree char *tree = world_tree(world);
		g_assert_cmpstr(tree, ==, expected);
		world_assert_journal_agrees(world);
		assert_no_op(world);
	}
	g_assert_cmpint(call, >, 10);
}

static void
test_only_what_changed_is_written(void)
{
	g_autoptr(World) world = new_world();

	world_sync(world);
	g_assert_cmpint(world->counts.albums, ==, 1);
	g_assert_cmpint(world->counts.covers, ==, 1);
	put_cover(world, 3);
	world_sync(world);
	g_assert_cmpint(world->counts.albums, ==, 0);
	g_assert_cmpint(world->counts.covers, ==, 1);
	world_add_song(world, "new.bin", "New", SONG_BYTES);
	Outcome outcome = world_sync(world);
	g_assert_cmpuint(outcome.copied, ==, 1);
	g_assert_cmpuint(outcome.playlists, ==, 0);
	g_assert_cmpint(world->counts.albums, ==, 1);
	g_assert_cmpint(world->counts.covers, ==, 0);
	assert_no_op(world);
}

/* Beside songs of ours that go, and after them. */
static void
test_foreign_album_stays(void)
{
	g_autoptr(World) world = new_world();
	g_autofree char *path = g_build_filename(world->device, ALBUM, NULL);
	g_autofree char *content = NULL;

	world_put_foreign(world, ALBUM, "the owner's");
	for (int round = 0; round < 2; round++) {
		world_sync(world);
		g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
		g_assert_cmpstr(content, ==, "the owner's");
		g_clear_pointer(&content, g_free);
		assert_no_op(world);
		for (int i = 0; i < N_SONGS; i++)
			song(world, i)->in_library = i == 0;
	}
}

static void
test_room_is_left(void)
{
	g_autoptr(World) world = new_world();

	/* the songs take three clusters above the margin, a cover and its album two */
	world_put_foreign(world, "Music/Ann/Blue/theirs.txt", "so that there are folders");
	world->options.capacity_bytes = (1u << 20) + (N_SONGS + 2) * (128u << 10);
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, N_SONGS);
	g_assert_cmpuint(outcome.skipped + outcome.no_fit + outcome.errors, ==, 0);
	g_assert_cmpint(world->counts.albums + world->counts.covers, ==, 0);
	world->options.capacity_bytes += 128u << 10;
	world_sync(world);
	g_assert_cmpint(world->counts.albums + world->counts.covers, ==, 2);
}

static const FaultCase fault_cases[] = {
	{FAULT_UNPLUG, FAULT_BEFORE, TRUE},  {FAULT_UNPLUG, FAULT_MIDDLE, TRUE},
	{FAULT_UNPLUG, FAULT_AFTER, TRUE},   {FAULT_EXIT, FAULT_MIDDLE, TRUE},
	{FAULT_EXIT, FAULT_AFTER, TRUE},     {FAULT_FAIL, FAULT_BEFORE, TRUE},
	{FAULT_UNPLUG, FAULT_BEFORE, FALSE}, {FAULT_UNPLUG, FAULT_AFTER, FALSE},
	{FAULT_EXIT, FAULT_MIDDLE, FALSE},   {FAULT_EXIT, FAULT_AFTER, FALSE},
	{FAULT_FAIL, FAULT_BEFORE, FALSE},
};

static void
add_fault_tests(void)
{
	static const char *const faults[] = {"", "cable", "kill", "refusal"};
	static const char *const moments[] = {"before", "in-the-middle-of", "after"};

	for (gsize i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
		const FaultCase *one = &fault_cases[i];
		g_autofree char *name = g_strdup_printf(
			"/albums/survive-%s-%s-every-call/%s", faults[one->fault],
			moments[one->moment], one->is_first_sync ? "first-sync" : "changes");
		g_test_add_data_func(name, one, test_survives_fault_at_every_call);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_fault_tests();
	g_test_add_func("/albums/only-what-changed-is-written", test_only_what_changed_is_written);
	g_test_add_func("/albums/foreign-album-stays", test_foreign_album_stays);
	g_test_add_func("/albums/room-is-left", test_room_is_left);
	return g_test_run();
}
