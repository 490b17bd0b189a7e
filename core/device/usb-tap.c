/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap: follows the PTP transactions in libmtp's USB transfers; see usb-tap.h.
 *
 * A transaction is a command, perhaps data, and a response. When one is left
 * unfinished (cancelled, timed out, stalled), the next command waits until the
 * device is in step again.
 */
#include "device/usb-tap.h"

#include "device/usb-tap-link.h"
#include "device/usb-tap-wire.h"

#define SLICE_MS 500 /* how late a cancellation may be noticed */
#define LONGEST_MS 60000 /* for one transfer; libmtp itself waits 20 or 60 seconds */
#define HURRY_MS 1500 /* for one transfer where nobody wants to wait */
#define MAX_IN_BYTES (UINT64_C(256) << 20) /* 100,000 objects with all their properties */
#define MAX_SHORT_READS 64 /* a sane transaction has three or four */

static UsbTap *current; /* device calls are made from one thread */

UsbTap *
usb_tap_new(Device *device)
{
	UsbTap *tap = g_new0(UsbTap, 1);
	const char *longest = g_getenv("PORTAMENTO_USB_TIMEOUT_MS");

	tap->device = device;
	tap->longest_ms = longest ? (unsigned)g_ascii_strtoull(longest, NULL, 10) : 0;
	if (tap->longest_ms == 0)
		tap->longest_ms = LONGEST_MS;
	tap->data = g_byte_array_new();
	tap->descriptions = g_hash_table_new(NULL, NULL);
	return tap;
}

void
usb_tap_free(UsbTap *tap)
{
	if (tap == NULL)
		return;
	usb_tap_end(tap);
	g_byte_array_unref(tap->data);
	g_hash_table_unref(tap->descriptions);
	g_free(tap);
}

void
usb_tap_begin(UsbTap *tap, GCancellable *cancellable)
{
	tap->n_transactions = tap->n_failed = 0;
	tap->operation = tap->response = 0;
	tap->failed_operation = tap->failed_response = tap->send_response = 0;
	tap->usb_error = tap->open_error = tap->claim_error = 0;
	tap->n_handles = 0;
	tap->only_operation = 0;
	tap->refused_cancelled = tap->insane = tap->hurried = tap->told_handles = FALSE;
	tap->guards_descriptions = tap->stays_silent = FALSE;
	tap->answer_at = tap->answer_end = 0;
	tap->cancellable = cancellable;
	current = tap;
}

void
usb_tap_end(UsbTap *tap)
{
	tap->cancellable = NULL;
	if (current == tap)
		current = NULL;
}

void
usb_tap_close_left(UsbTap *tap)
{
	if (tap->opened != NULL)
		usb_next_close(tap->opened);
	tap->opened = NULL;
}

void
usb_tap_begin_hurried(UsbTap *tap)
{
	usb_tap_begin(tap, NULL);
	tap->hurried = TRUE;
}

static gboolean
is_cancelled(const UsbTap *tap)
{
	return tap->cancellable != NULL && g_cancellable_is_cancelled(tap->cancellable);
}

static void
note_command(UsbTap *tap, const unsigned char *data)
{
	tap->n_transactions++;
	tap->operation = usb_tap_read_u16(data + 6);
	tap->response = 0;
	tap->transaction = usb_tap_read_u32(data + 8);
	tap->in_transaction = TRUE;
	tap->in_data = tap->out_data = tap->cancel_sent = tap->timed_out = FALSE;
	tap->n_short = 0;
	tap->n_in_bytes = tap->told_bytes = tap->got_bytes = 0;
	g_byte_array_set_size(tap->data, 0);
}

static void
note_response(UsbTap *tap, unsigned char *data)
{
	/* libmtp would be content with half an answer, and remember it. */
	if (tap->got_bytes < tap->told_bytes && usb_tap_read_u16(data + 6) == RESPONSE_OK) {
		data[6] = RESPONSE_INCOMPLETE & 0xff;
		data[7] = RESPONSE_INCOMPLETE >> 8;
	}
	tap->response = usb_tap_read_u16(data + 6);
	tap->in_transaction = FALSE;
	if (tap->operation == TAP_OP_SEND_OBJECT)
		tap->send_response = tap->response;
	if (tap->operation == TAP_OP_GET_OBJECT_HANDLES && tap->response == RESPONSE_OK &&
	    tap->data->len >= 4) {
		tap->n_handles = usb_tap_read_u32(tap->data->data);
		tap->told_handles = TRUE;
	}
	if (tap->response != RESPONSE_OK) {
		tap->n_failed++;
		tap->failed_operation = tap->operation;
		tap->failed_response = tap->response;
	}
	if (tap->on_response != NULL)
		tap->on_response(tap, tap->on_response_data);
}

static void
keep_data(UsbTap *tap, unsigned char *data, int n)
{
	tap->got_bytes += n;
	if (tap->data->len + n > KEPT_BYTES)
		return;
	g_byte_array_append(tap->data, data, n);
	if (tap->on_data != NULL)
		tap->on_data(tap, data, n, tap->on_data_data);
}

/* The first transfer of a data phase. Some devices put the response right behind short data. */
static void
note_data(UsbTap *tap, unsigned char *data, int n)
{
	uint32_t length = usb_tap_read_u32(data);

	tap->in_data = TRUE;
	tap->told_bytes = length == G_MAXUINT32 ? 0 : length - HEADER_BYTES;
	keep_data(tap, data + HEADER_BYTES, n - HEADER_BYTES);
	if (length < (uint32_t)n && usb_tap_is_response(tap, data + length, n - (int)length))
		note_response(tap, data + length);
}

