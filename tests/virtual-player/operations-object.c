/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations on objects as such: listing them, their info, where they are, what they refer to. */
#include <string.h>

#include "names.h"
#include "object.h"
#include "operations.h"
#include "responses.h"

#define HUGE_COUNT 0x80000000u

struct listing {
	guint16 format; /* 0: any */
	guint32 storage_id; /* ROOT_HANDLE: any */
	listed_cb listed;
	gpointer data;
};

static void
list_one(struct object *object, gpointer data)
{
	const struct listing *listing = data;

	if (object->is_hidden || (listing->format && object->format != listing->format))
		return;
	if (listing->storage_id != ROOT_HANDLE && object->storage->id != listing->storage_id)
		return;
	listing->listed(object, listing->data);
}

static void
list_children(struct object *folder, struct listing *listing)
{
	for (guint i = 0; i < folder->children->len; i++)
		list_one(folder->children->pdata[i], listing);
}

static guint16
list_roots(struct store *store, struct listing *listing)
{
	for (guint i = 0; i < store->storages->len; i++) {
		struct storage *storage = store->storages->pdata[i];

		if (listing->storage_id != ROOT_HANDLE && storage->id != listing->storage_id)
			continue;
		if (storage->root->is_list_error)
			return RESPONSE_GENERAL_ERROR;
		list_children(storage->root, listing);
	}
	return RESPONSE_OK;
}

/* The folder at the top of the storage that `folder` is in. */
static struct object *
top_folder(struct object *folder)
{
	while (!object_is_root(folder->parent))
		folder = folder->parent;
	return folder;
}

static gboolean
is_known_storage(struct responder *responder, guint32 id)
{
	return id == ROOT_HANDLE || id == 0 || store_get_storage(responder->store, id);
}

guint16
list_objects(struct responder *responder, guint32 storage_id, guint16 format, guint32 parent,
	     listed_cb listed, gpointer data)
{
	struct listing listing = {format, storage_id ? storage_id : ROOT_HANDLE, listed, data};
	struct object *folder;

	if (!is_known_storage(responder, storage_id))
		return RESPONSE_INVALID_STORAGE_ID;
	if (responder->store->is_locked)
		return RESPONSE_OK;
	if (parent == ROOT_HANDLE)
		return list_roots(responder->store, &listing);
	if (parent == 0) {
		store_visit(responder->store, list_one, &listing);
		return RESPONSE_OK;
	}
	folder = store_get_object(responder->store, parent);
	if (!folder)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (folder->is_list_error)
		return RESPONSE_GENERAL_ERROR;
	if (!folder->children)
		return RESPONSE_OK;
	list_children(folder, &listing);
	if (responder->faults->folder_loop)
		list_one(top_folder(folder), &listing);
	return RESPONSE_OK;
}

static void
put_handle(struct object *object, gpointer data)
{
	put_u32(data, object->handle);
}

guint16
get_object_handles(struct responder *responder, struct request *request)
{
	GByteArray *handles = request->dataset;
	guint32 count;
	guint16 response;

	put_u32(handles, 0);
	response = list_objects(responder, request->parameters[0], request->parameters[1],
				request->parameters[2], put_handle, handles);
	count = handles->len / sizeof count - 1;
	if (responder->faults->huge_counts)
		count = HUGE_COUNT;
	count = GUINT32_TO_LE(count);
	memcpy(handles->data, &count, sizeof count);
	return response;
}

guint16
get_object_count(struct responder *responder, struct request *request)
{
	guint16 response = get_object_handles(responder, request);

	request->results[request->n_results++] = request->dataset->len / sizeof(guint32) - 1;
	g_byte_array_set_size(request->dataset, 0);
	return response;
}

guint16
get_object_info(struct responder *responder, struct request *request)
{
	const struct object *object = store_get_object(responder->store, request->parameters[0]);
	GByteArray *info = request->dataset;

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	put_u32(info, object->storage->id);
	put_u16(info, object->format);
	put_u16(info, object->protection);
	put_u32(info, MIN(object->size, G_MAXUINT32));
	put_u16(info, 0); /* thumbnail: none */
	for (int i = 0; i < 6; i++)
		put_u32(info, 0); /* its sizes, and those of an image */
	put_u32(info, object->parent->handle);
	put_u16(info, object->format == FORMAT_FOLDER);
	put_u32(info, 0); /* association description */
	put_u32(info, 0); /* sequence number */
	put_string(info, object->name);
	put_string(info, object->created);
	put_string(info, object->modified);
	put_string(info, ""); /* keywords */
	return RESPONSE_OK;
}

