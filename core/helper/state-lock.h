/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state-lock: one helper for one state folder, whatever bus it is on (law 6).
 */
#pragma once

#include <gio/gio.h>

/* A descriptor to keep, or -1 and DEVICE_BUSY naming the process that has the folder. A
 * helper that is just leaving is waited for. */
int state_lock_take(const char *dir, GError **error);
/* Harmless with -1. */
void state_lock_release(int lock);
