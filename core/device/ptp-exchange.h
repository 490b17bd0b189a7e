/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-exchange: one transaction on the wire, from its command to its response or to whatever
 * came instead; and what gets a device back in step that was left in the middle of one.
 */
#pragma once

#include "device/ptp-answer.h"
#include "device/ptp-reader.h"
#include "device/ptp-transport.h"

typedef enum {
	PTP_OUTCOME_ANSWERED, /* by a response, of whatever code */
	PTP_OUTCOME_EARLY, /* by a response, but it did not take all our data */
	PTP_OUTCOME_CANCELLED,
	PTP_OUTCOME_SOURCE, /* it failed: source_error */
	PTP_OUTCOME_TIMEOUT,
	PTP_OUTCOME_STALLED,
	PTP_OUTCOME_BROKEN, /* a transfer failed otherwise */
	PTP_OUTCOME_SHORT, /* data or response were cut off */
	PTP_OUTCOME_INSANE,
	PTP_OUTCOME_GONE,
} PtpOutcome;

typedef struct {
	/* Set before: */
	Device *device; /* no-ref */
	PtpTransport *transport; /* no-ref */
	PtpReader *reader; /* no-ref; it reads the transaction's source, if there is one */
	PtpTransaction *transaction; /* no-ref */
	uint32_t id;
	gboolean splits_headers; /* the device wants the header of data in a transfer of its own */
	gboolean ignores_headers;
	guint timeout_ms;

	/* Told: */
	PtpAnswer answer;
	uint8_t stalled_endpoint;
	GError *source_error;

	/* private */
	guint packet_bytes; /* to the device */
	uint64_t payload_bytes, queued_bytes, sent_bytes; /* of data to the device, headers apart */
	guint n_queued; /* transfers of them */
	gboolean has_header_queued, has_end_queued;
	gint64 read_since_us; /* of a source that is waited for; else 0 */
	gboolean is_cut; /* cancelled, and heard out for a moment */
} PtpExchange;

PtpOutcome ptp_exchange_run(PtpExchange *exchange);
/* Whether the device took all that there was to send. */
gboolean ptp_exchange_has_sent_all(const PtpExchange *exchange);
void ptp_exchange_clear(PtpExchange *exchange);

/* ptp-exchange-out.c: */
gboolean ptp_exchange_has_data_out(const PtpExchange *exchange);
/* What goes before the payload: the command, and the header. */
uint64_t ptp_exchange_overhead_bytes(const PtpExchange *exchange);
/* The next transfer's worth. LATER: it is not to be had but by waiting. */
PtpRead ptp_exchange_fill(PtpExchange *exchange, PtpTransfer *transfer, gsize *n);

/* After an outcome other than ANSWERED: tells the device, waits until it is done with it, and
 * drains what it says. It never takes longer than some seconds. */
typedef enum {
	PTP_RECOVERY_IN_STEP,
	PTP_RECOVERY_ANSWERED, /* in step, and the response came after all */
	PTP_RECOVERY_LOST,
	PTP_RECOVERY_GONE,
} PtpRecovery;
PtpRecovery ptp_exchange_recover(PtpExchange *exchange, PtpOutcome outcome);
