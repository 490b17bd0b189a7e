/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pictures of objects. What a profile says of them is told in the descriptions of their properties, as
 * forms, and kept to: a picture that is too large, or none at all, is refused.
 */
#include "samples.h"

#include <string.h>

#include "responses.h"

#define FIRST 0xDC81
#define FORMAT 0xDC81
#define HEIGHT 0xDC83
#define WIDTH 0xDC84
#define DATA 0xDC86
#define LAST 0xDC86

enum form { FORM_NONE = 0, FORM_RANGE = 1, FORM_CHOICE = 2, FORM_BYTES = 6 };

gboolean
sample_is_settable(const struct profile *profile, guint16 format, guint16 code)
{
	return code < FIRST || code > LAST || profile->sample_objects->len == 0 ||
	       profile_has(profile->sample_objects, format);
}

static void
put_choices(const GArray *codes, GByteArray *description)
{
	put_u8(description, FORM_CHOICE);
	put_u16(description, codes->len);
	for (guint i = 0; i < codes->len; i++)
		put_u16(description, g_array_index(codes, guint16, i));
}

void
sample_put_form(const struct profile *profile, guint16 code, GByteArray *description)
{
	if (code == FORMAT && profile->sample_formats->len > 0) {
		put_choices(profile->sample_formats, description);
	} else if ((code == HEIGHT || code == WIDTH) && profile->sample_max_side > 0) {
		put_u8(description, FORM_RANGE);
		put_u32(description, 0);
		put_u32(description, profile->sample_max_side);
		put_u32(description, 1);
	} else if (code == DATA && profile->sample_max_bytes > 0) {
		put_u8(description, FORM_BYTES);
		put_u32(description, profile->sample_max_bytes);
	} else {
		put_u8(description, FORM_NONE);
	}
}

/* What it begins with says what it is. */
static gboolean
is_taken(const struct profile *profile, const guint8 *bytes, gsize length)
{
	static const struct {
		guint16 format;
		const char *begin;
	} kinds[] = {{0x3801, "\xff\xd8\xff"}, {0x380B, "\x89PNG"}};

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (length >= strlen(kinds[i].begin) &&
		    memcmp(bytes, kinds[i].begin, strlen(kinds[i].begin)) == 0)
			return profile_has(profile->sample_formats, kinds[i].format);
	return FALSE;
}

static guint16
check_data(const struct profile *profile, struct reader value)
{
	guint64 length = read_number(&value, 4);

	if (value.is_short || length > value.left)
		return RESPONSE_INVALID_PROPERTY_FORMAT;
	if (profile->sample_max_bytes > 0 && length > profile->sample_max_bytes)
		return RESPONSE_INVALID_PROPERTY_VALUE;
	if (profile->sample_formats->len > 0 && !is_taken(profile, value.data, length))
		return RESPONSE_INVALID_PROPERTY_VALUE;
	return RESPONSE_OK;
}

guint16
sample_check(const struct profile *profile, guint16 format, guint16 code, struct reader value)
{
	if (!sample_is_settable(profile, format, code))
		return RESPONSE_PROPERTY_READ_ONLY;
	if (code == DATA)
		return check_data(profile, value);
	if (code == FORMAT && profile->sample_formats->len > 0 &&
	    !profile_has(profile->sample_formats, read_number(&value, 2)))
		return RESPONSE_INVALID_PROPERTY_VALUE;
	if ((code == HEIGHT || code == WIDTH) && profile->sample_max_side > 0 &&
	    read_number(&value, 4) > profile->sample_max_side)
		return RESPONSE_INVALID_PROPERTY_VALUE;
	return RESPONSE_OK;
}
