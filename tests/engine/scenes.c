/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scenes: see scenes.h.
 */
#include "scenes.h"

#include "base/error.h"

const FakeOptions android = FAKE_OPTIONS_ANDROID;
const FakeOptions walkman = FAKE_OPTIONS_WALKMAN;
const FakeOptions minimal = FAKE_OPTIONS_MINIMAL;

void
add_songs(World *world, int n)
{
	for (int i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("%02d.bin", i + 1);
		g_autofree char *title = g_strdup_printf("Song %d", i + 1);
		world_add_song(world, name, title, SONG_BYTES + i);
	}
}

Song *
song(World *world, int i)
{
	return g_ptr_array_index(world->songs, i);
}

void
assert_no_op(World *world)
{
	g_autofree char *before = world_digest(world->device);

	world->options.fault = FAULT_NONE;
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied + outcome.replaced + outcome.removed + outcome.renamed +
				 outcome.retagged + outcome.playlists + outcome.errors,
			 ==, 0);
	g_assert_cmpint(world->counts.sends + world->counts.removes + world->counts.renames +
				world->counts.folders + world->counts.reads + world->counts.albums +
				world->counts.covers,
			==, 0);
	g_autofree char *after = world_digest(world->device);
	g_assert_cmpstr(before, ==, after);
}

void
change_everything(World *world)
{
	world_rewrite(world, song(world, 0), SONG_BYTES + 77, 99); /* changed in place */
	g_free(song(world, 1)->title);
	song(world, 1)->title = g_strdup("New Title"); /* another name on the device */
	world_rewrite(world, song(world, 1), SONG_BYTES + 78, 100);
	world_rename_file(world, song(world, 2), "moved.bin"); /* same song, elsewhere */
	song(world, 3)->in_library = FALSE; /* gone from the library */
	world_add_song(world, "new.bin", "New", SONG_BYTES + 79);
	g_free(song(world, 4)->title);
	song(world, 4)->title = g_strdup("Retitled by the host alone");
	world_set_list(world, "Run", (const char *[]){"moved.bin", "new.bin", NULL});
}

World *
synced_world(FakeOptions options)
{
	World *world = world_new(options);

	add_songs(world, 6);
	world_set_list(world, "Run", (const char *[]){"02.bin", "01.bin", NULL});
	world_put_foreign(world, "Music/Ann/Blue/mine.bin", "the owner's own file");
	world_put_foreign(world, "Music/cover.jpg", "a picture");
	world_put_foreign(world, "Playlists/own.m3u8", "#EXTM3U\n");
	world_put_foreign(world, "DCIM/photo.jpg", "another picture");
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, 6);
	return world;
}

void
assert_foreign_untouched(World *world)
{
	static const char *const files[][2] = {
		{"Music/Ann/Blue/mine.bin", "the owner's own file"},
		{"Music/cover.jpg", "a picture"},
		{"Playlists/own.m3u8", "#EXTM3U\n"},
		{"DCIM/photo.jpg", "another picture"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(world->device, files[i][0], NULL);
		g_autofree char *content = NULL;
		g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
		g_assert_cmpstr(content, ==, files[i][1]);
	}
}
