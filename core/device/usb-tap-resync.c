/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap-resync: gets a device back in step whose transaction was left open.
 * The next one would otherwise get this one's answers, and libmtp would
 * believe them: a listing could be that of another folder.
 */
#include "device/usb-tap-link.h"
#include "device/usb-tap-wire.h"

#define RESYNC_MS 2000
#define QUIET_MS 300 /* silence that means there is nothing more to read */

/* Asks for a status until the device is through with its cancellation. */
static void
wait_for_status(UsbTap *tap, gint64 until_us)
{
	unsigned char status[64];

	while (g_get_monotonic_time() < until_us) {
		int n = usb_next_control(tap->usb,
					 LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_CLASS |
						 LIBUSB_RECIPIENT_INTERFACE,
					 REQUEST_STATUS, 0, (uint16_t)tap->interface, status,
					 sizeof(status), QUIET_MS);

		if (n < 4 || usb_tap_read_u16(status + 2) != RESPONSE_DEVICE_BUSY)
			return;
		g_usleep(20 * 1000);
	}
}

/* Reads what the abandoned transaction left behind, to its response or to silence. FALSE when
 * neither comes. */
static gboolean
drain(UsbTap *tap, gint64 until_us, gboolean *answered)
{
	unsigned char rest[16 * 1024];

	*answered = FALSE;
	while (g_get_monotonic_time() < until_us) {
		int n = 0;
		int code =
			usb_next_bulk(tap->usb, tap->in_endpoint, rest, sizeof(rest), &n, QUIET_MS);

		if (code == LIBUSB_ERROR_PIPE)
			code = libusb_clear_halt(tap->usb, tap->in_endpoint);
		else if (code == LIBUSB_ERROR_TIMEOUT && n == 0)
			return TRUE;
		if (code != 0 && code != LIBUSB_ERROR_TIMEOUT) {
			usb_tap_note_usb_error(tap, code);
			return FALSE;
		}
		*answered = usb_tap_is_response(tap, rest, n);
		if (*answered)
			return TRUE;
	}
	return FALSE;
}

static void
send_cancel(UsbTap *tap)
{
	unsigned char request[6] = {0x01, 0x40}; /* the event code CancelTransaction */

	for (int i = 0; i < 4; i++)
		request[2 + i] = (unsigned char)(tap->transaction >> (8 * i));
	int n = usb_next_control(tap->usb, LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
				 REQUEST_CANCEL, 0, (uint16_t)tap->interface, request,
				 sizeof(request), QUIET_MS);
	if (n == LIBUSB_ERROR_NO_DEVICE)
		usb_tap_note_usb_error(tap, n);
}

/* Finishes a transaction that was left open, so that the next one gets its own answers. */
static void
resync(UsbTap *tap)
{
	gint64 until_us = g_get_monotonic_time() + RESYNC_MS * 1000;

	device_watch_set(tap->device, RESYNC_MS + WATCH_MARGIN_MS);
	if (!tap->cancel_sent)
		send_cancel(tap);
	if (!tap->gone)
		wait_for_status(tap, until_us);
	gboolean answered = FALSE;
	gboolean quiet = !tap->gone && drain(tap, until_us, &answered);
	/* Silence is fine after a cancellation, but not from a device that was waited for. */
	if (!tap->gone)
		tap->lost = !quiet || (tap->timed_out && !answered);
	tap->in_transaction = FALSE;
}

static gboolean
can_resync(const UsbTap *tap)
{
	return tap->in_transaction && tap->usb != NULL && tap->in_endpoint != 0 && !tap->gone &&
	       !tap->lost;
}

void
usb_tap_settle(UsbTap *tap)
{
	if (can_resync(tap))
		resync(tap);
}
