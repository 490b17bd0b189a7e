/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gvfs: the desktop mounts MTP devices and then holds their interface. It is
 * asked to let go for the time of a session, and to mount again after
 * (law 6). Blocks, for at most a few seconds; costs nothing where there is no
 * gvfs. Speaks D-Bus to gvfs's daemons and links nothing of theirs.
 */
#pragma once

#include <gio/gio.h>

#include "device/device.h"

typedef struct GvfsMount GvfsMount;

/* Unmounts what gvfs has mounted of this device. *out: what was unmounted, NULL if nothing was.
 * FALSE: gvfs has it and does not let go (DEVICE_BUSY). */
gboolean gvfs_take(const DeviceAddress *address, GvfsMount **out, GCancellable *cancellable,
		   GError **error);

/* Asks for the mount again, without waiting for it to be ready, and frees it. NULL is fine. */
void gvfs_give_back(GvfsMount *mount);
