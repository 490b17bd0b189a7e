/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* quirks: see quirks.h. */
#include "device/quirks.h"

#include <libmtp.h>

uint32_t
quirks_find(uint16_t vendor, uint16_t product)
{
	LIBMTP_device_entry_t *entries = NULL;
	int n = 0;

	/* A table of its library: nothing is opened, nothing is to be freed. */
	LIBMTP_Get_Supported_Devices_List(&entries, &n);
	for (int i = 0; i < n; i++) {
		if (entries[i].vendor_id == vendor && entries[i].product_id == product)
			return entries[i].device_flags;
	}
	return 0;
}
