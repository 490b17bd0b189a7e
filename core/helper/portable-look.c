/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-look: what people ask about a device, and nothing is changed by: previews, estimates,
 * skipped files. Each waits for its turn at the device, or is answered from the journal.
 */
#include "helper/portable.h"

#include "base/error.h"

static void
on_estimated(Portable *portable, Job *job, int32_t code, const char *text, GVariant *result,
	     GUnixFDList *fds)
{
	GDBusMethodInvocation *invocation = g_steal_pointer(&job->invocation);

	if (invocation == NULL)
		return;
	if (code == PORTA_OK)
		g_dbus_method_invocation_return_value(invocation,
						      g_variant_new("(@a{sv})", result));
	else
		g_dbus_method_invocation_return_error_literal(invocation, PORTA_ERROR, code, text);
}

/* Beside the device where its engine has something else to do, or it is not there. */
static gboolean
goes_beside(Portable *portable)
{
	g_autoptr(GVariant) storages = device_store_get(portable->store, STORE_STORAGES);
	gboolean at_hand = portable->scheduler.identified && lane_is_free(portable->main_lane) &&
			   g_queue_is_empty(&portable->main_jobs);

	return storages != NULL && !at_hand;
}

void
portable_estimate(Portable *portable, const char *host_id, GVariant *rules,
		  GDBusMethodInvocation *invocation)
{
	portable_cancel_estimate(portable, g_dbus_method_invocation_get_sender(invocation));
	Job *job = portable_new_job(portable, JOB_ESTIMATE, on_estimated, invocation);
	job_try_rules(job, host_id, rules);
	if (goes_beside(portable))
		portable_queue_side(portable, job);
	else
		portable_queue_main(portable, job);
}

static void
on_previewed(Portable *portable, Job *job, int32_t code, const char *text, GVariant *result,
	     GUnixFDList *fds)
{
	GDBusMethodInvocation *invocation = g_steal_pointer(&job->invocation);
	int32_t handle = -1;

	if (invocation == NULL)
		return;
	if (code != PORTA_OK)
		g_dbus_method_invocation_return_error_literal(invocation, PORTA_ERROR, code, text);
	else if (!g_variant_lookup(result, "Plan", "h", &handle) || fds == NULL || handle < 0 ||
		 handle >= g_unix_fd_list_get_length(fds))
		g_dbus_method_invocation_return_error_literal(invocation, PORTA_ERROR,
							      PORTA_ERROR_FAILED,
							      "the engine answered without a plan");
	else
		g_dbus_method_invocation_return_value_with_unix_fd_list(
			invocation, g_variant_new("(h)", handle), fds);
}

void
portable_preview(Portable *portable, const char *host_id, GVariant *rules,
		 GDBusMethodInvocation *invocation)
{
	Job *job = portable_new_job(portable, JOB_PREVIEW, on_previewed, invocation);

	job_try_rules(job, host_id, rules);
	portable_queue_main(portable, job);
}

static void
on_skipped(Portable *portable, Job *job, int32_t code, const char *text, GVariant *result,
	   GUnixFDList *fds)
{
	GDBusMethodInvocation *invocation = g_steal_pointer(&job->invocation);
	g_autoptr(GVariant) files = NULL;

	if (invocation == NULL)
		return;
	if (code == PORTA_OK)
		files = g_variant_lookup_value(result, "Skipped", G_VARIANT_TYPE("a(ssx)"));
	if (files != NULL)
		g_dbus_method_invocation_return_value(invocation,
						      g_variant_new("(@a(ssx))", files));
	else
		g_dbus_method_invocation_return_error_literal(
			invocation, PORTA_ERROR, code == PORTA_OK ? PORTA_ERROR_FAILED : code,
			code == PORTA_OK ? "the engine answered without a list" : text);
}

void
portable_list_skipped(Portable *portable, GDBusMethodInvocation *invocation)
{
	Job *job = portable_new_job(portable, JOB_SKIPPED, on_skipped, invocation);

	if (lane_is_free(portable->main_lane))
		portable_queue_main(portable, job);
	else
		portable_queue_side(portable, job);
}
