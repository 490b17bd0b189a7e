/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How umtprd is started: see gadget-process.c. */
#pragma once

#include <gio/gio.h>

#include "gadget-wire.h"
#include "profile.h"

/* `fds` get the player's ends of the endpoints; they are the caller's to close even on failure. */
GSubprocess *gadget_process_start(const struct profile *profile, int fds[GADGET_ENDPOINTS],
				  GError **error);
