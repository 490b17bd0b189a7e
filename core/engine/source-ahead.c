/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source-ahead: see source-ahead.h. What the thread and the caller share belongs to both, and goes with the
 * last of them.
 */
#include "engine/source-ahead.h"

#include <string.h>

#include "base/error.h"

#define LEAVE_MS 100 /* for a thread that is about to be done; one that hangs is left behind */

typedef struct {
	int n_refs; /* atomic: the thread, the caller */
	GMutex lock;
	GCond changed;
	/* under the lock: */
	Want begun, asked; /* source, size and date of what is to be done; source NULL: nothing */
	SourceReader *reader; /* of what was asked; else error */
	GError *error;
	gboolean is_done; /* what was asked */
	gboolean is_busy; /* the thread */
	gboolean is_cancelled, is_leaving;

	SourceReader *next; /* the thread's: what was begun, or NULL */
} Shelf;

struct SourceAhead {
	Shelf *shelf; /* NULL: no thread */
	GThread *thread;
};

static void
clear_want(Want *want)
{
	g_clear_pointer(&want->source, g_free);
}

static void
copy_want(Want *to, const Want *from)
{
	clear_want(to);
	*to = (Want){.source = g_strdup(from->source),
		     .size_bytes = from->size_bytes,
		     .modified_ns = from->modified_ns};
}

static void
shelf_unref(Shelf *shelf)
{
	if (!g_atomic_int_dec_and_test(&shelf->n_refs))
		return;
	clear_want(&shelf->begun);
	clear_want(&shelf->asked);
	g_clear_pointer(&shelf->reader, source_reader_unref);
	g_clear_pointer(&shelf->next, source_reader_unref);
	g_clear_error(&shelf->error);
	g_mutex_clear(&shelf->lock);
	g_cond_clear(&shelf->changed);
	g_free(shelf);
}

/* the thread */

/* Opened and looked into; or NULL. */
static SourceReader *
open_whole(const Want *want, GError **error)
{
	g_autoptr(SourceReader) reader = source_reader_open(want, error);

	return reader != NULL && source_reader_look(reader, error) ? g_steal_pointer(&reader)
								   : NULL;
}

/* Nobody waits for this one yet: why it can not be opened is found out when somebody does. */
static void
begin(Shelf *shelf, const Want *want)
{
	g_clear_pointer(&shelf->next, source_reader_unref);
	shelf->next = open_whole(want, NULL);
}

static void
answer(Shelf *shelf, const Want *want)
{
	g_autoptr(SourceReader) next = g_steal_pointer(&shelf->next);
	GError *error = NULL;
	SourceReader *reader = next != NULL && source_reader_is_for(next, want)
				       ? g_steal_pointer(&next)
				       : open_whole(want, &error);

	g_mutex_lock(&shelf->lock);
	shelf->reader = reader;
	shelf->error = error;
	shelf->is_done = TRUE;
	g_cond_broadcast(&shelf->changed);
	g_mutex_unlock(&shelf->lock);
}

/* What is next to do, taken off the shelf; what is asked for comes first. FALSE: nothing more, ever. */
static gboolean
next_job(Shelf *shelf, Want *want, gboolean *is_asked)
{
	g_mutex_lock(&shelf->lock);
	shelf->is_busy = FALSE;
	g_cond_broadcast(&shelf->changed);
	while (!shelf->is_leaving && shelf->asked.source == NULL && shelf->begun.source == NULL)
		g_cond_wait(&shelf->changed, &shelf->lock);
	gboolean goes_on = !shelf->is_leaving;
	*is_asked = shelf->asked.source != NULL;
	Want *from = *is_asked ? &shelf->asked : &shelf->begun;
	*want = *from;
	from->source = NULL;
	shelf->is_busy = goes_on;
	g_mutex_unlock(&shelf->lock);
	return goes_on;
}

static void *
run(void *data)
{
	Shelf *shelf = data;
	gboolean is_asked, goes_on = TRUE;

	while (goes_on) {
		Want want = {0};

		goes_on = next_job(shelf, &want, &is_asked);
		if (goes_on && is_asked)
			answer(shelf, &want);
		else if (goes_on)
			begin(shelf, &want);
		clear_want(&want);
	}
	shelf_unref(shelf);
	return NULL;
}

