/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder that stands for /sys and /dev in the clients: see testbed.c. */
#pragma once

#include <glib.h>

struct testbed;

/* What sysfs and udev say about a plugged device. All strings are borrowed during the call. */
struct usb_identity {
	guint slot; /* 1-based hub port: the device is 1-<slot> */
	guint address;
	guint vendor_id;
	guint product_id;
	const char *manufacturer;
	const char *product;
	const char *serial;
	gboolean is_listed; /* udev knows it as an MTP player (ID_MTP_DEVICE) */
	const guint8 *descriptors;
	gsize descriptors_length;
};

struct testbed *testbed_new(GError **error);
void testbed_free(struct testbed *testbed);

const char *testbed_get_root(const struct testbed *testbed);

/* A USB address that no device had lately. */
guint testbed_next_address(struct testbed *testbed);

/* Where the socket of a device listens (usb-wire.h); free with g_free(). */
char *testbed_socket_path(const struct testbed *testbed, guint address);

/* Creates node and sysfs entries, then announces them. The socket must listen by then. */
gboolean testbed_add(struct testbed *testbed, const struct usb_identity *identity, GError **error);
void testbed_remove(struct testbed *testbed, const struct usb_identity *identity);
