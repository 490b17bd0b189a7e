/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-rounds: see session-rounds.h.
 */
#include "engine/session-rounds.h"

#include "engine/budget.h"
#include "engine/session-report.h"

/* Each sends what the one before had to leave out: the first few take nearly all. */
#define MAX_ROUNDS 8

static gboolean
carry_out(const Rounds *rounds, gboolean is_again, Report *report, GError **error)
{
	Planning *planning = rounds->planning;
	Execution execution = {
		.device = rounds->device,
		.info = &planning->info,
		.wishlist = planning->wishlist,
		.inventory = planning->inventory,
		.journal = rounds->journal,
		.plan = planning->plan,
		.playlist_suffix = planning->playlist_suffix,
		.reserve_percent = rounds->job->percent_reserved,
		.is_again = is_again,
		.reads_back = rounds->job->verify_readback,
		.folders = planning->folders,
		.observer = rounds->observer,
		.cancellable = planning->cancellable,
	};

	gboolean ok = execute_plan(&execution, error);
	report_add_round(report, &execution.report);
	execution_clear(&execution);
	return ok;
}

/* FALSE: the device does not say, or has other storages now. */
static gboolean
renew_free_space(Inventory *inventory, Device *device)
{
	g_autoptr(GArray) now = device_storages_new();

	if (!device_load_storages(device, now, NULL) || now->len != inventory->storages->len)
		return FALSE;
	for (guint i = 0; i < now->len; i++) {
		const DeviceStorage *told = &g_array_index(now, DeviceStorage, i);
		DeviceStorage *known = &g_array_index(inventory->storages, DeviceStorage, i);

		if (told->id != known->id)
			return FALSE;
		known->free_bytes = told->free_bytes;
	}
	return TRUE;
}

static uint64_t
smallest_left_out(const Planning *planning)
{
	uint64_t smallest = UINT64_MAX;

	for (guint i = 0; i < planning->plan->steps->len; i++) {
		const Step *step = &g_array_index(planning->plan->steps, Step, i);

		if (step->kind == STEP_NO_FIT)
			smallest = MIN(smallest,
				       g_array_index(planning->wishlist->wants, Want, step->want)
					       .size_bytes);
	}
	return smallest;
}

/* Whether the device now tells of room for a song that found none. */
static gboolean
finds_room(const Rounds *rounds)
{
	const Planning *planning = rounds->planning;
	Inventory *inventory = planning->inventory;
	uint64_t smallest = smallest_left_out(planning);

	if (smallest == UINT64_MAX || !renew_free_space(inventory, rounds->device))
		return FALSE;
	const DeviceStorage *storage =
		&g_array_index(inventory->storages, DeviceStorage, planning->storage);
	uint64_t kept = storage->capacity_bytes / 100 * rounds->job->percent_reserved +
			budget_round_up(smallest, inventory->cluster_bytes);
	return storage->free_bytes > kept;
}

/* Another plan, for what the inventory and the journal say now. */
static gboolean
plan_again(const Rounds *rounds, GError **error)
{
	Planning *planning = rounds->planning;

	g_clear_pointer(&planning->plan, plan_free);
	g_clear_pointer(&planning->wishlist, wishlist_free);
	g_clear_pointer(&planning->strings, g_string_chunk_free);
	g_clear_pointer(&planning->rows, g_ptr_array_unref);
	g_clear_pointer(&planning->folders, g_ptr_array_unref);
	if (!planning_load_rows(planning, rounds->journal, error))
		return FALSE;
	planning_make_wishlist(planning, rounds->job, rounds->journal);
	planning_build(planning, rounds->job, rounds->journal);
	return !g_cancellable_set_error_if_cancelled(planning->cancellable, error);
}

/* What failed on the device would but fail again. */
static gboolean
is_worth_another(const Rounds *rounds, const Report *report, gboolean has_changed)
{
	if (report->failures->len > report->foreseen)
		return FALSE;
	return report->adopted > 0 || (has_changed && finds_room(rounds));
}

gboolean
rounds_run(const Rounds *rounds, Report *report, GError **error)
{
	uint32_t n_before = 0;
	gboolean ok = carry_out(rounds, FALSE, report, error);

	for (int round = 1; ok && round < MAX_ROUNDS; round++) {
		uint32_t n_now = report->copied + report->replaced + report->removed +
				 report->playlists;

		if (!is_worth_another(rounds, report, n_now != n_before))
			return TRUE;
		n_before = n_now;
		ok = plan_again(rounds, error) && carry_out(rounds, TRUE, report, error);
	}
	return ok;
}
