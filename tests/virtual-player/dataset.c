/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * MTP's way of writing numbers, strings and arrays: see dataset.h. Never reads past the given
 * bytes.
 */
#include "dataset.h"

#include <string.h>

#define MAX_STRING_UNITS 254

void
put_number(GByteArray *array, guint64 value, guint bytes)
{
	value = GUINT64_TO_LE(value);
	g_byte_array_append(array, (const guint8 *)&value, bytes);
}

void
put_string(GByteArray *array, const char *text)
{
	g_autofree gunichar2 *units = NULL;
	glong count = 0;

	if (text && *text)
		units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
	if (!units || count == 0) {
		put_u8(array, 0);
		return;
	}
	count = MIN(count, MAX_STRING_UNITS);
	put_u8(array, count + 1);
	for (glong i = 0; i < count; i++)
		put_u16(array, units[i]);
	put_u16(array, 0);
}

void
put_u16_array(GByteArray *array, const GArray *codes)
{
	put_u32(array, codes->len);
	for (guint i = 0; i < codes->len; i++)
		put_u16(array, g_array_index(codes, guint16, i));
}

guint64
read_number(struct reader *reader, guint bytes)
{
	guint64 value = 0;

	if (reader->left < bytes) {
		reader->is_short = TRUE;
		reader->left = 0;
		return 0;
	}
	memcpy(&value, reader->data, bytes);
	reader->data += bytes;
	reader->left -= bytes;
	return GUINT64_FROM_LE(value);
}

char *
read_string(struct reader *reader)
{
	guint count = read_number(reader, 1);
	gunichar2 units[256] = {0};
	char *converted;

	for (guint i = 0; i < count; i++)
		units[i] = read_number(reader, 2);
	converted = g_utf16_to_utf8(units, -1, NULL, NULL, NULL);
	return converted ? converted : g_strdup("");
}

guint
type_size(enum mtp_type type)
{
	return type >= TYPE_UINT8 - 1 && type <= TYPE_UINT128 ? 1u << ((type - 1) / 2) : 0;
}

static gsize
value_length(const struct reader *reader, enum mtp_type type)
{
	struct reader copy = *reader;

	if (type == TYPE_STRING)
		return 1 + 2 * (gsize)read_number(&copy, 1);
	if (type & 0x4000)
		return 4 + (gsize)read_number(&copy, 4) * MAX(type_size(type & 0xFF), 1);
	return type_size(type);
}

GBytes *
read_value(struct reader *reader, enum mtp_type type)
{
	gsize length = value_length(reader, type);
	GBytes *value;

	if (length == 0 || reader->left < length) {
		reader->is_short = TRUE;
		reader->left = 0;
		return NULL;
	}
	value = g_bytes_new(reader->data, length);
	reader->data += length;
	reader->left -= length;
	return value;
}
