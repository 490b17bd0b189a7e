/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-list: the children of one folder, complete or not at all (law 2). In the
 * cheapest way that the device is honest in: from an index of all objects; by three lists
 * of one property each; or its handles, each asked about. A way that told something else than the next
 * is left.
 */
#include "base/error.h"
#include "device/ptp-catalog.h"
#include "device/said.h"

#define MAX_HANDLES 1000000u
#define MAX_HANDLE_BYTES (4 + 4 * MAX_HANDLES)
#define MAX_DATASET_BYTES (1u << 20)
#define LISTING "listing a folder"

static gboolean
is_afresh(const PtpLane *lane)
{
	return lane->catalog != NULL && lane->catalog->is_afresh;
}

GArray *
ptp_load_handles(Device *device, uint32_t storage, uint32_t parent, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT_HANDLES,
				      .parameters = {storage, PTP_FORMAT_ANY, parent},
				      .n_parameters = 3,
				      .in = bytes,
				      .max_in = MAX_HANDLE_BYTES};

	if (!ptp_run(device, &transaction, error))
		return NULL;
	PtpReader reader = ptp_reader(bytes);
	g_autoptr(GArray) handles = ptp_take_u32_array(&reader);
	if (reader.failed) {
		ptp_insane(error, "object handles");
		return NULL;
	}
	return g_steal_pointer(&handles);
}

static DeviceEntry
entry_of(const PtpRow *row)
{
	DeviceEntry entry = {
		.handle = row->handle,
		.name = said_name(row->name),
		.size_bytes = row->size_bytes,
		.is_folder = row->format == PTP_FORMAT_ASSOCIATION,
		.is_playlist = row->format == PTP_FORMAT_ABSTRACT_PLAYLIST,
		.is_album = row->format == PTP_FORMAT_ABSTRACT_ALBUM,
	};

	if (entry.is_playlist)
		said_cut_playlist_suffix(entry.name);
	if (entry.is_album)
		entry.name = said_end_album(entry.name);
	return entry;
}

void
ptp_append_row(PtpLane *lane, const PtpRow *row, GArray *entries)
{
	DeviceEntry entry = entry_of(row);

	g_array_append_val(entries, entry);
	ptp_know(lane, row->handle, entry.is_folder);
}

/* by lists of the folder */

static const uint16_t properties[] = {PTP_PROP_OBJECT_FILE_NAME, PTP_PROP_OBJECT_FORMAT,
				      PTP_PROP_OBJECT_SIZE};

/* A device is believed when its lists of one folder that was not empty agreed with its handles. */
static PtpListResult
check_rows(Device *device, uint32_t storage, DeviceHandle folder, const PtpRows *rows,
	   GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(GArray) handles = NULL;

	if (!ptp_rows_are_whole(rows, properties, G_N_ELEMENTS(properties)))
		return PTP_LIST_OTHERWISE;
	if (lane->checked_folder_lists)
		return PTP_LISTED;
	handles = ptp_load_handles(device, storage, folder, error);
	if (handles == NULL)
		return PTP_LIST_FAILED;
	if (!ptp_rows_are(rows, handles, folder))
		return PTP_LIST_OTHERWISE;
	lane->checked_folder_lists = handles->len > 0;
	return PTP_LISTED;
}

static PtpListResult
load_rows(Device *device, uint32_t folder, PtpRows *rows, GError **error)
{
	PtpListResult result = PTP_LISTED;

	for (gsize i = 0; i < G_N_ELEMENTS(properties) && result == PTP_LISTED; i++)
		result = ptp_query(device, folder, properties[i], 1, rows, error);
	return result;
}

static PtpListResult
list_by_properties(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		   GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(PtpRows) rows = ptp_rows_new();

	if (!ptp_has_lists(lane) || !ptp_is_trusted(device, PTP_WAY_FOLDER))
		return PTP_LIST_OTHERWISE;
	PtpListResult result = load_rows(device, folder, rows, error);
	if (result == PTP_LISTED)
		result = check_rows(device, storage, folder, rows, error);
	for (guint i = 0; result == PTP_LISTED && i < rows->rows->len; i++) {
		const PtpRow *row = &g_array_index(rows->rows, PtpRow, i);

		/* The folder itself comes with its children. */
		if (row->handle != folder)
			ptp_append_row(lane, row, entries);
	}
	return result;
}

