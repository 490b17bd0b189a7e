/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-rounds: a plan carried out, and then what only shows afterwards, in the same session. Room is counted with
 * care before anything is sent, in whole clusters (law 4): what that has left over goes to songs that found none.
 * What an interrupted session left, and proved whole, gets the name that it should have by now.
 */
#pragma once

#include "engine/execute.h"
#include "engine/session-plan.h"

/* All lent. */
typedef struct {
	Planning *planning; /* with a plan; afterwards with the last one */
	Device *device;
	Journal *journal;
	const Job *job;
	const Observer *observer;
} Rounds;

/* report: of zeros; what was done adds up in it, what was not is as the last round left it; the caller's to clear
 * (report_clear()), also after FALSE: then it was ended early. */
gboolean rounds_run(const Rounds *rounds, Report *report, GError **error);
