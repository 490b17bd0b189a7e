/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-exchange: the course of a transaction; see ptp-exchange.h. A transfer for the response is
 * in flight before the command is sent, so that the device never waits for us. Data to it
 * are read by the reader's thread while others are under way; the caller waits for whatever
 * comes first: a transfer that is done, a piece that was read, a deadline, or a cancellation.
 */
#include "device/ptp-exchange.h"

#define SMALL_BYTES (16 * 1024) /* for a response, or the beginning of data */
#define END_MS 1000 /* for the end of our data, once the response is here */
#define STALE_MS 500 /* for the answer, once the device has answered something older */
#define CUT_MS 1500 /* for the answer to what was said whole, once nobody wants to wait any more */
#define MAX_UNWANTED_BYTES (UINT64_C(64) << 20) /* of data that nobody asked for */

static PtpOutcome
outcome_of_status(PtpExchange *exchange, const PtpTransfer *transfer)
{
	const PtpInterface *interface = &ptp_transport_usb(exchange->transport)->interface;

	switch (transfer->status) {
	case LIBUSB_TRANSFER_NO_DEVICE: return PTP_OUTCOME_GONE;
	case LIBUSB_TRANSFER_OVERFLOW: return PTP_OUTCOME_INSANE;
	case LIBUSB_TRANSFER_STALL:
		exchange->stalled_endpoint = transfer->pipe == PTP_PIPE_IN ? interface->in
									   : interface->out;
		return PTP_OUTCOME_STALLED;
	default: return PTP_OUTCOME_BROKEN;
	}
}

static PtpOutcome
outcome_of_state(PtpAnswerState state)
{
	switch (state) {
	case PTP_ANSWER_SHORT: return PTP_OUTCOME_SHORT;
	case PTP_ANSWER_INSANE: return PTP_OUTCOME_INSANE;
	default: return PTP_OUTCOME_ANSWERED;
	}
}

/* From the device. */

static PtpOutcome
post(PtpExchange *exchange, gsize n)
{
	PtpTransfer *transfer = ptp_transport_take(exchange->transport, PTP_PIPE_IN);

	n -= n % exchange->answer.packet_bytes;
	if (transfer == NULL || ptp_transport_submit(exchange->transport, transfer, n))
		return PTP_OUTCOME_ANSWERED;
	return outcome_of_status(exchange, transfer);
}

/* Room for what is sure to come, as far as transfers go, and always for a response. */
static PtpOutcome
post_more(PtpExchange *exchange)
{
	PtpTransport *transport = exchange->transport;
	guint packet = exchange->answer.packet_bytes;
	uint64_t left = ptp_answer_left(&exchange->answer);
	PtpOutcome outcome = PTP_OUTCOME_ANSWERED;
	uint64_t room = ptp_transport_room(transport, PTP_PIPE_IN);

	while (outcome == PTP_OUTCOME_ANSWERED && left > room &&
	       ptp_transport_in_flight(transport, PTP_PIPE_IN) < PTP_IN_FLIGHT) {
		uint64_t packets = (left - room) / packet + ((left - room) % packet != 0);
		gsize n = (gsize)MIN(packets, PTP_TRANSFER_BYTES / packet) * packet;

		outcome = post(exchange, n);
		room += n;
	}
	if (outcome == PTP_OUTCOME_ANSWERED && room == left)
		outcome = post(exchange, SMALL_BYTES);
	return outcome;
}

static PtpOutcome
take_in(PtpExchange *exchange, const PtpTransfer *transfer)
{
	if (transfer->status != LIBUSB_TRANSFER_COMPLETED)
		return outcome_of_status(exchange, transfer);
	ptp_answer_feed(&exchange->answer, transfer->bytes, transfer->done,
			transfer->done < transfer->asked);
	if (exchange->answer.state != PTP_ANSWER_MORE)
		return outcome_of_state(exchange->answer.state);
	return post_more(exchange);
}

/* To the device. */

