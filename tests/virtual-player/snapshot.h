/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device's contents in a file, and back: see snapshot.c. */
#pragma once

#include "device.h"

gboolean snapshot_save(const struct device *device, const char *path, GError **error);

/* Replaces all contents. A session that is open sees other objects from now on. */
gboolean snapshot_restore(struct device *device, const char *path, GError **error);
