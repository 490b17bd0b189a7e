/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * catalog: what a device told of its objects, kept from session to session, and how the device was when
 * the last one ended. It proves nothing by itself: whether it still holds is decided from what the
 * device says at the start of the next session. Pure; the lane asks and keeps the file.
 */
#pragma once

#include "device/device.h"

typedef struct {
	DeviceEntry entry;
	DeviceHandle folder; /* it lies in; DEVICE_ROOT at the top */
	gboolean has_statistics;
	DeviceStatistics statistics;
} CatalogRow;

typedef struct {
	uint32_t id;
	uint64_t capacity_bytes, free_bytes;
} CatalogStorage;

/* What the device was like when a session with it ended. */
typedef struct {
	GArray *handles; /* of all objects, sorted; of uint32_t; NULL: not known */
	GArray *storages; /* of CatalogStorage; NULL: not known */
	uint32_t report; /* up to where the device's own report of changes was read, 0: never */
} CatalogEnd;

typedef struct {
	GHashTable *rows; /* handle: CatalogRow* */
	GHashTable
		*folders; /* catalog_place(): GArray of DeviceHandle; those that are known whole */
	CatalogEnd end;
	int64_t looked_unix; /* when all of it was last read from the device */
	DeviceHandle gap; /* the lowest handle that was given up since then, 0: none */
} Catalog;

Catalog *catalog_new(void);
Catalog *catalog_copy(const Catalog *catalog);
void catalog_free(Catalog *catalog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalog, catalog_free)

/* who: the device and firmware that it is about. NULL for bytes that are not whole, not those that were
 * written, of another version, or about another device. */
Catalog *catalog_parse(GBytes *bytes, const char *who);
GBytes *catalog_build(const Catalog *catalog, const char *who);

/* The key of a folder. Each storage has a root; below it a handle says all. */
gint64 catalog_place(uint32_t storage, DeviceHandle folder);

/* A folder was listed: these entries behind `from`, and no others, are in it. */
void catalog_note_folder(Catalog *catalog, uint32_t storage, DeviceHandle folder,
			 const GArray *entries, guint from);
/* One object more in a folder, which stays as whole as it was. */
void catalog_add(Catalog *catalog, uint32_t storage, DeviceHandle folder, const DeviceEntry *entry);
CatalogRow *catalog_find(const Catalog *catalog, DeviceHandle handle);
/* Handles of the children, or NULL if they are not all known. */
const GArray *catalog_children(const Catalog *catalog, uint32_t storage, DeviceHandle folder);
/* It is not known any more what is in it. */
void catalog_doubt(Catalog *catalog, uint32_t storage, DeviceHandle folder);
/* Neither it nor what is in it is known any more. */
void catalog_drop_folder(Catalog *catalog, uint32_t storage, DeviceHandle folder);
/* It is not known any more what it is, nor what its folder shows. */
void catalog_forget(Catalog *catalog, DeviceHandle handle);
/* It is gone, and nothing else with it. */
void catalog_remove(Catalog *catalog, DeviceHandle handle);
/* What is not among these sorted handles is gone. */
void catalog_keep_only(Catalog *catalog, const GArray *handles);

void catalog_end_clear(CatalogEnd *end);

/* Whether it still holds, by what the device says now. */
typedef enum {
	CATALOG_SAME, /* not an object more or less, and as much free space as then */
	CATALOG_CHANGED, /* objects came or went, and that explains the free space */
	CATALOG_UNLIKELY, /* read all of it anew */
} CatalogFit;

/* Whether it is recent, and about these storages. */
gboolean catalog_is_recent(const Catalog *catalog, const GArray *storages, int64_t now_unix);
gboolean catalog_has_same_space(const Catalog *catalog, const GArray *storages);
/* handles are sorted; those that are new are appended to added. */
CatalogFit catalog_fit(const Catalog *catalog, const GArray *handles, const GArray *storages,
		       GArray *added);
/* Whether what came, so many objects and bytes, and what went explain how much space is free now. */
gboolean catalog_explains(const Catalog *catalog, const GArray *handles, const GArray *storages,
			  guint n_added, uint64_t added_bytes);

/* Two readings of one device, of which the first is older. */
typedef struct {
	guint n_same,
		n_other; /* of the handles that are in both: the same object behind it, another */
	gboolean has_gap; /* a handle was given up, and a higher one kept */
} CatalogComparison;

CatalogComparison catalog_compare(const Catalog *older, const Catalog *newer);
gboolean catalog_row_is(const CatalogRow *row, const DeviceEntry *entry, DeviceHandle folder);
int catalog_compare_handles(const void *a, const void *b);
