/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-folder: folders are made as songs need them and journaled as ours, so
 * that those which empty can go again; what was sent is looked at once more.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/name.h"

static gboolean
journal_folder(Execution *execution, uint32_t storage, const char *path, GError **error)
{
	JournalRow *row = g_new0(JournalRow, 1);

	row->kind = JOURNAL_FOLDER;
	row->state = JOURNAL_DONE;
	row->storage = g_strdup(execute_storage(execution, storage)->label);
	row->path = g_strdup(path);
	journal_row_clear_statistics(row);
	g_ptr_array_add(execution->folders, row);
	return journal_store(execution->journal, row, error);
}

static gboolean
find_folder(Execution *execution, uint32_t storage, DeviceHandle parent, const char *name,
	    DeviceHandle *out, GError **error)
{
	g_autoptr(GArray) entries = device_entries_new();

	*out = 0;
	if (!device_list(execution->device, execute_storage(execution, storage)->id, parent,
			 entries, execution->cancellable, error))
		return FALSE;
	for (guint i = 0; i < entries->len && *out == 0; i++) {
		const DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);
		if (entry->is_folder && strcmp(entry->name, name) == 0)
			*out = entry->handle;
	}
	return TRUE;
}

/* What failed may have been done: an answer can get lost. Many devices would make a second folder of
 * the same name, so none is made before the device has shown that it is not there. */
static gboolean
make_folder(Execution *execution, uint32_t storage, DeviceHandle parent, const char *path,
	    DeviceHandle *out, GError **error)
{
	const char *name = name_in(path);
	g_autofree char *key = g_strdup_printf("%u/%s", storage, path);
	DeviceHandle found = 0;

	if (g_hash_table_contains(execution->doubtful, key) &&
	    !find_folder(execution, storage, parent, name, &found, error))
		return FALSE;
	if (found == 0) {
		g_hash_table_add(execution->doubtful, g_strdup(key));
		if (!device_make_folder(execution->device, execute_storage(execution, storage)->id,
					parent, name, &found, error))
			return FALSE;
	}
	g_hash_table_remove(execution->doubtful, key);
	*out = found;
	return TRUE;
}

gboolean
execute_ensure_folder(Execution *execution, uint32_t storage, const char *path, DeviceHandle *out,
		      GError **error)
{
	const char *slash = strrchr(path, '/');
	g_autofree char *above = g_strndup(path, slash != NULL ? slash - path : 0);
	DeviceHandle parent;

	if (path[0] == '\0') {
		*out = DEVICE_ROOT;
		return TRUE;
	}
	InventoryObject *there = inventory_find(execution->inventory, storage, path);
	if (there != NULL && there->is_folder) {
		*out = there->handle;
		return TRUE;
	}
	if (there != NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "on the device “%s” is a file where a folder is needed; move it away",
			    path);
		return FALSE;
	}
	if (!execute_ensure_folder(execution, storage, above, &parent, error))
		return FALSE;
	if (!make_folder(execution, storage, parent, path, out, error)) {
		g_prefix_error(error, "making the folder “%s”: ", path);
		return FALSE;
	}
	InventoryObject *folder = g_new0(InventoryObject, 1);
	*folder = (InventoryObject){.handle = *out,
				    .storage = storage,
				    .path = g_strdup(path),
				    .folded = name_fold(path),
				    .is_folder = TRUE};
	inventory_take(execution->inventory, folder);
	return journal_folder(execution, storage, path, error);
}

/* An object that was dropped is not found at its path any more. */
static gboolean
is_still_there(Execution *execution, InventoryObject *object)
{
	return inventory_find(execution->inventory, object->storage, object->path) == object;
}

static char *
folder_key(uint32_t storage, const char *path, gsize length)
{
	return g_strdup_printf("%u/%.*s", storage, (int)length, path);
}

/* "storage/folded folder" -> how many objects it shows, which is what keeps it. */
static GHashTable *
count_children(Execution *execution)
{
	GHashTable *children = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *objects = execution->inventory->objects;

	for (guint i = 0; i < objects->len; i++) {
		InventoryObject *object = g_ptr_array_index(objects, i);
		const char *slash = strrchr(object->folded, '/');
		if (slash == NULL || !is_still_there(execution, object))
			continue;
		char *key = folder_key(object->storage, object->folded, slash - object->folded);
		guint n = GPOINTER_TO_UINT(g_hash_table_lookup(children, key));
		g_hash_table_replace(children, key, GUINT_TO_POINTER(n + 1));
	}
	return children;
}

/* A child that went may have emptied the folder above. */
static void
uncount(GHashTable *children, uint32_t storage, const char *folded)
{
	const char *slash = strrchr(folded, '/');

	if (slash == NULL)
		return;
	char *key = folder_key(storage, folded, slash - folded);
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(children, key));
	g_hash_table_replace(children, key, GUINT_TO_POINTER(MAX(n, 1) - 1));
}

static int
deeper_first(gconstpointer a, gconstpointer b)
{
	const JournalRow *row_a = *(JournalRow *const *)a, *row_b = *(JournalRow *const *)b;

	return (int)strlen(row_b->path) - (int)strlen(row_a->path);
}

/* Its emptiness is asked of the device itself: many remove a folder with all that is in it. */
static gboolean
remove_if_empty(Execution *execution, uint32_t storage, InventoryObject *folder)
{
	g_autoptr(GArray) entries = device_entries_new();

	return device_list(execution->device, execute_storage(execution, storage)->id,
			   folder->handle, entries, execution->cancellable, NULL) &&
	       entries->len == 0 && execute_drop(execution, folder, NULL);
}

