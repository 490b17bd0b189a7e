/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * discovery: which MTP devices are plugged in, told by libusb's hotplug and
 * sysfs. Opens nothing, transfers nothing, wakes up only when the kernel speaks.
 *
 * A device is one if libmtp's table lists it, or an interface of it says "MTP".
 */
#pragma once

#include <gio/gio.h>

#include "device/device.h"

typedef struct Discovery Discovery;

/* Runs in the GMainContext that was thread-default at discovery_new(). address is lent. It must
 * not free the discovery. */
typedef void (*DiscoveryFunc)(const DeviceAddress *address, gboolean connected, void *data);

/* Calls func for the devices that are there already before it returns. The same id twice at
 * once (clones without serial) gets "-2", "-3". */
Discovery *discovery_new(DiscoveryFunc func, void *data, GError **error);
void discovery_free(Discovery *discovery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Discovery, discovery_free)
