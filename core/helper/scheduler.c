/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scheduler: see scheduler.h. The pauses are rows of two tables.
 */
#include "helper/scheduler.h"

#include "portamento.h"

#define MAX_DEBOUNCES 10
#define MAX_MISJUDGED 6
#define SETTLE_PART 5 /* one that is not known to leave does so at once, or most likely not */

/* Multiples of the first pause: 5 s, 15 s, 60 s, 300 s, then never. */
static const guint retry_pauses[] = {1, 3, 12, 60};
/* 5, 10, 20, 30, 60 s, and 60 s for as long as the phone is locked. */
static const guint unlock_pauses[] = {1, 2, 4, 6, 12};

static gint64
from_ms(guint64 ms)
{
	return ms * 1000;
}

/* Whether time alone may mend it. NO_DEVICE is here because discovery still sees the device. */
static gboolean
is_passing(int32_t code)
{
	switch (code) {
	case PORTA_ERROR_DEVICE_IO:
	case PORTA_ERROR_DEVICE_HUNG:
	case PORTA_ERROR_DEVICE_BUSY:
	case PORTA_ERROR_ENGINE_LOST:
	case PORTA_ERROR_NO_DEVICE: return TRUE;
	default: return FALSE;
	}
}

static void
forget_failures(Scheduler *scheduler)
{
	scheduler->n_failures = 0;
	scheduler->gave_up = FALSE;
	scheduler->not_before_us = 0;
}

void
scheduler_init(Scheduler *scheduler, guint debounce_ms, guint retry_ms, guint unlock_ms)
{
	*scheduler = (Scheduler){
		.debounce_ms = debounce_ms, .retry_ms = retry_ms, .unlock_ms = unlock_ms};
}

void
scheduler_connect(Scheduler *scheduler, gboolean sync_on_connect)
{
	forget_failures(scheduler);
	scheduler->connected = TRUE;
	if (scheduler->given_up) {
		scheduler->comes_back = TRUE;
		scheduler->n_misjudged++;
	}
	scheduler->given_up = FALSE;
	scheduler->leaves_until_us = scheduler->settles_us = 0;
	scheduler->identified = FALSE;
	scheduler->locked = FALSE;
	scheduler->stopped = FALSE;
	scheduler->wanted = sync_on_connect;
	scheduler->change_us = 0;
}

void
scheduler_disconnect(Scheduler *scheduler)
{
	forget_failures(scheduler);
	scheduler->connected = FALSE;
	scheduler->given_up = scheduler->away;
	scheduler->away = FALSE;
	scheduler->leaves_until_us = scheduler->settles_us = 0;
	scheduler->identified = FALSE;
	scheduler->locked = FALSE;
	scheduler->wanted = FALSE;
	scheduler->change_us = 0;
}

void
scheduler_reset(Scheduler *scheduler, gint64 now_us, guint ms)
{
	if (!scheduler->connected || scheduler->away)
		return;
	scheduler->leaves_until_us = now_us + from_ms(ms);
	scheduler->settles_us = now_us + from_ms(scheduler->comes_back ? ms : ms / SETTLE_PART);
}

gboolean
scheduler_leave(Scheduler *scheduler, gint64 now_us)
{
	scheduler->away = scheduler->connected && now_us < scheduler->leaves_until_us;
	scheduler->leaves_until_us = scheduler->settles_us = 0;
	return scheduler->away;
}

void
scheduler_come_back(Scheduler *scheduler)
{
	scheduler->away = FALSE;
	scheduler->comes_back = TRUE;
}

guint
scheduler_patience(const Scheduler *scheduler)
{
	return 1u << MIN(scheduler->n_misjudged, MAX_MISJUDGED);
}

void
scheduler_change(Scheduler *scheduler, gint64 now_us)
{
	if (!scheduler->connected)
		return;
	if (scheduler->change_us == 0)
		scheduler->change_us = now_us;
	gint64 debounce_us = from_ms(scheduler->debounce_ms);
	gint64 last_us = scheduler->change_us + MAX_DEBOUNCES * debounce_us;
	forget_failures(scheduler);
	scheduler->not_before_us = MIN(now_us + debounce_us, last_us);
	scheduler->wanted = TRUE;
}

void
scheduler_start(Scheduler *scheduler)
{
	forget_failures(scheduler);
	scheduler->stopped = FALSE;
	scheduler->wanted = TRUE;
}

void
scheduler_stop(Scheduler *scheduler)
{
	scheduler->stopped = TRUE;
}

