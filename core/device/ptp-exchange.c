/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-exchange: the course of a transaction; see ptp-exchange.h. A transfer for the response is
 * in flight before the command is sent, so that the device never waits for us. Data to it
 * are read from their source while others are under way.
 */
#include "device/ptp-exchange.h"

#include <string.h>

#include "base/error.h"

#define SMALL_BYTES (16 * 1024) /* for a response, or the beginning of data */
#define FIRST_BYTES (64 * 1024) /* to the device: the cable need not wait for a long read */
/* The source's own disk may be slow, or asleep. */
#define READ_MS 120000
#define END_MS 1000 /* for the end of our data, once the response is here */
#define STALE_MS 500 /* for the answer, once the device has answered something older */
#define MAX_UNWANTED_BYTES (UINT64_C(64) << 20) /* of data that nobody asked for */
#define RESPONSE_OK 0x2001

static gboolean
has_data_out(const PtpExchange *exchange)
{
	const PtpTransaction *transaction = exchange->transaction;

	return transaction->out != NULL || transaction->read != NULL;
}

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

static gssize
read_source(PtpExchange *exchange, unsigned char *bytes, gsize n)
{
	const PtpTransaction *transaction = exchange->transaction;

	if (transaction->out != NULL) {
		const unsigned char *all = g_bytes_get_data(transaction->out, NULL);

		memcpy(bytes, all + exchange->queued_bytes, n);
		return (gssize)n;
	}
	device_watch_set(exchange->device, READ_MS);
	return transaction->read(transaction->data, bytes, n, &exchange->source_error);
}

/* FALSE: source_error. */
static gboolean
fill(PtpExchange *exchange, unsigned char *bytes, gsize n)
{
	for (gsize filled = 0; filled < n;) {
		gssize got = read_source(exchange, bytes + filled, n - filled);

		if (got == 0)
			g_set_error(&exchange->source_error, PORTA_ERROR,
				    PORTA_ERROR_SOURCE_CHANGED,
				    "the file became shorter while it was sent");
		if (got <= 0)
			return FALSE;
		filled += (gsize)got;
		exchange->queued_bytes += (uint64_t)got;
	}
	return TRUE;
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

/* The next transfer's worth. FALSE: source_error. */
static gboolean
fill_transfer(PtpExchange *exchange, PtpTransfer *transfer, gsize *n)
{
	gsize room = MIN((gsize)FIRST_BYTES << MIN(exchange->n_queued, 8), PTP_TRANSFER_BYTES);

	*n = 0;
	room -= room % exchange->packet_bytes;
	exchange->n_queued++;
	if (!exchange->has_header_queued) {
		write_header(exchange, transfer->bytes);
		*n = PTP_HEADER_BYTES;
		if (splits_header(exchange))
			return TRUE;
	}
	gsize payload = (gsize)MIN(exchange->payload_bytes - exchange->queued_bytes, room - *n);
	if (!fill(exchange, transfer->bytes + *n, payload))
		return FALSE;
	*n += payload;
	exchange->has_end_queued = exchange->queued_bytes == exchange->payload_bytes &&
				   (*n == 0 || !needs_empty_packet(exchange));
	return TRUE;
}

static PtpOutcome
send_more(PtpExchange *exchange, PtpTransfer *transfer)
{
	gsize n;

	if (!fill_transfer(exchange, transfer, &n))
		return PTP_OUTCOME_SOURCE;
	/* A read may take its time; the last of the data would make the file whole. */
	if (ptp_transport_is_cancelled(exchange->transport))
		return PTP_OUTCOME_CANCELLED;
	if (ptp_transport_submit(exchange->transport, transfer, n))
		return PTP_OUTCOME_ANSWERED;
	return outcome_of_status(exchange, transfer);
}

/* What goes before the payload: the command, and the header. */
static uint64_t
overhead_bytes(const PtpExchange *exchange)
{
	return 2 * PTP_HEADER_BYTES + 4 * (uint64_t)exchange->transaction->n_parameters;
}

gboolean
ptp_exchange_has_sent_all(const PtpExchange *exchange)
{
	return !has_data_out(exchange) ||
	       exchange->sent_bytes == overhead_bytes(exchange) + exchange->payload_bytes;
}

static PtpOutcome
take_out(PtpExchange *exchange, const PtpTransfer *transfer)
{
	const PtpTransaction *transaction = exchange->transaction;
	uint64_t overhead = overhead_bytes(exchange);

	if (transfer->status != LIBUSB_TRANSFER_COMPLETED || transfer->done < transfer->asked)
		return outcome_of_status(exchange, transfer);
	exchange->sent_bytes += transfer->done;
	if (transaction->progress != NULL && exchange->sent_bytes > overhead)
		transaction->progress(transaction->data, exchange->sent_bytes - overhead);
	return PTP_OUTCOME_ANSWERED;
}

/* The course. */

static PtpOutcome
reap(PtpExchange *exchange, guint timeout_ms)
{
	PtpTransfer *transfer = NULL;

	switch (ptp_transport_reap(exchange->transport, has_data_out(exchange), timeout_ms,
				   &transfer)) {
	case PTP_WAIT_GONE: return PTP_OUTCOME_GONE;
	case PTP_WAIT_CANCELLED: return PTP_OUTCOME_CANCELLED;
	case PTP_WAIT_TIMEOUT: return PTP_OUTCOME_TIMEOUT;
	case PTP_WAIT_DONE: break;
	}
	return transfer->pipe == PTP_PIPE_IN ? take_in(exchange, transfer)
					     : take_out(exchange, transfer);
}

/* What is done comes first, then what can be sent; only then there is nothing but to wait. */
static PtpOutcome
step(PtpExchange *exchange)
{
	guint timeout_ms = exchange->answer.n_stale ? MIN(STALE_MS, exchange->timeout_ms)
						    : exchange->timeout_ms;

	if (!has_data_out(exchange) || exchange->has_end_queued)
		return reap(exchange, timeout_ms);
	PtpOutcome outcome = reap(exchange, 0);
	if (outcome != PTP_OUTCOME_TIMEOUT)
		return outcome;
	PtpTransfer *idle = ptp_transport_take(exchange->transport, PTP_PIPE_OUT);
	return idle ? send_more(exchange, idle) : reap(exchange, timeout_ms);
}

/* A device that counts bytes may answer before the empty packet is out. It is sent all the same,
 * so that what a device sees does not depend on who was quicker. */
static PtpOutcome
send_empty_packet(PtpExchange *exchange)
{
	PtpTransfer *idle = ptp_transport_take(exchange->transport, PTP_PIPE_OUT);
	gboolean is_due = exchange->has_header_queued && !exchange->has_end_queued &&
			  exchange->queued_bytes == exchange->payload_bytes;

	return is_due && idle != NULL ? send_more(exchange, idle) : PTP_OUTCOME_ANSWERED;
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
	if (outcome != PTP_OUTCOME_ANSWERED)
		return outcome;
	if (has_data_out(exchange))
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
