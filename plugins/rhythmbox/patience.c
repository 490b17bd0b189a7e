/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "patience.h"

/* Between the two threads; counted. */
typedef struct {
	GMutex lock;
	GCond end;
	PatienceFunc work, drop;
	void *data;
	gboolean has_ended, is_given_up;
} Patience;

static void
patience_clear(gpointer data)
{
	Patience *patience = data;

	g_mutex_clear(&patience->lock);
	g_cond_clear(&patience->end);
}

static gpointer
run(gpointer data)
{
	Patience *patience = data;

	patience->work(patience->data);
	g_mutex_lock(&patience->lock);
	gboolean is_given_up = patience->is_given_up;
	patience->has_ended = TRUE;
	g_cond_signal(&patience->end);
	g_mutex_unlock(&patience->lock);
	if (is_given_up)
		patience->drop(patience->data);
	g_atomic_rc_box_release_full(patience, patience_clear);
	return NULL;
}

gboolean
patience_run(PatienceFunc work, PatienceFunc drop, void *data, gint64 late_us)
{
	Patience *patience = g_atomic_rc_box_new0(Patience);
	gboolean in_time = TRUE;

	g_mutex_init(&patience->lock);
	g_cond_init(&patience->end);
	patience->work = work;
	patience->drop = drop;
	patience->data = data;
	g_thread_unref(g_thread_new("portamento", run, g_atomic_rc_box_acquire(patience)));
	g_mutex_lock(&patience->lock);
	while (!patience->has_ended && in_time)
		in_time = g_cond_wait_until(&patience->end, &patience->lock, late_us);
	gboolean has_ended = patience->has_ended;
	patience->is_given_up = !has_ended;
	g_mutex_unlock(&patience->lock);
	g_atomic_rc_box_release_full(patience, patience_clear);
	return has_ended;
}
