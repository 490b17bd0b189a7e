/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-lane: a device spoken to in MTP itself, with as few transactions as the
 * protocol allows; what the lane's files share. Each slot is ptp_call_begin(), then
 * transactions by ptp_run().
 *
 * How a folder is listed is learned: all objects of the device by one list a property, the children of
 * one folder so, or handle by handle (ptp-index.c, ptp-list.c). What was learned is in the
 * device's memory and can only cost a question too many.
 */
#pragma once

#include "device/device.h"
#include "device/memory.h"
#include "device/ptp-code.h"
#include "device/ptp-dataset.h"
#include "device/ptp-session.h"
#include "device/whole.h"

extern const DeviceLane ptp_lane;

/* Quirk flags of libmtp's device table that change what is said here. */
enum {
	PTP_QUIRK_BROKEN_LIST_ALL = 0x00000001,
	PTP_QUIRK_BROKEN_LISTS = 0x00000004,
	PTP_QUIRK_OGG_ALZHEIMER = 0x00000010,
	PTP_QUIRK_ONLY_7BIT_NAMES = 0x00000020,
	PTP_QUIRK_BROKEN_SET_PROP_LIST = 0x00000100,
	PTP_QUIRK_OGG_IS_UNKNOWN = 0x00000200,
	PTP_QUIRK_BROKEN_SAMPLE_MEASURES = 0x00000400,
	PTP_QUIRK_SPL_PLAYLISTS = 0x00001000 | 0x00002000,
	PTP_QUIRK_NO_DATE_MODIFIED = 0x00004000,
	PTP_QUIRK_BROKEN_SEND_PROP_LIST = 0x00008000,
	PTP_QUIRK_FLAC_IS_UNKNOWN = 0x01000000,
	PTP_QUIRK_UNIQUE_NAMES = 0x02000000,
	PTP_QUIRK_LISTS_OVERRIDE = 0x40000000,
};
#define PTP_QUIRK_SAMSUNG_OFFSET 0x80000000u

/* What is known of an object without asking; in PtpLane.known. */
enum { PTP_KNOWN = 1, PTP_KNOWN_FOLDER = 2 };

typedef struct {
	PtpSession *session;
	PtpDeviceInfo info;
	uint32_t quirks;
	gboolean is_android;
	GHashTable *texts; /* device property: char *, as told in this session */
	GArray *storages; /* of DeviceStorage, NULL unless fresh */
	gint64 storages_us; /* when they were told */
	guint n_storages; /* as last told */
	GHashTable *
		infos; /* handle: DeviceEntry*, of what was asked about by itself in this session */
	GHashTable *known; /* handle: PTP_KNOWN flags, of what was listed, made or sent whole */
	GCancellable *cancellable; /* of the call, no-ref, or NULL */

	gboolean has_failed; /* a transaction was lost, so that it is not known how things are */

	Whole whole;

	struct PtpCatalog *catalog; /* NULL: no use for one */
	struct PtpIndex *index; /* of all objects, NULL unless fresh */
	GHashTable *statistics; /* handle: DeviceStatistics*, as told since the last change */
	gboolean has_all_statistics; /* of all songs that have any */
	uint64_t spent; /* on folders listed alone since the index was dropped; see ptp-index.h */
	int64_t n_folders; /* asked for before the first change */
	int64_t n_expected; /* folders that were met and will be asked for */
	gboolean was_listed; /* that is over */
	GHashTable *touched; /* folders that were changed since all was listed */
	GHashTable *distrusted; /* ways of listing, in this session */
	gboolean checked_folder_lists; /* one of them against handles, in this session */
} PtpLane;

static inline PtpLane *
ptp_lane_of(Device *device)
{
	return device->priv;
}

