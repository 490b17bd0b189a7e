/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-value: see ptp-value.h. ISO 15740, 5.3; MTP 1.1, 3.2. */
#include "device/ptp-value.h"

#include <string.h>
#include <time.h>

#include "device/ptp-code.h"

#define MAX_UNITS 254 /* of a string, beside the NUL that ends it */
#define REPLACEMENT 0xfffd

PtpReader
ptp_reader(const GByteArray *bytes)
{
	return (PtpReader){bytes->data, bytes->len, FALSE};
}

/* n bytes, or NULL. */
static const uint8_t *
take(PtpReader *reader, gsize n)
{
	const uint8_t *at = reader->at;

	if (reader->failed || reader->left < n) {
		reader->failed = TRUE;
		reader->left = 0;
		return NULL;
	}
	reader->left -= n;
	if (n > 0)
		reader->at += n;
	return at;
}

static uint64_t
read_number(PtpReader *reader, guint n_bytes)
{
	const uint8_t *at = take(reader, n_bytes);
	uint64_t value = 0;

	for (guint i = 0; at != NULL && i < n_bytes; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

uint8_t
ptp_take_u8(PtpReader *reader)
{
	return (uint8_t)read_number(reader, 1);
}

uint16_t
ptp_take_u16(PtpReader *reader)
{
	return (uint16_t)read_number(reader, 2);
}

uint32_t
ptp_take_u32(PtpReader *reader)
{
	return (uint32_t)read_number(reader, 4);
}

uint64_t
ptp_take_u64(PtpReader *reader)
{
	return read_number(reader, 8);
}

static gboolean
is_high(gunichar unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static gboolean
is_low(gunichar unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

static gunichar
unit_at(const uint8_t *units, guint index)
{
	return units[2 * index] | (gunichar)units[2 * index + 1] << 8;
}

char *
ptp_take_string(PtpReader *reader)
{
	guint n = ptp_take_u8(reader);
	const uint8_t *units = take(reader, 2 * (gsize)n);
	GString *text = g_string_sized_new(units ? n : 0);

	for (guint i = 0; units != NULL && i < n; i++) {
		gunichar unit = unit_at(units, i);

		if (unit == 0)
			break;
		if (is_high(unit) && i + 1 < n && is_low(unit_at(units, i + 1)))
			unit = 0x10000 + ((unit - 0xd800) << 10) + (unit_at(units, ++i) - 0xdc00);
		else if (is_high(unit) || is_low(unit))
			unit = REPLACEMENT;
		g_string_append_unichar(text, unit);
	}
	return g_string_free(text, FALSE);
}

static GArray *
read_array(PtpReader *reader, guint n_bytes)
{
	uint64_t n = ptp_take_u32(reader);
	GArray *array = g_array_new(FALSE, FALSE, n_bytes);

	/* Looked at before any of it is believed. */
	if (n * n_bytes > reader->left) {
		take(reader, G_MAXSIZE);
		return array;
	}
	g_array_set_size(array, (guint)n);
	for (guint i = 0; i < n; i++) {
		if (n_bytes == 2)
			g_array_index(array, uint16_t, i) = ptp_take_u16(reader);
		else
			g_array_index(array, uint32_t, i) = ptp_take_u32(reader);
	}
	return array;
}

GArray *
ptp_take_u16_array(PtpReader *reader)
{
	return read_array(reader, 2);
}

GArray *
ptp_take_u32_array(PtpReader *reader)
{
	return read_array(reader, 4);
}

/* Bytes of a number of this type, 0 if it is none: 1, 1, 2, 2, 4, 4, 8, 8, 16, 16. */
static guint
number_size(uint16_t type)
{
	return type >= PTP_TYPE_INT8 && type <= PTP_TYPE_UINT128 ? 1u << (type - 1) / 2 : 0;
}

static gboolean
skip_array(PtpReader *reader, guint n_bytes)
{
	uint64_t size = (uint64_t)n_bytes * ptp_take_u32(reader);

	take(reader, (gsize)MIN(size, G_MAXSIZE));
	return !reader->failed;
}

gboolean
ptp_take_value(PtpReader *reader, uint16_t type, PtpValue *out)
{
	guint size = number_size(type), item = number_size(type & ~PTP_TYPE_ARRAY);
	PtpValue value = {.type = type};

	if (type == PTP_TYPE_STRING) {
		value.text = ptp_take_string(reader);
	} else if (size > 0) {
		value.number = read_number(reader, MIN(size, 8));
		take(reader, size - MIN(size, 8));
	} else if (type == (type & ~PTP_TYPE_ARRAY) || item == 0 || !skip_array(reader, item)) {
		take(reader, G_MAXSIZE);
	}
	if (reader->failed) {
		ptp_value_clear(&value);
		return FALSE;
	}
	*out = value;
	return TRUE;
}

void
ptp_value_clear(PtpValue *value)
{
	g_clear_pointer(&value->text, g_free);
}

static void
put_number(GByteArray *bytes, uint64_t value, guint n_bytes)
{
	value = GUINT64_TO_LE(value);
	g_byte_array_append(bytes, (const uint8_t *)&value, n_bytes);
}

void
ptp_put_u8(GByteArray *bytes, uint8_t value)
{
	put_number(bytes, value, 1);
}

void
ptp_put_u16(GByteArray *bytes, uint16_t value)
{
	put_number(bytes, value, 2);
}

void
ptp_put_u32(GByteArray *bytes, uint32_t value)
{
	put_number(bytes, value, 4);
}

void
ptp_put_u64(GByteArray *bytes, uint64_t value)
{
	put_number(bytes, value, 8);
}

static guint
units_of(gunichar character)
{
	return character >= 0x10000 ? 2 : 1;
}

/* Units of as many whole characters as fit. */
static guint
count_units(const char *text, const char **end)
{
	guint n = 0;

	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		guint more = units_of(g_utf8_get_char(text));

		if (n + more > MAX_UNITS)
			break;
		n += more;
	}
	*end = text;
	return n;
}

gboolean
ptp_string_fits(const char *text)
{
	const char *end = text;

	if (!g_utf8_validate(text, -1, NULL))
		return FALSE;
	count_units(text, &end);
	return *end == '\0';
}

void
ptp_put_string(GByteArray *bytes, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
	const char *end;
	guint n = count_units(valid, &end);

	ptp_put_u8(bytes, (uint8_t)(n > 0 ? n + 1 : 0));
	for (const char *at = valid; at < end; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (character >= 0x10000) {
			ptp_put_u16(bytes, (uint16_t)(0xd800 + ((character - 0x10000) >> 10)));
			character = 0xdc00 + ((character - 0x10000) & 0x3ff);
		}
		ptp_put_u16(bytes, (uint16_t)character);
	}
	if (n > 0)
		ptp_put_u16(bytes, 0);
}

void
ptp_put_u32_array(GByteArray *bytes, const uint32_t *values, guint32 n)
{
	ptp_put_u32(bytes, n);
	for (guint32 i = 0; i < n; i++)
		ptp_put_u32(bytes, values[i]);
}

gboolean
ptp_put_value(GByteArray *bytes, const PtpValue *value)
{
	guint size = number_size(value->type);

	if (value->type == PTP_TYPE_STRING) {
		ptp_put_string(bytes, value->text);
		return TRUE;
	}
	if (size == 0)
		return FALSE;
	put_number(bytes, value->number, MIN(size, 8));
	if (size > 8)
		put_number(bytes, 0, size - 8);
	return TRUE;
}

/* n digits as a number, -1 if they are none. */
static int
digits(const char *text, gsize n)
{
	int value = 0;

	for (gsize i = 0; i < n; i++) {
		if (!g_ascii_isdigit(text[i]))
			return -1;
		value = 10 * value + (text[i] - '0');
	}
	return value;
}

/* Whether the fields are what a clock and a calendar can show. */
static gboolean
parse_fields(const char *text, struct tm *out)
{
	if (strnlen(text, 15) < 15 || text[8] != 'T')
		return FALSE;
	*out = (struct tm){.tm_year = digits(text, 4) - 1900,
			   .tm_mon = digits(text + 4, 2) - 1,
			   .tm_mday = digits(text + 6, 2),
			   .tm_hour = digits(text + 9, 2),
			   .tm_min = digits(text + 11, 2),
			   .tm_sec = digits(text + 13, 2),
			   .tm_isdst = -1};
	return out->tm_year >= 0 && out->tm_mon >= 0 && out->tm_mon < 12 && out->tm_mday >= 1 &&
	       out->tm_mday <= 31 && out->tm_hour >= 0 && out->tm_hour < 24 && out->tm_min >= 0 &&
	       out->tm_min < 60 && out->tm_sec >= 0 && out->tm_sec <= 60;
}

int64_t
ptp_parse_date(const char *text)
{
	struct tm fields;

	if (!parse_fields(text, &fields))
		return 0;
	const char *zone = text + 15;
	if (*zone == '.')
		zone += 1 + strspn(zone + 1, "0123456789");
	if (*zone != 'Z' && *zone != '+' && *zone != '-')
		return MAX((int64_t)mktime(&fields), 0);
	int64_t seconds = timegm(&fields);
	if (*zone != 'Z' && strnlen(zone + 1, 4) == 4) {
		int minutes = 60 * digits(zone + 1, 2) + digits(zone + 3, 2);

		seconds += (*zone == '+' ? -60 : 60) * (int64_t)minutes;
	}
	return MAX(seconds, 0);
}

char *
ptp_format_date(int64_t unix_seconds)
{
	time_t seconds = (time_t)unix_seconds;
	struct tm fields;
	char text[32];

	if (unix_seconds <= 0 || localtime_r(&seconds, &fields) == NULL || fields.tm_year > 8099 ||
	    strftime(text, sizeof text, "%Y%m%dT%H%M%S", &fields) != 15)
		return g_strdup("");
	return g_strdup(text);
}
