/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-session: transactions with one device, one at a time, in the terms of ISO 15740 and
 * MTP 1.1: an operation, at most one data phase, a response. Transaction ids, containers,
 * deadlines, cancelling and the cable's troubles end here; datasets are ptp-dataset's.
 *
 * Errors: NO_DEVICE, DEVICE_HUNG, CANCELLED, DEVICE_IO (the transaction was lost, the session
 * lives), DEVICE_INSANE (containers that can not be: the session is over), and the source's own.
 * A response other than OK is no error here: the caller looks at `response`.
 */
#pragma once

#include "device/device.h"

typedef struct PtpSession PtpSession;

typedef struct {
	uint16_t operation;
	uint32_t parameters[5];
	guint n_parameters;

	/* Data phase to the device: `out` or, for files, `source`; neither: none. */
	GBytes *out;
	DeviceSource *source; /* no-ref; read by a thread of the session's */
	uint64_t out_bytes; /* of source: exactly so many are sent */
	DeviceProgressFunc progress; /* may be NULL */
	void *data; /* its */

	/* Data phase from the device, appended; NULL: none expected, and one that comes is drained. */
	GByteArray *in;
	gsize max_in; /* more is DEVICE_INSANE */

	guint timeout_ms; /* without any progress; 0: the session's own */

	/* The answer, valid after success. */
	uint16_t response;
	uint32_t results[5];
	guint n_results;
} PtpTransaction;

/* Takes the MTP interface of the device at this address and opens a session. */
PtpSession *ptp_session_open(Device *device, GCancellable *cancellable, GError **error);
/* A device that is listed as one that needs it is reset when it is closed; of phones that list is not true. */
void ptp_session_allow_reset(PtpSession *session);
/* Bounded, whatever state the device is in. */
void ptp_session_close(PtpSession *session);
gboolean ptp_session_run(PtpSession *session, PtpTransaction *transaction,
			 GCancellable *cancellable, GError **error);

/* What a transaction will send is read from here on, while others come before it; till that one is over, or
 * it is given up. Not a must. */
void ptp_session_read_ahead(PtpSession *session, DeviceSource *source, uint64_t size_bytes);
void ptp_session_give_up_source(PtpSession *session);

/* Stands for events of which nothing is known: too many came, or the endpoint failed. */
#define PTP_EVENTS_LOST 0x4000

/* Events that came since they were last asked for, oldest first: code and parameters. */
typedef struct {
	uint16_t code;
	uint32_t parameters[3];
} PtpEvent;
gboolean ptp_session_next_event(PtpSession *session, PtpEvent *out);
