/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-report: what a session tells the helper, in the words of Engine1.xml.
 */
#pragma once

#include "engine/execute.h"
#include "engine/partner.h"
#include "engine/session-plan.h"

/* "Code", "Text", and for a sync "Result": code PORTA_OK without error text says "done". */
void report_add_end(GVariantDict *result, int32_t code, const GError *error, const char *notes);
/* Adds what a round of a sync did: what was done adds up, what was not is as the last round left it. all: begins as
 * zeros; report_clear(). */
void report_add_round(Report *all, const Report *round);
void report_clear(Report *report);
/* The members of Device.LastSync, failures, held removals. plan: NULL if making another one failed. */
void report_add_sync(GVariantDict *result, const Report *report, const Plan *plan, double seconds);
/* Where things stand now, whatever the job was and how it ended. The planning's rows are others then, its plan is gone. */
void report_add_standing(GVariantDict *result, Planning *planning, const Job *job,
			 Journal *journal);
void report_add_identity(GVariantDict *result, const DeviceInfo *info, const Partner *partner,
			 gboolean writable);
/* "Skipped" a(ssx) */
void report_add_skipped(GVariantDict *result, GPtrArray *rows);
