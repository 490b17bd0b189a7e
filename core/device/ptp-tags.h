/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-tags: a song's tags as object properties. */
#pragma once

#include "device/ptp-lane.h"

/* Whether songs of this format have a rating that can be set. */
gboolean ptp_takes_ratings(Device *device, uint16_t format);
/* Appends those that a new object of this format can have and that are known, to a property list; handle 0
 * if it is yet to be announced. The rating is not among them. */
void ptp_tags_add_new(Device *device, uint16_t format, DeviceHandle handle, const Track *tags,
		      GByteArray *list);
void ptp_tags_add_rating(int32_t rating, GByteArray *list);
/* By the list at once where the device takes lists, else one by one. */
gboolean ptp_set_properties(Device *device, const GByteArray *list, GError **error);
