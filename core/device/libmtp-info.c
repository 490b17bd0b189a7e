/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-info: who the device is, what it can do, and its storages. What it can
 * do is read from the wire (operations, settable properties), so that a
 * capability is claimed only where the device itself claims it.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"
#include "device/said.h"

/* 0xffffffff stands for "larger" where sizes have 32 bits. */
#define MAX_BYTES_32 UINT64_C(0xfffffffe)
#define RESPONSE_OK 0x2001
#define TYPE_UINT16 0x04
#define TYPE_UINT64 0x08
#define MAX_STORAGES 64

/* Takes what libmtp allocated. Never NULL. */
static char *
take_text(char *text)
{
	char *copy = text ? g_utf8_make_valid(text, -1) : g_strdup("");

	free(text);
	return copy;
}

/* Two bytes each of number and type, then whether it can be written. libmtp reads that but keeps it
 * to itself. */
const GByteArray *
libmtp_describe(LibmtpSession *session, LIBMTP_property_t property, LIBMTP_filetype_t type)
{
	LIBMTP_allowed_values_t allowed = {0};
	const GByteArray *data = session->tap->data;

	/* Fails too where there is nothing to choose from, as with strings. */
	if (LIBMTP_Get_Allowed_Property_Values(session->mtp, property, type, &allowed) == 0)
		LIBMTP_destroy_allowed_values_t(&allowed);
	gboolean told = session->tap->operation == TAP_OP_GET_OBJECT_PROP_DESC &&
			session->tap->response == RESPONSE_OK && data->len > 4;
	return told ? data : NULL;
}

static const unsigned char *
describe_for(LibmtpSession *session, LIBMTP_property_t property, LIBMTP_filetype_t type)
{
	const GByteArray *description = libmtp_describe(session, property, type);

	return description != NULL ? description->data : NULL;
}

static const unsigned char *
describe(LibmtpSession *session, LIBMTP_property_t property)
{
	return describe_for(session, property, LIBMTP_FILETYPE_MP3);
}

static gboolean
is_settable(LibmtpSession *session, LIBMTP_property_t property)
{
	const unsigned char *description = describe(session, property);

	return description != NULL && description[4] == 1;
}

static gboolean
can_set_properties(const LibmtpSession *session)
{
	return libmtp_has_operation(session, TAP_OP_SET_OBJECT_PROP_VALUE) ||
	       libmtp_has_operation(session, TAP_OP_SET_OBJECT_PROP_LIST);
}

/* Some devices know no formats: all files are alike to them. */
static gboolean
can_rename(LibmtpSession *session)
{
	const unsigned char *description;

	if (!can_set_properties(session))
		return FALSE;
	if (is_settable(session, LIBMTP_PROPERTY_ObjectFileName))
		return TRUE;
	description =
		describe_for(session, LIBMTP_PROPERTY_ObjectFileName, LIBMTP_FILETYPE_UNKNOWN);
	return description != NULL && description[4] == 1;
}

static gboolean
can_retag(LibmtpSession *session)
{
	static const LIBMTP_property_t needed[] = {LIBMTP_PROPERTY_Name, LIBMTP_PROPERTY_Artist,
						   LIBMTP_PROPERTY_AlbumName, LIBMTP_PROPERTY_Genre,
						   LIBMTP_PROPERTY_Track};

	if (session->is_android || !can_set_properties(session))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (!is_settable(session, needed[i]))
			return FALSE;
	}
	return TRUE;
}

static gboolean
has_filetype(LIBMTP_mtpdevice_t *mtp, LIBMTP_filetype_t wanted)
{
	uint16_t *types = NULL, n = 0;
	gboolean found = FALSE;

	if (LIBMTP_Get_Supported_Filetypes(mtp, &types, &n) != 0)
		return FALSE;
	for (uint16_t i = 0; i < n; i++)
		found |= types[i] == (uint16_t)wanted;
	free(types);
	return found;
}

