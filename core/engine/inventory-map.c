/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inventory-map: the inventory as a map from places to objects. Keeps law 2: what a folder that
 * was not wholly listed does not show is unknown, not absent. Paths come from the device and
 * are compared folded, as it compares them itself.
 */
#include "engine/inventory.h"

#include <string.h>

#include "engine/name.h"

#define CLUSTER_BYTES (128u << 10)

static void
object_free(InventoryObject *object)
{
	g_free(object->path);
	g_free(object->folded);
	g_free(object);
}

static void
storage_clear(DeviceStorage *storage)
{
	g_free(storage->label);
	g_free(storage->description);
}

Inventory *
inventory_new(void)
{
	Inventory *inventory = g_new0(Inventory, 1);

	inventory->storages = g_array_new(FALSE, TRUE, sizeof(DeviceStorage));
	g_array_set_clear_func(inventory->storages, (GDestroyNotify)storage_clear);
	inventory->objects = g_ptr_array_new_with_free_func((GDestroyNotify)object_free);
	inventory->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	inventory->incomplete = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	inventory->cluster_bytes = CLUSTER_BYTES;
	return inventory;
}

void
inventory_free(Inventory *inventory)
{
	if (inventory == NULL)
		return;
	g_hash_table_unref(inventory->by_path);
	g_hash_table_unref(inventory->incomplete);
	g_ptr_array_unref(inventory->objects);
	g_array_unref(inventory->storages);
	g_free(inventory);
}

#define MAX_PREFIX 16
#define KEY_BYTES 512

/* "<storage>/", whose length is returned */
static gsize
write_prefix(char *out, uint32_t storage)
{
	char number[MAX_PREFIX];
	gsize n = 0;

	do
		number[n++] = '0' + storage % 10;
	while ((storage /= 10) > 0);
	for (gsize i = 0; i < n; i++)
		out[i] = number[n - 1 - i];
	out[n] = '/';
	return n + 1;
}

/* "<storage>/<folded>" */
static char *
make_key(uint32_t storage, const char *folded)
{
	char prefix[MAX_PREFIX];
	gsize n = write_prefix(prefix, storage), length = strlen(folded);
	char *key = g_malloc(n + length + 1);

	memcpy(key, prefix, n);
	memcpy(key + n, folded, length + 1);
	return key;
}

/* Most paths are short and ASCII: their key needs no memory. FALSE for the others. */
static gboolean
write_ascii_key(char *out, uint32_t storage, const char *path)
{
	gsize n = write_prefix(out, storage);

	for (; *path != '\0' && (*path & 0x80) == 0 && n < KEY_BYTES - 1; path++)
		out[n++] = *path >= 'A' && *path <= 'Z' ? *path + ('a' - 'A') : *path;
	out[n] = '\0';
	return *path == '\0';
}

void
inventory_take(Inventory *inventory, InventoryObject *object)
{
	g_ptr_array_add(inventory->objects, object);
	if (object->folded == NULL)
		object->folded = name_fold(object->path);
	char *key = make_key(object->storage, object->folded);
	if (g_hash_table_contains(inventory->by_path, key))
		g_free(key);
	else
		g_hash_table_insert(inventory->by_path, key, object);
}

InventoryObject *
inventory_find(Inventory *inventory, uint32_t storage, const char *path)
{
	char buffer[KEY_BYTES];

	if (write_ascii_key(buffer, storage, path))
		return g_hash_table_lookup(inventory->by_path, buffer);
	g_autofree char *folded = name_fold(path);
	g_autofree char *key = make_key(storage, folded);
	return g_hash_table_lookup(inventory->by_path, key);
}

gboolean
inventory_is_complete(Inventory *inventory, uint32_t storage, const char *path)
{
	if (g_hash_table_size(inventory->incomplete) == 0)
		return TRUE;
	g_autofree char *folded = name_fold(path);
	g_autofree char *key = make_key(storage, folded);
	for (char *slash; (slash = strrchr(key, '/')) != NULL;) {
		/* the root is "<storage>/" */
		gboolean is_root = strchr(key, '/') == slash;
		slash[is_root ? 1 : 0] = '\0';
		if (g_hash_table_contains(inventory->incomplete, key))
			return FALSE;
		if (is_root)
			break;
	}
	return TRUE;
}

void
inventory_mark_incomplete(Inventory *inventory, uint32_t storage, const char *folder)
{
	g_autofree char *folded = name_fold(folder);

	g_hash_table_add(inventory->incomplete, make_key(storage, folded));
}

int
inventory_find_storage(Inventory *inventory, const char *label)
{
	for (guint i = 0; i < inventory->storages->len; i++)
		if (g_strcmp0(g_array_index(inventory->storages, DeviceStorage, i).label, label) ==
		    0)
			return i;
	return -1;
}
