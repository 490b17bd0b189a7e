/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One usbfs file that some client has open, as the player sees it: see usb-file.c. */
#pragma once

#include "channel.h"

struct usb_file;
struct usb_port;

struct usb_file_events {
	/* `payload` lives during the call only. */
	void (*submitted)(struct usb_port *port, struct usb_file *file,
			  const struct wire_header *header, const guint8 *payload);
	void (*discarded)(struct usb_port *port, struct usb_file *file, guint64 token);
	/* Ends in usb_file_return(). */
	void (*called)(struct usb_port *port, struct usb_file *file,
		       const struct wire_header *header, const guint8 *payload);
	void (*closed)(struct usb_port *port, struct usb_file *file);
};

/*
 * Takes `fd`, a fresh connection, and lists it in `files` (which must free with usb_file_free). A
 * file leaves the list when its client closes it.
 */
void usb_file_accept(struct usb_port *port, GPtrArray *files, const struct usb_file_events *events,
		     int fd);
void usb_file_free(struct usb_file *file);

void usb_file_complete(struct usb_file *file, const struct wire_header *header, int status,
		       const guint8 *data, gsize length);
void usb_file_return(struct usb_file *file, int status, const guint8 *data, gsize length);

/* No more messages either way; the client reads what was sent, then sees the end. */
void usb_file_hang_up(struct usb_file *file);
