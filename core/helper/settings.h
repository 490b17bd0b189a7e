/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings: what may be set for a device: names, types, ranges and defaults, one
 * table. Pure.
 */
#pragma once

#include <gio/gio.h>

/* Whether value is one for this setting; else INVALID_ARGUMENT, saying what would be. */
gboolean setting_check(const char *name, GVariant *value, GError **error);
/* Whether a sync has to run after a change of it. */
gboolean setting_changes_sync(const char *name);
/* Every setting: those of chosen (a{sv}, or NULL) that are good, defaults for the rest. Floating. */
GVariant *settings_complete(GVariant *chosen);
