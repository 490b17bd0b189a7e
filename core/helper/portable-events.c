/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-events: what an engine says while it has a job.
 */
#include "helper/portable.h"

#include "base/error.h"
#include "helper/timing.h"

static void
on_state(Portable *portable, Job *job, int32_t detail, const char *text)
{
	if (lane_get_job(portable->main_lane) != job)
		return;
	portable->engine_detail = detail;
	g_free(portable->engine_text);
	portable->engine_text = g_strdup(text);
	portable_flush_progress(portable);
	portable_show(portable);
}

/* One that is stale must not be shown as that of the device plugged in now, or away. */
static void
on_progress(Portable *portable, Job *job, GVariant *progress)
{
	if (job->connection == portable->connection)
		portable_show_progress(portable, progress);
}

static void
on_item_error(Portable *portable, const char *item, const char *source, int32_t code,
	      const char *text)
{
	sync_device_emit_sync_error(portable->object, item, source, code, text);
}

/* For who looks on; the hosts take theirs from the desk. */
static gboolean
store_for_host(Portable *portable, const char *batch, const char *host_id, GVariant *tracks,
	       GError **error)
{
	StatisticsDesk *desk = portable->helper->statistics;
	gboolean is_new = FALSE;

	if (!statistics_desk_add(desk, host_id, portable->id, batch, tracks, &is_new, error))
		return FALSE;
	if (is_new)
		sync_device_emit_statistics(portable->object, host_id, tracks);
	return TRUE;
}

static gboolean
on_store_statistics(Portable *portable, const char *batch, GVariant *hosts, GError **error)
{
	gsize n = g_variant_n_children(hosts);

	for (gsize i = 0; i < n; i++) {
		g_autoptr(GVariant) tracks = NULL;
		const char *host_id;
		g_variant_get_child(hosts, i, "(&s@a(siix))", &host_id, &tracks);
		/* one that withdrew during the sync is owed nothing any more */
		if (portable_has_rules_of(portable, host_id) &&
		    !store_for_host(portable, batch, host_id, tracks, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
on_keep_mount(Portable *portable, Job *job, GVariant *mount, GError **error)
{
	if (portable->scheduler.connected && job->connection == portable->connection)
		return mount_loan_take(portable->loan, portable->bus, portable->address, mount,
				       error);
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "the device was unplugged");
	return FALSE;
}

static void
on_expect_reset(Portable *portable, Job *job)
{
	if (job->connection == portable->connection)
		scheduler_reset(&portable->scheduler, g_get_monotonic_time(),
				timing_ms(TIMING_RESET));
}

const LaneEvents portable_lane_events = {
	portable_describe_job, on_state,      on_progress,     on_item_error,
	on_store_statistics,   on_keep_mount, on_expect_reset, portable_next,
};
