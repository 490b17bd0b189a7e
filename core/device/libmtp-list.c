/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-list: the children of one folder. libmtp leaves out what it could not
 * ask about and says nothing; a listing counts here only if as many objects
 * came back as the device has handles, and no question failed on the wire
 * (law 2: missing is not deleted).
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"
#include "device/said.h"

/* More than any player holds in one folder. */
#define MAX_ENTRIES 1000000

/* ObjectInfo has 32 bits for a size, and says all ones for what does not fit. */
static uint64_t
load_size(LibmtpSession *session, const LIBMTP_file_t *file)
{
	if (file->filesize != G_MAXUINT32 ||
	    !libmtp_has_operation(session, TAP_OP_GET_OBJECT_PROP_VALUE))
		return file->filesize;
	return LIBMTP_Get_u64_From_Object(session->mtp, file->item_id, LIBMTP_PROPERTY_ObjectSize,
					  G_MAXUINT32);
}

DeviceEntry
libmtp_make_entry(LibmtpSession *session, const LIBMTP_file_t *file)
{
	DeviceEntry entry = {
		.handle = file->item_id,
		.name = said_name(file->filename),
		.size_bytes = load_size(session, file),
		.modified_unix = MAX(file->modificationdate, 0),
		.is_folder = file->filetype == LIBMTP_FILETYPE_FOLDER,
		.is_playlist = file->filetype == LIBMTP_FILETYPE_PLAYLIST,
		.is_album = file->filetype == LIBMTP_FILETYPE_ALBUM,
	};

	if (entry.is_playlist)
		said_cut_playlist_suffix(entry.name);
	if (entry.is_album)
		entry.name = said_end_album(entry.name);
	g_hash_table_add(session->seen, GUINT_TO_POINTER(entry.handle));
	return entry;
}

/* Frees files. FALSE if a handle comes twice, is the folder itself, or there are too many. */
static gboolean
take_files(LibmtpSession *session, LIBMTP_file_t *files, DeviceHandle folder, GArray *entries)
{
	GHashTable *handles = g_hash_table_new(NULL, NULL);
	gboolean sane = TRUE;

	while (files != NULL) {
		LIBMTP_file_t *file = files;

		files = file->next;
		sane = sane && file->item_id != folder &&
		       g_hash_table_add(handles, GUINT_TO_POINTER(file->item_id)) &&
		       g_hash_table_size(handles) <= MAX_ENTRIES;
		if (sane) {
			DeviceEntry entry = libmtp_make_entry(session, file);

			g_array_append_val(entries, entry);
		}
		LIBMTP_destroy_file_t(file);
	}
	g_hash_table_unref(handles);
	return sane;
}

static gboolean
fail_incomplete(Device *device, guint n_told, GError **error)
{
	UsbTap *tap = libmtp_session(device)->tap;

	/* Every question was answered, yet objects are missing. */
	tap->insane = tap->insane ||
		      (tap->usb_error == 0 && tap->failed_response == 0 && !tap->refused_cancelled);
	return libmtp_call_fail(device, error, "listing a folder: %u of %u objects were told",
				n_told, tap->n_handles);
}

gboolean
libmtp_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
	    GCancellable *cancellable, GError **error)
{
	guint from = entries->len;

	if (!libmtp_call_begin(device, cancellable, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	UsbTap *tap = session->tap;
	if (libmtp_index_list(device, storage, folder, entries)) {
		libmtp_call_end(device);
		return TRUE;
	}
	if (tap->refused_cancelled || tap->gone || tap->lost)
		return libmtp_call_fail(device, error, "listing a folder");
	usb_tap_begin(tap, cancellable);
	LIBMTP_file_t *files = LIBMTP_Get_Files_And_Folders(session->mtp, storage, folder);
	if (!take_files(session, files, folder, entries))
		tap->insane = TRUE;
	guint n_told = entries->len - from;
	if (tap->insane || tap->n_failed > 0 || tap->usb_error != 0 || tap->refused_cancelled ||
	    !tap->told_handles || n_told != tap->n_handles) {
		g_array_set_size(entries, from);
		return fail_incomplete(device, n_told, error);
	}
	libmtp_call_end(device);
	return TRUE;
}
