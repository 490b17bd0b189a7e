/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations that move the contents of objects: fetch, send, edit in place. */
#include <string.h>

#include "names.h"
#include "object.h"
#include "operations.h"
#include "properties.h"
#include "responses.h"

#define FORMAT_ABSTRACT_FIRST 0xBA00
#define FORMAT_ABSTRACT_LAST 0xBA0F

guint16
get_object(struct responder *responder, struct request *request)
{
	struct object *object = store_get_object(responder->store, request->parameters[0]);

	if (!object || object->format == FORMAT_FOLDER)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	request->contents = object;
	request->contents_length = object->size;
	return RESPONSE_OK;
}

static guint16
get_part(struct responder *responder, struct request *request, guint64 offset, guint32 length)
{
	struct object *object = store_get_object(responder->store, request->parameters[0]);

	if (!object || object->format == FORMAT_FOLDER)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (offset > object->size)
		return RESPONSE_INVALID_PARAMETER;
	request->contents = object;
	request->contents_offset = offset;
	request->contents_length = MIN(length, object->size - offset);
	request->results[request->n_results++] = request->contents_length;
	return RESPONSE_OK;
}

guint16
get_partial_object(struct responder *responder, struct request *request)
{
	return get_part(responder, request, request->parameters[1], request->parameters[2]);
}

guint16
get_partial_object_64(struct responder *responder, struct request *request)
{
	return get_part(responder, request,
			(guint64)request->parameters[2] << 32 | request->parameters[1],
			request->parameters[3]);
}

guint16
get_thumbnail(struct responder *responder, struct request *request)
{
	if (!store_get_object(responder->store, request->parameters[0]))
		return RESPONSE_INVALID_OBJECT_HANDLE;
	return RESPONSE_NO_THUMBNAIL;
}

/* What a host announces, however it does it. */
struct announcement {
	guint32 storage_id;
	guint32 parent;
	guint16 format;
	guint64 size; /* G_MAXUINT64: unknown */
	char *name;
	char *modified; /* NULL: now */
};

static guint16
find_destination(struct responder *responder, const struct announcement *announcement,
		 struct object **folder)
{
	struct store *store = responder->store;
	struct storage *storage = store_get_storage(store, announcement->storage_id);
	gboolean is_root = announcement->parent == ROOT_HANDLE ||
			   (announcement->parent == 0 && !responder->profile->root_parent_ffffffff);

	if (!storage && announcement->storage_id == 0 && !store->is_locked)
		storage = store->storages->pdata[0];
	if (is_root) {
		*folder = storage ? storage->root : NULL;
		return storage ? RESPONSE_OK : RESPONSE_INVALID_STORAGE_ID;
	}
	*folder = store_get_object(store, announcement->parent);
	if (!*folder)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	return (*folder)->children ? RESPONSE_OK : RESPONSE_INVALID_PARENT;
}

static guint16
check_size(struct responder *responder, const struct object *folder, guint64 size)
{
	const struct profile *profile = responder->profile;

	if (size == G_MAXUINT64)
		return RESPONSE_OK;
	if (profile->max_file_bytes && size > profile->max_file_bytes)
		return RESPONSE_OBJECT_TOO_LARGE;
	if (!profile->store_full_at_data &&
	    storage_round_up(responder->store, size) > storage_free_bytes(folder->storage))
		return RESPONSE_STORE_FULL;
	return RESPONSE_OK;
}

/* These are there at once; data may follow but need not. */
static gboolean
is_without_data(guint16 format)
{
	return format == FORMAT_FOLDER ||
	       (format >= FORMAT_ABSTRACT_FIRST && format <= FORMAT_ABSTRACT_LAST);
}

static guint16
announce(struct responder *responder, struct request *request,
	 const struct announcement *announcement, struct object **object)
{
	struct object *folder;
	guint16 response = find_destination(responder, announcement, &folder);

	if (responder->profile->read_only)
		return RESPONSE_STORE_READ_ONLY;
	if (response == RESPONSE_OK)
		response = name_check(responder->store, folder, announcement->name, NULL);
	if (response == RESPONSE_OK)
		response = check_size(responder, folder, announcement->size);
	if (response != RESPONSE_OK)
		return response;
	responder_drop_announced(responder, responder->profile->partial_on_cancel);
	*object = store_add(responder->store, folder, announcement->name, announcement->format);
	(*object)->is_hidden = !is_without_data(announcement->format);
	if (announcement->modified && responder->profile->mtime_from_info) {
		g_free((*object)->modified);
		(*object)->modified = g_strdup(announcement->modified);
	}
	if (announcement->format != FORMAT_FOLDER) {
		responder->announced.handle = (*object)->handle;
		responder->announced.size = announcement->size;
	}
	request->results[request->n_results++] = folder->storage->id;
	request->results[request->n_results++] = object_is_root(folder) ? ROOT_HANDLE
									: folder->handle;
	request->results[request->n_results++] = (*object)->handle;
	return RESPONSE_OK;
}

