/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One emulated device: its flash, what answers for it, and its cable. See device.c. */
#pragma once

#include "control-transfer.h"
#include "gadget.h"
#include "responder.h"
#include "testbed.h"
#include "usb-port.h"

struct device {
	char *name;
	struct profile *profile;
	struct store *store;
	struct responder *responder; /* NULL when another process is behind the port */
	struct backend *backend; /* the responder, or that process's */
	struct statistics *statistics; /* no-ref; the backend's */
	struct usb_port *port;
	struct testbed *testbed; /* no-ref */
	guint8 descriptors[DESCRIPTORS_LENGTH];
	struct usb_identity identity;
	guint replug_source; /* it was reset, and leaves for that */
};

/* Takes `profile`. `slot` is the port of the hub, from 1. */
struct device *device_new(const char *name, struct profile *profile, struct testbed *testbed,
			  guint slot);

/*
 * With another process behind the port. Takes `gadget`, and `profile`, whose identity alone counts.
 */
struct device *device_new_for_gadget(const char *name, struct profile *profile,
				     struct gadget *gadget, struct testbed *testbed, guint slot);
void device_free(struct device *device);

/* Each plug gives a new USB address. No effect when it is so already. */
gboolean device_plug(struct device *device, GError **error);
void device_unplug(struct device *device);
