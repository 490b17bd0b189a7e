/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-command: "preview", every step that a sync would take, with its
 * reason; and "estimate", only the sums. Nothing is changed on the device.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/commands.h"
#include "ctl/json.h"
#include "ctl/table.h"
#include "ctl/text.h"

static char **wanted_actions;
static char *wanted_text;
static gboolean show_all;

const GOptionEntry preview_options[] = {
	{"action", 'a', 0, G_OPTION_ARG_STRING_ARRAY, &wanted_actions,
	 "Only these: keep, copy, replace, remove, skip, rename, retag, playlist-write, "
	 "playlist-remove, no-fit",
	 "ACTION,..."},
	{"match", 'm', 0, G_OPTION_ARG_STRING, &wanted_text,
	 "Only steps with this in a path, title, rule or reason", "TEXT"},
	{"all", 0, 0, G_OPTION_ARG_NONE, &show_all, "Also what stays as it is", NULL},
	{NULL},
};

static const struct {
	const char *name;
	const char *one; /* in the last line */
	const char *many;
	const char *style;
} actions[] = {
	[PORTA_ACTION_KEEP] = {"keep", "kept", "kept", DIM},
	[PORTA_ACTION_COPY] = {"copy", "to copy", "to copy", GREEN},
	[PORTA_ACTION_REPLACE] = {"replace", "to replace", "to replace", GREEN},
	[PORTA_ACTION_REMOVE] = {"remove", "to remove", "to remove", RED},
	[PORTA_ACTION_SKIP] = {"skip", "skipped", "skipped", YELLOW},
	[PORTA_ACTION_RENAME] = {"rename", "to rename", "to rename", CYAN},
	[PORTA_ACTION_RETAG] = {"retag", "to retag", "to retag", CYAN},
	[PORTA_ACTION_PLAYLIST_WRITE] = {"playlist-write", "playlist to write",
					 "playlists to write", CYAN},
	[PORTA_ACTION_PLAYLIST_REMOVE] = {"playlist-remove", "playlist to remove",
					  "playlists to remove", RED},
	[PORTA_ACTION_NO_FIT] = {"no-fit", "without room", "without room", YELLOW},
	[PORTA_ACTION_COVER_WRITE] = {"cover-write", "cover to send", "covers to send", CYAN},
	[PORTA_ACTION_COVER_REMOVE] = {"cover-remove", "cover to remove", "covers to remove", RED},
};
#define N_ACTIONS ((int32_t)G_N_ELEMENTS(actions))

static const char *
get_action_name(int32_t action)
{
	return action > 0 && action < N_ACTIONS ? actions[action].name : "other";
}

static const char *
get_action_style(int32_t action)
{
	return action > 0 && action < N_ACTIONS ? actions[action].style : "";
}

/* A bit for each action asked for; FALSE if one is unknown. */
static gboolean
read_actions(unsigned *mask)
{
	*mask = show_all ? ~0u : ~(1u << PORTA_ACTION_KEEP);
	if (wanted_actions == NULL)
		return TRUE;
	g_autofree char *joined = g_strjoinv(",", wanted_actions);
	g_auto(GStrv) names = g_strsplit(joined, ",", -1);
	*mask = 0;
	for (guint i = 0; names[i] != NULL; i++) {
		int32_t action = 1;
		while (action < N_ACTIONS && strcmp(actions[action].name, names[i]) != 0)
			action++;
		if (action == N_ACTIONS) {
			ctl_complain("there is no action “%s”; see portamentoctl preview --help",
				     names[i]);
			return FALSE;
		}
		*mask |= 1u << action;
	}
	return TRUE;
}

static gboolean
has_text(const char *text, const char *folded)
{
	g_autofree char *haystack = text == NULL ? g_strdup("") : g_utf8_casefold(text, -1);

	return strstr(haystack, folded) != NULL;
}

static gboolean
is_wanted(PortaPlan *plan, uint32_t step, unsigned mask, const char *folded)
{
	static const int32_t keys[] = {PORTA_KEY_ITEM,  PORTA_KEY_OLD_ITEM, PORTA_KEY_SOURCE,
				       PORTA_KEY_TITLE, PORTA_KEY_RULE,     PORTA_KEY_REASON};
	int32_t action = porta_plan_get_action(plan, step);

	if (action > 0 && action < 32 && (mask & 1u << action) == 0)
		return FALSE;
	if (folded == NULL)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (has_text(porta_plan_get_string(plan, step, keys[i]), folded))
			return TRUE;
	}
	return FALSE;
}

