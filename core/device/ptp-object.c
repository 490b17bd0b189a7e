/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-object: what is done to single objects, one transaction each. Devices delete
 * folders with all that is in them; so a folder is looked into right before it is
 * removed, and an object of which nothing is known is looked at (law 1).
 */
#include <string.h>

#include "base/error.h"
#include "device/ptp-catalog.h"

#define MAX_DATASET_BYTES (1u << 20)
/* A Samsung stack hangs when what it sends, header included, ends with a packet. */
#define HEADER_BYTES 12
#define PACKET_BYTES 512

gboolean
ptp_load_object_info(Device *device, DeviceHandle handle, PtpObjectInfo *out, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT_INFO,
				      .parameters = {handle},
				      .n_parameters = 1,
				      .in = bytes,
				      .max_in = MAX_DATASET_BYTES};

	return ptp_run(device, &transaction, error) &&
	       (ptp_parse_object_info(bytes, out) || ptp_insane(error, "ObjectInfo"));
}

gboolean
ptp_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
		DeviceHandle *out, GError **error)
{
	const DeviceSend folder = {.storage = storage, .parent = parent, .name = name};
	DeviceHandle handle = 0;

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), parent);
	if (!ptp_confirm_folder(device, storage, parent, FALSE, error) ||
	    !ptp_announce(device, &folder, PTP_FORMAT_ASSOCIATION, &handle, error))
		return ptp_fail(device, error, "making the folder “%s”", name);
	ptp_know(ptp_lane_of(device), handle, TRUE);
	ptp_index_expect_folder(device);
	*out = handle;
	return TRUE;
}

static gboolean
load_whole(Device *device, DeviceHandle handle, GByteArray *bytes, GError **error)
{
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT,
				      .parameters = {handle},
				      .n_parameters = 1,
				      .in = bytes,
				      .max_in = DEVICE_MAX_WHOLE_BYTES};

	return ptp_run(device, &transaction, error) || ptp_fail(device, error, "reading a file");
}

static gboolean
gives_parts(const PtpLane *lane)
{
	return ptp_has_operation(lane, PTP_OP_GET_PARTIAL_OBJECT) ||
	       ptp_has_operation(lane, PTP_OP_GET_PARTIAL_OBJECT_64);
}

/* How many bytes to ask for in one transaction. */
static uint32_t
part_size(const PtpLane *lane, gsize n)
{
	uint32_t size = (uint32_t)MIN(n, G_MAXINT32);

	if ((lane->quirks & PTP_QUIRK_SAMSUNG_OFFSET) && (HEADER_BYTES + size) % PACKET_BYTES == 0)
		size--;
	return size;
}

static gboolean
read_part(Device *device, DeviceHandle handle, uint64_t offset, gsize n, GByteArray *in,
	  GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	uint32_t size = part_size(lane, n);
	PtpTransaction narrow = {.operation = PTP_OP_GET_PARTIAL_OBJECT,
				 .parameters = {handle, (uint32_t)offset, size},
				 .n_parameters = 3,
				 .in = in,
				 .max_in = size};
	PtpTransaction wide = {
		.operation = PTP_OP_GET_PARTIAL_OBJECT_64,
		.parameters = {handle, (uint32_t)offset, (uint32_t)(offset >> 32), size},
		.n_parameters = 4,
		.in = in,
		.max_in = size};

	if (offset > G_MAXUINT32 || !ptp_has_operation(lane, PTP_OP_GET_PARTIAL_OBJECT))
		return ptp_run(device, &wide, error);
	return ptp_run(device, &narrow, error);
}

gboolean
ptp_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n, gsize *got,
	 GError **error)
{
	gsize done = 0, size;

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	if (!gives_parts(ptp_lane_of(device)))
		return whole_read(&ptp_lane_of(device)->whole, load_whole, device, handle, offset,
				  buffer, n, got, error);
	/* One answer may be shorter than asked for; only an empty one is the end. */
	do {
		g_autoptr(GByteArray) in = g_byte_array_new();

		if (!read_part(device, handle, offset + done, n - done, in, error))
			return ptp_fail(device, error, "reading a file");
		size = MIN(in->len, n - done);
		if (size > 0)
			memcpy((char *)buffer + done, in->data, size);
		done += size;
	} while (size > 0 && done < n);
	*got = done;
	return TRUE;
}

