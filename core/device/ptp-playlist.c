/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-playlist: abstract playlists and albums, which are an object without bytes and an ordered list
 * of references to songs. A list that could not get its songs is taken back.
 */
#include <string.h>

#include "base/error.h"
#include "device/ptp-catalog.h"
#include "device/ptp-tags.h"

#define MAX_NAME_BYTES 240
#define VENDOR_CREATIVE 0x041e

static gboolean
set_references(Device *device, DeviceHandle handle, const DeviceList *list, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ptp_put_u32_array(bytes, list->tracks, (guint32)list->n_tracks);
	g_autoptr(GBytes) out = g_bytes_new(bytes->data, bytes->len);
	PtpTransaction transaction = {.operation = PTP_OP_SET_OBJECT_REFERENCES,
				      .parameters = {handle},
				      .n_parameters = 1,
				      .out = out};
	return ptp_run(device, &transaction, error);
}

static const char *
suffix_of(Device *device, const DeviceList *list)
{
	if (list->is_album)
		return DEVICE_ALBUM_SUFFIX;
	return device->address->vendor == VENDOR_CREATIVE ? ".zpl" : ".pla";
}

/* What a device that was only told its name shows as that. */
static gboolean
tell_tags(Device *device, DeviceHandle album, const DeviceSend *send, GError **error)
{
	g_autoptr(GByteArray) list = ptp_prop_list_new();

	ptp_tags_add_new(device, PTP_FORMAT_ABSTRACT_ALBUM, album, send->tags, list);
	if (send->cover != NULL)
		ptp_cover_add(device, album, send->cover, list);
	return ptp_set_properties(device, list, error);
}

/* Bytes follow, none: most players wait for them. */
static gboolean
create(Device *device, const DeviceList *list, DeviceHandle *out, GError **error)
{
	g_autofree char *file_name = g_strconcat(list->name, suffix_of(device, list), NULL);
	const Track tags = {.title = list->is_album ? list->title : list->name,
			    .artist = list->is_album ? list->artist : NULL,
			    .album_artist = list->is_album ? list->artist : NULL};
	const DeviceSend send = {.storage = list->storage,
				 .parent = list->parent,
				 .name = file_name,
				 .tags = &tags,
				 .cover = list->cover};
	uint16_t format = list->is_album ? PTP_FORMAT_ABSTRACT_ALBUM : PTP_FORMAT_ABSTRACT_PLAYLIST;

	if (!ptp_announce(device, &send, format, out, error) ||
	    !ptp_send_announced(device, &send, *out, error))
		return FALSE;
	if (!list->is_album || ptp_announces_tags(device))
		return TRUE;
	return tell_tags(device, *out, &send, error);
}

static void
take_back(Device *device, DeviceHandle handle, const GError *error)
{
	PtpTransaction transaction = {.operation = PTP_OP_DELETE_OBJECT,
				      .parameters = {handle, PTP_FORMAT_ANY},
				      .n_parameters = 2};

	if (!ptp_is_fatal(error) && ptp_ask(device, &transaction, NULL))
		g_hash_table_remove(ptp_lane_of(device)->known, GUINT_TO_POINTER(handle));
}

static gboolean
write_new(Device *device, const DeviceList *list, DeviceHandle *out, GError **error)
{
	g_autoptr(GError) failure = NULL;
	DeviceHandle made = 0;

	if (!ptp_confirm_folder(device, list->storage, list->parent, TRUE, error))
		return FALSE;
	*out = 0;
	if (create(device, list, &made, &failure) && set_references(device, made, list, &failure)) {
		*out = made;
		return TRUE;
	}
	if (made != 0)
		take_back(device, made, failure);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean
rewrite(Device *device, const DeviceList *list, GError **error)
{
	if (!ptp_confirm_object(device, list->handle, error))
		return FALSE;
	ptp_catalog_forget(ptp_lane_of(device), list->handle);
	return set_references(device, list->handle, list, error);
}

gboolean
ptp_write_list(Device *device, const DeviceList *list, DeviceHandle *out, GError **error)
{
	const char *kind = list->is_album ? "album" : "playlist";
	DeviceHandle written = list->handle;

	if (strlen(list->name) > MAX_NAME_BYTES ||
	    list->n_tracks > G_MAXUINT32 / sizeof(uint32_t)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "%s: the %s “%s” has too long a name or too many songs",
			    device->address->name, kind, list->name);
		return FALSE;
	}
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), list->parent);
	gboolean ok = list->handle != 0 ? rewrite(device, list, error)
					: write_new(device, list, &written, error);
	if (!ok)
		return ptp_fail(device, error, "writing the %s “%s”", kind, list->name);
	*out = written;
	return TRUE;
}
