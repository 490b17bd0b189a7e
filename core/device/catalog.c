/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalog: see catalog.h. What is known of objects; catalog-file.c writes it, catalog-fit.c judges it. */
#include "device/catalog.h"

#include <string.h>

static void
row_free(CatalogRow *row)
{
	device_entry_clear(&row->entry);
	g_free(row);
}

Catalog *
catalog_new(void)
{
	Catalog *catalog = g_new0(Catalog, 1);

	catalog->rows = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)row_free);
	catalog->folders = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
						 (GDestroyNotify)g_array_unref);
	return catalog;
}

void
catalog_end_clear(CatalogEnd *end)
{
	g_clear_pointer(&end->handles, g_array_unref);
	g_clear_pointer(&end->storages, g_array_unref);
	end->report = 0;
}

void
catalog_free(Catalog *catalog)
{
	if (catalog == NULL)
		return;
	g_hash_table_unref(catalog->rows);
	g_hash_table_unref(catalog->folders);
	catalog_end_clear(&catalog->end);
	g_free(catalog);
}

static GArray *
copy_array(const GArray *array)
{
	return array != NULL ? g_array_copy((GArray *)array) : NULL;
}

static CatalogRow *
row_copy(const CatalogRow *row)
{
	CatalogRow *copy = g_memdup2(row, sizeof(*row));

	copy->entry.name = g_strdup(row->entry.name);
	return copy;
}

Catalog *
catalog_copy(const Catalog *catalog)
{
	Catalog *copy = catalog_new();
	GHashTableIter iter;
	void *key, *value;

	g_hash_table_iter_init(&iter, catalog->rows);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_insert(copy->rows, key, row_copy(value));
	g_hash_table_iter_init(&iter, catalog->folders);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_insert(copy->folders, g_memdup2(key, sizeof(gint64)),
				    copy_array(value));
	copy->end.handles = copy_array(catalog->end.handles);
	copy->end.storages = copy_array(catalog->end.storages);
	copy->end.report = catalog->end.report;
	copy->looked_unix = catalog->looked_unix;
	copy->gap = catalog->gap;
	return copy;
}

gint64
catalog_place(uint32_t storage, DeviceHandle folder)
{
	uint64_t root_of = folder == DEVICE_ROOT ? storage : 0;

	return (gint64)(root_of << 32 | folder);
}

CatalogRow *
catalog_find(const Catalog *catalog, DeviceHandle handle)
{
	return g_hash_table_lookup(catalog->rows, GUINT_TO_POINTER(handle));
}

const GArray *
catalog_children(const Catalog *catalog, uint32_t storage, DeviceHandle folder)
{
	gint64 place = catalog_place(storage, folder);

	return g_hash_table_lookup(catalog->folders, &place);
}

static CatalogRow *
put_row(Catalog *catalog, DeviceHandle folder, const DeviceEntry *entry)
{
	const CatalogRow *old = catalog_find(catalog, entry->handle);
	CatalogRow *row = g_new0(CatalogRow, 1);

	row->entry = *entry;
	row->entry.name = g_strdup(entry->name);
	row->folder = folder;
	/* What was counted belongs to the object, whatever it is called. */
	if (old != NULL && old->entry.size_bytes == entry->size_bytes) {
		row->has_statistics = old->has_statistics;
		row->statistics = old->statistics;
	}
	g_hash_table_replace(catalog->rows, GUINT_TO_POINTER(entry->handle), row);
	return row;
}

/* A folder takes along what is in it, however deep. */
static void
drop_row(Catalog *catalog, DeviceHandle handle)
{
	CatalogRow *row = catalog_find(catalog, handle);
	gint64 place = catalog_place(0, handle);
	g_autofree gint64 *key = NULL;
	g_autoptr(GArray) children = NULL;

	if (row == NULL)
		return;
	g_hash_table_remove(catalog->rows, GUINT_TO_POINTER(handle));
	g_hash_table_steal_extended(catalog->folders, &place, (void **)&key, (void **)&children);
	for (guint i = 0; children != NULL && i < children->len; i++) {
		const CatalogRow *child =
			catalog_find(catalog, g_array_index(children, DeviceHandle, i));

		if (child != NULL && child->folder == handle)
			drop_row(catalog, child->entry.handle);
	}
}

static gboolean
find_child(const GArray *children, DeviceHandle handle, guint *at)
{
	for (*at = 0; children != NULL && *at < children->len; (*at)++) {
		if (g_array_index(children, DeviceHandle, *at) == handle)
			return TRUE;
	}
	return FALSE;
}

