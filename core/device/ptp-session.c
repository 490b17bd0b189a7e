/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-session: transaction numbers, the session's begin and end, and what an outcome on the
 * wire means to the caller; see ptp-session.h.
 */
#include "device/ptp-session.h"

#include "base/error.h"
#include "device/ptp-exchange.h"

#define OP_OPEN_SESSION 0x1002
#define OP_CLOSE_SESSION 0x1003
#define RESPONSE_OK 0x2001
#define RESPONSE_SESSION_NOT_OPEN 0x2003
#define RESPONSE_SESSION_ALREADY_OPEN 0x201e
#define SESSION_ID 1
#define LAST_ID 0xfffffffeu

#define LONGEST_MS 60000 /* phones think as long over a large folder */
#define OPEN_MS 5000
#define CLOSE_MS 1500
#define GOODBYE_MS 500 /* transfers fail before the kernel has said goodbye to a device */
#define GOODBYE_STEP_MS 50
#define MAX_TIMEOUTS 2 /* in a row */

struct PtpSession {
	Device *device; /* no-ref */
	PtpTransport *transport;
	PtpReader *reader;
	const DeviceSource *source; /* that it reads, or NULL */
	gboolean splits_source; /* it was begun without room for a header */
	uint32_t last_id;
	guint timeout_ms;
	guint n_timeouts; /* in a row */
	gboolean is_open;
	gboolean splits_headers; /* learned */
	gboolean is_gone, is_lost, is_insane; /* for good */
};

static gboolean
fail(const PtpSession *session, GError **error, int32_t code, const char *why)
{
	g_set_error(error, PORTA_ERROR, code, "%s: %s", session->device->address->name, why);
	return FALSE;
}

static gboolean
check_alive(PtpSession *session, GError **error)
{
	if (session->is_gone || ptp_transport_is_gone(session->transport))
		return fail(session, error, PORTA_ERROR_NO_DEVICE, "the device was unplugged");
	if (session->is_insane)
		return fail(session, error, PORTA_ERROR_DEVICE_INSANE,
			    "the device answers nonsense; unplug it and plug it in again");
	if (session->is_lost)
		return fail(session, error, PORTA_ERROR_DEVICE_HUNG,
			    "the device does not answer; unplug it and plug it in again");
	return TRUE;
}

/* A bad transfer may be the first sign of a pulled cable. */
static gboolean
has_gone(PtpSession *session)
{
	for (int waited_ms = 0; waited_ms <= GOODBYE_MS; waited_ms += GOODBYE_STEP_MS) {
		if (ptp_transport_is_gone(session->transport) ||
		    !ptp_usb_is_plugged_in(session->device->address))
			return TRUE;
		g_usleep(GOODBYE_STEP_MS * 1000);
	}
	return FALSE;
}

static void
keep_answer(PtpTransaction *transaction, const PtpAnswer *answer)
{
	transaction->response = answer->response;
	transaction->n_results = answer->n_results;
	for (guint i = 0; i < answer->n_results; i++)
		transaction->results[i] = answer->results[i];
}

static void
note_outcome(PtpSession *session, PtpOutcome outcome, PtpRecovery recovery)
{
	session->n_timeouts = outcome == PTP_OUTCOME_TIMEOUT ? session->n_timeouts + 1 : 0;
	if (recovery == PTP_RECOVERY_ANSWERED)
		session->n_timeouts = 0;
	session->is_gone = session->is_gone || recovery == PTP_RECOVERY_GONE;
	session->is_insane = session->is_insane || outcome == PTP_OUTCOME_INSANE;
	session->is_lost = session->is_lost || recovery == PTP_RECOVERY_LOST ||
			   session->n_timeouts >= MAX_TIMEOUTS;
}

/* The device is in step again, or it is lost; this call has failed all the same. */
static gboolean
explain(PtpSession *session, PtpExchange *exchange, PtpOutcome outcome, GError **error)
{
	if (session->is_gone)
		return check_alive(session, error);
	if (outcome == PTP_OUTCOME_CANCELLED)
		return fail(session, error, PORTA_ERROR_CANCELLED, "cancelled");
	if (outcome == PTP_OUTCOME_SOURCE) {
		g_propagate_error(error, g_steal_pointer(&exchange->source_error));
		return FALSE;
	}
	if (!check_alive(session, error))
		return FALSE;
	switch (outcome) {
	case PTP_OUTCOME_TIMEOUT:
		return fail(session, error, PORTA_ERROR_DEVICE_IO, "the device did not answer");
	case PTP_OUTCOME_STALLED:
		return fail(session, error, PORTA_ERROR_DEVICE_IO,
			    "the device refused a transfer (USB stall)");
	case PTP_OUTCOME_SHORT:
		return fail(session, error, PORTA_ERROR_DEVICE_IO,
			    "the device broke off its answer");
	case PTP_OUTCOME_EARLY:
		return fail(session, error, PORTA_ERROR_DEVICE_IO,
			    "the device did not take all of the data");
	default:
		return fail(session, error, PORTA_ERROR_DEVICE_IO,
			    "a transfer failed; try another cable or port");
	}
}

