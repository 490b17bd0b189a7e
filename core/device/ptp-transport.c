/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-transport: libusb's asynchronous transfers and the thread that they end in; see
 * ptp-transport.h. One lock covers all that both threads touch.
 */
#include "device/ptp-transport.h"

#include <string.h>

#include "device/ptp-control.h"
#include "device/ptp-events.h"
#include "device/ptp-lock.h"

#define WATCH_MARGIN_MS 5000
#define STOP_MS 1000 /* for the kernel to give back what was cancelled */
#define LOOP_S 60
#define N_TRANSFERS (PTP_N_PIPES * PTP_IN_FLIGHT)

struct PtpTransport {
	Device *device; /* no-ref */
	PtpUsb usb;
	GThread *thread;
	int is_stopping; /* atomic */
	GCancellable *cancellable; /* no-ref */
	gulong cancelled_handler;
	PtpTransfer transfers[N_TRANSFERS];
	PtpControl *control;
	PtpEvents *events;

	PtpLock lock;
	/* under the lock: */
	gboolean is_gone, is_cancelled;
	PtpTransfer *done[N_TRANSFERS]; /* oldest first */
	guint n_done, n_in_flight[PTP_N_PIPES];
	gint64 progress_us;
	gboolean wants_out, is_woken;
};

static gpointer
run_loop(gpointer data)
{
	PtpTransport *transport = data;

	while (!__atomic_load_n(&transport->is_stopping, __ATOMIC_ACQUIRE)) {
		struct timeval limit = {LOOP_S, 0};

		libusb_handle_events_timeout_completed(transport->usb.context, &limit, NULL);
	}
	return NULL;
}

static void LIBUSB_CALL
on_done(struct libusb_transfer *usb)
{
	PtpTransfer *transfer = usb->user_data;
	PtpTransport *transport = transfer->transport;

	ptp_lock(&transport->lock);
	transfer->done = (gsize)usb->actual_length;
	transfer->status = usb->status;
	transfer->in_flight = FALSE;
	transport->n_in_flight[transfer->pipe]--;
	transport->done[transport->n_done++] = transfer;
	transport->progress_us = g_get_monotonic_time();
	transport->is_gone = transport->is_gone || usb->status == LIBUSB_TRANSFER_NO_DEVICE;
	if (transfer->pipe == PTP_PIPE_IN || transport->wants_out ||
	    usb->status != LIBUSB_TRANSFER_COMPLETED)
		ptp_lock_tell(&transport->lock);
	ptp_unlock(&transport->lock);
}

/* Who waits looks at it. */
static void
tell(PtpTransport *transport, gboolean *what)
{
	ptp_lock(&transport->lock);
	*what = TRUE;
	ptp_lock_tell(&transport->lock);
	ptp_unlock(&transport->lock);
}

static void
on_gone(void *data)
{
	tell(data, &((PtpTransport *)data)->is_gone);
}

static void
init_transfers(PtpTransport *transport)
{
	for (guint i = 0; i < N_TRANSFERS; i++) {
		PtpTransfer *transfer = &transport->transfers[i];

		transfer->pipe = i < PTP_IN_FLIGHT ? PTP_PIPE_OUT : PTP_PIPE_IN;
		transfer->bytes = g_malloc(PTP_TRANSFER_BYTES);
		transfer->transport = transport;
		transfer->usb = libusb_alloc_transfer(0);
	}
	transport->control = ptp_control_new(&transport->usb);
}

PtpTransport *
ptp_transport_new(Device *device, GError **error)
{
	PtpUsb usb;

	if (!ptp_usb_open(&usb, device->address, error))
		return NULL;
	PtpTransport *transport = g_new0(PtpTransport, 1);
	transport->device = device;
	transport->usb = usb;
	ptp_lock_init(&transport->lock);
	init_transfers(transport);
	transport->thread = g_thread_new("usb", run_loop, transport);
	transport->events = ptp_events_new(&transport->usb, on_gone, transport);
	return transport;
}

static gboolean
stop_all(PtpTransport *transport)
{
	gboolean stopped = ptp_transport_stop(transport, PTP_PIPE_OUT) &&
			   ptp_transport_stop(transport, PTP_PIPE_IN);

	return ptp_control_free(transport->control) &&
	       ptp_events_stop(transport->events, STOP_MS) && stopped;
}

