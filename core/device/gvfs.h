/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gvfs: the desktop mounts MTP devices and then holds their interface. It is
 * asked to let go for the time of a session (law 6); that it mounts again is
 * for who outlives the session, and is told before. Blocks, for at most a few
 * seconds; costs nothing where there is no gvfs. Speaks D-Bus to gvfs's
 * daemons and links nothing of theirs.
 */
#pragma once

#include <gio/gio.h>

#include "device/device.h"

/* Unmounts what gvfs has mounted of this device, if keep takes it over first; keep's error is
 * ours. FALSE otherwise: gvfs has it and does not let go (DEVICE_BUSY). */
gboolean gvfs_take(const DeviceAddress *address, DeviceMountFunc keep, void *data,
		   GCancellable *cancellable, GError **error);
