/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-info: who the device is, what it can do, and its storages. A property's description is the
 * device's own, asked once for a firmware and remembered.
 */
#include "base/error.h"
#include "device/ptp-catalog.h"
#include "device/ptp-tags.h"
#include "device/said.h"

/* 0xffffffff stands for "larger" where sizes have 32 bits. */
#define MAX_BYTES_32 UINT64_C(0xfffffffe)
#define MAX_DATASET_BYTES (1u << 20)
#define MAX_STORAGES 64
#define STORAGES_FRESH_US (30 * G_USEC_PER_SEC)

/* A description in the device's memory: its type and whether it can be written, or that there is none. */
#define NOT_THERE (-1)
#define NOT_ASKED (-2)
#define NOT_SURE (-3) /* refused once, for a reason that may have passed */
#define SETTABLE 0x10000

/* bytes gets the description as it travels. */
static int64_t
ask_description(Device *device, uint16_t property, uint16_t format, GByteArray *bytes)
{
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT_PROP_DESC,
				      .parameters = {property, format},
				      .n_parameters = 2,
				      .in = bytes,
				      .max_in = MAX_DATASET_BYTES};
	PtpObjectPropDesc found;

	if (!ptp_ask(device, &transaction, NULL))
		return NOT_ASKED;
	if (transaction.response == PTP_RESPONSE_GENERAL_ERROR ||
	    transaction.response == PTP_RESPONSE_DEVICE_BUSY)
		return NOT_SURE;
	if (transaction.response != PTP_RESPONSE_OK || !ptp_parse_object_prop_desc(bytes, &found))
		return NOT_THERE;
	return found.type | (found.is_settable ? SETTABLE : 0);
}

/* bytes: asked whatever is known; NULL: only what is not. */
static gboolean
describe(Device *device, uint16_t property, uint16_t format, PtpObjectPropDesc *out,
	 GByteArray *bytes)
{
	g_autofree char *key = g_strdup_printf("property-%04x-of-%04x", property, format);
	int64_t before = ptp_recall(device, key, NOT_ASKED), known = before;

	if (!ptp_has_operation(ptp_lane_of(device), PTP_OP_GET_OBJECT_PROP_DESC))
		return FALSE;
	if (known == NOT_ASKED || known == NOT_SURE || bytes != NULL) {
		g_autoptr(GByteArray) told = g_byte_array_new();
		known = ask_description(device, property, format, bytes != NULL ? bytes : told);
	}
	if (known == NOT_ASKED)
		return FALSE;
	if (known == NOT_SURE && before == NOT_SURE)
		known = NOT_THERE;
	ptp_learn(device, key, known);
	*out = (PtpObjectPropDesc){.property = property,
				   .type = (uint16_t)known,
				   .is_settable = (known & SETTABLE) != 0};
	return known >= 0;
}

gboolean
ptp_describe(Device *device, uint16_t property, uint16_t format, PtpObjectPropDesc *out)
{
	return describe(device, property, format, out, NULL);
}

gboolean
ptp_describe_form(Device *device, uint16_t property, uint16_t format, PtpObjectPropDesc *out,
		  PtpPropForm *form)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gboolean is_there = describe(device, property, format, out, bytes);

	*form = ptp_parse_object_prop_form(bytes);
	return is_there;
}

gboolean
ptp_is_settable(Device *device, uint16_t property, uint16_t format)
{
	PtpObjectPropDesc found;

	return ptp_describe(device, property, format, &found) && found.is_settable;
}

static gboolean
can_set_properties(const PtpLane *lane)
{
	return ptp_has_operation(lane, PTP_OP_SET_OBJECT_PROP_VALUE) ||
	       ptp_has_operation(lane, PTP_OP_SET_OBJECT_PROP_LIST);
}

/* Some devices know no formats: all files are alike to them. */
static gboolean
can_rename(Device *device)
{
	return ptp_has_operation(ptp_lane_of(device), PTP_OP_SET_OBJECT_PROP_VALUE) &&
	       (ptp_is_settable(device, PTP_PROP_OBJECT_FILE_NAME, PTP_FORMAT_MP3) ||
		ptp_is_settable(device, PTP_PROP_OBJECT_FILE_NAME, PTP_FORMAT_UNDEFINED));
}

static gboolean
can_retag(Device *device)
{
	static const uint16_t needed[] = {PTP_PROP_NAME, PTP_PROP_ARTIST, PTP_PROP_ALBUM_NAME,
					  PTP_PROP_GENRE, PTP_PROP_TRACK};

	if (ptp_lane_of(device)->is_android || !can_set_properties(ptp_lane_of(device)))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (!ptp_is_settable(device, needed[i], PTP_FORMAT_MP3))
			return FALSE;
	}
	return TRUE;
}

