/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * helper: all that portamentod has: libraries, devices, who it is to them.
 */
#pragma once

#include <gio/gio.h>

#include "device/discovery.h"
#include "helper/library-store.h"
#include "helper/owner.h"
#include "helper/statistics-desk.h"
#include "sync-dbus.h"

typedef struct Portable Portable;
typedef struct Helper Helper;

struct Helper {
	LibraryStore *libraries;
	StatisticsDesk *statistics;
	SyncManager *manager;
	Owner *owner;
	char *device_dir;
	char *journal_dir;
	GDBusObjectManagerServer *objects;
	GHashTable *portables; /* id -> Portable*, owned */
	gboolean leaving; /* no new job */
	void (*on_activity)(void *data); /* something may have come to rest, or begun */
	void *data;
};

/* Everything stored is loaded, and on the bus as soon as objects has a connection. */
Helper *helper_new(const char *state_dir, GError **error);
void helper_free(Helper *helper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Helper, helper_free)

/* As DiscoveryFunc; data is the helper. */
void helper_on_device(const DeviceAddress *address, gboolean connected, void *data);

/* A host's library is another one now, or has gone for good. */
void helper_library_changed(Helper *helper, const char *host_id);
gboolean helper_forget_host(Helper *helper, const char *host_id, GError **error);
/* Whether any device has rules of this host. */
gboolean helper_has_rules_of(Helper *helper, const char *host_id);

/* A client left the bus: what only it waits for is cancelled. */
void helper_drop_client(Helper *helper, const char *client);

/* No device, no job, no publication: nothing would be missed. */
gboolean helper_is_idle(Helper *helper);
/* No new jobs; running ones are cancelled. Poll helper_is_at_rest() from on_activity. */
void helper_leave(Helper *helper);
gboolean helper_is_at_rest(Helper *helper);
/* For portables. */
void helper_activity(Helper *helper);
/* This portable is neither connected nor remembered any more; frees it soon. */
void helper_forget_portable(Helper *helper, Portable *portable);
