/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session: see session.h. The device is held for as short as jobs last that follow each other, so
 * that file managers and other programs may have it in between (law 6).
 */
#include "engine/session.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/disk-watch.h"
#include "engine/partner.h"
#include "engine/session-device.h"
#include "engine/session-partner.h"
#include "engine/session-plan.h"
#include "engine/session-report.h"
#include "engine/session-rounds.h"
#include "engine/session-skipped.h"
#include "wire/memfd.h"

#define PATIENCE_MS 1000 /* with a disk; others are looked at in far less */

struct Session {
	Job *job;
	const Observer *observer;
	const Keeper *keeper;
	GCancellable *cancellable;

	GMutex lock; /* guards device: the watcher looks at it from its thread */
	Device *device;
	int is_taking; /* atomic: the device is being opened, nothing has been changed on it yet */
	int is_followed; /* atomic: by another job for the device */
	gboolean was_kept; /* the device, by another session */

	Journal *journal;
	Planning planning;
};

Session *
session_new(Job *job, const Observer *observer, const Keeper *keeper, GCancellable *cancellable)
{
	Session *session = g_new0(Session, 1);

	session->job = job;
	session->observer = observer;
	session->keeper = keeper;
	session->cancellable = g_object_ref(cancellable);
	session->is_followed = job->is_followed;
	session->planning.storage = -1;
	session->planning.cancellable = session->cancellable;
	g_mutex_init(&session->lock);
	return session;
}

static void
release_device(Session *session)
{
	if (session->device != NULL)
		device_close(session->device);
	g_mutex_lock(&session->lock);
	Device *device = g_steal_pointer(&session->device);
	g_mutex_unlock(&session->lock);
	g_clear_pointer(&device, device_free);
}

void
session_free(Session *session)
{
	if (session == NULL)
		return;
	release_device(session);
	planning_clear(&session->planning);
	g_clear_pointer(&session->journal, journal_free);
	job_free(session->job);
	g_object_unref(session->cancellable);
	g_mutex_clear(&session->lock);
	g_free(session);
}

gboolean
session_is_hung(Session *session, GError **error)
{
	g_mutex_lock(&session->lock);
	gboolean hung = session->device != NULL && device_watch_expired(session->device);
	g_mutex_unlock(&session->lock);
	if (hung)
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_HUNG,
				    "the device does not answer any more; unplug it and plug it "
				    "in again");
	return hung || disk_watch_is_hung(error);
}

gboolean
session_is_harmless(Session *session)
{
	return g_atomic_int_get(&session->is_taking) || disk_watch_lasts(PATIENCE_MS);
}

void
session_take_device(Session *session, Device *device)
{
	session->device = device;
}

void
session_resume_device(Session *session, Device *device)
{
	session->device = device;
	session->was_kept = TRUE;
}

void
session_stay(Session *session)
{
	g_atomic_int_set(&session->is_followed, TRUE);
}

Device *
session_keep_device(Session *session)
{
	return g_steal_pointer(&session->device);
}

static void
tell(Session *session, int32_t detail, const char *text)
{
	session->observer->state(session->observer->data, detail, text);
}

/* taking the device */

static gboolean
take_device(Session *session, GError **error)
{
	tell(session, PORTA_DETAIL_OPENING, "opening");
	if (session->was_kept && !session_device_fits(session->device, session->job)) {
		release_device(session);
		session->was_kept = FALSE;
	}
	g_mutex_lock(&session->lock);
	if (session->device == NULL) {
		session->device = device_new(session->job->address, session->job->state_dir);
		device_want_lane(session->device, session->job->lane);
	}
	device_keep_mounts(session->device, session->keeper->keep_mount, session->keeper->data);
	device_tell_resets(session->device, session->keeper->expect_reset, session->keeper->data);
	g_mutex_unlock(&session->lock);
	g_atomic_int_set(&session->is_taking, TRUE);
	gboolean ok =
		session_device_open(session->device, session->was_kept, &session->planning, error);
	g_atomic_int_set(&session->is_taking, FALSE);
	return ok;
}

/* thinking */

