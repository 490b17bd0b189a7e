/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-playlist: abstract playlists, which are an object without bytes and an ordered list of
 * references to songs. A list that could not get its songs is taken back.
 */
#include <string.h>

#include "base/error.h"
#include "device/ptp-catalog.h"

#define MAX_NAME_BYTES 240
#define VENDOR_CREATIVE 0x041e

static gboolean
set_references(Device *device, DeviceHandle handle, const DeviceHandle *tracks, gsize n_tracks,
	       GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ptp_put_u32_array(bytes, tracks, (guint32)n_tracks);
	g_autoptr(GBytes) out = g_bytes_new(bytes->data, bytes->len);
	PtpTransaction transaction = {.operation = PTP_OP_SET_OBJECT_REFERENCES,
				      .parameters = {handle},
				      .n_parameters = 1,
				      .out = out};
	return ptp_run(device, &transaction, error);
}

/* Bytes follow, none: most players wait for them. */
static gboolean
create(Device *device, uint32_t storage, DeviceHandle parent, const char *name, DeviceHandle *out,
       GError **error)
{
	const char *suffix = device->address->vendor == VENDOR_CREATIVE ? ".zpl" : ".pla";
	g_autofree char *file_name = g_strconcat(name, suffix, NULL);
	const Track tags = {.title = name};
	const DeviceSend send = {
		.storage = storage, .parent = parent, .name = file_name, .tags = &tags};

	return ptp_announce(device, &send, PTP_FORMAT_ABSTRACT_PLAYLIST, out, error) &&
	       ptp_send_announced(device, &send, *out, error);
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
write_new(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
	  const DeviceHandle *tracks, gsize n_tracks, DeviceHandle *out, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (!ptp_confirm_folder(device, storage, parent, TRUE, error) ||
	    !create(device, storage, parent, name, out, error))
		return FALSE;
	if (set_references(device, *out, tracks, n_tracks, &failure))
		return TRUE;
	take_back(device, *out, failure);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean
rewrite(Device *device, DeviceHandle handle, const DeviceHandle *tracks, gsize n_tracks,
	GError **error)
{
	if (!ptp_confirm_object(device, handle, error))
		return FALSE;
	ptp_catalog_forget(ptp_lane_of(device), handle);
	return set_references(device, handle, tracks, n_tracks, error);
}

gboolean
ptp_write_playlist(Device *device, uint32_t storage, DeviceHandle parent, DeviceHandle handle,
		   const char *name, const DeviceHandle *tracks, gsize n_tracks, DeviceHandle *out,
		   GError **error)
{
	DeviceHandle written = handle;

	if (strlen(name) > MAX_NAME_BYTES || n_tracks > G_MAXUINT32 / sizeof(uint32_t)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "%s: the playlist “%s” has too long a name or too many songs",
			    device->address->name, name);
		return FALSE;
	}
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), parent);
	gboolean ok = handle != 0 ? rewrite(device, handle, tracks, n_tracks, error)
				  : write_new(device, storage, parent, name, tracks, n_tracks,
					      &written, error);
	if (!ok)
		return ptp_fail(device, error, "writing the playlist “%s”", name);
	*out = written;
	return TRUE;
}
