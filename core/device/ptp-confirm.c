/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-confirm: what a session was told from the catalog is looked at on the device right before anything is
 * done to it: an object itself; of a folder that something is put into, the folder, those above it
 * and, if it is a file, all that is in there. So a memory that was wrong costs a step, and never
 * somebody's file (law 1).
 */
#include "base/error.h"
#include "device/ptp-catalog.h"

#define MAX_DEPTH 64
/* So many objects are looked at by themselves where all can be had in a few lists. */
#define FEW_LOOKS 3

/* Dead now means: no file, so all is read anew. */
static void
begin_change(PtpCatalog *catalog)
{
	catalog->n_changes++;
	if (!catalog->was_changed)
		ptp_catalog_remove_file(catalog);
	catalog->was_changed = TRUE;
}

static gboolean
refuse(PtpLane *lane, const char *name, GError **error)
{
	ptp_catalog_void(lane);
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
		    "“%s” has changed on the device since it was last read, so nothing is done to "
		    "it; the next sync reads all anew",
		    name);
	return FALSE;
}

static gboolean
is_wrong(PtpLane *lane, DeviceHandle handle, GError **error)
{
	const CatalogRow *row = catalog_find(lane->catalog->now, handle);

	if (!g_hash_table_contains(lane->catalog->wrong, GUINT_TO_POINTER(handle)))
		return FALSE;
	return !refuse(lane, row != NULL ? row->entry.name : "/", error);
}

static gboolean
confirm(Device *device, DeviceHandle handle, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	const CatalogRow *row = catalog_find(lane->catalog->now, handle);
	DeviceEntry entry = {0};
	DeviceHandle folder;
	uint32_t storage;

	if (is_wrong(lane, handle, error))
		return FALSE;
	if (!lane->catalog->was_believed || row == NULL || lane->catalog->was_checked ||
	    g_hash_table_contains(lane->catalog->confirmed, GUINT_TO_POINTER(handle)))
		return TRUE;
	lane->catalog->n_looks++;
	if (!ptp_load_entry(device, handle, &entry, &storage, &folder, error)) {
		ptp_catalog_void(lane);
		return FALSE;
	}
	gboolean same = catalog_row_is(row, &entry, folder);
	device_entry_clear(&entry);
	if (!same)
		return refuse(lane, row->entry.name, error);
	g_hash_table_add(lane->catalog->confirmed, GUINT_TO_POINTER(handle));
	return TRUE;
}

/* One folder against the index that was just made. What is in it and was not told makes the folder wrong. */
static void
check_folder(Device *device, uint32_t storage, DeviceHandle folder, const GArray *children)
{
	PtpLane *lane = ptp_lane_of(device);
	GHashTable *wrong = lane->catalog->wrong;
	g_autoptr(GArray) entries = device_entries_new();
	g_autoptr(GHashTable) right = g_hash_table_new(NULL, NULL);

	if (ptp_index_list(device, storage, folder, entries, NULL) != PTP_LISTED)
		g_hash_table_add(wrong, GUINT_TO_POINTER(folder));
	for (guint i = 0; i < entries->len; i++) {
		const DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);
		const CatalogRow *row = catalog_find(lane->catalog->now, entry->handle);

		if (row != NULL && catalog_row_is(row, entry, folder))
			g_hash_table_add(right, GUINT_TO_POINTER(entry->handle));
		else
			g_hash_table_add(wrong, GUINT_TO_POINTER(folder));
	}
	for (guint i = 0; i < children->len; i++) {
		void *handle = GUINT_TO_POINTER(g_array_index(children, DeviceHandle, i));

		if (!g_hash_table_contains(right, handle))
			g_hash_table_add(wrong, handle);
	}
}