/* Whether it is a folder with something in it, asked just now. */
static gboolean
is_full_folder(Device *device, DeviceHandle handle, gboolean *out, GError **error)
{
	guint flags = GPOINTER_TO_UINT(
		g_hash_table_lookup(ptp_lane_of(device)->known, GUINT_TO_POINTER(handle)));
	PtpObjectInfo info;

	if (flags == 0) {
		if (!ptp_load_object_info(device, handle, &info, error))
			return FALSE;
		flags = info.format == PTP_FORMAT_ASSOCIATION ? PTP_KNOWN_FOLDER : PTP_KNOWN;
		ptp_object_info_clear(&info);
	}
	*out = FALSE;
	if (!(flags & PTP_KNOWN_FOLDER))
		return TRUE;
	g_autoptr(GArray) children = ptp_load_handles(device, PTP_ALL, handle, error);
	*out = children != NULL && children->len > 0;
	return children != NULL;
}

gboolean
ptp_remove(Device *device, DeviceHandle handle, GError **error)
{
	PtpTransaction transaction = {.operation = PTP_OP_DELETE_OBJECT,
				      .parameters = {handle, PTP_FORMAT_ANY},
				      .n_parameters = 2};
	gboolean is_full = FALSE;

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), 0);
	g_hash_table_remove(ptp_lane_of(device)->infos, GUINT_TO_POINTER(handle));
	if (!ptp_confirm_object(device, handle, error) ||
	    !is_full_folder(device, handle, &is_full, error))
		return ptp_fail(device, error, "removing an object");
	if (is_full) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s: the folder is not empty and stays", device->address->name);
		return FALSE;
	}
	if (!ptp_run(device, &transaction, error)) {
		ptp_catalog_forget(ptp_lane_of(device), handle);
		return ptp_fail(device, error, "removing an object");
	}
	ptp_catalog_remove(ptp_lane_of(device), handle);
	g_hash_table_remove(ptp_lane_of(device)->known, GUINT_TO_POINTER(handle));
	return TRUE;
}

gboolean
ptp_rename(Device *device, DeviceHandle handle, const char *name, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), 0);
	g_hash_table_remove(ptp_lane_of(device)->infos, GUINT_TO_POINTER(handle));
	if (!ptp_confirm_object(device, handle, error))
		return ptp_fail(device, error, "renaming an object to “%s”", name);
	ptp_catalog_forget(ptp_lane_of(device), handle);
	g_autofree char *fit = ptp_name_for(ptp_lane_of(device), name);
	ptp_put_string(bytes, fit);
	g_autoptr(GBytes) out = g_bytes_new(bytes->data, bytes->len);
	PtpTransaction transaction = {.operation = PTP_OP_SET_OBJECT_PROP_VALUE,
				      .parameters = {handle, PTP_PROP_OBJECT_FILE_NAME},
				      .n_parameters = 2,
				      .out = out};
	return ptp_run(device, &transaction, error) ||
	       ptp_fail(device, error, "renaming an object to “%s”", name);
}

gboolean
ptp_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent, GError **error)
{
	/* Here, unlike everywhere else, the root is 0. */
	PtpTransaction transaction = {
		.operation = PTP_OP_MOVE_OBJECT,
		.parameters = {handle, storage, parent == DEVICE_ROOT ? 0 : parent},
		.n_parameters = 3};

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), 0);
	gboolean ok = ptp_confirm_object(device, handle, error) &&
		      ptp_confirm_folder(device, storage, parent, TRUE, error);
	if (ok)
		ptp_catalog_forget(ptp_lane_of(device), handle);
	return (ok && ptp_run(device, &transaction, error)) ||
	       ptp_fail(device, error, "moving an object");
}
