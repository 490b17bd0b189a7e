/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One usbfs file that some client has open, as the player sees it: the pair of channels of
 * usb-wire.h. A connection first waits for its hello; the urb channel's hello makes the file, the
 * call channel's (always second, from the same client) completes it. Calls are handled after
 * everything that was submitted before them, as a kernel would.
 */
#include "usb-file.h"

struct usb_file {
	struct usb_port *port; /* no-ref */
	GPtrArray *files; /* no-ref; where the file is listed while its urb channel is open */
	const struct usb_file_events *events;
	guint64 id; /* 0 until the first channel said hello */
	struct channel *urbs;
	struct channel *calls; /* NULL until it said hello */
};

static void
on_urb_message(gpointer data, const struct wire_header *header, const guint8 *payload)
{
	struct usb_file *file = data;

	if (header->kind == WIRE_SUBMIT)
		file->events->submitted(file->port, file, header, payload);
	else if (header->kind == WIRE_DISCARD)
		file->events->discarded(file->port, file, header->token);
}

static void
on_urb_closed(gpointer data)
{
	struct usb_file *file = data;

	file->events->closed(file->port, file);
	g_ptr_array_remove(file->files, file);
}

static void
on_call_message(gpointer data, const struct wire_header *header, const guint8 *payload)
{
	struct usb_file *file = data;

	channel_drain(file->urbs);
	if (header->kind == WIRE_CALL)
		file->events->called(file->port, file, header, payload);
}

static void
on_call_closed(gpointer data)
{
	struct usb_file *file = data;

	g_clear_pointer(&file->calls, channel_free);
}

/* `newcomer` turned out to be the second channel of a file that is open already. */
static void
join_file(struct usb_file *newcomer, guint64 id)
{
	GPtrArray *files = newcomer->files;

	for (guint i = 0; i < files->len; i++) {
		struct usb_file *file = files->pdata[i];

		if (file->id != id || file->calls)
			continue;
		file->calls = g_steal_pointer(&newcomer->urbs);
		channel_set_handlers(file->calls, on_call_message, on_call_closed, file);
		g_ptr_array_remove(files, newcomer);
		return;
	}
	channel_hang_up(newcomer->urbs);
}

static void
on_hello(gpointer data, const struct wire_header *header, const guint8 *payload)
{
	struct usb_file *file = data;

	(void)payload;
	if (header->kind == WIRE_HELLO && header->code == WIRE_CHANNEL_CALL) {
		join_file(file, header->token);
	} else if (header->kind == WIRE_HELLO) {
		file->id = header->token;
		channel_set_handlers(file->urbs, on_urb_message, on_urb_closed, file);
	} else {
		channel_hang_up(file->urbs);
	}
}

void
usb_file_accept(struct usb_port *port, GPtrArray *files, const struct usb_file_events *events,
		int fd)
{
	struct usb_file *file = g_new0(struct usb_file, 1);

	file->port = port;
	file->files = files;
	file->events = events;
	file->urbs = channel_new(fd, on_hello, on_urb_closed, file);
	g_ptr_array_add(files, file);
}

void
usb_file_free(struct usb_file *file)
{
	g_clear_pointer(&file->urbs, channel_free);
	g_clear_pointer(&file->calls, channel_free);
	g_free(file);
}

void
usb_file_complete(struct usb_file *file, const struct wire_header *submitted, int status,
		  const guint8 *data, gsize length)
{
	struct wire_header header = {.kind = WIRE_COMPLETION,
				     .token = submitted->token,
				     .status = status,
				     .actual_length = length,
				     .payload_length = data ? length : 0};

	channel_send(file->urbs, &header, data);
}

void
usb_file_return(struct usb_file *file, int status, const guint8 *data, gsize length)
{
	struct wire_header header = {
		.kind = WIRE_RETURN, .status = status, .payload_length = length};

	channel_send(file->calls, &header, data);
}

void
usb_file_hang_up(struct usb_file *file)
{
	channel_hang_up(file->urbs);
	if (file->calls)
		channel_hang_up(file->calls);
}
