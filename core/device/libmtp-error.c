/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-error: why a call failed. The wire knows best (a response code), then
 * libusb (unplugged, timed out), then libmtp's error stack, which is made of
 * sentences and is only quoted, never understood.
 */
#include <libusb.h>
#include <unistd.h>

#include "base/error.h"
#include "device/holder.h"
#include "device/libmtp-lane.h"
#include "device/ptp-code.h"
#include "device/ptp-response.h"

/* After a cable is pulled transfers may fail before the kernel has said goodbye to the device. */
#define GOODBYE_MS 500

static gboolean
is_plugged_in(const DeviceAddress *address)
{
	g_autofree char *node =
		g_strdup_printf("/dev/bus/usb/%03u/%03u", address->bus, address->address);

	return access(node, F_OK) == 0;
}

/* A bad transfer may be the first sign of a pulled cable. */
static gboolean
has_gone(Device *device, UsbTap *tap)
{
	/* A stalled endpoint is an answer. */
	if (tap->usb_error == LIBUSB_ERROR_PIPE)
		return FALSE;
	for (int waited_ms = 0; !tap->gone && waited_ms <= GOODBYE_MS; waited_ms += 50) {
		tap->gone = !is_plugged_in(device->address);
		if (!tap->gone)
			g_usleep(50 * 1000);
	}
	return tap->gone;
}

/* Appends the reason, answers the code. */
static int32_t
explain_usb(Device *device, UsbTap *tap, GString *reason)
{
	if (has_gone(device, tap)) {
		g_string_append(reason, "the device was unplugged");
		return PORTA_ERROR_NO_DEVICE;
	}
	if (tap->lost || tap->usb_error == LIBUSB_ERROR_TIMEOUT) {
		g_string_append(reason, "the device does not answer; unplug it and plug it in "
					"again");
		return tap->lost ? PORTA_ERROR_DEVICE_HUNG : PORTA_ERROR_DEVICE_IO;
	}
	g_string_append_printf(reason, "USB: %s", libusb_strerror(tap->usb_error));
	return PORTA_ERROR_DEVICE_IO;
}

static int32_t
explain_response(UsbTap *tap, GString *reason)
{
	const char *text;
	int32_t code = ptp_response_explain(tap->failed_response, &text);

	if (tap->failed_response == PTP_RESPONSE_SESSION_NOT_OPEN)
		tap->lost = TRUE;
	g_string_append_printf(reason, "%s (MTP response %04x to %04x)", text, tap->failed_response,
			       tap->failed_operation);
	return code;
}

/* libmtp said no by itself: it lacks what this device lacks. */
static int32_t
explain_libmtp(LIBMTP_mtpdevice_t *mtp, GString *reason)
{
	LIBMTP_error_t *last = mtp ? LIBMTP_Get_Errorstack(mtp) : NULL;

	while (last != NULL && last->next != NULL)
		last = last->next;
	g_autofree char *text = last && last->error_text ? g_utf8_make_valid(last->error_text, -1)
							 : NULL;
	g_string_append(reason, text ? text : "libmtp can not do this with this device");
	return PORTA_ERROR_NOT_SUPPORTED;
}

static int32_t
explain(Device *device, GString *reason)
{
	LibmtpSession *session = libmtp_session(device);
	UsbTap *tap = session->tap;

	if (tap->insane) {
		g_string_append(reason, "the device answers nonsense");
		return PORTA_ERROR_DEVICE_INSANE;
	}
	if (tap->refused_cancelled && !tap->gone) {
		g_string_append(reason, "cancelled");
		return PORTA_ERROR_CANCELLED;
	}
	if (tap->usb_error != 0 || tap->gone || tap->lost)
		return explain_usb(device, tap, reason);
	if (tap->failed_response != 0)
		return explain_response(tap, reason);
	return explain_libmtp(session->mtp, reason);
}

gboolean
libmtp_call_fail(Device *device, GError **error, const char *format, ...)
{
	g_autoptr(GString) reason = g_string_new(NULL);
	va_list args;

	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	/* A cancelled call ends now; its device is brought back in step by the next. */
	if (!libmtp_session(device)->tap->refused_cancelled)
		usb_tap_settle(libmtp_session(device)->tap);
	int32_t code = explain(device, reason);
	g_set_error(error, PORTA_ERROR, code, "%s: %s: %s", device->address->name, what,
		    reason->str);
	libmtp_call_end(device);
	return FALSE;
}

gboolean
libmtp_open_fail(Device *device, const UsbTap *tap, GError **error)
{
	const char *name = device->address->name;

	if (tap->claim_error == LIBUSB_ERROR_BUSY || tap->open_error == LIBUSB_ERROR_BUSY)
		return holder_set_busy(error, name, device->address->bus, device->address->address);
	if (tap->gone || tap->claim_error == LIBUSB_ERROR_NO_DEVICE ||
	    tap->open_error == LIBUSB_ERROR_NO_DEVICE || !is_plugged_in(device->address)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "%s was unplugged", name);
	} else if (tap->open_error == LIBUSB_ERROR_ACCESS) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s: no permission to open it; a udev rule must give it to the "
			    "person at this seat (package libmtp-common)",
			    name);
	} else if (tap->lost || tap->usb_error == LIBUSB_ERROR_TIMEOUT) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_HUNG,
			    "%s does not answer; unplug it and plug it in again", name);
	} else if (tap->usb_error != 0 || tap->open_error != 0 || tap->claim_error != 0) {
		int code = tap->usb_error    ? tap->usb_error
			   : tap->open_error ? tap->open_error
					     : tap->claim_error;

		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s could not be opened: USB: %s", name, libusb_strerror(code));
	} else {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s could not be opened: it does not answer as an MTP device does "
			    "(MTP response %04x to %04x)",
			    name, tap->response, tap->operation);
	}
	return FALSE;
}
