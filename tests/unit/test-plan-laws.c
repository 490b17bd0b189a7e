/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-plan-laws: random wishlists, journals and devices, seeded, and the laws that must hold for
 * all of them. world-device.c refuses a step that touches what is not ours or not listed, that
 * fills a place that is taken, or that spends the reserve; here the plan as a whole is looked at.
 */
#include <string.h>

#include "engine/name.h"
#include "world.h"

#define KIB ((uint64_t)1 << 10)
#define CLUSTER (128 * KIB)
#define N_ROUNDS 3000

static const char *const artists[] = {"Ann", "ANN", "Bob",
				      "B\xc3\xb6"
				      "b",
				      "Cy"};
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

static World *
make_world(GRand *random)
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
	return world;
}

static const Step *
step_at(const World *world, guint index)
{
	return &g_array_index(world->plan->steps, Step, index);
}

/* Each want is answered once, but for what goes before its answer. */
static void
check_answers(World *world)
{
	g_autofree int *answers = g_new0(int, world->wishlist->wants->len + 1);

	for (guint i = 0; i < world->plan->steps->len; i++) {
		const Step *step = step_at(world, i);
		g_assert_nonnull(step->reason);
		g_assert_nonnull(step->path);
		if (step->want >= 0 && step->kind != STEP_MARK_SKIPPED)
			answers[step->want]++;
	}
	for (guint i = 0; i < world->wishlist->wants->len; i++)
		g_assert_cmpint(answers[i], ==, 1);
}

static gboolean
brings(const Step *step)
{
	return step->kind == STEP_COPY || step->kind == STEP_REPLACE || step->kind == STEP_RENAME ||
	       step->kind == STEP_PLAYLIST_WRITE ||
	       (step->kind == STEP_RETAG && step->old_path != NULL);
}

static void
check_destinations(World *world)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < world->plan->steps->len; i++) {
		const Step *step = step_at(world, i);
		if (!brings(step))
			continue;
		g_autofree char *folded = name_fold(step->path);
		g_assert_true(
			g_hash_table_add(seen, g_strdup_printf("%u/%s", step->storage, folded)));
	}
}

static guint
count_kind(World *world, StepKind kind)
{
	guint n = 0;

	for (guint i = 0; i < world->plan->steps->len; i++)
		n += step_at(world, i)->kind == kind;
	return n;
}

static guint
count_done(World *world)
{
	guint n = 0;

	for (guint i = 0; i < world->rows->len; i++) {
		const JournalRow *row = world->rows->pdata[i];
		n += row->kind == JOURNAL_SONG && row->state == JOURNAL_DONE;
	}
	return n;
}

static void
check_removals(World *world)
{
	guint n = count_kind(world, STEP_REMOVE), n_done = count_done(world);

	if (!world->confirms && n > 10)
		g_assert_cmpuint(n * 4, <=, n_done);
	for (guint i = 0; i < world->plan->steps->len; i++) {
		const Step *step = step_at(world, i);
		if (step->kind == STEP_REMOVE && step->want < 0)
			g_assert_true(!world->wishlist->suspicious &&
				      world->wishlist->rules->len > 0);
	}
}

static guint
count_foreign(World *world, char **digest)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; i < world->things->len; i++) {
		const Thing *thing = world->things->pdata[i];
		if (!thing->is_foreign)
			continue;
		g_string_append_printf(text, "%u/%s %" G_GUINT64_FORMAT "\n", thing->storage,
				       thing->path, thing->size_bytes);
		n++;
	}
	*digest = g_strdup(text->str);
	return n;
}

static void
check_all(World *world)
{
	g_autofree char *before = NULL, *after = NULL;
	guint n = count_foreign(world, &before);

	check_answers(world);
	check_destinations(world);
	check_removals(world);
	world_execute(world);
	g_assert_cmpuint(count_foreign(world, &after), ==, n);
	g_assert_cmpstr(before, ==, after);
}

/* A removal frees whole clusters, at least what was counted: so a song that found no room may find
 * it after all; and a name that was given up may be free. But it must come to rest. */
static void
check_rest(World *world, guint32 seed)
{
	for (int again = 0; again < 4; again++) {
		world_plan(world);
		if (world_count_changes(world) == 0)
			return;
		check_all(world);
	}
	world_plan(world);
	g_autofree char *told = world_tell(world);
	if (world_count_changes(world) > 0)
		g_error("seed %u: no rest: %s", seed, told);
}

/* The world of this seed, twice synced. Whether the second sync had anything to do. */
static gboolean
run_world(guint32 seed, gboolean is_told, gboolean *is_calm)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	g_autoptr(World) world = make_world(random);

	*is_calm = world->is_calm;
	for (int sync = 0; sync < 2; sync++) {
		world_plan(world);
		g_autofree char *told = is_told ? world_tell(world) : NULL;
		if (is_told)
			g_test_message("%s", told);
		if (sync == 0)
			check_all(world);
	}
	gboolean has_more = world_count_changes(world) > 0;
	check_rest(world, seed);
	return has_more;
}

static void
test_laws(void)
{
	const char *only = g_getenv("PORTA_SEED");
	guint n_calm = 0, n_more = 0;
	gboolean is_calm;

	if (only != NULL) {
		run_world(g_ascii_strtoull(only, NULL, 10), TRUE, &is_calm);
		return;
	}
	for (guint32 seed = 1; seed <= N_ROUNDS; seed++) {
		g_test_message("seed %u", seed);
		gboolean has_more = run_world(seed, FALSE, &is_calm);
		n_calm += is_calm;
		n_more += is_calm && has_more;
	}
	/* Where nothing was interrupted and there is room, one sync does it all, but for rare
	 * knots of names: then the second unties them. */
	g_test_message("%u of %u calm worlds needed a second sync", n_more, n_calm);
	g_assert_cmpuint(n_calm, >, N_ROUNDS / 3);
	g_assert_cmpuint(n_more * 50, <, n_calm);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-laws/hold-in-every-world", test_laws);
	return g_test_run();
}
