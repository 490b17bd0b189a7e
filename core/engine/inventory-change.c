/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inventory-change: keeps the inventory true while the engine changes the device.
 */
#include "engine/inventory.h"

#include "engine/name.h"

static char *
key_of(const InventoryObject *object)
{
	return g_strdup_printf("%u/%s", object->storage, object->folded);
}

void
inventory_drop(Inventory *inventory, InventoryObject *object)
{
	g_autofree char *key = key_of(object);

	if (g_hash_table_lookup(inventory->by_path, key) == object)
		g_hash_table_remove(inventory->by_path, key);
}

void
inventory_move(Inventory *inventory, InventoryObject *object, const char *path)
{
	inventory_drop(inventory, object);
	char *moved = g_strdup(path); /* path may be the object's own */
	g_free(object->path);
	g_free(object->folded);
	object->path = moved;
	object->folded = name_fold(moved);
	g_hash_table_replace(inventory->by_path, key_of(object), object);
}
