/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress: see progress.h. Each item costs some transactions beside its bytes:
 * an item counts as ITEM_BYTES more, so that many small songs do not stand still at 99 %.
 */
#include "engine/progress.h"

#define ITEM_BYTES 65536u
#define SAMPLE_US 500000
#define SMOOTH 0.25

void
progress_begin(Progress *progress, uint64_t total_bytes, uint32_t total_items, gint64 now_us)
{
	*progress = (Progress){
		.total_bytes = total_bytes, .total_items = total_items, .sampled_us = now_us};
}

static void
sample(Progress *progress, gint64 now_us)
{
	uint64_t bytes = progress->done_bytes + progress->item_bytes;
	gint64 elapsed_us = now_us - progress->sampled_us;

	if (elapsed_us < SAMPLE_US || bytes < progress->sampled_bytes)
		return;
	double rate = (bytes - progress->sampled_bytes) * 1e6 / elapsed_us;
	progress->rate = progress->rate == 0 ? rate
					     : progress->rate + SMOOTH * (rate - progress->rate);
	progress->sampled_us = now_us;
	progress->sampled_bytes = bytes;
}

static void
raise_percent(Progress *progress)
{
	double total = progress->total_bytes + (double)ITEM_BYTES * progress->total_items;
	double done = progress->done_bytes + progress->item_bytes +
		      (double)ITEM_BYTES * progress->done_items;
	uint32_t percent = total > 0 ? MIN(100, done * 100 / total) : 100;

	progress->percent = MAX(progress->percent, percent);
}

void
progress_update(Progress *progress, uint64_t item_bytes, gint64 now_us)
{
	/* what was not announced (playlists are small) does not push the sum over the total */
	progress->item_bytes = MIN(item_bytes, progress->total_bytes - progress->done_bytes);
	sample(progress, now_us);
	raise_percent(progress);
}

void
progress_finish_item(Progress *progress, uint64_t item_size, gint64 now_us)
{
	progress->item_bytes = 0;
	progress->done_bytes = MIN(progress->total_bytes, progress->done_bytes + item_size);
	progress->done_items = MIN(progress->total_items, progress->done_items + 1);
	sample(progress, now_us);
	raise_percent(progress);
}

GVariant *
progress_to_variant(const Progress *progress, const char *item)
{
	uint64_t bytes = progress->done_bytes + progress->item_bytes;
	uint64_t left = progress->total_bytes > bytes ? progress->total_bytes - bytes : 0;
	gint64 seconds = progress->rate > 0 ? (gint64)(left / progress->rate) : -1;

	return g_variant_new("(uttuustx)", progress->percent, bytes, progress->total_bytes,
			     progress->done_items, progress->total_items, item, progress->rate,
			     left == 0 ? (gint64)0 : seconds);
}