/* After anything but an answer. A response that comes late or early is one: what it tells of has
 * happened, whoever wanted it or not. */
static gboolean
settle(PtpSession *session, PtpExchange *exchange, PtpOutcome outcome, GError **error)
{
	if (outcome == PTP_OUTCOME_GONE || (outcome == PTP_OUTCOME_BROKEN && has_gone(session))) {
		session->is_gone = TRUE;
		return check_alive(session, error);
	}
	PtpRecovery recovery = ptp_exchange_recover(exchange, outcome);
	note_outcome(session, outcome, recovery);
	gboolean may_count = outcome != PTP_OUTCOME_SOURCE && outcome != PTP_OUTCOME_INSANE;
	gboolean has_all = exchange->answer.response != RESPONSE_OK ||
			   ptp_exchange_has_sent_all(exchange);
	if (recovery == PTP_RECOVERY_ANSWERED && may_count && has_all)
		return TRUE;
	return explain(session, exchange, outcome, error);
}

static void
on_source_ready(void *transport)
{
	ptp_transport_wake(transport);
}

void
ptp_session_read_ahead(PtpSession *session, DeviceSource *source, uint64_t size_bytes)
{
	PtpCut cut = {
		.size_bytes = size_bytes,
		.packet_bytes = ptp_transport_usb(session->transport)->interface.out_packet_bytes,
		.first = session->splits_headers ? 1 : 0,
		.head_bytes = session->splits_headers ? 0 : PTP_HEADER_BYTES};

	ptp_session_give_up_source(session);
	session->source = source;
	session->splits_source = session->splits_headers;
	ptp_reader_begin(session->reader, source, &cut, on_source_ready, session->transport);
}

void
ptp_session_give_up_source(PtpSession *session)
{
	if (session->source != NULL)
		ptp_reader_end(session->reader);
	session->source = NULL;
}

static gboolean
exchange(PtpSession *session, PtpTransaction *transaction, uint32_t id, guint timeout_ms,
	 GCancellable *cancellable, GError **error)
{
	PtpExchange exchange = {
		.device = session->device,
		.transport = session->transport,
		.reader = session->reader,
		.transaction = transaction,
		.id = id,
		.splits_headers = transaction->source != NULL ? session->splits_source
							      : session->splits_headers,
		.ignores_headers = (ptp_transport_usb(session->transport)->quirks &
				    PTP_QUIRK_IGNORE_HEADERS) != 0,
		.timeout_ms = MIN(timeout_ms, session->timeout_ms),
	};

	ptp_transport_set_cancellable(session->transport, cancellable);
	PtpOutcome outcome = ptp_exchange_run(&exchange);
	if (transaction->source != NULL)
		ptp_session_give_up_source(session);
	ptp_transport_set_cancellable(session->transport, NULL);
	gboolean ok = TRUE;
	if (outcome != PTP_OUTCOME_ANSWERED)
		ok = settle(session, &exchange, outcome, error);
	else
		session->n_timeouts = 0;
	session->splits_headers = session->splits_headers || exchange.answer.was_split;
	if (ok)
		keep_answer(transaction, &exchange.answer);
	ptp_exchange_clear(&exchange);
	return ok;
}

static uint32_t
next_id(PtpSession *session)
{
	session->last_id = session->last_id >= LAST_ID ? 1 : session->last_id + 1;
	return session->last_id;
}

gboolean
ptp_session_run(PtpSession *session, PtpTransaction *transaction, GCancellable *cancellable,
		GError **error)
{
	guint timeout_ms = transaction->timeout_ms ? transaction->timeout_ms : LONGEST_MS;

	if (!check_alive(session, error))
		return FALSE;
	/* An object that waits for its bytes shows itself, and can be removed, once these are begun and cancelled. */
	if (transaction->source == NULL && g_cancellable_is_cancelled(cancellable))
		return fail(session, error, PORTA_ERROR_CANCELLED, "cancelled");
	if (transaction->source != NULL && transaction->source != session->source)
		ptp_session_read_ahead(session, transaction->source, transaction->out_bytes);
	return exchange(session, transaction, next_id(session), timeout_ms, cancellable, error);
}

gboolean
ptp_session_next_event(PtpSession *session, PtpEvent *out)
{
	return ptp_transport_next_event(session->transport, out);
}

