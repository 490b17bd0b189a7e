/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lane: see lane.h. A new engine is started only when the old one is gone, so that two
 * never meet at one device or one journal (law 6).
 */
#include "helper/lane.h"

#include "base/error.h"
#include "helper/engine-process.h"
#include "helper/timing.h"

struct Lane {
	Portable *portable; /* no-ref: owns us */
	const LaneEvents *events;
	EngineProcess *process; /* NULL: none */
	Job *job; /* the one that runs */
	gboolean cancelling;
	gboolean holds_device; /* between two jobs */
	guint linger_source;
	guint gone_source; /* frees the process outside its own callbacks */
	GError *start_error; /* why there is no process for the job */
};

static void
on_state(void *data, int32_t detail, const char *text)
{
	Lane *lane = data;

	lane->events->state(lane->portable, lane->job, detail, text);
}

static void
on_progress(void *data, GVariant *progress)
{
	Lane *lane = data;

	if (lane->job->kind == JOB_SYNC)
		lane->events->progress(lane->portable, lane->job, progress);
}

static void
on_item_error(void *data, const char *item, const char *source, int32_t code, const char *text)
{
	Lane *lane = data;

	if (lane->job->kind == JOB_SYNC)
		lane->events->item_error(lane->portable, item, source, code, text);
}

static gboolean
on_store_statistics(void *data, const char *batch, GVariant *hosts, GError **error)
{
	Lane *lane = data;

	return lane->events->store_statistics(lane->portable, batch, hosts, error);
}

static gboolean
on_keep_mount(void *data, GVariant *mount, GError **error)
{
	Lane *lane = data;

	return lane->events->keep_mount(lane->portable, lane->job, mount, error);
}

static void
on_expect_reset(void *data)
{
	Lane *lane = data;

	lane->events->expect_reset(lane->portable, lane->job);
}

static gboolean
on_linger(gpointer data)
{
	Lane *lane = data;

	lane->linger_source = 0;
	lane_let_go(lane);
	return G_SOURCE_REMOVE;
}

/* Code and text of a result; one without a code is an engine that does not keep its contract. */
static int32_t
read_code(GVariant *result, const char **text)
{
	int32_t code = PORTA_ERROR_FAILED;

	*text = "";
	if (!g_variant_lookup(result, "Code", "i", &code))
		*text = "the engine answered without a code";
	g_variant_lookup(result, "Text", "&s", text);
	return code;
}

static void
end_job(Lane *lane, GVariant *result, GUnixFDList *fds, const GError *error)
{
	g_autoptr(Job) job = g_steal_pointer(&lane->job);
	int32_t code;
	const char *text;

	lane->cancelling = FALSE;
	if (result != NULL) {
		code = read_code(result, &text);
		g_variant_lookup(result, "Stays", "b", &lane->holds_device);
	} else {
		code = error_code(error);
		text = error->message;
	}
	job->done(lane->portable, job, code, text, result, fds);
}

static void
on_done(void *data, GVariant *result, GUnixFDList *fds, const GError *error)
{
	Lane *lane = data;

	if (!engine_process_is_closing(lane->process))
		lane->linger_source = g_timeout_add(timing_ms(TIMING_LINGER), on_linger, lane);
	end_job(lane, result, fds, error);
	lane->events->free_again(lane->portable);
}

static gboolean
free_process(gpointer data)
{
	Lane *lane = data;

	lane->gone_source = 0;
	g_clear_handle_id(&lane->linger_source, g_source_remove);
	g_clear_pointer(&lane->process, engine_process_free);
	lane->holds_device = FALSE;
	lane->events->free_again(lane->portable);
	return G_SOURCE_REMOVE;
}

static void
on_gone(void *data)
{
	Lane *lane = data;

	lane->gone_source = g_idle_add(free_process, lane);
}

static const EngineEvents engine_events = {
	on_state,      on_progress,     on_item_error, on_store_statistics,
	on_keep_mount, on_expect_reset, on_done,       on_gone};

Lane *
lane_new(Portable *portable, const LaneEvents *events)
{
	Lane *lane = g_new0(Lane, 1);

	lane->portable = portable;
	lane->events = events;
	return lane;
}

void
lane_free(Lane *lane)
{
	g_clear_handle_id(&lane->linger_source, g_source_remove);
	g_clear_handle_id(&lane->gone_source, g_source_remove);
	g_clear_pointer(&lane->process, engine_process_free);
	g_clear_pointer(&lane->job, job_free);
	g_clear_error(&lane->start_error);
	g_free(lane);
}

gboolean
lane_is_free(Lane *lane)
{
	return lane->job == NULL &&
	       (lane->process == NULL || !engine_process_is_closing(lane->process));
}

gboolean
lane_is_at_rest(Lane *lane)
{
	return lane->job == NULL && lane->process == NULL;
}

Job *
lane_get_job(Lane *lane)
{
	return lane->job;
}

/* Ends the job later, as an engine would, so that callers see one order of events. */
static gboolean
fail_to_start(gpointer data)
{
	Lane *lane = data;
	g_autoptr(GError) error = g_steal_pointer(&lane->start_error);

	lane->gone_source = 0;
	end_job(lane, NULL, NULL, error);
	lane->events->free_again(lane->portable);
	return G_SOURCE_REMOVE;
}

void
lane_run(Lane *lane, Job *job)
{
	g_assert(lane_is_free(lane));
	g_clear_handle_id(&lane->linger_source, g_source_remove);
	lane->job = job;
	lane->holds_device = FALSE;
	job->begun = TRUE;
	if (lane->process == NULL)
		lane->process = engine_process_new(&engine_events, lane, &lane->start_error);
	if (lane->process == NULL) {
		lane->gone_source = g_idle_add(fail_to_start, lane);
		return;
	}
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();
	engine_process_run(lane->process, lane->events->describe(lane->portable, job, fds), fds);
}

void
lane_stay(Lane *lane)
{
	if (lane->job == NULL || lane->process == NULL)
		return;
	lane->job->is_followed = TRUE;
	engine_process_stay(lane->process);
}

gboolean
lane_holds_device(Lane *lane)
{
	return lane->holds_device;
}

void
lane_cancel(Lane *lane, guint ms)
{
	if (lane->job == NULL)
		return;
	lane->cancelling = TRUE;
	if (lane->process != NULL)
		engine_process_cancel(lane->process, ms);
}

gboolean
lane_is_cancelling(Lane *lane)
{
	return lane->cancelling;
}

void
lane_let_go(Lane *lane)
{
	if (lane->job == NULL && lane->process != NULL)
		engine_process_close(lane->process);
}
