/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-next: what runs when. People's jobs go before the scheduler's; those that
 * need the device wait until it has been identified, or fail with the reason why
 * it could not be.
 */
#include "helper/portable.h"

#include <string.h>

#include "base/error.h"
#include "helper/timing.h"

#define MOST_WAITING 64
#define SOON_MS 2000 /* so long a device stays open for the next job */

gboolean
portable_is_syncing(Portable *portable)
{
	Job *job = lane_get_job(portable->main_lane);

	return job != NULL && job->kind == JOB_SYNC;
}

static void
end_unbegun(Portable *portable, Job *job, int32_t code, const char *text)
{
	job->done(portable, job, code, text, NULL, NULL);
	job_free(job);
}

static void
queue(Portable *portable, GQueue *jobs, Job *job)
{
	if (portable->helper->leaving)
		end_unbegun(portable, job, PORTA_ERROR_CANCELLED, "the helper is leaving");
	else if (g_queue_get_length(jobs) >= MOST_WAITING)
		end_unbegun(portable, job, PORTA_ERROR_LIMIT_EXCEEDED,
			    "too many requests wait for this device: try again later");
	else
		g_queue_push_tail(jobs, job);
	portable_next(portable);
}

void
portable_queue_main(Portable *portable, Job *job)
{
	queue(portable, &portable->main_jobs, job);
}

void
portable_queue_side(Portable *portable, Job *job)
{
	job->offline = TRUE;
	queue(portable, &portable->side_jobs, job);
}

void
portable_fail_waiting(Portable *portable, int32_t code, const char *text)
{
	GQueue jobs = portable->main_jobs;

	g_queue_init(&portable->main_jobs);
	for (Job *job = g_queue_pop_head(&jobs); job != NULL; job = g_queue_pop_head(&jobs)) {
		if (job->needs_device || portable->helper->leaving)
			end_unbegun(portable, job, code, text);
		else
			g_queue_push_tail(&portable->main_jobs, job);
	}
	while (portable->helper->leaving && !g_queue_is_empty(&portable->side_jobs))
		end_unbegun(portable, g_queue_pop_head(&portable->side_jobs), code, text);
}

void
portable_cancel_job(Portable *portable, Job *job)
{
	job_detach(job, PORTA_ERROR_CANCELLED, "cancelled");
	if (g_queue_remove(&portable->main_jobs, job) || g_queue_remove(&portable->side_jobs, job))
		end_unbegun(portable, job, PORTA_ERROR_CANCELLED, "cancelled");
	else if (lane_get_job(portable->main_lane) == job)
		lane_cancel(portable->main_lane, timing_ms(TIMING_CANCEL));
	else if (lane_get_job(portable->side_lane) == job)
		lane_cancel(portable->side_lane, timing_ms(TIMING_CANCEL));
}

/* kinds: a bit for each that counts. */
static gboolean
is_for(Job *job, const char *client, unsigned kinds)
{
	return job != NULL && job->invocation != NULL && (kinds & 1u << job->kind) != 0 &&
	       strcmp(g_dbus_method_invocation_get_sender(job->invocation), client) == 0;
}

/* Those running and waiting that only one client waits for. */
static void
cancel_jobs(Portable *portable, const char *client, unsigned kinds)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new();

	g_ptr_array_add(jobs, lane_get_job(portable->main_lane));
	g_ptr_array_add(jobs, lane_get_job(portable->side_lane));
	for (GList *at = portable->main_jobs.head; at != NULL; at = at->next)
		g_ptr_array_add(jobs, at->data);
	for (GList *at = portable->side_jobs.head; at != NULL; at = at->next)
		g_ptr_array_add(jobs, at->data);
	for (guint i = 0; i < jobs->len; i++)
		if (is_for(jobs->pdata[i], client, kinds))
			portable_cancel_job(portable, jobs->pdata[i]);
}

void
portable_drop_client(Portable *portable, const char *client)
{
	/* what changes something is finished all the same */
	cancel_jobs(portable, client, 1u << JOB_PREVIEW | 1u << JOB_ESTIMATE | 1u << JOB_SKIPPED);
}

