/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One object on the device: its bytes and its names.
 *
 * Law: a storage's `used` is the sum of what its objects take up in whole clusters; every change of
 * a size goes through change_size().
 */
#include "object.h"

#include <string.h>

#include "changes.h"

struct object *
object_new(struct storage *storage, const char *name, guint16 format)
{
	struct object *object = g_new0(struct object, 1);

	object->storage = storage;
	object->name = g_strdup(name);
	object->format = format;
	object->modified = mtp_date_now();
	object->created = g_strdup(object->modified);
	object->values = g_array_new(FALSE, FALSE, sizeof(struct property_value));
	if (format == FORMAT_FOLDER)
		object->children = g_ptr_array_new_with_free_func((GDestroyNotify)object_free);
	return object;
}

void
object_free(struct object *object)
{
	for (guint i = 0; i < object->values->len; i++)
		g_bytes_unref(g_array_index(object->values, struct property_value, i).value);
	g_array_unref(object->values);
	g_clear_pointer(&object->children, g_ptr_array_unref);
	g_clear_pointer(&object->references, g_ptr_array_unref);
	g_free(object->name);
	g_free(object->modified);
	g_free(object->created);
	g_free(object->data);
	g_free(object);
}

static void
change_size(struct store *store, struct object *object, guint64 size)
{
	object->storage->used -= storage_round_up(store, object->size);
	object->storage->used += storage_round_up(store, size);
	object->size = size;
	changes_note(store->changes, object);
}

static gboolean
keeps_contents(const struct store *store, const struct object *object)
{
	/* Synthetic contents stay synthetic: there is nothing to continue. */
	return !store->profile->discard_contents && (object->data || object->size == 0);
}

static void
reserve(struct object *object, guint64 size)
{
	if (size <= object->data_capacity)
		return;
	object->data_capacity = MAX(size, object->data_capacity + object->data_capacity / 2);
	object->data_capacity = MAX(object->data_capacity, 4096);
	object->data = g_realloc(object->data, object->data_capacity);
}

void
object_append(struct store *store, struct object *object, const guint8 *data, gsize length)
{
	object_write(store, object, object->size, data, length);
}

void
object_write(struct store *store, struct object *object, guint64 offset, const guint8 *data,
	     gsize length)
{
	if (length == 0)
		return;
	if (keeps_contents(store, object)) {
		reserve(object, offset + length);
		if (offset > object->size)
			memset(object->data + object->size, 0, offset - object->size);
		memcpy(object->data + offset, data, length);
	}
	if (offset + length > object->size)
		change_size(store, object, offset + length);
}

void
object_truncate(struct store *store, struct object *object, guint64 size)
{
	if (size > object->size && object->data) {
		reserve(object, size);
		memset(object->data + object->size, 0, size - object->size);
	}
	if (size == 0) {
		g_clear_pointer(&object->data, g_free);
		object->data_capacity = 0;
	}
	change_size(store, object, size);
}

void
object_read(const struct object *object, guint64 offset, guint8 *data, gsize length)
{
	if (object->data)
		memcpy(data, object->data + offset, length);
	else
		memset(data, 0, length);
}

gboolean
object_is_root(const struct object *object)
{
	return object->parent == NULL;
}

gboolean
object_is_within(const struct object *object, const struct object *folder)
{
	while (object && object != folder)
		object = object->parent;
	return object == folder;
}

GBytes *
object_get_value(const struct object *object, guint16 code)
{
	for (guint i = 0; i < object->values->len; i++) {
		const struct property_value *value =
			&g_array_index(object->values, struct property_value, i);

		if (value->code == code)
			return value->value;
	}
	return NULL;
}

void
object_set_value(struct object *object, guint16 code, GBytes *bytes)
{
	struct property_value added = {code, g_bytes_ref(bytes)};

	for (guint i = 0; i < object->values->len; i++) {
		struct property_value *value =
			&g_array_index(object->values, struct property_value, i);

		if (value->code != code)
			continue;
		g_bytes_unref(value->value);
		*value = added;
		return;
	}
	g_array_append_val(object->values, added);
}

char *
mtp_date_now(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();

	return g_date_time_format(now, "%Y%m%dT%H%M%S");
}

guint16
format_from_name(const char *name)
{
	static const struct {
		const char *suffix;
		guint16 format;
	} formats[] = {
		{".mp3", 0x3009},  {".wav", 0x3008}, {".wma", 0xB901},  {".ogg", 0xB902},
		{".oga", 0xB902},  {".aac", 0xB903}, {".flac", 0xB906}, {".mp4", 0xB982},
		{".m4a", 0xB982},  {".jpg", 0x3801}, {".jpeg", 0x3801}, {".png", 0x380B},
		{".txt", 0x3004},  {".m3u", 0xBA11}, {".m3u8", 0xBA11}, {".pls", 0xBA14},
		{".html", 0x3005}, {".3gp", 0xB984}, {".avi", 0x300A},  {".mpg", 0x300B},
	};
	g_autofree char *lower = g_ascii_strdown(name, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if (g_str_has_suffix(lower, formats[i].suffix))
			return formats[i].format;
	return FORMAT_UNDEFINED;
}
