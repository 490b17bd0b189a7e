/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-diet: libmtp asks a device for more the more operations it offers: at
 * opening for a property of every file format, and then up to three questions
 * for each object, where ObjectInfo alone says all we need. So it is shown a
 * device with fewer operations: in the one DeviceInfo that it reads, those
 * numbers are made meaningless before it sees them. It then does what it
 * does with simple players. Nothing is changed on the wire.
 */
#include <string.h>

#include "device/libmtp-lane.h"

/* Where the list of operations lies in a DeviceInfo: behind version, vendor extension and its
 * version, a string that begins with its length, and the functional mode. */
static gsize
find_operations(const GByteArray *info)
{
	const gsize text = 2 + 4 + 2;

	return info->len > text ? text + 1 + 2 * (gsize)info->data[text] + 2 : G_MAXSIZE / 2;
}

/* The vendor extensions are ASCII spelled in UTF-16. */
static gboolean
names_extension(const GByteArray *info, const char *name)
{
	char wide[64] = {0};
	gsize n = strlen(name);

	g_assert(2 * n <= sizeof(wide));
	for (gsize i = 0; i < n; i++)
		wide[2 * i] = name[i];
	return info->len > 0 && memmem(info->data, info->len, wide, 2 * n) != NULL;
}

/* Stacks whose property lists libmtp knows to be broken. */
static gboolean
is_distrusted(const GByteArray *info)
{
	return names_extension(info, "android.com") || names_extension(info, "sony.net/WMFU") ||
	       names_extension(info, "sonyericsson.com/SE");
}

static gboolean
is_hidden(LibmtpSession *session, uint16_t operation)
{
	if (operation == TAP_OP_GET_OBJECT_PROPS_SUPPORTED)
		return TRUE;
	if (operation != TAP_OP_GET_OBJECT_PROP_LIST)
		return FALSE;
	session->hides_lists = (session->quirks & LIBMTP_QUIRK_BROKEN_LISTS) ||
			       is_distrusted(session->tap->data);
	return session->hides_lists;
}

static uint16_t
read_u16(const unsigned char *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/* bytes[0..n) came from the device and are the end of what tap->data holds. */
static void
on_data(UsbTap *tap, unsigned char *bytes, gsize n, void *data)
{
	LibmtpSession *session = data;
	const GByteArray *info = tap->data;
	gsize begin = find_operations(info);

	if (tap->operation != TAP_OP_GET_DEVICE_INFO || info->len < n || begin + 4 > info->len)
		return;
	/* A stack that also garbles transaction numbers. */
	tap->ignore_ids = tap->ignore_ids || names_extension(info, "sonyericsson.com/SE");
	gsize n_operations = read_u16(info->data + begin);
	for (gsize i = 0, at = begin + 4; i < n_operations && at + 2 <= info->len; i++, at += 2) {
		/* A number may lie across two transfers; its second byte is enough to spoil it. */
		gsize before = info->len - n;

		if (at + 1 >= before && is_hidden(session, read_u16(info->data + at)))
			bytes[at + 1 - before] = 0;
	}
}

/* A Samsung stack tells sizes of 64 bits in ObjectInfo; nothing can be left out there. */
void
libmtp_diet_begin(LibmtpSession *session)
{
	const uint32_t samsung = LIBMTP_QUIRK_LISTS_OVERRIDE | LIBMTP_QUIRK_SAMSUNG_OFFSET;

	if ((session->quirks & samsung) == samsung)
		return;
	session->tap->on_data = on_data;
	session->tap->on_data_data = session;
}

void
libmtp_diet_end(LibmtpSession *session)
{
	session->tap->on_data = NULL;
}

GArray *
libmtp_parse_operations(const GByteArray *info)
{
	GArray *operations = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	gsize begin = find_operations(info);

	if (begin + 4 > info->len)
		return operations;
	gsize n = read_u16(info->data + begin);
	for (gsize at = begin + 4; n > 0 && at + 2 <= info->len; n--, at += 2) {
		uint16_t operation = read_u16(info->data + at);

		g_array_append_val(operations, operation);
	}
	return operations;
}
