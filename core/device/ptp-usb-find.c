/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-usb-find: which of a device's interfaces speaks MTP. First of all the one of the still image
 * class; then one that is named so; then the one that the device's answer to Microsoft's question
 * means; last, where libmtp's table knows the device, any with the right endpoints.
 */
#include <string.h>

#include "device/ptp-usb.h"

#define CLASS_STILL_IMAGE 6
#define SUBCLASS_CAPTURE 1
#define PROTOCOL_PTP 1
#define CLASS_MASS_STORAGE 8
#define CONTROL_MS 1000
#define PACKET_MASK 0x7ff /* of wMaxPacketSize; the rest is for other kinds of endpoints */

/* Microsoft's OS descriptors, version 1.0. */
#define OS_STRING_INDEX 0xee
#define OS_STRING_BYTES 18
#define OS_STRING_VENDOR_AT 16
#define OS_COMPATIBLE_IDS 0x0004
#define OS_HEADER_BYTES 16
#define OS_SECTION_BYTES 24

typedef struct {
	PtpInterface interface;
	uint8_t class, subclass, protocol, name_index;
} Candidate;

/* All three endpoints, or it is no candidate. */
static gboolean
read_endpoints(const struct libusb_interface_descriptor *setting, PtpInterface *out)
{
	*out = (PtpInterface){.number = setting->bInterfaceNumber,
			      .alternate = setting->bAlternateSetting};
	for (int i = 0; i < setting->bNumEndpoints; i++) {
		const struct libusb_endpoint_descriptor *endpoint = &setting->endpoint[i];
		gboolean in = endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN;
		uint8_t type = endpoint->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK;
		guint packet_bytes = endpoint->wMaxPacketSize & PACKET_MASK;

		if (type == LIBUSB_TRANSFER_TYPE_INTERRUPT && in) {
			out->events = endpoint->bEndpointAddress;
			out->event_packet_bytes = packet_bytes;
		} else if (type == LIBUSB_TRANSFER_TYPE_BULK && in) {
			out->in = endpoint->bEndpointAddress;
			out->in_packet_bytes = packet_bytes;
		} else if (type == LIBUSB_TRANSFER_TYPE_BULK) {
			out->out = endpoint->bEndpointAddress;
			out->out_packet_bytes = packet_bytes;
		}
	}
	return out->in_packet_bytes != 0 && out->out_packet_bytes != 0 &&
	       out->event_packet_bytes != 0;
}

static GArray *
collect(const struct libusb_config_descriptor *config)
{
	GArray *candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));

	for (int i = 0; i < config->bNumInterfaces; i++) {
		for (int k = 0; k < config->interface[i].num_altsetting; k++) {
			const struct libusb_interface_descriptor *setting =
				&config->interface[i].altsetting[k];
			Candidate candidate = {.class = setting->bInterfaceClass,
					       .subclass = setting->bInterfaceSubClass,
					       .protocol = setting->bInterfaceProtocol,
					       .name_index = setting->iInterface};

			if (candidate.class != CLASS_MASS_STORAGE &&
			    read_endpoints(setting, &candidate.interface))
				g_array_append_val(candidates, candidate);
		}
	}
	return candidates;
}

static gboolean
is_still_image(const Candidate *candidate)
{
	return candidate->class == CLASS_STILL_IMAGE && candidate->subclass == SUBCLASS_CAPTURE &&
	       candidate->protocol == PROTOCOL_PTP;
}

static gboolean
is_named_mtp(libusb_device_handle *handle, const Candidate *candidate)
{
	unsigned char name[128] = {0};

	return candidate->name_index != 0 &&
	       libusb_get_string_descriptor_ascii(handle, candidate->name_index, name,
						  sizeof(name) - 1) > 0 &&
	       strstr((const char *)name, "MTP") != NULL;
}

/* The number of the interface that the device calls compatible with MTP, or -1. Some devices do
 * not survive this question, so those that are known are not asked. */
static int
ask_microsoft(libusb_device_handle *handle)
{
	static const unsigned char signature[] = "M\0S\0F\0T\0001\0000\0000";
	unsigned char text[OS_STRING_BYTES] = {0},
		      ids[OS_HEADER_BYTES + 8 * OS_SECTION_BYTES] = {0};

	if (libusb_get_string_descriptor(handle, OS_STRING_INDEX, 0, text, sizeof(text)) !=
		    OS_STRING_BYTES ||
	    memcmp(text + 2, signature, sizeof(signature)) != 0)
		return -1;
	int n = libusb_control_transfer(
		handle, LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_VENDOR | LIBUSB_RECIPIENT_DEVICE,
		text[OS_STRING_VENDOR_AT], 0, OS_COMPATIBLE_IDS, ids, sizeof(ids), CONTROL_MS);
	for (int at = OS_HEADER_BYTES; at + OS_SECTION_BYTES <= n; at += OS_SECTION_BYTES) {
		if (memcmp(ids + at + 2, "MTP", 4) == 0)
			return ids[at];
	}
	return -1;
}

static const Candidate *
choose(const GArray *candidates, libusb_device_handle *handle, gboolean is_listed)
{
	const Candidate *all = (const Candidate *)(void *)candidates->data;

	for (guint i = 0; i < candidates->len; i++) {
		if (is_still_image(&all[i]))
			return &all[i];
	}
	for (guint i = 0; i < candidates->len; i++) {
		if (is_named_mtp(handle, &all[i]))
			return &all[i];
	}
	if (is_listed)
		return candidates->len > 0 ? all : NULL;
	int number = candidates->len > 0 ? ask_microsoft(handle) : -1;
	for (guint i = 0; i < candidates->len; i++) {
		if (all[i].interface.number == number)
			return &all[i];
	}
	return NULL;
}

gboolean
ptp_usb_find_interface(libusb_device_handle *handle, gboolean is_listed, PtpInterface *out)
{
	struct libusb_config_descriptor *config = NULL;

	if (libusb_get_active_config_descriptor(libusb_get_device(handle), &config) != 0)
		return FALSE;
	g_autoptr(GArray) candidates = collect(config);
	libusb_free_config_descriptor(config);
	const Candidate *chosen = choose(candidates, handle, is_listed);
	if (chosen == NULL)
		return FALSE;
	*out = chosen->interface;
	return TRUE;
}
