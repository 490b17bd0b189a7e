/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * holder: which programs have a device's node open (law 6: busy names who).
 * Processes of other users can not be looked into and are not found.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/* "gvfsd-mtp (pid 123)", several separated by ", "; NULL if none is found. This process
 * does not count. Caller frees. */
char *holder_find(uint32_t bus, uint32_t address);

/* DEVICE_BUSY, with their names. FALSE, so that a caller can return it. */
gboolean holder_set_busy(GError **error, const char *device_name, uint32_t bus, uint32_t address);

/* Whether this process is one of them, as far as can be seen. */
gboolean holder_is(uint32_t pid, uint32_t bus, uint32_t address);
