/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* USB's chapter 9 and the still image class on the control endpoint: see control-transfer.c. */
#pragma once

#include <glib.h>

#include "profile.h"

#define DESCRIPTORS_LENGTH (18 + 39)

/* Device descriptor and configuration, as in sysfs' `descriptors`. */
void usb_descriptors(const struct profile *profile, guint8 descriptors[DESCRIPTORS_LENGTH]);

enum class_request {
	CLASS_CANCEL = 0x64,
	CLASS_EVENT_DATA = 0x65,
	CLASS_RESET = 0x66,
	CLASS_STATUS = 0x67,
};

/* Answers a standard request; -EPIPE when it is none that a device knows. */
gssize usb_standard_request(const struct profile *profile, const guint8 setup[8], guint8 *data,
			    gsize length);
