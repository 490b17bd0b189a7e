/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-lane: a device spoken to through libmtp; what the lane's files share.
 * Each slot is call_begin(), libmtp calls, call_end() or call_fail().
 *
 * libmtp keeps what it has read of each object until the device is closed: a
 * second listing of a folder sees what came and went, but not that somebody
 * else renamed or rewrote an object meanwhile.
 */
#pragma once

#include <libmtp.h>

#include "device/device.h"
#include "device/usb-tap.h"
#include "device/whole.h"

extern const DeviceLane libmtp_lane;

/* libmtp's quirk flags that we look at; their values are part of its device table. */
enum {
	LIBMTP_QUIRK_BROKEN_LISTS = 0x00000001 | 0x00000004,
	LIBMTP_QUIRK_IGNORE_HEADER_ERRORS = 0x00000080,
	LIBMTP_QUIRK_BROKEN_SET_PROP_LIST = 0x00000100,
	LIBMTP_QUIRK_SPL_PLAYLISTS = 0x00001000 | 0x00002000,
	LIBMTP_QUIRK_BROKEN_SEND_PROP_LIST = 0x00008000,
	LIBMTP_QUIRK_UNIQUE_NAMES = 0x02000000,
	LIBMTP_QUIRK_LISTS_OVERRIDE = 0x40000000,
};
#define LIBMTP_QUIRK_SAMSUNG_OFFSET 0x80000000u

typedef struct {
	LIBMTP_mtpdevice_t *mtp;
	UsbTap *tap;
	uint32_t quirks;
	gboolean is_android;
	GArray *operations; /* uint16_t: what DeviceInfo lists */
	GHashTable *rateable; /* filetype: 1 if songs of it have a rating that can be set, else 2 */
	GHashTable *seen; /* handles that are there without our doing, or were sent whole */
	gboolean hides_lists; /* libmtp is not told that the device has property lists */
	gboolean lists_all; /* one answer tells all objects, as far as tried */
	gboolean cache_filled; /* and libmtp has it */
	GArray *index; /* of IndexRow: all objects, NULL unless fresh */
	gint64 index_us; /* when it was made */
	DeviceCovers *covers; /* NULL: not asked for yet */
	Whole whole;
} LibmtpSession;

static inline LibmtpSession *
libmtp_session(Device *device)
{
	return device->priv;
}

/* Fails when the device is not open, gone, or out of step for good. */
gboolean libmtp_call_begin(Device *device, GCancellable *cancellable, GError **error);
void libmtp_call_end(Device *device);
/* Ends the call and says why it failed, from what the wire, libusb and libmtp told. FALSE. */
gboolean libmtp_call_fail(Device *device, GError **error, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* libmtp-error.c: why the device could not be opened. FALSE. */
gboolean libmtp_open_fail(Device *device, const UsbTap *tap, GError **error);

gboolean libmtp_has_operation(const LibmtpSession *session, uint16_t operation);
/* libmtp-info.c: what the device says of a property of files of this type, as it travels; NULL if they have
 * none. Until the next call. Within a call. */
const GByteArray *libmtp_describe(LibmtpSession *session, LIBMTP_property_t property,
				  LIBMTP_filetype_t type);
LIBMTP_filetype_t libmtp_filetype(const LibmtpSession *session, const char *name);

/* libmtp-info.c: whether songs of this type have a rating that can be set. Within a call; asked once. */
gboolean libmtp_takes_ratings(LibmtpSession *session, LIBMTP_filetype_t type);

/* libmtp-diet.c: shows libmtp a simpler device; around the opening. */
void libmtp_diet_begin(LibmtpSession *session);
void libmtp_diet_end(LibmtpSession *session);
/* The operations in a DeviceInfo, as many as are there. */
GArray *libmtp_parse_operations(const GByteArray *info);

/* libmtp-index.c: all objects at once, on players that can tell. */
typedef struct {
	uint32_t storage;
	DeviceHandle parent;
	DeviceEntry entry;
} IndexRow;

/* Appends the children of a folder and is TRUE, or FALSE without a word: then list it alone. Within
 * a call. */
gboolean libmtp_index_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries);
/* For each call after which the index, or what was read, may be wrong. */
void libmtp_index_drop(LibmtpSession *session);

/* libmtp-list.c */
DeviceEntry libmtp_make_entry(LibmtpSession *session, const LIBMTP_file_t *file);

/* The slots, by file. */
gboolean libmtp_open(Device *device, GCancellable *cancellable, GError **error);
void libmtp_close(Device *device);

gboolean libmtp_load_info(Device *device, DeviceInfo *info, GError **error);
gboolean libmtp_load_storages(Device *device, GArray *storages, GError **error);
gboolean libmtp_set_friendly_name(Device *device, const char *name, GError **error);
gboolean libmtp_set_sync_partner(Device *device, const char *partner, GError **error);

gboolean libmtp_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		     GCancellable *cancellable, GError **error);

gboolean libmtp_send(Device *device, const DeviceSend *send, DeviceHandle *out,
		     GCancellable *cancellable, GError **error);

gboolean libmtp_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
			    DeviceHandle *out, GError **error);
gboolean libmtp_remove(Device *device, DeviceHandle handle, GError **error);
gboolean libmtp_rename(Device *device, DeviceHandle handle, const char *name, GError **error);
gboolean libmtp_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
		     GError **error);

gboolean libmtp_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n,
		     gsize *got, GError **error);

gboolean libmtp_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error);
gboolean libmtp_set_rating(Device *device, DeviceHandle handle, const char *name, int32_t rating,
			   GError **error);
gboolean libmtp_load_statistics(Device *device, DeviceHandle handle, DeviceStatistics *out,
				GError **error);

gboolean libmtp_write_list(Device *device, const DeviceList *list, DeviceHandle *out,
			   GError **error);
gboolean libmtp_load_covers(Device *device, DeviceCovers *out, GError **error);
gboolean libmtp_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture,
			  gboolean is_alike, GError **error);