static void
put_step(Json *json, PortaPlan *plan, uint32_t step)
{
	static const struct {
		const char *name;
		int32_t key;
	} strings[] = {
		{"item", PORTA_KEY_ITEM},     {"old_item", PORTA_KEY_OLD_ITEM},
		{"source", PORTA_KEY_SOURCE}, {"uri", PORTA_KEY_URI},
		{"title", PORTA_KEY_TITLE},   {"rule", PORTA_KEY_RULE},
		{"reason", PORTA_KEY_REASON}, {"storage", PORTA_KEY_STORAGE},
	};

	json_begin_object(json, NULL);
	json_string(json, "action", get_action_name(porta_plan_get_action(plan, step)));
	for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
		json_string(json, strings[i].name,
			    porta_plan_get_string(plan, step, strings[i].key));
	json_number(json, "size_bytes", porta_plan_get_number(plan, step, PORTA_KEY_SIZE_BYTES));
	json_number(json, "priority", porta_plan_get_number(plan, step, PORTA_KEY_PRIORITY));
	json_number(json, "row", porta_plan_get_number(plan, step, PORTA_KEY_REASON_CODE));
	json_end_object(json);
}

static void
print_plan_json(PortaPlan *plan, unsigned mask, const char *folded)
{
	Json *json = json_new(TRUE);

	json_begin_object(json, NULL);
	json_begin_array(json, "steps");
	for (uint32_t i = 0; i < porta_plan_count_steps(plan); i++) {
		if (is_wanted(plan, i, mask, folded))
			put_step(json, plan, i);
	}
	json_end_array(json);
	json_begin_object(json, "totals");
	for (int32_t action = 1; action < N_ACTIONS; action++) {
		json_begin_object(json, actions[action].name);
		json_number(json, "steps", porta_plan_count_action(plan, action));
		json_number(json, "bytes", porta_plan_sum_bytes(plan, action));
		json_end_object(json);
	}
	json_end_object(json);
	json_end_object(json);
	json_finish(json);
}

/* "folder/old name → new name", or both paths whole where the folders differ. */
static char *
format_rename(const char *item, const char *old)
{
	const char *slash = strrchr(old, '/');
	gsize folder = slash == NULL ? 0 : (gsize)(slash + 1 - old);

	if (strncmp(old, item, folder) == 0 && strchr(item + folder, '/') == NULL)
		item += folder;
	return g_strdup_printf("%s → %s", old, item);
}

static char *
format_what(PortaPlan *plan, uint32_t step)
{
	const char *item = porta_plan_get_string(plan, step, PORTA_KEY_ITEM);
	const char *old = porta_plan_get_string(plan, step, PORTA_KEY_OLD_ITEM);
	const char *source = porta_plan_get_string(plan, step, PORTA_KEY_SOURCE);

	if (item != NULL && old != NULL)
		return format_rename(item, old);
	if (item != NULL)
		return g_strdup(item);
	return g_strdup(source != NULL ? source : porta_plan_get_string(plan, step, PORTA_KEY_URI));
}

static void
add_step_row(Table *table, PortaPlan *plan, uint32_t step)
{
	int64_t size = porta_plan_get_number(plan, step, PORTA_KEY_SIZE_BYTES);

	int32_t action = porta_plan_get_action(plan, step);
	table_add_styled(table, get_action_style(action), get_action_name(action));
	table_take(table, size > 0 ? text_size(size) : g_strdup(""));
	table_take(table, format_what(plan, step));
	table_add(table, porta_plan_get_string(plan, step, PORTA_KEY_REASON));
	table_add(table, porta_plan_get_string(plan, step, PORTA_KEY_RULE));
}

static void
print_totals(Ctl *ctl, PortaPlan *plan)
{
	static const int32_t order[] = {
		PORTA_ACTION_COPY,
		PORTA_ACTION_REPLACE,
		PORTA_ACTION_RETAG,
		PORTA_ACTION_RENAME,
		PORTA_ACTION_REMOVE,
		PORTA_ACTION_PLAYLIST_WRITE,
		PORTA_ACTION_PLAYLIST_REMOVE,
		PORTA_ACTION_COVER_WRITE,
		PORTA_ACTION_COVER_REMOVE,
		PORTA_ACTION_NO_FIT,
		PORTA_ACTION_SKIP,
		PORTA_ACTION_KEEP,
	};
	const char *separator = "";

	for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
		uint32_t n = porta_plan_count_action(plan, order[i]);
		int64_t bytes = porta_plan_sum_bytes(plan, order[i]);
		g_autofree char *count = text_count(n);
		g_autofree char *size = text_size(bytes);
		if (n == 0)
			continue;
		printf("%s%s%s %s%s", separator, style(ctl, actions[order[i]].style), count,
		       n == 1 ? actions[order[i]].one : actions[order[i]].many, style(ctl, PLAIN));
		if (bytes > 0)
			printf(" (%s)", size);
		separator = ", ";
	}
	puts(separator[0] == '\0' ? "Nothing is wanted on this device yet." : "");
}

