/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-filter: which steps of a plan a person wants to see. Pure.
 */
#pragma once

#include <glib.h>
#include <portamento.h>

/* A PORTA_ACTION_*, or one of these. */
enum {
	PREVIEW_CHANGES = 0, /* all that is not as it should be */
	PREVIEW_EVERYTHING = -1,
	PREVIEW_HELD = -2, /* removals that wait for a person */
	PREVIEW_PLAYLISTS = -3 /* written or removed */
};

/* needle: g_utf8_casefold()ed, "" for all; looked for in title, places, reason and rule. */
gboolean preview_filter_shows(PortaPlan *plan, uint32_t step, int filter, const char *needle);
/* The first alone: a number and a row of SYNC-RULES.md. */
gboolean preview_filter_has(int filter, int32_t action, int64_t reason_code);