void
ptp_transport_free(PtpTransport *transport)
{
	if (transport == NULL)
		return;
	ptp_transport_set_cancellable(transport, NULL);
	device_watch_set(transport->device, 4 * STOP_MS + WATCH_MARGIN_MS);
	if (!stop_all(transport)) {
		g_warning("%s: the kernel keeps a transfer; its interface is not released",
			  transport->device->address->name);
		return;
	}
	__atomic_store_n(&transport->is_stopping, 1, __ATOMIC_RELEASE);
	libusb_interrupt_event_handler(transport->usb.context);
	g_thread_join(transport->thread);
	ptp_events_free(transport->events);
	for (guint i = 0; i < N_TRANSFERS; i++) {
		libusb_free_transfer(transport->transfers[i].usb);
		g_free(transport->transfers[i].bytes);
	}
	if (transport->usb.resets && !transport->is_gone)
		device_reset_follows(transport->device);
	ptp_usb_close(&transport->usb);
	ptp_lock_clear(&transport->lock);
	g_free(transport);
}

void
ptp_transport_allow_reset(PtpTransport *transport)
{
	transport->usb.resets = (transport->usb.quirks & PTP_QUIRK_RESET_ON_CLOSE) != 0;
}

const PtpUsb *
ptp_transport_usb(const PtpTransport *transport)
{
	return &transport->usb;
}

static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
	tell(data, &((PtpTransport *)data)->is_cancelled);
}

void
ptp_transport_set_cancellable(PtpTransport *transport, GCancellable *cancellable)
{
	if (transport->cancellable != NULL)
		g_cancellable_disconnect(transport->cancellable, transport->cancelled_handler);
	ptp_lock(&transport->lock);
	transport->is_cancelled = FALSE;
	ptp_unlock(&transport->lock);
	transport->cancellable = cancellable;
	if (cancellable != NULL)
		transport->cancelled_handler = g_cancellable_connect(
			cancellable, G_CALLBACK(on_cancelled), transport, NULL);
}

static gboolean
look(PtpTransport *transport, const gboolean *what)
{
	ptp_lock(&transport->lock);
	gboolean is_so = *what;
	ptp_unlock(&transport->lock);
	return is_so;
}

gboolean
ptp_transport_is_cancelled(PtpTransport *transport)
{
	return look(transport, &transport->is_cancelled);
}

gboolean
ptp_transport_is_gone(PtpTransport *transport)
{
	return look(transport, &transport->is_gone);
}

static gboolean
is_idle(const PtpTransport *transport, const PtpTransfer *transfer)
{
	guint i = 0;

	while (i < transport->n_done && transport->done[i] != transfer)
		i++;
	return i == transport->n_done && !transfer->in_flight;
}

PtpTransfer *
ptp_transport_take(PtpTransport *transport, PtpPipe pipe)
{
	PtpTransfer *found = NULL;

	ptp_lock(&transport->lock);
	for (guint i = 0; i < N_TRANSFERS && found == NULL; i++) {
		PtpTransfer *transfer = &transport->transfers[i];

		if (transfer->pipe == pipe && is_idle(transport, transfer))
			found = transfer;
	}
	ptp_unlock(&transport->lock);
	return found;
}

gboolean
ptp_transport_submit(PtpTransport *transport, PtpTransfer *transfer, gsize n)
{
	const PtpInterface *interface = &transport->usb.interface;
	uint8_t endpoint = transfer->pipe == PTP_PIPE_IN ? interface->in : interface->out;

	transfer->asked = n;
	libusb_fill_bulk_transfer(transfer->usb, transport->usb.handle, endpoint, transfer->bytes,
				  (int)n, on_done, transfer, 0);
	ptp_lock(&transport->lock);
	transfer->in_flight = TRUE;
	transport->n_in_flight[transfer->pipe]++;
	ptp_unlock(&transport->lock);
	int code = libusb_submit_transfer(transfer->usb);
	if (code == 0)
		return TRUE;
	ptp_lock(&transport->lock);
	transfer->in_flight = FALSE;
	transport->n_in_flight[transfer->pipe]--;
	transfer->status = code == LIBUSB_ERROR_NO_DEVICE ? LIBUSB_TRANSFER_NO_DEVICE
							  : LIBUSB_TRANSFER_ERROR;
	transport->is_gone = transport->is_gone || code == LIBUSB_ERROR_NO_DEVICE;
	ptp_unlock(&transport->lock);
	return FALSE;
}

guint
ptp_transport_in_flight(PtpTransport *transport, PtpPipe pipe)
{
	ptp_lock(&transport->lock);
	guint n = transport->n_in_flight[pipe];
	ptp_unlock(&transport->lock);
	return n;
}

