/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-tags: what a player keeps about a song beside its bytes: tags, and
 * statistics. Those are asked for one by one for a few songs, and for all at once for many.
 */
#include "device/ptp-tags.h"

#include <string.h>

#include "base/error.h"
#include "device/ptp-catalog.h"

#define MAX_DATASET_BYTES (1u << 20)
/* So many songs are asked about one by one before all are. */
#define FEW_SONGS 3

typedef struct {
	uint16_t property;
	gsize offset; /* of the string in Track */
} Tag;

static const Tag texts[] = {
	{PTP_PROP_NAME, G_STRUCT_OFFSET(Track, title)},
	{PTP_PROP_ARTIST, G_STRUCT_OFFSET(Track, artist)},
	{PTP_PROP_ALBUM_NAME, G_STRUCT_OFFSET(Track, album)},
	{PTP_PROP_GENRE, G_STRUCT_OFFSET(Track, genre)},
};

static const char *
get_text(const Track *track, const Tag *tag)
{
	const char *text = G_STRUCT_MEMBER(const char *, track, tag->offset);

	return text ? text : "";
}

static gboolean
takes_text(Device *device, uint16_t property, uint16_t format)
{
	PtpObjectPropDesc found;

	return ptp_describe(device, property, format, &found) && found.is_settable &&
	       found.type == PTP_TYPE_STRING;
}

/* The object that a list is for: one of this format that is to come, handle 0, or that is there. */
typedef struct {
	Device *device;
	uint16_t format;
	DeviceHandle handle;
} Object;

static void
add_text(const Object *object, uint16_t property, const char *text, GByteArray *list)
{
	if (text != NULL && *text != '\0' && takes_text(object->device, property, object->format))
		ptp_prop_list_add_string(list, object->handle, property, text);
}

/* With the type that the device gives the number. */
static void
add_number(const Object *object, uint16_t property, uint64_t number, GByteArray *list)
{
	PtpObjectPropDesc found;

	if (number > 0 && ptp_describe(object->device, property, object->format, &found) &&
	    found.is_settable && (found.type == PTP_TYPE_UINT16 || found.type == PTP_TYPE_UINT32))
		ptp_prop_list_add_number(list, object->handle, property, found.type, number);
}

void
ptp_tags_add_new(Device *device, uint16_t format, DeviceHandle handle, const Track *tags,
		 GByteArray *list)
{
	const Object object = {device, format, handle};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		add_text(&object, texts[i].property, get_text(tags, &texts[i]), list);
	add_text(&object, PTP_PROP_ALBUM_ARTIST, tags->album_artist, list);
	if (tags->year > 0 && tags->year < 10000) {
		g_autofree char *date = g_strdup_printf("%04u0101T000000.0", tags->year);

		add_text(&object, PTP_PROP_ORIGINAL_RELEASE_DATE, date, list);
	}
	add_number(&object, PTP_PROP_TRACK, MIN(tags->track_number, G_MAXUINT16), list);
	add_number(&object, PTP_PROP_DURATION, tags->duration_ms, list);
}

gboolean
ptp_takes_ratings(Device *device, uint16_t format)
{
	PtpObjectPropDesc found;

	return ptp_describe(device, PTP_PROP_RATING, format, &found) && found.is_settable &&
	       found.type == PTP_TYPE_UINT16;
}

void
ptp_tags_add_rating(int32_t rating, GByteArray *list)
{
	ptp_prop_list_add_number(list, 0, PTP_PROP_RATING, PTP_TYPE_UINT16, rating);
}

/* retagging */

/* All that a song shows, also what is to be empty; each property but for album artists was found
 * settable. */