void
scheduler_refresh(Scheduler *scheduler)
{
	scheduler->refresh = TRUE;
}

/* Counts a failure and sets the time of the next try. */
static void
back_off(Scheduler *scheduler, gint64 now_us)
{
	if (scheduler->n_failures >= G_N_ELEMENTS(retry_pauses)) {
		scheduler->gave_up = TRUE;
		return;
	}
	guint pause = retry_pauses[scheduler->n_failures++];
	scheduler->not_before_us = now_us + from_ms((guint64)pause * scheduler->retry_ms);
}

static void
wait_for_unlock(Scheduler *scheduler, gint64 now_us)
{
	if (!scheduler->locked)
		scheduler->n_failures = 0;
	guint n = MIN(scheduler->n_failures, G_N_ELEMENTS(unlock_pauses) - 1);
	scheduler->n_failures++;
	scheduler->locked = TRUE;
	scheduler->identified = FALSE;
	scheduler->not_before_us = now_us +
				   from_ms((guint64)unlock_pauses[n] * scheduler->unlock_ms);
}

void
scheduler_end_identify(Scheduler *scheduler, gint64 now_us, int32_t code)
{
	if (code == PORTA_ERROR_DEVICE_LOCKED) {
		wait_for_unlock(scheduler, now_us);
		return;
	}
	scheduler->locked = FALSE;
	scheduler->refresh = FALSE;
	if (code == PORTA_OK) {
		scheduler->identified = TRUE;
		forget_failures(scheduler);
		return;
	}
	scheduler->identified = FALSE;
	if (is_passing(code))
		back_off(scheduler, now_us);
	else
		scheduler->gave_up = TRUE;
}

void
scheduler_begin_sync(Scheduler *scheduler)
{
	scheduler->wanted = FALSE;
	scheduler->change_us = 0;
}

void
scheduler_end_sync(Scheduler *scheduler, gint64 now_us, int32_t code)
{
	if (!scheduler->connected)
		return;
	if (code == PORTA_ERROR_DEVICE_LOCKED) {
		scheduler->wanted = TRUE;
		wait_for_unlock(scheduler, now_us);
	} else if (is_passing(code)) {
		scheduler->wanted = TRUE;
		back_off(scheduler, now_us);
	} else {
		scheduler->n_failures = 0;
		/* somebody took it over meanwhile: look again */
		if (code == PORTA_ERROR_PARTNERSHIP_ANOTHER || code == PORTA_ERROR_PARTNERSHIP_NONE)
			scheduler->identified = FALSE;
	}
}

gboolean
scheduler_foresees_sync(const Scheduler *scheduler, gint64 now_us, guint ms)
{
	return scheduler->connected && !scheduler->away && scheduler->wanted &&
	       scheduler->has_rules && !scheduler->stopped && !scheduler->gave_up &&
	       scheduler->not_before_us <= now_us + from_ms(ms);
}

gboolean
scheduler_is_between(const Scheduler *scheduler, gint64 now_us)
{
	return scheduler->away || now_us < scheduler->settles_us;
}

gboolean
scheduler_is_retrying(const Scheduler *scheduler)
{
	return scheduler->connected && scheduler->n_failures > 0 && !scheduler->gave_up &&
	       !scheduler->locked && !scheduler->stopped;
}

static Schedule
when_due(const Scheduler *scheduler, Schedule action, gint64 now_us, gint64 *when_us)
{
	if (now_us >= scheduler->not_before_us)
		return action;
	*when_us = scheduler->not_before_us;
	return SCHEDULE_WAIT;
}

Schedule
scheduler_next(const Scheduler *scheduler, gint64 now_us, gint64 *when_us)
{
	if (!scheduler->connected || scheduler->away)
		return SCHEDULE_NOTHING;
	if (scheduler_is_between(scheduler, now_us)) {
		*when_us = scheduler->settles_us;
		return SCHEDULE_WAIT;
	}
	if (scheduler->identified && scheduler->refresh)
		return SCHEDULE_IDENTIFY;
	if (scheduler->gave_up)
		return SCHEDULE_NOTHING;
	if (!scheduler->identified)
		return when_due(scheduler, SCHEDULE_IDENTIFY, now_us, when_us);
	if (!scheduler->wanted || !scheduler->partner || !scheduler->has_rules ||
	    scheduler->stopped)
		return SCHEDULE_NOTHING;
	return when_due(scheduler, SCHEDULE_SYNC, now_us, when_us);
}
