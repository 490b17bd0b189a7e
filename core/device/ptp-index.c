/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-index: see ptp-index.h. An index counts only if the device's own list of handles, asked for
 * after it, names the same objects (law 2).
 */
#include "device/ptp-index.h"

#include "device/ptp-catalog.h"

#define FRESH_US (30 * G_USEC_PER_SEC)
#define MAX_LIST_BYTES (256u << 20)
#define ALL_MS 60000 /* a phone looks through all its folders before it says a word */

/* In objects told. */
#define TRANSACTION_COST 200
#define FOLDER_COST(n) (3 * ((uint64_t)TRANSACTION_COST + (n)))
#define ALL_COST(n) (5 * ((uint64_t)TRANSACTION_COST + (n)))
/* Objects of a device of which nothing is known: to be tried soon, but not for a handful of folders. */
#define USUAL_OBJECTS 1000

#define LEARNED_OBJECTS "objects"
#define LEARNED_FOLDERS "folders"
#define TIMES_UNTIL_SURE 2

struct PtpIndex {
	PtpRows *
		rows; /* sorted by storage, parent and handle once it is whole; by_handle is void then */
	GHashTable *folders; /* handles of all that are folders */
	gint64 made_us;
	gboolean has_storages; /* rows tell theirs */
};

static const uint16_t properties[] = {PTP_PROP_OBJECT_FILE_NAME, PTP_PROP_PARENT_OBJECT,
				      PTP_PROP_OBJECT_FORMAT, PTP_PROP_OBJECT_SIZE,
				      PTP_PROP_STORAGE_ID};

static void
free_index(struct PtpIndex *index)
{
	ptp_rows_free(index->rows);
	g_hash_table_unref(index->folders);
	g_free(index);
}

void
ptp_forget_lists(PtpLane *lane)
{
	g_clear_pointer(&lane->index, free_index);
	ptp_forget_statistics(lane);
	lane->spent = 0;
}

void
ptp_touch(PtpLane *lane, DeviceHandle folder)
{
	ptp_forget_lists(lane);
	whole_drop(&lane->whole);
	ptp_forget_storages(lane);
	lane->was_listed = TRUE;
	if (folder != 0)
		g_hash_table_add(lane->touched, GUINT_TO_POINTER(folder));
}

void
ptp_index_hear(PtpLane *lane)
{
	PtpEvent event;

	while (ptp_session_next_event(lane->session, &event)) {
		switch (event.code) {
		case PTP_EVENT_OBJECT_ADDED:
		case PTP_EVENT_OBJECT_REMOVED:
		case PTP_EVENT_OBJECT_INFO_CHANGED:
		case PTP_EVENT_STORE_ADDED:
		case PTP_EVENT_STORE_REMOVED:
		case PTP_EVENTS_LOST:
			ptp_forget_lists(lane);
			ptp_forget_storages(lane);
			g_hash_table_remove_all(lane->infos);
			ptp_catalog_hear(lane, &event);
			break;
		case PTP_EVENT_STORAGE_INFO_CHANGED: ptp_forget_storages(lane); break;
		case PTP_EVENT_OBJECT_PROP_CHANGED: ptp_forget_statistics(lane); break;
		}
	}
}

void
ptp_distrust(Device *device, const char *way)
{
	PtpLane *lane = ptp_lane_of(device);

	g_hash_table_add(lane->distrusted, (void *)way);
	ptp_learn(device, way, ptp_recall(device, way, 0) + 1);
}

gboolean
ptp_is_trusted(Device *device, const char *way)
{
	return !g_hash_table_contains(ptp_lane_of(device)->distrusted, way) &&
	       ptp_recall(device, way, 0) < TIMES_UNTIL_SURE;
}

/* Phones are in the table for what they do when all properties are asked for at once, which is
 * never done here. */
gboolean
ptp_has_lists(const PtpLane *lane)
{
	return ptp_has_operation(lane, PTP_OP_GET_OBJECT_PROP_LIST) &&
	       (lane->is_android || !(lane->quirks & PTP_QUIRK_BROKEN_LISTS)) &&
	       !ptp_has_extension(&lane->info, "sony.net/WMFU") &&
	       !ptp_has_extension(&lane->info, "sonyericsson.com/SE");
}

