/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * error: the one table of what can go wrong: C code, GError code, D-Bus name
 * and short English name are the same row. The codes are PORTA_ERROR_* of
 * portamento.h, negative, and survive the bus both ways.
 */
#pragma once

#include <gio/gio.h>

#include "portamento.h"

#define PORTA_ERROR (error_quark())

GQuark error_quark(void);

/* Registers the table with GDBus; harmless when repeated. */
void error_register_dbus(void);

/* "org.portamento.Sync1.Error.NoSpace"; unknown codes are ".Failed". */
const char *error_dbus_name(int32_t code);

/* "no space"; unknown codes are "failed". */
const char *error_name(int32_t code);

/* PORTA_OK for NULL; a PORTA_ERROR_* of whatever domain the error has:
 * G_IO_ERROR_CANCELLED is CANCELLED, unreachable buses are NO_HELPER, else FAILED. */
int32_t error_code(const GError *error);
