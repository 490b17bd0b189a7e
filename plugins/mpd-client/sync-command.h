/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-command: "portamento-mpd sync" in its steps. Each returns EXIT_OK to go
 * on, or the status to end with, having said why.
 */
#pragma once

#include "commands.h"
#include "progress.h"
#include "statistics.h"
#include "summary.h"

typedef struct {
	char *source, *why;
} SyncFailure;

typedef struct {
	const Options *options;
	const Config *config;
	Session session;
	Server *server;
	Collection collection;
	Statistics statistics;
	Progress progress;

	char *device_id; /* the one at work */
	bool is_ready; /* the helper is there */
	bool is_started, was_synchronizing, is_finished;
	int64_t started_unix;
	SyncFailure *failures;
	size_t n_failures, failures_room;
} Sync;

/* The device at work now, or NULL: the caller frees. */
PortaDevice *sync_get_device(Sync *sync);
/* A number of that device's; -1 if it is not known any more. */
int64_t sync_get_number(Sync *sync, int32_t key);
bool sync_observe(PortaEvent *event, void *user_data);

/* Waits until the device has been looked at and is a partner; makes it one if wanted. */
int sync_ensure_partnership(Sync *sync, const Wanted *wanted);
int sync_apply(Sync *sync, const Wanted *wanted);
/* Starts, waits for the end, shows progress, says how it went. */
int sync_start_and_wait(Sync *sync);
int sync_preview(Sync *sync, const Wanted *wanted);
