/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * disk-watch: what a session's thread does with this computer's disks before anything is changed on the device: looks at
 * files, reads their tags. A disk that does not answer (a share that is gone, a drive that sleeps for ever) keeps that
 * thread, and can not be interrupted; so the main thread watches. There is one session in a process.
 */
#pragma once

#include <glib.h>

/* Around each such look. path is lent until the end. */
void disk_watch_begin(const char *path);
void disk_watch_end(void);

/* Any thread: whether the present look lasts longer than this. */
gboolean disk_watch_lasts(guint ms);
/* Any thread: whether the present look is given up; error says which. */
gboolean disk_watch_is_hung(GError **error);