static void
drop_strangers(Catalog *catalog, const GArray *then, DeviceHandle folder, GHashTable *now)
{
	for (guint i = 0; then != NULL && i < then->len; i++) {
		DeviceHandle handle = g_array_index(then, DeviceHandle, i);
		const CatalogRow *row = catalog_find(catalog, handle);

		if (row != NULL && row->folder == folder &&
		    !g_hash_table_contains(now, GUINT_TO_POINTER(handle)))
			drop_row(catalog, handle);
	}
}

void
catalog_note_folder(Catalog *catalog, uint32_t storage, DeviceHandle folder, const GArray *entries,
		    guint from)
{
	g_autoptr(GHashTable) now = g_hash_table_new(NULL, NULL);
	GArray *children = g_array_new(FALSE, FALSE, sizeof(DeviceHandle));
	gint64 place = catalog_place(storage, folder);

	for (guint i = from; i < entries->len; i++) {
		const DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);

		g_hash_table_add(now, GUINT_TO_POINTER(entry->handle));
		g_array_append_val(children, entry->handle);
	}
	drop_strangers(catalog, catalog_children(catalog, storage, folder), folder, now);
	for (guint i = from; i < entries->len; i++)
		put_row(catalog, folder, &g_array_index(entries, DeviceEntry, i));
	g_hash_table_replace(catalog->folders, g_memdup2(&place, sizeof(place)), children);
}

void
catalog_add(Catalog *catalog, uint32_t storage, DeviceHandle folder, const DeviceEntry *entry)
{
	GArray *children = (GArray *)catalog_children(catalog, storage, folder);
	guint at;

	if (children == NULL)
		return;
	if (!find_child(children, entry->handle, &at))
		g_array_append_val(children, entry->handle);
	put_row(catalog, folder, entry);
}

void
catalog_doubt(Catalog *catalog, uint32_t storage, DeviceHandle folder)
{
	gint64 place = catalog_place(storage, folder);

	g_hash_table_remove(catalog->folders, &place);
}

void
catalog_drop_folder(Catalog *catalog, uint32_t storage, DeviceHandle folder)
{
	gint64 place = catalog_place(storage, folder);
	g_autofree gint64 *key = NULL;
	g_autoptr(GArray) children = NULL;

	g_hash_table_steal_extended(catalog->folders, &place, (void **)&key, (void **)&children);
	for (guint i = 0; children != NULL && i < children->len; i++)
		drop_row(catalog, g_array_index(children, DeviceHandle, i));
}

/* Of what lies at the top it is not told in which storage. */
static gboolean
is_place_of(void *key, void *value, void *data)
{
	gint64 place = *(gint64 *)key;
	guint at;
	const CatalogRow *row = data;

	return (DeviceHandle)place == row->folder && find_child(value, row->entry.handle, &at);
}

void
catalog_forget(Catalog *catalog, DeviceHandle handle)
{
	CatalogRow *row = catalog_find(catalog, handle);

	if (row == NULL)
		return;
	if (row->folder == DEVICE_ROOT)
		g_hash_table_foreach_remove(catalog->folders, is_place_of, row);
	else
		catalog_doubt(catalog, 0, row->folder);
	drop_row(catalog, handle);
}

static void
take_out(void *key, void *value, void *data)
{
	gint64 place = *(gint64 *)key;
	const CatalogRow *row = data;
	guint at;

	if ((DeviceHandle)place == row->folder && find_child(value, row->entry.handle, &at))
		g_array_remove_index(value, at);
}

void
catalog_remove(Catalog *catalog, DeviceHandle handle)
{
	CatalogRow *row = catalog_find(catalog, handle);
	guint at;

	if (row == NULL)
		return;
	GArray *children = (GArray *)catalog_children(catalog, 0, row->folder);
	if (row->folder == DEVICE_ROOT)
		g_hash_table_foreach(catalog->folders, take_out, row);
	else if (find_child(children, handle, &at))
		g_array_remove_index(children, at);
	drop_row(catalog, handle);
	if (catalog->gap == 0 || handle < catalog->gap)
		catalog->gap = handle;
}

int
catalog_compare_handles(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return first < second ? -1 : first > second;
}

void
catalog_keep_only(Catalog *catalog, const GArray *handles)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(DeviceHandle));
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, catalog->rows);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		DeviceHandle handle = GPOINTER_TO_UINT(key);

		if (!g_array_binary_search((GArray *)handles, &handle, catalog_compare_handles,
					   NULL))
			g_array_append_val(gone, handle);
	}
	for (guint i = 0; i < gone->len; i++)
		catalog_remove(catalog, g_array_index(gone, DeviceHandle, i));
}