static gboolean
can_playlists(const PtpLane *lane)
{
	return !lane->is_android && !(lane->quirks & PTP_QUIRK_SPL_PLAYLISTS) &&
	       ptp_has_operation(lane, PTP_OP_SET_OBJECT_REFERENCES) && can_set_properties(lane) &&
	       ptp_has_format(lane, PTP_FORMAT_ABSTRACT_PLAYLIST);
}

/* Use counts stand for all statistics: a device that counts also keeps ratings, or none. */
gboolean
ptp_has_statistics(Device *device)
{
	const PtpLane *lane = ptp_lane_of(device);
	PtpObjectPropDesc found;

	return !lane->is_android && ptp_has_operation(lane, PTP_OP_GET_OBJECT_PROP_VALUE) &&
	       ptp_describe(device, PTP_PROP_USE_COUNT, PTP_FORMAT_MP3, &found);
}

static gboolean
can_rate(Device *device)
{
	return ptp_has_statistics(device) && can_set_properties(ptp_lane_of(device)) &&
	       ptp_takes_ratings(device, PTP_FORMAT_MP3);
}

/* Phones take files of any size; of players those that count in 64 bits and can be told so might. */
static uint64_t
max_file_bytes(Device *device)
{
	PtpObjectPropDesc size;

	if (ptp_lane_of(device)->is_android)
		return INT64_MAX;
	return ptp_takes_lists(device) &&
			       ptp_describe(device, PTP_PROP_OBJECT_SIZE, PTP_FORMAT_MP3, &size) &&
			       size.type == PTP_TYPE_UINT64
		       ? INT64_MAX
		       : MAX_BYTES_32;
}

/* Asked once in a session: nobody else can set it meanwhile. *has says whether there is such a property; "" if
 * not. FALSE if nothing else is worth asking. */
static gboolean
load_text(Device *device, uint16_t property, char **out, gboolean *has, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_GET_DEVICE_PROP_VALUE,
				      .parameters = {property},
				      .n_parameters = 1,
				      .in = bytes,
				      .max_in = MAX_DATASET_BYTES};
	const char *told = g_hash_table_lookup(lane->texts, GUINT_TO_POINTER(property));
	PtpReader reader;

	*has = told != NULL;
	*out = g_strdup(told);
	if (told == NULL && ptp_array_has(lane->info.device_props, property) &&
	    ptp_has_operation(lane, PTP_OP_GET_DEVICE_PROP_VALUE)) {
		if (!ptp_ask(device, &transaction, error))
			return FALSE;
		reader = ptp_reader(bytes);
		*has = transaction.response == PTP_RESPONSE_OK;
		if (*has)
			*out = ptp_take_string(&reader);
	}
	if (*out == NULL)
		*out = g_strdup("");
	if (*has)
		g_hash_table_insert(lane->texts, GUINT_TO_POINTER(property), g_strdup(*out));
	*has = *has && ptp_has_operation(lane, PTP_OP_SET_DEVICE_PROP_VALUE);
	return TRUE;
}

static gboolean
load_texts(Device *device, DeviceInfo *info, GError **error)
{
	return load_text(device, PTP_DEVICE_PROP_FRIENDLY_NAME, &info->friendly_name,
			 &info->can_set_friendly_name, error) &&
	       load_text(device, PTP_DEVICE_PROP_SYNC_PARTNER, &info->sync_partner,
			 &info->can_set_partner, error);
}

gboolean
ptp_load_info(Device *device, DeviceInfo *info, GError **error)
{
	DeviceInfo found = {0};

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	PtpLane *lane = ptp_lane_of(device);
	if (!load_texts(device, &found, error)) {
		device_info_clear(&found);
		return ptp_fail(device, error, "reading what it is and can do");
	}
	found.maker = g_strdup(lane->info.maker);
	found.model = g_strdup(lane->info.model);
	found.serial = g_strdup(lane->info.serial);
	found.firmware = g_strdup(lane->info.version);
	found.can_rename = can_rename(device);
	found.can_move = ptp_has_operation(lane, PTP_OP_MOVE_OBJECT);
	found.can_retag = can_retag(device);
	found.can_playlists = can_playlists(lane);
	found.can_albums = ptp_can_albums(lane);
	found.can_read_partial = ptp_has_operation(lane, PTP_OP_GET_PARTIAL_OBJECT) ||
				 ptp_has_operation(lane, PTP_OP_GET_PARTIAL_OBJECT_64);
	found.has_statistics = ptp_has_statistics(device);
	found.can_rate = can_rate(device);
	found.wants_unique_names = (lane->quirks & PTP_QUIRK_UNIQUE_NAMES) != 0;
	found.max_file_bytes = max_file_bytes(device);
	*info = found;
	return TRUE;
}