static GByteArray *
build_list(Device *device, DeviceHandle handle, const Track *tags)
{
	GByteArray *list = ptp_prop_list_new();

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		ptp_prop_list_add_string(list, handle, texts[i].property,
					 get_text(tags, &texts[i]));
	ptp_prop_list_add_number(list, handle, PTP_PROP_TRACK, PTP_TYPE_UINT16,
				 MIN(tags->track_number, G_MAXUINT16));
	if (tags->album_artist != NULL && *tags->album_artist != '\0' &&
	    takes_text(device, PTP_PROP_ALBUM_ARTIST, PTP_FORMAT_MP3))
		ptp_prop_list_add_string(list, handle, PTP_PROP_ALBUM_ARTIST, tags->album_artist);
	return list;
}

typedef struct {
	Device *device;
	GError *error;
} Setting;

/* One element of the list by itself. */
static gboolean
set_one(PtpElement *element, void *data)
{
	Setting *setting = data;
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ptp_put_value(bytes, &element->value);
	g_autoptr(GBytes) out = g_bytes_new(bytes->data, bytes->len);
	PtpTransaction transaction = {.operation = PTP_OP_SET_OBJECT_PROP_VALUE,
				      .parameters = {element->handle, element->property},
				      .n_parameters = 2,
				      .out = out};
	return ptp_run(setting->device, &transaction, &setting->error);
}

gboolean
ptp_set_properties(Device *device, const GByteArray *list, GError **error)
{
	const PtpLane *lane = ptp_lane_of(device);
	Setting setting = {.device = device};

	if (ptp_has_operation(lane, PTP_OP_SET_OBJECT_PROP_LIST) &&
	    !(lane->quirks & PTP_QUIRK_BROKEN_SET_PROP_LIST)) {
		g_autoptr(GBytes) out = g_bytes_new(list->data, list->len);
		PtpTransaction transaction = {.operation = PTP_OP_SET_OBJECT_PROP_LIST, .out = out};

		return ptp_run(device, &transaction, error);
	}
	if (ptp_parse_prop_list(list, set_one, &setting))
		return TRUE;
	g_propagate_error(error, setting.error);
	return FALSE;
}

gboolean
ptp_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error)
{
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	g_autoptr(GByteArray) list = build_list(device, handle, tags);
	if (!ptp_confirm_object(device, handle, error))
		return ptp_fail(device, error, "setting the tags of “%s”", tags->title);
	ptp_catalog_forget(ptp_lane_of(device), handle);
	return ptp_set_properties(device, list, error) ||
	       ptp_fail(device, error, "setting the tags of “%s”", tags->title);
}

/* rating */

gboolean
ptp_set_rating(Device *device, DeviceHandle handle, const char *name, int32_t rating,
	       GError **error)
{
	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	PtpLane *lane = ptp_lane_of(device);
	if (!ptp_has_statistics(device) || !ptp_takes_ratings(device, ptp_format_of(lane, name))) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "%s keeps no rating of such a song", device->address->name);
		return FALSE;
	}
	g_autoptr(GByteArray) list = ptp_prop_list_new();
	ptp_prop_list_add_number(list, handle, PTP_PROP_RATING, PTP_TYPE_UINT16, rating);
	if (!ptp_confirm_object(device, handle, error))
		return ptp_fail(device, error, "rating “%s”", name);
	ptp_catalog_forget(lane, handle);
	g_hash_table_remove(lane->statistics, GUINT_TO_POINTER(handle));
	return ptp_set_properties(device, list, error) ||
	       ptp_fail(device, error, "rating “%s”", name);
}

/* statistics */

static const DeviceStatistics unknown = {.use_count = -1, .rating = -1, .last_played_unix = -1};

static void
take_statistic(DeviceStatistics *statistics, uint16_t property, uint64_t value)
{
	if (property == PTP_PROP_USE_COUNT && value <= G_MAXINT32)
		statistics->use_count = (int32_t)value;
	if (property == PTP_PROP_RATING && value <= 100)
		statistics->rating = (int32_t)value;
}

static gboolean
take_element(PtpElement *element, void *data)
{
	GHashTable *all = data;
	void *key = GUINT_TO_POINTER(element->handle);
	DeviceStatistics *statistics = g_hash_table_lookup(all, key);

	if (statistics == NULL) {
		statistics = g_memdup2(&unknown, sizeof unknown);
		g_hash_table_insert(all, key, statistics);
	}
	take_statistic(statistics, element->property, element->value.number);
	return element->value.text == NULL;
}

