/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * drain: see drain.h.
 */
#include "client/drain.h"

#define PATIENCE_MS 500

static gboolean
on_over(void *data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

void
drain(GMainContext *context, gboolean (*is_done)(void *data), void *data)
{
	gboolean over = FALSE;
	g_autoptr(GSource) deadline = g_timeout_source_new(PATIENCE_MS);

	g_source_set_callback(deadline, on_over, &over, NULL);
	g_source_attach(deadline, context);
	while (!is_done(data) && !over)
		g_main_context_iteration(context, TRUE);
	g_source_destroy(deadline);
}
