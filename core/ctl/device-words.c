/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-words: see device-words.h.
 */
#include "ctl/device-words.h"

#include "ctl/table.h"
#include "ctl/text.h"

static const struct {
	const char *name; /* in JSON */
	const char *words; /* for people */
	const char *style;
} details[] = {
	[PORTA_DETAIL_NONE] = {"none", "idle", ""},
	[PORTA_DETAIL_INITIALIZING] = {"initializing", "looking at it", CYAN},
	[PORTA_DETAIL_OPENING] = {"opening", "opening", CYAN},
	[PORTA_DETAIL_LISTING] = {"listing", "listing", CYAN},
	[PORTA_DETAIL_PLANNING] = {"planning", "planning", CYAN},
	[PORTA_DETAIL_REMOVING] = {"removing", "removing", CYAN},
	[PORTA_DETAIL_COPYING] = {"copying", "copying", CYAN},
	[PORTA_DETAIL_PLAYLISTS] = {"playlists", "writing playlists", CYAN},
	[PORTA_DETAIL_VERIFYING] = {"verifying", "verifying", CYAN},
	[PORTA_DETAIL_WAITING_FOR_UNLOCK] = {"waiting_for_unlock", "locked", YELLOW},
	[PORTA_DETAIL_DEVICE_BUSY] = {"device_busy", "busy", YELLOW},
	[PORTA_DETAIL_HELD] = {"held", "waits for you", YELLOW},
	[PORTA_DETAIL_STOPPED_BY_USER] = {"stopped_by_user", "stopped", YELLOW},
	[PORTA_DETAIL_WAITING_TO_RETRY] = {"waiting_to_retry", "tries again soon", YELLOW},
};

static const struct {
	const char *name;
	const char *words;
} statuses[] = {
	[PORTA_STATUS_UNKNOWN] = {"unknown", "not looked at yet"},
	[PORTA_STATUS_PARTNERSHIP_EXISTS] = {"partnership_exists", "with this computer"},
	[PORTA_STATUS_PARTNERSHIP_DECLINED] = {"partnership_declined", "declined"},
	[PORTA_STATUS_PARTNERSHIP_ANOTHER] = {"partnership_another",
					      "with another computer or user"},
	[PORTA_STATUS_MANUAL_DEVICE] = {"manual_device",
					"impossible: nothing can be written to it"},
	[PORTA_STATUS_NEW_DEVICE] = {"new_device", "none yet: portamentoctl partner create"},
};

static const char *const sync_states[] = {
	[PORTA_SYNC_UNKNOWN] = "unknown",
	[PORTA_SYNC_SYNCHRONIZING] = "synchronizing",
	[PORTA_SYNC_STOPPED] = "stopped",
	[PORTA_SYNC_ESTIMATING] = "estimating",
};

static gsize
get_detail(PortaDevice *device)
{
	int64_t detail = porta_device_get_number(device, PORTA_KEY_DETAIL);

	return detail >= 0 && detail < (int64_t)G_N_ELEMENTS(details) ? (gsize)detail : 0;
}

const char *
words_state(PortaDevice *device)
{
	if (porta_device_get_number(device, PORTA_KEY_CONNECTED) != 1)
		return "not connected";
	if (porta_device_get_number(device, PORTA_KEY_SYNC_STATE) == PORTA_SYNC_SYNCHRONIZING &&
	    get_detail(device) == PORTA_DETAIL_NONE)
		return "syncing";
	return details[get_detail(device)].words;
}

const char *
words_state_style(PortaDevice *device)
{
	if (porta_device_get_number(device, PORTA_KEY_CONNECTED) != 1)
		return DIM;
	return details[get_detail(device)].style;
}

const char *
words_status(int64_t status)
{
	return status >= 0 && status < (int64_t)G_N_ELEMENTS(statuses) ? statuses[status].words
								       : statuses[0].words;
}

const char *
words_status_name(int64_t status)
{
	return status >= 0 && status < (int64_t)G_N_ELEMENTS(statuses) ? statuses[status].name
								       : "unknown";
}

const char *
words_detail_name(int64_t detail)
{
	return detail >= 0 && detail < (int64_t)G_N_ELEMENTS(details) ? details[detail].name
								      : "none";
}

const char *
words_sync_state_name(int64_t state)
{
	return state >= 0 && state < (int64_t)G_N_ELEMENTS(sync_states) ? sync_states[state]
									: "unknown";
}

static void
add_part(GString *line, int64_t number, const char *what)
{
	g_autofree char *count = text_count(number);

	if (number > 0)
		g_string_append_printf(line, "%s%s %s", line->len > 0 ? ", " : "", count, what);
}

/* What a session did, in the order in which people want to know it. */
static const struct {
	int32_t key;
	const char *json, *text, *text_of_one; /* text_of_one NULL: the same */
} sync_figures[] = {
	{PORTA_KEY_LAST_SYNC_COPIED, "copied", "copied"},
	{PORTA_KEY_LAST_SYNC_REPLACED, "replaced", "replaced"},
	{PORTA_KEY_LAST_SYNC_RENAMED, "renamed", "renamed"},
	{PORTA_KEY_LAST_SYNC_RETAGGED, "retagged", "retagged"},
	{PORTA_KEY_LAST_SYNC_REMOVED, "removed", "removed"},
	{PORTA_KEY_LAST_SYNC_PLAYLISTS, "playlists", "playlists changed", "playlist changed"},
	{PORTA_KEY_LAST_SYNC_ERROR_COUNT, "failed", "failed"},
	{PORTA_KEY_LAST_SYNC_NO_FIT_COUNT, "no_fit", "without room"},
};

