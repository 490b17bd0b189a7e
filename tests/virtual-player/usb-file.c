/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One usbfs file that some client has open, as the player sees it: the pair of channels of
 * usb-wire.h. A connection first waits for its hello; the urb channel's hello makes the file, the call
 * channel's (always second, from the same client) completes it. Calls are handled after everything
 * that was submitted before them, as a kernel would.
 */
#include "usb-file.h"

struct usb_file {
	struct usb_port *port; /* no-ref */
	GPtrArray *files; /* no-ref; where the file is listed while its urb channel is open */
	const struct usb_file_events *events;
	guint64 id;
	struct channel *urbs;
	struct channel *calls; /* NULL until it said hello */
};

/* A connection before its hello. */
struct newcomer {
	struct usb_port *port;
	GPtrArray *files;
	const struct usb_file_events *events;
	struct channel *channel;
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

static void
open_file(struct newcomer *newcomer, guint64 id)
{
	struct usb_file *file = g_new0(struct usb_file, 1);

	file->port = newcomer->port;
	file->files = newcomer->files;
	file->events = newcomer->events;
	file->id = id;
	file->urbs = newcomer->channel;
	channel_set_handlers(file->urbs, on_urb_message, on_urb_closed, file);
	g_ptr_array_add(file->files, file);
}

static void
add_calls(struct newcomer *newcomer, guint64 id)
{
	for (guint i = 0; i < newcomer->files->len; i++) {
		struct usb_file *file = newcomer->files->pdata[i];

		if (file->id != id || file->calls)
			continue;
		file->calls = newcomer->channel;
		channel_set_handlers(file->calls, on_call_message, on_call_closed, file);
		return;
	}
	channel_hang_up(newcomer->channel);
}

static void
on_hello(gpointer data, const struct wire_header *header, const guint8 *payload)
{
	struct newcomer *newcomer = data;

	(void)payload;
	if (header->kind == WIRE_HELLO && header->code == WIRE_CHANNEL_URB)
		open_file(newcomer, header->token);
	else if (header->kind == WIRE_HELLO && header->code == WIRE_CHANNEL_CALL)
		add_calls(newcomer, header->token);
	else
		channel_hang_up(newcomer->channel);
	/* Whoever has not become a file's channel keeps these handlers, and needs the newcomer. */
}

static void
on_newcomer_closed(gpointer data)
{
	struct newcomer *newcomer = data;

	channel_free(newcomer->channel);
	g_free(newcomer);
}

