/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * room: file descriptors that GLib can not do without. It ends the process where
 * it lacks one for a wakeup; so it is not asked for one that may not be there.
 */
#pragma once

#include <glib.h>

gboolean room_is_left(void);
