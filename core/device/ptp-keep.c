/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-keep: what is learned from a session and kept for the next: whether handles last, the catalog itself, and how the
 * device was in the end. A session that did not read all changes nothing that was learned.
 */
#include "device/ptp-catalog.h"

/* Of the handles in both readings, so many others mean that they were dealt out anew. */
#define MOVED_PART 10
/* What two readings must have in common to say anything. */
#define COMMON_PART 3

static gboolean
contains(const GArray *handles, DeviceHandle handle)
{
	return g_array_binary_search((GArray *)handles, &handle, catalog_compare_handles, NULL);
}

/* Folders that were known then, and neither told in this session nor gone. */
static GArray *
find_unlisted(const PtpCatalog *catalog)
{
	GArray *unlisted = g_array_new(FALSE, FALSE, sizeof(gint64));
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, catalog->then->folders);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		DeviceHandle folder = (DeviceHandle)(*(gint64 *)key);

		if (!g_hash_table_contains(catalog->listed, key) &&
		    (folder == DEVICE_ROOT || catalog_find(catalog->now, folder) != NULL))
			g_array_append_val(unlisted, *(gint64 *)key);
	}
	return unlisted;
}

/* Whether this session has read it all. A few folders may be managed no more: they are let go of. */
static gboolean
has_read_all(PtpCatalog *catalog)
{
	if (catalog->then == NULL)
		return TRUE;
	g_autoptr(GArray) unlisted = find_unlisted(catalog);
	if (unlisted->len * 2 > g_hash_table_size(catalog->then->folders))
		return FALSE;
	for (guint i = 0; i < unlisted->len; i++) {
		gint64 place = g_array_index(unlisted, gint64, i);

		catalog_drop_folder(catalog->then, (uint32_t)(place >> 32), (DeviceHandle)place);
		catalog_drop_folder(catalog->now, (uint32_t)(place >> 32), (DeviceHandle)place);
	}
	return TRUE;
}

static void
learn_moved(Device *device)
{
	ptp_learn(device, LEARNED_KEPT, KEPT_UNKNOWN);
	ptp_learn(device, LEARNED_MOVED, ptp_recall(device, LEARNED_MOVED, 0) + 1);
}

/* Two readings of everything, one after the other. */
static void
learn(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	int64_t kept = ptp_recall(device, LEARNED_KEPT, KEPT_UNKNOWN);

	if (catalog->then == NULL)
		return;
	CatalogComparison found = catalog_compare(catalog->then, catalog->now);
	if (found.n_other > 0 && catalog->said_nothing)
		ptp_learn(device, LEARNED_NO_REPORT, TRUE);
	if (found.n_other * MOVED_PART > found.n_same + found.n_other) {
		learn_moved(device);
		return;
	}
	if (found.n_other > 0)
		kept = KEPT_UNKNOWN;
	else if (found.n_same * COMMON_PART >= g_hash_table_size(catalog->now->rows))
		kept = MAX(kept, found.has_gap ? KEPT_OVER_CHANGES : KEPT_UNCHANGED);
	ptp_learn(device, LEARNED_KEPT, kept);
	if (found.has_gap)
		catalog->now->gap = 0;
}

/* A device that does not name what it has just shown can not be asked so. */
static gboolean
take_handles(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	GArray *handles = ptp_load_all_handles(device, NULL);
	GHashTableIter iter;
	void *key;

	catalog->now->end.handles = handles;
	g_hash_table_iter_init(&iter, catalog->now->rows);
	while (handles != NULL && g_hash_table_iter_next(&iter, &key, NULL)) {
		gboolean was_told = !catalog->was_believed && catalog->then == NULL;

		if (was_told && !contains(handles, GPOINTER_TO_UINT(key)))
			handles = NULL;
	}
	if (handles != NULL)
		catalog_keep_only(catalog->now, handles);
	else if (!ptp_lane_of(device)->has_failed)
		ptp_learn(device, LEARNED_NO_HANDLES, TRUE);
	return handles != NULL;
}

/* What else changed meanwhile would be lost: it is read anew then. */
static gboolean
take_report(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	uint32_t then = catalog->now->end.report;
	uint64_t n_changes = 0;

	if (!ptp_load_report(device, then, &catalog->now->end.report, &n_changes)) {
		if (!ptp_lane_of(device)->has_failed)
			ptp_learn(device, LEARNED_NO_REPORT, TRUE);
		return FALSE;
	}
	return !catalog->was_believed || n_changes <= catalog->n_changes;
}

/* How the device is as we leave it. */
static gboolean
take_end(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	g_autoptr(GArray) storages = device_storages_new();
	uint32_t report = catalog->now->end.report;

	if ((catalog->was_changed || catalog->storages == NULL) &&
	    !ptp_load_storages(device, storages, NULL))
		return FALSE;
	catalog_end_clear(&catalog->now->end);
	catalog->now->end.report = report;
	catalog->now->end.storages = g_array_copy(catalog->storages);
	return ptp_has_report(ptp_lane_of(device)) && ptp_catalog_can_list_all(device)
		       ? take_report(device)
		       : take_handles(device);
}

static void
store(PtpCatalog *catalog)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = catalog_build(catalog->now, catalog->who);
	gsize n;
	const char *data = g_bytes_get_data(bytes, &n);

	if (!g_file_set_contents_full(catalog->path, data, (gssize)n,
				      G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
		g_message("what was learned of the device's files is lost: %s", error->message);
}

static void
keep_believed(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	if ((catalog->was_changed || catalog->is_grown) && take_end(device))
		store(catalog);
}

static void
keep_read(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	if (has_read_all(catalog)) {
		learn(device);
		catalog->now->looked_unix = g_get_real_time() / G_USEC_PER_SEC;
		if (take_end(device))
			store(catalog);
	} else if (catalog->was_changed) {
		/* Good to compare with, and no more. */
		catalog_end_clear(&catalog->now->end);
		store(catalog);
	}
}

void
ptp_catalog_close(Device *device)
{
	PtpLane *lane = ptp_lane_of(device);
	PtpCatalog *catalog = lane->catalog;

	lane->cancellable = NULL;
	if (catalog == NULL || catalog->path == NULL || catalog->is_void || !catalog->was_judged ||
	    lane->has_failed)
		return;
	if (catalog->was_believed)
		keep_believed(device);
	else
		keep_read(device);
}
