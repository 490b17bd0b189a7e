/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * serial: GVariant's serialisation by hand, for the one place where its own
 * functions cost too much: they allocate for each member of each of 100,000
 * tracks. A value of variable size ends with frames, offsets of where its
 * members end, as wide as its size needs; all numbers are little endian.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Serialised bytes of one value, borrowed. Reading never leaves them, whatever they hold; what is
 * missing reads as 0 and "". Memory and value must begin at a multiple of 8. */
typedef struct {
	const uint8_t *bytes;
	gsize size;
} Span;

unsigned span_frame_width(gsize size);
gsize span_read_frame(const uint8_t *bytes, unsigned width);
/* Of an array whose elements vary in size and are aligned to 8: how many, and each. */
gsize span_count(Span array);
Span span_get(Span array, gsize index);
/* What a value holds before its frames. */
Span span_get_body(Span span, unsigned n_frames);
/* The next member; rest is what follows it. Strings are borrowed. Numbers in the host's byte
 * order: GVariant has swapped what it mapped. */
const char *span_take_string(Span *rest);
uint32_t span_take_uint32(Span *rest);
uint64_t span_take_uint64(Span *rest);

/* Zeros, so that what follows offset bytes begins at a multiple of alignment. */
void bytes_put_padding(GByteArray *bytes, gsize offset, gsize alignment);
/* The same after all that bytes has. */
void bytes_pad(GByteArray *bytes, gsize alignment);
/* NULL is "". */
void bytes_put_string(GByteArray *bytes, const char *string);
/* Padded to their size. */
void bytes_put_uint32(GByteArray *bytes, uint32_t number);
void bytes_put_uint64(GByteArray *bytes, uint64_t number);
/* As wide as it takes to reach the end of body and frames together. */
unsigned bytes_frame_width(gsize body, gsize n_frames);
void bytes_put_frame(GByteArray *bytes, uint32_t offset, unsigned width);
/* A structure's frames: where its members of variable size end, the last of them first. */
void bytes_put_frames(GByteArray *bytes, gsize body, const gsize *ends, gsize n_ends);
