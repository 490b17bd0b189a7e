/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-patience: work that ends is waited for; work that does not is left alone, and clears up
 * behind itself when it does.
 */
#include "patience.h"

/* Work that goes on until it is let. */
typedef struct {
	GMutex lock;
	GCond news;
	gboolean may_end, has_ended, was_dropped;
} Work;

static void
work(void *data)
{
	Work *self = data;

	g_mutex_lock(&self->lock);
	while (!self->may_end)
		g_cond_wait(&self->news, &self->lock);
	self->has_ended = TRUE;
	g_mutex_unlock(&self->lock);
}

static void
drop(void *data)
{
	Work *self = data;

	g_mutex_lock(&self->lock);
	g_assert_true(self->has_ended);
	self->was_dropped = TRUE;
	g_cond_broadcast(&self->news);
	g_mutex_unlock(&self->lock);
}

static void
test_it_ends(void)
{
	static Work self = {.may_end = TRUE};

	g_assert_true(patience_run(work, drop, &self, G_MAXINT64));
	g_assert_true(self.has_ended);
	g_assert_false(self.was_dropped);
}

static void
test_it_takes_too_long(void)
{
	static Work self; /* its thread looks at it to the last */

	g_assert_false(patience_run(work, drop, &self, g_get_monotonic_time() + 1000));
	g_mutex_lock(&self.lock);
	g_assert_false(self.has_ended);
	self.may_end = TRUE;
	g_cond_broadcast(&self.news);
	while (!self.was_dropped)
		g_cond_wait(&self.news, &self.lock);
	g_mutex_unlock(&self.lock);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/patience/it-ends", test_it_ends);
	g_test_add_func("/patience/it-takes-too-long", test_it_takes_too_long);
	return g_test_run();
}
