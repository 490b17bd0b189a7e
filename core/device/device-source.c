/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-source: what is sent to a device, shared by who sends it and who reads it; see device.h.
 */
#include <string.h>

#include "base/error.h"
#include "device/device.h"

#define LONGEST_MS 120000

typedef struct {
	GBytes *bytes;
	gsize done;
} Text;

DeviceSource *
device_source_new(const char *name, DeviceReadFunc read, void *data, GDestroyNotify free)
{
	DeviceSource *source = g_new0(DeviceSource, 1);

	*source = (DeviceSource){g_strdup(name), read, data, free, 1};
	return source;
}

static gssize
read_text(void *data, void *buffer, gsize n, GError **error)
{
	Text *text = data;
	gsize size;
	const guint8 *bytes = g_bytes_get_data(text->bytes, &size);
	gsize k = MIN(n, size - text->done);

	memcpy(buffer, bytes + text->done, k);
	text->done += k;
	return (gssize)k;
}

static void
free_text(void *data)
{
	Text *text = data;

	g_bytes_unref(text->bytes);
	g_free(text);
}

DeviceSource *
device_source_new_bytes(const char *name, GBytes *bytes)
{
	Text *text = g_new0(Text, 1);

	text->bytes = g_bytes_ref(bytes);
	return device_source_new(name, read_text, text, free_text);
}

DeviceSource *
device_source_ref(DeviceSource *source)
{
	__atomic_add_fetch(&source->n_refs, 1, __ATOMIC_RELAXED);
	return source;
}

void
device_source_unref(DeviceSource *source)
{
	if (source == NULL || __atomic_sub_fetch(&source->n_refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (source->free != NULL)
		source->free(source->data);
	g_free(source->name);
	g_free(source);
}

guint
device_source_timeout_ms(void)
{
	const char *longest = g_getenv("PORTAMENTO_SOURCE_TIMEOUT_MS");
	guint64 ms = longest ? g_ascii_strtoull(longest, NULL, 10) : 0;

	return ms > 0 && ms < LONGEST_MS ? (guint)ms : LONGEST_MS;
}

static guint n_hung; /* atomic */

guint
device_source_count_hung(void)
{
	return __atomic_load_n(&n_hung, __ATOMIC_RELAXED);
}

void
device_source_set_hung(const char *name, GError **error)
{
	__atomic_add_fetch(&n_hung, 1, __ATOMIC_RELAXED);
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE,
		    "%s could not be read: its disk has not answered for %u s; see whether it is "
		    "still connected",
		    name, MAX(1, device_source_timeout_ms() / 1000));
}
