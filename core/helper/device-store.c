/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-store: see device-store.h. Nothing is cached beside the key file itself.
 */
#include "helper/device-store.h"

#include <string.h>

#include "base/values.h"
#include "helper/rule-check.h"
#include "helper/state-file.h"

#define SUFFIX ".conf"
#define RULES_GROUP "Rules"
#define MOST_ID_CHARACTERS 128

struct DeviceStore {
	char *path;
	GKeyFile *file;
	char *kept; /* its text, to go back to */
	gsize kept_size;
	gboolean known;
};

static const struct {
	const char *group;
	const char *key;
	const char *type;
} items[STORE_N_ITEMS] = {
	[STORE_NAME] = {"Device", "Name", "s"},
	[STORE_SERIAL] = {"Device", "Serial", "s"},
	[STORE_FRIENDLY_NAME] = {"Device", "FriendlyName", "s"},
	[STORE_OWNER] = {"Device", "Owner", "s"},
	[STORE_STORAGES] = {"Device", "Storages", "a(sstttt)"},
	[STORE_SYNC_ITEM_COUNT] = {"Device", "SyncItemCount", "u"},
	[STORE_SKIPPED_FILES] = {"Device", "SkippedFiles", "u"},
	[STORE_PARTNER] = {"Partnership", "Partner", "b"},
	[STORE_DECLINED] = {"Partnership", "Declined", "b"},
	[STORE_SETTINGS] = {"Settings", "Chosen", "a{sv}"},
	[STORE_SKIPS] = {"Settings", "Skips", SKIPS_TYPE},
	[STORE_LAST_SYNC] = {"LastSession", "Figures", "a{sv}"},
	[STORE_FAILURES] = {"LastSession", "Failures", "a(ssis)"},
	[STORE_HELD_REMOVALS] = {"LastSession", "HeldRemovals", "u"},
	[STORE_HELD_TOKEN] = {"LastSession", "HeldToken", "s"},
	[STORE_TODO_NAME] = {"ToDo", "FriendlyName", "s"},
	[STORE_TODO_LEAVE] = {"ToDo", "DeletePartnership", "b"},
	[STORE_TODO_CONFIRM] = {"ToDo", "ConfirmRemovals", "s"},
	[STORE_TODO_INCLUDE] = {"ToDo", "IncludeSkipped", "b"},
	[STORE_TODO_FORGET] = {"ToDo", "ForgetUnwanted", "b"},
	[STORE_TODO_REMOVE] = {"ToDo", "RemoveUnwanted", "b"},
};

gboolean
device_id_is_valid(const char *id)
{
	gsize n = strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-");

	return n > 0 && n <= MOST_ID_CHARACTERS && id[n] == '\0';
}

static void
load(DeviceStore *store)
{
	g_autoptr(GError) error = NULL;

	store->file = g_key_file_new();
	store->known = g_key_file_load_from_file(store->file, store->path, G_KEY_FILE_KEEP_COMMENTS,
						 &error);
	if (store->known || g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return;
	state_file_set_aside(store->path, error->message);
	g_key_file_unref(store->file);
	store->file = g_key_file_new();
}

DeviceStore *
device_store_open(const char *dir, const char *id)
{
	DeviceStore *store = g_new0(DeviceStore, 1);
	g_autofree char *name = g_strconcat(id, SUFFIX, NULL);

	store->path = g_build_filename(dir, name, NULL);
	load(store);
	device_store_keep(store);
	return store;
}

void
device_store_free(DeviceStore *store)
{
	g_free(store->path);
	g_free(store->kept);
	g_key_file_unref(store->file);
	g_free(store);
}

GPtrArray *
device_store_list(const char *dir)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) files = g_dir_open(dir, 0, NULL);

	if (files == NULL)
		return ids;
	for (const char *name = g_dir_read_name(files); name != NULL;
	     name = g_dir_read_name(files)) {
		if (!g_str_has_suffix(name, SUFFIX))
			continue;
		g_autofree char *id = g_strndup(name, strlen(name) - strlen(SUFFIX));
		if (device_id_is_valid(id))
			g_ptr_array_add(ids, g_steal_pointer(&id));
	}
	return ids;
}

