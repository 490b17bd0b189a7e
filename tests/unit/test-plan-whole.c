/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-plan-whole: what holds for a plan as a whole: what waits for a person, the order of what is
 * sent, the sums, and the preview.
 */
#include <string.h>

#include "engine/plan-rows.h"
#include "world.h"

#define ELEVEN(word)                                                                               \
	word " a | " word " b | " word " c | " word " d | " word " e | " word " f | " word         \
	     " g | " word " h | " word " i | " word " j | " word " k | "

static void
test_a_confirmation_names_its_removals(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, ELEVEN("row") ELEVEN("object"));
	world_plan(world);
	g_assert_cmpuint(world->plan->n_held, ==, 11);
	g_autofree char *token = g_strdup(world->plan->held_token);
	world_add(world, "row l | object l");
	world_plan(world);
	g_assert_cmpstr(world->plan->held_token, !=, token);
	g_assert_cmpuint(world->plan->n_held, ==, 12);
}

/* More than 10, and more than a quarter of what we have put there. */
static void
test_few_removals_do_not_wait(void)
{
	static const struct {
		guint n_removed, n_kept, n_held;
	} cases[] = {{10, 0, 0}, {11, 0, 11}, {11, 32, 11}, {11, 33, 0}, {30, 90, 0}, {30, 89, 30}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = world_new();
		for (guint k = 0; k < cases[i].n_removed; k++) {
			g_autofree char *scene = g_strdup_printf("row r%u | object r%u", k, k);
			world_add(world, scene);
		}
		for (guint k = 0; k < cases[i].n_kept; k++) {
			g_autofree char *scene =
				g_strdup_printf("row k%u | object k%u | want k%u", k, k, k);
			world_add(world, scene);
		}
		world_plan(world);
		g_assert_cmpuint(world->plan->n_held, ==, cases[i].n_held);
		g_assert_cmpuint(world->plan->removed_items, ==,
				 cases[i].n_removed - cases[i].n_held);
	}
}

/* Songs that would give way are held like others; what is more important then has no room. */
static void
test_songs_that_give_way_are_held(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "set free=2 | " ELEVEN("row") ELEVEN("object") ELEVEN("want"));
	for (guint i = 0; i < world->wishlist->wants->len; i++)
		g_array_index(world->wishlist->wants, Want, i).priority = 2;
	world_add(world, "want big size=12");
	Want big = g_array_index(world->wishlist->wants, Want, 11);
	memmove(&g_array_index(world->wishlist->wants, Want, 1), world->wishlist->wants->data,
		11 * sizeof(Want));
	g_array_index(world->wishlist->wants, Want, 0) = big;
	world_plan(world);
	g_assert_cmpuint(world->plan->n_held, ==, 11);
	g_assert_cmpuint(world->plan->removed_items, ==, 0);
	g_assert_cmpuint(world->plan->no_fit_items, ==, 1);
	world->confirms = TRUE;
	world_plan(world);
	g_assert_cmpuint(world->plan->n_held, ==, 0);
	g_assert_cmpuint(world->plan->removed_items, ==, 11);
	world_execute(world);
}

static void
test_sends_by_folder_within_a_priority(void)
{
	g_autoptr(World) world = world_new();

	world_add(
		world,
		"want a | want b title=Bob:b | want c | want d prio=2 title=Bob:d | want e prio=2");
	world_plan(world);
	g_autofree char *told = world_tell(world);
	g_assert_cmpstr(told, ==, "2 COPY a, 2 COPY c, 2 COPY Bob/b, 2 COPY Bob/d, 2 COPY e");
}

static void
test_counts(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "set free=10 | want a size=2 | want b size=3 sound=n | row b | object b |"
			 "row c size=4 | object c size=4 | want d size=50");
	world_plan(world);
	g_assert_cmpuint(world->plan->wanted_items, ==, 3);
	g_assert_cmpuint(world->plan->wanted_bytes, ==, 55 << 20);
	g_assert_cmpuint(world->plan->added_items, ==, 1);
	g_assert_cmpuint(world->plan->added_bytes, ==, 5 << 20);
	g_assert_cmpuint(world->plan->removed_items, ==, 1);
	g_assert_cmpuint(world->plan->removed_bytes, ==, 5 << 20);
	g_assert_cmpuint(world->plan->no_fit_items, ==, 1);
	g_assert_cmpuint(world->plan->no_fit_bytes, ==, 50 << 20);
	g_assert_cmpuint(world->plan->send_bytes, ==, 5 << 20);
}

