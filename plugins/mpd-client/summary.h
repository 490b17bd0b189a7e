/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * summary: how a device's last sync ended, in a line for people and as an exit
 * status for scripts; and what its status means.
 */
#pragma once

#include "exit-status.h"
#include "text.h"

/* Caller frees. */
char *summary_format(PortaDevice *device);
int summary_exit_status(PortaDevice *device);
/* "partner", "new", ... */
const char *summary_status_name(int64_t status);
