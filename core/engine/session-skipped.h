/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-skipped: songs that their owner deleted on the device, and that are left out since.
 */
#pragma once

#include "engine/session-plan.h"

/* "Skipped", as Engine1.Run documents it. */
gboolean session_list_skipped(Planning *planning, Journal *journal, GVariantDict *result,
			      GError **error);
/* The next sync takes them for new. */
gboolean session_include_skipped(Planning *planning, Journal *journal, GError **error);