static gboolean
move(void *handle, void *statistics, void *to)
{
	g_hash_table_insert(to, handle, statistics);
	return TRUE;
}

/* What is not in it is asked for alone; a list that can not be had is remembered. */
static void
load_all(Device *device)
{
	PtpLane *lane = ptp_lane_of(device);
	g_autoptr(GHashTable) all = g_hash_table_new_full(NULL, NULL, NULL, g_free);

	if (!ptp_index_load_property(device, PTP_PROP_USE_COUNT, take_element, all) ||
	    !ptp_index_load_property(device, PTP_PROP_RATING, take_element, all))
		return;
	g_hash_table_foreach_steal(all, move, lane->statistics);
	lane->has_all_statistics = TRUE;
}

void
ptp_forget_statistics(PtpLane *lane)
{
	g_hash_table_remove_all(lane->statistics);
	lane->has_all_statistics = FALSE;
}

static gboolean
load_number(Device *device, DeviceHandle handle, uint16_t property, guint n_bytes, uint64_t *out,
	    GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_GET_OBJECT_PROP_VALUE,
				      .parameters = {handle, property},
				      .n_parameters = 2,
				      .in = bytes,
				      .max_in = MAX_DATASET_BYTES};

	if (!ptp_run(device, &transaction, error))
		return FALSE;
	PtpReader reader = ptp_reader(bytes);
	*out = n_bytes == 2 ? ptp_take_u16(&reader) : ptp_take_u32(&reader);
	return !reader.failed || ptp_insane(error, "a number");
}

/* The rating of a song is no reason to fail. */
static gboolean
load_one(Device *device, DeviceHandle handle, DeviceStatistics *out, GError **error)
{
	g_autoptr(GError) unrated = NULL;
	uint64_t number;

	if (!load_number(device, handle, PTP_PROP_USE_COUNT, 4, &number, error))
		return FALSE;
	take_statistic(out, PTP_PROP_USE_COUNT, number);
	if (load_number(device, handle, PTP_PROP_RATING, 2, &number, &unrated))
		take_statistic(out, PTP_PROP_RATING, number);
	if (unrated == NULL || !ptp_is_fatal(unrated))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&unrated));
	return FALSE;
}

/* All are asked for at once as soon as that is less. */
static const DeviceStatistics *
find_statistics(Device *device, DeviceHandle handle)
{
	PtpLane *lane = ptp_lane_of(device);
	void *key = GUINT_TO_POINTER(handle);
	const DeviceStatistics *known = g_hash_table_lookup(lane->statistics, key);
	guint n_asked = g_hash_table_size(lane->statistics);
	gboolean are_many = n_asked <= FEW_SONGS && (lane->index != NULL || n_asked == FEW_SONGS);

	if (known != NULL)
		return known;
	if (!lane->has_all_statistics && are_many)
		load_all(device);
	return g_hash_table_lookup(lane->statistics, key);
}

gboolean
ptp_load_statistics(Device *device, DeviceHandle handle, DeviceStatistics *out, GError **error)
{
	DeviceStatistics found = unknown;

	if (!ptp_call_begin(device, NULL, error))
		return FALSE;
	PtpLane *lane = ptp_lane_of(device);
	if (!ptp_has_statistics(device)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "%s does not count plays", device->address->name);
		return FALSE;
	}
	if (ptp_catalog_recall_statistics(lane, handle, out))
		return TRUE;
	const DeviceStatistics *known = find_statistics(device, handle);
	if (known != NULL)
		found = *known;
	else if (!load_one(device, handle, &found, error))
		return ptp_fail(device, error, "reading how often a song was played");
	else
		g_hash_table_insert(lane->statistics, GUINT_TO_POINTER(handle),
				    g_memdup2(&found, sizeof found));
	ptp_catalog_note_statistics(lane, handle, &found);
	*out = found;
	return TRUE;
}
