/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-partner: see session-partner.h.
 */
#include "engine/session-partner.h"

#include <string.h>

#include "base/error.h"

gboolean
session_store_partnership(Device *device, Planning *planning, const Job *job, Journal *journal,
			  Partner *partner, GError **error)
{
	gboolean is_ours = g_strcmp0(partner->owner, job->owner) == 0;
	gboolean is_theirs = partner->owner[0] != '\0' && !is_ours;

	if (job->partnership == PARTNERSHIP_KEEP ||
	    (job->partnership == PARTNERSHIP_DELETE && !is_ours))
		return TRUE;
	if (job->partnership == PARTNERSHIP_CREATE && is_theirs) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_PARTNERSHIP_ANOTHER,
			    "this device is kept in step by %s; it must be taken over expressly",
			    partner->name[0] != '\0' ? partner->name : "another program");
		return FALSE;
	}
	gboolean is_delete = job->partnership == PARTNERSHIP_DELETE;
	const char *owner = is_delete ? "" : job->owner;
	if (!partner_store(device, &planning->info, planning->inventory->storages, journal, owner,
			   job->owner_name, planning->cancellable, error))
		return FALSE;
	partner_clear(partner);
	*partner = (Partner){g_strdup(owner), g_strdup(is_delete ? "" : job->owner_name)};
	return TRUE;
}

gboolean
session_renew_mark(Device *device, Planning *planning, const Job *job, Journal *journal,
		   GError **error)
{
	g_autofree char *lost = journal_get_value(journal, JOURNAL_MARK_LOST);

	if (lost == NULL)
		return TRUE;
	if (job->owner != NULL && job->owner[0] != '\0' &&
	    !partner_store(device, &planning->info, planning->inventory->storages, journal,
			   job->owner, job->owner_name != NULL ? job->owner_name : "",
			   planning->cancellable, error))
		return FALSE;
	return journal_remove_value(journal, JOURNAL_MARK_LOST, error);
}
