/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-faults: whole sessions against a fake device, with every single call to it failing,
 * losing the cable, or taking the process down, before, in the middle of and after its effect.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/error.h"
#include "scenes.h"

/* faults: a session dies at call n; the next must make it good. */

typedef struct {
	const FakeOptions *options;
	FaultKind fault;
	FaultMoment moment;
	gboolean is_first_sync;
} FaultCase;

static World *
world_before_fault(const FaultCase *fault_case)
{
	if (fault_case->is_first_sync) {
		World *world = world_new(*fault_case->options);
		add_songs(world, 4);
		world_set_list(world, "Run", (const char *[]){"02.bin", "01.bin", NULL});
		return world;
	}
	World *world = synced_world(*fault_case->options);
	change_everything(world);
	return world;
}

static char *
tree_without_fault(const FaultCase *fault_case)
{
	g_autoptr(World) world = world_before_fault(fault_case);

	world_sync(world);
	return world_tree(world);
}

static void
test_survives_fault_at_every_call(gconstpointer data)
{
	const FaultCase *fault_case = data;
	g_autofree char *expected = tree_without_fault(fault_case);
	gboolean ran_through = FALSE;
	int call = 0;

	while (!ran_through) {
		g_autoptr(World) world = world_before_fault(fault_case);
		g_test_message("call %d", ++call);
		ran_through =
			world_sync_with_fault(world, fault_case->fault, fault_case->moment, call);
		world->options.fault = FAULT_NONE;
		Outcome outcome = world_sync(world);
		g_assert_cmpint(outcome.code, ==, PORTA_OK);
		g_autofree char *tree = world_tree(world);
		g_assert_cmpstr(tree, ==, expected);
		if (!fault_case->is_first_sync)
			assert_foreign_untouched(world);
		world_assert_journal_agrees(world);
		assert_no_op(world);
	}
	g_assert_cmpint(call, >, 10);
}

/* Another folder and another name at once take two calls, and the song is found between them. */
static World *
world_before_moves(void)
{
	World *world = synced_world(walkman);

	for (guint i = 0; i < 3; i++) {
		g_autofree char *title = g_strdup_printf("Better %u", i);
		g_free(song(world, i)->title);
		g_free(song(world, i)->album);
		song(world, i)->title = g_strdup(title);
		song(world, i)->album = g_strdup("Green");
	}
	/* the first would stand in this one's way between its two changes */
	world_put_foreign(world, "Music/Ann/Green/01 Song 1.bin", "the owner's, too");
	return world;
}

static void
test_moves_survive_fault_at_every_call(gconstpointer data)
{
	const FaultCase *fault_case = data;
	g_autoptr(World) model = world_before_moves();
	Outcome outcome = world_sync(model);
	g_assert_cmpuint(outcome.errors + outcome.copied + outcome.replaced, ==, 0);
	g_autofree char *expected = world_tree(model);
	gboolean ran_through = FALSE;

	for (int call = 1; !ran_through; call++) {
		g_autoptr(World) world = world_before_moves();
		g_test_message("call %d", call);
		ran_through =
			world_sync_with_fault(world, fault_case->fault, fault_case->moment, call);
		world->options.fault = FAULT_NONE;
		outcome = world_sync(world);
		g_assert_cmpuint(outcome.copied + outcome.replaced + outcome.skipped, ==, 0);
		world_sync(world); /* what stood between is found by the first, named by this */
		g_autofree char *tree = world_tree(world);
		g_assert_cmpstr(tree, ==, expected);
		world_assert_journal_agrees(world);
		assert_no_op(world);
	}
}

/* What the device itself can not unlearn does not undo what a person has asked for expressly. */
/* The disk with the journal fills up at any call: law 3 ends the session before anything else is changed. */
static void
test_full_disk_ends_the_session(void)
{
	g_autofree char *expected = tree_without_fault(&(FaultCase){.options = &walkman});
	guint n_ended = 0;
	gboolean ran_through = FALSE;

	signal(SIGXFSZ, SIG_IGN);
	for (int call = 1; !ran_through; call++) {
		g_autoptr(World) world = world_before_fault(&(FaultCase){.options = &walkman});
		g_autofree char *journal = g_build_filename(world->state, "fake.journal-wal", NULL);
		struct rlimit limit;
		g_test_message("call %d", call);
		getrlimit(RLIMIT_FSIZE, &limit);
		world->options.fault = FAULT_DISK_FULL;
		world->options.moment = FAULT_BEFORE;
		world->options.fault_call = call;
		world->options.journal = journal;
		Outcome outcome = world_sync(world);
		g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
		ran_through = world->counts.calls < call;
		if (outcome.code != PORTA_OK) {
			g_assert_cmpint(outcome.code, ==, PORTA_ERROR_JOURNAL);
			g_assert_cmpint(world->counts.late_changes, ==, 0);
			g_assert_nonnull(strstr(outcome.text, "journal"));
			n_ended++;
		}
		world->options.fault = FAULT_NONE;
		outcome = world_sync(world);
		g_assert_cmpint(outcome.code, ==, PORTA_OK);
		g_autofree char *tree = world_tree(world);
		g_assert_cmpstr(tree, ==, expected);
		assert_foreign_untouched(world);
		world_assert_journal_agrees(world);
		assert_no_op(world);
	}
	g_assert_cmpuint(n_ended, >, 10);
}

