/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-object: what is done to single objects. Devices delete folders with
 * all that is in them; so a folder is looked into right before it is removed
 * (law 1).
 */
#include "base/error.h"
#include "device/libmtp-lane.h"

gboolean
libmtp_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
		   DeviceHandle *out, GError **error)
{
	/* libmtp may shorten it to seven bits in place. */
	g_autofree char *copy = g_strdup(name);

	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	uint32_t handle = LIBMTP_Create_Folder(libmtp_session(device)->mtp, copy, parent, storage);
	if (handle == 0)
		return libmtp_call_fail(device, error, "making the folder “%s”", name);
	libmtp_call_end(device);
	*out = handle;
	return TRUE;
}

/* From libmtp's memory where it has listed the object, else from the device. NULL: call failed. */
static LIBMTP_file_t *
load_object(Device *device, DeviceHandle handle)
{
	return LIBMTP_Get_Filemetadata(libmtp_session(device)->mtp, handle);
}

/* Whether the device has nothing in the folder, asked just now. */
static gboolean
is_empty(Device *device, const LIBMTP_file_t *folder)
{
	LibmtpSession *session = libmtp_session(device);
	LIBMTP_file_t *children =
		LIBMTP_Get_Files_And_Folders(session->mtp, folder->storage_id, folder->item_id);

	while (children != NULL) {
		LIBMTP_file_t *next = children->next;

		LIBMTP_destroy_file_t(children);
		children = next;
	}
	return session->tap->told_handles && session->tap->n_handles == 0;
}

gboolean
libmtp_remove(Device *device, DeviceHandle handle, GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	libmtp_index_drop(session);
	LIBMTP_file_t *object = load_object(device, handle);
	if (object == NULL)
		return libmtp_call_fail(device, error, "removing an object");
	gboolean keep = object->filetype == LIBMTP_FILETYPE_FOLDER && !is_empty(device, object);
	g_autofree char *name = g_utf8_make_valid(object->filename ? object->filename : "", -1);
	LIBMTP_destroy_file_t(object);
	if (keep) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "%s: the folder “%s” is not empty and stays", device->address->name,
			    name);
		libmtp_call_end(device);
		return FALSE;
	}
	if (session->tap->n_failed > 0 || session->tap->usb_error != 0 ||
	    LIBMTP_Delete_Object(session->mtp, handle) != 0)
		return libmtp_call_fail(device, error, "removing “%s”", name);
	g_hash_table_remove(session->seen, GUINT_TO_POINTER(handle));
	libmtp_call_end(device);
	return TRUE;
}

gboolean
libmtp_rename(Device *device, DeviceHandle handle, const char *name, GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	libmtp_index_drop(session);
	LIBMTP_file_t *object = load_object(device, handle);
	if (object == NULL)
		return libmtp_call_fail(device, error, "renaming an object to “%s”", name);
	int result = LIBMTP_Set_File_Name(session->mtp, object, name);
	LIBMTP_destroy_file_t(object);
	if (result != 0)
		return libmtp_call_fail(device, error, "renaming an object to “%s”", name);
	libmtp_call_end(device);
	return TRUE;
}

gboolean
libmtp_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
	    GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	libmtp_index_drop(libmtp_session(device));
	/* Here, unlike everywhere else, the root is 0. */
	uint32_t destination = parent == DEVICE_ROOT ? 0 : parent;
	if (LIBMTP_Move_Object(libmtp_session(device)->mtp, handle, storage, destination) != 0)
		return libmtp_call_fail(device, error, "moving an object");
	libmtp_call_end(device);
	return TRUE;
}
