/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-rounds: see session-rounds.h.
 */
#include "engine/session-rounds.h"

#include "engine/budget.h"

/* Each sends what the one before had to leave out: the first few take nearly all. */
#define MAX_ROUNDS 8

static uint64_t
smallest_left_out(const Planning *planning)
{
	uint64_t smallest = UINT64_MAX;

	for (guint i = 0; i < planning->plan->steps->len; i++) {
		const Step *step = &g_array_index(planning->plan->steps, Step, i);

		if (step->kind == STEP_NO_FIT)
			smallest = MIN(smallest, step->size_bytes);
	}
	return smallest;
}

/* Whether the device now tells of room for a song that found none. */
static gboolean
finds_room(const Planning *planning, const Job *job, Device *device)
{
	g_autoptr(GArray) now = device_storages_new();
	uint64_t smallest = smallest_left_out(planning);

	if (smallest == UINT64_MAX || !device_load_storages(device, now, NULL) ||
	    now->len != planning->inventory->storages->len)
		return FALSE;
	const DeviceStorage *storage = &g_array_index(now, DeviceStorage, planning->storage);
	uint64_t kept = storage->capacity_bytes / 100 * job->percent_reserved +
			BUDGET_MARGIN_BYTES +
			budget_round_up(smallest, planning->inventory->cluster_bytes);
	return storage->free_bytes > kept;
}

gboolean
rounds_find_more(const Report *report, Planning *planning, const Job *job, Device *device, int n)
{
	if (n >= MAX_ROUNDS || report->failures->len > report->foreseen)
		return FALSE;
	return report->adopted > 0 ||
	       (report->has_changed_space && finds_room(planning, job, device));
}
