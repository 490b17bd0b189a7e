/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An unmodified umtprd, as the device behind the port: a second opinion on how a responder behaves,
 * from people who did not write ours. It believes that it writes to FunctionFS (gadget-preload.c).
 * It dies with the player, whatever happens to the player.
 */
#include "gadget.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <linux/usb/functionfs.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control-transfer.h"
#include "dataset.h"
#include "gadget-process.h"
#include "usb-port.h"

#define START_TIMEOUT_MS 5000
#define CONTROL_TIMEOUT_MS 1000

/* A write of the daemon that the host has not taken completely. */
struct frame {
	GByteArray *bytes; /* length and data, as they come */
	gsize taken;
};

struct gadget {
	struct backend backend; /* must be first */
	const struct profile *profile; /* no-ref */
	struct statistics statistics;
	GSubprocess *process;
	int fds[GADGET_ENDPOINTS];
	guint sources[GADGET_ENDPOINTS];
	struct frame frames[GADGET_ENDPOINTS];
	GByteArray *gathered; /* of an IN transfer that is neither full nor ended */
	gboolean wants_transfer;
	gboolean is_enabled;
};

static void
send_event(struct gadget *gadget, enum usb_functionfs_event_type type, const guint8 *setup)
{
	struct usb_functionfs_event event = {.type = type};

	if (setup)
		memcpy(&event.u.setup, setup, sizeof event.u.setup);
	if (send(gadget->fds[GADGET_CONTROL], &event, sizeof event, MSG_NOSIGNAL) < 0)
		g_message("umtprd takes no event: %s", g_strerror(errno));
}

