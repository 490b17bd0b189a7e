/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * skips: the songs that a person wants left alone on one device, as the helper keeps them:
 * SKIPS_TYPE, in the order in which they were said. What they are now, the engine finds out.
 */
#pragma once

#include "helper/device-store.h"

#define SKIPS_MOST 1000 /* a device: more is a wish, which rules are for */

/* The list with this song in it, or without. before may be NULL. The caller unrefs. INVALID_ARGUMENT for
 * what is neither path nor URI, LIMIT_EXCEEDED, NOT_FOUND for one to be taken back that is not there. */
GVariant *skips_change(GVariant *before, const char *source, gboolean skip, GError **error);
/* In the store, not saved; more than SKIPS_MOST are not believed. */
void skips_keep(DeviceStore *store, GVariant *skips);
guint skips_count(DeviceStore *store);
/* a(sx), as Device.ListSkips; floating. */
GVariant *skips_tell(DeviceStore *store);
