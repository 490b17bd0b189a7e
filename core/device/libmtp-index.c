/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-index: the whole device in two transactions, where it is a music player
 * that tells all properties of all objects at once: libmtp's cache is filled
 * from that one answer, then all handles are asked for; what the answer left
 * out libmtp asks for alone, and the count must agree in the end (law 2).
 *
 * The index serves the folders of one inventory. It is dropped with the first
 * call that changes the device, and when it is older than a person's patience.
 */
#include <stdlib.h>

#include "device/libmtp-lane.h"

#define FRESH_US (30 * G_USEC_PER_SEC)
#define ALL_STORAGES 0
#define ALL_OBJECTS 0

static void
clear_row(IndexRow *row)
{
	device_entry_clear(&row->entry);
}

static int
compare_place(const IndexRow *a, const IndexRow *b)
{
	if (a->storage != b->storage)
		return a->storage < b->storage ? -1 : 1;
	return a->parent < b->parent ? -1 : a->parent > b->parent;
}

static int
compare_rows(const void *a, const void *b)
{
	const IndexRow *row = a, *other = b;
	int order = compare_place(row, other);

	if (order != 0)
		return order;
	return row->entry.handle < other->entry.handle ? -1
						       : row->entry.handle > other->entry.handle;
}

void
libmtp_index_drop(LibmtpSession *session)
{
	g_clear_pointer(&session->index, g_array_unref);
	whole_drop(&session->whole);
}

/* Fills libmtp's cache. libmtp does that only for devices it calls cached, and would walk the
 * whole device if the one question fails, which the tap keeps from happening. */
static gboolean
fill_cache(LibmtpSession *session)
{
	LIBMTP_mtpdevice_t *mtp = session->mtp;
	UsbTap *tap = session->tap;

	tap->only_operation = TAP_OP_GET_OBJECT_PROP_LIST;
	mtp->cached = 1;
	LIBMTP_file_t *files = LIBMTP_Get_Filelisting_With_Callback(mtp, NULL, NULL);
	mtp->cached = 0;
	tap->only_operation = 0;
	while (files != NULL) {
		LIBMTP_file_t *next = files->next;

		LIBMTP_destroy_file_t(files);
		files = next;
	}
	return tap->n_transactions == 1 && tap->n_failed == 0 && tap->usb_error == 0 &&
	       !tap->insane;
}

static void
append_row(LibmtpSession *session, const LIBMTP_file_t *file, GArray *rows)
{
	IndexRow row = {.storage = file->storage_id,
			.parent = file->parent_id,
			.entry = libmtp_make_entry(session, file)};

	if (row.parent == 0 || row.parent == row.storage)
		row.parent = DEVICE_ROOT;
	/* An object from the one answer has no date, one sent since has. */
	row.entry.modified_unix = 0;
	g_array_append_val(rows, row);
}

/* A handle twice, an object in itself. */
static gboolean
is_sane(GArray *rows)
{
	GHashTable *handles = g_hash_table_new(NULL, NULL);
	gboolean sane = TRUE;

	for (guint i = 0; sane && i < rows->len; i++) {
		const IndexRow *row = &g_array_index(rows, IndexRow, i);

		sane = row->entry.handle != row->parent &&
		       g_hash_table_add(handles, GUINT_TO_POINTER(row->entry.handle));
	}
	g_hash_table_unref(handles);
	return sane;
}

static GArray *
load_rows(LibmtpSession *session)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(IndexRow));
	UsbTap *tap = session->tap;

	g_array_set_clear_func(rows, (GDestroyNotify)clear_row);
	LIBMTP_file_t *files =
		LIBMTP_Get_Files_And_Folders(session->mtp, ALL_STORAGES, ALL_OBJECTS);
	while (files != NULL) {
		LIBMTP_file_t *file = files;

		files = file->next;
		append_row(session, file, rows);
		LIBMTP_destroy_file_t(file);
	}
	if (tap->n_failed == 0 && tap->usb_error == 0 && !tap->insane && !tap->refused_cancelled &&
	    tap->told_handles && rows->len == tap->n_handles && is_sane(rows))
		return rows;
	g_array_unref(rows);
	return NULL;
}

/* FALSE once and for all if the device can not, or something is in libmtp's cache already; a
 * cancelled attempt says nothing. */
static gboolean
ensure_index(LibmtpSession *session)
{
	gboolean is_old = g_get_monotonic_time() - session->index_us > FRESH_US;

	if (session->index != NULL && !is_old)
		return TRUE;
	libmtp_index_drop(session);
	if (!session->cache_filled)
		session->lists_all = session->cache_filled = fill_cache(session);
	if (session->lists_all)
		session->index = load_rows(session);
	if (session->index == NULL) {
		session->lists_all = session->tap->refused_cancelled;
		return FALSE;
	}
	g_array_sort(session->index, compare_rows);
	session->index_us = g_get_monotonic_time();
	return TRUE;
}

/* The first row of the place, or where it would be. */
static guint
find_place(const GArray *index, const IndexRow *place)
{
	guint low = 0, high = index->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (compare_place(&g_array_index(index, IndexRow, middle), place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

gboolean
libmtp_index_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries)
{
	LibmtpSession *session = libmtp_session(device);
	IndexRow place = {.storage = storage, .parent = folder};

	if (!session->lists_all || !ensure_index(session))
		return FALSE;
	guint at = find_place(session->index, &place), n_before = entries->len;
	for (; at < session->index->len; at++) {
		const IndexRow *row = &g_array_index(session->index, IndexRow, at);

		if (compare_place(row, &place) != 0)
			break;
		DeviceEntry entry = row->entry;
		entry.name = g_strdup(entry.name);
		g_array_append_val(entries, entry);
	}
	/* Empty, or not there at all? */
	return entries->len > n_before;
}