static gboolean
is_protected(const struct object *object)
{
	for (guint i = 0; object->children && i < object->children->len; i++)
		if (is_protected(object->children->pdata[i]))
			return TRUE;
	return object->protection != 0;
}

guint16
delete_object(struct responder *responder, struct request *request)
{
	struct object *object;

	if (responder->profile->read_only)
		return RESPONSE_STORE_READ_ONLY;
	if (request->parameters[0] == ROOT_HANDLE) {
		store_clear(responder->store);
		return RESPONSE_OK;
	}
	object = store_get_object(responder->store, request->parameters[0]);
	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (is_protected(object))
		return RESPONSE_WRITE_PROTECTED;
	if (object->children && object->children->len && !responder->profile->recursive_delete)
		return RESPONSE_PARTIAL_DELETION;
	store_remove(responder->store, object);
	return RESPONSE_OK;
}

/* Where (storage, parent) of a host points to; NULL when nowhere. */
static struct object *
destination(struct responder *responder, guint32 storage_id, guint32 parent)
{
	struct object *folder;
	struct storage *storage;

	if (parent != 0 && parent != ROOT_HANDLE) {
		folder = store_get_object(responder->store, parent);
		return folder && folder->children ? folder : NULL;
	}
	storage = store_get_storage(responder->store, storage_id);
	return storage ? storage->root : NULL;
}

guint16
move_object(struct responder *responder, struct request *request)
{
	struct object *object = store_get_object(responder->store, request->parameters[0]);
	struct object *folder =
		destination(responder, request->parameters[1], request->parameters[2]);
	guint16 response;

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (!folder || object_is_within(folder, object))
		return RESPONSE_INVALID_PARENT;
	response = name_check(responder->store, folder, object->name, object);
	if (response == RESPONSE_OK)
		store_move(responder->store, object, folder);
	return response;
}

static struct object *
copy_into(struct store *store, const struct object *object, struct object *folder)
{
	struct object *copy = store_add(store, folder, object->name, object->format);

	object_truncate(store, copy, 0);
	if (object->data)
		object_append(store, copy, object->data, object->size);
	else
		object_truncate(store, copy, object->size);
	for (guint i = 0; i < object->values->len; i++) {
		const struct property_value *value =
			&g_array_index(object->values, struct property_value, i);

		object_set_value(copy, value->code, value->value);
	}
	for (guint i = 0; object->children && i < object->children->len; i++)
		copy_into(store, object->children->pdata[i], copy);
	return copy;
}

guint16
copy_object(struct responder *responder, struct request *request)
{
	struct object *object = store_get_object(responder->store, request->parameters[0]);
	struct object *folder =
		destination(responder, request->parameters[1], request->parameters[2]);
	guint16 response;

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (!folder || object_is_within(folder, object))
		return RESPONSE_INVALID_PARENT;
	if (object->size > storage_free_bytes(folder->storage))
		return RESPONSE_STORE_FULL;
	response = name_check(responder->store, folder, object->name, NULL);
	if (response == RESPONSE_OK)
		request->results[request->n_results++] =
			copy_into(responder->store, object, folder)->handle;
	return response;
}

guint16
set_object_protection(struct responder *responder, struct request *request)
{
	struct object *object = store_get_object(responder->store, request->parameters[0]);

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	object->protection = request->parameters[1];
	return RESPONSE_OK;
}

guint16
get_references(struct responder *responder, struct request *request)
{
	const struct object *object = store_get_object(responder->store, request->parameters[0]);
	const GPtrArray *references = object ? object->references : NULL;

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	put_u32(request->dataset, references ? references->len : 0);
	for (guint i = 0; references && i < references->len; i++)
		put_handle(references->pdata[i], request->dataset);
	return RESPONSE_OK;
}

guint16
set_references(struct responder *responder, struct request *request)
{
	struct object *object = store_get_object(responder->store, request->parameters[0]);
	g_autoptr(GPtrArray) references = g_ptr_array_new();
	guint32 count = read_number(&request->data, 4);

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (responder->profile->references == REFERENCES_FAIL)
		return RESPONSE_GENERAL_ERROR;
	for (; count && !request->data.is_short; count--) {
		struct object *target =
			store_get_object(responder->store, read_number(&request->data, 4));

		if (!target && !request->data.is_short)
			return RESPONSE_INVALID_REFERENCE;
		g_ptr_array_add(references, target);
	}
	if (request->data.is_short)
		return RESPONSE_INVALID_DATASET;
	store_set_references(responder->store, object, g_steal_pointer(&references));
	return RESPONSE_OK;
}
