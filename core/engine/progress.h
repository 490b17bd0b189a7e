/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress: how far a session is: bytes, items, rate and time left. Pure: the
 * clock is the caller's. Percentages only go up.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
	uint64_t total_bytes, done_bytes;
	uint32_t total_items, done_items;
	uint64_t item_bytes; /* of the current item, counted in done_bytes when it ends */
	uint64_t rate; /* bytes per second, smoothed over about five seconds */
	gint64 sampled_us; /* when the rate was last brought up to date */
	uint64_t sampled_bytes;
	uint32_t percent;
} Progress;

void progress_begin(Progress *progress, uint64_t total_bytes, uint32_t total_items, gint64 now_us);
/* The current item has sent this many bytes. */
void progress_update(Progress *progress, uint64_t item_bytes, gint64 now_us);
/* The current item ended; failed ones count too, so that the total is reached. */
void progress_finish_item(Progress *progress, uint64_t item_size, gint64 now_us);
/* (percent, done bytes, total bytes, done items, total items, item, rate, seconds left or -1); floating */
GVariant *progress_to_variant(const Progress *progress, const char *item);
