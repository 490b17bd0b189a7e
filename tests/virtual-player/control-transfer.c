/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* USB's chapter 9 on the control endpoint: what any device answers, with the profile's identity. */
#include "control-transfer.h"

#include <errno.h>
#include <string.h>

#include "dataset.h"

#define REQUEST_GET_STATUS 0
#define REQUEST_CLEAR_FEATURE 1
#define REQUEST_GET_DESCRIPTOR 6
#define REQUEST_GET_CONFIGURATION 8
#define MICROSOFT_STRING 0xEE
#define FIRST_ENDPOINT_AT (18 + 9 + 9)
#define ENDPOINT_LENGTH 7

static const guint8 descriptors_template[DESCRIPTORS_LENGTH] = {
	18, 1, 0,    2, 0,  0, 0, 64,   0,  0, 0, 0, 0, 1, 1, 2, 3, 1, /* device */
	9,  2, 39,   0, 1,  1, 0, 0xc0, 50, /* configuration */
	9,  4, 0,    0, 3,  6, 1, 1,    4, /* interface: still image, named "MTP" */
	7,  5, 0x81, 2, 0,  0, 0, /* bulk in */
	7,  5, 0x02, 2, 0,  0, 0, /* bulk out */
	7,  5, 0x83, 3, 28, 0, 6, /* interrupt */
};

void
usb_descriptors(const struct profile *profile, guint8 descriptors[DESCRIPTORS_LENGTH])
{
	memcpy(descriptors, descriptors_template, DESCRIPTORS_LENGTH);
	descriptors[8] = profile->vendor_id & 0xff;
	descriptors[9] = profile->vendor_id >> 8;
	descriptors[10] = profile->product_id & 0xff;
	descriptors[11] = profile->product_id >> 8;
	for (int i = 0; i < 2; i++) {
		guint8 *bulk = &descriptors[FIRST_ENDPOINT_AT + i * ENDPOINT_LENGTH];

		bulk[4] = profile->packet_bytes & 0xff;
		bulk[5] = profile->packet_bytes >> 8;
	}
}

static void
put_string_descriptor(GByteArray *answer, const char *text)
{
	g_autofree gunichar2 *units = NULL;
	glong count = 0;

	units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
	count = units ? MIN(count, 126) : 0;
	put_u8(answer, 2 + 2 * count);
	put_u8(answer, 3);
	for (glong i = 0; i < count; i++)
		put_u16(answer, units[i]);
}

static gboolean
put_string_number(const struct profile *profile, guint number, GByteArray *answer)
{
	static const guint8 languages[] = {4, 3, 9, 4};
	const char *const texts[] = {NULL, profile->manufacturer, profile->product, profile->serial,
				     "MTP"};

	if (number == 0)
		g_byte_array_append(answer, languages, sizeof languages);
	else if (number == MICROSOFT_STRING)
		put_string_descriptor(answer, "MSFT100B");
	else if (number < G_N_ELEMENTS(texts))
		put_string_descriptor(answer, texts[number]);
	else
		return FALSE;
	return TRUE;
}

static gboolean
put_descriptor(const struct profile *profile, guint type, guint number, GByteArray *answer)
{
	guint8 descriptors[DESCRIPTORS_LENGTH];

	usb_descriptors(profile, descriptors);
	if (type == 1)
		g_byte_array_append(answer, descriptors, 18);
	else if (type == 2)
		g_byte_array_append(answer, descriptors + 18, DESCRIPTORS_LENGTH - 18);
	else
		return type == 3 && put_string_number(profile, number, answer);
	return TRUE;
}

gssize
usb_standard_request(const struct profile *profile, const guint8 setup[8], guint8 *data,
		     gsize length)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	guint request = setup[1];
	gboolean is_in = setup[0] & 0x80;

	if ((setup[0] & 0x60) != 0)
		return -EPIPE;
	if (!is_in)
		return request == REQUEST_CLEAR_FEATURE ? 0 : -EPIPE;
	if (request == REQUEST_GET_STATUS)
		put_u16(answer, 0);
	else if (request == REQUEST_GET_CONFIGURATION)
		put_u8(answer, 1);
	else if (request != REQUEST_GET_DESCRIPTOR ||
		 !put_descriptor(profile, setup[3], setup[2], answer))
		return -EPIPE;
	length = MIN(length, answer->len);
	memcpy(data, answer->data, length);
	return length;
}
