/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-cover: the picture of an album, which is a property of the album's object. Its bytes are one transaction;
 * what kind it is and its measures travel with the album's name when that is made. What pictures
 * a device takes is asked once for a firmware, and only when there is one to send.
 */
#include "base/error.h"
#include "device/ptp-catalog.h"
#include "device/ptp-tags.h"
#include "device/said.h"

#define LEARNED_COVERS "covers"
#define LEARNED_MAX_BYTES "covers-max-bytes"
#define LEARNED_MAX_HEIGHT "covers-max-height"
#define LEARNED_MAX_WIDTH "covers-max-width"

enum { COVERS_KNOWN = 1, COVERS_JPEG = 2, COVERS_PNG = 4 };

/* A phone finds pictures in the songs themselves. */
gboolean
ptp_can_albums(const PtpLane *lane)
{
	return !lane->is_android && ptp_has_operation(lane, PTP_OP_SET_OBJECT_REFERENCES) &&
	       ptp_has_operation(lane, PTP_OP_SET_OBJECT_PROP_VALUE) &&
	       ptp_has_format(lane, PTP_FORMAT_ABSTRACT_ALBUM);
}

static gboolean
ask_form(Device *device, uint16_t property, PtpObjectPropDesc *found, PtpPropForm *form)
{
	*found = (PtpObjectPropDesc){0};
	return ptp_describe_form(device, property, PTP_FORMAT_ABSTRACT_ALBUM, found, form);
}

/* Of a device that did not answer nothing is learned. */
static gboolean
ask_covers(Device *device, DeviceCovers *out)
{
	PtpObjectPropDesc data, other;
	SaidSample said = {0};

	if (ask_form(device, PTP_PROP_SAMPLE_DATA, &data, &said.data))
		said.can_set_data = data.is_settable &&
				    data.type == PTP_TYPE_UINT8 + PTP_TYPE_ARRAY;
	if (said.can_set_data) {
		ask_form(device, PTP_PROP_SAMPLE_FORMAT, &other, &said.format);
		ask_form(device, PTP_PROP_SAMPLE_HEIGHT, &other, &said.height);
		ask_form(device, PTP_PROP_SAMPLE_WIDTH, &other, &said.width);
	}
	*out = said_covers(&said);
	return !ptp_lane_of(device)->has_failed;
}

static void
learn_covers(Device *device, const DeviceCovers *covers)
{
	ptp_learn(device, LEARNED_MAX_BYTES, covers->max_bytes);
	ptp_learn(device, LEARNED_MAX_HEIGHT, covers->max_height);
	ptp_learn(device, LEARNED_MAX_WIDTH, covers->max_width);
	ptp_learn(device, LEARNED_COVERS,
		  COVERS_KNOWN | (covers->jpeg ? COVERS_JPEG : 0) | (covers->png ? COVERS_PNG : 0));
}

gboolean
ptp_load_covers(Device *device, DeviceCovers *out, GError **error)
{
	int64_t known = ptp_recall(device, LEARNED_COVERS, 0);

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	if (known & COVERS_KNOWN) {
		*out = (DeviceCovers){
			.jpeg = (known & COVERS_JPEG) != 0,
			.png = (known & COVERS_PNG) != 0,
			.max_bytes = (uint32_t)ptp_recall(device, LEARNED_MAX_BYTES, 0),
			.max_height = (uint32_t)ptp_recall(device, LEARNED_MAX_HEIGHT, 0),
			.max_width = (uint32_t)ptp_recall(device, LEARNED_MAX_WIDTH, 0),
		};
		return TRUE;
	}
	if (ask_covers(device, out))
		learn_covers(device, out);
	return TRUE;
}

static void
add_number(Device *device, DeviceHandle album, uint16_t property, uint16_t type, uint64_t number,
	   GByteArray *list)
{
	PtpObjectPropDesc found;

	if (ptp_describe(device, property, PTP_FORMAT_ABSTRACT_ALBUM, &found) &&
	    found.is_settable && found.type == type)
		ptp_prop_list_add_number(list, album, property, type, number);
}

void
ptp_cover_add(Device *device, DeviceHandle album, const DevicePicture *picture, GByteArray *list)
{
	add_number(device, album, PTP_PROP_SAMPLE_FORMAT, PTP_TYPE_UINT16,
		   picture->is_png ? PTP_FORMAT_PNG : PTP_FORMAT_JPEG, list);
	if (ptp_lane_of(device)->quirks & PTP_QUIRK_BROKEN_SAMPLE_MEASURES)
		return;
	add_number(device, album, PTP_PROP_SAMPLE_HEIGHT, PTP_TYPE_UINT32, picture->height, list);
	add_number(device, album, PTP_PROP_SAMPLE_WIDTH, PTP_TYPE_UINT32, picture->width, list);
}

static gboolean
set_bytes(Device *device, DeviceHandle album, const DevicePicture *picture, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ptp_put_u32(bytes, (uint32_t)picture->n_bytes);
	g_byte_array_append(bytes, picture->bytes, (guint)picture->n_bytes);
	g_autoptr(GBytes) out = g_bytes_new(bytes->data, bytes->len);
	PtpTransaction transaction = {.operation = PTP_OP_SET_OBJECT_PROP_VALUE,
				      .parameters = {album, PTP_PROP_SAMPLE_DATA},
				      .n_parameters = 2,
				      .out = out};
	return ptp_run(device, &transaction, error);
}

static gboolean
tell_measures(Device *device, DeviceHandle album, const DevicePicture *picture, GError **error)
{
	g_autoptr(GByteArray) list = ptp_prop_list_new();
	guint nothing = list->len;

	ptp_cover_add(device, album, picture, list);
	return list->len == nothing || ptp_set_properties(device, list, error);
}

gboolean
ptp_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture, gboolean is_alike,
	      GError **error)
{
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	if (!ptp_confirm_object(device, album, error))
		return ptp_fail(device, error, "setting a cover");
	ptp_catalog_forget(ptp_lane_of(device), album);
	return (set_bytes(device, album, picture, error) &&
		(is_alike || tell_measures(device, album, picture, error))) ||
	       ptp_fail(device, error, "setting a cover");
}
