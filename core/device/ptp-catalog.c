/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-catalog: see ptp-catalog.h. Where it is worth having, what is told from it, and what is noted in it. */
#include "device/ptp-catalog.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_FILE_BYTES (256u << 20)
#define TIMES_UNTIL_SURE 2

gboolean
ptp_catalog_can_list_all(Device *device)
{
	const PtpLane *lane = ptp_lane_of(device);

	return ptp_has_lists(lane) && !(lane->quirks & PTP_QUIRK_BROKEN_LIST_ALL) &&
	       ptp_is_trusted(device, PTP_WAY_ALL);
}

/* Android deals out handles anew with every session. */
static gboolean
is_worth_it(Device *device)
{
	const PtpLane *lane = ptp_lane_of(device);

	if (device->objects_path == NULL || lane->is_android ||
	    ptp_recall(device, LEARNED_MOVED, 0) >= TIMES_UNTIL_SURE)
		return FALSE;
	if (ptp_catalog_can_list_all(device))
		return ptp_has_report(lane) && !ptp_recall(device, LEARNED_NO_REPORT, FALSE);
	return !ptp_recall(device, LEARNED_NO_HANDLES, FALSE);
}

static GBytes *
load_file(const char *path)
{
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

	if (file == NULL || g_mapped_file_get_length(file) > MAX_FILE_BYTES)
		return NULL;
	return g_mapped_file_get_bytes(file);
}

static PtpCatalog *
new_catalog(Catalog *then)
{
	PtpCatalog *catalog = g_new0(PtpCatalog, 1);

	catalog->listed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	catalog->confirmed = g_hash_table_new(NULL, NULL);
	catalog->wrong = g_hash_table_new(NULL, NULL);
	catalog->then = then;
	catalog->now = then != NULL ? catalog_copy(then) : catalog_new();
	return catalog;
}

void
ptp_catalog_open(Device *device)
{
	PtpLane *lane = ptp_lane_of(device);
	const PtpDeviceInfo *info = &lane->info;

	if (!is_worth_it(device)) {
		if (device->objects_path != NULL)
			g_unlink(device->objects_path);
		return;
	}
	g_autofree char *who = g_strdup_printf("%s\n%s\n%s\n%s\n%s", device->address->id,
					       info->maker, info->model, info->version,
					       info->serial);
	g_autoptr(GBytes) bytes = load_file(device->objects_path);
	lane->catalog = new_catalog(bytes != NULL ? catalog_parse(bytes, who) : NULL);
	lane->catalog->path = g_strdup(device->objects_path);
	lane->catalog->who = g_steal_pointer(&who);
}

void
ptp_catalog_free(PtpCatalog *catalog)
{
	if (catalog == NULL)
		return;
	catalog_free(catalog->then);
	catalog_free(catalog->now);
	g_hash_table_unref(catalog->listed);
	g_hash_table_unref(catalog->confirmed);
	g_hash_table_unref(catalog->wrong);
	g_clear_pointer(&catalog->storages, g_array_unref);
	g_free(catalog->path);
	g_free(catalog->who);
	g_free(catalog);
}

void
ptp_catalog_see_storages(PtpLane *lane, const GArray *storages, guint from)
{
	PtpCatalog *catalog = lane->catalog;

	if (catalog == NULL)
		return;
	g_clear_pointer(&catalog->storages, g_array_unref);
	catalog->storages = g_array_new(FALSE, TRUE, sizeof(CatalogStorage));
	for (guint i = from; i < storages->len; i++) {
		const DeviceStorage *told = &g_array_index(storages, DeviceStorage, i);
		const CatalogStorage storage = {told->id, told->capacity_bytes, told->free_bytes};

		g_array_append_val(catalog->storages, storage);
	}
}

void
ptp_catalog_remove_file(const PtpCatalog *catalog)
{
	if (catalog->path != NULL)
		g_unlink(catalog->path);
}

void
ptp_catalog_void(PtpLane *lane)
{
	PtpCatalog *catalog = lane->catalog;

	catalog->is_believed = FALSE;
	catalog->is_void = TRUE;
	ptp_catalog_remove_file(catalog);
}

/* telling from it */

/* What was taken over on the way to a no is read anew. */
static PtpListResult
ensure_judged(Device *device, GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	if (catalog->was_judged)
		return PTP_LISTED;
	catalog->was_judged = TRUE;
	PtpListResult result = ptp_catalog_judge(device, error);
	catalog->is_believed = catalog->was_believed = result == PTP_LISTED;
	if (result == PTP_LIST_OTHERWISE)
		catalog->is_grown = FALSE;
	return result == PTP_LIST_FAILED ? result : PTP_LISTED;
}

