/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-store: what is remembered of one device: partnership, settings, rules, the
 * last session. A key file of GVariant texts, <id>.conf: it can be read and
 * mended by hand, keys that we do not know stay in it, a damaged one is set aside.
 */
#pragma once

#include <gio/gio.h>

/* What is stored; the table in device-store.c gives each its group, key and type. */
typedef enum {
	STORE_NAME, /* s: maker and model */
	STORE_SERIAL, /* s */
	STORE_FRIENDLY_NAME, /* s: the device's own, or a person's where it can store none */
	STORE_OWNER, /* s: who else's partner it was when last seen */
	STORE_STORAGES, /* a(sstttt) */
	STORE_SYNC_ITEM_COUNT, /* u */
	STORE_SKIPPED_FILES, /* u */
	STORE_PARTNER, /* b: it is ours */
	STORE_DECLINED, /* b: a person said no */
	STORE_SETTINGS, /* a{sv}: those chosen */
	STORE_SKIPS, /* SKIPS_TYPE: songs to be left alone */
	STORE_LAST_SYNC, /* a{sv} */
	STORE_FAILURES, /* a(ssis) */
	STORE_HELD_REMOVALS, /* u */
	STORE_HELD_TOKEN, /* s */
	/* to be done when the device is there next */
	STORE_TODO_NAME, /* s: friendly name to write */
	STORE_TODO_LEAVE, /* b: remove our partnership from it */
	STORE_TODO_CONFIRM, /* s: token of confirmed removals */
	STORE_TODO_INCLUDE, /* b: send skipped files again */
	STORE_TODO_FORGET, /* b: a host withdrew */
	STORE_TODO_REMOVE, /* b: the last rule was removed; what it put there is to go */
	STORE_N_ITEMS
} StoreItem;

typedef struct DeviceStore DeviceStore;

/* Reads dir/<id>.conf if it is there. Never fails: damage is set aside and reported. */
DeviceStore *device_store_open(const char *dir, const char *id);
void device_store_free(DeviceStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeviceStore, device_store_free)

/* Ids of the devices that have a file in dir. */
GPtrArray *device_store_list(const char *dir);
/* [A-Za-z0-9._-]{1,128}: fit for a file's name. */
gboolean device_id_is_valid(const char *id);

/* Whether anything was ever saved: a device merely plugged in is not. */
gboolean device_store_is_known(DeviceStore *store);

/* NULL if absent or not of its type; else the caller unrefs. */
GVariant *device_store_get(DeviceStore *store, StoreItem item);
gboolean device_store_get_flag(DeviceStore *store, StoreItem item);
guint device_store_get_number(DeviceStore *store, StoreItem item);
/* "" if absent; caller frees. */
char *device_store_get_text(DeviceStore *store, StoreItem item);

/* In memory until device_store_save(). value may be floating; NULL removes. */
void device_store_set(DeviceStore *store, StoreItem item, GVariant *value);
void device_store_set_flag(DeviceStore *store, StoreItem item, gboolean value);
void device_store_set_text(DeviceStore *store, StoreItem item, const char *value);

/* One host's rules, RULES_TYPE; NULL if it has none. */
GVariant *device_store_get_rules(DeviceStore *store, const char *host_id);
void device_store_set_rules(DeviceStore *store, const char *host_id, GVariant *rules);
/* Hosts with rules. */
GStrv device_store_list_hosts(DeviceStore *store);

/* What was set is true, whether it can be saved or not. */
void device_store_keep(DeviceStore *store);
/* Durable when it returns TRUE. On failure the store is as it was last saved or kept. */
gboolean device_store_save(DeviceStore *store, GError **error);
