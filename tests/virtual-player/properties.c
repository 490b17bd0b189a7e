/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The object properties that exist, and their values on an object. Some are the object itself (its
 * name, its size); every other is kept as the bytes that the host sent, after they were found to be
 * one whole value of the property's type.
 */
#include "properties.h"

#include <string.h>

#include "object.h"
#include "responses.h"

static const struct property properties[] = {
	{PROPERTY_STORAGE_ID, TYPE_UINT32, "storage_id"},
	{PROPERTY_FORMAT, TYPE_UINT16, "format"},
	{PROPERTY_PROTECTION, TYPE_UINT16, "protection"},
	{PROPERTY_SIZE, TYPE_UINT64, "size"},
	{PROPERTY_ASSOCIATION_TYPE, TYPE_UINT16, "association_type"},
	{PROPERTY_FILE_NAME, TYPE_STRING, "file_name"},
	{PROPERTY_CREATED, TYPE_STRING, "created"},
	{PROPERTY_MODIFIED, TYPE_STRING, "modified"},
	{PROPERTY_PARENT, TYPE_UINT32, "parent"},
	{0xDC0D, TYPE_UINT16, "hidden"},
	{PROPERTY_PERSISTENT_ID, TYPE_UINT128, "persistent_id"},
	{PROPERTY_NAME, TYPE_STRING, "title"},
	{0xDC46, TYPE_STRING, "artist"},
	{PROPERTY_ADDED, TYPE_STRING, "added"},
	{0xDC4F, TYPE_UINT8, "non_consumable"},
	{0xDC81, TYPE_UINT16, "sample_format"},
	{0xDC82, TYPE_UINT32, "sample_size"},
	{0xDC83, TYPE_UINT32, "sample_height"},
	{0xDC84, TYPE_UINT32, "sample_width"},
	{0xDC85, TYPE_UINT32, "sample_duration"},
	{0xDC86, TYPE_ARRAY_UINT8, "sample_data"},
	{0xDC87, TYPE_UINT32, "width"},
	{0xDC88, TYPE_UINT32, "height"},
	{0xDC89, TYPE_UINT32, "duration"},
	{PROPERTY_RATING, TYPE_UINT16, "user_rating"},
	{0xDC8B, TYPE_UINT16, "track"},
	{0xDC8C, TYPE_STRING, "genre"},
	{0xDC91, TYPE_UINT32, "use_count"},
	{0xDC92, TYPE_UINT32, "skip_count"},
	{0xDC93, TYPE_STRING, "last_played"},
	{0xDC95, TYPE_UINT16, "meta_genre"},
	{0xDC96, TYPE_STRING, "composer"},
	{0xDC97, TYPE_UINT16, "effective_rating"},
	{0xDC98, TYPE_STRING, "subtitle"},
	{0xDC99, TYPE_STRING, "release_date"},
	{0xDC9A, TYPE_STRING, "album"},
	{0xDC9B, TYPE_STRING, "album_artist"},
	{0xDCE0, TYPE_STRING, "display_name"},
	{0xDE91, TYPE_UINT32, "total_bit_rate"},
	{0xDE92, TYPE_UINT16, "bit_rate_type"},
	{0xDE93, TYPE_UINT32, "sample_rate"},
	{0xDE94, TYPE_UINT16, "channels"},
	{0xDE99, TYPE_UINT32, "audio_codec"},
	{0xDE9A, TYPE_UINT32, "audio_bit_rate"},
};

const struct property *
property_lookup(guint16 code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
		if (properties[i].code == code)
			return &properties[i];
	return NULL;
}

const struct property *
property_named(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
		if (g_str_equal(properties[i].name, name))
			return &properties[i];
	return NULL;
}

gboolean
property_applies(const struct profile *profile, guint16 format, guint16 code)
{
	return profile_has(profile->object_properties, code) ||
	       (profile_has(profile->audio_formats, format) &&
		profile_has(profile->audio_properties, code));
}

void
property_list(const struct profile *profile, guint16 format, GArray *codes)
{
	const GArray *common = profile->object_properties;
	const GArray *audio = profile->audio_properties;

	g_array_append_vals(codes, common->data, common->len);
	if (profile_has(profile->audio_formats, format))
		g_array_append_vals(codes, audio->data, audio->len);
}

