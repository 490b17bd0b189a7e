/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics-store: see statistics-store.h. Nothing is kept in memory: it is needed
 * once in a sync, and once when a host comes.
 */
#include "helper/statistics-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "helper/state-file.h"

#define SUFFIX ".statistics"
#define VERSION 1u
/* version, last batch id of each device, waiting batches with the oldest first */
#define FILE_TYPE "(ua{ss}a" STATISTICS_BATCH ")"
#define MOST_BYTES (16u << 20)
#define MOST_DEVICES 256

struct StatisticsStore {
	char *dir;
};

/* A host's file, taken apart. */
typedef struct {
	char *path;
	GHashTable *seen; /* device id -> batch id */
	GPtrArray *batches; /* of GVariant: STATISTICS_BATCH */
	gsize bytes; /* of them all */
} Shelf;

StatisticsStore *
statistics_store_new(const char *dir, GError **error)
{
	if (!state_dir_ensure(dir, error))
		return NULL;
	StatisticsStore *store = g_new0(StatisticsStore, 1);
	store->dir = g_strdup(dir);
	return store;
}

void
statistics_store_free(StatisticsStore *store)
{
	g_free(store->dir);
	g_free(store);
}

static void
shelf_free(Shelf *shelf)
{
	g_free(shelf->path);
	g_hash_table_unref(shelf->seen);
	g_ptr_array_unref(shelf->batches);
	g_free(shelf);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shelf, shelf_free)

static char *
path_of(StatisticsStore *store, const char *host_id)
{
	g_autofree char *name = g_strconcat(host_id, SUFFIX, NULL);

	return g_build_filename(store->dir, name, NULL);
}

static void
put(Shelf *shelf, GVariant *batch)
{
	g_ptr_array_add(shelf->batches, g_variant_ref_sink(batch));
	shelf->bytes += g_variant_get_size(batch);
}

static void
drop_first(Shelf *shelf)
{
	shelf->bytes -= g_variant_get_size(shelf->batches->pdata[0]);
	g_ptr_array_remove_index(shelf->batches, 0);
}

static gboolean
parse(Shelf *shelf, const char *bytes, gsize size)
{
	g_autoptr(GBytes) content = g_bytes_new(bytes, size);
	g_autoptr(GVariant) file = g_variant_ref_sink(
		g_variant_new_from_bytes(G_VARIANT_TYPE(FILE_TYPE), content, FALSE));
	g_autoptr(GVariantIter) seen = NULL, batches = NULL;
	const char *device_id, *batch_id;
	GVariant *batch;
	guint version;

	if (!g_variant_is_normal_form(file))
		return FALSE;
	g_variant_get(file, "(ua{ss}a" STATISTICS_BATCH ")", &version, &seen, &batches);
	if (version != VERSION)
		return FALSE;
	while (g_variant_iter_next(seen, "{&s&s}", &device_id, &batch_id))
		g_hash_table_replace(shelf->seen, g_strdup(device_id), g_strdup(batch_id));
	while ((batch = g_variant_iter_next_value(batches)) != NULL) {
		put(shelf, batch);
		g_variant_unref(batch);
	}
	return TRUE;
}

/* NULL: there may be one, but it can not be read now. A damaged one is set aside. */
static Shelf *
load(StatisticsStore *store, const char *host_id, GError **error)
{
	g_autoptr(Shelf) shelf = g_new0(Shelf, 1);
	g_autoptr(GError) cause = NULL;
	g_autofree char *bytes = NULL;
	gsize size;

	shelf->path = path_of(store, host_id);
	shelf->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	shelf->batches = g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
	if (g_file_get_contents(shelf->path, &bytes, &size, &cause)) {
		if (!parse(shelf, bytes, size))
			state_file_set_aside(shelf->path, "it holds no statistics");
	} else if (!g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "%s", cause->message);
		return NULL;
	}
	return g_steal_pointer(&shelf);
}