gboolean
device_store_is_known(DeviceStore *store)
{
	return store->known;
}

static GVariant *
get_value(DeviceStore *store, const char *group, const char *key, const char *type)
{
	g_autofree char *text = g_key_file_get_value(store->file, group, key, NULL);
	g_autoptr(GError) error = NULL;

	if (text == NULL)
		return NULL;
	GVariant *value = g_variant_parse(G_VARIANT_TYPE(type), text, NULL, NULL, &error);
	if (value == NULL)
		g_warning("%s: [%s] %s is ignored: %s", store->path, group, key, error->message);
	return value;
}

static void
set_value(DeviceStore *store, const char *group, const char *key, GVariant *value)
{
	if (value == NULL) {
		g_key_file_remove_key(store->file, group, key, NULL);
		return;
	}
	g_autoptr(GVariant) owned = g_variant_ref_sink(value);
	g_autofree char *text = g_variant_print(owned, TRUE);
	g_key_file_set_value(store->file, group, key, text);
}

GVariant *
device_store_get(DeviceStore *store, StoreItem item)
{
	return get_value(store, items[item].group, items[item].key, items[item].type);
}

gboolean
device_store_get_flag(DeviceStore *store, StoreItem item)
{
	g_autoptr(GVariant) value = device_store_get(store, item);

	return value != NULL && g_variant_get_boolean(value);
}

guint
device_store_get_number(DeviceStore *store, StoreItem item)
{
	g_autoptr(GVariant) value = device_store_get(store, item);

	return value != NULL ? g_variant_get_uint32(value) : 0;
}

char *
device_store_get_text(DeviceStore *store, StoreItem item)
{
	g_autoptr(GVariant) value = device_store_get(store, item);

	return value != NULL ? g_variant_dup_string(value, NULL) : g_strdup("");
}

void
device_store_set(DeviceStore *store, StoreItem item, GVariant *value)
{
	set_value(store, items[item].group, items[item].key, value);
}

void
device_store_set_flag(DeviceStore *store, StoreItem item, gboolean value)
{
	device_store_set(store, item, value ? g_variant_new_boolean(TRUE) : NULL);
}

void
device_store_set_text(DeviceStore *store, StoreItem item, const char *value)
{
	gboolean has = value != NULL && value[0] != '\0';

	device_store_set(store, item, has ? g_variant_new_string(value) : NULL);
}

GVariant *
device_store_get_rules(DeviceStore *store, const char *host_id)
{
	g_autoptr(GVariant) rules = get_value(store, RULES_GROUP, host_id, RULES_TYPE);

	/* a person may have edited the file */
	if (rules == NULL || !rules_check(rules, NULL))
		return NULL;
	return g_steal_pointer(&rules);
}

void
device_store_set_rules(DeviceStore *store, const char *host_id, GVariant *rules)
{
	set_value(store, RULES_GROUP, host_id, rules);
}

GStrv
device_store_list_hosts(DeviceStore *store)
{
	GStrv hosts = g_key_file_get_keys(store->file, RULES_GROUP, NULL, NULL);

	return hosts != NULL ? hosts : g_new0(char *, 1);
}

void
device_store_keep(DeviceStore *store)
{
	g_free(store->kept);
	store->kept = g_key_file_to_data(store->file, &store->kept_size, NULL);
}

static void
go_back(DeviceStore *store)
{
	g_key_file_unref(store->file);
	store->file = g_key_file_new();
	g_key_file_load_from_data(store->file, store->kept, store->kept_size,
				  G_KEY_FILE_KEEP_COMMENTS, NULL);
}

gboolean
device_store_save(DeviceStore *store, GError **error)
{
	gsize size = 0;
	g_autofree char *text = g_key_file_to_data(store->file, &size, NULL);

	if (!state_file_save(store->path, text, size, error)) {
		go_back(store);
		return FALSE;
	}
	g_free(store->kept);
	store->kept = g_steal_pointer(&text);
	store->kept_size = size;
	store->known = TRUE;
	return TRUE;
}
