/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * catalog-file: a catalog as bytes and back: a checksum, then one GVariant. What was written by another
 * version, for another device or by nobody is no catalog; what can not be is not taken for one.
 */
#include <string.h>

#include "device/catalog.h"

#define VERSION 2u
#define DIGEST_BYTES 32
#define ROW "(uustxyiix)"
#define ROWS "a" ROW
#define FOLDERS "a(uuau)"
#define END "(bauba(utt)u)"
#define TYPE "(usxu" END FOLDERS ROWS ")"
enum { IS_FOLDER = 1, IS_PLAYLIST = 2, HAS_STATISTICS = 4, IS_ALBUM = 8 };

static void
digest_of(const void *bytes, gsize n, guint8 *out)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize length = DIGEST_BYTES;

	g_checksum_update(checksum, bytes, (gssize)n);
	g_checksum_get_digest(checksum, out, &length);
}

/* writing */

static GVariant *
build_handles(const GArray *handles)
{
	return g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, handles ? handles->data : NULL,
					 handles ? handles->len : 0, sizeof(uint32_t));
}

static GVariant *
build_end(const CatalogEnd *end)
{
	GVariantBuilder storages;

	g_variant_builder_init(&storages, G_VARIANT_TYPE("a(utt)"));
	for (guint i = 0; end->storages != NULL && i < end->storages->len; i++) {
		const CatalogStorage *storage = &g_array_index(end->storages, CatalogStorage, i);

		g_variant_builder_add(&storages, "(utt)", storage->id, storage->capacity_bytes,
				      storage->free_bytes);
	}
	return g_variant_new("(b@auba(utt)u)", end->handles != NULL, build_handles(end->handles),
			     end->storages != NULL, &storages, end->report);
}

static GVariant *
build_folders(const Catalog *catalog)
{
	GVariantBuilder builder;
	GHashTableIter iter;
	void *key, *value;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(FOLDERS));
	g_hash_table_iter_init(&iter, catalog->folders);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		gint64 place = *(gint64 *)key;

		g_variant_builder_add(&builder, "(uu@au)", (uint32_t)(place >> 32), (uint32_t)place,
				      build_handles(value));
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
build_rows(const Catalog *catalog)
{
	GVariantBuilder builder;
	GHashTableIter iter;
	void *value;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(ROWS));
	g_hash_table_iter_init(&iter, catalog->rows);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const CatalogRow *row = value;
		guchar flags = (row->entry.is_folder ? IS_FOLDER : 0) |
			       (row->entry.is_playlist ? IS_PLAYLIST : 0) |
			       (row->entry.is_album ? IS_ALBUM : 0) |
			       (row->has_statistics ? HAS_STATISTICS : 0);

		g_variant_builder_add(&builder, ROW, row->entry.handle, row->folder,
				      row->entry.name, row->entry.size_bytes,
				      row->entry.modified_unix, flags, row->statistics.use_count,
				      row->statistics.rating, row->statistics.last_played_unix);
	}
	return g_variant_builder_end(&builder);
}

GBytes *
catalog_build(const Catalog *catalog, const char *who)
{
	g_autoptr(GVariant) value = g_variant_ref_sink(
		g_variant_new("(usxu@" END "@" FOLDERS "@" ROWS ")", VERSION, who,
			      catalog->looked_unix, catalog->gap, build_end(&catalog->end),
			      build_folders(catalog), build_rows(catalog)));
	gsize n = g_variant_get_size(value);
	guint8 *bytes = g_malloc(DIGEST_BYTES + n);

	g_variant_store(value, bytes + DIGEST_BYTES);
	digest_of(bytes + DIGEST_BYTES, n, bytes);
	return g_bytes_new_take(bytes, DIGEST_BYTES + n);
}

/* reading */

static GArray *
read_handles(GVariant *value)
{
	gsize n = 0;
	const uint32_t *all = g_variant_get_fixed_array(value, &n, sizeof(uint32_t));
	GArray *handles = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), (guint)n);

	if (n > 0)
		g_array_append_vals(handles, all, (guint)n);
	return handles;
}

