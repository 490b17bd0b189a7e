/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-filter: see preview-filter.h.
 */
#include "preview-filter.h"

#include <string.h>

#include "common/words.h"

#define ROW_HELD 56 /* of SYNC-RULES.md: waits for your confirmation */

gboolean
preview_filter_has(int filter, int32_t action, int64_t reason_code)
{
	switch (filter) {
	case PREVIEW_EVERYTHING: return TRUE;
	case PREVIEW_HELD: return reason_code == ROW_HELD;
	case PREVIEW_CHANGES: return action != PORTA_ACTION_KEEP || reason_code == ROW_HELD;
	case PREVIEW_PLAYLISTS:
		return action == PORTA_ACTION_PLAYLIST_WRITE ||
		       action == PORTA_ACTION_PLAYLIST_REMOVE;
	default: return action == filter;
	}
}

static gboolean
has_text(const char *text, const char *needle)
{
	g_autofree char *folded = text != NULL ? g_utf8_casefold(text, -1) : NULL;

	return folded != NULL && strstr(folded, needle) != NULL;
}

gboolean
preview_filter_shows(PortaPlan *plan, uint32_t step, int filter, const char *needle)
{
	static const int32_t keys[] = {PORTA_KEY_TITLE, PORTA_KEY_ITEM, PORTA_KEY_SOURCE,
				       PORTA_KEY_RULE};

	if (!preview_filter_has(filter, porta_plan_get_action(plan, step),
				porta_plan_get_number(plan, step, PORTA_KEY_REASON_CODE)))
		return FALSE;
	if (needle[0] == '\0')
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (has_text(porta_plan_get_string(plan, step, keys[i]), needle))
			return TRUE;
	}
	g_autofree char *why = words_step_why(plan, step);
	return has_text(why, needle);
}
