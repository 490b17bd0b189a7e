/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-session: one device's part of "portamento-mpd sync": partnership, rules,
 * and the wait for the engine, with everything that a person should see.
 */
#include "sync-command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply.h"
#include "log.h"
#include "stop.h"

#define ANSWER_TIMEOUT_MS 60000
#define LOOKED_AT_TIMEOUT_MS 60000
#define STOP_TIMEOUT_MS 5000
/* A phone that is being unlocked leaves the bus and comes back. */
#define GONE_TIMEOUT_MS 20000
/* In the one-shot mode nobody is there to unlock it. */
#define UNLOCK_TIMEOUT_MS 60000
/* What was changed a moment ago may make the helper begin once more. */
#define SETTLE_MS 700

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

void
sync_observe(PortaEvent *event, void *user_data)
{
	Sync *sync = user_data;
	int32_t type = porta_event_get_type(event);
	PortaDevice *device = porta_event_get_device(event);

	if (type == PORTA_EVENT_HELPER_READY)
		sync->is_ready = true;
	if (type == PORTA_EVENT_STATISTICS)
		statistics_add_event(&sync->statistics, event, &sync->collection.location);
	if (device == NULL || sync->device_id == NULL ||
	    strcmp(porta_device_get_string(device, PORTA_KEY_DEVICE_ID), sync->device_id) != 0)
		return;
	if (type == PORTA_EVENT_SYNC_ERROR && sync->is_started)
		add_failure(sync, event);
	observe_state(sync, device);
}

static int64_t
get_number(Sync *sync, int32_t key)
{
	PortaDevice *device = sync_get_device(sync);
	int64_t number = device != NULL ? porta_device_get_number(device, key) : -1;

	porta_device_free(device);
	return number;
}

static int
create_partnership(Sync *sync, const char *name)
{
	char *error AUTO_TEXT = NULL;
	uint64_t request = session_next_request(&sync->session);
	int32_t accepted =
		porta_client_create_partnership(sync->session.client, sync->device_id, 0, request);

	if (session_finish(&sync->session, request, accepted, ANSWER_TIMEOUT_MS, &error)) {
		/* the news of it may come behind the answer */
		int64_t deadline_ms = session_now_ms() + ANSWER_TIMEOUT_MS;
		while (get_number(sync, PORTA_KEY_STATUS) != PORTA_STATUS_PARTNERSHIP_EXISTS &&
		       session_wait(&sync->session, deadline_ms))
			;
		return EXIT_OK;
	}
	log_error("%s could not be made a partner of this computer: %s.", name, error);
	return EXIT_FAILED;
}

static int
explain_no_partnership(Sync *sync, PortaDevice *device)
{
	const char *name = session_device_name(device);
	const char *owner = porta_device_get_string(device, PORTA_KEY_OWNER);

	switch (porta_device_get_number(device, PORTA_KEY_STATUS)) {
	case PORTA_STATUS_PARTNERSHIP_ANOTHER:
		log_error("%s is synced by %s already. portamentoctl can take it over.", name,
			  owner != NULL && owner[0] != '\0' ? owner : "another computer or user");
		return EXIT_PERSON;
	case PORTA_STATUS_MANUAL_DEVICE:
		log_error("Nothing can be written to %s.", name);
		return EXIT_FAILED;
	case PORTA_STATUS_UNKNOWN:
		log_error(
			"%s does not let itself be looked at: is it unlocked, and is file transfer "
			"chosen on its screen?",
			name);
		return EXIT_PERSON;
	default: break;
	}
	/* cron shall not complain every hour of a device that nobody wants synced */
	if (sync->options->once)
		return EXIT_PERSON;
	log_error("%s has no partnership with this computer yet: --create-partnership makes one.",
		  name);
	return EXIT_PERSON;
}

static bool
may_become_partner(PortaDevice *device, const Wanted *wanted, const Options *options)
{
	int64_t status = porta_device_get_number(device, PORTA_KEY_STATUS);

	/* who was declined once is asked for by name only */
	return (status == PORTA_STATUS_NEW_DEVICE && wanted->create_partnership) ||
	       (status == PORTA_STATUS_PARTNERSHIP_DECLINED && options->wanted.create_partnership);
}