static const FaultCase fault_cases[] = {
	{&android, FAULT_UNPLUG, FAULT_BEFORE, TRUE},
	{&android, FAULT_UNPLUG, FAULT_MIDDLE, TRUE},
	{&android, FAULT_UNPLUG, FAULT_AFTER, TRUE},
	{&android, FAULT_EXIT, FAULT_BEFORE, TRUE},
	{&android, FAULT_EXIT, FAULT_MIDDLE, TRUE},
	{&android, FAULT_EXIT, FAULT_AFTER, TRUE},
	{&android, FAULT_FAIL, FAULT_BEFORE, TRUE},
	{&walkman, FAULT_UNPLUG, FAULT_BEFORE, TRUE},
	{&walkman, FAULT_UNPLUG, FAULT_MIDDLE, TRUE},
	{&walkman, FAULT_UNPLUG, FAULT_AFTER, TRUE},
	{&walkman, FAULT_EXIT, FAULT_MIDDLE, TRUE},
	{&android, FAULT_UNPLUG, FAULT_BEFORE, FALSE},
	{&android, FAULT_UNPLUG, FAULT_MIDDLE, FALSE},
	{&android, FAULT_UNPLUG, FAULT_AFTER, FALSE},
	{&android, FAULT_EXIT, FAULT_BEFORE, FALSE},
	{&android, FAULT_EXIT, FAULT_MIDDLE, FALSE},
	{&android, FAULT_EXIT, FAULT_AFTER, FALSE},
	{&android, FAULT_FAIL, FAULT_BEFORE, FALSE},
	{&walkman, FAULT_UNPLUG, FAULT_BEFORE, FALSE},
	{&walkman, FAULT_UNPLUG, FAULT_MIDDLE, FALSE},
	{&walkman, FAULT_UNPLUG, FAULT_AFTER, FALSE},
	{&walkman, FAULT_EXIT, FAULT_BEFORE, FALSE},
	{&walkman, FAULT_EXIT, FAULT_MIDDLE, FALSE},
	{&walkman, FAULT_EXIT, FAULT_AFTER, FALSE},
};

static const FaultCase move_cases[] = {
	{&walkman, FAULT_UNPLUG, FAULT_BEFORE, FALSE}, {&walkman, FAULT_UNPLUG, FAULT_AFTER, FALSE},
	{&walkman, FAULT_EXIT, FAULT_BEFORE, FALSE},   {&walkman, FAULT_EXIT, FAULT_AFTER, FALSE},
	{&walkman, FAULT_FAIL, FAULT_BEFORE, FALSE},   {&walkman, FAULT_FAIL, FAULT_AFTER, FALSE},
};

static void
add_fault_tests(void)
{
	static const char *const faults[] = {"", "cable", "kill", "refusal"};
	static const char *const moments[] = {"before", "in-the-middle-of", "after"};

	for (gsize i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
		const FaultCase *fault_case = &fault_cases[i];
		g_autofree char *name =
			g_strdup_printf("/session/survives-%s-%s-every-call/%s/%s",
					faults[fault_case->fault], moments[fault_case->moment],
					fault_case->options == &android ? "android" : "walkman",
					fault_case->is_first_sync ? "first-sync" : "changes");
		g_test_add_data_func(name, fault_case, test_survives_fault_at_every_call);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(move_cases); i++) {
		g_autofree char *name = g_strdup_printf("/session/moves-survive-%s-%s-every-call",
							faults[move_cases[i].fault],
							moments[move_cases[i].moment]);
		g_test_add_data_func(name, &move_cases[i], test_moves_survive_fault_at_every_call);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* no desktop of the person's is asked to unmount anything */
	g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/no-bus", TRUE);
	add_fault_tests();
	g_test_add_func("/session/full-disk-ends-the-session", test_full_disk_ends_the_session);
	return g_test_run();
}
