/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The usbfs ioctls that are not about bulk transfers: claims, control requests, resets. Errors are those
 * of the kernel, because libusb tells them apart.
 */
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "usb-port-private.h"

#define MAX_CONTROL_DATA 65536
#define SPEED_HIGH 3

void
usb_port_submit_control(struct usb_port *port, struct usb_file *file,
			const struct wire_header *header, const guint8 *payload)
{
	struct backend *backend = port->backend;
	gboolean is_in = payload[0] & 0x80;
	gsize length = MIN(header->buffer_length - SETUP_LENGTH, MAX_CONTROL_DATA);
	g_autofree guint8 *data = g_malloc0(length + 1);
	gssize result;

	if (!is_in)
		memcpy(data, payload + SETUP_LENGTH, length);
	result = backend->class->control(backend, payload, data, length);
	usb_file_complete(file, header, MIN(result, 0), is_in ? data : NULL, MAX(result, 0));
	usb_port_pump(port);
}

static int
claim(struct usb_port *port, struct usb_file *file)
{
	if (port->claimant && port->claimant != file)
		return -EBUSY;
	port->claimant = file;
	return 0;
}

static int
release(struct usb_port *port, struct usb_file *file)
{
	if (port->claimant != file)
		return -EINVAL;
	port->claimant = NULL;
	return 0;
}

static void
call_control(struct usb_port *port, struct usb_file *file, const struct wire_header *header,
	     const guint8 *payload)
{
	struct usbdevfs_ctrltransfer transfer = {0};
	struct backend *backend = port->backend;
	gboolean is_in;
	g_autofree guint8 *data = NULL;
	gssize result;

	if (header->payload_length < SETUP_LENGTH) {
		usb_file_return(file, -EINVAL, NULL, 0);
		return;
	}
	memcpy(&transfer, payload, SETUP_LENGTH);
	is_in = transfer.bRequestType & 0x80;
	data = g_malloc0(transfer.wLength + 1);
	if (!is_in)
		memcpy(data, payload + SETUP_LENGTH,
		       MIN(transfer.wLength, header->payload_length - SETUP_LENGTH));
	result = backend->class->control(backend, payload, data, transfer.wLength);
	usb_file_return(file, result, is_in ? data : NULL, is_in ? MAX(result, 0) : 0);
	usb_port_pump(port);
}

static int
simple_call(struct usb_port *port, struct usb_file *file, guint32 request)
{
	switch (request) {
	case USBDEVFS_CLAIMINTERFACE:
	case USBDEVFS_DISCONNECT_CLAIM: return claim(port, file);
	case USBDEVFS_RELEASEINTERFACE: return release(port, file);
	case USBDEVFS_SETCONFIGURATION:
	case USBDEVFS_SETINTERFACE:
	case USBDEVFS_CLEAR_HALT:
	case USBDEVFS_RESETEP: return 0;
	case USBDEVFS_RESET:
		port->backend->class->reset(port->backend);
		return port->reset(port->cable_data) ? -ENODEV : 0;
	case USBDEVFS_GET_SPEED: return SPEED_HIGH;
	case USBDEVFS_GETDRIVER: /* no kernel driver is bound */
	case USBDEVFS_IOCTL: return -ENODATA;
	default: return -ENOTTY;
	}
}

void
usb_port_call(struct usb_port *port, struct usb_file *file, const struct wire_header *header,
	      const guint8 *payload)
{
	guint32 capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
			       USBDEVFS_CAP_BULK_SCATTER_GATHER |
			       USBDEVFS_CAP_REAP_AFTER_DISCONNECT;

	if (!port->is_plugged)
		usb_file_return(file, -ENODEV, NULL, 0);
	else if (header->code == USBDEVFS_GET_CAPABILITIES)
		usb_file_return(file, 0, (const guint8 *)&capabilities, sizeof capabilities);
	else if (header->code == (guint32)USBDEVFS_CONTROL)
		call_control(port, file, header, payload);
	else
		usb_file_return(file, simple_call(port, file, header->code), NULL, 0);
}
