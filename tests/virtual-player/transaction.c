/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The course of a transaction. A command container comes in; its data come in or go out; a response
 * goes out. A file's bytes go straight to its object, everything else is gathered first and carried
 * out when it is complete. Faults strike at fixed points of this course and nowhere else.
 *
 * Law: one transaction at a time; it is counted when its command arrives.
 */
#include <errno.h>
#include <string.h>

#include "object.h"
#include "outbox.h"
#include "responder-private.h"
#include "responses.h"
#include "usb-port.h"

#define MAX_GATHERED (64u << 20)
#define UNKNOWN_LENGTH G_MAXUINT64
#define OPERATION_SEND_OBJECT 0x100D
#define OPERATION_GET_OBJECT_PROP_LIST 0x9805

static void
send_response(struct responder *responder, guint16 code)
{
	const struct request *request = &responder->inbox->request;
	const struct fault *fault = &responder->inbox->fault;
	GByteArray *container = responder_new_container(CONTAINER_RESPONSE, code, request->id,
							4 * request->n_results);

	for (guint i = 0; i < request->n_results; i++)
		put_u32(container, request->results[i]);
	faults_mangle(responder->faults, container);
	if (fault->kind == FAULT_UNPLUG_AFTER || fault->kind == FAULT_UNPLUG_DATA)
		outbox_add_trap(responder->outbox, TRAP_UNPLUG);
	if (fault->kind == FAULT_HOLD)
		outbox_add_trap(responder->outbox, TRAP_HOLD);
	if (fault->kind == FAULT_STALL)
		outbox_add_trap(responder->outbox, TRAP_STALL);
	outbox_add(responder->outbox, container, 0, 0, 0);
	if (fault->kind == FAULT_SHORT && outbox_last_length(responder->outbox) == container->len &&
	    !request->dataset->len && !request->contents)
		outbox_cut_last(responder->outbox, HEADER_LENGTH / 2, FALSE);
	responder->inbox->phase = PHASE_IDLE;
}

/* Sends the header alone; returns the rest. */
static GByteArray *
split_header(struct responder *responder, GByteArray *container)
{
	gsize header = MIN(container->len, HEADER_LENGTH);
	GByteArray *rest = g_byte_array_new();

	g_byte_array_append(rest, container->data + header, container->len - header);
	g_byte_array_set_size(container, header);
	outbox_add(responder->outbox, container, 0, 0, 0);
	return rest;
}

static void
send_data(struct responder *responder)
{
	const struct request *request = &responder->inbox->request;
	enum fault_kind fault = responder->inbox->fault.kind;
	guint64 length = request->contents ? request->contents_length : request->dataset->len;
	GByteArray *container =
		responder_new_container(CONTAINER_DATA, request->code, request->id, length);

	g_byte_array_append(container, request->dataset->data, request->dataset->len);
	responder->statistics.bytes_out += length;
	faults_mangle(responder->faults, container);
	if (responder->profile->split_headers && length > 0)
		container = split_header(responder, container);
	outbox_add(responder->outbox, container, request->contents ? request->contents->handle : 0,
		   request->contents_offset, request->contents ? length : 0);
	if (fault == FAULT_UNPLUG_DATA || fault == FAULT_SHORT)
		outbox_cut_last(responder->outbox, HEADER_LENGTH + length / 2,
				fault == FAULT_UNPLUG_DATA);
}

/* The response that the transaction gets whatever it asks; RESPONSE_OK: carry it out. */
static guint16
check_transaction(struct responder *responder)
{
	const struct operation *operation = responder->inbox->operation;
	const struct fault *fault = &responder->inbox->fault;

	if (fault->kind == FAULT_SESSION_LOSS)
		responder->session = 0;
	if (fault->kind == FAULT_ERROR)
		return fault->code;
	if (!operation || !profile_has(responder->profile->operations, operation->code))
		return RESPONSE_OPERATION_NOT_SUPPORTED;
	if (!responder->session && !operation->needs_no_session)
		return RESPONSE_SESSION_NOT_OPEN;
	return RESPONSE_OK;
}

static void
carry_out(struct responder *responder)
{
	struct inbox *inbox = responder->inbox;
	guint16 response = check_transaction(responder);
	gboolean has_data = inbox->operation && inbox->operation->data_phase == DATA_TO_HOST;

	inbox->request.data = (struct reader){inbox->gathered->data, inbox->gathered->len, FALSE};
	if (response == RESPONSE_OK)
		response = inbox->operation->carry_out(responder, &inbox->request);
	if (response == RESPONSE_OK && has_data)
		send_data(responder);
	send_response(responder, response);
}

/* Bytes of the coming data phase as announced: the container's field has but 32 bits, and libmtp
 * lets it overflow. A size that is not known ends with a short packet. */
static guint64
expected_length(const struct responder *responder, guint32 container_length)
{
	guint64 announced = responder->announced.size;

	if (responder->inbox->request.code == OPERATION_SEND_OBJECT &&
	    responder->announced.handle &&
	    (announced == G_MAXUINT64 || container_length == G_MAXUINT32 ||
	     (guint32)(announced + HEADER_LENGTH) == container_length))
		return announced;
	if (container_length == G_MAXUINT32)
		return UNKNOWN_LENGTH;
	return container_length - MIN(container_length, HEADER_LENGTH);
}

static void
keep_payload(struct responder *responder, const guint8 *data, gsize length)
{
	struct inbox *inbox = responder->inbox;
	struct object *object = responder_get_announced(responder);

	inbox->received += length;
	responder->statistics.bytes_in += length;
	if (inbox->request.code == OPERATION_SEND_OBJECT) {
		if (object && check_transaction(responder) == RESPONSE_OK) {
			guint64 offset = object->size;

			object_append(responder->store, object, data, length);
			faults_spoil_stored(responder->faults, object->data, offset, length);
		}
	} else if (inbox->gathered->len + length <= MAX_GATHERED) {
		g_byte_array_append(inbox->gathered, data, length);
	}
}