static gboolean
make_plan(Session *session, GError **error)
{
	Planning *planning = &session->planning;
	const Job *job = session->job;

	if (!planning_load_rows(planning, session->journal, error))
		return FALSE;
	if (job->is_offline)
		planning_assume_inventory(planning, job);
	if (!planning_choose_storage(planning, job, error))
		return FALSE;
	tell(session, PORTA_DETAIL_PLANNING, "looking through the library");
	planning_make_wishlist(planning, job, session->journal);
	if (g_cancellable_set_error_if_cancelled(session->cancellable, error))
		return FALSE;
	if (!job->is_offline) {
		g_auto(GStrv) folders = plan_folders(job->layout, planning->rows);
		tell(session, PORTA_DETAIL_LISTING, "listing what is on the device");
		if (!inventory_load(planning->inventory, session->device,
				    (const char *const *)folders, session->cancellable, error))
			return FALSE;
	}
	tell(session, PORTA_DETAIL_PLANNING, "planning");
	if (job->kind == JOB_SYNC &&
	    !statistics_tell(planning, session->device, session->journal, job,
			     session->keeper->store_statistics, session->keeper->data, error))
		return FALSE;
	planning_build(planning, job, session->journal, session->device);
	return !g_cancellable_set_error_if_cancelled(session->cancellable, error);
}

/* the kinds of job */

/* A sync as far as it can be planned before anything is done. */
static gboolean
sync_once(Session *session, gboolean is_again, Report *report, GError **error)
{
	Planning *planning = &session->planning;

	if (!take_device(session, error) ||
	    !partner_check(&planning->info, session->job->owner, error) ||
	    !make_plan(session, error) || !planning_remember(planning, session->journal, error))
		return FALSE;
	Execution execution = {
		.device = session->device,
		.info = &planning->info,
		.wishlist = planning->wishlist,
		.inventory = planning->inventory,
		.journal = session->journal,
		.plan = planning->plan,
		.playlist_suffix = planning->playlist_suffix,
		.reserve_percent = session->job->percent_reserved,
		.is_again = is_again,
		.reads_back = session->job->verify_readback,
		.folders = planning->folders,
		.observer = session->observer,
		.cancellable = session->cancellable,
	};
	gboolean ok = execute_plan(&execution, error);
	report_add_round(report, &execution.report);
	execution_clear(&execution);
	ok = ok &&
	     session_renew_mark(session->device, planning, session->job, session->journal, error);
	if (ok)
		planning_settle(planning, session->journal);
	return ok;
}

/* The device as another session would find it. FALSE: it can not be had so now, and nothing is lost. */
static gboolean
begin_again(Session *session)
{
	if (!device_stay(session->device)) {
		device_close(session->device);
		if (session->device->was_reset ||
		    !device_open(session->device, session->cancellable, NULL))
			return FALSE;
	}
	session->was_kept = TRUE;
	planning_clear(&session->planning);
	return TRUE;
}

static gboolean
run_sync(Session *session, GVariantDict *result, GError **error)
{
	Planning *planning = &session->planning;
	gint64 begin = g_get_monotonic_time();
	Report report = {0};
	gboolean ok = sync_once(session, FALSE, &report, error);

	for (int n = 1; ok && rounds_find_more(&report, planning, session->job, session->device, n);
	     n++) {
		if (!begin_again(session))
			break;
		ok = sync_once(session, TRUE, &report, error);
	}
	if (planning->skips != NULL)
		g_variant_dict_insert_value(result, "Skips", planning->skips->known);
	if (report.failures != NULL)
		report_add_sync(result, &report, planning->plan,
				(g_get_monotonic_time() - begin) / 1e6);
	if (session->job->forget)
		g_variant_dict_insert(result, "Forgotten", "b",
				      ok && !planning->wishlist->suspicious);
	report_clear(&report);
	return ok;
}

