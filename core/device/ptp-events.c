/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-events: the interrupt endpoint; see ptp-events.h. A transfer is one packet: an event that
 * fills whole packets would not end a longer one.
 */
#include "device/ptp-events.h"

#include "device/ptp-container.h"
#include "device/ptp-lock.h"

#define PACKET_BYTES 2048 /* at most */
#define MAX_EVENTS 4096
#define MAX_FAILURES 3 /* in a row; events are a courtesy */

struct PtpEvents {
	const PtpUsb *usb; /* no-ref */
	void (*on_gone)(void *data);
	void *data;
	struct libusb_transfer *transfer;
	unsigned char bytes[PACKET_BYTES];
	PtpEventParts parts; /* the loop's thread's */
	guint n_failures; /* the loop's thread's */

	PtpLock lock;
	/* under the lock: */
	gboolean in_flight, is_stopping, lost_some;
	PtpEvent queue[MAX_EVENTS];
	guint first, n;
};

/* Under the lock. */
static void
keep(PtpEvents *events, const PtpEvent *event)
{
	if (events->n == MAX_EVENTS) {
		events->lost_some = TRUE;
		return;
	}
	events->queue[(events->first + events->n++) % MAX_EVENTS] = *event;
}

/* Under the lock. */
static void
submit(PtpEvents *events)
{
	events->in_flight = !events->is_stopping && libusb_submit_transfer(events->transfer) == 0;
	if (!events->in_flight)
		ptp_lock_tell(&events->lock);
}

static void LIBUSB_CALL
on_done(struct libusb_transfer *transfer)
{
	PtpEvents *events = transfer->user_data;
	gboolean worked = transfer->status == LIBUSB_TRANSFER_COMPLETED;
	PtpEvent event;

	if (transfer->status == LIBUSB_TRANSFER_NO_DEVICE)
		events->on_gone(events->data);
	events->n_failures = worked ? 0 : events->n_failures + 1;
	if (transfer->status == LIBUSB_TRANSFER_NO_DEVICE ||
	    transfer->status == LIBUSB_TRANSFER_STALL)
		events->n_failures = MAX_FAILURES;
	ptp_lock(&events->lock);
	if (worked && ptp_event_feed(&events->parts, events->bytes, (gsize)transfer->actual_length,
				     transfer->actual_length < transfer->length, &event))
		keep(events, &event);
	if (events->n_failures >= MAX_FAILURES)
		events->is_stopping = events->lost_some = TRUE;
	submit(events);
	ptp_unlock(&events->lock);
}

PtpEvents *
ptp_events_new(const PtpUsb *usb, void (*on_gone)(void *data), void *data)
{
	PtpEvents *events = g_new0(PtpEvents, 1);

	events->usb = usb;
	events->on_gone = on_gone;
	events->data = data;
	ptp_lock_init(&events->lock);
	events->transfer = libusb_alloc_transfer(0);
	libusb_fill_interrupt_transfer(events->transfer, usb->handle, usb->interface.events,
				       events->bytes, (int)usb->interface.event_packet_bytes,
				       on_done, events, 0);
	ptp_lock(&events->lock);
	submit(events);
	ptp_unlock(&events->lock);
	return events;
}

gboolean
ptp_events_stop(PtpEvents *events, guint timeout_ms)
{
	gint64 until_us = ptp_lock_deadline(timeout_ms);
	gboolean in_time = TRUE;

	ptp_lock(&events->lock);
	events->is_stopping = TRUE;
	ptp_unlock(&events->lock);
	/* May have come back meanwhile: then there is nothing to cancel. */
	libusb_cancel_transfer(events->transfer);
	ptp_lock(&events->lock);
	while (events->in_flight && in_time)
		in_time = ptp_lock_wait(&events->lock, until_us);
	gboolean stopped = !events->in_flight;
	ptp_unlock(&events->lock);
	return stopped;
}

void
ptp_events_free(PtpEvents *events)
{
	libusb_free_transfer(events->transfer);
	ptp_lock_clear(&events->lock);
	g_free(events);
}

gboolean
ptp_events_next(PtpEvents *events, PtpEvent *out)
{
	gboolean found = FALSE;

	ptp_lock(&events->lock);
	if (events->n > 0) {
		*out = events->queue[events->first];
		events->first = (events->first + 1) % MAX_EVENTS;
		events->n--;
		found = TRUE;
	} else if (events->lost_some) {
		*out = (PtpEvent){.code = PTP_EVENTS_LOST};
		events->lost_some = FALSE;
		found = TRUE;
	}
	ptp_unlock(&events->lock);
	return found;
}
