/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-catalog: the catalog of a device that can not tell all its objects in a few answers, or that reports what
 * has changed. It is believed for a session if handles of this device were seen to last, and if the
 * device itself says what it said when the last session ended: which handles there are and how much space is
 * free, or that nothing has changed. What is touched is looked at first, all the same (law 1).
 *
 * The file is there only while it is true: it goes before the first change and comes back when the
 * session has ended well (law 3).
 */
#pragma once

#include "device/catalog.h"
#include "device/ptp-index.h"

/* In the device's memory. Have handles lasted: not known, in sessions without a change, over changes too. */
#define LEARNED_KEPT "handles-kept"
enum { KEPT_UNKNOWN, KEPT_UNCHANGED, KEPT_OVER_CHANGES };
/* Sessions in which many handles stood for other objects than before. */
#define LEARNED_MOVED "handles-moved"
#define LEARNED_NO_HANDLES "no-list-of-handles"
#define LEARNED_NO_REPORT "no-report"

typedef struct PtpCatalog {
	char *path, *who; /* NULL: of this session alone, and of no use to the next */
	Catalog *then; /* as the last session left it, or NULL */
	Catalog *now;
	GHashTable *listed; /* places that the device told in this session: gint64 */
	GHashTable *confirmed; /* handles that were looked at in this session */
	GHashTable *wrong; /* those of which something else was told than is so */
	GArray *storages; /* of CatalogStorage, as last told; NULL before */
	gboolean was_judged;
	gboolean is_believed; /* folders are told from it */
	gboolean was_believed; /* and what was told so must be looked at before it is touched */
	gboolean has_stayed; /* folders that this session was told are told from it */
	gboolean by_report;
	gboolean said_nothing; /* the device reported no change */
	gboolean is_void; /* what it says is wrong: it is not kept */
	gboolean is_grown; /* there is more in it than in the file */
	gboolean was_changed; /* something on the device, by us */
	gboolean is_afresh; /* just now the device alone is asked */
	gboolean was_checked; /* against all that the device shows; what differs is in wrong */
	guint n_looks; /* at objects by themselves */
	guint n_changes;
} PtpCatalog;

/* The device's infos are known. */
void ptp_catalog_open(Device *device);
/* The session is still open. */
void ptp_catalog_close(Device *device);
/* The session goes on: what it was told from now on is told again, unless the device tells of a change. */
void ptp_catalog_stay(PtpLane *lane);
void ptp_catalog_free(PtpCatalog *catalog);

/* Whether all objects can be had by a few lists, so that nothing need be remembered. */
gboolean ptp_catalog_can_list_all(Device *device);
void ptp_catalog_see_storages(PtpLane *lane, const GArray *storages, guint from);
/* As ptp_index_list(): the children of a folder, from the catalog. */
PtpListResult ptp_catalog_list(Device *device, uint32_t storage, DeviceHandle folder,
			       GArray *entries, GError **error);
/* The entries behind from are what the device itself says is in the folder. */
void ptp_catalog_note(PtpLane *lane, uint32_t storage, DeviceHandle folder, const GArray *entries,
		      guint from);
/* What is believed of this object, or NULL. */
const DeviceEntry *ptp_catalog_recall(const PtpLane *lane, DeviceHandle handle);
gboolean ptp_catalog_recall_statistics(const PtpLane *lane, DeviceHandle handle,
				       DeviceStatistics *out);
void ptp_catalog_note_statistics(PtpLane *lane, DeviceHandle handle,
				 const DeviceStatistics *statistics);
gboolean ptp_catalog_was_listed(const PtpCatalog *catalog, uint32_t storage, DeviceHandle folder);
void ptp_catalog_hear(PtpLane *lane, const PtpEvent *event);
/* The file is not true any more. */
void ptp_catalog_remove_file(const PtpCatalog *catalog);
/* What the catalog said was wrong: no session believes it any more. */
void ptp_catalog_void(PtpLane *lane);

/* ptp-believe.c: PTP_LISTED if it is to be believed. */
PtpListResult ptp_catalog_judge(Device *device, GError **error);
/* Each once, in order. NULL: the device does not say. */
GArray *ptp_load_all_handles(Device *device, GError **error);

/* ptp-confirm.c: before something is done to an object, or in a folder. FALSE if it is not what the
 * session was told: nothing may be done then. Without a catalog, always TRUE. */
gboolean ptp_confirm_object(Device *device, DeviceHandle handle, GError **error);
/* files: one will come in, which must not meet another of its name. */
gboolean ptp_confirm_folder(Device *device, uint32_t storage, DeviceHandle folder, gboolean files,
			    GError **error);
/* The object is another now, or gone. */
void ptp_catalog_forget(PtpLane *lane, DeviceHandle handle);
void ptp_catalog_remove(PtpLane *lane, DeviceHandle handle);

/* ptp-list.c */
void ptp_append_entry(PtpLane *lane, const DeviceEntry *entry, GArray *entries);
/* A folder, told by the device alone. */
gboolean ptp_list_afresh(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
			 GError **error);
/* What one object is and where: asked now. */
gboolean ptp_load_entry(Device *device, DeviceHandle handle, DeviceEntry *out, uint32_t *storage,
			DeviceHandle *folder, GError **error);
/* ptp-report.c: MTP's extension for what changed since a session: whether the device has it; asks it. FALSE without
 * a word if it does not answer. */
gboolean ptp_has_report(const PtpLane *lane);
gboolean ptp_load_report(Device *device, uint32_t since, uint32_t *now, uint64_t *n_changes);
