/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A device's contents in a file, and back, as one GVariant: capacities, the two settable device
 * properties, and every object with its handle, parents before children. Meant to be read by the
 * player that wrote it, on the same machine.
 */
#include "snapshot.h"

#include <gio/gio.h>

#include "object.h"

/*
 * handle, parent's handle, storage id, format, protection; name, modified, created; size, bytes,
 * ...
 */
#define OBJECT_TYPE "(uuuqqssstaya(qay)au)"
#define SNAPSHOT_TYPE "(ussa(ut)a" OBJECT_TYPE ")"

static GVariant *
bytes_variant(const guint8 *data, gsize length)
{
	return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, data, length, 1);
}

static GVariant *
values_variant(const struct object *object)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(qay)"));
	for (guint i = 0; i < object->values->len; i++) {
		const struct property_value *value =
			&g_array_index(object->values, struct property_value, i);

		g_variant_builder_add(&builder, "(q@ay)", value->code,
				      bytes_variant(g_bytes_get_data(value->value, NULL),
						    g_bytes_get_size(value->value)));
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
references_variant(const struct object *object)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("au"));
	for (guint i = 0; object->references && i < object->references->len; i++)
		g_variant_builder_add(
			&builder, "u",
			((const struct object *)object->references->pdata[i])->handle);
	return g_variant_builder_end(&builder);
}

static void
save_object(struct object *object, gpointer data)
{
	GVariantBuilder *objects = data;
	gsize kept = object->data ? object->size : 0;

	g_variant_builder_add(objects, "(uuuqqssst@ay@a(qay)@au)", object->handle,
			      object->parent->handle, object->storage->id, object->format,
			      object->protection, object->name, object->modified, object->created,
			      object->size, bytes_variant(object->data, kept),
			      values_variant(object), references_variant(object));
}

gboolean
snapshot_save(const struct device *device, const char *path, GError **error)
{
	struct store *store = device->store;
	GVariantBuilder storages, objects;
	g_autoptr(GVariant) snapshot = NULL;

	g_variant_builder_init(&storages, G_VARIANT_TYPE("a(ut)"));
	for (guint i = 0; i < store->storages->len; i++) {
		const struct storage *storage = store->storages->pdata[i];

		g_variant_builder_add(&storages, "(ut)", storage->id, storage->capacity);
	}
	g_variant_builder_init(&objects, G_VARIANT_TYPE("a" OBJECT_TYPE));
	store_visit(store, save_object, &objects);
	snapshot = g_variant_ref_sink(g_variant_new(
		"(ussa(ut)a" OBJECT_TYPE ")", store->last_handle, device->profile->sync_partner,
		device->profile->friendly_name, &storages, &objects));
	return g_file_set_contents_full(path, g_variant_get_data(snapshot),
					g_variant_get_size(snapshot), G_FILE_SET_CONTENTS_NONE,
					0666, error);
}

static void
restore_values(struct object *object, GVariant *values)
{
	GVariantIter iter;
	GVariant *bytes;
	guint16 code;

	g_variant_iter_init(&iter, values);
	while (g_variant_iter_next(&iter, "(q@ay)", &code, &bytes)) {
		g_autoptr(GBytes) value = g_variant_get_data_as_bytes(bytes);

		object_set_value(object, code, value);
		g_variant_unref(bytes);
	}
}

static struct object *
find_parent(struct store *store, guint32 handle, guint32 storage_id)
{
	struct object *parent = g_hash_table_lookup(store->by_handle, GUINT_TO_POINTER(handle));

	for (guint i = 0; !parent && i < store->storages->len; i++) {
		struct storage *storage = store->storages->pdata[i];

		if (storage->id == storage_id)
			parent = storage->root;
	}
	return parent && parent->children ? parent : NULL;
}