static void
test_preview_tells_every_step_and_reason(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "want a | row b | object b | want c state=missing");
	world_plan(world);
	g_autoptr(GVariant) preview =
		g_variant_ref_sink(plan_to_variant(world->plan, world->wishlist, world->inventory));
	g_autoptr(GVariant) steps = g_variant_get_child_value(preview, 1);
	int32_t action, row, priority;
	const char *path, *old_path, *source, *uri, *title, *rule, *reason, *storage;
	uint64_t size;

	g_assert_cmpuint(g_variant_n_children(steps), ==, 3);
	g_variant_get_child(steps, 2, "(ii&s&s&s&s&sti&s&s&s)", &action, &row, &path, &old_path,
			    &source, &uri, &title, &size, &priority, &rule, &reason, &storage);
	g_assert_cmpint(action, ==, PORTA_ACTION_COPY);
	g_assert_cmpint(row, ==, ROW_NEW);
	g_assert_cmpstr(path, ==, "Music/Ann/a.mp3");
	g_assert_cmpstr(source, ==, "/m/a.mp3");
	g_assert_cmpstr(uri, ==, "file:///m/a.mp3");
	g_assert_cmpstr(title, ==, "a");
	g_assert_cmpuint(size, ==, 1 << 20);
	g_assert_cmpint(priority, ==, 1);
	g_assert_cmpstr(rule, ==, "whole library");
	g_assert_cmpstr(reason, ==, "new");
	g_assert_cmpstr(storage, ==, "storage0");
}

static void
test_a_preview_shows_what_no_step_says(void)
{
	g_autoptr(World) world = world_new();
	int32_t action, row;
	g_autofree char *reason = NULL;

	world_add(world, "want a");
	world_plan(world);
	g_ptr_array_add(world->plan->notes, g_strdup("something to know"));
	g_autoptr(GVariant) preview =
		g_variant_ref_sink(plan_to_variant(world->plan, world->wishlist, world->inventory));
	g_autoptr(GVariant) steps = g_variant_get_child_value(preview, 1);
	g_assert_cmpuint(g_variant_n_children(steps), ==, 2);
	g_autoptr(GVariant) first = g_variant_get_child_value(steps, 0);
	g_variant_get_child(first, 0, "i", &action);
	g_variant_get_child(first, 1, "i", &row);
	g_variant_get_child(first, 10, "s", &reason);
	g_assert_cmpint(action, ==, PORTA_ACTION_SKIP);
	g_assert_cmpint(row, ==, 0);
	g_assert_cmpstr(reason, ==, "something to know");
}

static void
test_lists_the_folders_that_hold_ours(void)
{
	g_autoptr(World) world = world_new();

	world_add(world, "row a | plrow p | mark");
	world_add_row(world, JOURNAL_SONG, JOURNAL_DONE, "/m/x.mp3", "Old/x.mp3", 1);
	g_auto(GStrv) folders = plan_folders("Tunes/{title}", world->rows);
	g_autofree char *joined = g_strjoinv(" ", folders);
	g_assert_cmpstr(joined, ==, "Tunes Playlists Music Portamento Old");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-whole/a-confirmation-names-its-removals",
			test_a_confirmation_names_its_removals);
	g_test_add_func("/plan-whole/few-removals-do-not-wait", test_few_removals_do_not_wait);
	g_test_add_func("/plan-whole/songs-that-give-way-are-held",
			test_songs_that_give_way_are_held);
	g_test_add_func("/plan-whole/sends-by-folder-within-a-priority",
			test_sends_by_folder_within_a_priority);
	g_test_add_func("/plan-whole/counts-what-it-will-do", test_counts);
	g_test_add_func("/plan-whole/a-preview-tells-every-step-and-reason",
			test_preview_tells_every_step_and_reason);
	g_test_add_func("/plan-whole/lists-the-folders-that-hold-ours",
			test_lists_the_folders_that_hold_ours);
	g_test_add_func("/plan/a-preview-shows-what-no-step-says",
			test_a_preview_shows_what_no_step_says);
	return g_test_run();
}
