/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * summary: how a device's last sync ended.
 */
#include "summary.h"

#include <stdlib.h>

#include "progress.h"
#include "session.h"

typedef struct {
	int32_t key;
	const char *text, *text_of_one; /* text_of_one NULL: the same */
} Figure;

static const Figure figures[] = {
	{PORTA_KEY_LAST_SYNC_COPIED, "copied"},
	{PORTA_KEY_LAST_SYNC_REPLACED, "replaced"},
	{PORTA_KEY_LAST_SYNC_RENAMED, "renamed"},
	{PORTA_KEY_LAST_SYNC_RETAGGED, "retagged"},
	{PORTA_KEY_LAST_SYNC_REMOVED, "removed"},
	{PORTA_KEY_LAST_SYNC_PLAYLISTS, "playlists changed", "playlist changed"},
	{PORTA_KEY_LAST_SYNC_ERROR_COUNT, "failed"},
	{PORTA_KEY_LAST_SYNC_NO_FIT_COUNT, "did not fit"},
};

static char *
format_figures(PortaDevice *device)
{
	int64_t n_songs = porta_device_get_number(device, PORTA_KEY_SYNC_ITEM_COUNT);
	char *songs AUTO_TEXT = text_count(n_songs > 0 ? (size_t)n_songs : 0, "song");
	char *text = text_format("%s on it", songs);

	for (size_t i = 0; i < COUNT_OF(figures); i++) {
		int64_t number = porta_device_get_number(device, figures[i].key);
		if (number <= 0)
			continue;
		const char *what = number == 1 && figures[i].text_of_one != NULL
					   ? figures[i].text_of_one
					   : figures[i].text;
		char *longer = text_format("%s, %lld %s", text, (long long)number, what);
		free(text);
		text = longer;
	}
	return text;
}

char *
summary_format(PortaDevice *device)
{
	const char *name = session_device_name(device);
	int64_t result = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);
	const char *why = porta_device_get_string(device, PORTA_KEY_LAST_SYNC_TEXT);
	char *counts AUTO_TEXT = format_figures(device);

	if (porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME) <= 0)
		return text_format("%s: never synced.", name);
	if (result == PORTA_OK)
		return text_format("%s: %s; %s free.", name, counts,
				   progress_format_bytes(
					   porta_device_get_number(device, PORTA_KEY_FREE_BYTES)));
	if (why == NULL || why[0] == '\0')
		why = porta_error_name((int32_t)result);
	return text_format("%s: %s (%s).", name, why, counts);
}

int
summary_exit_status(PortaDevice *device)
{
	int64_t result = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);

	if (porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS) > 0)
		return EXIT_HELD;
	if (result != PORTA_OK)
		return exit_status_of((int32_t)result);
	bool is_complete = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_ERROR_COUNT) <= 0 &&
			   porta_device_get_number(device, PORTA_KEY_LAST_SYNC_NO_FIT_COUNT) <= 0;
	return is_complete ? EXIT_OK : EXIT_ITEMS_FAILED;
}

const char *
summary_status_name(int64_t status)
{
	static const char *const names[] = {
		[PORTA_STATUS_UNKNOWN] = "not looked at yet",
		[PORTA_STATUS_PARTNERSHIP_EXISTS] = "partner",
		[PORTA_STATUS_PARTNERSHIP_DECLINED] = "declined",
		[PORTA_STATUS_PARTNERSHIP_ANOTHER] = "another computer's partner",
		[PORTA_STATUS_MANUAL_DEVICE] = "can not be written to",
		[PORTA_STATUS_NEW_DEVICE] = "new",
	};

	return status >= 0 && status < (int64_t)COUNT_OF(names) ? names[status] : "unknown";
}
