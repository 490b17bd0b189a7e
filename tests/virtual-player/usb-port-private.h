/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What usb-port.c (transfers) and usb-calls.c (everything else that usbfs does) share. */
#pragma once

#include "usb-file.h"
#include "usb-port.h"

#define SETUP_LENGTH 8

enum queue { QUEUE_OUT, QUEUE_IN, QUEUE_INTERRUPT, N_QUEUES };

struct usb_port {
	struct backend *backend; /* no-ref */
	usb_port_unplug_cb unplug;
	usb_port_reset_cb reset;
	gpointer cable_data; /* of both */
	GPtrArray *files;
	GQueue queues[N_QUEUES];
	struct usb_file *claimant; /* no-ref */
	char *socket_path;
	int listen_fd;
	guint listen_source;
	int timer_fd;
	guint timer_source;
	gint64 free_at_ns; /* monotonic; the cable is busy, or the device thinks, until then */
	struct urb *parked; /* NULL: none; an IN transfer that the cable still carries */
	guint64 bandwidth;
	gboolean is_plugged;
	gboolean is_held;
	gboolean is_pumping;
	guint8 *scratch; /* what goes to the host is made here */
	gsize scratch_size;
};

/* usb-calls.c: answers one ioctl that is not about transfers. */
void usb_port_call(struct usb_port *port, struct usb_file *file, const struct wire_header *header,
		   const guint8 *payload);

/* usb-calls.c: a control request that came as a transfer. */
void usb_port_submit_control(struct usb_port *port, struct usb_file *file,
			     const struct wire_header *header, const guint8 *payload);
