/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-cover: the picture of an album, which is a property of the album's object. What pictures a device takes
 * is asked once in a session, and only when there is one to send.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"
#include "device/ptp-code.h"
#include "device/said.h"

#define TYPE_BYTES (PTP_TYPE_UINT8 + PTP_TYPE_ARRAY)

static PtpPropForm
load_form(LibmtpSession *session, LIBMTP_property_t property)
{
	const GByteArray *told = libmtp_describe(session, property, LIBMTP_FILETYPE_ALBUM);
	const PtpPropForm none = {0};

	return told != NULL ? ptp_parse_object_prop_form(told) : none;
}

static DeviceCovers
ask_covers(LibmtpSession *session)
{
	SaidSample said = {0};
	PtpObjectPropDesc data;
	const GByteArray *told = libmtp_describe(session, LIBMTP_PROPERTY_RepresentativeSampleData,
						 LIBMTP_FILETYPE_ALBUM);

	if (told != NULL && ptp_parse_object_prop_desc(told, &data)) {
		said.can_set_data = data.is_settable && data.type == TYPE_BYTES;
		said.data = ptp_parse_object_prop_form(told);
	}
	if (said.can_set_data) {
		said.format = load_form(session, LIBMTP_PROPERTY_RepresentativeSampleFormat);
		said.height = load_form(session, LIBMTP_PROPERTY_RepresentativeSampleHeight);
		said.width = load_form(session, LIBMTP_PROPERTY_RepresentativeSampleWidth);
	}
	return said_covers(&said);
}

gboolean
libmtp_load_covers(Device *device, DeviceCovers *out, GError **error)
{
	LibmtpSession *session = libmtp_session(device);

	if (session != NULL && session->covers != NULL) {
		*out = *session->covers;
		return TRUE;
	}
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	session = libmtp_session(device);
	DeviceCovers found = ask_covers(session);
	if (session->tap->usb_error != 0 || session->tap->insane)
		return libmtp_call_fail(device, error, "reading what covers it takes");
	session->covers = g_memdup2(&found, sizeof found);
	libmtp_call_end(device);
	*out = found;
	return TRUE;
}

/* Of libmtp's own words for a picture only the bytes and the measures reach the device. */
static int
send_sample(LIBMTP_mtpdevice_t *mtp, DeviceHandle album, const DevicePicture *picture)
{
	LIBMTP_filesampledata_t *sample = LIBMTP_new_filesampledata_t();

	sample->width = picture->width;
	sample->height = picture->height;
	sample->filetype = picture->is_png ? LIBMTP_FILETYPE_PNG : LIBMTP_FILETYPE_JPEG;
	sample->size = picture->n_bytes;
	sample->data = malloc(picture->n_bytes);
	memcpy(sample->data, picture->bytes, picture->n_bytes);
	int result = LIBMTP_Send_Representative_Sample(mtp, album, sample);
	LIBMTP_destroy_filesampledata_t(sample);
	return result;
}

gboolean
libmtp_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture,
		 gboolean is_alike, GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LIBMTP_mtpdevice_t *mtp = libmtp_session(device)->mtp;
	libmtp_session(device)->tap->guards_descriptions = TRUE;
	if (send_sample(mtp, album, picture) != 0)
		return libmtp_call_fail(device, error, "setting a cover");
	/* what a device that does not keep it answers is of no matter */
	LIBMTP_Set_Object_u16(mtp, album, LIBMTP_PROPERTY_RepresentativeSampleFormat,
			      picture->is_png ? PTP_FORMAT_PNG : PTP_FORMAT_JPEG);
	if (libmtp_session(device)->tap->usb_error != 0)
		return libmtp_call_fail(device, error, "setting a cover");
	libmtp_call_end(device);
	return TRUE;
}
