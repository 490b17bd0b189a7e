/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-readback: sessions that compare what they have sent with its source, on a fake device that
 * stores something else, that fails to be read, or that is lost at any call.
 */
#include <string.h>

#include "base/error.h"
#include "scenes.h"

#define N_SONGS 4

/* stored-wrong: the first session's copies are not what was sent; the second dies at call n. */

typedef struct {
	const char *name;
	const FakeOptions *options;
	FaultKind fault;
	FaultMoment moment;
} FaultCase;

static const FaultCase fault_cases[] = {
	{"cable-before", &android, FAULT_UNPLUG, FAULT_BEFORE},
	{"cable-after", &walkman, FAULT_UNPLUG, FAULT_AFTER},
	{"kill-before", &android, FAULT_EXIT, FAULT_BEFORE},
	{"kill-in-the-middle-of", &walkman, FAULT_EXIT, FAULT_MIDDLE},
	{"kill-after", &walkman, FAULT_EXIT, FAULT_AFTER},
};

static World *
world_that_reads_back(const FakeOptions *options)
{
	World *world = world_new(*options);

	add_songs(world, N_SONGS);
	world->verify_readback = TRUE;
	return world;
}

static World *
world_with_wrong_copies(const FakeOptions *options)
{
	World *world = world_that_reads_back(options);

	world->options.stores_wrong = TRUE;
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.errors, ==, N_SONGS);
	world->options.stores_wrong = FALSE;
	return world;
}

/* Each song is on the device once, with the bytes that it has where nothing goes wrong. */
static void
assert_right(World *world)
{
	g_autoptr(World) model = world_new(world->options);

	add_songs(model, N_SONGS);
	world_sync(model);
	g_autofree char *expected = world_tree(model);
	g_autofree char *found = world_tree(world);
	g_assert_cmpstr(found, ==, expected);
}

/* A sync with a fault at this call, which is TRUE if it made fewer, and one without, after which all is right. */
static gboolean
sync_through_fault(World *world, const FaultCase *fault_case, int call, Outcome *outcome)
{
	g_test_message("call %d", call);
	gboolean ran_through =
		world_sync_with_fault(world, fault_case->fault, fault_case->moment, call);
	world->options.fault = FAULT_NONE;
	*outcome = world_sync(world);
	g_assert_cmpint(outcome->code, ==, PORTA_OK);
	assert_right(world);
	world_assert_journal_agrees(world);
	assert_no_op(world);
	return ran_through;
}

static void
test_stored_wrong_survives_fault_at_every_call(gconstpointer data)
{
	const FaultCase *fault_case = data;
	gboolean ran_through = FALSE;
	int call;

	for (call = 1; !ran_through; call++) {
		g_autoptr(World) world = world_with_wrong_copies(fault_case->options);
		Outcome outcome;
		ran_through = sync_through_fault(world, fault_case, call, &outcome);
		g_assert_cmpuint(outcome.errors, ==, 0);
	}
	g_assert_cmpint(call, >, 3 * N_SONGS);
}

/* What is not wanted any more goes, though its bytes are not those of its file. */
static void
test_stored_wrong_and_not_wanted_goes(void)
{
	g_autoptr(World) world = world_with_wrong_copies(&walkman);

	song(world, 0)->in_library = FALSE;
	world_put_foreign(world, "Music/Ann/Blue/mine.bin", "the owner's");
	Outcome outcome = world_sync(world);
	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_cmpuint(outcome.copied, ==, N_SONGS - 1);
	g_autofree char *tree = world_tree(world);
	g_assert_null(strstr(tree, "Song 1.bin"));
	g_assert_nonnull(strstr(tree, "mine.bin"));
	world_assert_journal_agrees(world);
	assert_no_op(world);
}

/* Sent, compared, and taken away at any call: what is there is ours and whole with the next sync. */
static void
test_comparing_survives_fault_at_every_call(gconstpointer data)
{
	const FaultCase *fault_case = data;
	gboolean ran_through = FALSE;

	for (int call = 1; !ran_through; call++) {
		g_autoptr(World) world = world_that_reads_back(fault_case->options);
		Outcome outcome;
		ran_through = sync_through_fault(world, fault_case, call, &outcome);
	}
}

/* Not known to be wrong: nothing is sent again for it, but it is told. */
static void
test_what_can_not_be_read_is_told_and_kept(void)
{
	g_autoptr(World) model = world_that_reads_back(&android);
	guint n_told = 0;

	world_sync(model);
	for (int call = 1; call <= model->counts.calls; call++) {
		g_autoptr(World) world = world_that_reads_back(&android);
		world->options.fault = FAULT_FAIL;
		world->options.moment = FAULT_BEFORE;
		world->options.fault_call = call;
		Outcome outcome = world_sync(world);
		world->options.fault = FAULT_NONE;
		if (strstr(outcome.text, "could not be read back") == NULL)
			continue;
		n_told++;
		g_assert_cmpint(outcome.code, ==, PORTA_OK);
		g_assert_cmpuint(outcome.errors, ==, 0);
		assert_right(world);
		assert_no_op(world);
	}
	g_assert_cmpuint(n_told, ==, N_SONGS);
}

static void
test_a_device_that_can_not_be_read_is_told_of(void)
{
	g_autoptr(World) world = world_that_reads_back(&minimal);
	Outcome outcome = world_sync(world);

	g_assert_cmpint(outcome.code, ==, PORTA_OK);
	g_assert_nonnull(strstr(outcome.text, "not compared"));
	g_assert_cmpint(world->counts.reads, ==, 0);
	assert_right(world);
	assert_no_op(world);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* no desktop of the person's is asked to unmount anything */
	g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/no-bus", TRUE);
	for (gsize i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
		const FaultCase *fault_case = &fault_cases[i];
		g_autofree char *wrong = g_strdup_printf(
			"/readback/stored-wrong-survives-%s-every-call", fault_case->name);
		g_autofree char *right = g_strdup_printf(
			"/readback/comparing-survives-%s-every-call", fault_case->name);
		g_test_add_data_func(wrong, fault_case,
				     test_stored_wrong_survives_fault_at_every_call);
		g_test_add_data_func(right, fault_case,
				     test_comparing_survives_fault_at_every_call);
	}
	g_test_add_func("/readback/stored-wrong-and-not-wanted-goes",
			test_stored_wrong_and_not_wanted_goes);
	g_test_add_func("/readback/what-can-not-be-read-is-told-and-kept",
			test_what_can_not_be_read_is_told_and_kept);
	g_test_add_func("/readback/a-device-that-can-not-be-read-is-told-of",
			test_a_device_that_can_not_be_read_is_told_of);
	return g_test_run();
}
