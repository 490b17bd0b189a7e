/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usb-tap-describe: before libmtp announces a file or a playlist it asks the device
 * to describe each property of that format, and where one of these questions fails
 * or is answered with nonsense it frees memory that it never set (law 7). So
 * the tap puts the question itself, to its end, and then tells libmtp the little that
 * it wants to know of the answer: the type and whether it can be set. That
 * stays so as long as the device is open, so each question is put once. After
 * a failed question nothing more is said to the device in this call, or the file would
 * come without its name.
 */
#include <string.h>

#include "device/usb-tap-link.h"
#include "device/usb-tap-wire.h"

#define DESCRIPTION_HEAD 5 /* property, type, whether it can be set */
#define DESCRIPTION_TAIL 5 /* group, form: none */
#define MAX_READS 64
#define TYPE_ARRAY 0x4000
#define TYPE_STRING 0xffff
#define TYPE_UINT8 0x0002
#define KNOWN 0x20000u /* beside a type, in what is remembered */
#define SETTABLE 0x10000u

static void
write_u16(unsigned char *to, uint16_t value)
{
	to[0] = (unsigned char)value;
	to[1] = (unsigned char)(value >> 8);
}

static void
write_u32(unsigned char *to, uint32_t value)
{
	write_u16(to, (uint16_t)value);
	write_u16(to + 2, (uint16_t)(value >> 16));
}

/* Of a value of this type that is 0 or empty; 0: there is no such type. */
static unsigned
blank_bytes(uint16_t type)
{
	static const unsigned char bytes[] = {0, 1, 1, 2, 2, 4, 4, 8, 8, 16, 16};

	if (type == TYPE_STRING)
		return 1;
	if ((type & TYPE_ARRAY) && (type & ~TYPE_ARRAY) < G_N_ELEMENTS(bytes))
		return 4;
	return type < G_N_ELEMENTS(bytes) ? bytes[type] : 0;
}

/* The whole question, with whatever the device says to it. */
static gboolean
ask(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint, unsigned char *command,
    int length, unsigned timeout_ms)
{
	g_autofree unsigned char *buffer = g_malloc(KEPT_BYTES);
	int n = 0;

	if (usb_tap_bulk(tap, usb, endpoint, command, length, &n, timeout_ms) != 0)
		return FALSE;
	for (int i = 0; i < MAX_READS && tap->in_transaction; i++)
		if (usb_tap_bulk(tap, usb, tap->in_endpoint, buffer, KEPT_BYTES, &n, timeout_ms) !=
		    0)
			return FALSE;
	return !tap->in_transaction && tap->response == RESPONSE_OK;
}

static gboolean
is_description(const GByteArray *data, uint16_t property)
{
	return data->len >= DESCRIPTION_HEAD && usb_tap_read_u16(data->data) == property &&
	       blank_bytes(usb_tap_read_u16(data->data + 2)) > 0;
}

/* Both containers of the answer: data, and the response that all is well. */
static void
set_answer(UsbTap *tap, const unsigned char *command, uint16_t type, gboolean is_settable)
{
	unsigned length = HEADER_BYTES + DESCRIPTION_HEAD + blank_bytes(type) + DESCRIPTION_TAIL;
	unsigned char *data = tap->answer, *response = tap->answer + length;

	memset(tap->answer, 0, sizeof(tap->answer));
	write_u32(data, length);
	write_u16(data + 4, CONTAINER_DATA);
	write_u16(data + 6, TAP_OP_GET_OBJECT_PROP_DESC);
	memcpy(data + 8, command + 8, 4);
	memcpy(data + HEADER_BYTES, command + HEADER_BYTES, 2);
	write_u16(data + HEADER_BYTES + 2, type);
	data[HEADER_BYTES + 4] = is_settable ? 1 : 0;
	write_u32(response, HEADER_BYTES);
	write_u16(response + 4, CONTAINER_RESPONSE);
	write_u16(response + 6, RESPONSE_OK);
	memcpy(response + 8, command + 8, 4);
	tap->answer_at = 0;
	tap->answer_end = length + HEADER_BYTES;
}

static void
describe(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint, unsigned char *command,
	 int length, unsigned timeout_ms)
{
	uint16_t property = usb_tap_read_u16(command + HEADER_BYTES);
	uint16_t format = usb_tap_read_u16(command + HEADER_BYTES + 4);
	gpointer question = GUINT_TO_POINTER((guint)property << 16 | format);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(tap->descriptions, question));
	uint16_t type = TYPE_UINT8;
	gboolean is_settable = FALSE;

	if (known != 0) {
		set_answer(tap, command, (uint16_t)known, (known & SETTABLE) != 0);
		return;
	}
	tap->stays_silent = tap->stays_silent ||
			    !ask(tap, usb, endpoint, command, length, timeout_ms);
	if (!tap->stays_silent && is_description(tap->data, property)) {
		type = usb_tap_read_u16(tap->data->data + 2);
		is_settable = tap->data->data[4] != 0;
		known = KNOWN | (is_settable ? SETTABLE : 0) | type;
		g_hash_table_insert(tap->descriptions, question, GUINT_TO_POINTER(known));
	} else if (!tap->stays_silent) {
		tap->stays_silent = tap->insane = TRUE;
	}
	set_answer(tap, command, type, is_settable);
}

/* One container at a time, as they would come. */
static int
read_answer(UsbTap *tap, unsigned char *data, int length, int *done)
{
	unsigned n = usb_tap_read_u32(tap->answer + tap->answer_at);

	if ((unsigned)length < n)
		return LIBUSB_ERROR_OVERFLOW;
	memcpy(data, tap->answer + tap->answer_at, n);
	tap->answer_at += n;
	*done = (int)n;
	return 0;
}

int
usb_tap_describing_bulk(UsbTap *tap, libusb_device_handle *usb, unsigned char endpoint,
			unsigned char *data, int length, int *done, unsigned timeout_ms)
{
	gboolean in = endpoint & LIBUSB_ENDPOINT_IN;

	if (in && tap->answer_at < tap->answer_end)
		return read_answer(tap, data, length, done);
	if (in || !tap->guards_descriptions || !usb_tap_is_command(tap, data, length))
		return usb_tap_bulk(tap, usb, endpoint, data, length, done, timeout_ms);
	if (usb_tap_read_u16(data + 6) != TAP_OP_GET_OBJECT_PROP_DESC ||
	    length < HEADER_BYTES + 8 || tap->in_endpoint == 0)
		return tap->stays_silent
			       ? LIBUSB_ERROR_IO
			       : usb_tap_bulk(tap, usb, endpoint, data, length, done, timeout_ms);
	describe(tap, usb, endpoint, data, length, timeout_ms);
	*done = length;
	return 0;
}