/* the caller */

static Shelf *
shelf_new(void)
{
	Shelf *shelf = g_new0(Shelf, 1);

	shelf->n_refs = 2;
	g_mutex_init(&shelf->lock);
	g_cond_init(&shelf->changed);
	return shelf;
}

/* The thread ends when what it does now is over, whenever that is. */
static void
leave(SourceAhead *ahead)
{
	gint64 until_us = g_get_monotonic_time() + LEAVE_MS * INT64_C(1000);
	Shelf *shelf = g_steal_pointer(&ahead->shelf);
	gboolean in_time = TRUE;

	if (shelf == NULL)
		return;
	g_mutex_lock(&shelf->lock);
	shelf->is_leaving = TRUE;
	g_cond_broadcast(&shelf->changed);
	while (shelf->is_busy && in_time)
		in_time = g_cond_wait_until(&shelf->changed, &shelf->lock, until_us);
	gboolean is_hung = shelf->is_busy;
	g_mutex_unlock(&shelf->lock);
	if (is_hung)
		g_thread_unref(ahead->thread);
	else
		g_thread_join(ahead->thread);
	shelf_unref(shelf);
}

SourceAhead *
source_ahead_new(void)
{
	return g_new0(SourceAhead, 1);
}

void
source_ahead_free(SourceAhead *ahead)
{
	if (ahead == NULL)
		return;
	leave(ahead);
	g_free(ahead);
}

static Shelf *
begin_job(SourceAhead *ahead, const Want *want, gboolean is_asked)
{
	if (ahead->shelf == NULL) {
		ahead->shelf = shelf_new();
		ahead->thread = g_thread_new("ahead", run, ahead->shelf);
	}
	Shelf *shelf = ahead->shelf;
	g_mutex_lock(&shelf->lock);
	clear_want(&shelf->begun); /* what is asked for now is what was to be begun, or nothing */
	copy_want(is_asked ? &shelf->asked : &shelf->begun, want);
	shelf->is_done = shelf->is_cancelled = FALSE;
	g_cond_broadcast(&shelf->changed);
	g_mutex_unlock(&shelf->lock);
	return shelf;
}

void
source_ahead_begin(SourceAhead *ahead, const Want *want)
{
	begin_job(ahead, want, FALSE);
}

static void
on_cancelled(GCancellable *cancellable, void *data)
{
	Shelf *shelf = data;

	g_mutex_lock(&shelf->lock);
	shelf->is_cancelled = TRUE;
	g_cond_broadcast(&shelf->changed);
	g_mutex_unlock(&shelf->lock);
}

/* FALSE: it is not done, and may never be. */
static gboolean
wait_for(Shelf *shelf, GCancellable *cancellable)
{
	gint64 until_us = g_get_monotonic_time() + device_source_timeout_ms() * INT64_C(1000);
	gboolean in_time = TRUE;
	gulong handler =
		cancellable != NULL
			? g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), shelf, NULL)
			: 0;

	g_mutex_lock(&shelf->lock);
	while (!shelf->is_done && !shelf->is_cancelled && in_time)
		in_time = g_cond_wait_until(&shelf->changed, &shelf->lock, until_us);
	gboolean is_done = shelf->is_done;
	g_mutex_unlock(&shelf->lock);
	g_cancellable_disconnect(cancellable, handler);
	return is_done;
}

SourceReader *
source_ahead_open(SourceAhead *ahead, const Want *want, GCancellable *cancellable, GError **error)
{
	Shelf *shelf = begin_job(ahead, want, TRUE);

	if (!wait_for(shelf, cancellable)) {
		leave(ahead);
		if (!g_cancellable_set_error_if_cancelled(cancellable, error))
			device_source_set_hung(want->source, error);
		return NULL;
	}
	if (shelf->error != NULL)
		g_propagate_error(error, g_steal_pointer(&shelf->error));
	return g_steal_pointer(&shelf->reader);
}
