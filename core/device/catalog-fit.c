/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * catalog-fit: whether a catalog still holds, from what a device says in one or two answers: which handles
 * there are, and how much space is free. A file that was replaced under its handle shows in the free
 * space, if it is by a cluster longer or shorter; handles that were dealt out anew show in the few objects that the lane
 * asks about.
 */
#include "device/catalog.h"

/* Then all is read once more, since a device shows nobody a file that was renamed on it. */
#define BELIEVED_SECONDS (14 * 24 * 3600)
#define CLUSTER_BYTES (128u << 10) /* the largest in use */
/* Databases of the device's own grow beside the songs. */
#define SLACK_BYTES (1u << 20)
/* More than a quarter gone is another content, or a fault. */
#define GONE_PART 4

static const CatalogStorage *
find_storage(const GArray *storages, uint32_t id)
{
	for (guint i = 0; i < storages->len; i++) {
		const CatalogStorage *storage = &g_array_index(storages, CatalogStorage, i);

		if (storage->id == id)
			return storage;
	}
	return NULL;
}

static gboolean
are_same_storages(const GArray *then, const GArray *now)
{
	if (then->len != now->len)
		return FALSE;
	for (guint i = 0; i < now->len; i++) {
		const CatalogStorage *storage = &g_array_index(now, CatalogStorage, i);
		const CatalogStorage *old = find_storage(then, storage->id);

		if (old == NULL || old->capacity_bytes != storage->capacity_bytes)
			return FALSE;
	}
	return TRUE;
}

gboolean
catalog_is_recent(const Catalog *catalog, const GArray *storages, int64_t now_unix)
{
	int64_t age = now_unix - catalog->looked_unix;

	return catalog->end.storages != NULL && age >= 0 && age < BELIEVED_SECONDS &&
	       are_same_storages(catalog->end.storages, storages);
}

static int64_t
free_bytes(const GArray *storages)
{
	int64_t all = 0;

	for (guint i = 0; i < storages->len; i++)
		all += (int64_t)g_array_index(storages, CatalogStorage, i).free_bytes;
	return all;
}

gboolean
catalog_has_same_space(const Catalog *catalog, const GArray *storages)
{
	return free_bytes(catalog->end.storages) == free_bytes(storages);
}

/* Walks both sorted arrays; what is in one alone is appended to added, or counted. */
static guint
part(const GArray *then, const GArray *now, GArray *added, int64_t *gone_bytes,
     const Catalog *catalog)
{
	guint i = 0, k = 0, n_gone = 0;

	while (i < then->len || k < now->len) {
		uint32_t old = i < then->len ? g_array_index(then, uint32_t, i) : 0;
		uint32_t new = k < now->len ? g_array_index(now, uint32_t, k) : 0;

		if (i < then->len && k < now->len && old == new) {
			i++;
			k++;
		} else if (k == now->len || (i < then->len && old < new)) {
			const CatalogRow *row = catalog_find(catalog, old);

			*gone_bytes += row != NULL ? (int64_t)row->entry.size_bytes : 0;
			n_gone++;
			i++;
		} else {
			if (added != NULL)
				g_array_append_val(added, new);
			k++;
		}
	}
	return n_gone;
}

CatalogFit
catalog_fit(const Catalog *catalog, const GArray *handles, const GArray *storages, GArray *added)
{
	int64_t gone_bytes = 0;

	if (catalog->end.handles == NULL)
		return CATALOG_UNLIKELY;
	guint n_gone = part(catalog->end.handles, handles, added, &gone_bytes, catalog);
	if (n_gone == 0 && added->len == 0)
		return catalog_has_same_space(catalog, storages) ? CATALOG_SAME : CATALOG_UNLIKELY;
	return n_gone * GONE_PART > catalog->end.handles->len ? CATALOG_UNLIKELY : CATALOG_CHANGED;
}

gboolean
catalog_explains(const Catalog *catalog, const GArray *handles, const GArray *storages,
		 guint n_added, uint64_t added_bytes)
{
	int64_t gone_bytes = 0;
	guint n_gone = part(catalog->end.handles, handles, NULL, &gone_bytes, catalog);
	int64_t found = free_bytes(storages) - free_bytes(catalog->end.storages);
	int64_t wrong = found - (gone_bytes - (int64_t)added_bytes);
	int64_t slack = SLACK_BYTES + (int64_t)CLUSTER_BYTES * (n_gone + n_added);

	return wrong <= slack && wrong >= -slack;
}

gboolean
catalog_row_is(const CatalogRow *row, const DeviceEntry *entry, DeviceHandle folder)
{
	return row->folder == folder && row->entry.size_bytes == entry->size_bytes &&
	       row->entry.is_folder == entry->is_folder &&
	       g_str_equal(row->entry.name, entry->name);
}

CatalogComparison
catalog_compare(const Catalog *older, const Catalog *newer)
{
	CatalogComparison found = {0};
	DeviceHandle lowest_gone = older->gap, highest_same = 0;
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, older->rows);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const CatalogRow *old = value;
		DeviceHandle handle = old->entry.handle;
		const CatalogRow *new = catalog_find(newer, handle);

		if (new == NULL && (lowest_gone == 0 || handle < lowest_gone))
			lowest_gone = handle;
		if (new == NULL)
			continue;
		if (catalog_row_is(old, &new->entry, new->folder)) {
			found.n_same++;
			highest_same = MAX(highest_same, handle);
		} else {
			found.n_other++;
		}
	}
	found.has_gap = lowest_gone != 0 && lowest_gone < highest_same;
	return found;
}