void
property_put_default(const struct property *property, GByteArray *array)
{
	static const guint8 zeros[16];

	if (property->type == TYPE_STRING)
		put_u8(array, 0);
	else if (property->type == TYPE_ARRAY_UINT8)
		put_u32(array, 0);
	else
		g_byte_array_append(array, zeros, type_size(property->type));
}

/* Survives the session and the object's name, as a persistent id must. */
static void
put_persistent_id(const struct object *object, GByteArray *array)
{
	g_autofree char *text = g_strconcat(object->created, object->name, NULL);

	put_u64(array, g_str_hash(text));
	put_u64(array, object->storage->id);
}

static void
put_text_or(const struct object *object, const struct property *property, const char *fallback,
	    GByteArray *array)
{
	GBytes *value = object_get_value(object, property->code);

	if (value)
		g_byte_array_append(array, g_bytes_get_data(value, NULL), g_bytes_get_size(value));
	else if (fallback)
		put_string(array, fallback);
	else
		property_put_default(property, array);
}

void
property_put(const struct object *object, const struct property *property, GByteArray *array)
{
	switch (property->code) {
	case PROPERTY_STORAGE_ID: put_u32(array, object->storage->id); break;
	case PROPERTY_FORMAT: put_u16(array, object->format); break;
	case PROPERTY_PROTECTION: put_u16(array, object->protection); break;
	case PROPERTY_SIZE: put_u64(array, object->size); break;
	case PROPERTY_ASSOCIATION_TYPE: put_u16(array, object->format == FORMAT_FOLDER); break;
	case PROPERTY_FILE_NAME: put_string(array, object->name); break;
	case PROPERTY_CREATED:
	case PROPERTY_ADDED: put_string(array, object->created); break;
	case PROPERTY_MODIFIED: put_string(array, object->modified); break;
	case PROPERTY_PARENT: put_u32(array, object->parent->handle); break;
	case PROPERTY_PERSISTENT_ID: put_persistent_id(object, array); break;
	case PROPERTY_NAME: put_text_or(object, property, object->name, array); break;
	default: put_text_or(object, property, NULL, array);
	}
}

static char *
string_of(GBytes *value)
{
	struct reader reader = {g_bytes_get_data(value, NULL), g_bytes_get_size(value), FALSE};

	return read_string(&reader);
}

static void
replace_text(char **member, GBytes *value)
{
	g_free(*member);
	*member = string_of(value);
}

guint16
property_set(struct object *object, const struct property *property, struct reader *reader)
{
	g_autoptr(GBytes) value = read_value(reader, property->type);

	if (!value)
		return RESPONSE_INVALID_PROPERTY_FORMAT;
	switch (property->code) {
	case PROPERTY_STORAGE_ID:
	case PROPERTY_FORMAT:
	case PROPERTY_SIZE:
	case PROPERTY_ASSOCIATION_TYPE:
	case PROPERTY_PARENT:
	case PROPERTY_PERSISTENT_ID:
		break; /* a creation list may name them; they are what they are */
	case PROPERTY_FILE_NAME: replace_text(&object->name, value); break;
	case PROPERTY_MODIFIED: replace_text(&object->modified, value); break;
	case PROPERTY_CREATED: replace_text(&object->created, value); break;
	case PROPERTY_PROTECTION:
		object->protection = *(const guint8 *)g_bytes_get_data(value, NULL);
		break;
	default: object_set_value(object, property->code, value);
	}
	return RESPONSE_OK;
}

char *
property_text(const struct property *property, GBytes *value)
{
	struct reader reader = {g_bytes_get_data(value, NULL), g_bytes_get_size(value), FALSE};

	if (property->type == TYPE_STRING)
		return read_string(&reader);
	if (!type_size(property->type))
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT,
			       read_number(&reader, MIN(type_size(property->type), 8)));
}

GBytes *
property_from_text(const struct property *property, const char *text)
{
	g_autoptr(GByteArray) array = g_byte_array_new();
	guint64 number;

	if (property->type == TYPE_STRING)
		put_string(array, text);
	else if (!type_size(property->type) || !parse_size(text, &number))
		return NULL;
	else
		put_number(array, number, MIN(type_size(property->type), 8));
	return g_byte_array_free_to_bytes(g_steal_pointer(&array));
}
