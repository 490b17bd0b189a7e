/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-index: all objects of the device at once, by one list a property, and the choice between that and
 * asking folder by folder. A transaction costs as much as telling 200 objects (24 ms and
 * 0.12 ms on phones of today). Folders are listed alone until that has cost as much as listing all
 * would; then all are listed. So nobody ever pays more than twice what knowing the future would have
 * cost. What was learned of the device, and how many folders were touched, is that knowledge
 * where there is any.
 */
#pragma once

#include "device/ptp-lane.h"
#include "device/ptp-rows.h"

typedef enum {
	PTP_LISTED,
	PTP_LIST_OTHERWISE, /* the device does not say; error is not set */
	PTP_LIST_FAILED,
} PtpListResult;

/* One question: the property of an object, of its children (depth 1) or of all (handle and depth
 * PTP_ALL), into rows. */
PtpListResult ptp_query(Device *device, uint32_t handle, uint16_t property, uint32_t depth,
			PtpRows *rows, GError **error);
gboolean ptp_has_lists(const PtpLane *lane);

/* Appends the children of a folder, from the index; makes that if it is worth it. */
PtpListResult ptp_index_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
			     GError **error);
/* Makes it in any case, of a device that can list all. */
PtpListResult ptp_index_make(Device *device, GError **error);
/* A folder was listed alone: these are its children. */
void ptp_index_account(PtpLane *lane, DeviceHandle folder, const GArray *entries, guint from);

/* There is one folder more for the next inventory. */
void ptp_index_expect_folder(Device *device);

/* Calls back for the property of each object that has it. FALSE without a word. */
gboolean ptp_index_load_property(Device *device, uint16_t property, PtpElementFunc each,
				 void *data);
/* Drops the index if the device says that something has changed. */
void ptp_index_hear(PtpLane *lane);

/* ptp-list.c */
void ptp_append_row(PtpLane *lane, const PtpRow *row, GArray *entries);

/* A way of listing that proved wrong is left for this session, and after the second time for good. */
void ptp_distrust(Device *device, const char *way);
gboolean ptp_is_trusted(Device *device, const char *way);
#define PTP_WAY_ALL "wrong-lists-of-all"
#define PTP_WAY_FOLDER "wrong-lists-of-folders"
