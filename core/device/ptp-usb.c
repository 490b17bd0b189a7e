/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-usb: opens and claims; see ptp-usb.h.
 */
#include "device/ptp-usb.h"

#include <unistd.h>

#include "base/error.h"
#include "device/holder.h"
#include "device/quirks.h"

gboolean
ptp_usb_is_plugged_in(const DeviceAddress *address)
{
	g_autofree char *node =
		g_strdup_printf("/dev/bus/usb/%03u/%03u", address->bus, address->address);

	return access(node, F_OK) == 0;
}

static gboolean
fail(const DeviceAddress *address, int code, GError **error)
{
	const char *name = address->name;

	if (code == LIBUSB_ERROR_BUSY)
		return holder_set_busy(error, address->name, address->bus, address->address);
	if (code == LIBUSB_ERROR_NO_DEVICE || !ptp_usb_is_plugged_in(address))
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "%s was unplugged", name);
	else if (code == LIBUSB_ERROR_ACCESS)
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s: no permission to open it; a udev rule must give it to the "
			    "person at this seat (package libmtp-common)",
			    name);
	else
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s could not be opened: USB: %s", name, libusb_strerror(code));
	return FALSE;
}

/* LIBUSB_ERROR_NO_DEVICE if nothing is at that address. */
static int
open_at(PtpUsb *usb, const DeviceAddress *address)
{
	libusb_device **devices = NULL;
	ssize_t n = libusb_get_device_list(usb->context, &devices);
	int code = n < 0 ? (int)n : LIBUSB_ERROR_NO_DEVICE;

	for (ssize_t i = 0; i < n; i++) {
		if (libusb_get_bus_number(devices[i]) != address->bus ||
		    libusb_get_device_address(devices[i]) != address->address)
			continue;
		code = libusb_open(devices[i], &usb->handle);
		break;
	}
	if (n >= 0)
		libusb_free_device_list(devices, 1);
	return code;
}

/* Returns 0 or an error of libusb's. */
static int
claim(PtpUsb *usb)
{
	const PtpInterface *interface = &usb->interface;

	/* Where the platform can not, there is no driver in the way either. */
	libusb_set_auto_detach_kernel_driver(usb->handle, 1);
	int code = libusb_claim_interface(usb->handle, interface->number);
	if (code == 0 && interface->alternate != 0)
		code = libusb_set_interface_alt_setting(usb->handle, interface->number,
							interface->alternate);
	return code;
}

gboolean
ptp_usb_open(PtpUsb *usb, const DeviceAddress *address, GError **error)
{
	gboolean is_listed = quirks_is_listed(address->vendor, address->product);
	PtpUsb opened = {.quirks = quirks_find(address->vendor, address->product)};
	int code = libusb_init(&opened.context);

	if (code == 0)
		code = open_at(&opened, address);
	if (code != 0) {
		ptp_usb_close(&opened);
		return fail(address, code, error);
	}
	if (!ptp_usb_find_interface(opened.handle, is_listed, &opened.interface)) {
		ptp_usb_close(&opened);
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "%s has no interface that speaks MTP; choose file transfer on the "
			    "device",
			    address->name);
		return FALSE;
	}
	code = claim(&opened);
	if (code != 0) {
		libusb_close(g_steal_pointer(&opened.handle));
		ptp_usb_close(&opened);
		return fail(address, code, error);
	}
	*usb = opened;
	return TRUE;
}

void
ptp_usb_close(PtpUsb *usb)
{
	if (usb->handle != NULL) {
		if (!(usb->quirks & PTP_QUIRK_NO_RELEASE))
			libusb_release_interface(usb->handle, usb->interface.number);
		if (usb->resets)
			libusb_reset_device(usb->handle);
		libusb_close(usb->handle);
	}
	if (usb->context != NULL)
		libusb_exit(usb->context);
	*usb = (PtpUsb){0};
}