/* The roots of all storages are told together: these are the ones of this storage. */
static PtpListResult
list_root_by_properties(Device *device, const GArray *handles, GArray *entries, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(PtpRows) rows = ptp_rows_new();

	if (!ptp_has_lists(lane) || !ptp_is_trusted(device, PTP_WAY_FOLDER) || handles->len < 3)
		return PTP_LIST_OTHERWISE;
	PtpListResult result = load_rows(device, 0, rows, error);
	if (result != PTP_LISTED)
		return result;
	if (!ptp_rows_are_whole(rows, properties, G_N_ELEMENTS(properties)))
		return PTP_LIST_OTHERWISE;
	for (guint i = 0; i < handles->len; i++) {
		if (ptp_rows_find(rows, g_array_index(handles, uint32_t, i)) == NULL)
			return PTP_LIST_OTHERWISE;
	}
	for (guint i = 0; i < handles->len; i++)
		ptp_append_row(lane, ptp_rows_find(rows, g_array_index(handles, uint32_t, i)),
			       entries);
	return PTP_LISTED;
}

/* handle by handle */

/* ObjectInfo has 32 bits for a size, and says all ones for what does not fit. */
static gboolean
load_size(Device *device, DeviceHandle handle, uint64_t *size_bytes, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT_PROP_VALUE,
				      .parameters = {handle, PTP_PROP_OBJECT_SIZE},
				      .n_parameters = 2,
				      .in = bytes,
				      .max_in = MAX_DATASET_BYTES};

	if (!ptp_has_operation(ptp_lane_of(device), PTP_OP_GET_OBJECT_PROP_VALUE))
		return TRUE;
	if (!ptp_ask(device, &transaction, error))
		return FALSE;
	PtpReader reader = ptp_reader(bytes);
	if (transaction.response == PTP_RESPONSE_OK && bytes->len >= 8)
		*size_bytes = ptp_take_u64(&reader);
	return TRUE;
}

void
ptp_append_entry(PtpLane *lane, const DeviceEntry *known, GArray *entries)
{
	DeviceEntry entry = *known;

	entry.name = g_strdup(known->name);
	g_array_append_val(entries, entry);
	ptp_know(lane, entry.handle, entry.is_folder);
}

/* Asked about once in a session; what was sent since is asked about anew. */
static const DeviceEntry *
find_known(const PtpLane *lane, DeviceHandle handle)
{
	const DeviceEntry *known = g_hash_table_lookup(lane->infos, GUINT_TO_POINTER(handle));

	if (is_afresh(lane))
		return NULL;
	return known != NULL ? known : ptp_catalog_recall(lane, handle);
}

static void
keep(PtpLane *lane, const DeviceEntry *entry)
{
	DeviceEntry *copy = g_memdup2(entry, sizeof(DeviceEntry));

	copy->name = g_strdup(entry->name);
	g_hash_table_insert(lane->infos, GUINT_TO_POINTER(copy->handle), copy);
}

/* Roots are told as 0, as all ones, or by the storage's number. */
static gboolean
is_at_top(const PtpObjectInfo *info)
{
	return info->parent == 0 || info->parent == PTP_ROOT || info->parent == info->storage;
}

gboolean
ptp_load_entry(Device *device, DeviceHandle handle, DeviceEntry *out, uint32_t *storage,
	       DeviceHandle *folder, GError **error)
{
	PtpObjectInfo info;

	if (!ptp_load_object_info(device, handle, &info, error))
		return FALSE;
	PtpRow row = {.handle = handle,
		      .format = info.format,
		      .size_bytes = info.size_bytes,
		      .name = info.name};
	gboolean ok = row.size_bytes != PTP_SIZE_UNKNOWN ||
		      load_size(device, handle, &row.size_bytes, error);
	if (ok) {
		*out = entry_of(&row);
		out->modified_unix = ptp_parse_date(info.modified);
		*storage = info.storage;
		*folder = is_at_top(&info) ? DEVICE_ROOT : info.parent;
		keep(ptp_lane_of(device), out);
	}
	ptp_object_info_clear(&info);
	return ok;
}

