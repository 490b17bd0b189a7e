/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-wait: starts one device's sync and watches it to its end, with everything
 * that a person should see. No wait without an end (law 10): what makes no
 * progress by itself is waited for only as long as somebody may be doing
 * something about it.
 */
#include "sync-command.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "stop.h"

#define ANSWER_TIMEOUT_MS 60000
#define STOP_TIMEOUT_MS 5000
/* A phone that is being unlocked leaves the bus and comes back. */
#define GONE_PATIENCE_MS 20000
/* For a person at the device; without one in the one-shot mode, and for retries. */
#define PATIENCE_MS 60000
#define FOREVER 0
/* What was changed a moment ago may make the helper begin once more. */
#define SETTLE_MS 700

int64_t
sync_get_number(Sync *sync, int32_t key)
{
	PortaDevice *device = sync_get_device(sync);
	int64_t number = device != NULL ? porta_device_get_number(device, key) : -1;

	porta_device_free(device);
	return number;
}

static void
add_failure(Sync *sync, PortaEvent *event)
{
	const char *source = porta_event_get_string(event, PORTA_KEY_SOURCE);
	const char *item = porta_event_get_string(event, PORTA_KEY_ITEM);
	const char *name = source != NULL && source[0] != '\0' ? source : item;

	sync->failures = memory_grow(sync->failures, sync->n_failures, &sync->failures_room,
				     sizeof(SyncFailure));
	sync->failures[sync->n_failures++] = (SyncFailure){
		.source = text_copy(name != NULL ? name : "a song"),
		.why = text_copy(porta_event_get_text(event)),
	};
}

static void
observe_state(Sync *sync, PortaDevice *device)
{
	int64_t state = porta_device_get_number(device, PORTA_KEY_SYNC_STATE);

	progress_show(&sync->progress, device);
	if (!sync->is_started)
		return;
	if (state == PORTA_SYNC_SYNCHRONIZING)
		sync->was_synchronizing = true;
	bool has_ended = sync->was_synchronizing ||
			 porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME) >=
				 sync->started_unix;
	sync->is_finished = state == PORTA_SYNC_STOPPED && has_ended;
}

bool
sync_observe(PortaEvent *event, void *user_data)
{
	Sync *sync = user_data;
	int32_t type = porta_event_get_type(event);
	PortaDevice *device = porta_event_get_device(event);

	if (type == PORTA_EVENT_HELPER_READY)
		sync->is_ready = true;
	if (type == PORTA_EVENT_STATISTICS) {
		statistics_take_event(&sync->statistics, event);
		return true;
	}
	if (device == NULL || sync->device_id == NULL ||
	    strcmp(porta_device_get_string(device, PORTA_KEY_DEVICE_ID), sync->device_id) != 0)
		return false;
	if (type == PORTA_EVENT_SYNC_ERROR && sync->is_started)
		add_failure(sync, event);
	observe_state(sync, device);
	return false;
}

static int64_t
get_patience_ms(Sync *sync)
{
	int64_t detail = sync_get_number(sync, PORTA_KEY_DETAIL);

	if (sync_get_number(sync, PORTA_KEY_CONNECTED) != 1)
		return GONE_PATIENCE_MS;
	if (sync_get_number(sync, PORTA_KEY_SYNC_STATE) == PORTA_SYNC_SYNCHRONIZING)
		return FOREVER;
	/* the screen says what to do, and Ctrl-C ends it */
	if (detail == PORTA_DETAIL_WAITING_FOR_UNLOCK && !sync->options->once)
		return FOREVER;
	return PATIENCE_MS;
}

/* False: a signal, or nothing happens any more. */
static bool
wait_until_finished(Sync *sync)
{
	int64_t patience_ms = -1, deadline_ms = 0;

	while (!sync->is_finished) {
		int64_t patience_now_ms = get_patience_ms(sync);
		if (patience_now_ms != patience_ms) {
			patience_ms = patience_now_ms;
			deadline_ms = patience_ms == FOREVER ? INT64_MAX
							     : session_now_ms() + patience_ms;
		}
		if (!session_wait(&sync->session, deadline_ms))
			return false;
	}
	return true;
}

static bool
wait_for_end(Sync *sync)
{
	bool is_settled = false;

	while (!is_settled) {
		if (!wait_until_finished(sync))
			return false;
		int64_t settled_ms = session_now_ms() + SETTLE_MS;
		while (sync->is_finished && session_wait(&sync->session, settled_ms))
			;
		is_settled = sync->is_finished;
	}
	return true;
}

static int
stop_engine(Sync *sync)
{
	uint64_t request = session_next_request(&sync->session);
	int64_t deadline_ms = session_now_ms() + STOP_TIMEOUT_MS;

	porta_client_stop(sync->session.client, sync->device_id, request);
	/* the signal that brought us here ends waits; the second one ends the program */
	stop_forget();
	while (!sync->is_finished && session_wait(&sync->session, deadline_ms))
		;
	progress_erase(&sync->progress);
	log_warning("Stopped. What was copied stays; the next sync goes on from here.");
	return EXIT_INTERRUPTED;
}

static int
give_up(Sync *sync)
{
	PortaDevice *device = sync_get_device(sync);

	if (device == NULL || porta_device_get_number(device, PORTA_KEY_CONNECTED) != 1) {
		porta_device_free(device);
		log_error("The device was unplugged. The next sync goes on from here.");
		return EXIT_NO_DEVICE;
	}
	const char *detail = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);
	int64_t code = porta_device_get_number(device, PORTA_KEY_DETAIL);
	bool is_busy = code == PORTA_DETAIL_WAITING_FOR_UNLOCK || code == PORTA_DETAIL_DEVICE_BUSY;
	log_error("%s does not begin to sync: %s.", session_device_name(device),
		  detail != NULL && detail[0] != '\0' ? detail : "it does not say why");
	porta_device_free(device);
	return is_busy ? EXIT_BUSY : EXIT_FAILED;
}

static void
print_failures(Sync *sync)
{
	for (size_t i = 0; i < sync->n_failures; i++)
		log_error("  %s: %s", sync->failures[i].source, sync->failures[i].why);
}

static int
report(Sync *sync)
{
	PortaDevice *device = sync_get_device(sync);

	if (device == NULL)
		return EXIT_NO_DEVICE;
	int status = summary_exit_status(device);
	char *summary AUTO_TEXT = summary_format(device);
	int64_t held = porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS);
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	if (status != EXIT_OK)
		log_error("%s", summary);
	else if (!sync->options->quiet)
		log_answer("%s", summary);
	print_failures(sync);
	if (held > 0)
		log_error("%lld songs would be removed; that is so many that somebody must agree: "
			  "portamentoctl confirm %s",
			  (long long)held, id);
	porta_device_free(device);
	return status;
}

int
sync_start_and_wait(Sync *sync)
{
	char *error AUTO_TEXT = NULL;
	uint64_t request = session_next_request(&sync->session);

	/* before the request: the engine may begin, and even end, before the answer is here */
	sync->started_unix = time(NULL);
	sync->is_started = true;
	int32_t accepted = porta_client_start(sync->session.client, sync->device_id, request);
	if (!session_finish(&sync->session, request, accepted, ANSWER_TIMEOUT_MS, &error)) {
		log_error("The sync could not be started: %s.", error);
		return stop_is_asked() ? EXIT_INTERRUPTED : exit_status_of(sync->session.answer);
	}
	bool has_ended = wait_for_end(sync);
	progress_erase(&sync->progress);
	if (has_ended)
		return report(sync);
	return stop_is_asked() ? stop_engine(sync) : give_up(sync);
}
