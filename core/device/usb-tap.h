/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap: stands between libmtp and libusb inside our process. libmtp's own
 * interface tells "failed" but seldom why, drops objects from a listing without
 * a word, waits up to a minute deaf to any cancellation, and starts the next
 * transaction on top of an abandoned one. The tap defines the few libusb
 * functions that libmtp transfers with; the dynamic linker prefers ours,
 * and we call libusb's. What goes over the wire is what libmtp says.
 *
 * It keeps law 7 (what comes back is bounded), law 10 (each transfer has a
 * deadline and can be cancelled) and what law 2 needs to know: whether
 * every question of a listing was answered.
 */
#pragma once

#include <gio/gio.h>

#include "device/device.h"

/* PTP and MTP operations that lanes ask the tap about. */
enum {
	TAP_OP_GET_DEVICE_INFO = 0x1001,
	TAP_OP_GET_STORAGE_IDS = 0x1004,
	TAP_OP_GET_OBJECT_HANDLES = 0x1007,
	TAP_OP_SEND_OBJECT = 0x100d,
	TAP_OP_GET_OBJECT_PROPS_SUPPORTED = 0x9801,
	TAP_OP_GET_OBJECT_PROP_DESC = 0x9802,
	TAP_OP_GET_OBJECT_PROP_VALUE = 0x9803,
	TAP_OP_SET_OBJECT_PROP_VALUE = 0x9804,
	TAP_OP_GET_OBJECT_PROP_LIST = 0x9805,
	TAP_OP_SET_OBJECT_PROP_LIST = 0x9806,
	TAP_OP_SEND_OBJECT_PROP_LIST = 0x9808,
	TAP_OP_SET_OBJECT_REFERENCES = 0x9811,
};

typedef struct UsbTap UsbTap;
/* Called after each response; the data of the transaction are in tap->data. */
typedef void (*UsbTapFunc)(UsbTap *tap, void *data);
/* Called for data from the device before libmtp sees them, and may change them there; they are
 * the last n bytes of tap->data. */
typedef void (*UsbTapDataFunc)(UsbTap *tap, unsigned char *bytes, gsize n, void *data);

struct UsbTap {
	Device *device; /* no-ref: whose watch is kept */
	UsbTapFunc on_response;
	void *on_response_data;
	UsbTapDataFunc on_data;
	void *on_data_data;
	uint16_t only_operation; /* others are kept from the wire; 0: all may pass */
	gboolean guards_descriptions; /* for this call: see usb-tap-describe.c */

	/* Since tap_begin(): */
	unsigned n_transactions;
	uint16_t operation, response; /* the last; response 0: none came */
	uint16_t failed_operation, failed_response; /* the last that was not OK; 0: none */
	uint16_t send_response; /* to the last SendObject */
	unsigned n_failed; /* transactions that were not OK */
	int usb_error; /* LIBUSB_ERROR_* of the last bad transfer */
	int open_error, claim_error; /* LIBUSB_ERROR_*, 0 */
	gboolean told_handles; /* a GetObjectHandles was answered, with: */
	uint32_t n_handles;
	gboolean refused_cancelled; /* a cancellation kept something from the wire */
	gboolean insane; /* an answer was no PTP */

	/* For good: */
	gboolean ignore_ids; /* the device is known to garble transaction numbers */
	gboolean keeps_port; /* it is not reset, whatever libmtp says: phones do not survive that */
	gboolean gone; /* libusb says that there is no such device any more */
	gboolean lost; /* it does not answer, and could not be brought back in step */

	GHashTable *descriptions; /* what usb-tap-describe.c has asked already */
	GByteArray *data; /* the beginning of the last data phase from the device */

	/* private */
	GCancellable *cancellable; /* no-ref */
	void *opened; /* libusb_device_handle that libmtp has opened and not closed */
	void *usb; /* libusb_device_handle of the last transfer */
	int interface;
	unsigned char in_endpoint;
	uint32_t transaction;
	gboolean in_transaction, in_data, out_data, cancel_sent, timed_out, hurried;
	unsigned n_short, longest_ms;
	uint64_t n_in_bytes;
	uint64_t told_bytes, got_bytes; /* of the data phase from the device */
	gboolean stays_silent; /* a description failed: nothing more is said in this call */
	unsigned char answer[64]; /* a description in our words, and its response */
	unsigned answer_at, answer_end;
};

/* The environment variable PORTAMENTO_USB_TIMEOUT_MS shortens the wait for a silent device, which
 * is up to a minute for each transfer; tests of bad devices have no such patience. */
UsbTap *usb_tap_new(Device *device);
void usb_tap_free(UsbTap *tap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UsbTap, usb_tap_free)

/* From here to usb_tap_end() transfers of this process belong to tap. One at a time. */
void usb_tap_begin(UsbTap *tap, GCancellable *cancellable);
void usb_tap_end(UsbTap *tap);

/* After libmtp failed to open a device: closes what it left open, perhaps claimed. */
void usb_tap_close_left(UsbTap *tap);

/* After a call that failed: finishes a transaction that the device left unanswered, or finds that
 * the device is lost. */
void usb_tap_settle(UsbTap *tap);

/* The same, but no transfer waits longer than a moment, and none at all if the device is lost. */
void usb_tap_begin_hurried(UsbTap *tap);
