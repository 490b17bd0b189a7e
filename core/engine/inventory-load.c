/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inventory-load: walks the managed folders once, breadth first. What a device
 * tells is hostile input (law 7): folders that contain themselves, names that
 * are paths, and counts without end are refused here.
 */
#include "engine/inventory.h"

#include <string.h>

#include "base/error.h"
#include "engine/name.h"

#define MAX_DEPTH 16
#define MAX_OBJECTS 1000000u

typedef struct {
	DeviceHandle handle;
	uint32_t storage;
	guint depth;
	char *path; /* "" for the root */
} Folder;

typedef struct {
	Inventory *inventory;
	Device *device;
	const char *const *wanted;
	GQueue folders; /* of Folder, still to be listed */
	GHashTable *seen; /* (storage << 32 | handle) of folders met: a second meeting is a loop */
	GCancellable *cancellable;
} Walk;

static void
folder_free(Folder *folder)
{
	g_free(folder->path);
	g_free(folder);
}

static gboolean
is_wanted(Walk *walk, const char *name)
{
	for (gsize i = 0; walk->wanted[i] != NULL; i++) {
		g_autofree char *a = name_fold(name);
		g_autofree char *b = name_fold(walk->wanted[i]);
		if (strcmp(a, b) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
push_folder(Walk *walk, uint32_t storage, DeviceHandle handle, const char *path, guint depth,
	    GError **error)
{
	g_autofree gint64 *key = g_new(gint64, 1);

	*key = (gint64)storage << 32 | handle;
	if (depth > MAX_DEPTH || g_hash_table_contains(walk->seen, key)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_INSANE,
			    "the device says that the folder “%s” contains itself; restart the "
			    "device",
			    path);
		return FALSE;
	}
	g_hash_table_add(walk->seen, g_steal_pointer(&key));
	Folder *folder = g_new0(Folder, 1);
	*folder = (Folder){handle, storage, depth, g_strdup(path)};
	g_queue_push_tail(&walk->folders, folder);
	return TRUE;
}

static gboolean
take_entry(Walk *walk, const Folder *parent, const DeviceEntry *entry, GError **error)
{
	gboolean at_root = parent->path[0] == '\0';
	g_autofree char *path = at_root ? g_strdup(entry->name)
					: g_strconcat(parent->path, "/", entry->name, NULL);

	if (walk->inventory->objects->len >= MAX_OBJECTS) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_INSANE,
			    "the device lists more than %u objects", MAX_OBJECTS);
		return FALSE;
	}
	if (at_root && !(entry->is_folder && is_wanted(walk, entry->name)))
		return TRUE;
	if (entry->is_folder &&
	    !push_folder(walk, parent->storage, entry->handle, path, parent->depth + 1, error))
		return FALSE;
	InventoryObject *object = g_new0(InventoryObject, 1);
	object->handle = entry->handle;
	object->storage = parent->storage;
	object->folded = name_fold(path);
	object->path = g_steal_pointer(&path);
	object->size_bytes = entry->size_bytes;
	object->modified_unix = entry->modified_unix;
	object->is_folder = entry->is_folder;
	object->is_playlist = entry->is_playlist;
	object->is_album = entry->is_album;
	inventory_take(walk->inventory, object);
	return TRUE;
}

/* A name that is a path, or none, can not be ours and must not be taken for a place. */
static gboolean
is_sane_name(const char *name)
{
	return name != NULL && name[0] != '\0' && strchr(name, '/') == NULL &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && g_utf8_validate(name, -1, NULL);
}

static gboolean
ends_walk(const GError *error)
{
	int32_t code = error_code(error);

	return code == PORTA_ERROR_NO_DEVICE || code == PORTA_ERROR_CANCELLED ||
	       code == PORTA_ERROR_DEVICE_INSANE || code == PORTA_ERROR_DEVICE_HUNG;
}

static gboolean
list_folder(Walk *walk, const Folder *folder, GError **error)
{
	g_autoptr(GArray) entries = device_entries_new();
	g_autoptr(GError) failure = NULL;
	DeviceStorage *storage =
		&g_array_index(walk->inventory->storages, DeviceStorage, folder->storage);

	if (!device_list(walk->device, storage->id, folder->handle, entries, walk->cancellable,
			 &failure)) {
		if (ends_walk(failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		g_message("%s: “%s” could not be listed: %s", storage->description, folder->path,
			  failure->message);
		inventory_mark_incomplete(walk->inventory, folder->storage, folder->path);
	}
	for (guint i = 0; i < entries->len; i++) {
		const DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);
		if (!is_sane_name(entry->name))
			inventory_mark_incomplete(walk->inventory, folder->storage, folder->path);
		else if (!take_entry(walk, folder, entry, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
inventory_load(Inventory *inventory, Device *device, const char *const *folders,
	       GCancellable *cancellable, GError **error)
{
	g_autoptr(GHashTable)
		seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	Walk walk = {inventory, device, folders, G_QUEUE_INIT, seen, cancellable};
	gboolean ok = TRUE;

	for (guint i = 0; ok && i < inventory->storages->len; i++)
		ok = push_folder(&walk, i, DEVICE_ROOT, "", 0, error);
	while (ok && !g_queue_is_empty(&walk.folders)) {
		Folder *folder = g_queue_pop_head(&walk.folders);
		ok = list_folder(&walk, folder, error);
		folder_free(folder);
	}
	g_queue_clear_full(&walk.folders, (GDestroyNotify)folder_free);
	return ok;
}
