/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-value: MTP's way of writing numbers, strings, dates and arrays, without
 * I/O. What is read came from a device and is hostile (law 7): a reader never
 * leaves its bytes, and once something was missing it stays `failed` and tells
 * zeros and empty strings, so that only the end of a dataset need be asked.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
	const uint8_t *at;
	gsize left;
	gboolean failed;
} PtpReader;

PtpReader ptp_reader(const GByteArray *bytes);
uint8_t ptp_take_u8(PtpReader *reader);
uint16_t ptp_take_u16(PtpReader *reader);
uint32_t ptp_take_u32(PtpReader *reader);
uint64_t ptp_take_u64(PtpReader *reader);
/* Valid UTF-8, never NULL: up to the first NUL, half a surrogate pair is U+FFFD. */
char *ptp_take_string(PtpReader *reader);
/* Of uint16_t, uint32_t; never NULL. */
GArray *ptp_take_u16_array(PtpReader *reader);
GArray *ptp_take_u32_array(PtpReader *reader);

/* A value of any type. `text` belongs to it and is NULL unless it is a string; of an array there is
 * nothing, of 128 bits the lower 64. */
typedef struct {
	uint16_t type;
	uint64_t number;
	char *text;
} PtpValue;

/* FALSE, and the reader failed, if it is not whole or of no known type. */
gboolean ptp_take_value(PtpReader *reader, uint16_t type, PtpValue *out);
void ptp_value_clear(PtpValue *value);

void ptp_put_u8(GByteArray *bytes, uint8_t value);
void ptp_put_u16(GByteArray *bytes, uint16_t value);
void ptp_put_u32(GByteArray *bytes, uint32_t value);
void ptp_put_u64(GByteArray *bytes, uint64_t value);
/* What is longer than a string can be is cut between two characters. */
void ptp_put_string(GByteArray *bytes, const char *text);
void ptp_put_u32_array(GByteArray *bytes, const uint32_t *values, guint32 n);
/* FALSE for a type that is no number or string. */
gboolean ptp_put_value(GByteArray *bytes, const PtpValue *value);
/* Whether it can be written without a loss. */
gboolean ptp_string_fits(const char *text);

/* "20240131T235959", with tenths, "Z" or "+0130" as well: 0 if it is none. Without a zone it is
 * the computer's, as it is the owner's. */
int64_t ptp_parse_date(const char *text);
/* "" for 0 and for what is out of range. */
char *ptp_format_date(int64_t unix_seconds);
