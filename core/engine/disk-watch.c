/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * disk-watch: see disk-watch.h.
 */
#include "engine/disk-watch.h"

#include "device/device.h"

static GMutex lock; /* guards the rest, and path for as long as it is set */
static const char *path;
static gint64 since_us;

void
disk_watch_begin(const char *looked_at)
{
	g_mutex_lock(&lock);
	path = looked_at;
	since_us = g_get_monotonic_time();
	g_mutex_unlock(&lock);
}

void
disk_watch_end(void)
{
	g_mutex_lock(&lock);
	path = NULL;
	g_mutex_unlock(&lock);
}

/* Under the lock. */
static gboolean
lasts(guint ms)
{
	return path != NULL && g_get_monotonic_time() - since_us > ms * INT64_C(1000);
}

gboolean
disk_watch_lasts(guint ms)
{
	g_mutex_lock(&lock);
	gboolean answer = lasts(ms);
	g_mutex_unlock(&lock);
	return answer;
}

gboolean
disk_watch_is_hung(GError **error)
{
	g_mutex_lock(&lock);
	gboolean answer = lasts(device_source_timeout_ms());
	if (answer)
		device_source_set_hung(path, error);
	g_mutex_unlock(&lock);
	return answer;
}
