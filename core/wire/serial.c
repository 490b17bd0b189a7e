/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * serial: see serial.h. Tests compare what is written with what GVariant writes,
 * and read what GVariant wrote.
 */
#include "wire/serial.h"

#include <string.h>

unsigned
span_frame_width(gsize size)
{
	if (size > G_MAXUINT32)
		return 8;
	if (size > G_MAXUINT16)
		return 4;
	return size > G_MAXUINT8 ? 2 : 1;
}

gsize
span_read_frame(const uint8_t *bytes, unsigned width)
{
	guint64 offset = 0;

	for (unsigned i = 0; i < width; i++)
		offset |= (guint64)bytes[i] << (8 * i);
	return offset;
}

static gsize
align(gsize offset, gsize alignment)
{
	return (offset + alignment - 1) & ~(alignment - 1);
}

gsize
span_count(Span array)
{
	if (array.size == 0)
		return 0;
	unsigned width = span_frame_width(array.size);
	gsize table = span_read_frame(array.bytes + array.size - width, width);
	if (table > array.size || (array.size - table) % width != 0)
		return 0;
	return (array.size - table) / width;
}

Span
span_get(Span array, gsize index)
{
	unsigned width = span_frame_width(array.size);
	gsize table = array.size - span_count(array) * width;
	const uint8_t *frame = array.bytes + table + index * width;
	gsize end = span_read_frame(frame, width);
	gsize start = index == 0 ? 0 : align(span_read_frame(frame - width, width), 8);

	if (start > end || end > table)
		return (Span){array.bytes, 0};
	return (Span){array.bytes + start, end - start};
}

const char *
span_take_string(Span *rest)
{
	const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->bytes, '\0', rest->size);

	if (end == NULL) {
		rest->size = 0;
		return "";
	}
	const char *string = (const char *)rest->bytes;
	rest->size -= end + 1 - rest->bytes;
	rest->bytes = end + 1;
	return string;
}

static gboolean
take_fixed(Span *rest, gsize alignment, void *out, gsize size)
{
	gsize padding = -(guintptr)rest->bytes & (alignment - 1);

	if (rest->size < padding + size) {
		rest->size = 0;
		return FALSE;
	}
	memcpy(out, rest->bytes + padding, size);
	rest->bytes += padding + size;
	rest->size -= padding + size;
	return TRUE;
}

uint32_t
span_take_uint32(Span *rest)
{
	uint32_t number = 0;

	take_fixed(rest, 4, &number, sizeof number);
	return number;
}

uint64_t
span_take_uint64(Span *rest)
{
	uint64_t number = 0;

	take_fixed(rest, 8, &number, sizeof number);
	return number;
}

Span
span_get_body(Span span, unsigned n_frames)
{
	gsize frames = n_frames * span_frame_width(span.size);

	return (Span){span.bytes, span.size > frames ? span.size - frames : 0};
}

void
bytes_put_padding(GByteArray *bytes, gsize offset, gsize alignment)
{
	static const uint8_t zeros[8];

	g_byte_array_append(bytes, zeros, -offset & (alignment - 1));
}

void
bytes_pad(GByteArray *bytes, gsize alignment)
{
	bytes_put_padding(bytes, bytes->len, alignment);
}

void
bytes_put_string(GByteArray *bytes, const char *string)
{
	if (string == NULL)
		string = "";
	g_byte_array_append(bytes, (const uint8_t *)string, strlen(string) + 1);
}

void
bytes_put_uint32(GByteArray *bytes, uint32_t number)
{
	number = GUINT32_TO_LE(number);
	bytes_pad(bytes, 4);
	g_byte_array_append(bytes, (const uint8_t *)&number, sizeof number);
}

void
bytes_put_uint64(GByteArray *bytes, uint64_t number)
{
	number = GUINT64_TO_LE(number);
	bytes_pad(bytes, 8);
	g_byte_array_append(bytes, (const uint8_t *)&number, sizeof number);
}

unsigned
bytes_frame_width(gsize body, gsize n_frames)
{
	if (body + n_frames <= G_MAXUINT8)
		return 1;
	return body + 2 * n_frames <= G_MAXUINT16 ? 2 : 4;
}

void
bytes_put_frame(GByteArray *bytes, uint32_t offset, unsigned width)
{
	offset = GUINT32_TO_LE(offset);
	g_byte_array_append(bytes, (const uint8_t *)&offset, width);
}

void
bytes_put_frames(GByteArray *bytes, gsize body, const gsize *ends, gsize n_ends)
{
	unsigned width = bytes_frame_width(body, n_ends);

	for (gsize i = n_ends; i > 0; i--)
		bytes_put_frame(bytes, ends[i - 1], width);
}
