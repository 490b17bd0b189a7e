/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * whole: for lanes: of a device that gives no parts of its objects the one that was read last is kept
 * whole, until something is changed: it is read from its beginning to its end.
 */
#pragma once

#include "device/device.h"

typedef struct {
	GByteArray *bytes; /* of handle, all of them; NULL: of none */
	DeviceHandle handle;
} Whole;

/* Appends all of an object, of at most DEVICE_MAX_WHOLE_BYTES. */
typedef gboolean (*WholeLoad)(Device *device, DeviceHandle handle, GByteArray *bytes,
			      GError **error);

/* As DeviceLane.read. */
gboolean whole_read(Whole *whole, WholeLoad load, Device *device, DeviceHandle handle,
		    uint64_t offset, void *buffer, gsize n, gsize *got, GError **error);
void whole_drop(Whole *whole);
