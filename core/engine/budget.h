/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * budget: what fits, by priority, with the reserve kept free. Pure.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
	uint64_t size_bytes; /* as it will be on the device */
	uint64_t present_bytes; /* what it takes there now; 0 not there */
	int32_t priority;
	gboolean is_fill;
	gboolean fits; /* the answer */
	gboolean stays; /* it does not fit as it shall be, but as it is now */
} BudgetItem;

/* Stays free beside the reserve: for directories that grow, playlists, the manifest. */
#define BUDGET_MARGIN_BYTES (UINT64_C(1) << 20)

/* size rounded up to whole clusters; an empty file takes one. */
uint64_t budget_round_up(uint64_t size_bytes, uint64_t cluster_bytes);

/* items: of BudgetItem in the order of importance. Among equals (priority, is_fill) what is present
 * goes first, so that nothing is sent only to replace its like. free_bytes: now, on the device;
 * removable_bytes: what the plan frees for other reasons (no longer wanted). Fills `fits` and `stays`.
 * What comes is counted in whole clusters, what goes in bytes: an error leaves room, never takes it. */
void budget_fit(GArray *items, uint64_t capacity_bytes, uint64_t free_bytes,
		uint64_t removable_bytes, uint32_t percent_reserved, uint64_t cluster_bytes);
