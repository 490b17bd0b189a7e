/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-command: "sync" begins a sync and watches it to its end; "stop". Ctrl-C
 * asks the engine to stop and says so: who sees a bar and presses it means the
 * sync, not the bar. A second Ctrl-C leaves at once.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl/bar.h"
#include "ctl/commands.h"
#include "ctl/device-words.h"
#include "ctl/table.h"
#include "ctl/text.h"

#define SETTLE_MS 3000 /* a sync of nothing may be over before we look */
#define BUSY_MS 30000 /* another program that holds the device may be closed meanwhile */
#define UNPLUGGED_MS 20000 /* a phone that is unlocked leaves and comes back */

static gboolean no_wait;
static int timeout_s = -1;

const GOptionEntry sync_options[] = {
	{"no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, "Return once it has begun", NULL},
	{"timeout", 0, 0, G_OPTION_ARG_INT, &timeout_s, "Watch it so long; it goes on without",
	 "SECONDS"},
	{NULL},
};

typedef struct {
	Bar bar;
	PortaDevice *device; /* as last seen */
	int64_t time_before; /* of the last sync before this one */
	time_t began;
	gboolean was_seen; /* synchronizing */
	gboolean is_gone;
	gint64 deadline_us; /* -1 none */
} Sync;

static gboolean
is_about(PortaEvent *event, PortaDevice *device)
{
	return g_strcmp0(porta_event_get_string(event, PORTA_KEY_DEVICE_ID),
			 porta_device_get_string(device, PORTA_KEY_DEVICE_ID)) == 0;
}

static void
print_failure(Sync *sync, PortaEvent *event)
{
	const char *source = porta_event_get_string(event, PORTA_KEY_SOURCE);
	const char *item = porta_event_get_string(event, PORTA_KEY_ITEM);
	g_autofree char *what = text_escape(source != NULL && source[0] != '\0' ? source : item);
	g_autofree char *why = text_escape(porta_event_get_text(event));

	bar_clear(&sync->bar);
	fprintf(stderr, "  %s: %s\n", what, why);
}

static gboolean
is_over(Sync *sync)
{
	int64_t state = porta_device_get_number(sync->device, PORTA_KEY_SYNC_STATE);
	int64_t time = porta_device_get_number(sync->device, PORTA_KEY_LAST_SYNC_TIME);

	if (state == PORTA_SYNC_SYNCHRONIZING)
		sync->was_seen = TRUE;
	return !sync->is_gone && state == PORTA_SYNC_STOPPED &&
	       (sync->was_seen || time != sync->time_before);
}

/* What was asked of it went with the helper, or with the cable. */
static void
start_again(Ctl *ctl, Sync *sync)
{
	const char *id = porta_device_get_string(sync->device, PORTA_KEY_DEVICE_ID);

	sync->was_seen = FALSE;
	sync->time_before = porta_device_get_number(sync->device, PORTA_KEY_LAST_SYNC_TIME);
	sync->began = time(NULL);
	porta_client_start(ctl->client, id, 0);
}

/* TRUE if it came or went: from then on the wait is another. */
static gboolean
update_device(Ctl *ctl, Sync *sync)
{
	g_autofree char *id = g_strdup(porta_device_get_string(sync->device, PORTA_KEY_DEVICE_ID));
	PortaDevice *device = porta_client_find_device(ctl->client, id);
	gboolean was_gone = sync->is_gone;

	if (device != NULL) {
		porta_device_free(sync->device);
		sync->device = device;
	}
	sync->is_gone = device == NULL || porta_device_get_number(device, PORTA_KEY_CONNECTED) != 1;
	if (was_gone && !sync->is_gone)
		start_again(ctl, sync);
	return sync->is_gone != was_gone;
}

static gboolean
on_sync_event(Ctl *ctl, PortaEvent *event, void *data)
{
	Sync *sync = data;
	int32_t type = porta_event_get_type(event);

	if (type == PORTA_EVENT_HELPER_LOST) {
		bar_clear(&sync->bar);
		ctl_complain("%s", porta_event_get_text(event));
	}
	if (!is_about(event, sync->device) || porta_event_get_device(event) == NULL)
		return FALSE;
	if (type == PORTA_EVENT_SYNC_ERROR)
		print_failure(sync, event);
	if (update_device(ctl, sync))
		return TRUE;
	if (!sync->is_gone)
		bar_show(&sync->bar, sync->device);
	return is_over(sync);
}

static int
print_summary(Sync *sync)
{
	Ctl *ctl = sync->bar.ctl;
	int32_t result = (int32_t)porta_device_get_number(sync->device, PORTA_KEY_LAST_SYNC_RESULT);
	int64_t held = porta_device_get_number(sync->device, PORTA_KEY_HELD_REMOVALS);
	int64_t failed = porta_device_get_number(sync->device, PORTA_KEY_LAST_SYNC_ERROR_COUNT);
	g_autofree char *name = text_escape(device_title(sync->device));
	g_autofree char *line = words_last_sync(sync->device);
	g_autofree char *safe = text_escape(line);
	gboolean good = result == PORTA_OK && failed <= 0;

	if (!ctl->json)
		printf("%s%s%s %s: %s\n", style(ctl, good ? GREEN : YELLOW), good ? "✓" : "!",
		       style(ctl, PLAIN), name, safe);
	if (held > 0) {
		g_autofree char *songs = text_songs(held);
		ctl_complain("%s would be removed; that is so many that somebody must agree: "
			     "portamentoctl confirm",
			     songs);
		return EXIT_HELD;
	}
	if (result != PORTA_OK)
		return exit_status_of(result);
	return failed > 0 ? EXIT_ITEMS_FAILED : EXIT_OK;
}

static int
stop_sync(Ctl *ctl, Sync *sync)
{
	uint64_t request = ctl_next_request(ctl);
	const char *id = porta_device_get_string(sync->device, PORTA_KEY_DEVICE_ID);

	bar_clear(&sync->bar);
	ctl_complain("stopping; press Ctrl-C again to leave at once");
	ctl_finish(ctl, porta_client_stop(ctl->client, id, request), request, NULL, NULL);
	if (!ctl->json)
		puts("Stopped. What was copied stays; the next sync goes on from here.");
	return EXIT_INTERRUPTED;
}

/* Until when to wait in the state things are in, in ms; -1 without end. */
static int
get_patience(Sync *sync)
{
	gint64 left_us = sync->deadline_us < 0 ? G_MAXINT64
					       : MAX(sync->deadline_us - g_get_monotonic_time(), 0);
	gint64 patience_ms = sync->is_gone ? UNPLUGGED_MS : sync->was_seen ? G_MAXINT32 : SETTLE_MS;
	gint64 left_ms = MIN(left_us / 1000, patience_ms);

	return left_ms == G_MAXINT32 ? -1 : (int)left_ms;
}

/* Two syncs of nothing within a second leave the same traces. */
static gboolean
was_missed(Sync *sync)
{
	return !sync->was_seen &&
	       porta_device_get_number(sync->device, PORTA_KEY_SYNC_STATE) == PORTA_SYNC_STOPPED &&
	       porta_device_get_number(sync->device, PORTA_KEY_LAST_SYNC_TIME) >=
		       (int64_t)sync->began;
}

/* Nothing goes on that could end in a sync: no wait without an end (law 10). */
static gboolean
will_not_begin(Sync *sync)
{
	int64_t state = porta_device_get_number(sync->device, PORTA_KEY_SYNC_STATE);

	if (sync->was_seen || (state != PORTA_SYNC_STOPPED && state != PORTA_SYNC_UNKNOWN))
		return FALSE;
	switch (porta_device_get_number(sync->device, PORTA_KEY_DETAIL)) {
	case PORTA_DETAIL_NONE:
	case PORTA_DETAIL_HELD:
	case PORTA_DETAIL_STOPPED_BY_USER: return TRUE;
	case PORTA_DETAIL_DEVICE_BUSY: return time(NULL) - sync->began > BUSY_MS / 1000;
	default: return FALSE;
	}
}

static int
give_up(Sync *sync)
{
	const char *why = porta_device_get_string(sync->device, PORTA_KEY_DETAIL_TEXT);
	int64_t detail = porta_device_get_number(sync->device, PORTA_KEY_DETAIL);

	bar_clear(&sync->bar);
	ctl_complain("%s does not begin to sync: %s", device_title(sync->device),
		     why != NULL && why[0] != '\0'
			     ? why
			     : "no rule says what belongs on it; see portamentoctl rules");
	if (detail == PORTA_DETAIL_HELD)
		return EXIT_HELD;
	return detail == PORTA_DETAIL_DEVICE_BUSY ? EXIT_BUSY : EXIT_FAILED;
}

static int
watch_sync(Ctl *ctl, Sync *sync)
{
	bar_show(&sync->bar, sync->device);
	while (!is_over(sync)) {
		WaitEnd end = ctl_wait(ctl, get_patience(sync), on_sync_event, sync);
		if (end == WAIT_INTERRUPTED)
			return stop_sync(ctl, sync);
		if (end == WAIT_DONE)
			continue;
		if (sync->is_gone) {
			bar_clear(&sync->bar);
			ctl_complain("%s was unplugged; the next sync goes on from here",
				     device_title(sync->device));
			return EXIT_NO_DEVICE;
		}
		if (sync->deadline_us >= 0 && g_get_monotonic_time() >= sync->deadline_us) {
			bar_clear(&sync->bar);
			ctl_complain("still %s; it goes on by itself", words_state(sync->device));
			return EXIT_TIMEOUT;
		}
		if (was_missed(sync))
			break;
		if (will_not_begin(sync))
			return give_up(sync);
	}
	bar_clear(&sync->bar);
	return print_summary(sync);
}

static void
print_json(PortaDevice *device)
{
	Json *json = json_new(TRUE);

	words_put_json(json, NULL, device);
	json_finish(json);
}

/* The helper tells all programs the same; what to do about it has a name here. */
static void
suggest(PortaDevice *device, int status)
{
	gboolean connected = porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1;
	int64_t partner = porta_device_get_number(device, PORTA_KEY_STATUS);

	if (status == EXIT_NO_PARTNERSHIP)
		ctl_complain("try “portamentoctl partner create%s”",
			     partner == PORTA_STATUS_PARTNERSHIP_ANOTHER ? " --replace" : "");
	else if (status == EXIT_NO_DEVICE && connected)
		ctl_complain("try “portamentoctl rules add HOST library”; HOST is a player, as "
			     "“portamentoctl status” lists them");
}

int
command_sync(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, FALSE, &status);

	if (device == NULL)
		return status;
	Sync sync = {
		.bar = {.ctl = ctl, .told_detail = -1},
		.device = device,
		.time_before = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME),
		.began = time(NULL),
		.deadline_us = timeout_s < 0 ? -1
					     : g_get_monotonic_time() + timeout_s * G_USEC_PER_SEC,
	};
	uint64_t request = ctl_next_request(ctl);
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	g_autofree char *id_copy = g_strdup(id);
	status = ctl_finish(ctl, porta_client_start(ctl->client, id, request), request, NULL, NULL);
	if (status == EXIT_OK) {
		porta_device_free(sync.device);
		sync.device = porta_client_find_device(ctl->client, id_copy);
	} else if (!ctl->interrupted)
		suggest(sync.device, status);
	if (status == EXIT_OK && !no_wait)
		status = watch_sync(ctl, &sync);
	else if (status == EXIT_OK && !ctl->json)
		puts("Begun.");
	if (ctl->json)
		print_json(sync.device);
	porta_device_free(sync.device);
	return status;
}

int
command_stop(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, FALSE, &status);
	uint64_t request = ctl_next_request(ctl);

	if (device == NULL)
		return status;
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	status = ctl_finish(ctl, porta_client_stop(ctl->client, id, request), request, NULL, NULL);
	if (status == EXIT_OK && ctl->json)
		print_json(device);
	else if (status == EXIT_OK)
		puts("Stopped, until “portamentoctl sync” or the device is plugged in again.");
	porta_device_free(device);
	return status;
}
