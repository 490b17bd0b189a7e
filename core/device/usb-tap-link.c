/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap-link: libusb functions of our own in front of libusb's; see
 * usb-tap-link.h. They must be visible in the program's dynamic symbols, and a
 * program gets them by linking the lanes.
 */
#include "device/usb-tap-link.h"

#include <dlfcn.h>

#define EXPORT __attribute__((visibility("default")))

typedef int (*BulkFunc)(libusb_device_handle *, unsigned char, unsigned char *, int, int *,
			unsigned int);
typedef int (*ControlFunc)(libusb_device_handle *, uint8_t, uint8_t, uint16_t, uint16_t,
			   unsigned char *, uint16_t, unsigned int);
typedef int (*OpenFunc)(libusb_device *, libusb_device_handle **);
typedef int (*ClaimFunc)(libusb_device_handle *, int);
typedef void (*CloseFunc)(libusb_device_handle *);
typedef int (*ResetFunc)(libusb_device_handle *);

static void *
find_next(void **kept, const char *name)
{
	if (*kept == NULL)
		*kept = dlsym(RTLD_NEXT, name);
	if (*kept == NULL)
		g_error("libusb has no %s: %s", name, dlerror());
	return *kept;
}

int
usb_next_bulk(libusb_device_handle *usb, unsigned char endpoint, unsigned char *data, int length,
	      int *n, unsigned timeout_ms)
{
	static void *kept;
	BulkFunc bulk = (BulkFunc)find_next(&kept, "libusb_bulk_transfer");

	return bulk(usb, endpoint, data, length, n, timeout_ms);
}

int
usb_next_control(libusb_device_handle *usb, uint8_t type, uint8_t request, uint16_t value,
		 uint16_t index, unsigned char *data, uint16_t length, unsigned timeout_ms)
{
	static void *kept;
	ControlFunc control = (ControlFunc)find_next(&kept, "libusb_control_transfer");

	return control(usb, type, request, value, index, data, length, timeout_ms);
}

void
usb_next_close(libusb_device_handle *usb)
{
	static void *kept;
	CloseFunc close = (CloseFunc)find_next(&kept, "libusb_close");

	close(usb);
}

EXPORT int LIBUSB_CALL
libusb_bulk_transfer(libusb_device_handle *usb, unsigned char endpoint, unsigned char *data,
		     int length, int *transferred, unsigned int timeout)
{
	UsbTap *tap = usb_tap_current();
	int done = 0;

	if (tap == NULL)
		return usb_next_bulk(usb, endpoint, data, length, transferred, timeout);
	int code = usb_tap_describing_bulk(tap, usb, endpoint, data, length, &done, timeout);
	if (transferred != NULL)
		*transferred = done;
	return code;
}

EXPORT int LIBUSB_CALL
libusb_control_transfer(libusb_device_handle *usb, uint8_t type, uint8_t request, uint16_t value,
			uint16_t index, unsigned char *data, uint16_t length, unsigned int timeout)
{
	UsbTap *tap = usb_tap_current();

	if (tap == NULL)
		return usb_next_control(usb, type, request, value, index, data, length, timeout);
	return usb_tap_control(tap, usb, type, request, value, index, data, length, timeout);
}

EXPORT int LIBUSB_CALL
libusb_open(libusb_device *device, libusb_device_handle **out)
{
	static void *kept;
	OpenFunc open = (OpenFunc)find_next(&kept, "libusb_open");
	UsbTap *tap = usb_tap_current();
	int code = open(device, out);

	if (tap != NULL) {
		tap->open_error = code;
		tap->opened = code == 0 ? *out : NULL;
	}
	return code;
}

EXPORT void LIBUSB_CALL
libusb_close(libusb_device_handle *usb)
{
	UsbTap *tap = usb_tap_current();

	if (tap != NULL && tap->opened == usb)
		tap->opened = NULL;
	usb_next_close(usb);
}

EXPORT int LIBUSB_CALL
libusb_claim_interface(libusb_device_handle *usb, int interface)
{
	static void *kept;
	ClaimFunc claim = (ClaimFunc)find_next(&kept, "libusb_claim_interface");
	UsbTap *tap = usb_tap_current();
	int code = claim(usb, interface);

	if (tap != NULL) {
		tap->claim_error = code;
		tap->interface = interface;
	}
	return code;
}

EXPORT int LIBUSB_CALL
libusb_reset_device(libusb_device_handle *usb)
{
	static void *kept;
	ResetFunc reset = (ResetFunc)find_next(&kept, "libusb_reset_device");
	UsbTap *tap = usb_tap_current();

	if (tap != NULL && tap->keeps_port)
		return 0;
	if (tap != NULL && !tap->gone)
		device_reset_follows(tap->device);
	return reset(usb);
}