static void
restore_object(struct store *store, GVariant *saved)
{
	guint32 handle, parent_handle, storage_id;
	guint16 format, protection;
	const char *name, *modified, *created;
	g_autoptr(GVariant) bytes = NULL;
	g_autoptr(GVariant) values = NULL;
	struct object *parent, *object;
	guint64 size;
	gsize kept;

	g_variant_get(saved, "(uuuqq&s&s&st@ay@a(qay)@au)", &handle, &parent_handle, &storage_id,
		      &format, &protection, &name, &modified, &created, &size, &bytes, &values,
		      NULL);
	parent = find_parent(store, parent_handle, storage_id);
	if (!parent)
		return;
	store->last_handle = handle - 1;
	object = store_add(store, parent, name, format);
	object->protection = protection;
	g_free(object->modified);
	object->modified = g_strdup(modified);
	g_free(object->created);
	object->created = g_strdup(created);
	kept = g_variant_get_size(bytes);
	if (kept)
		object_append(store, object, g_variant_get_data(bytes), kept);
	else
		object_truncate(store, object, size);
	restore_values(object, values);
}

static void
restore_references(struct store *store, GVariant *saved)
{
	g_autoptr(GVariant) handles = g_variant_get_child_value(saved, 11);
	GPtrArray *references = g_ptr_array_new();
	struct object *object;
	GVariantIter iter;
	guint32 handle;

	g_variant_get_child(saved, 0, "u", &handle);
	object = g_hash_table_lookup(store->by_handle, GUINT_TO_POINTER(handle));
	g_variant_iter_init(&iter, handles);
	while (object && g_variant_iter_next(&iter, "u", &handle)) {
		struct object *target =
			g_hash_table_lookup(store->by_handle, GUINT_TO_POINTER(handle));

		if (target)
			g_ptr_array_add(references, target);
	}
	if (references->len)
		store_set_references(store, object, references);
	else
		g_ptr_array_unref(references);
}

static void
restore_capacities(struct store *store, GVariant *storages)
{
	GVariantIter iter;
	guint32 id;
	guint64 capacity;

	g_variant_iter_init(&iter, storages);
	while (g_variant_iter_next(&iter, "(ut)", &id, &capacity)) {
		for (guint i = 0; i < store->storages->len; i++) {
			struct storage *storage = store->storages->pdata[i];

			if (storage->id == id)
				storage->capacity = capacity;
		}
	}
}

static void
restore_all(struct device *device, GVariant *snapshot)
{
	struct store *store = device->store;
	struct profile *profile = device->profile;
	g_autoptr(GVariant) storages = NULL;
	g_autoptr(GVariant) objects = NULL;
	guint32 last_handle;

	responder_drop_announced(device->responder, PARTIAL_DELETED);
	store_clear(store);
	g_free(profile->sync_partner);
	g_free(profile->friendly_name);
	g_variant_get(snapshot, "(uss@a(ut)@a" OBJECT_TYPE ")", &last_handle,
		      &profile->sync_partner, &profile->friendly_name, &storages, &objects);
	restore_capacities(store, storages);
	for (gsize i = 0; i < g_variant_n_children(objects); i++) {
		g_autoptr(GVariant) saved = g_variant_get_child_value(objects, i);

		restore_object(store, saved);
	}
	for (gsize i = 0; i < g_variant_n_children(objects); i++) {
		g_autoptr(GVariant) saved = g_variant_get_child_value(objects, i);

		restore_references(store, saved);
	}
	store->last_handle = last_handle;
}

gboolean
snapshot_restore(struct device *device, const char *path, GError **error)
{
	g_autoptr(GVariant) snapshot = NULL;
	char *contents;
	gsize length;

	if (!g_file_get_contents(path, &contents, &length, error))
		return FALSE;
	/* Values keep referring to the contents. */
	snapshot = g_variant_ref_sink(g_variant_new_from_data(
		G_VARIANT_TYPE(SNAPSHOT_TYPE), contents, length, FALSE, g_free, contents));
	if (!g_variant_is_normal_form(snapshot)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a snapshot: %s", path);
		return FALSE;
	}
	restore_all(device, snapshot);
	return TRUE;
}