static void
tidy_one(Execution *execution, GHashTable *children, JournalRow *row)
{
	int storage = inventory_find_storage(execution->inventory, row->storage);

	if (storage < 0 || !inventory_is_complete(execution->inventory, storage, row->path))
		return;
	InventoryObject *folder = inventory_find(execution->inventory, storage, row->path);
	if (folder == NULL) {
		journal_remove(execution->journal, row->id, NULL);
		return;
	}
	g_autofree char *key = folder_key(storage, folder->folded, strlen(folder->folded));
	if (!folder->is_folder || g_hash_table_lookup(children, key) != NULL ||
	    !remove_if_empty(execution, storage, folder))
		return;
	journal_remove(execution->journal, row->id, NULL);
	uncount(children, storage, folder->folded);
}

void
execute_tidy_folders(Execution *execution)
{
	g_autoptr(GHashTable) children = count_children(execution);

	g_ptr_array_sort(execution->folders, deeper_first);
	for (guint i = 0; i < execution->folders->len; i++) {
		if (journal_has_failed(execution->journal))
			return;
		tidy_one(execution, children, g_ptr_array_index(execution->folders, i));
	}
}

/* verification */

static gboolean
is_named_so(const DeviceEntry *entry, const InventoryObject *object)
{
	return strcmp(entry->name, name_in(object->path)) == 0;
}

/* What is short is looked at next time: it may be a part, or whole by then. What is longer than what was sent
 * goes at once, while its handle says that it is ours: later it would be taken for somebody else's, and
 * another one sent beside it with each sync. */
static void
distrust(Execution *execution, InventoryObject *object, JournalRow *row, const DeviceEntry *entry)
{
	uint64_t found_bytes = entry != NULL ? entry->size_bytes : 0;

	row->state = JOURNAL_PENDING;
	row->synced_unix = 0;
	if (journal_store(execution->journal, row, NULL) && found_bytes > object->size_bytes &&
	    is_named_so(entry, object))
		execute_drop(execution, object, NULL);
	execute_fail(execution, object->path, row->source,
		     g_error_new(PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
				 "the device stored %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				 " bytes; it is copied again with the next sync",
				 found_bytes, object->size_bytes));
}

static GHashTable *
sizes_by_handle(GArray *entries)
{
	GHashTable *sizes = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < entries->len; i++) {
		DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);
		g_hash_table_insert(sizes, GUINT_TO_POINTER(entry->handle), entry);
	}
	return sizes;
}

static void
verify_sent(Execution *execution, const GPtrArray *sent, GArray *entries)
{
	g_autoptr(GHashTable) sizes = sizes_by_handle(entries);

	for (guint i = 0; i < sent->len; i++) {
		InventoryObject *object = g_ptr_array_index(sent, i);
		JournalRow *row = g_hash_table_lookup(execution->sent, object);
		DeviceEntry *entry = g_hash_table_lookup(sizes, GUINT_TO_POINTER(object->handle));
		if (entry == NULL || entry->size_bytes != object->size_bytes)
			distrust(execution, object, row, entry);
	}
}

/* What was sent, by its folder: "storage/path" -> array of InventoryObject. */
static GHashTable *
sent_by_folder(Execution *execution)
{
	GHashTable *folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						    (GDestroyNotify)g_ptr_array_unref);
	GHashTableIter iter;
	void *object_pointer;

	g_hash_table_iter_init(&iter, execution->sent);
	while (g_hash_table_iter_next(&iter, &object_pointer, NULL)) {
		InventoryObject *object = object_pointer;
		g_autofree char *parent = g_path_get_dirname(object->path);
		g_autofree char *key = folder_key(object->storage, parent, strlen(parent));
		GPtrArray *sent = g_hash_table_lookup(folders, key);
		if (sent == NULL) {
			sent = g_ptr_array_new();
			g_hash_table_insert(folders, g_steal_pointer(&key), sent);
		}
		g_ptr_array_add(sent, object);
	}
	return folders;
}

static gboolean
verify_folder(Execution *execution, uint32_t storage, DeviceHandle handle, const GPtrArray *sent,
	      GError **error)
{
	g_autoptr(GArray) entries = device_entries_new();
	g_autoptr(GError) failure = NULL;

	if (device_list(execution->device, execute_storage(execution, storage)->id, handle, entries,
			execution->cancellable, &failure)) {
		verify_sent(execution, sent, entries);
		return TRUE;
	}
	if (!execute_is_fatal(failure))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean
execute_verify(Execution *execution, GError **error)
{
	g_autoptr(GHashTable) folders = sent_by_folder(execution);
	GHashTableIter iter;
	void *key, *path;

	g_hash_table_iter_init(&iter, execution->touched);
	while (g_hash_table_iter_next(&iter, &key, &path)) {
		uint32_t storage = *(gint64 *)key >> 32;
		DeviceHandle handle = *(gint64 *)key & 0xffffffff;
		g_autofree char *folder = folder_key(storage, path, strlen(path));
		const GPtrArray *sent = g_hash_table_lookup(folders, folder);
		if (sent != NULL && !verify_folder(execution, storage, handle, sent, error))
			return FALSE;
	}
	return TRUE;
}