uint64_t
ptp_transport_room(PtpTransport *transport, PtpPipe pipe)
{
	uint64_t room = 0;

	ptp_lock(&transport->lock);
	for (guint i = 0; i < N_TRANSFERS; i++) {
		const PtpTransfer *transfer = &transport->transfers[i];

		if (transfer->pipe == pipe && !is_idle(transport, transfer))
			room += transfer->asked;
	}
	ptp_unlock(&transport->lock);
	return room;
}

/* Removes and returns the oldest that the caller wants to see, or NULL. */
static PtpTransfer *
pop_done(PtpTransport *transport, gboolean wants_out)
{
	for (guint i = 0; i < transport->n_done; i++) {
		PtpTransfer *transfer = transport->done[i];

		if (transfer->pipe == PTP_PIPE_OUT && !wants_out &&
		    transfer->status == LIBUSB_TRANSFER_COMPLETED)
			continue;
		transport->n_done--;
		memmove(&transport->done[i], &transport->done[i + 1],
			(transport->n_done - i) * sizeof(transport->done[0]));
		return transfer;
	}
	return NULL;
}

static PtpWait
reap_locked(PtpTransport *transport, guint timeout_ms, PtpTransfer **out)
{
	gint64 begin_us = g_get_monotonic_time();

	while ((*out = pop_done(transport, transport->wants_out)) == NULL) {
		gint64 until_us = MAX(begin_us, transport->progress_us) +
				  timeout_ms * INT64_C(1000);

		if (transport->is_gone)
			return PTP_WAIT_GONE;
		if (transport->is_cancelled)
			return PTP_WAIT_CANCELLED;
		if (transport->wants_out && transport->is_woken) {
			transport->is_woken = FALSE;
			return PTP_WAIT_WOKEN;
		}
		if (g_get_monotonic_time() >= until_us)
			return PTP_WAIT_TIMEOUT;
		ptp_lock_wait(&transport->lock, until_us);
	}
	return PTP_WAIT_DONE;
}

PtpWait
ptp_transport_reap(PtpTransport *transport, gboolean wants_out, guint timeout_ms, PtpTransfer **out)
{
	device_watch_set(transport->device, timeout_ms + WATCH_MARGIN_MS);
	ptp_lock(&transport->lock);
	transport->wants_out = wants_out;
	PtpWait result = reap_locked(transport, timeout_ms, out);
	transport->wants_out = FALSE;
	ptp_unlock(&transport->lock);
	return result;
}

void
ptp_transport_wake(PtpTransport *transport)
{
	tell(transport, &transport->is_woken);
}

static void
forget_done(PtpTransport *transport, PtpPipe pipe)
{
	guint n_kept = 0;

	for (guint i = 0; i < transport->n_done; i++) {
		if (transport->done[i]->pipe != pipe)
			transport->done[n_kept++] = transport->done[i];
	}
	transport->n_done = n_kept;
}

gboolean
ptp_transport_stop(PtpTransport *transport, PtpPipe pipe)
{
	gint64 until_us = ptp_lock_deadline(STOP_MS);

	/* The newest first: what stands behind a cancelled transfer must not overtake it. */
	for (guint i = N_TRANSFERS; i-- > 0 && ptp_transport_in_flight(transport, pipe) > 0;) {
		if (transport->transfers[i].pipe == pipe)
			libusb_cancel_transfer(transport->transfers[i].usb);
	}
	ptp_lock(&transport->lock);
	transport->wants_out = TRUE;
	while (transport->n_in_flight[pipe] > 0 && ptp_lock_wait(&transport->lock, until_us))
		;
	transport->wants_out = FALSE;
	forget_done(transport, pipe);
	gboolean stopped = transport->n_in_flight[pipe] == 0;
	ptp_unlock(&transport->lock);
	return stopped;
}

int
ptp_transport_control(PtpTransport *transport, uint8_t type, uint8_t request, unsigned char *bytes,
		      uint16_t n, guint timeout_ms)
{
	device_watch_set(transport->device, timeout_ms + PTP_CONTROL_STOP_MS + WATCH_MARGIN_MS);
	int code = ptp_control_run(transport->control, type, request, bytes, n, timeout_ms);
	if (code == LIBUSB_ERROR_NO_DEVICE)
		on_gone(transport);
	return code;
}

void
ptp_transport_clear_halt(PtpTransport *transport, uint8_t endpoint)
{
	libusb_clear_halt(transport->usb.handle, endpoint);
}

gboolean
ptp_transport_next_event(PtpTransport *transport, PtpEvent *out)
{
	return ptp_events_next(transport->events, out);
}
