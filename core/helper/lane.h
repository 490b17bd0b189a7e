/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lane: jobs of one device, one after the other, in an engine process that is started
 * when there is one and let go when there has been none for a while. A device has two:
 * the main lane owns the device, the side lane answers from the journal meanwhile.
 */
#pragma once

#include "helper/job.h"

typedef struct Lane Lane;

typedef struct {
	/* What Engine1.Run takes; fds are its handles. */
	GVariant *(*describe)(Portable *portable, Job *job, GUnixFDList *fds);
	void (*state)(Portable *portable, Job *job, int32_t detail, const char *text);
	void (*progress)(Portable *portable, Job *job, GVariant *progress);
	void (*item_error)(Portable *portable, const char *item, const char *source, int32_t code,
			   const char *text);
	gboolean (*store_statistics)(Portable *portable, const char *batch, GVariant *hosts,
				     GError **error);
	gboolean (*keep_mount)(Portable *portable, Job *job, GVariant *mount, GError **error);
	void (*expect_reset)(Portable *portable, Job *job);
	/* Free for the next job; called also when an engine has gone. */
	void (*free_again)(Portable *portable);
} LaneEvents;

/* events: static. */
Lane *lane_new(Portable *portable, const LaneEvents *events);
/* Kills what runs; its job ends silently. */
void lane_free(Lane *lane);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lane, lane_free)

/* Whether a job can begin now. */
gboolean lane_is_free(Lane *lane);
/* Whether there is neither a job nor a process on its way out. */
gboolean lane_is_at_rest(Lane *lane);
/* The one that runs, or NULL. */
Job *lane_get_job(Lane *lane);
/* Takes job over; the lane must be free. */
void lane_run(Lane *lane, Job *job);
/* Another job for the device follows the one that runs: the engine is told once. */
void lane_stay(Lane *lane);
/* Whether the engine has the device open, with no job. */
gboolean lane_holds_device(Lane *lane);
/* Ends the running job, by force after ms. */
void lane_cancel(Lane *lane, guint ms);
gboolean lane_is_cancelling(Lane *lane);
/* Lets an idle engine go at once. */
void lane_let_go(Lane *lane);
