/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-recover: back in step, as the still image class describes it: the host stops sending,
 * says that it cancels, asks until the device is through with that, and reads what
 * was on its way. The device is never reset: healthy phones do not survive that.
 */
#include "device/ptp-control.h"
#include "device/ptp-exchange.h"

#define REQUEST_CANCEL 0x64
#define REQUEST_STATUS 0x67
#define CANCELLATION_CODE 0x4001
#define RESPONSE_DEVICE_BUSY 0x2019
#define CONTROL_MS 300
#define RECOVER_MS 1500 /* all in all, a last control request apart */
#define STATUS_PAUSE_MS 20
#define QUIET_MS 200 /* silence that means there is nothing more to read */
#define READ_BYTES (64 * 1024)

#define CLASS_OUT (LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE)
#define CLASS_IN (LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE)

typedef enum { STATUS_READY, STATUS_BUSY, STATUS_UNKNOWN } Status;

static void
send_cancel(PtpExchange *exchange)
{
	uint8_t request[6];

	ptp_write_u16(request, CANCELLATION_CODE);
	ptp_write_u32(request + 2, exchange->id);
	ptp_transport_control(exchange->transport, CLASS_OUT, REQUEST_CANCEL, request,
			      sizeof(request), CONTROL_MS);
}

/* After its code a status names the endpoints that are halted. */
static void
clear_halts(PtpExchange *exchange, const uint8_t *status, gsize n)
{
	const PtpInterface *interface = &ptp_transport_usb(exchange->transport)->interface;

	for (gsize at = 4; at + 4 <= n; at += 4) {
		uint32_t endpoint = ptp_read_u32(status + at);

		if (endpoint == interface->in || endpoint == interface->out)
			ptp_transport_clear_halt(exchange->transport, (uint8_t)endpoint);
	}
}

static Status
ask_status(PtpExchange *exchange)
{
	uint8_t status[PTP_CONTROL_BYTES] = {0};
	int n = ptp_transport_control(exchange->transport, CLASS_IN, REQUEST_STATUS, status,
				      sizeof(status), CONTROL_MS);

	if (n < 4)
		return STATUS_UNKNOWN;
	clear_halts(exchange, status, MIN((gsize)n, ptp_read_u16(status)));
	return ptp_read_u16(status + 2) == RESPONSE_DEVICE_BUSY ? STATUS_BUSY : STATUS_READY;
}

static Status
wait_for_status(PtpExchange *exchange, gint64 until_us)
{
	Status status;

	while ((status = ask_status(exchange)) == STATUS_BUSY && g_get_monotonic_time() < until_us)
		g_usleep(STATUS_PAUSE_MS * 1000);
	return status;
}

/* FALSE: it is not a response to this transaction, or one that the answer has no use for. */
static gboolean
take_late_response(PtpExchange *exchange, const PtpTransfer *transfer)
{
	ptp_answer_feed(&exchange->answer, transfer->bytes, transfer->done,
			transfer->done < transfer->asked);
	return exchange->answer.state == PTP_ANSWER_WHOLE ||
	       ptp_answer_is_response(&exchange->answer, transfer->bytes, transfer->done);
}

/* Reads to the response or to silence. FALSE if neither comes in time. */
static gboolean
drain(PtpExchange *exchange, gint64 until_us, gboolean *answered)
{
	PtpTransport *transport = exchange->transport;
	const PtpInterface *interface = &ptp_transport_usb(transport)->interface;

	while (!*answered && g_get_monotonic_time() < until_us) {
		PtpTransfer *transfer = ptp_transport_take(transport, PTP_PIPE_IN);

		if (ptp_transport_in_flight(transport, PTP_PIPE_IN) == 0 && transfer != NULL &&
		    !ptp_transport_submit(transport, transfer, READ_BYTES))
			return FALSE;
		PtpWait result = ptp_transport_reap(transport, FALSE, QUIET_MS, &transfer);
		if (result == PTP_WAIT_TIMEOUT)
			return TRUE;
		if (result != PTP_WAIT_DONE)
			return FALSE;
		if (transfer->pipe != PTP_PIPE_IN)
			continue;
		if (transfer->status == LIBUSB_TRANSFER_STALL)
			ptp_transport_clear_halt(transport, interface->in);
		else if (transfer->status != LIBUSB_TRANSFER_COMPLETED)
			return FALSE;
		else
			*answered = take_late_response(exchange, transfer);
	}
	return *answered;
}

/* After data or a response were cut off the device believes that all is said. */
static gboolean
must_cancel(PtpOutcome outcome)
{
	return outcome != PTP_OUTCOME_STALLED && outcome != PTP_OUTCOME_SHORT;
}

PtpRecovery
ptp_exchange_recover(PtpExchange *exchange, PtpOutcome outcome)
{
	PtpTransport *transport = exchange->transport;
	gint64 until_us = g_get_monotonic_time() + RECOVER_MS * INT64_C(1000);
	gboolean answered = exchange->answer.state == PTP_ANSWER_WHOLE;

	ptp_transport_set_cancellable(transport, NULL);
	gboolean stopped = ptp_transport_stop(transport, PTP_PIPE_OUT);
	if (exchange->stalled_endpoint != 0)
		ptp_transport_clear_halt(transport, exchange->stalled_endpoint);
	if (must_cancel(outcome))
		send_cancel(exchange);
	Status status = wait_for_status(exchange, until_us);
	gboolean quiet = drain(exchange, until_us + QUIET_MS * INT64_C(1000), &answered);
	stopped = ptp_transport_stop(transport, PTP_PIPE_IN) && stopped;
	if (ptp_transport_is_gone(transport))
		return PTP_RECOVERY_GONE;
	if (!stopped || !quiet || status == STATUS_BUSY)
		return PTP_RECOVERY_LOST;
	/* Silence is fine after a cancellation, but not from a device that was waited for. */
	if (outcome == PTP_OUTCOME_TIMEOUT && !answered && status != STATUS_READY)
		return PTP_RECOVERY_LOST;
	return exchange->answer.state == PTP_ANSWER_WHOLE ? PTP_RECOVERY_ANSWERED
							  : PTP_RECOVERY_IN_STEP;
}