/* Fails when the device is not open. */
gboolean ptp_call_begin(Device *device, GCancellable *cancellable, GError **error);
/* The device's own answer is in transaction->response. */
gboolean ptp_ask(Device *device, PtpTransaction *transaction, GError **error);
/* Any answer but OK is an error. */
gboolean ptp_run(Device *device, PtpTransaction *transaction, GError **error);
gboolean ptp_refuse(const PtpTransaction *transaction, GError **error);
/* Says what was tried: "NAME: what: reason". FALSE, as the call is. */
gboolean ptp_fail(Device *device, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* An answer that can not be. FALSE. */
gboolean ptp_insane(GError **error, const char *what);
/* Whether this error ends all, so that nothing else need be tried. */
gboolean ptp_is_fatal(const GError *error);

gboolean ptp_has_operation(const PtpLane *lane, uint16_t operation);
gboolean ptp_has_format(const PtpLane *lane, uint16_t format);
/* The best of the formats that the device says it takes for a file of this name. */
uint16_t ptp_format_of(const PtpLane *lane, const char *name);
/* A name as the device can take it. Caller frees. */
char *ptp_name_for(const PtpLane *lane, const char *name);

/* Of the memory, what belongs to this device with this firmware. */
int64_t ptp_recall(Device *device, const char *key, int64_t fallback);
void ptp_learn(Device *device, const char *key, int64_t value);

/* ptp-info.c: what is free is asked for anew. */
void ptp_forget_storages(PtpLane *lane);
/* Asked once for a firmware. FALSE: objects of this format have no such property. */
gboolean ptp_describe(Device *device, uint16_t property, uint16_t format, PtpObjectPropDesc *out);
gboolean ptp_is_settable(Device *device, uint16_t property, uint16_t format);
/* Asked now, also for the values that it takes. FALSE also if the question failed. */
gboolean ptp_describe_form(Device *device, uint16_t property, uint16_t format,
			   PtpObjectPropDesc *out, PtpPropForm *form);
/* ptp-cover.c: whether there are albums at all; whether they have pictures, ptp_load_covers() asks. */
gboolean ptp_can_albums(const PtpLane *lane);
/* What an album is told of its picture beside its bytes. */
void ptp_cover_add(Device *device, DeviceHandle album, const DevicePicture *picture,
		   GByteArray *list);
gboolean ptp_has_statistics(Device *device);

void ptp_know(PtpLane *lane, DeviceHandle handle, gboolean is_folder);
/* Lists made before, and statistics, are old. */
void ptp_forget_lists(PtpLane *lane);
void ptp_forget_statistics(PtpLane *lane);
/* Something in this folder, 0 for none that is known, is about to change. */
void ptp_touch(PtpLane *lane, DeviceHandle folder);
gboolean ptp_load_object_info(Device *device, DeviceHandle handle, PtpObjectInfo *out,
			      GError **error);
/* ptp-list.c: GetObjectHandles. GArray of uint32_t, NULL on failure. */
GArray *ptp_load_handles(Device *device, uint32_t storage, uint32_t parent, GError **error);

/* ptp-send.c: whether new objects can be told by property list, which has room for large sizes. */
gboolean ptp_takes_lists(Device *device);
/* Whether what is announced comes with its tags. */
gboolean ptp_announces_tags(Device *device);
/* The two halves of sending. An object is announced and gets a handle; then come its
 * bytes, and if they do not arrive whole, what there is of it is removed. */
gboolean ptp_announce(Device *device, const DeviceSend *send, uint16_t format, DeviceHandle *out,
		      GError **error);
gboolean ptp_send_announced(Device *device, const DeviceSend *send, DeviceHandle handle,
			    GError **error);

/* The slots, by file. */
gboolean ptp_open(Device *device, GCancellable *cancellable, GError **error);
void ptp_close(Device *device);
gboolean ptp_stay(Device *device);

gboolean ptp_load_info(Device *device, DeviceInfo *info, GError **error);
gboolean ptp_load_storages(Device *device, GArray *storages, GError **error);
gboolean ptp_set_friendly_name(Device *device, const char *name, GError **error);
gboolean ptp_set_sync_partner(Device *device, const char *partner, GError **error);

gboolean ptp_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		  GCancellable *cancellable, GError **error);

gboolean ptp_send(Device *device, const DeviceSend *send, DeviceHandle *out,
		  GCancellable *cancellable, GError **error);

gboolean ptp_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
			 DeviceHandle *out, GError **error);
gboolean ptp_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n,
		  gsize *got, GError **error);
gboolean ptp_remove(Device *device, DeviceHandle handle, GError **error);
gboolean ptp_rename(Device *device, DeviceHandle handle, const char *name, GError **error);
gboolean ptp_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
		  GError **error);

gboolean ptp_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error);
gboolean ptp_set_rating(Device *device, DeviceHandle handle, const char *name, int32_t rating,
			GError **error);
gboolean ptp_load_statistics(Device *device, DeviceHandle handle, DeviceStatistics *out,
			     GError **error);

gboolean ptp_write_list(Device *device, const DeviceList *list, DeviceHandle *out, GError **error);
gboolean ptp_load_covers(Device *device, DeviceCovers *out, GError **error);
gboolean ptp_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture,
		       gboolean is_alike, GError **error);