static gboolean
run_identify(Session *session, GVariantDict *result, GError **error)
{
	Planning *planning = &session->planning;
	DeviceInfo *info = &planning->info;
	Partner partner = {0};

	if (!take_device(session, error))
		return FALSE;
	planning_choose_storage(planning, session->job, NULL);
	if (!partner_load(session->device, info, planning->inventory->storages, &partner,
			  session->cancellable, error))
		return FALSE;
	gboolean ok =
		session_store_partnership(session->device, planning, session->job, session->journal,
					  &partner, error) &&
		partner_store_name(session->device, info, session->job->set_friendly_name, error);
	report_add_identity(result, info, &partner, planning->storage >= 0);
	partner_clear(&partner);
	return ok;
}

static gboolean
run_preview(Session *session, GVariantDict *result, GUnixFDList *fds, GError **error)
{
	Planning *planning = &session->planning;

	if (!take_device(session, error) || !make_plan(session, error))
		return FALSE;
	g_autoptr(GVariant) plan = g_variant_ref_sink(
		plan_to_variant(planning->plan, planning->wishlist, planning->inventory));
	int fd = memfd_new_from_variant("portamento-plan", plan, error);
	int index = fd >= 0 ? g_unix_fd_list_append(fds, fd, error) : -1;
	if (fd >= 0)
		close(fd);
	if (index < 0)
		return FALSE;
	g_variant_dict_insert(result, "Plan", "h", index);
	return TRUE;
}

static gboolean
run_estimate(Session *session, GVariantDict *result, GError **error)
{
	if (!session->job->is_offline && !take_device(session, error))
		return FALSE;
	if (!make_plan(session, error))
		return FALSE;
	planning_add_estimate(&session->planning, result);
	return TRUE;
}

static gboolean
run_kind(Session *session, GVariantDict *result, GUnixFDList *fds, GError **error)
{
	switch (session->job->kind) {
	case JOB_IDENTIFY: return run_identify(session, result, error);
	case JOB_SYNC: return run_sync(session, result, error);
	case JOB_PREVIEW: return run_preview(session, result, fds, error);
	case JOB_ESTIMATE: return run_estimate(session, result, error);
	case JOB_SKIPPED:
		return session_list_skipped(&session->planning, session->journal, result, error);
	case JOB_INCLUDE_SKIPPED:
		return session_include_skipped(&session->planning, session->journal, error);
	case JOB_RELEASE: return TRUE;
	}
	g_return_val_if_reached(FALSE);
}

static gboolean
open_journal(Session *session, GError **error)
{
	const Job *job = session->job;

	if (job->kind == JOB_RELEASE)
		return TRUE;
	session->journal = job->is_offline
				   ? journal_open_readonly(job->state_dir, job->address->id, error)
				   : journal_open(job->state_dir, job->address->id, error);
	return session->journal != NULL;
}

/* Whatever went wrong is best met by a session that begins anew. */
static gboolean
is_kept(Session *session, int32_t code)
{
	return (code == PORTA_OK || code == PORTA_ERROR_HELD) &&
	       session->job->kind != JOB_RELEASE && g_atomic_int_get(&session->is_followed) &&
	       session->device != NULL && device_stay(session->device);
}

GVariant *
session_run(Session *session, GUnixFDList *fds)
{
	GVariantDict result;
	g_autoptr(GError) error = NULL;

	g_variant_dict_init(&result, NULL);
	gboolean ok = open_journal(session, &error) && run_kind(session, &result, fds, &error);
	int32_t code = error_code(error);
	if (!ok && code == PORTA_OK)
		code = PORTA_ERROR_FAILED;
	if (ok && session->planning.plan != NULL && session->planning.plan->n_held > 0 &&
	    session->job->kind == JOB_SYNC)
		code = PORTA_ERROR_HELD;
	g_autofree char *notes = session->job->kind == JOB_SYNC
					 ? planning_tell_notes(&session->planning)
					 : g_strdup("");
	if (session->journal != NULL && !session->job->is_offline)
		report_add_standing(&result, &session->planning, session->job, session->journal);
	if (is_kept(session, code))
		g_variant_dict_insert(&result, "Stays", "b", TRUE);
	else
		release_device(session);
	report_add_end(&result, code, error, notes);
	return g_variant_dict_end(&result);
}
