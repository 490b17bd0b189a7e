/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-transport: USB transfers with one device, several in flight each way. A thread of its own
 * runs one event loop for bulk, control and interrupt transfers and does nothing but take
 * note of what is done; one caller fills, submits and reaps. It knows containers only of events, which come unasked.
 *
 * Every wait is bounded by time without progress, is noted in the device's watch, and ends
 * at once when the cable is pulled or the cancellable is.
 */
#pragma once

#include "device/ptp-session.h"
#include "device/ptp-usb.h"

typedef struct PtpTransport PtpTransport;

typedef enum { PTP_PIPE_OUT, PTP_PIPE_IN, PTP_N_PIPES } PtpPipe;

#define PTP_IN_FLIGHT 4 /* for each pipe, at most */
#define PTP_TRANSFER_BYTES (512 * 1024) /* whole packets, whatever the link */

typedef struct {
	PtpPipe pipe;
	unsigned char *
		bytes; /* PTP_TRANSFER_BYTES; while it is idle, it may be given another such buffer */
	gsize asked, done;
	int status; /* LIBUSB_TRANSFER_*, once done */

	/* private */
	PtpTransport *transport;
	struct libusb_transfer *usb;
	gboolean in_flight;
} PtpTransfer;

/* Opens and claims the interface. */
PtpTransport *ptp_transport_new(Device *device, GError **error);
/* Bounded: a kernel that does not give a transfer back keeps its memory. */
void ptp_transport_free(PtpTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PtpTransport, ptp_transport_free)

void ptp_transport_allow_reset(PtpTransport *transport);
const PtpUsb *ptp_transport_usb(const PtpTransport *transport);

/* For the waits from here on; NULL: no more. */
void ptp_transport_set_cancellable(PtpTransport *transport, GCancellable *cancellable);
gboolean ptp_transport_is_cancelled(PtpTransport *transport);
gboolean ptp_transport_is_gone(PtpTransport *transport);

/* A transfer to be filled and submitted, or NULL while all are in flight. */
PtpTransfer *ptp_transport_take(PtpTransport *transport, PtpPipe pipe);
/* FALSE: it can not be; then its status says why and it is idle again. */
gboolean ptp_transport_submit(PtpTransport *transport, PtpTransfer *transfer, gsize n);
guint ptp_transport_in_flight(PtpTransport *transport, PtpPipe pipe);
/* Bytes that the transfers in flight have room for. */
uint64_t ptp_transport_room(PtpTransport *transport, PtpPipe pipe);

typedef enum {
	PTP_WAIT_DONE,
	PTP_WAIT_TIMEOUT,
	PTP_WAIT_CANCELLED,
	PTP_WAIT_GONE,
	PTP_WAIT_WOKEN,
} PtpWait;

/* The next transfer that is done, in order; it is the caller's until he takes or submits again. To
 * the device only failures count, unless wants_out. timeout_ms without any progress. */
PtpWait ptp_transport_reap(PtpTransport *transport, gboolean wants_out, guint timeout_ms,
			   PtpTransfer **out);
/* From any thread: a reap that wants_out is WOKEN, this one or the next, once for many. */
void ptp_transport_wake(PtpTransport *transport);

/* Takes back what is in flight, and forgets what is done. FALSE if it does not come back. */
gboolean ptp_transport_stop(PtpTransport *transport, PtpPipe pipe);

/* A request of the class to the interface; see ptp-control.h. Cancelling does not reach it: it is
 * short. */
int ptp_transport_control(PtpTransport *transport, uint8_t type, uint8_t request,
			  unsigned char *bytes, uint16_t n, guint timeout_ms);
void ptp_transport_clear_halt(PtpTransport *transport, uint8_t endpoint);

gboolean ptp_transport_next_event(PtpTransport *transport, PtpEvent *out);
