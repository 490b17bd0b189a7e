/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-control: requests on the control endpoint; see ptp-control.h. The buffer outlives
 * the wait, since the kernel may be later than we are.
 */
#include "device/ptp-control.h"

#include <string.h>

#include "device/ptp-lock.h"

struct PtpControl {
	const PtpUsb *usb; /* no-ref */
	struct libusb_transfer *transfer;
	unsigned char buffer[LIBUSB_CONTROL_SETUP_SIZE + PTP_CONTROL_BYTES];
	PtpLock lock;
	gboolean in_flight; /* under the lock */
};

static void LIBUSB_CALL
on_done(struct libusb_transfer *transfer)
{
	PtpControl *control = transfer->user_data;

	ptp_lock(&control->lock);
	control->in_flight = FALSE;
	ptp_lock_tell(&control->lock);
	ptp_unlock(&control->lock);
}

PtpControl *
ptp_control_new(const PtpUsb *usb)
{
	PtpControl *control = g_new0(PtpControl, 1);

	control->usb = usb;
	control->transfer = libusb_alloc_transfer(0);
	ptp_lock_init(&control->lock);
	return control;
}

gboolean
ptp_control_free(PtpControl *control)
{
	ptp_lock(&control->lock);
	gboolean in_flight = control->in_flight;
	ptp_unlock(&control->lock);
	if (in_flight)
		return FALSE;
	libusb_free_transfer(control->transfer);
	ptp_lock_clear(&control->lock);
	g_free(control);
	return TRUE;
}

/* FALSE when it is still in flight then. */
static gboolean
wait_for_end(PtpControl *control, guint timeout_ms)
{
	gint64 until_us = ptp_lock_deadline(timeout_ms);
	gboolean in_time = TRUE;

	ptp_lock(&control->lock);
	while (control->in_flight && in_time)
		in_time = ptp_lock_wait(&control->lock, until_us);
	gboolean done = !control->in_flight;
	ptp_unlock(&control->lock);
	return done;
}

static int
result_of(const struct libusb_transfer *transfer)
{
	switch (transfer->status) {
	case LIBUSB_TRANSFER_COMPLETED: return transfer->actual_length;
	case LIBUSB_TRANSFER_STALL: return LIBUSB_ERROR_PIPE;
	case LIBUSB_TRANSFER_NO_DEVICE: return LIBUSB_ERROR_NO_DEVICE;
	case LIBUSB_TRANSFER_CANCELLED:
	case LIBUSB_TRANSFER_TIMED_OUT: return LIBUSB_ERROR_TIMEOUT;
	default: return LIBUSB_ERROR_IO;
	}
}

static int
submit(PtpControl *control)
{
	ptp_lock(&control->lock);
	int code = control->in_flight ? LIBUSB_ERROR_BUSY
				      : libusb_submit_transfer(control->transfer);
	control->in_flight = control->in_flight || code == 0;
	ptp_unlock(&control->lock);
	return code;
}

int
ptp_control_run(PtpControl *control, uint8_t type, uint8_t request, unsigned char *bytes,
		uint16_t n, guint timeout_ms)
{
	unsigned char *payload = control->buffer + LIBUSB_CONTROL_SETUP_SIZE;

	if (n > PTP_CONTROL_BYTES || !wait_for_end(control, 0))
		return LIBUSB_ERROR_BUSY;
	libusb_fill_control_setup(control->buffer, type, request, 0,
				  (uint16_t)control->usb->interface.number, n);
	memcpy(payload, bytes, n);
	libusb_fill_control_transfer(control->transfer, control->usb->handle, control->buffer,
				     on_done, control, 0);
	int code = submit(control);
	if (code != 0)
		return code;
	if (!wait_for_end(control, timeout_ms)) {
		libusb_cancel_transfer(control->transfer);
		if (!wait_for_end(control, PTP_CONTROL_STOP_MS))
			return LIBUSB_ERROR_TIMEOUT;
	}
	code = result_of(control->transfer);
	if (code > 0 && (type & LIBUSB_ENDPOINT_IN))
		memcpy(bytes, payload, (gsize)code);
	return code;
}
