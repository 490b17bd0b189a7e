/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * summary: how a device's last sync ended, in a line for people and as an exit
 * status for scripts; and what its status means.
 */
#pragma once

#include <portamento.h>

#include "text.h"

/* As portamentoctl's, so that scripts need one table: portamento-mpd(1). */
enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NO_DEVICE = 3,
	EXIT_NO_HELPER = 4,
	EXIT_ITEMS_FAILED = 5, /* some songs failed or did not fit */
	EXIT_HELD = 6,
	EXIT_BUSY = 7, /* or locked */
	EXIT_NO_PARTNERSHIP = 8,
	EXIT_NO_SPACE = 9,
	EXIT_INTERRUPTED = 130
};

/* For PORTA_ERROR_*. */
int summary_error_status(int32_t error);

/* Caller frees. */
char *summary_format(PortaDevice *device);
int summary_exit_status(PortaDevice *device);
/* "partner", "new", ... */
const char *summary_status_name(int64_t status);
