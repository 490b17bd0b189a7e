/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * budget: see budget.h. One purse holds what is free above the reserve and all that our songs take
 * now; it is spent from the most important song down. A song that stays as it is costs what it
 * takes, so it can only lose its room to a more important one. Where the device is below its
 * reserve already the purse holds our songs alone: none goes for that, none is added (law 4).
 */
#include "engine/budget.h"

typedef struct {
	uint64_t purse;
	uint64_t cluster_bytes;
} Spending;

uint64_t
budget_round_up(uint64_t size_bytes, uint64_t cluster_bytes)
{
	if (cluster_bytes <= 1)
		return size_bytes;
	uint64_t clusters = size_bytes / cluster_bytes + (size_bytes % cluster_bytes != 0);
	clusters = MAX(clusters, 1);
	return clusters > G_MAXUINT64 / cluster_bytes ? G_MAXUINT64 : clusters * cluster_bytes;
}

static uint64_t
add_capped(uint64_t a, uint64_t b)
{
	return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

static uint64_t
reserved_bytes(uint64_t capacity_bytes, uint32_t percent)
{
	/* in two steps, or large capacities overflow */
	uint64_t bytes = capacity_bytes / 100 * percent + capacity_bytes % 100 * percent / 100;

	return add_capped(bytes, BUDGET_MARGIN_BYTES);
}

static gboolean
spend(Spending *spending, uint64_t bytes)
{
	if (bytes > spending->purse)
		return FALSE;
	spending->purse -= bytes;
	return TRUE;
}

static void
fit(Spending *spending, BudgetItem *item)
{
	gboolean unchanged = item->present_bytes > 0 && item->present_bytes == item->size_bytes;
	uint64_t cost = unchanged ? item->size_bytes
				  : budget_round_up(item->size_bytes, spending->cluster_bytes);

	item->fits = spend(spending, cost);
	item->stays = !item->fits && item->present_bytes > 0 &&
		      spend(spending, item->present_bytes);
}

static gboolean
are_equals(const BudgetItem *a, const BudgetItem *b)
{
	return a->priority == b->priority && a->is_fill == b->is_fill;
}

void
budget_fit(GArray *items, uint64_t capacity_bytes, uint64_t free_bytes, uint64_t removable_bytes,
	   uint32_t percent_reserved, uint64_t cluster_bytes)
{
	uint64_t reserve = reserved_bytes(capacity_bytes, percent_reserved);
	uint64_t room = add_capped(free_bytes, removable_bytes);
	Spending spending = {room > reserve ? room - reserve : 0, cluster_bytes};
	BudgetItem *item = (BudgetItem *)(void *)items->data;

	for (guint i = 0; i < items->len; i++)
		spending.purse = add_capped(spending.purse, item[i].present_bytes);
	for (guint begin = 0, end; begin < items->len; begin = end) {
		for (end = begin + 1; end < items->len && are_equals(&item[begin], &item[end]);)
			end++;
		for (guint i = begin; i < end; i++)
			if (item[i].present_bytes > 0)
				fit(&spending, &item[i]);
		for (guint i = begin; i < end; i++)
			if (item[i].present_bytes == 0)
				fit(&spending, &item[i]);
	}
}
