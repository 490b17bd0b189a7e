/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable: one portable device as the helper knows it: plugged in or only remembered.
 * Its parts: portable.c its life, portable-next.c what runs when, portable-job.c what an engine is
 * told, portable-events.c what it says meanwhile, portable-result.c what it answers,
 * portable-state.c what clients see of it, portable-request.c what they ask for,
 * portable-look.c what they ask about, device-object.c how they ask it.
 */
#pragma once

#include "helper/device-store.h"
#include "helper/helper.h"
#include "helper/lane.h"
#include "helper/mount-loan.h"
#include "helper/scheduler.h"
#include "sync-dbus.h"

typedef struct { /* why the device could not be looked at, or the last sync failed */
	int32_t code;
	char *text;
} Outcome;

struct Portable {
	Helper *helper; /* no-ref: owns us */
	char *id;
	char *object_path;
	SyncDevice *object;
	DeviceStore *store;
	Scheduler scheduler;
	guint32 bus, address; /* where it is now */
	guint16 vendor, product;
	char *usb_serial;
	guint connection; /* counts connects and disconnects */
	int32_t status; /* PORTA_STATUS_* */
	Outcome identified; /* of the last identify */
	Outcome synced; /* of the last sync since the connect */
	Lane *main_lane, *side_lane;
	guint asked[STORE_N_ITEMS]; /* how often people asked for each thing that is to be done */
	MountLoan *loan; /* what the desktop had mounted of it */
	gboolean repayment_due; /* a job has begun since the desktop was asked last */
	GQueue main_jobs, side_jobs; /* of Job, owned: asked for, not begun */
	GPtrArray *stopping; /* of GDBusMethodInvocation: answered when the sync has ended */
	int32_t engine_detail; /* as the engine says during a job */
	char *engine_text;
	GVariant *progress; /* not shown yet */
	gint64 progress_us; /* when it was shown last */
	guint progress_source;
	guint next_source;
	gint64 next_us; /* when that is due */
	guint forget_source;
	guint return_source; /* until a device that we reset is given up */
	gboolean needs_new_engine; /* libmtp may not know yet that the device is elsewhere */
	gboolean gone; /* helper_forget_portable() was called */
};

/* portable.c */
Portable *portable_new(Helper *helper, const char *id);
void portable_free(Portable *portable);
void portable_connect(Portable *portable, const DeviceAddress *address);
/* One that left because of a reset of ours stays connected for a moment more. */
void portable_disconnect(Portable *portable);
void portable_leave(Portable *portable);
gboolean portable_is_at_rest(Portable *portable);
void outcome_set(Outcome *outcome, int32_t code, const char *text);

/* portable-events.c */
extern const LaneEvents portable_lane_events;

/* portable-next.c */
void portable_next(Portable *portable);
void portable_on_repaid(void *data); /* a MountLoanFunc */
/* Takes job over; LIMIT_EXCEEDED answers its caller. */
void portable_queue_main(Portable *portable, Job *job);
void portable_queue_side(Portable *portable, Job *job);
/* Ends the jobs that wait and need the device. */
void portable_fail_waiting(Portable *portable, int32_t code, const char *text);
/* Takes a job of ours or of a client back, wherever it is. */
void portable_cancel_job(Portable *portable, Job *job);
void portable_drop_client(Portable *portable, const char *client);
gboolean portable_is_syncing(Portable *portable);
/* Whether the next job for the device is known, so that this one need not give it back. */
gboolean portable_is_followed(Portable *portable, const Job *job);
/* Whether a sync would have anything to do: rules, or what an end of them left to be done. */
gboolean portable_has_work(Portable *portable);
/* Whether it is neither connected, nor remembered, nor asked anything. */
gboolean portable_is_forgettable(Portable *portable);

/* portable-job.c */
/* As job_new(); it answers what has been asked for until now, and nothing that comes later. */
Job *portable_new_job(Portable *portable, JobKind kind, JobFunc done,
		      GDBusMethodInvocation *invocation);
/* Whether nobody has asked for this again since the job was made. */
gboolean portable_has_answered(Portable *portable, Job *job, StoreItem item);
GVariant *portable_describe_job(Portable *portable, Job *job, GUnixFDList *fds);
/* a(sisia{sv}): of all hosts; host_id's replaced by rules if host_id is not NULL. Floating. */
GVariant *portable_list_rules(Portable *portable, const char *host_id, GVariant *rules);
gboolean portable_has_rules_of(Portable *portable, const char *host_id);

/* portable-result.c: JobFuncs */
void portable_on_identified(Portable *portable, Job *job, int32_t code, const char *text,
			    GVariant *result, GUnixFDList *fds);
void portable_on_synced(Portable *portable, Job *job, int32_t code, const char *text,
			GVariant *result, GUnixFDList *fds);
void portable_on_included(Portable *portable, Job *job, int32_t code, const char *text,
			  GVariant *result, GUnixFDList *fds);
/* Saves what was learned, if the device is one to be remembered. */
void portable_remember(Portable *portable);
/* Status from what is stored, for a device that is not there. */
int32_t portable_stored_status(Portable *portable);

/* portable-state.c */
void portable_show(Portable *portable); /* status, state, detail */
void portable_show_stored(Portable *portable); /* what the store knows */
void portable_show_progress(Portable *portable, GVariant *progress);
void portable_reset_progress(Portable *portable);
void portable_flush_progress(Portable *portable);

/* portable-request.c */
void portable_create_partnership(Portable *portable, gboolean replace,
				 GDBusMethodInvocation *invocation);
void portable_delete_partnership(Portable *portable, GDBusMethodInvocation *invocation);
gboolean portable_set_setting(Portable *portable, const char *name, GVariant *value,
			      GError **error);
gboolean portable_set_rules(Portable *portable, const char *host_id, GVariant *rules,
			    GError **error);
gboolean portable_forget_host(Portable *portable, const char *host_id, GError **error);
gboolean portable_start(Portable *portable, GError **error);
void portable_stop(Portable *portable, GDBusMethodInvocation *invocation);
void portable_include_skipped(Portable *portable, GDBusMethodInvocation *invocation);
gboolean portable_set_skip(Portable *portable, const char *source, gboolean skip, GError **error);
gboolean portable_confirm_removals(Portable *portable, const char *token, GError **error);

/* portable-look.c */
void portable_estimate(Portable *portable, const char *host_id, GVariant *rules,
		       GDBusMethodInvocation *invocation);
/* Those that this client asked for. */
void portable_cancel_estimate(Portable *portable, const char *client);
/* rules: in place of this host's own; as they are where host_id is "". */
void portable_preview(Portable *portable, const char *host_id, GVariant *rules,
		      GDBusMethodInvocation *invocation);
void portable_list_skipped(Portable *portable, GDBusMethodInvocation *invocation);

/* device-object.c */
SyncDevice *device_object_new(Portable *portable);
