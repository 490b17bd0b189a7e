/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job: one thing that an engine is asked to do, and who waits for its end.
 */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "helper/device-store.h"

typedef struct Portable Portable;
typedef struct Job Job;

typedef enum {
	JOB_IDENTIFY,
	JOB_SYNC,
	JOB_PREVIEW,
	JOB_ESTIMATE,
	JOB_SKIPPED,
	JOB_INCLUDE_SKIPPED,
	JOB_RELEASE
} JobKind;

/* The end, once: code and text are always set, result only if the engine gave one. */
typedef void (*JobFunc)(Portable *portable, Job *job, int32_t code, const char *text,
			GVariant *result, GUnixFDList *fds);

struct Job {
	JobKind kind;
	JobFunc done;
	gboolean needs_device; /* identified, too */
	gboolean is_followed; /* the engine knows that another job for the device follows */
	gboolean offline; /* runs beside the job that has the device */
	const char *partnership; /* static: "keep", "create", "replace", "delete" */
	char *host_id; /* estimate: whose rules are replaced, or NULL */
	GVariant *rules; /* estimate: by these */
	GDBusMethodInvocation *invocation; /* to be answered, or NULL */
	guint asked[STORE_N_ITEMS]; /* what had been asked for when it was made: see portable.h */
	guint connection; /* which of the device's connections it began in */
	gboolean begun; /* an engine was told */
	gboolean detached; /* its caller has been answered or is gone */
};

Job *job_new(JobKind kind, JobFunc done, GDBusMethodInvocation *invocation);
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

/* With a host's rules replaced by these; as they are where host_id is "". */
void job_try_rules(Job *job, const char *host_id, GVariant *rules);

/* As Engine1.Run names it. */
const char *job_kind_name(JobKind kind);

/* Answers the caller with an error now; the job's end will tell nobody. */
void job_detach(Job *job, int32_t code, const char *text);