static PtpOutcome
send_command(PtpExchange *exchange)
{
	const PtpTransaction *transaction = exchange->transaction;
	PtpTransfer *transfer = ptp_transport_take(exchange->transport, PTP_PIPE_OUT);
	PtpHeader header = {
		.type = PTP_COMMAND, .code = transaction->operation, .transaction = exchange->id};

	gsize n = ptp_block_write(transfer->bytes, &header, transaction->parameters,
				  transaction->n_parameters);
	return ptp_transport_submit(exchange->transport, transfer, n)
		       ? PTP_OUTCOME_ANSWERED
		       : outcome_of_status(exchange, transfer);
}

static PtpOutcome
submit(PtpExchange *exchange, PtpTransfer *transfer, gsize n)
{
	/* The last of the data would make the file whole. */
	if (exchange->transaction->source != NULL &&
	    ptp_transport_is_cancelled(exchange->transport))
		return PTP_OUTCOME_CANCELLED;
	if (ptp_transport_submit(exchange->transport, transfer, n))
		return PTP_OUTCOME_ANSWERED;
	return outcome_of_status(exchange, transfer);
}

static PtpOutcome
take_out(PtpExchange *exchange, const PtpTransfer *transfer)
{
	const PtpTransaction *transaction = exchange->transaction;
	uint64_t overhead = ptp_exchange_overhead_bytes(exchange);

	if (transfer->status != LIBUSB_TRANSFER_COMPLETED || transfer->done < transfer->asked)
		return outcome_of_status(exchange, transfer);
	exchange->sent_bytes += transfer->done;
	if (transaction->progress != NULL && exchange->sent_bytes > overhead)
		transaction->progress(transaction->data, exchange->sent_bytes - overhead);
	return PTP_OUTCOME_ANSWERED;
}

/* The course. */

/* What changes something and is said in a moment is heard out: an object that was announced can be removed only by
 * the handle in the answer. */
static PtpOutcome
cut_short(PtpExchange *exchange)
{
	if (exchange->transaction->out == NULL)
		return PTP_OUTCOME_CANCELLED;
	ptp_transport_set_cancellable(exchange->transport, NULL);
	exchange->timeout_ms = MIN(exchange->timeout_ms, CUT_MS);
	exchange->is_cut = TRUE;
	return PTP_OUTCOME_ANSWERED; /* so far */
}

static PtpOutcome
reap(PtpExchange *exchange, guint timeout_ms)
{
	PtpTransfer *transfer = NULL;

	switch (ptp_transport_reap(exchange->transport, ptp_exchange_has_data_out(exchange),
				   timeout_ms, &transfer)) {
	case PTP_WAIT_GONE: return PTP_OUTCOME_GONE;
	case PTP_WAIT_CANCELLED: return cut_short(exchange);
	case PTP_WAIT_TIMEOUT: return PTP_OUTCOME_TIMEOUT;
	case PTP_WAIT_WOKEN: return PTP_OUTCOME_ANSWERED; /* so far */
	case PTP_WAIT_DONE: break;
	}
	return transfer->pipe == PTP_PIPE_IN ? take_in(exchange, transfer)
					     : take_out(exchange, transfer);
}

/* For the source; and for the device, as long as it has something to do. */
static PtpOutcome
wait_for_source(PtpExchange *exchange, guint timeout_ms)
{
	gint64 lost_us = exchange->read_since_us + device_source_timeout_ms() * INT64_C(1000);
	gint64 left_us = MAX(0, lost_us - g_get_monotonic_time());
	guint left_ms = (guint)((left_us + 999) / 1000);
	gboolean is_busy = ptp_transport_in_flight(exchange->transport, PTP_PIPE_OUT) > 0;
	PtpOutcome outcome = reap(exchange, is_busy ? MIN(left_ms, timeout_ms) : left_ms);

	if (outcome != PTP_OUTCOME_TIMEOUT || g_get_monotonic_time() < lost_us)
		return outcome;
	device_source_set_hung(exchange->transaction->source->name, &exchange->source_error);
	return PTP_OUTCOME_SOURCE;
}

static PtpOutcome
send_more(PtpExchange *exchange, PtpTransfer *transfer, guint timeout_ms)
{
	gsize n;

	switch (ptp_exchange_fill(exchange, transfer, &n)) {
	case PTP_READ_FAILED: return PTP_OUTCOME_SOURCE;
	case PTP_READ_LATER: return wait_for_source(exchange, timeout_ms);
	case PTP_READ_READY: break;
	}
	return submit(exchange, transfer, n);
}

