/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-believe: whether a session believes the catalog: the device is asked what it was asked when the last one ended. */
#include "base/error.h"
#include "device/ptp-catalog.h"

/* Objects that are looked at before a catalog is believed: the newest, and others by chance. */
#define PROBES 3
/* New objects that are asked about rather than reading all anew, and a share of those known more. */
#define FEW_ADDED 64
#define ADDED_PART 8

/* Each once, in order. NULL: the device does not say. */
GArray *
ptp_load_all_handles(Device *device, GError **error)
{
	g_autoptr(GArray) handles = ptp_load_handles(device, PTP_ALL, 0, error);

	if (handles == NULL)
		return NULL;
	g_array_sort(handles, catalog_compare_handles);
	for (guint i = 0; i < handles->len; i++) {
		uint32_t before = i > 0 ? g_array_index(handles, uint32_t, i - 1) : 0;

		if (g_array_index(handles, uint32_t, i) <= before) {
			g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
				    "the device names an object twice");
			return NULL;
		}
	}
	return g_steal_pointer(&handles);
}

/* Whether this is an error of all of the session. */
static PtpListResult
give_up(GError *failure, GError **error)
{
	g_autoptr(GError) owned = failure;

	if (failure == NULL || !ptp_is_fatal(failure))
		return PTP_LIST_OTHERWISE;
	g_propagate_error(error, g_steal_pointer(&owned));
	return PTP_LIST_FAILED;
}

/* It says nothing of what will be so when something is done to the object. */
static PtpListResult
probe_one(Device *device, DeviceHandle handle, GError **error)
{
	const CatalogRow *row = catalog_find(ptp_lane_of(device)->catalog->now, handle);
	GError *failure = NULL;
	DeviceEntry entry = {0};
	DeviceHandle folder;
	uint32_t storage;

	if (!ptp_load_entry(device, handle, &entry, &storage, &folder, &failure))
		return give_up(failure, error);
	gboolean same = catalog_row_is(row, &entry, folder);
	device_entry_clear(&entry);
	return same ? PTP_LISTED : PTP_LIST_OTHERWISE;
}

/* Handles that were dealt out anew differ at the end first. */
static PtpListResult
probe(Device *device, GError **error)
{
	const Catalog *now = ptp_lane_of(device)->catalog->now;
	g_autoptr(GArray) handles = g_array_new(FALSE, FALSE, sizeof(DeviceHandle));
	PtpListResult result = PTP_LISTED;
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, now->rows);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		DeviceHandle handle = GPOINTER_TO_UINT(key);

		g_array_append_val(handles, handle);
	}
	g_array_sort(handles, catalog_compare_handles);
	guint n = handles->len, start = n > 0 ? g_random_int() % n : 0;
	for (guint i = 0; i <= MIN(n, PROBES) && n > 0 && result == PTP_LISTED; i++) {
		guint at = i == 0 ? n - 1 : (start + i * (n / PROBES + 1)) % n;

		result = probe_one(device, g_array_index(handles, DeviceHandle, at), error);
	}
	return result;
}

static PtpListResult
take_added(Device *device, const GArray *added, uint64_t *bytes, GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	for (guint i = 0; i < added->len; i++) {
		DeviceEntry entry = {0};
		DeviceHandle folder;
		uint32_t storage;
		GError *failure = NULL;

		if (!ptp_load_entry(device, g_array_index(added, uint32_t, i), &entry, &storage,
				    &folder, &failure))
			return give_up(failure, error);
		*bytes += entry.size_bytes;
		catalog_add(catalog->now, storage, folder, &entry);
		device_entry_clear(&entry);
	}
	return PTP_LISTED;
}

static PtpListResult
follow_changes(Device *device, const GArray *handles, const GArray *added, GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	guint most = FEW_ADDED + g_hash_table_size(catalog->now->rows) / ADDED_PART;
	uint64_t bytes = 0;

	if (ptp_recall(device, LEARNED_KEPT, KEPT_UNKNOWN) < KEPT_OVER_CHANGES || added->len > most)
		return PTP_LIST_OTHERWISE;
	PtpListResult result = take_added(device, added, &bytes, error);
	if (result != PTP_LISTED)
		return result;
	if (!catalog_explains(catalog->then, handles, catalog->storages, added->len, bytes))
		return PTP_LIST_OTHERWISE;
	catalog_keep_only(catalog->now, handles);
	catalog->is_grown = TRUE;
	return PTP_LISTED;
}

static PtpListResult
judge_by_handles(Device *device, GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	g_autoptr(GArray) added = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GError *failure = NULL;
	g_autoptr(GArray) handles = ptp_load_all_handles(device, &failure);

	if (handles == NULL)
		return give_up(failure, error);
	CatalogFit fit = catalog_fit(catalog->then, handles, catalog->storages, added);
	if (fit == CATALOG_UNLIKELY)
		return PTP_LIST_OTHERWISE;
	PtpListResult result = PTP_LISTED;
	if (fit == CATALOG_CHANGED)
		result = follow_changes(device, handles, added, error);
	return result == PTP_LISTED ? probe(device, error) : result;
}

static PtpListResult
judge_by_report(Device *device)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	uint32_t now = 0;
	uint64_t n_changes = 0;

	if (catalog->then->end.report == 0)
		return PTP_LIST_OTHERWISE;
	if (!ptp_load_report(device, catalog->then->end.report, &now, &n_changes)) {
		if (!ptp_lane_of(device)->has_failed)
			ptp_learn(device, LEARNED_NO_REPORT, TRUE);
		return PTP_LIST_OTHERWISE;
	}
	catalog->said_nothing = n_changes == 0;
	return n_changes == 0 && catalog_has_same_space(catalog->then, catalog->storages)
		       ? PTP_LISTED
		       : PTP_LIST_OTHERWISE;
}

PtpListResult
ptp_catalog_judge(Device *device, GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;
	int64_t now_unix = g_get_real_time() / G_USEC_PER_SEC;

	if (catalog->then == NULL || catalog->storages == NULL ||
	    ptp_recall(device, LEARNED_KEPT, KEPT_UNKNOWN) < KEPT_UNCHANGED ||
	    !catalog_is_recent(catalog->then, catalog->storages, now_unix))
		return PTP_LIST_OTHERWISE;
	catalog->by_report = ptp_has_report(ptp_lane_of(device)) &&
			     ptp_catalog_can_list_all(device);
	return catalog->by_report ? judge_by_report(device) : judge_by_handles(device, error);
}