void
ptp_catalog_stay(PtpLane *lane)
{
	if (lane->catalog == NULL)
		lane->catalog = new_catalog(NULL);
	lane->catalog->has_stayed = TRUE;
}

/* What the last session left, or, of one that goes on, what it was told itself. */
static gboolean
is_told(const PtpCatalog *catalog, uint32_t storage, DeviceHandle folder)
{
	return catalog->is_believed || (catalog->has_stayed && !catalog->is_void &&
					ptp_catalog_was_listed(catalog, storage, folder));
}

const DeviceEntry *
ptp_catalog_recall(const PtpLane *lane, DeviceHandle handle)
{
	if (lane->catalog == NULL || !lane->catalog->is_believed || lane->catalog->is_afresh)
		return NULL;
	const CatalogRow *row = catalog_find(lane->catalog->now, handle);
	return row != NULL ? &row->entry : NULL;
}

PtpListResult
ptp_catalog_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		 GError **error)
{
	PtpLane *lane = ptp_lane_of(device);

	if (lane->catalog == NULL)
		return PTP_LIST_OTHERWISE;
	if (ensure_judged(device, error) == PTP_LIST_FAILED)
		return PTP_LIST_FAILED;
	const GArray *children = catalog_children(lane->catalog->now, storage, folder);
	if (children == NULL || !is_told(lane->catalog, storage, folder))
		return PTP_LIST_OTHERWISE;
	for (guint i = 0; i < children->len; i++) {
		DeviceHandle handle = g_array_index(children, DeviceHandle, i);

		ptp_append_entry(lane, &catalog_find(lane->catalog->now, handle)->entry, entries);
	}
	return PTP_LISTED;
}

gboolean
ptp_catalog_was_listed(const PtpCatalog *catalog, uint32_t storage, DeviceHandle folder)
{
	gint64 place = catalog_place(storage, folder);

	return g_hash_table_contains(catalog->listed, &place);
}

/* The session went on with what it was told before. */
static void
check_told(PtpLane *lane, DeviceHandle folder, const DeviceEntry *entry)
{
	const CatalogRow *row = catalog_find(lane->catalog->now, entry->handle);

	if (row == NULL || catalog_row_is(row, entry, folder))
		return;
	g_hash_table_add(lane->catalog->wrong, GUINT_TO_POINTER(entry->handle));
	ptp_catalog_void(lane);
}

void
ptp_catalog_note(PtpLane *lane, uint32_t storage, DeviceHandle folder, const GArray *entries,
		 guint from)
{
	PtpCatalog *catalog = lane->catalog;
	gint64 place = catalog_place(storage, folder);

	if (catalog == NULL)
		return;
	for (guint i = from; catalog->was_believed && i < entries->len; i++)
		check_told(lane, folder, &g_array_index(entries, DeviceEntry, i));
	catalog_note_folder(catalog->now, storage, folder, entries, from);
	g_hash_table_add(catalog->listed, g_memdup2(&place, sizeof(place)));
	catalog->is_grown = TRUE;
}

gboolean
ptp_catalog_recall_statistics(const PtpLane *lane, DeviceHandle handle, DeviceStatistics *out)
{
	if (ptp_catalog_recall(lane, handle) == NULL || !lane->catalog->by_report)
		return FALSE;
	const CatalogRow *row = catalog_find(lane->catalog->now, handle);
	if (row->has_statistics)
		*out = row->statistics;
	return row->has_statistics;
}

void
ptp_catalog_note_statistics(PtpLane *lane, DeviceHandle handle, const DeviceStatistics *statistics)
{
	CatalogRow *row = lane->catalog ? catalog_find(lane->catalog->now, handle) : NULL;

	if (row == NULL)
		return;
	row->has_statistics = TRUE;
	row->statistics = *statistics;
	lane->catalog->is_grown = TRUE;
}

/* Somebody else did something meanwhile. Of what we do ourselves devices tell, too. */
void
ptp_catalog_hear(PtpLane *lane, const PtpEvent *event)
{
	PtpCatalog *catalog = lane->catalog;

	/* Before anything was told nothing can be wrong. */
	if (catalog == NULL || !catalog->was_judged)
		return;
	gboolean is_known = catalog_find(catalog->now, event->parameters[0]) != NULL;
	gboolean is_ours =
		event->code == PTP_EVENT_OBJECT_ADDED
			? g_hash_table_contains(lane->known, GUINT_TO_POINTER(event->parameters[0]))
			: !is_known && (event->code == PTP_EVENT_OBJECT_REMOVED ||
					event->code == PTP_EVENT_OBJECT_INFO_CHANGED);
	if (!is_ours)
		ptp_catalog_void(lane);
}
