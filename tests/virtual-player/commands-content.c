/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Commands on what is on the device: look at it, and do what the user does by hand. A host that is
 * in a session hears of changes by events, where the profile has them.
 */
#include <gio/gio.h>
#include <string.h>

#include "changes.h"
#include "commands.h"
#include "object.h"
#include "properties.h"
#include "snapshot.h"
#include "tree.h"

#define EVENT_OBJECT_ADDED 0x4002
#define EVENT_OBJECT_REMOVED 0x4003
#define EVENT_OBJECT_INFO_CHANGED 0x4007

static gboolean
fail(GError **error, const char *what, const char *argument)
{
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: “%s”", what, argument);
	return FALSE;
}

gboolean
command_tree(struct command *command, GError **error)
{
	(void)error;
	g_string_truncate(command->json, 0);
	tree_print(command->device->store, command->json);
	return TRUE;
}

static struct object *
find(const struct command *command, GError **error)
{
	struct object *object = store_find(command->device->store, command->arguments[0]);

	if (object && !object_is_root(object))
		return object;
	fail(error, "nothing on the device has the path", command->arguments[0]);
	return NULL;
}

/* A file of that path, empty; folders are made, what was there is replaced. */
static struct object *
make_file(struct device *device, const char *path, GError **error)
{
	struct store *store = device->store;
	const char *slash = strrchr(path, '/');
	struct object *old = store_find(store, path);
	g_autofree char *folder_path = NULL;
	struct object *folder;

	if (!slash || !slash[1] || (old && old->children)) {
		fail(error, "not the path of a file", path);
		return NULL;
	}
	folder_path = g_strndup(path, slash - path);
	folder = store_make_folders(store, folder_path);
	if (!folder || !folder->children) {
		fail(error, "no such folder", folder_path);
		return NULL;
	}
	if (old) {
		responder_send_event(device->responder, EVENT_OBJECT_REMOVED, old->handle);
		store_remove(store, old);
	}
	return store_add(store, folder, slash + 1, format_from_name(slash + 1));
}

gboolean
command_put(struct command *command, GError **error)
{
	struct device *device = command->device;
	g_autofree char *contents = NULL;
	struct object *object;
	gsize length;

	if (!g_file_get_contents(command->arguments[1], &contents, &length, error))
		return FALSE;
	object = make_file(device, command->arguments[0], error);
	if (!object)
		return FALSE;
	object_append(device->store, object, (const guint8 *)contents, length);
	responder_send_event(device->responder, EVENT_OBJECT_ADDED, object->handle);
	return TRUE;
}

gboolean
command_put_size(struct command *command, GError **error)
{
	struct device *device = command->device;
	struct object *object;
	guint64 size;

	if (!parse_size(command->arguments[1], &size))
		return fail(error, "not a size", command->arguments[1]);
	object = make_file(device, command->arguments[0], error);
	if (!object)
		return FALSE;
	object_truncate(device->store, object, size);
	responder_send_event(device->responder, EVENT_OBJECT_ADDED, object->handle);
	return TRUE;
}

gboolean
command_rewrite(struct command *command, GError **error)
{
	struct device *device = command->device;
	struct object *object = find(command, error);
	g_autofree char *contents = NULL;
	gsize length;

	if (!object || !g_file_get_contents(command->arguments[1], &contents, &length, error))
		return FALSE;
	object_truncate(device->store, object, 0);
	object_append(device->store, object, (const guint8 *)contents, length);
	responder_send_event(device->responder, EVENT_OBJECT_INFO_CHANGED, object->handle);
	return TRUE;
}

gboolean
command_mkdir(struct command *command, GError **error)
{
	struct object *folder = store_make_folders(command->device->store, command->arguments[0]);

	if (!folder || !folder->children)
		return fail(error, "cannot be a folder", command->arguments[0]);
	return TRUE;
}

gboolean
command_delete(struct command *command, GError **error)
{
	struct object *object = find(command, error);

	if (!object)
		return FALSE;
	responder_send_event(command->device->responder, EVENT_OBJECT_REMOVED, object->handle);
	store_remove(command->device->store, object);
	return TRUE;
}

gboolean
command_rename(struct command *command, GError **error)
{
	struct object *object = find(command, error);

	if (!object)
		return FALSE;
	g_free(object->name);
	object->name = g_strdup(command->arguments[1]);
	changes_note(command->device->store->changes, object);
	responder_send_event(command->device->responder, EVENT_OBJECT_INFO_CHANGED, object->handle);
	return TRUE;
}

gboolean
command_get(struct command *command, GError **error)
{
	struct object *object = find(command, error);
	g_autofree guint8 *contents = NULL;

	if (!object)
		return FALSE;
	contents = g_malloc0(object->size + 1);
	object_read(object, 0, contents, object->size);
	return g_file_set_contents_full(command->arguments[1], (const char *)contents, object->size,
					G_FILE_SET_CONTENTS_NONE, 0666, error);
}

gboolean
command_set(struct command *command, GError **error)
{
	struct object *object = find(command, error);
	const struct property *property = property_named(command->arguments[1]);
	g_autoptr(GBytes) value = NULL;
	struct reader reader = {0};

	if (!object)
		return FALSE;
	if (!property)
		return fail(error, "no such property", command->arguments[1]);
	value = property_from_text(property, command->arguments[2]);
	if (!value)
		return fail(error, "not a value of this property", command->arguments[2]);
	reader.data = g_bytes_get_data(value, &reader.left);
	property_set(object, property, &reader);
	changes_note(command->device->store->changes, object);
	responder_send_event(command->device->responder, EVENT_OBJECT_INFO_CHANGED, object->handle);
	return TRUE;
}

/* A storage by its label, its number (from 1) or its id; the first when not named. */
static struct storage *
find_storage(const struct command *command, GError **error)
{
	const GPtrArray *storages = command->device->store->storages;
	const char *name = command->n_arguments > 1 ? command->arguments[0] : "1";
	guint64 number = 0;

	parse_size(name, &number);
	for (guint i = 0; i < storages->len; i++) {
		struct storage *storage = storages->pdata[i];

		if (g_str_equal(storage->label, name) || number == i + 1 || number == storage->id)
			return storage;
	}
	fail(error, "no such storage", name);
	return NULL;
}

gboolean
command_capacity(struct command *command, GError **error)
{
	struct storage *storage = find_storage(command, error);
	const char *bytes = command->arguments[command->n_arguments - 1];

	if (!storage)
		return FALSE;
	return parse_size(bytes, &storage->capacity) || fail(error, "not a size", bytes);
}

gboolean
command_free_lie(struct command *command, GError **error)
{
	struct storage *storage = find_storage(command, error);
	const char *bytes = command->arguments[command->n_arguments - 1];

	if (!storage)
		return FALSE;
	storage->lies = !g_str_equal(bytes, "off");
	return !storage->lies || parse_size(bytes, &storage->reported_free) ||
	       fail(error, "not a size", bytes);
}

gboolean
command_snapshot(struct command *command, GError **error)
{
	return snapshot_save(command->device, command->arguments[0], error);
}

gboolean
command_restore(struct command *command, GError **error)
{
	return snapshot_restore(command->device, command->arguments[0], error);
}
