/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words-plan: see words.h. A plan, step by step; and a device's room, part by part.
 */
#include "words.h"

#include <string.h>

#include "i18n.h"

static const char *const actions[] = {
	[PORTA_ACTION_KEEP] = N_("Keep"),
	[PORTA_ACTION_COPY] = N_("Copy"),
	[PORTA_ACTION_REPLACE] = N_("Replace"),
	[PORTA_ACTION_REMOVE] = N_("Remove"),
	[PORTA_ACTION_SKIP] = N_("Skip"),
	[PORTA_ACTION_RENAME] = N_("Rename"),
	[PORTA_ACTION_RETAG] = N_("Retag"),
	[PORTA_ACTION_PLAYLIST_WRITE] = N_("Write playlist"),
	[PORTA_ACTION_PLAYLIST_REMOVE] = N_("Remove playlist"),
	[PORTA_ACTION_NO_FIT] = N_("Does not fit"),
	[PORTA_ACTION_COVER_WRITE] = N_("Send cover"),
	[PORTA_ACTION_COVER_REMOVE] = N_("Remove cover"),
};

const char *
words_action(int32_t action)
{
	if (action <= 0 || action >= (int32_t)G_N_ELEMENTS(actions))
		return _("Other");
	return _(actions[action]);
}

const char *
words_step_action(PortaPlan *plan, uint32_t step)
{
	int32_t action = porta_plan_get_action(plan, step);

	if (action != PORTA_ACTION_SKIP)
		return words_action(action);
	switch (porta_plan_get_number(plan, step, PORTA_KEY_REASON_CODE)) {
	case 4: /* rows of the published table: the song itself is in the way */
	case 5:
	case 6:
	case 7:
	case 9:
	case 38: return _("Cannot be synced");
	default: return words_action(action);
	}
}

char *
words_step_what(PortaPlan *plan, uint32_t step)
{
	/* what does not get there has no place there that would tell a person anything */
	static const int32_t skipped[] = {PORTA_KEY_SOURCE, PORTA_KEY_URI, PORTA_KEY_ITEM,
					  PORTA_KEY_TITLE};
	static const int32_t done[] = {PORTA_KEY_ITEM, PORTA_KEY_SOURCE, PORTA_KEY_URI,
				       PORTA_KEY_TITLE};
	const int32_t *keys = porta_plan_get_action(plan, step) == PORTA_ACTION_SKIP ? skipped
										     : done;
	g_autofree char *old = words_escape(porta_plan_get_string(plan, step, PORTA_KEY_OLD_ITEM));
	const char *what = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(done) && what == NULL; i++)
		what = porta_plan_get_string(plan, step, keys[i]);
	g_autofree char *safe = words_escape(what);
	return old[0] == '\0' ? g_steal_pointer(&safe) : g_strdup_printf("%s → %s", old, safe);
}

/* As Audacious names what stands in a CUE sheet, and the tunes of one file: "file:///a.cue?2". */
static gboolean
is_part_of_file(const char *uri)
{
	return uri != NULL && g_str_has_prefix(uri, "file:") && strchr(uri, '?') != NULL;
}

static char *
explain_part(void)
{
	return g_strdup(_("it is a part of a file, and only whole files are synced"));
}

char *
words_failure_why(const AdapterFailure *failure)
{
	return failure->code == PORTA_ERROR_NOT_LOCAL && is_part_of_file(failure->source)
		       ? explain_part()
		       : words_reason(failure->code, failure->text);
}

char *
words_step_why(PortaPlan *plan, uint32_t step)
{
	const char *reason = porta_plan_get_string(plan, step, PORTA_KEY_REASON);

	if (porta_plan_get_number(plan, step, PORTA_KEY_REASON_CODE) == 6 &&
	    is_part_of_file(porta_plan_get_string(plan, step, PORTA_KEY_URI)))
		return explain_part();
	/* the engine's own texts are among ours; of a newer one's not all */
	return words_escape(reason == NULL || reason[0] == '\0' ? "" : _(reason));
}