static PtpListResult
ask(Device *device, uint32_t handle, uint16_t property, uint32_t depth, GByteArray *list,
    GError **error)
{
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT_PROP_LIST,
				      .parameters = {handle, PTP_FORMAT_ANY, property, 0, depth},
				      .n_parameters = 5,
				      .in = list,
				      .max_in = MAX_LIST_BYTES,
				      .timeout_ms = depth == PTP_ALL ? ALL_MS : 0};

	if (!ptp_ask(device, &transaction, error))
		return PTP_LIST_FAILED;
	return transaction.response == PTP_RESPONSE_OK ? PTP_LISTED : PTP_LIST_OTHERWISE;
}

PtpListResult
ptp_query(Device *device, uint32_t handle, uint16_t property, uint32_t depth, PtpRows *rows,
	  GError **error)
{
	g_autoptr(GByteArray) list = g_byte_array_new();
	PtpListResult result = ask(device, handle, property, depth, list, error);

	if (result == PTP_LISTED && !ptp_rows_read(rows, property, list))
		return PTP_LIST_OTHERWISE;
	return result;
}

gboolean
ptp_index_load_property(Device *device, uint16_t property, PtpElementFunc each, void *data)
{
	g_autoptr(GByteArray) list = g_byte_array_new();
	PtpLane *lane = ptp_lane_of(device);

	return ptp_has_lists(lane) && !(lane->quirks & PTP_QUIRK_BROKEN_LIST_ALL) &&
	       ptp_is_trusted(device, PTP_WAY_ALL) &&
	       ask(device, PTP_ALL, property, PTP_ALL, list, NULL) == PTP_LISTED &&
	       ptp_parse_prop_list(list, each, data);
}

/* making it */

static int
compare_place(const PtpRow *a, const PtpRow *b)
{
	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	return a->storage < b->storage ? -1 : a->storage > b->storage;
}

static int
compare_rows(const void *a, const void *b)
{
	const PtpRow *row = a, *other = b;
	int order = compare_place(row, other);

	if (order != 0)
		return order;
	return row->handle < other->handle ? -1 : row->handle > other->handle;
}

/* Roots are told as 0, as all ones, or by the storage's number; below them storages do not matter. */
static void
settle_place(PtpRow *row)
{
	if (row->parent == 0 || (row->storage != 0 && row->parent == row->storage))
		row->parent = DEVICE_ROOT;
	if (row->parent != DEVICE_ROOT)
		row->storage = 0;
}

static struct PtpIndex *
build_index(PtpLane *lane, PtpRows *rows)
{
	struct PtpIndex *index = g_new0(struct PtpIndex, 1);

	index->rows = rows;
	index->folders = g_hash_table_new(NULL, NULL);
	index->has_storages = lane->n_storages != 1;
	index->made_us = g_get_monotonic_time();
	for (guint i = 0; i < rows->rows->len; i++) {
		PtpRow *row = &g_array_index(rows->rows, PtpRow, i);

		settle_place(row);
		if (row->format == PTP_FORMAT_ASSOCIATION)
			g_hash_table_add(index->folders, GUINT_TO_POINTER(row->handle));
	}
	g_array_sort(rows->rows, compare_rows);
	g_hash_table_remove_all(rows->by_handle);
	return index;
}

static PtpListResult
load_rows(Device *device, const GArray *handles, PtpRows *rows, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	gsize n = G_N_ELEMENTS(properties) - (lane->n_storages == 1);
	PtpListResult result = PTP_LISTED;

	for (gsize i = 0; i < n && result == PTP_LISTED; i++)
		result = ptp_query(device, PTP_ALL, properties[i], PTP_ALL, rows, error);
	if (result == PTP_LISTED &&
	    (!ptp_rows_are_whole(rows, properties, n) || !ptp_rows_are(rows, handles, 0)))
		return PTP_LIST_OTHERWISE;
	return result;
}

static uint64_t
recall_count(Device *device, const char *key, int64_t fallback)
{
	return (uint64_t)CLAMP(ptp_recall(device, key, fallback), 0, G_MAXUINT32);
}

/* Whether it is worth it to list all, if they are so many. */
static gboolean
is_worth(Device *device, uint64_t n_objects)
{
	PtpLane *lane = ptp_lane_of(device);
	uint64_t n_folders = g_hash_table_size(lane->touched);

	if (!lane->was_listed)
		n_folders = MAX(MAX(n_folders, (uint64_t)lane->n_expected),
				recall_count(device, LEARNED_FOLDERS, 0));
	return MAX(lane->spent, n_folders * FOLDER_COST(0)) >= ALL_COST(n_objects);
}