char *
words_last_sync(PortaDevice *device)
{
	GString *line = g_string_new(NULL);
	int64_t result = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);
	const char *text = porta_device_get_string(device, PORTA_KEY_LAST_SYNC_TEXT);

	for (gsize i = 0; i < G_N_ELEMENTS(sync_figures); i++) {
		int64_t number = porta_device_get_number(device, sync_figures[i].key);
		const char *one = sync_figures[i].text_of_one;
		add_part(line, number, number == 1 && one != NULL ? one : sync_figures[i].text);
	}
	if (line->len == 0 && result == PORTA_OK)
		g_string_append(line, "everything was as it should be");
	if (result != PORTA_OK)
		g_string_append_printf(
			line, "%s%s", line->len > 0 ? "; " : "",
			text != NULL && text[0] != '\0' ? text : porta_error_name((int32_t)result));
	return g_string_free(line, FALSE);
}

static void
put_numbers(Json *json, PortaDevice *device)
{
	static const struct {
		const char *name;
		int32_t key;
	} numbers[] = {
		{"capacity_bytes", PORTA_KEY_CAPACITY_BYTES},
		{"free_bytes", PORTA_KEY_FREE_BYTES},
		{"reserved_bytes", PORTA_KEY_RESERVED_BYTES},
		{"ours_bytes", PORTA_KEY_OURS_BYTES},
		{"songs", PORTA_KEY_SYNC_ITEM_COUNT},
		{"skipped", PORTA_KEY_SKIPPED_FILES},
		{"skips", PORTA_KEY_SKIP_COUNT},
		{"held_removals", PORTA_KEY_HELD_REMOVALS},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		json_known_number(json, numbers[i].name,
				  porta_device_get_number(device, numbers[i].key));
}

static void
put_progress(Json *json, PortaDevice *device)
{
	json_begin_object(json, "progress");
	json_number(json, "percent", MAX(porta_device_get_number(device, PORTA_KEY_PROGRESS), 0));
	json_known_number(json, "done_bytes",
			  porta_device_get_number(device, PORTA_KEY_DONE_BYTES));
	json_known_number(json, "total_bytes",
			  porta_device_get_number(device, PORTA_KEY_TOTAL_BYTES));
	json_known_number(json, "done_items",
			  porta_device_get_number(device, PORTA_KEY_DONE_ITEMS));
	json_known_number(json, "total_items",
			  porta_device_get_number(device, PORTA_KEY_TOTAL_ITEMS));
	json_string(json, "item", porta_device_get_string(device, PORTA_KEY_ITEM));
	json_known_number(json, "bytes_per_second",
			  porta_device_get_number(device, PORTA_KEY_RATE));
	json_known_number(json, "seconds_left",
			  porta_device_get_number(device, PORTA_KEY_TIME_LEFT));
	json_end_object(json);
}

static void
put_last_sync(Json *json, PortaDevice *device)
{
	int64_t time = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME);

	if (time <= 0) {
		json_string(json, "last_sync", NULL);
		return;
	}
	int32_t result = (int32_t)porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);
	json_begin_object(json, "last_sync");
	json_number(json, "time_unix", time);
	json_number(json, "result", result);
	json_string(json, "result_name", porta_error_name(result));
	json_string(json, "text", porta_device_get_string(device, PORTA_KEY_LAST_SYNC_TEXT));
	for (gsize i = 0; i < G_N_ELEMENTS(sync_figures); i++)
		json_known_number(json, sync_figures[i].json,
				  porta_device_get_number(device, sync_figures[i].key));
	json_end_object(json);
}

void
words_put_json(Json *json, const char *key, PortaDevice *device)
{
	json_begin_object(json, key);
	json_string(json, "id", porta_device_get_string(device, PORTA_KEY_DEVICE_ID));
	json_string(json, "friendly_name",
		    porta_device_get_string(device, PORTA_KEY_FRIENDLY_NAME));
	json_string(json, "device_name", porta_device_get_string(device, PORTA_KEY_DEVICE_NAME));
	json_string(json, "serial_number",
		    porta_device_get_string(device, PORTA_KEY_SERIAL_NUMBER));
	json_boolean(json, "connected", porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1);
	json_string(json, "status",
		    words_status_name(porta_device_get_number(device, PORTA_KEY_STATUS)));
	json_string(json, "owner", porta_device_get_string(device, PORTA_KEY_OWNER));
	json_string(json, "sync_state",
		    words_sync_state_name(porta_device_get_number(device, PORTA_KEY_SYNC_STATE)));
	json_string(json, "detail",
		    words_detail_name(porta_device_get_number(device, PORTA_KEY_DETAIL)));
	json_string(json, "detail_text", porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT));
	put_numbers(json, device);
	json_string(json, "held_token", porta_device_get_string(device, PORTA_KEY_HELD_TOKEN));
	put_progress(json, device);
	put_last_sync(json, device);
	json_end_object(json);
}
