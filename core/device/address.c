/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * address: where a device is, see device.h. Apart from the lanes, which the helper does not link.
 */
#include "device/device.h"

void
device_address_free(DeviceAddress *address)
{
	if (address == NULL)
		return;
	g_free(address->id);
	g_free(address->serial);
	g_free(address->name);
	g_free(address);
}

DeviceAddress *
device_address_copy(const DeviceAddress *address)
{
	DeviceAddress *copy = g_new(DeviceAddress, 1);

	*copy = *address;
	copy->id = g_strdup(address->id);
	copy->serial = g_strdup(address->serial);
	copy->name = g_strdup(address->name);
	return copy;
}
