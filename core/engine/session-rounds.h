/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-rounds: whether a sync shall plan once more, for what only shows when all is done. Room is counted with care
 * before anything is sent, in whole clusters (law 4): what that has left over goes to songs that found
 * none. What an interrupted session left, and proved whole, gets the name that it should have by now.
 */
#pragma once

#include "engine/execute.h"
#include "engine/job.h"
#include "engine/session-plan.h"

/* report: of the n rounds so far, the first is 1; planning: of the last. Asks the device for its free space if songs found none.
 * What failed on the device would but fail again: FALSE then. */
gboolean rounds_find_more(const Report *report, Planning *planning, const Job *job, Device *device,
			  int n);
