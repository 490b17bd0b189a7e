/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-read: a file's bytes from the device. Of a device that gives no parts the last object that was
 * read is kept whole, until something is changed: it is read from its beginning to its end.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

typedef struct {
	GByteArray *bytes;
	gboolean is_too_much;
} Whole;

static uint16_t
on_more(void *params, void *priv, uint32_t n, unsigned char *data, uint32_t *taken)
{
	Whole *whole = priv;

	*taken = n;
	whole->is_too_much = whole->is_too_much || n > DEVICE_MAX_WHOLE_BYTES - whole->bytes->len;
	if (whole->is_too_much)
		return LIBMTP_HANDLER_RETURN_CANCEL;
	g_byte_array_append(whole->bytes, data, n);
	return LIBMTP_HANDLER_RETURN_OK;
}

static gboolean
load_whole(Device *device, DeviceHandle handle, GError **error)
{
	LibmtpSession *session = libmtp_session(device);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Whole whole = {.bytes = bytes};

	if (session->whole != NULL && session->whole_handle == handle)
		return TRUE;
	g_clear_pointer(&session->whole, g_byte_array_unref);
	int result = LIBMTP_Get_File_To_Handler(session->mtp, handle, on_more, &whole, NULL, NULL);
	if (whole.is_too_much) {
		libmtp_call_end(device);
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FILE_TOO_LARGE,
			    "%s: reading a file: the device gives no parts of it, and it is too "
			    "large to be read whole",
			    device->address->name);
		return FALSE;
	}
	if (result != 0)
		return libmtp_call_fail(device, error, "reading a file");
	session->whole = g_steal_pointer(&bytes);
	session->whole_handle = handle;
	return TRUE;
}

static gboolean
read_whole(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n, gsize *got,
	   GError **error)
{
	if (!load_whole(device, handle, error))
		return FALSE;
	const GByteArray *whole = libmtp_session(device)->whole;
	*got = offset < whole->len ? MIN(n, whole->len - (gsize)offset) : 0;
	if (*got > 0)
		memcpy(buffer, whole->data + offset, *got);
	return TRUE;
}

/* One answer may be shorter than asked for; only an empty one is the end. */
static gboolean
read_parts(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n, gsize *got,
	   GError **error)
{
	LIBMTP_mtpdevice_t *mtp = libmtp_session(device)->mtp;
	g_autofree unsigned char *data = NULL;
	unsigned int size = 0;

	*got = 0;
	do {
		g_clear_pointer(&data, free);
		if (LIBMTP_GetPartialObject(mtp, handle, offset + *got,
					    (uint32_t)MIN(n - *got, G_MAXUINT32), &data, &size))
			return libmtp_call_fail(device, error, "reading a file");
		size = (unsigned)MIN(size, n - *got);
		if (size > 0)
			memcpy((char *)buffer + *got, data, size);
		*got += size;
	} while (size > 0 && *got < n);
	return TRUE;
}

gboolean
libmtp_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n, gsize *got,
	    GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	gboolean in_parts = LIBMTP_Check_Capability(libmtp_session(device)->mtp,
						    LIBMTP_DEVICECAP_GetPartialObject);
	if (!(in_parts ? read_parts : read_whole)(device, handle, offset, buffer, n, got, error))
		return FALSE;
	libmtp_call_end(device);
	return TRUE;
}
