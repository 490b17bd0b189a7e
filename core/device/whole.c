/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * whole: see whole.h.
 */
#include "device/whole.h"

#include <string.h>

void
whole_drop(Whole *whole)
{
	g_clear_pointer(&whole->bytes, g_byte_array_unref);
}

static gboolean
ensure(Whole *whole, WholeLoad load, Device *device, DeviceHandle handle, GError **error)
{
	g_autoptr(GByteArray) bytes = NULL;

	if (whole->bytes != NULL && whole->handle == handle)
		return TRUE;
	whole_drop(whole);
	bytes = g_byte_array_new();
	if (!load(device, handle, bytes, error))
		return FALSE;
	whole->bytes = g_steal_pointer(&bytes);
	whole->handle = handle;
	return TRUE;
}

gboolean
whole_read(Whole *whole, WholeLoad load, Device *device, DeviceHandle handle, uint64_t offset,
	   void *buffer, gsize n, gsize *got, GError **error)
{
	if (!ensure(whole, load, device, handle, error))
		return FALSE;
	*got = offset < whole->bytes->len ? MIN(n, whole->bytes->len - (gsize)offset) : 0;
	if (*got > 0)
		memcpy(buffer, whole->bytes->data + offset, *got);
	return TRUE;
}