static PtpListResult
check_all(Device *device, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	GHashTableIter iter;
	void *key, *children;
	PtpListResult result = ptp_index_make(device, error);

	if (result != PTP_LISTED)
		return result;
	g_hash_table_iter_init(&iter, lane->catalog->now->folders);
	while (g_hash_table_iter_next(&iter, &key, &children)) {
		gint64 place = *(gint64 *)key;

		check_folder(device, (uint32_t)(place >> 32), (DeviceHandle)place, children);
	}
	if (g_hash_table_size(lane->catalog->wrong) > 0)
		ptp_catalog_void(lane);
	/* It will be old in a moment. */
	ptp_forget_lists(lane);
	lane->catalog->was_checked = TRUE;
	return PTP_LISTED;
}

/* A device that shows all in a few answers is asked for all. */
static gboolean
ensure_checked(Device *device, gboolean at_once, GError **error)
{
	const PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	if (!catalog->was_believed || catalog->was_checked || !catalog->by_report ||
	    (!at_once && catalog->n_looks < FEW_LOOKS))
		return TRUE;
	return check_all(device, error) != PTP_LIST_FAILED;
}

gboolean
ptp_confirm_object(Device *device, DeviceHandle handle, GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	if (catalog == NULL)
		return TRUE;
	if (!ensure_checked(device, FALSE, error) || !confirm(device, handle, error))
		return FALSE;
	begin_change(catalog);
	return TRUE;
}

static gboolean
confirm_path(Device *device, DeviceHandle folder, GError **error)
{
	const Catalog *now = ptp_lane_of(device)->catalog->now;

	for (int depth = 0; folder != DEVICE_ROOT && depth < MAX_DEPTH; depth++) {
		const CatalogRow *row = catalog_find(now, folder);

		if (row == NULL)
			return TRUE;
		if (!confirm(device, folder, error))
			return FALSE;
		folder = row->folder;
	}
	return TRUE;
}

static gboolean
are_same(const Catalog *then, const GArray *children, DeviceHandle folder, const GArray *entries)
{
	if (children->len != entries->len)
		return FALSE;
	for (guint i = 0; i < entries->len; i++) {
		const DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);
		const CatalogRow *row = catalog_find(then, entry->handle);

		if (row == NULL || !catalog_row_is(row, entry, folder))
			return FALSE;
	}
	return TRUE;
}

/* What is in there is the same, to the last name; asked for now, once. */
static gboolean
confirm_children(Device *device, uint32_t storage, DeviceHandle folder, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	PtpCatalog *catalog = lane->catalog;
	const GArray *children = catalog_children(catalog->now, storage, folder);
	g_autoptr(GArray) entries = device_entries_new();

	if (!catalog->was_believed || children == NULL || catalog->was_checked ||
	    ptp_catalog_was_listed(catalog, storage, folder))
		return !is_wrong(lane, folder, error);
	if (!ptp_list_afresh(device, storage, folder, entries, error))
		return FALSE;
	const CatalogRow *row = catalog_find(catalog->now, folder);
	if (!are_same(catalog->now, children, folder, entries))
		return refuse(lane, row != NULL ? row->entry.name : "/", error);
	for (guint i = 0; i < entries->len; i++)
		g_hash_table_add(catalog->confirmed,
				 GUINT_TO_POINTER(g_array_index(entries, DeviceEntry, i).handle));
	ptp_catalog_note(lane, storage, folder, entries, 0);
	return TRUE;
}

gboolean
ptp_confirm_folder(Device *device, uint32_t storage, DeviceHandle folder, gboolean files,
		   GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	if (catalog == NULL)
		return TRUE;
	if (!ensure_checked(device, files, error) || !confirm_path(device, folder, error) ||
	    (files && !confirm_children(device, storage, folder, error)))
		return FALSE;
	begin_change(catalog);
	catalog_doubt(catalog->now, storage, folder);
	return TRUE;
}

void
ptp_catalog_forget(PtpLane *lane, DeviceHandle handle)
{
	if (lane->catalog != NULL)
		catalog_forget(lane->catalog->now, handle);
}

void
ptp_catalog_remove(PtpLane *lane, DeviceHandle handle)
{
	if (lane->catalog != NULL)
		catalog_remove(lane->catalog->now, handle);
}