static gboolean
list_one(Device *device, DeviceHandle handle, GArray *entries, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	const DeviceEntry *known = find_known(lane, handle);
	DeviceHandle folder;
	DeviceEntry entry;
	uint32_t storage;

	if (known == NULL && !ptp_load_entry(device, handle, &entry, &storage, &folder, error))
		return FALSE;
	ptp_append_entry(lane, known != NULL ? known : &entry, entries);
	if (known == NULL)
		device_entry_clear(&entry);
	return TRUE;
}

static gboolean
are_sane(const GArray *handles, DeviceHandle folder)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < handles->len; i++) {
		uint32_t handle = g_array_index(handles, uint32_t, i);

		if (handle == folder || handle == 0 ||
		    !g_hash_table_add(seen, GUINT_TO_POINTER(handle)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
list_by_handles(Device *device, const GArray *handles, DeviceHandle folder, GArray *entries,
		GError **error)
{
	if (!are_sane(handles, folder))
		return ptp_insane(error, "object handles");
	for (guint i = 0; i < handles->len; i++) {
		if (!list_one(device, g_array_index(handles, uint32_t, i), entries, error))
			return FALSE;
	}
	return TRUE;
}

/* the choice */

/* Whatever begins as a list is told again when it goes on otherwise. */
static PtpListResult
list_in_one_way(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		GError **error)
{
	PtpListResult result = PTP_LIST_OTHERWISE;

	if (!is_afresh(ptp_lane_of(device)))
		result = ptp_index_list(device, storage, folder, entries, error);
	if (result == PTP_LIST_OTHERWISE && folder != DEVICE_ROOT)
		result = list_by_properties(device, storage, folder, entries, error);
	return result;
}

/* Lists that failed where handles did not are what is wrong. */
static gboolean
list_otherwise(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
	       GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(GArray) handles = ptp_load_handles(device, storage, folder, error);

	if (handles == NULL)
		return FALSE;
	if (folder == DEVICE_ROOT && are_sane(handles, folder)) {
		PtpListResult result = list_root_by_properties(device, handles, entries, error);

		if (result != PTP_LIST_OTHERWISE)
			return result == PTP_LISTED;
	}
	gboolean was_tried = folder != DEVICE_ROOT && ptp_has_lists(lane) &&
			     ptp_is_trusted(device, PTP_WAY_FOLDER);
	if (!list_by_handles(device, handles, folder, entries, error))
		return FALSE;
	if (was_tried)
		ptp_distrust(device, PTP_WAY_FOLDER);
	return TRUE;
}

static gboolean
list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries, GError **error)
{
	guint from = entries->len;
	PtpListResult result = list_in_one_way(device, storage, folder, entries, error);

	if (result == PTP_LIST_OTHERWISE)
		result = list_otherwise(device, storage, folder, entries, error) ? PTP_LISTED
										 : PTP_LIST_FAILED;
	if (result == PTP_LIST_FAILED)
		g_array_set_size(entries, from);
	return result == PTP_LISTED;
}

gboolean
ptp_list_afresh(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		GError **error)
{
	PtpCatalog *catalog = ptp_lane_of(device)->catalog;

	catalog->is_afresh = TRUE;
	gboolean ok = list(device, storage, folder, entries, error);
	catalog->is_afresh = FALSE;
	return ok;
}

gboolean
ptp_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
	 GCancellable *cancellable, GError **error)
{
	guint from = entries->len;

	if (!ptp_call_begin(device, cancellable, error))
		return FALSE;
	PtpLane *lane = ptp_lane_of(device);
	gboolean had_index = lane->index != NULL;
	PtpListResult result = ptp_catalog_list(device, storage, folder, entries, error);
	if (result == PTP_LISTED)
		return TRUE;
	if (result == PTP_LIST_FAILED || !list(device, storage, folder, entries, error))
		return ptp_fail(device, error, LISTING);
	ptp_catalog_note(lane, storage, folder, entries, from);
	if (!had_index && lane->index == NULL)
		ptp_index_account(lane, folder, entries, from);
	return TRUE;
}
