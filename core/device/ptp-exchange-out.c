/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-exchange-out: what a transaction sends to the device: a header, the data from memory or from the
 * reader, and an empty packet where whole ones would not tell the end. The buffer that a piece was read into
 * is the transfer's from then on.
 */
#include <string.h>

#include "device/ptp-exchange.h"

/* What is read becomes what is sent. */
G_STATIC_ASSERT(PTP_PIECE_BYTES == PTP_TRANSFER_BYTES);

gboolean
ptp_exchange_has_data_out(const PtpExchange *exchange)
{
	const PtpTransaction *transaction = exchange->transaction;

	return transaction->out != NULL || transaction->source != NULL;
}

uint64_t
ptp_exchange_overhead_bytes(const PtpExchange *exchange)
{
	return 2 * PTP_HEADER_BYTES + 4 * (uint64_t)exchange->transaction->n_parameters;
}

gboolean
ptp_exchange_has_sent_all(const PtpExchange *exchange)
{
	return !ptp_exchange_has_data_out(exchange) ||
	       exchange->sent_bytes ==
		       ptp_exchange_overhead_bytes(exchange) + exchange->payload_bytes;
}

static gboolean
splits_header(const PtpExchange *exchange)
{
	return exchange->splits_headers && exchange->payload_bytes > 0;
}

/* Whether data of whole packets need an empty one behind them. */
static gboolean
needs_empty_packet(const PtpExchange *exchange)
{
	uint64_t header = splits_header(exchange) ? 0 : PTP_HEADER_BYTES;

	return (header + exchange->payload_bytes) % exchange->packet_bytes == 0;
}

static void
write_header(PtpExchange *exchange, unsigned char *bytes)
{
	PtpHeader header = {.type = PTP_DATA,
			    .code = exchange->transaction->operation,
			    .transaction = exchange->id};

	ptp_header_write(bytes, &header, exchange->payload_bytes);
	exchange->has_header_queued = TRUE;
}

/* Behind *n bytes of the transfer. LATER: nothing is to be had but by waiting. */
static PtpRead
fill(PtpExchange *exchange, PtpTransfer *transfer, gsize payload, gsize *n)
{
	const PtpTransaction *transaction = exchange->transaction;
	PtpRead result = PTP_READ_READY;

	exchange->read_since_us = 0;
	if (payload > 0 && transaction->out != NULL) {
		const unsigned char *all = g_bytes_get_data(transaction->out, NULL);

		memcpy(transfer->bytes + *n, all + exchange->queued_bytes, payload);
	} else if (payload > 0) {
		result = ptp_reader_take(exchange->reader, &transfer->bytes, &payload,
					 &exchange->read_since_us, &exchange->source_error);
	}
	if (result == PTP_READ_READY) {
		*n += payload;
		exchange->queued_bytes += payload;
	}
	return result;
}

PtpRead
ptp_exchange_fill(PtpExchange *exchange, PtpTransfer *transfer, gsize *n)
{
	gsize room = ptp_piece_room(exchange->n_queued, exchange->packet_bytes);
	gboolean is_first = !exchange->has_header_queued;
	PtpRead result = PTP_READ_READY;

	*n = is_first ? PTP_HEADER_BYTES : 0;
	if (!is_first || !splits_header(exchange)) {
		uint64_t left = exchange->payload_bytes - exchange->queued_bytes;

		result = fill(exchange, transfer, (gsize)MIN(left, room - *n), n);
	}
	if (result != PTP_READ_READY)
		return result;
	if (is_first)
		write_header(exchange, transfer->bytes);
	exchange->n_queued++;
	exchange->has_end_queued = exchange->queued_bytes == exchange->payload_bytes &&
				   (*n == 0 || !needs_empty_packet(exchange));
	return result;
}