void
portable_cancel_estimate(Portable *portable, const char *client)
{
	cancel_jobs(portable, client, 1u << JOB_ESTIMATE);
	portable_next(portable);
}

/* The first waiting job that can run now; those that never will are answered. */
static Job *
take_ready(Portable *portable)
{
	const Scheduler *scheduler = &portable->scheduler;
	gboolean is_between = scheduler_is_between(scheduler, g_get_monotonic_time());

	for (Job *job = g_queue_peek_head(&portable->main_jobs); job != NULL;
	     job = g_queue_peek_head(&portable->main_jobs)) {
		gboolean failed = scheduler->locked || scheduler->gave_up ||
				  scheduler_is_retrying(scheduler);
		if (job->needs_device && is_between)
			return NULL;
		if (!job->needs_device || scheduler->identified)
			return g_queue_pop_head(&portable->main_jobs);
		if (scheduler->connected && !failed)
			return NULL; /* being identified */
		g_queue_pop_head(&portable->main_jobs);
		if (!scheduler->connected)
			end_unbegun(portable, job, PORTA_ERROR_NO_DEVICE,
				    "the device is not connected");
		else
			end_unbegun(portable, job, portable->identified.code,
				    portable->identified.text);
	}
	return NULL;
}

static gboolean
on_due(gpointer data)
{
	Portable *portable = data;

	portable->next_source = 0;
	portable_next(portable);
	return G_SOURCE_REMOVE;
}

static Job *
begin_sync(Portable *portable)
{
	if (device_store_get_flag(portable->store, STORE_TODO_INCLUDE))
		return portable_new_job(portable, JOB_INCLUDE_SKIPPED, portable_on_included, NULL);
	scheduler_begin_sync(&portable->scheduler);
	portable_reset_progress(portable);
	return portable_new_job(portable, JOB_SYNC, portable_on_synced, NULL);
}

gboolean
portable_has_work(Portable *portable)
{
	g_auto(GStrv) hosts = device_store_list_hosts(portable->store);
	g_autofree char *token = device_store_get_text(portable->store, STORE_TODO_CONFIRM);

	return hosts[0] != NULL || token[0] != '\0' ||
	       device_store_get_flag(portable->store, STORE_TODO_REMOVE);
}

/* The scheduler's job, or NULL and, if one is due later, a timer for it. */
static Job *
take_scheduled(Portable *portable)
{
	gint64 now_us = g_get_monotonic_time(), when_us = 0;

	portable->scheduler.partner = portable->status == PORTA_STATUS_PARTNERSHIP_EXISTS;
	portable->scheduler.has_rules = portable_has_work(portable);
	switch (scheduler_next(&portable->scheduler, now_us, &when_us)) {
	case SCHEDULE_IDENTIFY:
		return portable_new_job(portable, JOB_IDENTIFY, portable_on_identified, NULL);
	case SCHEDULE_SYNC: return begin_sync(portable);
	case SCHEDULE_WAIT:
		portable->next_us = when_us;
		portable->next_source =
			g_timeout_add((when_us - now_us) / 1000 + 1, on_due, portable);
		return NULL;
	case SCHEDULE_NOTHING: return NULL;
	}
	return NULL;
}

gboolean
portable_is_followed(Portable *portable, const Job *job)
{
	gboolean is_ours = device_store_get_flag(portable->store, STORE_PARTNER) ||
			   strcmp(job->partnership, "create") == 0 ||
			   strcmp(job->partnership, "replace") == 0;

	if (!g_queue_is_empty(&portable->main_jobs))
		return TRUE;
	portable->scheduler.has_rules = portable_has_work(portable);
	return is_ours && strcmp(job->partnership, "delete") != 0 &&
	       scheduler_foresees_sync(&portable->scheduler, g_get_monotonic_time(), SOON_MS);
}

static void
on_released(Portable *portable, Job *job, int32_t code, const char *text, GVariant *result,
	    GUnixFDList *fds)
{
}