static PtpListResult
make_index(Device *device, gboolean anyway, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(GError) failure = NULL;
	/* Parent 0 stands for all objects, in this question alone. */
	g_autoptr(GArray) handles = ptp_load_handles(device, PTP_ALL, 0, &failure);

	if (handles == NULL && ptp_is_fatal(failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return PTP_LIST_FAILED;
	}
	if (handles == NULL) {
		ptp_distrust(device, PTP_WAY_ALL);
		return PTP_LIST_OTHERWISE;
	}
	ptp_learn(device, LEARNED_OBJECTS, handles->len);
	if (!anyway && !is_worth(device, handles->len))
		return PTP_LIST_OTHERWISE;
	g_autoptr(PtpRows) rows = ptp_rows_new();
	PtpListResult result = load_rows(device, handles, rows, error);
	if (result == PTP_LIST_OTHERWISE)
		ptp_distrust(device, PTP_WAY_ALL);
	if (result == PTP_LISTED)
		lane->index = build_index(lane, g_steal_pointer(&rows));
	g_hash_table_remove_all(lane->touched);
	return result;
}

static PtpListResult
ensure_index(Device *device, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);

	if (lane->index != NULL && g_get_monotonic_time() - lane->index->made_us > FRESH_US)
		ptp_forget_lists(lane);
	if (lane->index != NULL)
		return PTP_LISTED;
	if (!ptp_has_lists(lane) || (lane->quirks & PTP_QUIRK_BROKEN_LIST_ALL) ||
	    !ptp_is_trusted(device, PTP_WAY_ALL) ||
	    !is_worth(device, recall_count(device, LEARNED_OBJECTS, USUAL_OBJECTS)))
		return PTP_LIST_OTHERWISE;
	return make_index(device, FALSE, error);
}

PtpListResult
ptp_index_make(Device *device, GError **error)
{
	ptp_forget_lists(ptp_lane_of(device));
	return make_index(device, TRUE, error);
}

/* telling from it */

/* The first row of the place, or where it would be. */
static guint
find_place(const GArray *rows, const PtpRow *place)
{
	guint low = 0, high = rows->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (compare_place(&g_array_index(rows, PtpRow, middle), place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many folders an inventory asks for: as many as in the sessions before, and those made since. */
static void
count_folder(Device *device)
{
	PtpLane *lane = ptp_lane_of(device);

	if (lane->was_listed)
		return;
	lane->n_folders++;
	if (ptp_recall(device, LEARNED_FOLDERS, 0) < lane->n_folders)
		ptp_learn(device, LEARNED_FOLDERS, lane->n_folders);
}

void
ptp_index_expect_folder(Device *device)
{
	ptp_learn(device, LEARNED_FOLDERS, ptp_recall(device, LEARNED_FOLDERS, 0) + 1);
}

PtpListResult
ptp_index_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
	       GError **error)
{
	PtpLane *lane = ptp_lane_of(device);

	count_folder(device);
	PtpListResult result = ensure_index(device, error);
	if (result != PTP_LISTED)
		return result;
	const struct PtpIndex *index = lane->index;
	gboolean at_root = folder == DEVICE_ROOT;
	PtpRow place = {.parent = folder, .storage = at_root && index->has_storages ? storage : 0};

	/* One that is not there is asked about alone, and the device says why. */
	if (!at_root && !g_hash_table_contains(index->folders, GUINT_TO_POINTER(folder)))
		return PTP_LIST_OTHERWISE;
	for (guint at = find_place(index->rows->rows, &place); at < index->rows->rows->len; at++) {
		const PtpRow *row = &g_array_index(index->rows->rows, PtpRow, at);

		if (compare_place(row, &place) != 0)
			break;
		ptp_append_row(lane, row, entries);
	}
	return PTP_LISTED;
}

void
ptp_index_account(PtpLane *lane, DeviceHandle folder, const GArray *entries, guint from)
{
	lane->spent += FOLDER_COST(entries->len - from);
	/* What is below the folders at the top is the owner's; below ours all is looked at. */
	for (guint i = from; folder != DEVICE_ROOT && i < entries->len; i++)
		lane->n_expected += g_array_index(entries, DeviceEntry, i).is_folder;
}
