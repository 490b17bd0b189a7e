/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The player's side of the emulated usbfs: see usb-port.c. */
#pragma once

#include "backend.h"

/* Called when the backend asked for the cable to come out; must end in usb_port_unplug(). */
typedef void (*usb_port_unplug_cb)(gpointer data);

/* Called when a host has reset the port. TRUE: the device leaves the bus because of that, later. */
typedef gboolean (*usb_port_reset_cb)(gpointer data);

struct usb_port *usb_port_new(struct backend *backend, usb_port_unplug_cb unplug,
			      usb_port_reset_cb reset, gpointer data);
void usb_port_free(struct usb_port *port);

/* Starts to listen at `socket_path`. */
gboolean usb_port_plug(struct usb_port *port, const char *socket_path, GError **error);

/* Every client sees the cable go: pending transfers end with ESHUTDOWN, then ENODEV. */
void usb_port_unplug(struct usb_port *port);
gboolean usb_port_is_plugged(const struct usb_port *port);

/* Moves what can be moved. */
void usb_port_pump(struct usb_port *port);

/* Nothing moves on the bulk endpoints before so much time has passed. */
void usb_port_delay(struct usb_port *port, guint64 microseconds);
void usb_port_set_bandwidth(struct usb_port *port, guint64 bytes_per_second);
void usb_port_set_held(struct usb_port *port, gboolean is_held);
gboolean usb_port_is_held(const struct usb_port *port);