/* What was to follow does not after all, or not soon. */
static Job *
release(Portable *portable)
{
	gint64 soon_us = g_get_monotonic_time() + 1000 * (gint64)SOON_MS;

	if (!lane_holds_device(portable->main_lane) ||
	    (portable->next_source != 0 && portable->next_us < soon_us))
		return NULL;
	return portable_new_job(portable, JOB_RELEASE, on_released, NULL);
}

static void
run(Portable *portable, Lane *lane, Job *job)
{
	portable->engine_detail = PORTA_DETAIL_NONE;
	g_free(portable->engine_text);
	portable->engine_text = g_strdup("");
	job->connection = portable->connection;
	portable->repayment_due = TRUE;
	lane_run(lane, job);
}

/* A locked phone is looked at again and again, and shows nothing to anybody until it is unlocked. */
static gboolean
is_needed_soon(Portable *portable)
{
	gint64 soon_us = g_get_monotonic_time() + 1000 * (gint64)timing_ms(TIMING_RESUME);

	return portable->scheduler.locked ||
	       (portable->next_source != 0 && portable->next_us < soon_us);
}

/* The desktop has its mount back when no engine has the device nor soon will: a person who has it
 * open in a file manager sees it go and come once, however many jobs there were. */
static void
repay_mount(Portable *portable)
{
	Helper *helper = portable->helper;

	if (!portable->repayment_due || !portable->scheduler.connected ||
	    portable->scheduler.away || !mount_loan_is_owed(portable->loan) ||
	    mount_loan_is_being_repaid(portable->loan) || !lane_is_free(portable->main_lane) ||
	    lane_holds_device(portable->main_lane))
		return;
	if (!helper->leaving && is_needed_soon(portable))
		return;
	g_autoptr(GDBusConnection)
		bus = g_dbus_object_manager_server_get_connection(helper->objects);
	portable->repayment_due = FALSE;
	mount_loan_repay(portable->loan, bus);
}

void
portable_on_repaid(void *data)
{
	portable_next(data);
}

gboolean
portable_is_forgettable(Portable *portable)
{
	return !portable->scheduler.connected && !device_store_is_known(portable->store) &&
	       portable_is_at_rest(portable);
}

static gboolean
on_forget(gpointer data)
{
	Portable *portable = data;

	portable->forget_source = 0;
	if (portable_is_forgettable(portable)) {
		portable->gone = TRUE;
		helper_forget_portable(portable->helper, portable);
	}
	return G_SOURCE_REMOVE;
}

static void
forget_later(Portable *portable)
{
	if (portable->forget_source == 0 && !portable->gone && portable_is_forgettable(portable))
		portable->forget_source =
			g_timeout_add(timing_ms(TIMING_FORGET), on_forget, portable);
}

static void
run_next(Portable *portable)
{
	Job *job = take_ready(portable);

	if (job == NULL)
		job = take_scheduled(portable);
	if (job == NULL)
		job = release(portable);
	if (job != NULL)
		run(portable, portable->main_lane, job);
}

static void
foresee(Portable *portable)
{
	const Job *job = lane_get_job(portable->main_lane);

	if (job != NULL && !job->is_followed && portable_is_followed(portable, job))
		lane_stay(portable->main_lane);
}

void
portable_next(Portable *portable)
{
	g_clear_handle_id(&portable->next_source, g_source_remove);
	if (portable->needs_new_engine && lane_get_job(portable->main_lane) == NULL) {
		portable->needs_new_engine = FALSE;
		lane_let_go(portable->main_lane);
	}
	if (portable->helper->leaving) {
		lane_let_go(portable->main_lane);
		lane_let_go(portable->side_lane);
	} else if (lane_is_free(portable->main_lane) &&
		   !mount_loan_is_being_repaid(portable->loan)) {
		run_next(portable);
	}
	foresee(portable);
	if (lane_is_free(portable->side_lane) && !g_queue_is_empty(&portable->side_jobs))
		lane_run(portable->side_lane, g_queue_pop_head(&portable->side_jobs));
	repay_mount(portable);
	portable_show(portable);
	forget_later(portable);
	helper_activity(portable->helper);
}
