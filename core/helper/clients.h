/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clients: who has called us and is still on the bus. Any call counts, also those that
 * GDBus answers by itself, such as GetManagedObjects.
 */
#pragma once

#include <gio/gio.h>

typedef struct Clients Clients;

/* func runs in the main context: client has come (present) or left. */
typedef void (*ClientsFunc)(const char *client, gboolean present, void *data);

Clients *clients_new(GDBusConnection *bus, ClientsFunc func, void *data);
void clients_free(Clients *clients);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Clients, clients_free)

/* Of those whose calls have arrived, told to func or not yet. */
guint clients_count(Clients *clients);
