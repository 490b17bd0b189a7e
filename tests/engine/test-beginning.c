/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-beginning: what was cut short is known again wherever the cut was; what is another's is not.
 */
#include <string.h>

#include "engine/beginning.h"

#define N_BYTES (BEGINNING_BYTES + 1000)

static guint8 *
some_bytes(guint32 seed)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	guint8 *bytes = g_malloc(N_BYTES);

	for (gsize i = 0; i < N_BYTES; i++)
		bytes[i] = g_rand_int(rand);
	return bytes;
}

static void
test_known_at_every_length(void)
{
	g_autofree guint8 *bytes = some_bytes(1);
	g_autofree char *beginning = beginning_of(bytes, N_BYTES);

	for (gsize n = 1; n <= N_BYTES; n += 1 + n / 7)
		g_assert_true(beginning_matches(beginning, bytes, n));
	g_assert_true(beginning_matches(beginning, bytes, N_BYTES));
}

static void
test_another_file_is_not_known(void)
{
	g_autofree guint8 *bytes = some_bytes(1);
	g_autofree guint8 *others = some_bytes(2);
	g_autofree char *beginning = beginning_of(bytes, N_BYTES);

	for (gsize n = 3; n <= N_BYTES; n += 1 + n / 7)
		g_assert_false(beginning_matches(beginning, others, n));
}

/* Songs of one album may begin with the same picture. */
static void
test_a_difference_in_the_first_half_is_seen(void)
{
	g_autofree guint8 *bytes = some_bytes(1);
	g_autofree char *beginning = beginning_of(bytes, N_BYTES);

	for (gsize n = 2; n <= N_BYTES; n += 1 + n / 7) {
		gsize at = MIN(n / 2, BEGINNING_BYTES) - 1;
		bytes[at] ^= 1;
		g_assert_false(beginning_matches(beginning, bytes, n));
		bytes[at] ^= 1;
	}
}

static void
test_more_than_was_sent_is_not_known(void)
{
	g_autofree guint8 *bytes = some_bytes(1);
	g_autofree char *beginning = beginning_of(bytes, 1000);

	g_assert_true(beginning_matches(beginning, bytes, 1000));
	g_assert_false(beginning_matches(beginning, bytes, 1024));
}

static void
test_nothing_is_known_of_nothing(void)
{
	g_autofree guint8 *bytes = some_bytes(1);
	g_autofree char *none = beginning_of(bytes, 0);
	g_autofree char *some = beginning_of(bytes, 10);

	g_assert_cmpstr(none, ==, "");
	g_assert_false(beginning_matches(none, bytes, 5));
	g_assert_false(beginning_matches(NULL, bytes, 5));
	g_assert_false(beginning_matches(some, bytes, 0));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/beginning/known-at-every-length", test_known_at_every_length);
	g_test_add_func("/beginning/another-file-is-not-known", test_another_file_is_not_known);
	g_test_add_func("/beginning/a-difference-in-the-first-half-is-seen",
			test_a_difference_in_the_first_half_is_seen);
	g_test_add_func("/beginning/more-than-was-sent-is-not-known",
			test_more_than_was_sent_is_not_known);
	g_test_add_func("/beginning/nothing-is-known-of-nothing", test_nothing_is_known_of_nothing);
	return g_test_run();
}
