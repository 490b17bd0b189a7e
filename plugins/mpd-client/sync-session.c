/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-session: what comes before one device's sync: its partnership, its rules.
 */
#include "sync-command.h"

#include "apply.h"
#include "log.h"

#define ANSWER_TIMEOUT_MS 60000
#define LOOKED_AT_TIMEOUT_MS 60000

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
		while (sync_get_number(sync, PORTA_KEY_STATUS) != PORTA_STATUS_PARTNERSHIP_EXISTS &&
		       session_wait(&sync->session, deadline_ms))
			;
		return EXIT_OK;
	}
	log_error("%s could not be made a partner of this computer: %s.", name, error);
	return exit_status_of(sync->session.answer);
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
		return EXIT_NO_PARTNERSHIP;
	case PORTA_STATUS_MANUAL_DEVICE:
		log_error("Nothing can be written to %s.", name);
		return EXIT_FAILED;
	case PORTA_STATUS_UNKNOWN:
		log_error(
			"%s does not let itself be looked at: is it unlocked, and is file transfer "
			"chosen on its screen?",
			name);
		return EXIT_BUSY;
	default: break;
	}
	/* cron shall not complain every hour of a device that nobody wants synced */
	if (!sync->options->once)
		log_error("%s has no partnership with this computer yet: --create-partnership "
			  "makes one.",
			  name);
	return EXIT_NO_PARTNERSHIP;
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

	while (sync_get_number(sync, PORTA_KEY_STATUS) == PORTA_STATUS_UNKNOWN &&
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
	return status;
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
	return result != PORTA_OK ? exit_status_of(result) : exit_status_of(sync->session.answer);
}