static void
print_plan(Ctl *ctl, PortaPlan *plan, unsigned mask, const char *folded)
{
	static const Column columns[] = {{"ACTION", FALSE, FIXED},
					 {"SIZE", TRUE, FIXED},
					 {"WHAT", FALSE, SHRINKS_LEFT},
					 {"WHY", FALSE, SHRINKS},
					 {"RULE", FALSE, SHRINKS}};
	Table *table = NULL;

	for (uint32_t i = 0; i < porta_plan_count_steps(plan); i++) {
		if (!is_wanted(plan, i, mask, folded))
			continue;
		if (table == NULL)
			table = table_new(ctl, columns, G_N_ELEMENTS(columns));
		add_step_row(table, plan, i);
	}
	if (table != NULL) {
		table_finish(table);
		putchar('\n');
	}
	print_totals(ctl, plan);
}

static gboolean
on_plan(Ctl *ctl, PortaEvent *event, void *data)
{
	*(PortaPlan **)data = porta_event_steal_plan(event);
	return TRUE;
}

int
command_preview(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaPlan *plan = NULL;
	unsigned mask;
	g_autofree char *folded = wanted_text == NULL ? NULL : g_utf8_casefold(wanted_text, -1);

	if (!read_actions(&mask))
		return EXIT_USAGE;
	PortaDevice *device = ctl_choose_device(ctl, words, FALSE, &status);
	if (device == NULL)
		return status;
	uint64_t request = ctl_next_request(ctl);
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	status = ctl_finish(ctl, porta_client_preview(ctl->client, id, request), request, on_plan,
			    &plan);
	if (plan != NULL && ctl->json)
		print_plan_json(plan, mask, folded);
	else if (plan != NULL)
		print_plan(ctl, plan, mask, folded);
	porta_plan_free(plan);
	porta_device_free(device);
	return status;
}

static const struct {
	const char *words;
	const char *items_name;
	const char *bytes_name;
	int32_t items;
	int32_t bytes;
} figures[] = {
	{"Wanted", "wanted_items", "wanted_bytes", PORTA_KEY_WANTED_ITEMS, PORTA_KEY_WANTED_BYTES},
	{"To add", "added_items", "added_bytes", PORTA_KEY_ADDED_ITEMS, PORTA_KEY_ADDED_BYTES},
	{"To remove", "removed_items", "removed_bytes", PORTA_KEY_REMOVED_ITEMS,
	 PORTA_KEY_REMOVED_BYTES},
	{"Without room", "no_fit_items", "no_fit_bytes", PORTA_KEY_NO_FIT_ITEMS,
	 PORTA_KEY_NO_FIT_BYTES},
	{"To remove once confirmed", "held_items", "held_bytes", PORTA_KEY_HELD_ITEMS,
	 PORTA_KEY_HELD_BYTES},
};

static void
print_estimate_json(PortaEvent *event)
{
	Json *json = json_new(TRUE);

	json_begin_object(json, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
		json_known_number(json, figures[i].items_name,
				  porta_event_get_number(event, figures[i].items));
		json_known_number(json, figures[i].bytes_name,
				  porta_event_get_number(event, figures[i].bytes));
	}
	json_known_number(json, "free_bytes", porta_event_get_number(event, PORTA_KEY_FREE_BYTES));
	json_end_object(json);
	json_finish(json);
}

static gboolean
on_estimate(Ctl *ctl, PortaEvent *event, void *data)
{
	static const Column columns[] = {
		{"", FALSE, FIXED}, {"SONGS", TRUE, FIXED}, {"SIZE", TRUE, FIXED}};

	if (ctl->json) {
		print_estimate_json(event);
		return TRUE;
	}
	Table *table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
		table_add(table, figures[i].words);
		table_take(table,
			   text_count(MAX(porta_event_get_number(event, figures[i].items), 0)));
		table_take(table, text_size(porta_event_get_number(event, figures[i].bytes)));
	}
	table_add(table, "Free now");
	table_add(table, "");
	table_take(table, text_size(porta_event_get_number(event, PORTA_KEY_FREE_BYTES)));
	table_finish(table);
	return TRUE;
}

int
command_estimate(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, FALSE, &status);
	uint64_t request = ctl_next_request(ctl);

	if (device == NULL)
		return status;
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	status = ctl_finish(ctl, porta_client_estimate(ctl->client, id, NULL, request), request,
			    on_estimate, NULL);
	porta_device_free(device);
	return status;
}