static void
append_step(GString *text, PortaPlan *plan, uint32_t step)
{
	int64_t size = porta_plan_get_number(plan, step, PORTA_KEY_SIZE_BYTES);
	g_autofree char *what = words_step_what(plan, step);
	g_autofree char *bytes = words_size(size);
	g_autofree char *reason = words_step_why(plan, step);

	g_string_append_printf(text, "%s: %s", words_step_action(plan, step), what);
	if (size > 0)
		g_string_append_printf(text, " (%s)", bytes);
	if (reason[0] != '\0')
		g_string_append_printf(text, ": %s", reason);
	g_string_append_c(text, '\n');
}

char *
words_plan(PortaPlan *plan)
{
	GString *text = g_string_new(NULL);

	for (uint32_t i = 0; i < porta_plan_count_steps(plan); i++)
		append_step(text, plan, i);
	return g_string_free(text, FALSE);
}

char *
words_plan_heading(PortaPlan *plan)
{
	static const int32_t no_steps[] = {PORTA_ACTION_KEEP, PORTA_ACTION_SKIP,
					   PORTA_ACTION_NO_FIT};
	int n = (int)porta_plan_count_steps(plan);

	for (gsize i = 0; i < G_N_ELEMENTS(no_steps); i++)
		n -= (int)porta_plan_count_action(plan, no_steps[i]);
	if (n <= 0)
		return g_strdup(_("A sync now would change nothing."));
	return g_strdup_printf(
		PLURAL("A sync now would take %d step:", "A sync now would take %d steps:", n), n);
}

char *
words_plan_changes(PortaPlan *plan)
{
	g_autofree char *heading = words_plan_heading(plan);
	GString *text = g_string_new(heading);

	g_string_append_c(text, '\n');
	for (uint32_t i = 0; i < porta_plan_count_steps(plan); i++) {
		if (porta_plan_get_action(plan, i) != PORTA_ACTION_KEEP)
			append_step(text, plan, i);
	}
	return g_string_free(text, FALSE);
}

static gint64
get_bytes(PortaDevice *device, int32_t key)
{
	return MAX(porta_device_get_number(device, key), 0);
}

WordsSpace
words_space(PortaDevice *device, const AdapterEstimate *estimate)
{
	gint64 capacity = get_bytes(device, PORTA_KEY_CAPACITY_BYTES);
	gint64 removed = estimate == NULL ? 0 : MAX(estimate->removed_bytes, 0);
	gint64 added = estimate == NULL ? 0 : MAX(estimate->added_bytes, 0);
	WordsSpace space;

	/* each part takes what the parts before have left of the whole */
	space.free = MIN(get_bytes(device, PORTA_KEY_FREE_BYTES), capacity);
	space.music = MIN(get_bytes(device, PORTA_KEY_OURS_BYTES), capacity - space.free);
	space.other = capacity - space.free - space.music;
	removed = MIN(removed, space.music);
	space.music -= removed;
	space.free += removed;
	space.reserved = MIN(get_bytes(device, PORTA_KEY_RESERVED_BYTES), space.free);
	space.free -= space.reserved;
	space.added = MIN(added, space.free);
	space.free -= space.added;
	return space;
}

char *
words_space_text(const WordsSpace *space)
{
	const struct {
		gint64 bytes;
		const char *format;
	} parts[] = {
		{space->music, N_("music %s")},       {space->added, N_("to be added %s")},
		{space->other, N_("other files %s")}, {space->reserved, N_("kept free %s")},
		{space->free, N_("free %s")},
	};
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *size = words_size(parts[i].bytes);
		if (parts[i].bytes == 0 && i + 1 < G_N_ELEMENTS(parts))
			continue;
		g_string_append(text, text->len > 0 ? ", " : "");
		g_string_append_printf(text, _(parts[i].format), size);
	}
	return g_string_free(text, FALSE);
}
