/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-lock: a lock, and a condition with a deadline on the monotonic clock. POSIX's own, not
 * GLib's: what checks threads understands these.
 */
#pragma once

#include <glib.h>
#include <pthread.h>

typedef struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
} PtpLock;

static inline void
ptp_lock_init(PtpLock *lock)
{
	pthread_condattr_t monotonic;

	pthread_mutex_init(&lock->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&lock->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static inline void
ptp_lock_clear(PtpLock *lock)
{
	pthread_cond_destroy(&lock->changed);
	pthread_mutex_destroy(&lock->mutex);
}

static inline void
ptp_lock(PtpLock *lock)
{
	pthread_mutex_lock(&lock->mutex);
}

static inline void
ptp_unlock(PtpLock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}

/* Held. */
static inline void
ptp_lock_tell(PtpLock *lock)
{
	pthread_cond_broadcast(&lock->changed);
}

/* Held again when it returns. FALSE when it is later than that, by g_get_monotonic_time(). */
static inline gboolean
ptp_lock_wait(PtpLock *lock, gint64 until_us)
{
	struct timespec when = {until_us / G_USEC_PER_SEC, until_us % G_USEC_PER_SEC * 1000};

	return pthread_cond_timedwait(&lock->changed, &lock->mutex, &when) == 0;
}

/* Until it is told, however long that takes. */
static inline void
ptp_lock_sleep(PtpLock *lock)
{
	pthread_cond_wait(&lock->changed, &lock->mutex);
}

static inline gint64
ptp_lock_deadline(guint timeout_ms)
{
	return g_get_monotonic_time() + timeout_ms * INT64_C(1000);
}
