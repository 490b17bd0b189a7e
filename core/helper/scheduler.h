/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scheduler: when one device is looked at and when it is synced. Pure: it is told
 * what happened and what time it is, and answers what to do next.
 *
 *   A sync is wanted on connect (if the setting says so), on a change and on start.
 *   It runs when the device is identified, is our partner, has rules, and was not stopped.
 *   Changes wait until no other has followed for a moment, ten moments at most.
 *   A failure that may pass is tried again, later each time; one that can not is not.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum {
	SCHEDULE_NOTHING,
	SCHEDULE_WAIT, /* until *when_us, then ask again */
	SCHEDULE_IDENTIFY,
	SCHEDULE_SYNC
} Schedule;

typedef struct {
	gboolean connected;
	gboolean identified; /* the device has answered since it was connected */
	gboolean locked; /* its owner must unlock it first */
	gboolean partner; /* set by the owner of this struct */
	gboolean has_rules; /* set by the owner of this struct */
	gboolean stopped; /* by a person */
	gboolean wanted; /* a sync is due */
	gboolean refresh; /* identify again: something is to be written onto the device */
	gboolean gave_up; /* failed too often: waits for a change */
	guint n_failures; /* in a row */
	gint64 change_us; /* first change that no sync has seen yet; 0 none */
	gint64 not_before_us;
	guint debounce_ms, retry_ms, unlock_ms;
} Scheduler;

void scheduler_init(Scheduler *scheduler, guint debounce_ms, guint retry_ms, guint unlock_ms);

/* What happened. */
void scheduler_connect(Scheduler *scheduler, gboolean sync_on_connect);
void scheduler_disconnect(Scheduler *scheduler);
void scheduler_change(Scheduler *scheduler, gint64 now_us);
void scheduler_start(Scheduler *scheduler);
void scheduler_stop(Scheduler *scheduler);
void scheduler_refresh(Scheduler *scheduler);
void scheduler_end_identify(Scheduler *scheduler, gint64 now_us, int32_t code);
void scheduler_begin_sync(Scheduler *scheduler);
void scheduler_end_sync(Scheduler *scheduler, gint64 now_us, int32_t code);

/* What to do, when no job runs. when_us is set for SCHEDULE_WAIT only. */
Schedule scheduler_next(const Scheduler *scheduler, gint64 now_us, gint64 *when_us);

/* Whether a failure is waiting for its next try. */
gboolean scheduler_is_retrying(const Scheduler *scheduler);
