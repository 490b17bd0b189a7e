/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * MTP's way of writing numbers, strings and arrays (little endian, counted UTF-16). Putters append
 * to a byte array; a reader walks over received bytes and remembers when it ran past their end, so
 * that a whole dataset is read first and judged once.
 */
#pragma once

#include <glib.h>

enum mtp_type {
	TYPE_UINT8 = 0x0002,
	TYPE_UINT16 = 0x0004,
	TYPE_UINT32 = 0x0006,
	TYPE_UINT64 = 0x0008,
	TYPE_UINT128 = 0x000A,
	TYPE_ARRAY_UINT8 = 0x4002,
	TYPE_STRING = 0xFFFF,
};

void put_number(GByteArray *array, guint64 value, guint bytes);
void put_string(GByteArray *array, const char *text);

static inline void
put_u8(GByteArray *array, guint8 value)
{
	put_number(array, value, 1);
}

static inline void
put_u16(GByteArray *array, guint16 value)
{
	put_number(array, value, 2);
}

static inline void
put_u32(GByteArray *array, guint32 value)
{
	put_number(array, value, 4);
}

static inline void
put_u64(GByteArray *array, guint64 value)
{
	put_number(array, value, 8);
}

/* A counted array of codes. */
void put_u16_array(GByteArray *array, const GArray *codes);

struct reader {
	const guint8 *data;
	gsize left;
	gboolean is_short; /* something was asked for that is not there */
};

guint64 read_number(struct reader *reader, guint bytes);
char *read_string(struct reader *reader); /* never NULL; free with g_free() */

/* Steps over one value and returns it raw. NULL, and is_short, when it is not there. */
GBytes *read_value(struct reader *reader, enum mtp_type type);

/* Bytes of a number of this type; 0 for the types that are not of fixed size. */
guint type_size(enum mtp_type type);
