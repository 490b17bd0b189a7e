/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which names the device's file system takes: see names.c. */
#pragma once

#include "store.h"

/*
 * RESPONSE_OK, or why `name` cannot be in `folder`. `self` is the object that is renamed, or NULL.
 */
guint16 name_check(const struct store *store, const struct object *folder, const char *name,
		   const struct object *self);
