/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * owner: who this user on this computer is to a device: an id that never changes,
 * written onto devices, and a name for people.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
	char *id; /* a UUID */
	char *name; /* "ann@desk" */
} Owner;

/* Reads dir/owner, or makes it. */
Owner *owner_load(const char *dir, GError **error);
void owner_free(Owner *owner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Owner, owner_free)
