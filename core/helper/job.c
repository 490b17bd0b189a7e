/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job: see job.h.
 */
#include "helper/job.h"

#include "base/error.h"

Job *
job_new(JobKind kind, JobFunc done, GDBusMethodInvocation *invocation)
{
	Job *job = g_new0(Job, 1);

	job->kind = kind;
	job->done = done;
	job->needs_device = kind != JOB_SKIPPED && kind != JOB_INCLUDE_SKIPPED &&
			    kind != JOB_RELEASE;
	job->partnership = "keep";
	job->invocation = invocation;
	return job;
}

void
job_try_rules(Job *job, const char *host_id, GVariant *rules)
{
	if (host_id[0] == '\0')
		return;
	job->host_id = g_strdup(host_id);
	job->rules = g_variant_ref(rules);
}

void
job_free(Job *job)
{
	g_free(job->host_id);
	g_clear_pointer(&job->rules, g_variant_unref);
	g_free(job);
}

const char *
job_kind_name(JobKind kind)
{
	static const char *const names[] = {
		[JOB_IDENTIFY] = "identify", [JOB_SYNC] = "sync",
		[JOB_PREVIEW] = "preview",   [JOB_ESTIMATE] = "estimate",
		[JOB_SKIPPED] = "skipped",   [JOB_INCLUDE_SKIPPED] = "include-skipped",
		[JOB_RELEASE] = "release",
	};

	return names[kind];
}

void
job_detach(Job *job, int32_t code, const char *text)
{
	GDBusMethodInvocation *invocation = g_steal_pointer(&job->invocation);

	job->detached = TRUE;
	if (invocation != NULL)
		g_dbus_method_invocation_return_error_literal(invocation, PORTA_ERROR, code, text);
}
