/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* quirks: what libmtp's device table knows against a device; its flags are that table's own. */
#pragma once

#include <glib.h>
#include <stdint.h>

gboolean quirks_is_listed(uint16_t vendor, uint16_t product);

/* 0 for a device that is not listed. */
uint32_t quirks_find(uint16_t vendor, uint16_t product);
