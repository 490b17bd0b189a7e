/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-due: when a library that changes is published, by a clock of the test's own.
 */
#include "common/due.h"

/* A FAKE clock: time passes when the test says so. */
typedef struct {
	gint64 now_ms;
} FakeClock;

static const FakeClock start = {1000000};

/* Lets as much time pass as would be waited. */
static gint64
wait_until_due(FakeClock *clock, const Due *due)
{
	gint64 left = due_in_ms(due, clock->now_ms);

	g_assert_cmpint(left, >=, 0);
	clock->now_ms += left;
	g_assert_cmpint(due_in_ms(due, clock->now_ms), ==, 0);
	return left;
}

static void
test_at_once_the_first_time(void)
{
	FakeClock clock = start;
	Due due = DUE_INIT;

	g_assert_cmpint(due_in_ms(&due, clock.now_ms), ==, DUE_NEVER);
	g_assert_true(due_touch(&due, clock.now_ms));
	g_assert_cmpint(wait_until_due(&clock, &due), ==, 0);
	due_clear(&due);
	g_assert_cmpint(due_in_ms(&due, clock.now_ms), ==, DUE_NEVER);
}

/* A due thing that has been looked at once. */
static Due
later_due(FakeClock *clock)
{
	Due due = DUE_INIT;

	due_touch(&due, clock->now_ms);
	due_clear(&due);
	return due;
}

static void
test_after_quiet(void)
{
	FakeClock clock = start;
	Due due = later_due(&clock);

	g_assert_true(due_touch(&due, clock.now_ms));
	clock.now_ms += DUE_QUIET_MS - 1;
	g_assert_cmpint(due_in_ms(&due, clock.now_ms), ==, 1);
	/* put off: nobody need wake up earlier */
	g_assert_false(due_touch(&due, clock.now_ms));
	g_assert_cmpint(wait_until_due(&clock, &due), ==, DUE_QUIET_MS);
	/* whoever comes late finds it due all the same */
	g_assert_cmpint(due_in_ms(&due, clock.now_ms + 100000), ==, 0);
}

static void
test_not_put_off_for_ever(void)
{
	FakeClock clock = start;
	Due due = later_due(&clock);
	gint64 first = clock.now_ms;

	while (due_in_ms(&due, clock.now_ms) != 0) {
		due_touch(&due, clock.now_ms);
		clock.now_ms += MIN(due_in_ms(&due, clock.now_ms), DUE_QUIET_MS / 4);
		g_assert_cmpint(clock.now_ms - first, <=, DUE_LATEST_MS);
	}
	g_assert_cmpint(clock.now_ms - first, ==, DUE_LATEST_MS);
	/* the next burst has as much time again */
	due_clear(&due);
	due_touch(&due, clock.now_ms);
	g_assert_cmpint(wait_until_due(&clock, &due), ==, DUE_QUIET_MS);
}

static void
test_hurry(void)
{
	FakeClock clock = start;
	Due due = later_due(&clock);

	due_hurry(&due, clock.now_ms);
	g_assert_false(due_touch(&due, clock.now_ms));
	g_assert_cmpint(due_in_ms(&due, clock.now_ms), ==, 0);
	due_clear(&due);
	due_touch(&due, clock.now_ms);
	due_hurry(&due, clock.now_ms);
	g_assert_cmpint(due_in_ms(&due, clock.now_ms), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/due/at-once-the-first-time", test_at_once_the_first_time);
	g_test_add_func("/due/after-quiet", test_after_quiet);
	g_test_add_func("/due/not-put-off-for-ever", test_not_put_off_for_ever);
	g_test_add_func("/due/hurry", test_hurry);
	return g_test_run();
}