static gboolean
save(Shelf *shelf, GError **error)
{
	GVariantBuilder seen, batches;
	GHashTableIter iter;
	gpointer device_id, batch_id;

	g_variant_builder_init(&seen, G_VARIANT_TYPE("a{ss}"));
	g_hash_table_iter_init(&iter, shelf->seen);
	while (g_hash_table_iter_next(&iter, &device_id, &batch_id))
		g_variant_builder_add(&seen, "{ss}", device_id, batch_id);
	g_variant_builder_init(&batches, G_VARIANT_TYPE("a" STATISTICS_BATCH));
	for (guint i = 0; i < shelf->batches->len; i++)
		g_variant_builder_add_value(&batches, shelf->batches->pdata[i]);
	g_autoptr(GVariant) file = g_variant_ref_sink(
		g_variant_new("(ua{ss}a" STATISTICS_BATCH ")", VERSION, &seen, &batches));
	return state_file_save(shelf->path, g_variant_get_data(file), g_variant_get_size(file),
			       error);
}

static guint64
number_of(GVariant *batch)
{
	guint64 number;

	g_variant_get_child(batch, 0, "t", &number);
	return number;
}

/* Never given before, whatever became of the file in the meantime. */
static guint64
next_number(Shelf *shelf)
{
	guint64 now_us = g_get_real_time();
	guint n = shelf->batches->len;

	return n > 0 ? MAX(now_us, number_of(shelf->batches->pdata[n - 1]) + 1) : now_us;
}

static void
make_room(Shelf *shelf, const char *host_id)
{
	guint n = 0;

	for (; shelf->bytes > MOST_BYTES && shelf->batches->len > 1; n++)
		drop_first(shelf);
	if (n > 0)
		g_warning("%s has not asked for so long what was played on devices that the "
			  "oldest of it is forgotten",
			  host_id);
}

/* An old device's last batch is not coming any more. */
static void
remember(Shelf *shelf, const char *device_id, const char *batch_id)
{
	if (!g_hash_table_contains(shelf->seen, device_id) &&
	    g_hash_table_size(shelf->seen) >= MOST_DEVICES)
		g_hash_table_remove_all(shelf->seen);
	g_hash_table_replace(shelf->seen, g_strdup(device_id), g_strdup(batch_id));
}

gboolean
statistics_store_add(StatisticsStore *store, const char *host_id, const char *device_id,
		     const char *batch_id, GVariant *tracks, gboolean *is_new, GError **error)
{
	g_autoptr(Shelf) shelf = load(store, host_id, error);

	if (shelf == NULL)
		return FALSE;
	*is_new = g_strcmp0(g_hash_table_lookup(shelf->seen, device_id), batch_id) != 0;
	if (!*is_new)
		return TRUE;
	put(shelf,
	    g_variant_new("(ts@" STATISTICS_TRACKS ")", next_number(shelf), device_id, tracks));
	make_room(shelf, host_id);
	remember(shelf, device_id, batch_id);
	return save(shelf, error);
}

GVariant *
statistics_store_nothing(void)
{
	GVariant *none = g_variant_new_array(G_VARIANT_TYPE("(siix)"), NULL, 0);

	return g_variant_ref_sink(
		g_variant_new("(ts@" STATISTICS_TRACKS ")", (guint64)0, "", none));
}

GVariant *
statistics_store_take(StatisticsStore *store, const char *host_id, guint64 done, GError **error)
{
	g_autoptr(Shelf) shelf = load(store, host_id, error);

	if (shelf == NULL)
		return NULL;
	if (done != 0 && shelf->batches->len > 0 && number_of(shelf->batches->pdata[0]) == done) {
		drop_first(shelf);
		if (!save(shelf, error))
			return NULL;
	}
	if (shelf->batches->len > 0)
		return g_variant_ref(shelf->batches->pdata[0]);
	return statistics_store_nothing();
}

gboolean
statistics_store_forget(StatisticsStore *store, const char *host_id, GError **error)
{
	g_autofree char *path = path_of(store, host_id);

	if (g_unlink(path) == 0 || errno == ENOENT)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "removing %s: %s", path,
		    g_strerror(errno));
	return FALSE;
}