static gboolean
run_bare(PtpSession *session, uint16_t operation, uint32_t id, guint timeout_ms,
	 GCancellable *cancellable, uint16_t *response, GError **error)
{
	PtpTransaction transaction = {.operation = operation,
				      .parameters = {SESSION_ID},
				      .n_parameters = operation == OP_OPEN_SESSION ? 1 : 0};

	if (!check_alive(session, error) ||
	    !exchange(session, &transaction, id, timeout_ms, cancellable, error))
		return FALSE;
	*response = transaction.response;
	return TRUE;
}

/* Somebody left a session open. Its transaction numbers are not known, so it can not be gone
 * on with; it is closed, and ours begins at the beginning. */
static gboolean
open_once(PtpSession *session, GCancellable *cancellable, GError **error)
{
	uint16_t response = 0;

	for (int i = 0; i < 2; i++) {
		uint16_t closed = 0;

		if (!run_bare(session, OP_OPEN_SESSION, 0, OPEN_MS, cancellable, &response, error))
			return FALSE;
		if (response == RESPONSE_OK) {
			session->is_open = TRUE;
			session->last_id = 0;
			return TRUE;
		}
		if (response != RESPONSE_SESSION_ALREADY_OPEN)
			break;
		if (!run_bare(session, OP_CLOSE_SESSION, 1, OPEN_MS, cancellable, &closed, error))
			return FALSE;
	}
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
		    "%s could not be opened: it does not answer as an MTP device does "
		    "(MTP response %04x to OpenSession)",
		    session->device->address->name, response);
	return FALSE;
}

/* Whether opening it once more may help. */
static gboolean
is_worth_a_retry(const GError *error)
{
	return g_error_matches(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO) ||
	       g_error_matches(error, PORTA_ERROR, PORTA_ERROR_DEVICE_HUNG) ||
	       g_error_matches(error, PORTA_ERROR, PORTA_ERROR_DEVICE_INSANE);
}

/* A device that was left in mid-transaction comes to itself when nobody has it open. */
static gboolean
reopen(PtpSession *session, guint pause_ms, GCancellable *cancellable, GError **error)
{
	GPollFD cancelled;
	gboolean can_poll = g_cancellable_make_pollfd(cancellable, &cancelled);

	g_clear_pointer(&session->transport, ptp_transport_free);
	session->is_lost = session->is_insane = FALSE;
	session->n_timeouts = 0;
	device_watch_set(session->device, pause_ms + OPEN_MS);
	g_poll(&cancelled, can_poll ? 1 : 0, (int)pause_ms);
	if (can_poll)
		g_cancellable_release_fd(cancellable);
	if (g_cancellable_is_cancelled(cancellable))
		return fail(session, error, PORTA_ERROR_CANCELLED, "cancelled");
	session->transport = ptp_transport_new(session->device, error);
	return session->transport != NULL;
}

static gboolean
open_patiently(PtpSession *session, GCancellable *cancellable, GError **error)
{
	static const guint pauses_ms[] = {0, 1000, 3000};

	for (guint i = 0;; i++) {
		g_autoptr(GError) reason = NULL;

		if (open_once(session, cancellable, &reason))
			return TRUE;
		if (i == G_N_ELEMENTS(pauses_ms) || !is_worth_a_retry(reason)) {
			g_propagate_error(error, g_steal_pointer(&reason));
			return FALSE;
		}
		/* First without closing: what was stuck has been drained. */
		if ((pauses_ms[i] > 0 || session->is_lost || session->is_insane) &&
		    !reopen(session, pauses_ms[i], cancellable, error))
			return FALSE;
	}
}

static guint
longest_ms(void)
{
	const char *longest = g_getenv("PORTAMENTO_USB_TIMEOUT_MS");
	guint64 ms = longest ? g_ascii_strtoull(longest, NULL, 10) : 0;

	return ms > 0 && ms < LONGEST_MS ? (guint)ms : LONGEST_MS;
}

PtpSession *
ptp_session_open(Device *device, GCancellable *cancellable, GError **error)
{
	PtpSession *session = g_new0(PtpSession, 1);

	session->device = device;
	session->timeout_ms = longest_ms();
	session->reader = ptp_reader_new();
	device_watch_set(device, LONGEST_MS);
	session->transport = ptp_transport_new(device, error);
	if (session->transport != NULL && open_patiently(session, cancellable, error))
		return session;
	ptp_session_close(session);
	return NULL;
}

void
ptp_session_allow_reset(PtpSession *session)
{
	ptp_transport_allow_reset(session->transport);
}

void
ptp_session_close(PtpSession *session)
{
	uint16_t response;

	if (session == NULL)
		return;
	if (session->is_open)
		run_bare(session, OP_CLOSE_SESSION, next_id(session), CLOSE_MS, NULL, &response,
			 NULL);
	ptp_reader_free(session->reader);
	ptp_transport_free(session->transport);
	g_free(session);
}
