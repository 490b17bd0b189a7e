/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-read: a file's bytes from the device.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

typedef struct {
	GByteArray *bytes;
	gboolean is_too_much;
} Taker;

static uint16_t
on_more(void *params, void *priv, uint32_t n, unsigned char *data, uint32_t *taken)
{
	Taker *taker = priv;

	*taken = n;
	taker->is_too_much = taker->is_too_much || n > DEVICE_MAX_WHOLE_BYTES - taker->bytes->len;
	if (taker->is_too_much)
		return LIBMTP_HANDLER_RETURN_CANCEL;
	g_byte_array_append(taker->bytes, data, n);
	return LIBMTP_HANDLER_RETURN_OK;
}

static gboolean
load_whole(Device *device, DeviceHandle handle, GByteArray *bytes, GError **error)
{
	Taker taker = {.bytes = bytes};
	int result = LIBMTP_Get_File_To_Handler(libmtp_session(device)->mtp, handle, on_more,
						&taker, NULL, NULL);

	if (taker.is_too_much) {
		libmtp_call_end(device);
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FILE_TOO_LARGE,
			    "%s: reading a file: the device gives no parts of it, and it is too "
			    "large to be read whole",
			    device->address->name);
		return FALSE;
	}
	return result == 0 || libmtp_call_fail(device, error, "reading a file");
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
	LibmtpSession *session = libmtp_session(device);
	gboolean ok = LIBMTP_Check_Capability(session->mtp, LIBMTP_DEVICECAP_GetPartialObject)
			      ? read_parts(device, handle, offset, buffer, n, got, error)
			      : whole_read(&session->whole, load_whole, device, handle, offset,
					   buffer, n, got, error);
	if (ok)
		libmtp_call_end(device);
	return ok;
}