guint16
send_object_info(struct responder *responder, struct request *request)
{
	struct reader *info = &request->data;
	struct announcement announcement = {.storage_id = request->parameters[0],
					    .parent = request->parameters[1]};
	g_autofree char *name = NULL;
	g_autofree char *created = NULL;
	g_autofree char *modified = NULL;
	struct object *object;

	read_number(info, 4); /* storage: the parameter counts */
	announcement.format = read_number(info, 2);
	read_number(info, 2); /* protection */
	announcement.size = read_number(info, 4);
	if (announcement.size == G_MAXUINT32)
		announcement.size = G_MAXUINT64;
	read_number(info, 2); /* thumbnail format; then six sizes */
	for (int i = 0; i < 6; i++)
		read_number(info, 4);
	read_number(info, 4); /* parent: the parameter counts */
	read_number(info, 2); /* association type, description, sequence number */
	read_number(info, 4);
	read_number(info, 4);
	name = read_string(info);
	if (info->is_short)
		return RESPONSE_INVALID_DATASET;
	created = read_string(info);
	modified = read_string(info);
	announcement.name = name;
	announcement.modified = *modified ? modified : NULL;
	return announce(responder, request, &announcement, &object);
}

/* Reads one element of a property list; FALSE when it is no known property or ends too early. */
static const struct property *
read_list_element(struct reader *list)
{
	const struct property *property;

	read_number(list, 4); /* handle: 0, the object is new */
	property = property_lookup(read_number(list, 2));
	read_number(list, 2); /* type: known */
	return list->is_short ? NULL : property;
}

static char *
find_file_name(struct reader list)
{
	guint32 count = read_number(&list, 4);

	for (; count && !list.is_short; count--) {
		const struct property *property = read_list_element(&list);
		g_autoptr(GBytes) value = property ? read_value(&list, property->type) : NULL;

		if (!value)
			return NULL;
		if (property->code == PROPERTY_FILE_NAME)
			return property_text(property, value);
	}
	return NULL;
}

static guint16
apply_list(const struct profile *profile, struct object *object, struct reader *list)
{
	guint32 count = read_number(list, 4);
	guint16 response = RESPONSE_OK;

	for (; count && response == RESPONSE_OK; count--) {
		const struct property *property = read_list_element(list);

		response = property && !profile_has(profile->refused_in_lists, property->code)
				   ? store_property(profile, object, property, list)
				   : RESPONSE_INVALID_OBJECT_PROPERTY;
	}
	return response;
}

guint16
send_object_property_list(struct responder *responder, struct request *request)
{
	g_autofree char *name = find_file_name(request->data);
	struct announcement announcement = {
		.storage_id = request->parameters[0],
		.parent = request->parameters[1],
		.format = request->parameters[2],
		.size = (guint64)request->parameters[3] << 32 | request->parameters[4],
		.name = name,
	};
	struct object *object = NULL;
	guint16 response;

	if (!name)
		return RESPONSE_INVALID_DATASET;
	response = announce(responder, request, &announcement, &object);
	if (response != RESPONSE_OK)
		return response;
	response = apply_list(responder->profile, object, &request->data);
	if (response == RESPONSE_OK) {
		request->results[request->n_results++] = 0; /* no property failed */
		return RESPONSE_OK;
	}
	responder->announced.handle = 0;
	store_remove(responder->store, object);
	request->n_results = 0;
	return response;
}

guint16
send_object(struct responder *responder, struct request *request)
{
	struct object *object = g_hash_table_lookup(responder->store->by_handle,
						    GUINT_TO_POINTER(responder->announced.handle));

	(void)request;
	responder->announced.handle = 0;
	if (!object)
		return RESPONSE_NO_VALID_OBJECT_INFO;
	object->is_hidden = FALSE;
	if (object->storage->used <= object->storage->capacity)
		return RESPONSE_OK;
	store_remove(responder->store, object);
	return RESPONSE_STORE_FULL;
}

static struct object *
editable(struct responder *responder, guint32 handle)
{
	struct object *object = store_get_object(responder->store, handle);

	return object && object->format != FORMAT_FOLDER && !object->protection ? object : NULL;
}

guint16
send_partial_object(struct responder *responder, struct request *request)
{
	struct object *object = editable(responder, request->parameters[0]);
	guint64 offset = (guint64)request->parameters[2] << 32 | request->parameters[1];

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (offset > object->size)
		return RESPONSE_GENERAL_ERROR;
	object_write(responder->store, object, offset, request->data.data, request->data.left);
	request->results[request->n_results++] = request->data.left;
	return RESPONSE_OK;
}

guint16
truncate_object(struct responder *responder, struct request *request)
{
	struct object *object = editable(responder, request->parameters[0]);

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	object_truncate(responder->store, object,
			(guint64)request->parameters[2] << 32 | request->parameters[1]);
	return RESPONSE_OK;
}

guint16
edit_object(struct responder *responder, struct request *request)
{
	return editable(responder, request->parameters[0]) ? RESPONSE_OK
							   : RESPONSE_INVALID_OBJECT_HANDLE;
}
