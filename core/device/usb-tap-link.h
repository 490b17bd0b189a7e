/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap-link: the joint between the tap and the dynamic linker. Here are the
 * functions that libmtp calls in the belief that they are libusb's, and the
 * way on to libusb's own. Only the tap's own files include this.
 */
#pragma once

#include <libusb.h>

#include "device/usb-tap.h"

/* libusb's own. */
int usb_next_bulk(libusb_device_handle *usb, unsigned char endpoint, unsigned char *data,
		  int length, int *n, unsigned timeout_ms);
int usb_next_control(libusb_device_handle *usb, uint8_t type, uint8_t request, uint16_t value,
		     uint16_t index, unsigned char *data, uint16_t length, unsigned timeout_ms);

void usb_next_close(libusb_device_handle *usb);

/* What the tap makes of a transfer that libmtp asks for. */
UsbTap *usb_tap_current(void); /* NULL: it goes straight on */
int usb_tap_bulk(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint,
		 unsigned char *data, int length, int *done, unsigned timeout_ms);
/* The same around a description that fails (usb-tap-describe.c). */
int usb_tap_describing_bulk(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint,
			    unsigned char *data, int length, int *done, unsigned timeout_ms);
int usb_tap_control(UsbTap *tap, libusb_device_handle *usb, uint8_t type, uint8_t request,
		    uint16_t value, uint16_t index, unsigned char *data, uint16_t length,
		    unsigned timeout_ms);
