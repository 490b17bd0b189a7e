/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap-wire: how PTP looks on USB, for the tap's own files. Each part of a
 * transaction is a container: length, type, code and transaction number,
 * little-endian, then what it carries.
 */
#pragma once

#include <libusb.h>

#include "device/usb-tap.h"

enum { CONTAINER_COMMAND = 1, CONTAINER_DATA = 2, CONTAINER_RESPONSE = 3 };
enum { RESPONSE_OK = 0x2001, RESPONSE_INCOMPLETE = 0x2007, RESPONSE_DEVICE_BUSY = 0x2019 };
enum { REQUEST_CANCEL = 0x64, REQUEST_STATUS = 0x67 };

#define HEADER_BYTES 12
#define WATCH_MARGIN_MS 5000
#define KEPT_BYTES (64 * 1024) /* of a data phase from the device */

static inline uint32_t
usb_tap_read_u32(const unsigned char *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint16_t
usb_tap_read_u16(const unsigned char *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline gboolean
usb_tap_is_container(const unsigned char *data, int length, uint16_t type)
{
	return length >= HEADER_BYTES && usb_tap_read_u16(data + 4) == type &&
	       usb_tap_read_u32(data) >= HEADER_BYTES;
}

/* Whether a transfer to the device is a command; music may look like one, so what is
 * sent between a data container and the first read after it never counts. */
static inline gboolean
usb_tap_is_command(const UsbTap *tap, const unsigned char *data, int length)
{
	return !tap->out_data && usb_tap_is_container(data, length, CONTAINER_COMMAND) &&
	       usb_tap_read_u32(data) == (uint32_t)length;
}

/* To the transaction at hand. */
static inline gboolean
usb_tap_is_response(const UsbTap *tap, const unsigned char *data, int length)
{
	return usb_tap_is_container(data, length, CONTAINER_RESPONSE) &&
	       (tap->ignore_ids || usb_tap_read_u32(data + 8) == tap->transaction);
}

static inline void
usb_tap_note_usb_error(UsbTap *tap, int code)
{
	tap->usb_error = code;
	if (code == LIBUSB_ERROR_NO_DEVICE)
		tap->gone = TRUE;
}
