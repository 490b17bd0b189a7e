/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-marks: what we leave on a device to say whose it is: beside what other programs and its owner
 * put there (law 1), and after it has been emptied.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "scenes.h"

/* What the device itself can not unlearn does not undo what a person has asked for expressly. */
static void
test_takes_over_from_a_program_that_can_not_be_overwritten(void)
{
	g_autoptr(World) world = world_new(android);

	world->options.sync_partner = "Windows Media Player";
	world->friendly_name = g_strdup("Ann's player");
	g_assert_cmpstr(world_sync(world).owner, ==, "other");
	world->partnership = PARTNERSHIP_CREATE;
	g_assert_cmpint(world_sync(world).code, ==, PORTA_ERROR_PARTNERSHIP_ANOTHER);
	world->partnership = PARTNERSHIP_REPLACE;
	g_assert_cmpint(world_sync(world).code, ==, PORTA_OK);
	world->partnership = PARTNERSHIP_KEEP;
	g_assert_cmpstr(world_sync(world).owner, ==, "owner-1");
}

/* Law 1 holds for our own file, too: one of its name may be anybody's. */
static void
test_a_strangers_partner_file_stays(void)
{
	g_autoptr(World) world = world_new(android);
	g_autofree char *path = g_build_filename(world->device, "Portamento/partner.txt", NULL);
	g_autofree char *content = NULL;

	world_put_foreign(world, "Portamento/partner.txt", "my dancing partners: Bob, Eve");
	world->friendly_name = g_strdup("Ann's player");
	world->partnership = PARTNERSHIP_CREATE;
	world_sync(world);
	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "my dancing partners: Bob, Eve");
}

static void
test_refused_name_does_not_refuse_the_device(void)
{
	g_autoptr(World) world = world_new(android);

	world->options.refuses_name = TRUE;
	world->friendly_name = g_strdup("Ann's player");
	g_assert_cmpint(world_sync(world).code, ==, PORTA_OK);
}

static void
identify(World *world, JobPartnership partnership)
{
	world->friendly_name = g_strdup("Ann's player");
	world->partnership = partnership;
	g_assert_cmpint(world_sync(world).code, ==, PORTA_OK);
	g_clear_pointer(&world->friendly_name, g_free);
}

static void
empty_folder(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		empty_folder(child);
		g_remove(child);
	}
}

/* Wherever the sync of an emptied device is cut, the next one goes on, and the mark comes again: last. */
static void
test_our_mark_comes_again_after_a_reset(void)
{
	gboolean ran_through = FALSE;

	for (int call = 1; !ran_through; call++) {
		g_autoptr(World) world = world_new(android);
		g_autofree char *mark =
			g_build_filename(world->device, "Portamento/partner.txt", NULL);
		add_songs(world, 3);
		identify(world, PARTNERSHIP_CREATE);
		world_sync(world);
		empty_folder(world->device);
		g_test_message("call %d", call);
		ran_through = world_sync_with_fault(world, FAULT_UNPLUG, FAULT_BEFORE, call);
		world->options.fault = FAULT_NONE;
		Outcome outcome = world_sync(world);
		g_assert_cmpint(outcome.code, ==, PORTA_OK);
		g_assert_cmpuint(outcome.skipped, ==, 0);
		g_assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
		world_assert_journal_agrees(world);
		assert_no_op(world);
		/* what it is there for */
		empty_folder(world->device);
		g_assert_cmpuint(world_sync(world).copied, ==, 3);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/no-bus", TRUE);
	g_test_add_func("/marks/takes-over-from-a-program-that-can-not-be-overwritten",
			test_takes_over_from_a_program_that_can_not_be_overwritten);
	g_test_add_func("/marks/a-strangers-partner-file-stays",
			test_a_strangers_partner_file_stays);
	g_test_add_func("/marks/refused-name-does-not-refuse-the-device",
			test_refused_name_does_not_refuse_the_device);
	g_test_add_func("/marks/our-mark-comes-again-after-a-reset",
			test_our_mark_comes_again_after_a_reset);
	return g_test_run();
}
