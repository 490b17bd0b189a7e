/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-usb: a device's MTP interface, found, claimed and given back. Where nothing
 * better says which interface that is, an interface with the right endpoints is it.
 * Its context is its own: other users of libusb in this process are not met.
 */
#pragma once

#include <libusb.h>

#include "device/device.h"

typedef struct {
	int number, alternate;
	uint8_t in, out, events; /* endpoint addresses */
	guint in_packet_bytes, out_packet_bytes, event_packet_bytes; /* wMaxPacketSize */
} PtpInterface;

typedef struct {
	libusb_context *context;
	libusb_device_handle *handle;
	PtpInterface interface;
	uint32_t quirks; /* of libmtp's device table */
	gboolean resets; /* when it is closed: the device can not be opened again without */
} PtpUsb;

/* Quirk flags as libmtp's device table has them. */
enum {
	PTP_QUIRK_NO_RELEASE = 0x00000040,
	PTP_QUIRK_IGNORE_HEADERS = 0x00000080,
	PTP_QUIRK_RESET_ON_CLOSE = 0x10000000,
};

/* DEVICE_BUSY names who holds it. A kernel driver is put aside, and put back at the end. */
gboolean ptp_usb_open(PtpUsb *usb, const DeviceAddress *address, GError **error);
void ptp_usb_close(PtpUsb *usb);

/* Whether the kernel still has the device at this address. */
gboolean ptp_usb_is_plugged_in(const DeviceAddress *address);

/* ptp-usb-find.c: which interface speaks MTP. */
gboolean ptp_usb_find_interface(libusb_device_handle *handle, gboolean is_listed,
				PtpInterface *out);
