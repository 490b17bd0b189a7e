/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exit-status: what our command lines exit with, so that scripts need one table:
 * portamentoctl(1). Documented, and never to be changed. Not installed: who else
 * writes a command chooses its own.
 */
#pragma once

#include <portamento.h>

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NO_DEVICE = 3, /* or nothing else of that name */
	EXIT_NO_HELPER = 4,
	EXIT_ITEMS_FAILED = 5, /* some songs failed or did not fit */
	EXIT_HELD = 6,
	EXIT_BUSY = 7, /* or locked */
	EXIT_NO_PARTNERSHIP = 8,
	EXIT_NO_SPACE = 9,
	EXIT_TIMEOUT = 10,
	EXIT_INTERRUPTED = 130
};

/* For PORTA_OK and PORTA_ERROR_*. */
static inline int
exit_status_of(int32_t error)
{
	switch (error) {
	case PORTA_OK: return EXIT_OK;
	case PORTA_ERROR_INVALID_ARGUMENT: return EXIT_USAGE;
	case PORTA_ERROR_NO_DEVICE:
	case PORTA_ERROR_NOT_FOUND: return EXIT_NO_DEVICE;
	case PORTA_ERROR_NO_HELPER: return EXIT_NO_HELPER;
	case PORTA_ERROR_HELD: return EXIT_HELD;
	case PORTA_ERROR_DEVICE_BUSY:
	case PORTA_ERROR_DEVICE_LOCKED: return EXIT_BUSY;
	case PORTA_ERROR_PARTNERSHIP_NONE:
	case PORTA_ERROR_PARTNERSHIP_ANOTHER: return EXIT_NO_PARTNERSHIP;
	case PORTA_ERROR_NO_SPACE: return EXIT_NO_SPACE;
	case PORTA_ERROR_CANCELLED: return EXIT_INTERRUPTED;
	default: return EXIT_FAILED;
	}
}
