/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * picture: see picture.h. ISO 10918-1, annex B; PNG 1.2, chapters 3 and 4. A JPEG is segments, each with its
 * length, up to the one that begins a frame; whatever lengths they claim, each step goes forward.
 */
#include "engine/picture.h"

#include <string.h>

/* Markers: what follows 0xff. */
enum {
	JPEG_FILL = 0xff,
	JPEG_TEM = 0x01,
	JPEG_SOF0 = 0xc0,
	JPEG_DHT = 0xc4,
	JPEG_JPG = 0xc8,
	JPEG_DAC = 0xcc,
	JPEG_SOF15 = 0xcf,
	JPEG_RST0 = 0xd0,
	JPEG_SOI = 0xd8,
	JPEG_EOI = 0xd9,
	JPEG_SOS = 0xda,
};

#define FRAME_BYTES 7 /* length, precision, height, width */

static uint32_t
read_u16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t
read_u32(const uint8_t *at)
{
	return read_u16(at) << 16 | read_u16(at + 2);
}

static gboolean
is_frame(uint8_t marker)
{
	return marker >= JPEG_SOF0 && marker <= JPEG_SOF15 && marker != JPEG_DHT &&
	       marker != JPEG_JPG && marker != JPEG_DAC;
}

/* Those up to the end of the picture, whose marker is not one. */
static gboolean
has_no_length(uint8_t marker)
{
	return marker == JPEG_TEM || (marker >= JPEG_RST0 && marker <= JPEG_SOI);
}

static gboolean
take_measures(Picture *out, gboolean is_png, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0)
		return FALSE;
	*out = (Picture){is_png, width, height};
	return TRUE;
}

static gboolean
measure_jpeg(const uint8_t *bytes, gsize n, Picture *out)
{
	gsize at = 2;

	while (n - at >= 2 && bytes[at] == 0xff) {
		uint8_t marker = bytes[at + 1];
		if (marker == JPEG_FILL) {
			at++;
			continue;
		}
		at += 2;
		if (has_no_length(marker))
			continue;
		if (marker < JPEG_SOF0 || marker == JPEG_EOI || marker == JPEG_SOS || n - at < 2)
			return FALSE;
		gsize length = read_u16(bytes + at);
		if (is_frame(marker))
			return length >= FRAME_BYTES && n - at >= FRAME_BYTES &&
			       take_measures(out, FALSE, read_u16(bytes + at + 5),
					     read_u16(bytes + at + 3));
		if (length < 2 || length > n - at)
			return FALSE;
		at += length;
	}
	return FALSE;
}

static gboolean
measure_png(const uint8_t *bytes, gsize n, Picture *out)
{
	static const uint8_t head[] = {0, 0, 0, 13, 'I', 'H', 'D', 'R'};

	/* behind the signature: the first chunk's head, width, height */
	return n >= 24 && memcmp(bytes + 8, head, sizeof head) == 0 &&
	       take_measures(out, TRUE, read_u32(bytes + 16), read_u32(bytes + 20));
}

gboolean
picture_measure(const uint8_t *bytes, gsize n, Picture *out)
{
	static const uint8_t jpeg[] = {0xff, JPEG_SOI};
	static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

	if (n >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
		return measure_jpeg(bytes, n, out);
	return n >= sizeof png && memcmp(bytes, png, sizeof png) == 0 && measure_png(bytes, n, out);
}
