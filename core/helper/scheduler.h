/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scheduler: when one device is looked at and when it is synced. Pure: it is told
 * what happened and what time it is, and answers what to do next.
 *
 *   A sync is wanted on connect (if the setting says so), on a change and on start.
 *   It runs when the device is identified, is our partner, has rules, and was not stopped.
 *   Changes wait until no other has followed for a moment, ten moments at most.
 *   A failure that may pass is tried again, later each time; one that can not is not.
 *   A device whose port we reset may leave and come back: that is neither an end nor a connect.
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
	gboolean away; /* since its port was reset, and expected back */
	gboolean comes_back; /* it has done so once */
	gboolean given_up; /* it was waited for in vain */
	guint n_misjudged; /* how often it then came after all: a slow one, or a person */
	gint64 leaves_until_us; /* it may leave because of a reset; 0: it may not */
	gint64 settles_us; /* until then nothing is begun that its leaving would break off */
	guint debounce_ms, retry_ms, unlock_ms;
} Scheduler;

void scheduler_init(Scheduler *scheduler, guint debounce_ms, guint retry_ms, guint unlock_ms);

/* What happened. */
void scheduler_connect(Scheduler *scheduler, gboolean sync_on_connect);
void scheduler_disconnect(Scheduler *scheduler);
/* Its port is reset: it may leave because of that, and does so within ms. */
void scheduler_reset(Scheduler *scheduler, gint64 now_us, guint ms);
/* It is not there any more. FALSE unless because of a reset: then it comes back, or is disconnected later. */
gboolean scheduler_leave(Scheduler *scheduler, gint64 now_us);
void scheduler_come_back(Scheduler *scheduler);
/* How many times longer than a new device it is waited for: a slow one can not begin a sync for ever. */
guint scheduler_patience(const Scheduler *scheduler);
void scheduler_change(Scheduler *scheduler, gint64 now_us);
void scheduler_start(Scheduler *scheduler);
void scheduler_stop(Scheduler *scheduler);
void scheduler_refresh(Scheduler *scheduler);
void scheduler_end_identify(Scheduler *scheduler, gint64 now_us, int32_t code);
void scheduler_begin_sync(Scheduler *scheduler);
void scheduler_end_sync(Scheduler *scheduler, gint64 now_us, int32_t code);

/* What to do, when no job runs. when_us is set for SCHEDULE_WAIT only. */
Schedule scheduler_next(const Scheduler *scheduler, gint64 now_us, gint64 *when_us);

/* Whether one that is identified, and our partner, is synced within ms. */
gboolean scheduler_foresees_sync(const Scheduler *scheduler, gint64 now_us, guint ms);

/* Whether it has left because of a reset, or is about to. */
gboolean scheduler_is_between(const Scheduler *scheduler, gint64 now_us);

/* Whether a failure is waiting for its next try. */
gboolean scheduler_is_retrying(const Scheduler *scheduler);