/* The daemon is reading, so this does not block for long; a dead one fails at once. */
static gboolean
send_all(int fd, const void *data, gsize length)
{
	const guint8 *from = data;

	while (length) {
		gssize sent = send(fd, from, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return FALSE;
		from += sent;
		length -= sent;
	}
	return TRUE;
}

static gboolean
frame_is_complete(const struct frame *frame)
{
	guint32 length;

	if (frame->bytes->len < sizeof length)
		return FALSE;
	memcpy(&length, frame->bytes->data, sizeof length);
	return frame->bytes->len >= sizeof length + length;
}

static void
finish_frame(struct gadget *gadget, enum gadget_endpoint endpoint, gint32 result)
{
	g_byte_array_set_size(gadget->frames[endpoint].bytes, 0);
	gadget->frames[endpoint].taken = 0;
	send_all(gadget->fds[endpoint], &result, sizeof result);
}

static void
refuse_transfer(struct gadget *gadget)
{
	guint32 answer = GADGET_SHUT_DOWN;

	gadget->wants_transfer = FALSE;
	send_all(gadget->fds[GADGET_OUT], &answer, sizeof answer);
}

static gboolean
on_in_frame(struct gadget *gadget, enum gadget_endpoint endpoint)
{
	struct frame *frame = &gadget->frames[endpoint];
	guint8 block[65536];
	gssize got = recv(gadget->fds[endpoint], block, sizeof block, MSG_DONTWAIT);

	if (got == 0 || (got < 0 && errno != EAGAIN))
		return FALSE;
	g_byte_array_append(frame->bytes, block, MAX(got, 0));
	return TRUE;
}

static gboolean
on_transfer_wanted(struct gadget *gadget)
{
	char byte;
	gssize got = recv(gadget->fds[GADGET_OUT], &byte, 1, MSG_DONTWAIT);

	if (got == 0 || (got < 0 && errno != EAGAIN))
		return FALSE;
	gadget->wants_transfer = TRUE; /* with the cable out it waits for the next host */
	return TRUE;
}

static gboolean
on_endpoint(int fd, GIOCondition condition, gpointer data)
{
	struct gadget *gadget = data;
	enum gadget_endpoint endpoint = GADGET_IN;
	gboolean is_open;

	while (gadget->fds[endpoint] != fd)
		endpoint++;
	is_open = endpoint == GADGET_OUT ? on_transfer_wanted(gadget)
					 : on_in_frame(gadget, endpoint);
	if (is_open) {
		usb_port_pump(gadget->backend.port);
		return G_SOURCE_CONTINUE;
	}
	g_message("umtprd closed endpoint %d", endpoint);
	gadget->sources[endpoint] = 0;
	return G_SOURCE_REMOVE;
}

/*
 * Command containers are told from data by their form; a test that sends such data sees it counted.
 */
static void
count(struct gadget *gadget, const guint8 *data, gsize length)
{
	struct reader reader = {data, length, FALSE};
	guint32 container_length = read_number(&reader, 4);
	guint16 type = read_number(&reader, 2);
	guint16 code = read_number(&reader, 2);

	if (length >= 12 && length <= 32 && container_length == length && type == 1)
		statistics_count(&gadget->statistics, code);
	else
		gadget->statistics.bytes_in += length;
}

static int
gadget_out(struct backend *backend, const guint8 *data, gsize length)
{
	struct gadget *gadget = (struct gadget *)backend;
	guint32 announced = length;

	if (!gadget->wants_transfer)
		return -EAGAIN;
	gadget->wants_transfer = FALSE;
	count(gadget, data, length);
	if (!send_all(gadget->fds[GADGET_OUT], &announced, sizeof announced) ||
	    !send_all(gadget->fds[GADGET_OUT], data, length))
		return -ESHUTDOWN;
	return 0;
}

/*
 * Bytes of the daemon's write; -EAGAIN when there is none. `is_last`: it ended with a short packet.
 */
static gssize
take_from_frame(struct gadget *gadget, enum gadget_endpoint endpoint, guint8 *data, gsize length,
		gboolean *is_last)
{
	struct frame *frame = &gadget->frames[endpoint];
	gsize total, part;

	if (!frame_is_complete(frame))
		return -EAGAIN;
	total = frame->bytes->len - sizeof(guint32);
	part = MIN(length, total - frame->taken);
	memcpy(data, frame->bytes->data + sizeof(guint32) + frame->taken, part);
	frame->taken += part;
	*is_last = frame->taken == total && (total % GADGET_MAX_PACKET || total == 0);
	if (frame->taken == total)
		finish_frame(gadget, endpoint, 0);
	return part;
}

static gssize
gadget_in(struct backend *backend, guint8 *data, gsize length)
{
	struct gadget *gadget = (struct gadget *)backend;
	GByteArray *gathered = gadget->gathered;
	gboolean is_last = FALSE;
	gsize filled = MIN(gathered->len, length);

	if (filled > 0)
		memcpy(data, gathered->data, filled);
	while (filled < length && !is_last) {
		gssize got = take_from_frame(gadget, GADGET_IN, data + filled, length - filled,
					     &is_last);

		if (got < 0) {
			/* The transfer goes on when the daemon writes more. */
			g_byte_array_set_size(gathered, 0);
			g_byte_array_append(gathered, data, filled);
			return -EAGAIN;
		}
		filled += got;
	}
	g_byte_array_set_size(gathered, 0);
	gadget->statistics.bytes_out += filled;
	return filled;
}

static gssize
gadget_interrupt(struct backend *backend, guint8 *data, gsize length)
{
	gboolean is_last;

	return take_from_frame((struct gadget *)backend, GADGET_INTERRUPT, data, length, &is_last);
}

static gssize
gadget_control(struct backend *backend, const guint8 setup[8], guint8 *data, gsize length)
{
	struct gadget *gadget = (struct gadget *)backend;
	struct pollfd answered = {gadget->fds[GADGET_CONTROL], POLLIN, 0};
	gssize got;

	if ((setup[0] & 0x60) != 0x20)
		return usb_standard_request(gadget->profile, setup, data, length);
	send_event(gadget, FUNCTIONFS_SETUP, setup);
	if (!(setup[0] & 0x80))
		return length;
	if (poll(&answered, 1, CONTROL_TIMEOUT_MS) != 1)
		return -EPIPE;
	got = recv(gadget->fds[GADGET_CONTROL], data, length, MSG_DONTWAIT);
	return got < 0 ? -EPIPE : got;
}

static void
disable(struct gadget *gadget)
{
	if (!gadget->is_enabled)
		return;
	gadget->is_enabled = FALSE;
	send_event(gadget, FUNCTIONFS_DISABLE, NULL);
	g_byte_array_set_size(gadget->gathered, 0);
	if (gadget->wants_transfer)
		refuse_transfer(gadget);
	if (frame_is_complete(&gadget->frames[GADGET_IN]))
		finish_frame(gadget, GADGET_IN, -ESHUTDOWN);
	if (frame_is_complete(&gadget->frames[GADGET_INTERRUPT]))
		finish_frame(gadget, GADGET_INTERRUPT, -ESHUTDOWN);
}

static void
gadget_reset(struct backend *backend)
{
	struct gadget *gadget = (struct gadget *)backend;

	disable(gadget);
	send_event(gadget, FUNCTIONFS_ENABLE, NULL);
	gadget->is_enabled = TRUE;
}

static void
gadget_cable_out(struct backend *backend)
{
	disable((struct gadget *)backend);
}

static void
gadget_free(struct backend *backend)
{
	struct gadget *gadget = (struct gadget *)backend;

	if (gadget->process) {
		g_subprocess_force_exit(gadget->process);
		g_subprocess_wait(gadget->process, NULL, NULL);
		g_object_unref(gadget->process);
	}
	for (int i = 0; i < GADGET_ENDPOINTS; i++) {
		g_clear_handle_id(&gadget->sources[i], g_source_remove);
		if (gadget->fds[i] >= 0)
			close(gadget->fds[i]);
		g_byte_array_unref(gadget->frames[i].bytes);
	}
	g_byte_array_unref(gadget->gathered);
	statistics_clear(&gadget->statistics);
	g_free(gadget);
}

static const struct backend_class gadget_class = {
	.out = gadget_out,
	.in = gadget_in,
	.interrupt = gadget_interrupt,
	.control = gadget_control,
	.reset = gadget_reset,
	.cable_out = gadget_cable_out,
	.free = gadget_free,
};

/* Descriptors and strings come first, as FunctionFS wants them; the layout is the one we show. */
static gboolean
receive_descriptors(struct gadget *gadget, GError **error)
{
	for (int i = 0; i < 2; i++) {
		struct pollfd written = {gadget->fds[GADGET_CONTROL], POLLIN, 0};
		guint8 message[4096];

		if (poll(&written, 1, START_TIMEOUT_MS) == 1 &&
		    recv(gadget->fds[GADGET_CONTROL], message, sizeof message, 0) > 0)
			continue;
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "umtprd does not start");
		return FALSE;
	}
	return TRUE;
}

struct gadget *
gadget_new(const struct profile *profile, GError **error)
{
	struct gadget *gadget = g_new0(struct gadget, 1);

	gadget->backend.class = &gadget_class;
	gadget->profile = profile;
	statistics_init(&gadget->statistics);
	gadget->gathered = g_byte_array_new();
	for (int i = 0; i < GADGET_ENDPOINTS; i++) {
		gadget->frames[i].bytes = g_byte_array_new();
		gadget->fds[i] = -1;
	}
	gadget->process = gadget_process_start(profile, gadget->fds, error);
	if (!gadget->process || !receive_descriptors(gadget, error)) {
		gadget_free(&gadget->backend);
		return NULL;
	}
	for (int i = GADGET_IN; i < GADGET_ENDPOINTS; i++)
		gadget->sources[i] =
			g_unix_fd_add(gadget->fds[i], G_IO_IN | G_IO_HUP, on_endpoint, gadget);
	send_event(gadget, FUNCTIONFS_BIND, NULL);
	return gadget;
}

struct backend *
gadget_get_backend(struct gadget *gadget)
{
	return &gadget->backend;
}

struct statistics *
gadget_get_statistics(struct gadget *gadget)
{
	return &gadget->statistics;
}
