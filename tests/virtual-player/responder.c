/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An MTP responder, as the device behind a port: what it sends, what it does on the control endpoint,
 * what the cable does to it. transaction.c runs the transactions.
 */
#include "responder-private.h"

#include <errno.h>
#include <string.h>

#include "control-transfer.h"
#include "object.h"
#include "outbox.h"
#include "responses.h"
#include "usb-port.h"

GByteArray *
responder_new_container(enum container_type type, guint16 code, guint32 transaction,
			guint64 payload)
{
	GByteArray *container = g_byte_array_sized_new(64);

	put_u32(container, MIN(HEADER_LENGTH + payload, G_MAXUINT32));
	put_u16(container, type);
	put_u16(container, code);
	put_u32(container, transaction);
	return container;
}

struct object *
responder_get_announced(struct responder *responder)
{
	return g_hash_table_lookup(responder->store->by_handle,
				   GUINT_TO_POINTER(responder->announced.handle));
}

static gssize
responder_in(struct backend *backend, guint8 *data, gsize length)
{
	struct responder *responder = (struct responder *)backend;
	gssize result = outbox_fetch(responder->outbox, data, length);

	if (result != -EBUSY)
		return result;
	usb_port_set_held(backend->port, TRUE);
	return -EAGAIN;
}

static gssize
responder_interrupt(struct backend *backend, guint8 *data, gsize length)
{
	struct responder *responder = (struct responder *)backend;
	GBytes *event = g_queue_pop_head(&responder->events);

	if (!event)
		return -EAGAIN;
	length = MIN(length, g_bytes_get_size(event));
	memcpy(data, g_bytes_get_data(event, NULL), length);
	g_bytes_unref(event);
	return length;
}

static void
abandon_transaction(struct responder *responder, enum partial_mode mode)
{
	responder->inbox->phase = PHASE_IDLE;
	outbox_clear(responder->outbox);
	responder_drop_announced(responder, mode);
}

static gssize
device_status(struct responder *responder, guint8 *data, gsize length)
{
	g_autoptr(GByteArray) status = g_byte_array_new();
	gboolean is_held = usb_port_is_held(responder->backend.port);

	put_u16(status, 4);
	put_u16(status, is_held ? RESPONSE_DEVICE_BUSY : RESPONSE_OK);
	length = MIN(length, status->len);
	memcpy(data, status->data, length);
	return length;
}

static gssize
responder_control(struct backend *backend, const guint8 setup[8], guint8 *data, gsize length)
{
	struct responder *responder = (struct responder *)backend;

	if ((setup[0] & 0x7F) != 0x21)
		return usb_standard_request(responder->profile, setup, data, length);
	switch (setup[1]) {
	case CLASS_CANCEL:
		abandon_transaction(responder, responder->profile->partial_on_cancel);
		return length;
	case CLASS_RESET:
		abandon_transaction(responder, responder->profile->partial_on_cancel);
		responder->session = 0;
		return length;
	case CLASS_STATUS: return device_status(responder, data, length);
	default: return -EPIPE;
	}
}

static void
responder_reset(struct backend *backend)
{
	struct responder *responder = (struct responder *)backend;

	abandon_transaction(responder, responder->profile->partial_on_unplug);
	responder->session = 0;
	g_queue_clear_full(&responder->events, (GDestroyNotify)g_bytes_unref);
}

static void
responder_reset_by_host(struct backend *backend)
{
	((struct responder *)backend)->statistics.resets++;
	responder_reset(backend);
}

static void
responder_free(struct backend *backend)
{
	struct responder *responder = (struct responder *)backend;

	g_queue_clear_full(&responder->events, (GDestroyNotify)g_bytes_unref);
	statistics_clear(&responder->statistics);
	g_byte_array_unref(responder->inbox->gathered);
	g_byte_array_unref(responder->inbox->request.dataset);
	g_free(responder->inbox);
	outbox_free(responder->outbox);
	faults_free(responder->faults);
	g_free(responder);
}

static const struct backend_class responder_class = {
	.out = responder_out,
	.in = responder_in,
	.interrupt = responder_interrupt,
	.control = responder_control,
	.reset = responder_reset_by_host,
	.cable_out = responder_reset,
	.free = responder_free,
};

struct responder *
responder_new(struct profile *profile, struct store *store)
{
	struct responder *responder = g_new0(struct responder, 1);

	responder->backend.class = &responder_class;
	responder->profile = profile;
	responder->store = store;
	responder->faults = faults_new();
	statistics_init(&responder->statistics);
	responder->outbox = outbox_new(store);
	responder->inbox = g_new0(struct inbox, 1);
	responder->inbox->gathered = g_byte_array_new();
	responder->inbox->request.dataset = g_byte_array_new();
	g_queue_init(&responder->events);
	return responder;
}

void
responder_send_event(struct responder *responder, guint16 code, guint32 parameter)
{
	GByteArray *event;

	if (!responder->session || !profile_has(responder->profile->events, code))
		return;
	event = responder_new_container(CONTAINER_EVENT, code, responder->inbox->request.id, 4);
	put_u32(event, parameter);
	g_queue_push_tail(&responder->events, g_byte_array_free_to_bytes(event));
	usb_port_pump(responder->backend.port);
}

gboolean
responder_is_idle(const struct responder *responder)
{
	return responder->inbox->phase == PHASE_IDLE && outbox_is_empty(responder->outbox);
}

void
responder_drop_announced(struct responder *responder, enum partial_mode mode)
{
	struct object *object = responder_get_announced(responder);

	responder->announced.handle = 0;
	if (!object || !object->is_hidden)
		return;
	object->is_hidden = FALSE;
	if (mode == PARTIAL_DELETED)
		store_remove(responder->store, object);
}