/* What is done comes first, then what can be sent; only then there is nothing but to wait. */
static PtpOutcome
step(PtpExchange *exchange)
{
	guint timeout_ms = exchange->answer.n_stale ? MIN(STALE_MS, exchange->timeout_ms)
						    : exchange->timeout_ms;

	if (!ptp_exchange_has_data_out(exchange) || exchange->has_end_queued)
		return reap(exchange, timeout_ms);
	PtpOutcome outcome = reap(exchange, 0);
	if (outcome != PTP_OUTCOME_TIMEOUT)
		return outcome;
	PtpTransfer *idle = ptp_transport_take(exchange->transport, PTP_PIPE_OUT);
	return idle ? send_more(exchange, idle, timeout_ms) : reap(exchange, timeout_ms);
}

/* A device that counts bytes may answer before the empty packet is out. It is sent all the same,
 * so that what a device sees does not depend on who was quicker. */
static PtpOutcome
send_empty_packet(PtpExchange *exchange)
{
	PtpTransfer *idle = ptp_transport_take(exchange->transport, PTP_PIPE_OUT);
	gboolean is_due = exchange->has_header_queued && !exchange->has_end_queued &&
			  exchange->queued_bytes == exchange->payload_bytes;

	return is_due && idle != NULL ? send_more(exchange, idle, END_MS) : PTP_OUTCOME_ANSWERED;
}

/* The response may be here before the last of our data is told to be there. */
static PtpOutcome
finish_out(PtpExchange *exchange)
{
	PtpTransport *transport = exchange->transport;
	PtpOutcome outcome = send_empty_packet(exchange);

	while (outcome == PTP_OUTCOME_ANSWERED && ptp_transport_in_flight(transport, PTP_PIPE_OUT))
		outcome = reap(exchange, END_MS);
	if (outcome == PTP_OUTCOME_GONE)
		return outcome;
	/* A device may do without an empty packet. */
	return ptp_exchange_has_sent_all(exchange) ? PTP_OUTCOME_ANSWERED : PTP_OUTCOME_EARLY;
}

static PtpOutcome
begin(PtpExchange *exchange)
{
	const PtpTransaction *transaction = exchange->transaction;
	PtpOutcome outcome = post(exchange, SMALL_BYTES);

	if (outcome == PTP_OUTCOME_ANSWERED && transaction->in != NULL)
		outcome = post(exchange, SMALL_BYTES);
	return outcome == PTP_OUTCOME_ANSWERED ? send_command(exchange) : outcome;
}

static void
prepare(PtpExchange *exchange)
{
	const PtpInterface *interface = &ptp_transport_usb(exchange->transport)->interface;
	const PtpTransaction *transaction = exchange->transaction;

	exchange->packet_bytes = interface->out_packet_bytes;
	exchange->answer = (PtpAnswer){
		.operation = transaction->operation,
		.transaction = exchange->id,
		.packet_bytes = interface->in_packet_bytes,
		.ignores_headers = exchange->ignores_headers,
		.in = transaction->in,
		.max_in = transaction->in ? transaction->max_in : MAX_UNWANTED_BYTES,
	};
	exchange->payload_bytes = transaction->out ? g_bytes_get_size(transaction->out)
						   : transaction->out_bytes;
}

PtpOutcome
ptp_exchange_run(PtpExchange *exchange)
{
	prepare(exchange);
	PtpOutcome outcome = begin(exchange);
	while (outcome == PTP_OUTCOME_ANSWERED && exchange->answer.state == PTP_ANSWER_MORE)
		outcome = step(exchange);
	if (outcome == PTP_OUTCOME_TIMEOUT && exchange->is_cut)
		return PTP_OUTCOME_CANCELLED;
	if (outcome != PTP_OUTCOME_ANSWERED)
		return outcome;
	if (ptp_exchange_has_data_out(exchange))
		outcome = finish_out(exchange);
	gboolean stopped = ptp_transport_stop(exchange->transport, PTP_PIPE_OUT) &&
			   ptp_transport_stop(exchange->transport, PTP_PIPE_IN);
	return stopped ? outcome : PTP_OUTCOME_BROKEN;
}

void
ptp_exchange_clear(PtpExchange *exchange)
{
	g_clear_error(&exchange->source_error);
}
