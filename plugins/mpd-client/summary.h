/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * summary: how a device's last sync ended, in a line for people and as an exit
 * status for scripts; and what its status means.
 */
#pragma once

#include <portamento.h>

#include "text.h"

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_INCOMPLETE = 3, /* some songs failed or did not fit */
	EXIT_NO_DEVICE = 4,
	EXIT_PERSON = 5, /* somebody must decide or unlock something first */
	EXIT_INTERRUPTED = 130
};

/* Caller frees. */
char *summary_format(PortaDevice *device);
int summary_exit_status(PortaDevice *device);
/* "partner", "new", ... */
const char *summary_status_name(int64_t status);
