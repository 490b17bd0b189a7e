/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * events-command: "events", all that happens, line by line, until Ctrl-C.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/commands.h"
#include "ctl/device-words.h"
#include "ctl/text.h"

static const char *const names[] = {
	[PORTA_EVENT_HELPER_READY] = "helper_ready",
	[PORTA_EVENT_HELPER_LOST] = "helper_lost",
	[PORTA_EVENT_REPLY] = "reply",
	[PORTA_EVENT_DEVICE_CONNECTED] = "device_connected",
	[PORTA_EVENT_DEVICE_DISCONNECTED] = "device_disconnected",
	[PORTA_EVENT_DEVICE_STATUS_CHANGED] = "device_status_changed",
	[PORTA_EVENT_SYNC_STATE_CHANGED] = "sync_state_changed",
	[PORTA_EVENT_PROGRESS] = "progress",
	[PORTA_EVENT_SYNC_ERROR] = "sync_error",
	[PORTA_EVENT_PARTNERSHIP_COMPLETE] = "partnership_complete",
	[PORTA_EVENT_PLAN] = "plan",
	[PORTA_EVENT_ESTIMATE] = "estimate",
	[PORTA_EVENT_RULES] = "rules",
};

static const char *
get_name(int32_t type)
{
	return type > 0 && type < (int32_t)G_N_ELEMENTS(names) ? names[type] : "other";
}

static void
print_event_json(PortaEvent *event)
{
	int32_t type = porta_event_get_type(event);
	Json *json = json_new(FALSE);

	json_begin_object(json, NULL);
	json_number(json, "time_unix", g_get_real_time() / G_USEC_PER_SEC);
	json_string(json, "event", get_name(type));
	json_number(json, "code", porta_event_get_error(event));
	json_string(json, "text", porta_event_get_text(event));
	if (type == PORTA_EVENT_SYNC_ERROR) {
		json_string(json, "item", porta_event_get_string(event, PORTA_KEY_ITEM));
		json_string(json, "source", porta_event_get_string(event, PORTA_KEY_SOURCE));
	}
	if (porta_event_get_device(event) != NULL)
		words_put_json(json, "device", porta_event_get_device(event));
	json_end_object(json);
	json_finish(json);
}

static char *
format_progress(PortaDevice *device)
{
	g_autofree char *done = text_size(porta_device_get_number(device, PORTA_KEY_DONE_BYTES));
	g_autofree char *total = text_size(porta_device_get_number(device, PORTA_KEY_TOTAL_BYTES));
	const char *item = porta_device_get_string(device, PORTA_KEY_ITEM);

	return g_strdup_printf("%d %%, %s of %s, %s",
			       (int)porta_device_get_number(device, PORTA_KEY_PROGRESS), done,
			       total, item == NULL ? "" : item);
}

static char *
format_event(PortaEvent *event)
{
	PortaDevice *device = porta_event_get_device(event);
	const char *text = porta_event_get_text(event);
	const char *detail =
		device == NULL ? NULL : porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);

	switch (porta_event_get_type(event)) {
	case PORTA_EVENT_SYNC_ERROR:
		return g_strdup_printf("%s: %s", porta_event_get_string(event, PORTA_KEY_SOURCE),
				       text);
	case PORTA_EVENT_PROGRESS: return format_progress(device);
	case PORTA_EVENT_SYNC_STATE_CHANGED:
	case PORTA_EVENT_DEVICE_CONNECTED:
		return g_strdup_printf("%s%s%s", words_state(device),
				       detail != NULL && detail[0] != '\0' ? ": " : "",
				       detail == NULL ? "" : detail);
	case PORTA_EVENT_DEVICE_STATUS_CHANGED:
		return g_strdup(
			words_status_name(porta_device_get_number(device, PORTA_KEY_STATUS)));
	default: return g_strdup(text);
	}
}

static void
print_event(PortaEvent *event)
{
	PortaDevice *device = porta_event_get_device(event);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
	g_autofree char *name = text_escape(device == NULL ? "" : device_title(device));
	g_autofree char *words = format_event(event);
	g_autofree char *safe = text_escape(words);

	printf("%s  %-21s  %s%s%s\n", time, get_name(porta_event_get_type(event)), name,
	       name[0] != '\0' && safe[0] != '\0' ? ": " : "", safe);
	fflush(stdout);
}

static gboolean
on_event(Ctl *ctl, PortaEvent *event, void *data)
{
	const char *name = data;

	if (name != NULL &&
	    g_strcmp0(name, porta_event_get_string(event, PORTA_KEY_DEVICE_ID)) != 0)
		return FALSE;
	if (ctl->json)
		print_event_json(event);
	else
		print_event(event);
	return ferror(stdout) != 0; /* whoever read this has gone */
}

int
command_events(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	g_autofree char *id = NULL;

	if (ctl->device != NULL || words[0] != NULL) {
		PortaDevice *device = ctl_choose_device(ctl, words, TRUE, &status);
		if (device == NULL)
			return status;
		id = g_strdup(porta_device_get_string(device, PORTA_KEY_DEVICE_ID));
		porta_device_free(device);
	}
	ctl_wait(ctl, -1, on_event, id);
	return EXIT_OK;
}