int
sync_ensure_partnership(Sync *sync, const Wanted *wanted)
{
	int64_t deadline_ms = session_now_ms() + LOOKED_AT_TIMEOUT_MS;
	int status = EXIT_OK;

	while (get_number(sync, PORTA_KEY_STATUS) == PORTA_STATUS_UNKNOWN &&
	       session_wait(&sync->session, deadline_ms))
		;
	progress_erase(&sync->progress);
	PortaDevice *device = sync_get_device(sync);
	if (device == NULL)
		return EXIT_NO_DEVICE;
	if (porta_device_get_number(device, PORTA_KEY_STATUS) == PORTA_STATUS_PARTNERSHIP_EXISTS)
		status = EXIT_OK;
	else if (!may_become_partner(device, wanted, sync->options))
		status = explain_no_partnership(sync, device);
	else if (!sync->options->dry_run)
		status = create_partnership(sync, session_device_name(device));
	porta_device_free(device);
	return status == EXIT_PERSON && sync->options->once ? EXIT_OK : status;
}

int
sync_apply(Sync *sync, const Wanted *wanted)
{
	char *error AUTO_TEXT = NULL;
	uint64_t request = 0;
	PortaDevice *device = sync_get_device(sync);

	if (device == NULL)
		return EXIT_NO_DEVICE;
	int32_t result = apply_wanted(&sync->session, device, wanted, &request);
	porta_device_free(device);
	if (result == PORTA_OK && request == 0)
		return EXIT_OK;
	if (session_finish(&sync->session, request, result, ANSWER_TIMEOUT_MS, &error))
		return EXIT_OK;
	log_error("The rules can not be set: %s.", error);
	return EXIT_FAILED;
}

/* Until when to wait in the state that the device is in. */
static int64_t
deadline_of(Sync *sync, int64_t now_ms)
{
	int64_t detail = get_number(sync, PORTA_KEY_DETAIL);

	if (get_number(sync, PORTA_KEY_CONNECTED) != 1)
		return now_ms + GONE_TIMEOUT_MS;
	if (sync->options->once && detail == PORTA_DETAIL_WAITING_FOR_UNLOCK)
		return now_ms + UNLOCK_TIMEOUT_MS;
	return INT64_MAX;
}

/* True: the engine has come to an end. */
static bool
wait_for_end(Sync *sync)
{
	bool was_free = true;
	int64_t deadline_ms = INT64_MAX;

	while (true) {
		while (!sync->is_finished) {
			int64_t now_ms = session_now_ms();
			int64_t limit_ms = deadline_of(sync, now_ms);
			if (limit_ms == INT64_MAX || was_free)
				deadline_ms = limit_ms;
			was_free = limit_ms == INT64_MAX;
			if (!session_wait(&sync->session,
					  was_free ? now_ms + 3600000 : deadline_ms) &&
			    (stop_is_asked() || !was_free))
				return false;
		}
		int64_t settled_ms = session_now_ms() + SETTLE_MS;
		while (sync->is_finished && session_wait(&sync->session, settled_ms))
			;
		if (sync->is_finished)
			return true;
	}
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
	log_warning(
		"Stopped. The next sync goes on from here; until then the device is left alone.");
	return EXIT_INTERRUPTED;
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
		puts(summary);
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

	/* nothing to wait for: the one-shot mode leaves devices alone that are no partners */
	if (get_number(sync, PORTA_KEY_STATUS) != PORTA_STATUS_PARTNERSHIP_EXISTS)
		return EXIT_OK;
	/* before the request: the engine may begin, and even end, before the answer is here */
	sync->started_unix = time(NULL);
	sync->is_started = true;
	int32_t accepted = porta_client_start(sync->session.client, sync->device_id, request);
	if (!session_finish(&sync->session, request, accepted, ANSWER_TIMEOUT_MS, &error)) {
		log_error("The sync could not be started: %s.", error);
		return EXIT_FAILED;
	}
	bool has_ended = wait_for_end(sync);
	progress_erase(&sync->progress);
	if (has_ended)
		return report(sync);
	if (stop_is_asked())
		return stop_engine(sync);
	bool is_gone = get_number(sync, PORTA_KEY_CONNECTED) != 1;
	log_error(is_gone ? "The device was unplugged. The next sync goes on from here."
			  : "The device is locked: unlock it, and it is synced by itself.");
	return is_gone ? EXIT_NO_DEVICE : EXIT_PERSON;
}
