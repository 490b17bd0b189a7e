/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-command: "portamento-mpd sync": publishes, and brings one device (or, in
 * the one-shot mode for cron, all that are connected) up to date.
 */
#include "sync-command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

#define HELPER_TIMEOUT_MS 30000
#define NEXT_BATCH_MS 200

PortaDevice *
sync_get_device(Sync *sync)
{
	return porta_client_find_device(sync->session.client, sync->device_id);
}

static bool
is_playlist(const Collection *collection, const char *name)
{
	for (size_t i = 0; i < collection->n_playlists; i++) {
		if (strcmp(collection->playlists[i].name, name) == 0)
			return true;
	}
	return false;
}

/* A misspelt playlist would remove what the right one has put there. */
static int
check_playlists(const Sync *sync)
{
	const Wanted *wanted = &sync->options->wanted;

	for (size_t i = 0; i < wanted->n_rules; i++) {
		const char *playlist = wanted->rules[i].playlist;
		if (playlist == NULL || is_playlist(&sync->collection, playlist))
			continue;
		log_error("MPD has no playlist “%s”. “portamento-mpd playlists” lists them.",
			  playlist);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int
publish(Sync *sync)
{
	sync->server = command_load(&sync->collection, sync->options, sync->config);
	if (sync->server == NULL)
		return EXIT_FAILED;
	int status = check_playlists(sync);
	/* publishing can make a device begin by itself: not in a dry run */
	if (status != EXIT_OK || sync->options->dry_run)
		return status;
	if (!command_publish_collection(&sync->session, &sync->collection))
		return exit_status_of(sync->session.answer);
	return EXIT_OK;
}

/* The ids of the connected devices that are meant. */
static void
find_devices(Sync *sync, TextList *ids)
{
	for (uint32_t i = 0; i < porta_client_count_devices(sync->session.client); i++) {
		PortaDevice *device = porta_client_get_device(sync->session.client, i);
		if (device != NULL && porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1 &&
		    wanted_fits(&sync->options->wanted, device))
			text_list_add(ids, porta_device_get_string(device, PORTA_KEY_DEVICE_ID));
		porta_device_free(device);
	}
}

static int
choose_devices(Sync *sync, TextList *ids)
{
	int64_t helper_ms = session_now_ms() + HELPER_TIMEOUT_MS;

	while (!sync->is_ready && session_wait(&sync->session, helper_ms))
		;
	if (!sync->is_ready) {
		log_error(
			"Portamento's helper can not be started: is portamentod installed, and is "
			"this a session with a D-Bus session bus?");
		return EXIT_FAILED;
	}
	int64_t deadline_ms = session_now_ms() + sync->options->wait_seconds * 1000LL;
	find_devices(sync, ids);
	while (ids->count == 0 && session_wait(&sync->session, deadline_ms))
		find_devices(sync, ids);
	if (ids->count == 0 && !sync->options->once) {
		log_error(
			"No %sdevice is connected. Plug it in, unlock it, and choose file transfer "
			"on its screen.",
			sync->options->wanted.device != NULL ? "such " : "");
		return EXIT_NO_DEVICE;
	}
	if (ids->count <= 1 || sync->options->once)
		return EXIT_OK;
	log_error("Several devices are connected; choose one with --device:");
	for (size_t i = 0; i < ids->count; i++)
		log_error("  %s", ids->items[i]);
	return EXIT_USAGE;
}

/* From the command line; without rules there, from the configuration. */
static const Wanted *
choose_wanted(Sync *sync, PortaDevice *device)
{
	if (sync->options->wanted.has_rules)
		return &sync->options->wanted;
	return config_find_device(sync->config, device);
}

/* What the command line says beside the rules goes for the configuration's rules too. */
static void
merge_options(Wanted *merged, const Wanted *wanted, const Wanted *options)
{
	*merged = wanted != NULL ? *wanted : *options;
	if (options->reserve_percent >= 0)
		merged->reserve_percent = options->reserve_percent;
	if (options->create_partnership)
		merged->create_partnership = true;
}

static int
sync_device(Sync *sync, const char *id)
{
	Wanted wanted; /* borrows */

	text_set(&sync->device_id, id);
	sync->is_started = sync->was_synchronizing = sync->is_finished = false;
	PortaDevice *device = sync_get_device(sync);
	if (device == NULL)
		return EXIT_NO_DEVICE;
	merge_options(&wanted, choose_wanted(sync, device), &sync->options->wanted);
	porta_device_free(device);
	int status = sync_ensure_partnership(sync, &wanted);
	/* in the one-shot mode a device that nobody wants synced is no failure */
	if (status == EXIT_NO_PARTNERSHIP && sync->options->once)
		return EXIT_OK;
	if (status == EXIT_OK && sync->options->dry_run)
		return sync_preview(sync, &wanted);
	if (status == EXIT_OK)
		status = sync_apply(sync, &wanted);
	if (status == EXIT_OK)
		status = sync_start_and_wait(sync);
	return status;
}

static int
run(Sync *sync)
{
	TextList ids AUTO(text_list_clear) = {0};
	int worst = EXIT_OK;
	int status = publish(sync);

	if (status == EXIT_OK)
		status = choose_devices(sync, &ids);
	if (status != EXIT_OK)
		return status;
	for (size_t i = 0; i < ids.count; i++) {
		status = sync_device(sync, ids.items[i]);
		if (worst == EXIT_OK)
			worst = status;
	}
	return worst;
}

/* Batch by batch. What MPD does not take now waits for the next time. */
static void
write_statistics(Sync *sync)
{
	char *error AUTO_TEXT = NULL;
	bool is_written = sync->statistics.count > 0;

	/* MPD may have closed a connection that was silent during a long sync */
	if (is_written) {
		server_clear(&sync->server);
		sync->server = server_connect(sync->config, &error);
	}
	while (is_written && sync->server != NULL) {
		is_written = statistics_write(&sync->statistics, sync->server,
					      &sync->collection.location);
		int64_t deadline_ms = session_now_ms() + NEXT_BATCH_MS;
		while (is_written && sync->statistics.count == 0 &&
		       session_wait(&sync->session, deadline_ms))
			;
		is_written = is_written && sync->statistics.count > 0;
	}
}

static void
close_sync(Sync *sync)
{
	write_statistics(sync);
	for (size_t i = 0; i < sync->n_failures; i++) {
		free(sync->failures[i].source);
		free(sync->failures[i].why);
	}
	free(sync->failures);
	free(sync->device_id);
	progress_clear(&sync->progress);
	session_close(&sync->session);
	statistics_close(&sync->statistics);
	server_clear(&sync->server);
	collection_clear(&sync->collection);
}

int
command_sync(const Options *options, const Config *config)
{
	Sync sync = {.options = options, .config = config};
	char *error AUTO_TEXT = NULL;
	int status;

	progress_init(&sync.progress, options->quiet);
	/* a daemon that runs beside it is no news */
	statistics_open(&sync.statistics, &error);
	text_clear(&error);
	if (session_open(&sync.session, sync_observe, &sync, statistics_is_ours(&sync.statistics),
			 &error)) {
		status = run(&sync);
	} else {
		log_error("%s", error);
		status = exit_status_of(sync.session.answer);
	}
	close_sync(&sync);
	return status;
}