static void
read_end(GVariant *value, CatalogEnd *end)
{
	gboolean has_handles, has_storages;
	g_autoptr(GVariant) handles = NULL;
	g_autoptr(GVariantIter) storages = NULL;
	CatalogStorage storage;

	g_variant_get(value, "(b@auba(utt)u)", &has_handles, &handles, &has_storages, &storages,
		      &end->report);
	if (has_handles)
		end->handles = read_handles(handles);
	if (end->handles != NULL)
		g_array_sort(end->handles, catalog_compare_handles);
	if (!has_storages)
		return;
	end->storages = g_array_new(FALSE, TRUE, sizeof(CatalogStorage));
	while (g_variant_iter_next(storages, "(utt)", &storage.id, &storage.capacity_bytes,
				   &storage.free_bytes))
		g_array_append_val(end->storages, storage);
}

static gboolean
read_rows(GVariant *value, Catalog *catalog)
{
	GVariantIter iter;
	CatalogRow row = {0};
	guchar flags;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, ROW, &row.entry.handle, &row.folder, &row.entry.name,
				   &row.entry.size_bytes, &row.entry.modified_unix, &flags,
				   &row.statistics.use_count, &row.statistics.rating,
				   &row.statistics.last_played_unix)) {
		row.entry.is_folder = (flags & IS_FOLDER) != 0;
		row.entry.is_playlist = (flags & IS_PLAYLIST) != 0;
		row.entry.is_album = (flags & IS_ALBUM) != 0;
		row.has_statistics = (flags & HAS_STATISTICS) != 0;
		if (row.entry.handle == 0 || row.entry.handle == row.folder ||
		    row.entry.name[0] == '\0' || catalog_find(catalog, row.entry.handle) != NULL) {
			g_free(row.entry.name);
			return FALSE;
		}
		g_hash_table_insert(catalog->rows, GUINT_TO_POINTER(row.entry.handle),
				    g_memdup2(&row, sizeof(row)));
	}
	return TRUE;
}

/* Each child is a row that says the same. */
static gboolean
are_children(const Catalog *catalog, const GArray *children, DeviceHandle folder)
{
	for (guint i = 0; i < children->len; i++) {
		const CatalogRow *row =
			catalog_find(catalog, g_array_index(children, DeviceHandle, i));

		if (row == NULL || row->folder != folder)
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_folders(GVariant *value, Catalog *catalog)
{
	GVariantIter iter;
	uint32_t storage, folder;
	GVariant *list;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(uu@au)", &storage, &folder, &list)) {
		gint64 place = catalog_place(storage, folder);
		GArray *children = read_handles(list);

		g_variant_unref(list);
		if (!are_children(catalog, children, folder)) {
			g_array_unref(children);
			return FALSE;
		}
		g_hash_table_replace(catalog->folders, g_memdup2(&place, sizeof(place)), children);
	}
	return TRUE;
}

/* Not aligned where it lies in the file. */
static GVariant *
open_value(GBytes *bytes)
{
	gsize n;
	const guint8 *data = g_bytes_get_data(bytes, &n);
	guint8 digest[DIGEST_BYTES];

	if (n <= DIGEST_BYTES)
		return NULL;
	digest_of(data + DIGEST_BYTES, n - DIGEST_BYTES, digest);
	if (memcmp(digest, data, DIGEST_BYTES) != 0)
		return NULL;
	g_autoptr(GBytes) rest = g_bytes_new(data + DIGEST_BYTES, n - DIGEST_BYTES);
	g_autoptr(GVariant) value =
		g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(TYPE), rest, FALSE));
	return g_variant_is_normal_form(value) ? g_steal_pointer(&value) : NULL;
}

Catalog *
catalog_parse(GBytes *bytes, const char *who)
{
	g_autoptr(Catalog) catalog = catalog_new();
	g_autoptr(GVariant) value = open_value(bytes), end = NULL, folders = NULL, rows = NULL;
	uint32_t version;
	const char *about;

	if (value == NULL)
		return NULL;
	g_variant_get(value, "(u&sxu@" END "@" FOLDERS "@" ROWS ")", &version, &about,
		      &catalog->looked_unix, &catalog->gap, &end, &folders, &rows);
	if (version != VERSION || strcmp(about, who) != 0 || !read_rows(rows, catalog) ||
	    !read_folders(folders, catalog))
		return NULL;
	read_end(end, &catalog->end);
	return g_steal_pointer(&catalog);
}
