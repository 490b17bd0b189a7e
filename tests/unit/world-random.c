/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world-random: worlds of few names and few sizes, so that songs fight for places, rows contradict
 * each other, folders are unlisted and room is short.
 */
#include <string.h>

#include "engine/name.h"
#include "world.h"

#define KIB ((uint64_t)1 << 10)
#define CLUSTER (128 * KIB)
static const char *const artists[] = {"Ann", "ANN", "Bob", "B\303\266b", "Cy"};
static const char *const titles[] = {"a", "A", "b", "c", "c (2)", "d", "\xc3\xa4", "a\xcc\x88"};

#define PICK(random, list) (list)[g_rand_int_range(random, 0, G_N_ELEMENTS(list))]

static gboolean
chance(GRand *random, int percent)
{
	return g_rand_int_range(random, 0, 100) < percent;
}

static uint64_t
some_size(GRand *random)
{
	static const uint64_t sizes[] = {1, 3, 3, 4, 7, 20};

	return PICK(random, sizes) * CLUSTER;
}

static char *
some_place(GRand *random)
{
	return g_strdup_printf("Music/%s/%s%s.mp3", PICK(random, artists), PICK(random, titles),
			       chance(random, 15) ? " (2)" : "");
}

static gboolean
has_thing(World *world, uint32_t storage, const char *path)
{
	g_autofree char *folded = name_fold(path);

	for (guint i = 0; i < world->things->len; i++) {
		const Thing *thing = world->things->pdata[i];
		g_autofree char *other = name_fold(thing->path);
		if (thing->storage == storage && strcmp(other, folded) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
set_string(char **to, char *from)
{
	g_free(*to);
	*to = from;
}

static gboolean
has_row(World *world, const char *path)
{
	g_autofree char *folded = name_fold(path);

	for (guint i = 0; i < world->rows->len; i++) {
		const JournalRow *row = world->rows->pdata[i];
		g_autofree char *other = name_fold(row->path);
		if (strcmp(other, folded) == 0)
			return TRUE;
	}
	return FALSE;
}

/* A row, and on the device mostly what it says, sometimes something else or nothing. */
static void
make_row(World *world, GRand *random, const char *source, uint64_t size_bytes)
{
	static const JournalState states[] = {JOURNAL_DONE, JOURNAL_DONE,    JOURNAL_DONE,
					      JOURNAL_DONE, JOURNAL_PENDING, JOURNAL_SKIPPED};
	g_autofree char *path = some_place(random);
	if (world->is_calm && has_row(world, path))
		return;
	JournalState state = world->is_calm ? states[g_rand_int_range(random, 0, 3) * 5 / 2]
					    : PICK(random, states);
	JournalRow *row = world_add_row(world, JOURNAL_SONG, state, source, path, size_bytes);
	uint32_t storage = chance(random, 10);

	set_string(&row->storage, g_strdup_printf("storage%u", chance(random, 3) ? 9 : storage));
	row->source_modified_ns = chance(random, 85) ? 1 : 2;
	const char *print = g_hash_table_lookup(world->prints, source);
	set_string(&row->fingerprint, g_strdup(print != NULL ? print : "s t"));
	if (chance(random, 70))
		set_string(&row->tags,
			   g_strdup_printf("%s/%s/", PICK(random, artists), PICK(random, titles)));
	if (has_thing(world, storage, path) || !chance(random, 80))
		return;
	Thing *thing = world_add_thing(world, storage, path, size_bytes);
	if (state == JOURNAL_SKIPPED || chance(random, 15)) {
		thing->is_foreign = TRUE;
		thing->size_bytes = state == JOURNAL_PENDING ? size_bytes : size_bytes + CLUSTER;
	} else if (state == JOURNAL_PENDING && chance(random, 60)) {
		thing->size_bytes = size_bytes / 2;
	}
}

static void
make_foreign(World *world, GRand *random)
{
	g_autofree char *path = some_place(random);

	if (!has_thing(world, 0, path))
		world_add_thing(world, 0, path, some_size(random))->is_foreign = TRUE;
}

static void
make_want(World *world, GRand *random, const char *source)
{
	static const SourceState states[] = {SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_NOT_A_FILE};
	Want *want = world_add_want(world, source, PICK(random, artists), PICK(random, titles),
				    some_size(random));

	if (chance(random, 10))
		want->state = PICK(random, states);
	g_hash_table_insert(world->prints, g_strdup(source),
			    g_strdup_printf("s%d b%d ", g_rand_int_range(random, 0, 40),
					    g_rand_int_range(random, 0, 2)));
}

static void
make_playlists(World *world, GRand *random)
{
	static const char *const names[] = {"p", "P", "q/r", "s"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (chance(random, 50))
			continue;
		WantedPlaylist *playlist = world_add_playlist(world, names[i]);
		for (uint32_t k = 0; k < world->wishlist->wants->len; k++)
			if (chance(random, 40))
				g_array_append_val(playlist->wants, k);
		if (chance(random, 30)) {
			g_autofree char *path =
				g_strdup_printf("Playlists/%s.m3u8", PICK(random, names));
			g_strdelimit(path + strlen("Playlists/"), "/", '_');
			if (!has_thing(world, 0, path))
				world_add_thing(world, 0, path, 99)->is_foreign = TRUE;
		}
	}
}

/* What a row explains to the byte is ours, however it came to be there. */
static void
settle_ownership(World *world)
{
	for (guint i = 0; i < world->rows->len; i++) {
		const JournalRow *row = world->rows->pdata[i];
		for (guint k = 0; k < world->things->len; k++) {
			Thing *thing = world->things->pdata[k];
			g_autofree char *label = g_strdup_printf("storage%u", thing->storage);
			g_autofree char *folded = name_fold(thing->path);
			g_autofree char *place = name_fold(row->path);
			if (row->state != JOURNAL_PENDING && strcmp(label, row->storage) == 0 &&
			    strcmp(folded, place) == 0 && thing->size_bytes == row->size_bytes)
				thing->is_foreign = FALSE;
		}
	}
}

static void
sort_priorities(World *world, GRand *random)
{
	int32_t priority = 1;

	for (guint i = 0; i < world->wishlist->wants->len; i++) {
		priority += chance(random, 20);
		g_array_index(world->wishlist->wants, Want, i).priority = priority;
	}
}

/* Some that are wanted, and some that are not any more. */
static void
make_skips(World *world, GRand *random)
{
	for (guint i = 0; i < world->wishlist->wants->len; i++)
		if (chance(random, 4))
			g_hash_table_add(
				world->options.skips,
				g_strdup(g_array_index(world->wishlist->wants, Want, i).source));
	for (guint i = 0; i < world->rows->len; i++) {
		const JournalRow *row = world->rows->pdata[i];
		if (chance(random, 4))
			g_hash_table_add(world->options.skips, g_strdup(row->source));
	}
}

/* Its row, and mostly what the row says; where that is something else, a file is there. */
static void
make_album(World *world, GRand *random, const char *path)
{
	static const JournalState states[] = {JOURNAL_DONE, JOURNAL_DONE, JOURNAL_PENDING,
					      JOURNAL_SKIPPED};
	gboolean has_journal = chance(random, 70);
	JournalState state = world->is_calm ? JOURNAL_DONE : PICK(random, states);

	if (has_row(world, path) || has_thing(world, 0, path))
		return;
	if (has_journal) {
		JournalRow *row =
			world_add_row(world, JOURNAL_ALBUM, state, "/m/cover.jpg", path, CLUSTER);
		set_string(&row->uri, g_strdup(chance(random, 50) ? "X\nAnn" : ""));
	}
	if (!chance(random, 70))
		return;
	Thing *thing = world_add_thing(world, 0, path, CLUSTER);
	thing->is_file = has_journal && chance(random, 20);
	thing->is_foreign = !has_journal || thing->is_file || state == JOURNAL_SKIPPED;
}

static void
make_albums(World *world, GRand *random)
{
	static const char *const names[] = {"X", "x", "Y"};
	static const CoverState covers[] = {COVER_FOUND,  COVER_FOUND,     COVER_FOUND,
					    COVER_NONE,   COVER_TOO_LARGE, COVER_UNREADABLE,
					    COVER_UNKNOWN};

	if (chance(random, 50))
		return;
	world_set_cover(world, PICK(random, covers), CLUSTER, chance(random, 80) ? 1 : 2);
	world->options.refuses_covers = chance(random, 10);
	for (guint i = 0; i < world->wishlist->wants->len; i++)
		if (chance(random, 70))
			g_array_index(world->wishlist->wants, Want, i).track.album =
				PICK(random, names);
	for (guint i = 0; i < G_N_ELEMENTS(artists) * G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_strdup_printf("Music/%s/%s" DEVICE_ALBUM_SUFFIX,
							artists[i % G_N_ELEMENTS(artists)],
							PICK(random, names));
		if (chance(random, 40))
			make_album(world, random, path);
	}
}

World *
world_new_random(GRand *random)
{
	World *world = world_new();
	PlanOptions *options = &world->options;
	int n = g_rand_int_range(random, 0, 40);

	options->can_rename = chance(random, 70);
	options->can_move = chance(random, 60);
	options->can_retag = chance(random, 50);
	options->percent_reserved = chance(random, 30) ? 10 : 0;
	options->max_file_bytes = chance(random, 20) ? 5 * CLUSTER : 0;
	world->capacity_bytes = 1000 * CLUSTER;
	world->free_bytes = g_rand_int_range(random, 10, chance(random, 50) ? 60 : 700) * CLUSTER;
	world->confirms = chance(random, 30);
	world->is_calm = chance(random, 50);
	if (world->is_calm)
		world->free_bytes = world->capacity_bytes;
	world->wishlist->suspicious = chance(random, 8);
	if (chance(random, 4))
		g_array_set_size(world->wishlist->rules, 0);
	for (int i = 0; i < n; i++) {
		g_autofree char *source =
			g_strdup_printf("/m/%d.mp3", g_rand_int_range(random, 0, 1000) * 100 + i);
		uint64_t size = some_size(random);
		if (chance(random, 75)) {
			make_want(world, random, source);
			Want *want = &g_array_index(world->wishlist->wants, Want,
						    world->wishlist->wants->len - 1);
			size = chance(random, 85) ? want->size_bytes : size;
		}
		for (int k = 0; k < 2; k++)
			if (chance(random, k == 0 ? 70 : 8))
				make_row(world, random, source, size);
		if (chance(random, 20))
			make_foreign(world, random);
	}
	for (guint i = 0; i < G_N_ELEMENTS(artists); i++)
		if (chance(random, 6))
			g_ptr_array_add(world->unlisted, g_strdup_printf("Music/%s", artists[i]));
	settle_ownership(world);
	sort_priorities(world, random);
	make_playlists(world, random);
	make_skips(world, random);
	make_albums(world, random);
	return world;
}