/* One that was told of and is not there (any more) is left out: a card that was taken out. */
static gboolean
add_storage(Device *device, uint32_t id, GArray *storages, guint from, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_GET_STORAGE_INFO,
				      .parameters = {id},
				      .n_parameters = 1,
				      .in = bytes,
				      .max_in = MAX_DATASET_BYTES};
	PtpStorageInfo info;

	if (!ptp_ask(device, &transaction, error))
		return FALSE;
	if (transaction.response == PTP_RESPONSE_STORE_NOT_AVAILABLE)
		return TRUE;
	if (transaction.response != PTP_RESPONSE_OK)
		return ptp_refuse(&transaction, error);
	if (!ptp_parse_storage_info(bytes, &info))
		return ptp_insane(error, "StorageInfo");
	const SaidStorage said = {.id = id,
				  .type = info.type,
				  .access = info.access,
				  .capacity_bytes = info.capacity_bytes,
				  .free_bytes = info.free_bytes,
				  .label = info.label,
				  .description = info.description};
	said_add_storage(storages, from, &said);
	ptp_storage_info_clear(&info);
	return TRUE;
}

/* The lower half of an id is 0 where there is a slot and no card in it. */
static gboolean
is_filled(uint32_t id)
{
	return (id & 0xffff) != 0;
}

static gboolean
add_storages(Device *device, const GArray *ids, GArray *storages, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint from = storages->len;

	if (ids->len > MAX_STORAGES)
		return ptp_insane(error, "too many storages");
	for (guint i = 0; i < ids->len; i++) {
		uint32_t id = g_array_index(ids, uint32_t, i);

		if (!g_hash_table_add(seen, GUINT_TO_POINTER(id)))
			return ptp_insane(error, "a storage twice");
		if (is_filled(id) && !add_storage(device, id, storages, from, error))
			return FALSE;
	}
	return TRUE;
}

static void
copy_storages(GArray *to, const GArray *from, guint first)
{
	for (guint i = first; i < from->len; i++) {
		DeviceStorage copy = g_array_index(from, DeviceStorage, i);

		copy.label = g_strdup(copy.label);
		copy.description = g_strdup(copy.description);
		g_array_append_val(to, copy);
	}
}

void
ptp_forget_storages(PtpLane *lane)
{
	g_clear_pointer(&lane->storages, g_array_unref);
}

static void
note_storages(PtpLane *lane, const GArray *storages, guint from)
{
	ptp_forget_storages(lane);
	lane->storages = device_storages_new();
	copy_storages(lane->storages, storages, from);
	lane->storages_us = g_get_monotonic_time();
	lane->n_storages = storages->len - from;
	ptp_catalog_see_storages(lane, storages, from);
}

/* What we do, and events, make it old; so does time, since its owner may write to it without a word. */
static gboolean
are_storages_fresh(const PtpLane *lane)
{
	return lane->storages != NULL && lane->storages->len > 0 &&
	       g_get_monotonic_time() - lane->storages_us < STORAGES_FRESH_US;
}

gboolean
ptp_load_storages(Device *device, GArray *storages, GError **error)
{
	guint from = storages->len;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {
		.operation = PTP_OP_GET_STORAGE_IDS, .in = bytes, .max_in = MAX_DATASET_BYTES};

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	if (are_storages_fresh(ptp_lane_of(device))) {
		copy_storages(storages, ptp_lane_of(device)->storages, 0);
		return TRUE;
	}
	if (!ptp_run(device, &transaction, error))
		return ptp_fail(device, error, "reading its storages");
	PtpReader reader = ptp_reader(bytes);
	g_autoptr(GArray) ids = ptp_take_u32_array(&reader);
	gboolean ok = reader.failed ? ptp_insane(error, "StorageIDs")
				    : add_storages(device, ids, storages, error);
	if (!ok) {
		g_array_set_size(storages, from);
		return ptp_fail(device, error, "reading its storages");
	}
	note_storages(ptp_lane_of(device), storages, from);
	return TRUE;
}

static gboolean
set_text(Device *device, uint16_t property, const char *text, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ptp_put_string(bytes, text);
	g_autoptr(GBytes) out = g_bytes_new(bytes->data, bytes->len);
	PtpTransaction transaction = {.operation = PTP_OP_SET_DEVICE_PROP_VALUE,
				      .parameters = {property},
				      .n_parameters = 1,
				      .out = out};
	g_hash_table_remove(ptp_lane_of(device)->texts, GUINT_TO_POINTER(property));
	if (!ptp_array_has(ptp_lane_of(device)->info.device_props, property)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "the device does not know this property");
		return FALSE;
	}
	return ptp_run(device, &transaction, error);
}

gboolean
ptp_set_friendly_name(Device *device, const char *name, GError **error)
{
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	return set_text(device, PTP_DEVICE_PROP_FRIENDLY_NAME, name, error) ||
	       ptp_fail(device, error, "naming it “%s”", name);
}

gboolean
ptp_set_sync_partner(Device *device, const char *partner, GError **error)
{
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	return set_text(device, PTP_DEVICE_PROP_SYNC_PARTNER, partner, error) ||
	       ptp_fail(device, error, "storing “%s” as its sync partner", partner);
}
