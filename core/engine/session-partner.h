/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-partner: whose device it is, as far as a session has to do with it.
 */
#pragma once

#include "engine/partner.h"
#include "engine/session-plan.h"

/* What the job asks for; partner is who it was, and then who it is. */
gboolean session_store_partnership(Device *device, Planning *planning, const Job *job,
				   Journal *journal, Partner *partner, GError **error);
/* After a sync of a device that had been emptied: our mark comes again, last, so that a session that is
 * cut short leaves none, and the next one sees the same. */
gboolean session_renew_mark(Device *device, Planning *planning, const Job *job, Journal *journal,
			    GError **error);
