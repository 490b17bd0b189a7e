/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* quirks: see quirks.h. */
#include "device/quirks.h"

#include <libmtp.h>

/* A row of libmtp's own table: nothing is opened, nothing is to be freed. */
static const LIBMTP_device_entry_t *
find_row(uint16_t vendor, uint16_t product)
{
	LIBMTP_device_entry_t *entries = NULL;
	int n = 0;

	LIBMTP_Get_Supported_Devices_List(&entries, &n);
	for (int i = 0; i < n; i++) {
		if (entries[i].vendor_id == vendor && entries[i].product_id == product)
			return &entries[i];
	}
	return NULL;
}

gboolean
quirks_is_listed(uint16_t vendor, uint16_t product)
{
	return find_row(vendor, product) != NULL;
}

uint32_t
quirks_find(uint16_t vendor, uint16_t product)
{
	const LIBMTP_device_entry_t *row = find_row(vendor, product);

	return row ? row->device_flags : 0;
}
