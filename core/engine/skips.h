/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * skips: the songs that a person wants left alone on a device. The helper keeps them and gives
 * them to each job; here it is found out which songs they are now. A song is its file's path, as
 * people are told it (valid UTF-8); if nothing is there any more, a file of the same sound.
 */
#pragma once

#include "engine/wishlist.h"

typedef struct {
	GHashTable *sources; /* set: what is skipped now, for PlanOptions.skips */
	GVariant *known; /* SKIPS_TYPE: what was given, with what was learned of it */
} Skips;

/* list: SKIPS_TYPE, or NULL: none. The wishlist must be inspected. Reads files, but none twice that it knows. */
Skips *skips_new(GVariant *list, const Wishlist *wishlist, GCancellable *cancellable);
void skips_free(Skips *skips);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Skips, skips_free)