/* Where libmtp has to make playlists without SendObjectPropList it sends uninitialised
 * memory, and Samsung's own format makes it read the whole device. */
static gboolean
can_playlists(LibmtpSession *session)
{
	return !session->is_android &&
	       !(session->quirks &
		 (LIBMTP_QUIRK_SPL_PLAYLISTS | LIBMTP_QUIRK_BROKEN_SEND_PROP_LIST)) &&
	       libmtp_has_operation(session, TAP_OP_SEND_OBJECT_PROP_LIST) &&
	       libmtp_has_operation(session, TAP_OP_SET_OBJECT_REFERENCES) &&
	       can_set_properties(session) && has_filetype(session->mtp, LIBMTP_FILETYPE_PLAYLIST);
}

/* The same holds for albums. A phone finds pictures in the songs themselves. */
static gboolean
can_albums(LibmtpSession *session)
{
	return !session->is_android && !(session->quirks & LIBMTP_QUIRK_BROKEN_SEND_PROP_LIST) &&
	       libmtp_has_operation(session, TAP_OP_SEND_OBJECT_PROP_LIST) &&
	       libmtp_has_operation(session, TAP_OP_SET_OBJECT_REFERENCES) &&
	       libmtp_has_operation(session, TAP_OP_SET_OBJECT_PROP_VALUE) &&
	       has_filetype(session->mtp, LIBMTP_FILETYPE_ALBUM);
}

/* Use counts stand for all statistics: a device that counts also keeps ratings, or none. */
static gboolean
has_statistics(LibmtpSession *session)
{
	return !session->is_android &&
	       libmtp_has_operation(session, TAP_OP_GET_OBJECT_PROP_VALUE) &&
	       describe(session, LIBMTP_PROPERTY_UseCount) != NULL;
}

gboolean
libmtp_takes_ratings(LibmtpSession *session, LIBMTP_filetype_t type)
{
	void *key = GINT_TO_POINTER(type);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(session->rateable, key));

	if (known == 0) {
		const unsigned char *told = describe_for(session, LIBMTP_PROPERTY_Rating, type);
		known = told != NULL && told[4] == 1 && told[2] == TYPE_UINT16 ? 1 : 2;
		g_hash_table_insert(session->rateable, key, GUINT_TO_POINTER(known));
	}
	return known == 1;
}

/* Phones take files of any size; of players those that count in 64 bits might. */
static uint64_t
max_file_bytes(LibmtpSession *session)
{
	if (session->is_android)
		return INT64_MAX;
	/* libmtp keeps 32 bits of a size that it learns from a list of all objects. */
	if (session->lists_all || !libmtp_has_operation(session, TAP_OP_GET_OBJECT_PROP_DESC))
		return MAX_BYTES_32;
	const unsigned char *size = describe(session, LIBMTP_PROPERTY_ObjectSize);
	return size != NULL && size[2] == TYPE_UINT64 ? INT64_MAX : MAX_BYTES_32;
}

/* Reads a text property of the device. *has says whether there is one; only then is it asked. */
static char *
load_text(LibmtpSession *session, char *(*get)(LIBMTP_mtpdevice_t *), gboolean *has)
{
	unsigned before = session->tap->n_transactions;
	char *text = take_text(get(session->mtp));

	*has = session->tap->n_transactions > before && session->tap->response == RESPONSE_OK;
	return text;
}

