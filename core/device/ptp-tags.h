/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-tags: a song's tags as object properties. */
#pragma once

#include "device/ptp-lane.h"

/* Appends those that a new object of this format can have and that are known, to a property list. */
void ptp_tags_add_new(Device *device, uint16_t format, const Track *tags, GByteArray *list);