/* libmtp subtracts the header's size from lengths without a look. A few zero bytes it knows of:
 * some players send them before a response. */
static gboolean
is_stunted(const unsigned char *data, int n)
{
	if (n >= HEADER_BYTES)
		return usb_tap_read_u32(data) < HEADER_BYTES;
	return n >= 4 && usb_tap_read_u32(data) != 0;
}

/* Whether the transaction is still within what a sane device says. */
static gboolean
note_read(UsbTap *tap, unsigned char *data, int length, int n)
{
	tap->n_in_bytes += n;
	tap->n_short += n < length;
	if (tap->n_in_bytes > MAX_IN_BYTES || tap->n_short > MAX_SHORT_READS) {
		tap->insane = TRUE;
		return FALSE;
	}
	if (!tap->in_data && is_stunted(data, n)) {
		tap->insane = TRUE;
		return FALSE;
	}
	if (usb_tap_is_response(tap, data, n))
		note_response(tap, data);
	else if (!tap->in_data && usb_tap_is_container(data, n, CONTAINER_DATA))
		note_data(tap, data, n);
	else if (tap->in_data)
		keep_data(tap, data, n);
	return TRUE;
}

/* 0, or the error that keeps a new command from the wire. */
static int
admit_command(UsbTap *tap, uint16_t operation)
{
	if (tap->only_operation != 0 && tap->only_operation != operation)
		return LIBUSB_ERROR_NOT_SUPPORTED;
	if (is_cancelled(tap)) {
		tap->refused_cancelled = TRUE;
		return LIBUSB_ERROR_INTERRUPTED;
	}
	usb_tap_settle(tap);
	if (!tap->gone && !tap->lost)
		return 0;
	usb_tap_note_usb_error(tap, tap->gone ? LIBUSB_ERROR_NO_DEVICE : LIBUSB_ERROR_TIMEOUT);
	return tap->usb_error;
}

/* One transfer, waited for in slices so that a cancellation is noticed. Bytes that a slice moved
 * before its time was up count; the next slice goes on behind them. */
static int
transfer(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint, unsigned char *data,
	 int length, int *done, unsigned timeout_ms)
{
	unsigned left_ms = timeout_ms ? MIN(timeout_ms, tap->longest_ms) : tap->longest_ms;

	if (tap->hurried)
		left_ms = MIN(left_ms, HURRY_MS);
	for (*done = 0;;) {
		unsigned wait_ms = tap->cancellable ? MIN(left_ms, SLICE_MS) : left_ms;
		int n = 0;

		device_watch_set(tap->device, left_ms + WATCH_MARGIN_MS);
		int code = usb_next_bulk(usb, endpoint, data + *done, length - *done, &n, wait_ms);
		*done += n;
		left_ms -= wait_ms;
		if (code != LIBUSB_ERROR_TIMEOUT || left_ms == 0)
			return code;
		if (*done == length && length > 0)
			return 0;
		if (is_cancelled(tap)) {
			tap->refused_cancelled = TRUE;
			return code;
		}
	}
}

UsbTap *
usb_tap_current(void)
{
	return current;
}

int
usb_tap_bulk(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint, unsigned char *data,
	     int length, int *done, unsigned timeout_ms)
{
	gboolean in = endpoint & LIBUSB_ENDPOINT_IN;

	tap->usb = usb;
	if (in)
		tap->in_endpoint = endpoint;
	/* Half an answer, and then its end: libmtp takes that for data and would wait for another. */
	if (in && !tap->in_transaction && tap->response != 0)
		return LIBUSB_ERROR_IO;
	if (!in && usb_tap_is_command(tap, data, length)) {
		int refusal = admit_command(tap, usb_tap_read_u16(data + 6));

		if (refusal != 0)
			return refusal;
		note_command(tap, data);
	} else if (!in && usb_tap_is_container(data, length, CONTAINER_DATA)) {
		tap->out_data = TRUE;
	}
	int code = transfer(tap, usb, endpoint, data, length, done, timeout_ms);
	if (in || code != 0)
		tap->out_data = FALSE;
	if (code != 0) {
		usb_tap_note_usb_error(tap, code);
		tap->timed_out = code == LIBUSB_ERROR_TIMEOUT && !tap->refused_cancelled;
		/* A stall would meet every later transfer too. */
		if (code == LIBUSB_ERROR_PIPE)
			libusb_clear_halt(usb, endpoint);
		return code;
	}
	if (in && !note_read(tap, data, length, *done))
		return LIBUSB_ERROR_OVERFLOW;
	return 0;
}

int
usb_tap_control(UsbTap *tap, libusb_device_handle *usb, uint8_t type, uint8_t request,
		uint16_t value, uint16_t index, unsigned char *data, uint16_t length,
		unsigned timeout_ms)
{
	if (tap->gone || tap->lost)
		return LIBUSB_ERROR_NO_DEVICE;
	/* Control requests are answered at once or not at all. */
	timeout_ms = timeout_ms ? MIN(timeout_ms, HURRY_MS) : HURRY_MS;
	if (request == REQUEST_CANCEL) {
		tap->cancel_sent = TRUE;
		tap->out_data = FALSE;
	}
	device_watch_set(tap->device, timeout_ms + WATCH_MARGIN_MS);
	int code = usb_next_control(usb, type, request, value, index, data, length, timeout_ms);
	if (code == LIBUSB_ERROR_NO_DEVICE)
		usb_tap_note_usb_error(tap, code);
	return code;
}