static void
fill_info(LibmtpSession *session, DeviceInfo *info)
{
	LIBMTP_mtpdevice_t *mtp = session->mtp;

	info->maker = take_text(LIBMTP_Get_Manufacturername(mtp));
	info->model = take_text(LIBMTP_Get_Modelname(mtp));
	info->serial = take_text(LIBMTP_Get_Serialnumber(mtp));
	info->firmware = take_text(LIBMTP_Get_Deviceversion(mtp));
	info->friendly_name =
		load_text(session, LIBMTP_Get_Friendlyname, &info->can_set_friendly_name);
	info->sync_partner = load_text(session, LIBMTP_Get_Syncpartner, &info->can_set_partner);
	info->can_rename = can_rename(session);
	info->can_move = LIBMTP_Check_Capability(mtp, LIBMTP_DEVICECAP_MoveObject);
	info->can_retag = can_retag(session);
	info->can_playlists = can_playlists(session);
	info->can_albums = can_albums(session);
	info->can_read_partial = LIBMTP_Check_Capability(mtp, LIBMTP_DEVICECAP_GetPartialObject);
	info->has_statistics = has_statistics(session);
	info->can_rate = info->has_statistics && can_set_properties(session) &&
			 libmtp_takes_ratings(session, LIBMTP_FILETYPE_MP3);
	info->max_file_bytes = max_file_bytes(session);
	info->wants_unique_names = (session->quirks & LIBMTP_QUIRK_UNIQUE_NAMES) != 0;
}

gboolean
libmtp_load_info(Device *device, DeviceInfo *info, GError **error)
{
	DeviceInfo found = {0};

	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	UsbTap *tap = libmtp_session(device)->tap;
	fill_info(libmtp_session(device), &found);
	if (tap->usb_error != 0 || tap->insane) {
		device_info_clear(&found);
		return libmtp_call_fail(device, error, "reading what it is and can do");
	}
	libmtp_call_end(device);
	*info = found;
	return TRUE;
}

static void
append_storage(GArray *storages, guint from, const LIBMTP_devicestorage_t *storage)
{
	const SaidStorage said = {.id = storage->id,
				  .type = storage->StorageType,
				  .access = storage->AccessCapability,
				  .capacity_bytes = storage->MaxCapacity,
				  .free_bytes = storage->FreeSpaceInBytes,
				  .label = storage->VolumeIdentifier,
				  .description = storage->StorageDescription};

	said_add_storage(storages, from, &said);
}

static gboolean
is_sane(const LIBMTP_devicestorage_t *storage)
{
	GHashTable *ids = g_hash_table_new(NULL, NULL);
	gboolean sane = TRUE;

	for (; sane && storage != NULL; storage = storage->next)
		sane = g_hash_table_add(ids, GUINT_TO_POINTER(storage->id)) &&
		       g_hash_table_size(ids) <= MAX_STORAGES;
	g_hash_table_unref(ids);
	return sane;
}

gboolean
libmtp_load_storages(Device *device, GArray *storages, GError **error)
{
	guint from = storages->len;

	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	UsbTap *tap = session->tap;
	libmtp_index_drop(session);
	int result = LIBMTP_Get_Storage(session->mtp, LIBMTP_STORAGE_SORTBY_NOTSORTED);
	/* A locked phone answers, and has none; libmtp calls that an error too. */
	gboolean none = tap->operation == TAP_OP_GET_STORAGE_IDS && tap->response == RESPONSE_OK;

	if (tap->usb_error != 0 || (result < 0 && !none))
		return libmtp_call_fail(device, error, "reading its storages");
	tap->insane = tap->insane || !is_sane(session->mtp->storage);
	if (tap->insane)
		return libmtp_call_fail(device, error, "reading its storages");
	for (LIBMTP_devicestorage_t *at = session->mtp->storage; at != NULL; at = at->next)
		append_storage(storages, from, at);
	libmtp_call_end(device);
	return TRUE;
}

gboolean
libmtp_set_friendly_name(Device *device, const char *name, GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	if (LIBMTP_Set_Friendlyname(libmtp_session(device)->mtp, name) != 0)
		return libmtp_call_fail(device, error, "naming it “%s”", name);
	libmtp_call_end(device);
	return TRUE;
}

gboolean
libmtp_set_sync_partner(Device *device, const char *partner, GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	if (LIBMTP_Set_Syncpartner(libmtp_session(device)->mtp, partner) != 0)
		return libmtp_call_fail(device, error, "storing “%s” as its sync partner", partner);
	libmtp_call_end(device);
	return TRUE;
}
