/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is behind the emulated USB port: our own responder, or a FunctionFS gadget in another
 * process. The port calls in, in transfers of the client's size; the backend never calls out except
 * usb_port_pump() when it became ready after -EAGAIN.
 */
#pragma once

#include <glib.h>

struct backend;
struct usb_port;

struct backend_class {
	/*
	 * One transfer's worth of host data. 0: taken; -EAGAIN: not now, the same again later;
	 * -EPIPE: stall; -ESHUTDOWN: this is where the cable comes out.
	 */
	int (*out)(struct backend *backend, const guint8 *data, gsize length);
	/* Fills one transfer. Bytes (0 = zero-length packet) or an error as above. */
	gssize (*in)(struct backend *backend, guint8 *data, gsize length);
	gssize (*interrupt)(struct backend *backend, guint8 *data, gsize length);
	/* `data` goes by the direction in setup[0]. Bytes moved, or -EPIPE. */
	gssize (*control)(struct backend *backend, const guint8 setup[8], guint8 *data,
			  gsize length);
	/* Plugged anew, or reset by the host. */
	void (*reset)(struct backend *backend);
	void (*cable_out)(struct backend *backend);
	void (*free)(struct backend *backend);
};

struct backend {
	const struct backend_class *class;
	struct usb_port *port; /* no-ref; set by the device before the first call */
};
