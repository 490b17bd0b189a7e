/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-device: a lane that is a folder of this computer. It speaks no MTP: it is there to
 * let a session die at each single call, thousands of times, with what is on the "device" kept on disk.
 */
#pragma once

#include "device/device.h"

typedef enum {
	FAULT_NONE,
	FAULT_UNPLUG, /* the call and all after it answer NO_DEVICE */
	FAULT_EXIT, /* the process ends there, with status FAKE_EXIT_STATUS */
	FAULT_FAIL, /* this one call answers DEVICE_IO */
	FAULT_SOURCES_AWAY, /* the call succeeds, but the computer's music is not there any more */
	FAULT_DISK_FULL /* likewise, but from then on no file of the computer's grows beyond the journal's */
} FaultKind;

typedef enum { FAULT_BEFORE, FAULT_MIDDLE, FAULT_AFTER } FaultMoment;

#define FAKE_EXIT_STATUS 77

typedef struct {
	FaultKind fault;
	FaultMoment moment;
	int fault_call; /* from 1, counted over all calls of the session */
	gboolean partial_stays; /* an interrupted send leaves what has arrived */
	gboolean can_rename, can_move, can_retag, can_read;
	gboolean can_albums; /* each is a file: its songs in one line, its cover in another */
	uint64_t capacity_bytes;
	uint64_t free_lie_bytes; /* added to the free space that it tells */
	gboolean refuses_name; /* offers to keep a friendly name, and does not */
	gboolean refuses_removals;
	gboolean refuses_reads; /* this time */
	gboolean stores_half; /* says yes to a send and keeps half of it */
	gboolean stores_more; /* likewise, and adds to it */
	gboolean stores_wrong; /* likewise, and its first byte is another */
	const char *sync_partner; /* what its property says for ever; NULL: nothing */
	const char *sources; /* the folder that goes, to "<sources>.away" */
	const char *journal; /* the file that grows no more */
	const char *unlistable; /* path of a folder that can not be listed, or NULL */
} FakeOptions;

/* What a session did to it; the caller's, outlives the device. */
typedef struct {
	int late_changes; /* those of the device that were begun after the fault */
	int calls, lists, sends, removes, renames, retags, folders, reads, albums, covers;
} FakeCounts;

#define FAKE_OPTIONS_ANDROID                                                                       \
	{                                                                                          \
		.can_rename = TRUE, .can_move = FALSE, .can_read = TRUE,                           \
		.capacity_bytes = 1u << 30                                                         \
	}
#define FAKE_OPTIONS_WALKMAN                                                                       \
	{                                                                                          \
		.can_rename = TRUE, .can_move = TRUE, .can_retag = TRUE, .can_read = TRUE,         \
		.partial_stays = TRUE, .capacity_bytes = 1u << 30                                  \
	}
#define FAKE_OPTIONS_MINIMAL                                                                       \
	{                                                                                          \
		.partial_stays = TRUE, .capacity_bytes = 1u << 30                                  \
	}

/* root: an existing folder; both options and counts are lent. */
Device *fake_device_new(const char *root, const FakeOptions *options, FakeCounts *counts);
