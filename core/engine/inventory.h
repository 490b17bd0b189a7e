/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inventory: what is on the device in the folders that we manage, as listed in
 * this session. A folder that could not be listed is `incomplete`: nothing
 * may be concluded from what it does not show.
 */
#pragma once

#include "device/device.h"

typedef struct {
	DeviceHandle handle;
	uint32_t storage; /* index into Inventory.storages */
	char *path; /* below the storage's root: "Music/Ann/Blue/01 Song.mp3" */
	char *folded; /* name_fold(path) */
	uint64_t size_bytes;
	int64_t modified_unix;
	gboolean is_folder;
	gboolean is_playlist;
	gboolean is_album;
} InventoryObject;

typedef struct {
	GArray *storages; /* of DeviceStorage */
	GPtrArray *objects; /* of InventoryObject* */
	GHashTable *
		by_path; /* "<storage index>/<folded path>" -> InventoryObject*, borrowed; a twin (case) keeps the first */
	GHashTable *
		incomplete; /* "<storage index>/<folded folder path>": set of folders not or not wholly listed */
	gboolean wants_unique_names; /* no two files may have one name, wherever they are */
	uint64_t cluster_bytes; /* what a file's size is rounded up to: 128 KiB */
} Inventory;

Inventory *inventory_new(void);
void inventory_free(Inventory *inventory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inventory, inventory_free)

/* Takes the object over. */
void inventory_take(Inventory *inventory, InventoryObject *object);
/* The object is on the device no more; it stays valid, but is not found. */
void inventory_drop(Inventory *inventory, InventoryObject *object);
/* The object is at another path now. */
void inventory_move(Inventory *inventory, InventoryObject *object, const char *path);
InventoryObject *inventory_find(Inventory *inventory, uint32_t storage, const char *path);
/* Whether what it shows of this path's folder, and of all folders above it, is all there is. */
gboolean inventory_is_complete(Inventory *inventory, uint32_t storage, const char *path);
void inventory_mark_incomplete(Inventory *inventory, uint32_t storage, const char *folder);
/* Index of the storage with this label, or -1. */
int inventory_find_storage(Inventory *inventory, const char *label);

/* Lists below these folders ("Music", ...; those that are absent are no error) on every storage.
 * FALSE only for NO_DEVICE, CANCELLED and DEVICE_INSANE; a folder that fails is marked. */
gboolean inventory_load(Inventory *inventory, Device *device, const char *const *folders,
			GCancellable *cancellable, GError **error);
