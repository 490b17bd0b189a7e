/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job: what the helper asks an engine to do, as a struct. The keys are those of
 * org.portamento.Engine1.xml.
 */
#pragma once

#include <gio/gunixfdlist.h>

#include "base/values.h"
#include "device/device.h"

typedef enum {
	JOB_IDENTIFY,
	JOB_SYNC,
	JOB_PREVIEW,
	JOB_ESTIMATE,
	JOB_SKIPPED,
	JOB_INCLUDE_SKIPPED,
	JOB_RELEASE /* a device that was kept open is given back */
} JobKind;

typedef enum {
	PARTNERSHIP_KEEP,
	PARTNERSHIP_CREATE,
	PARTNERSHIP_REPLACE,
	PARTNERSHIP_DELETE
} JobPartnership;

typedef struct {
	JobKind kind;
	DeviceAddress *address;
	char *state_dir;
	GPtrArray *libraries; /* of Library* */
	GArray *rules; /* of Rule */
	char *owner, *owner_name;
	JobPartnership partnership;
	char *set_friendly_name; /* NULL: leave it */
	char *confirm_token; /* or NULL */
	gboolean is_offline;
	gboolean forget;
	gboolean is_followed; /* by another job for the device: see session_stay() */
	GVariant *skips; /* SKIPS_TYPE, or NULL */
	GVariant *storages; /* a(sstttt) of an offline job, or NULL */

	/* settings */
	uint32_t percent_reserved;
	char *layout;
	char *storage; /* label, "" for the largest */
	char *playlist_format; /* "auto", "objects", "m3u8", "none" */
	gboolean verify_readback; /* what is sent is read back */
	gboolean no_covers; /* albums and their pictures are not wanted */
	char *lane; /* "auto", "ptp", "libmtp" */
} Job;

/* dict: a{sv}; fds may be NULL. INVALID_ARGUMENT naming the key. */
Job *job_parse(GVariant *dict, GUnixFDList *fds, GError **error);
/* Of the device at this address. */
Job *job_new_release(const DeviceAddress *address);
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)