static gboolean
is_refused(const struct responder *responder)
{
	enum fault_kind fault = responder->inbox->fault.kind;

	return fault == FAULT_REFUSE || fault == FAULT_STALL_DATA;
}

/* In the middle of them. */
static int
refuse_data(struct responder *responder)
{
	const struct fault *fault = &responder->inbox->fault;

	responder_drop_announced(responder, responder->profile->partial_on_cancel);
	if (fault->kind == FAULT_STALL_DATA) {
		send_response(responder, RESPONSE_INCOMPLETE_TRANSFER);
		return -EPIPE;
	}
	send_response(responder, fault->code);
	responder->inbox->phase = PHASE_REFUSED;
	return 0;
}

static int
take_payload(struct responder *responder, const guint8 *data, gsize length, gboolean is_last)
{
	struct inbox *inbox = responder->inbox;
	gboolean is_cut;
	gsize arrived = faults_let_through(responder->faults, length, &is_cut);

	keep_payload(responder, data, arrived);
	if (is_cut)
		return -ESHUTDOWN;
	if (inbox->fault.kind == FAULT_UNPLUG_DATA &&
	    (inbox->received * 2 >= inbox->expected || is_last))
		return -ESHUTDOWN;
	if (inbox->received * 2 >= inbox->expected && !is_last && is_refused(responder))
		return refuse_data(responder);
	if (inbox->received < inbox->expected && !is_last)
		return 0;
	if (inbox->received < inbox->expected && inbox->expected != UNKNOWN_LENGTH) {
		responder_drop_announced(responder, responder->profile->partial_on_cancel);
		send_response(responder, RESPONSE_INCOMPLETE_TRANSFER);
		return 0;
	}
	carry_out(responder);
	return 0;
}

/* Whether a transfer of so many bytes ends with a short packet. */
static gboolean
is_short(const struct responder *responder, gsize length)
{
	return length % responder->profile->packet_bytes != 0;
}

static int
take_data_header(struct responder *responder, const guint8 *data, gsize length)
{
	struct inbox *inbox = responder->inbox;
	struct reader reader = {data, length, FALSE};
	guint32 container_length = read_number(&reader, 4);
	guint16 type = read_number(&reader, 2);
	guint16 code = read_number(&reader, 2);

	read_number(&reader, 4);
	if (reader.is_short || type != CONTAINER_DATA || code != inbox->request.code) {
		g_message("no data container after the command 0x%04x", inbox->request.code);
		inbox->phase = PHASE_IDLE;
		return -EPIPE;
	}
	inbox->phase = PHASE_DATA;
	inbox->expected = expected_length(responder, container_length);
	inbox->received = 0;
	/* A device that wants it so loses what comes beside the header. */
	if (responder->profile->split_headers)
		reader.left = 0;
	/* A header alone in its packet is allowed, and says nothing about the end. */
	if (reader.left == 0 && inbox->expected > 0)
		return 0;
	return take_payload(responder, reader.data, reader.left, is_short(responder, length));
}

static int
begin_transaction(struct responder *responder)
{
	struct inbox *inbox = responder->inbox;
	struct request *request = &inbox->request;

	inbox->operation = operation_lookup(request->code);
	inbox->fault = faults_begin_transaction(responder->faults);
	statistics_count(&responder->statistics, request->code);
	if (request->code == OPERATION_GET_OBJECT_PROP_LIST)
		statistics_count_list(&responder->statistics, request->parameters[2]);
	usb_port_delay(responder->backend.port, responder->profile->latency_us);
	g_byte_array_set_size(inbox->gathered, 0);
	if (inbox->fault.kind == FAULT_UNPLUG_BEFORE)
		return -ESHUTDOWN;
	if (inbox->operation && inbox->operation->data_phase == DATA_FROM_HOST)
		inbox->phase = PHASE_DATA_HEADER;
	else
		carry_out(responder);
	return 0;
}

static int
take_command(struct responder *responder, const guint8 *data, gsize length)
{
	struct request *request = &responder->inbox->request;
	struct reader reader = {data, length, FALSE};
	guint32 container_length = read_number(&reader, 4);
	guint16 type = read_number(&reader, 2);
	GByteArray *dataset = request->dataset;

	if (length == 0)
		return 0; /* the empty packet after a data phase */
	memset(request, 0, sizeof *request);
	request->dataset = dataset;
	g_byte_array_set_size(dataset, 0);
	request->code = read_number(&reader, 2);
	request->id = read_number(&reader, 4);
	if (reader.is_short || type != CONTAINER_COMMAND || container_length != length) {
		g_message("not a command container: %" G_GSIZE_FORMAT " bytes, type %u", length,
			  type);
		return -EPIPE;
	}
	for (guint i = 0; i < MAX_PARAMETERS && reader.left >= 4; i++)
		request->parameters[i] = read_number(&reader, 4);
	outbox_clear(responder->outbox);
	return begin_transaction(responder);
}

int
responder_out(struct backend *backend, const guint8 *data, gsize length)
{
	struct responder *responder = (struct responder *)backend;

	if (length == 0)
		responder->statistics.empty_packets++;
	switch (responder->inbox->phase) {
	case PHASE_IDLE: return take_command(responder, data, length);
	case PHASE_DATA_HEADER: return take_data_header(responder, data, length);
	case PHASE_DATA:
		return take_payload(responder, data, length,
				    is_short(responder, length) || length == 0);
	case PHASE_REFUSED: return -EAGAIN;
	}
	return -EPIPE;
}
