/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-snapshot: a device as the helper last described it. Never changed once
 * made, so that the worker, the queue and the host may hold the same one; a
 * change makes another, which shares what stayed.
 */
#pragma once

#include <gio/gio.h>

#include "portamento.h"

/* What of a device differs, as the events tell it. */
enum {
	DEVICE_CONNECTION = 1 << 0,
	DEVICE_STATUS = 1 << 1,
	DEVICE_STATE = 1 << 2,
	DEVICE_PROGRESS = 1 << 3,
};

/* Of the D-Bus properties of org.portamento.Sync1.Device, a{sv}; NULL if they have no Id. */
PortaDevice *device_new(GVariant *properties);
/* device with these changes. */
PortaDevice *device_new_changed(PortaDevice *device, GVariant *properties);
/* device when nobody serves it: not connected, doing nothing. */
PortaDevice *device_new_gone(PortaDevice *device);
PortaDevice *device_ref(PortaDevice *device);
void device_unref(PortaDevice *device);

const char *device_get_id(PortaDevice *device);
gboolean device_is_connected(PortaDevice *device);
unsigned device_compare(PortaDevice *before, PortaDevice *after);
