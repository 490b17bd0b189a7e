/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations on object properties: one at a time, or as lists. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "names.h"
#include "object.h"
#include "operations.h"
#include "properties.h"
#include "responses.h"
#include "samples.h"

#define ALL 0xFFFFFFFFu

guint16
get_supported_properties(struct responder *responder, struct request *request)
{
	g_autoptr(GArray) codes = g_array_new(FALSE, FALSE, sizeof(guint16));

	property_list(responder->profile, request->parameters[0], codes);
	put_u16_array(request->dataset, codes);
	return RESPONSE_OK;
}

guint16
get_property_description(struct responder *responder, struct request *request)
{
	guint16 code = request->parameters[0];
	const struct property *property = property_lookup(code);
	GByteArray *description = request->dataset;

	if (!property || !property_applies(responder->profile, request->parameters[1], code))
		return responder->profile->undescribed_response;
	put_u16(description, code);
	put_u16(description, property->type);
	put_u8(description,
	       profile_has(responder->profile->settable_properties, code) &&
		       sample_is_settable(responder->profile, request->parameters[1], code));
	property_put_default(property, description);
	put_u32(description, 0); /* group */
	sample_put_form(responder->profile, code, description);
	return RESPONSE_OK;
}

guint16
get_property(struct responder *responder, struct request *request)
{
	const struct object *object = store_get_object(responder->store, request->parameters[0]);
	guint16 code = request->parameters[1];
	const struct property *property = property_lookup(code);

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (!property || !property_applies(responder->profile, object->format, code))
		return RESPONSE_INVALID_OBJECT_PROPERTY;
	property_put(object, property, request->dataset);
	return RESPONSE_OK;
}

/* A player that has stars keeps stars. */
static void
round_rating(const struct profile *profile, struct object *object)
{
	GBytes *value = object_get_value(object, PROPERTY_RATING);
	struct reader reader = {g_bytes_get_data(value, NULL), g_bytes_get_size(value), FALSE};
	int rating = (int)read_number(&reader, 2), nearest = rating ? INT_MAX : 0;
	g_autoptr(GByteArray) array = g_byte_array_new();

	for (guint i = 0; rating && i < profile->kept_ratings->len; i++) {
		int kept = g_array_index(profile->kept_ratings, guint16, i);

		if (abs(kept - rating) < abs(nearest - rating))
			nearest = kept;
	}
	put_u16(array, (guint16)nearest);
	g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(g_steal_pointer(&array));
	object_set_value(object, PROPERTY_RATING, bytes);
}

guint16
store_property(const struct profile *profile, struct object *object,
	       const struct property *property, struct reader *value)
{
	if (profile_has(profile->ignored_properties, property->code)) {
		g_autoptr(GBytes) ignored = read_value(value, property->type);

		return ignored ? RESPONSE_OK : RESPONSE_INVALID_PROPERTY_FORMAT;
	}
	guint16 response = property_set(object, property, value);
	if (response == RESPONSE_OK && property->code == PROPERTY_RATING &&
	    profile->kept_ratings->len > 0)
		round_rating(profile, object);
	return response;
}

static guint16
check_new_name(struct responder *responder, struct object *object, struct reader reader)
{
	g_autofree char *name = read_string(&reader);

	if (reader.is_short)
		return RESPONSE_INVALID_PROPERTY_FORMAT;
	return name_check(responder->store, object->parent, name, object);
}

static guint16
change_property(struct responder *responder, guint32 handle, guint16 code, struct reader *value)
{
	struct object *object = store_get_object(responder->store, handle);
	const struct property *property = property_lookup(code);
	guint16 response = RESPONSE_OK;

	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (!property || !property_applies(responder->profile, object->format, code))
		return RESPONSE_INVALID_OBJECT_PROPERTY;
	if (!profile_has(responder->profile->settable_properties, code))
		return RESPONSE_PROPERTY_READ_ONLY;
	if (profile_has(responder->profile->refused_properties, code))
		return RESPONSE_GENERAL_ERROR;
	if (code == PROPERTY_FILE_NAME)
		response = check_new_name(responder, object, *value);
	else
		response = sample_check(responder->profile, object->format, code, *value);
	if (response != RESPONSE_OK)
		return response;
	changes_note(responder->store->changes, object);
	return store_property(responder->profile, object, property, value);
}

guint16
set_property(struct responder *responder, struct request *request)
{
	return change_property(responder, request->parameters[0], request->parameters[1],
			       &request->data);
}

guint16
set_property_list(struct responder *responder, struct request *request)
{
	struct reader *list = &request->data;
	guint32 count = read_number(list, 4);
	guint16 response = RESPONSE_OK;
	guint32 index = 0;

	for (; index < count && response == RESPONSE_OK; index++) {
		guint32 handle = read_number(list, 4);
		guint16 code = read_number(list, 2);

		read_number(list, 2); /* type: known */
		response = list->is_short ? RESPONSE_INVALID_DATASET
					  : change_property(responder, handle, code, list);
	}
	if (response != RESPONSE_OK)
		request->results[request->n_results++] = index - 1;
	return response;
}

struct property_list {
	const struct profile *profile;
	const struct property *only; /* NULL: all */
	guint64 omit; /* every such handle */
	GByteArray *dataset;
	guint32 count;
};

static void
put_element(struct property_list *list, const struct object *object,
	    const struct property *property)
{
	put_u32(list->dataset, object->handle);
	put_u16(list->dataset, property->code);
	put_u16(list->dataset, property->type);
	property_put(object, property, list->dataset);
	list->count++;
}

static void
put_elements(struct object *object, gpointer data)
{
	struct property_list *list = data;
	g_autoptr(GArray) codes = NULL;

	if (list->omit && object->handle % list->omit == 0)
		return;
	if (list->only) {
		if (property_applies(list->profile, object->format, list->only->code))
			put_element(list, object, list->only);
		return;
	}
	codes = g_array_new(FALSE, FALSE, sizeof(guint16));
	property_list(list->profile, object->format, codes);
	for (guint i = 0; i < codes->len; i++) {
		const struct property *property = property_lookup(g_array_index(codes, guint16, i));

		/* A picture in every list would drown it; devices leave it out, too. */
		if (property && property->type != TYPE_ARRAY_UINT8)
			put_element(list, object, property);
	}
}

/* Everything below a folder. */
static void
put_tree(struct object *object, gpointer data)
{
	put_elements(object, data);
	for (guint i = 0; object->children && i < object->children->len; i++) {
		struct object *child = object->children->pdata[i];

		if (!child->is_hidden)
			put_tree(child, data);
	}
}

/* What a host asks for with GetObjectPropList. */
struct question {
	guint32 handle;
	guint16 format;
	guint32 property;
	guint32 group;
	guint32 depth;
};

static gboolean
is_everything(const struct question *question)
{
	return question->handle == ALL || (question->handle == 0 && question->depth == ALL);
}

static guint16
check_question(const struct profile *profile, const struct question *question)
{
	if (question->property == 0)
		return question->group ? RESPONSE_GROUP_NOT_SUPPORTED
				       : RESPONSE_PARAMETER_NOT_SUPPORTED;
	if (profile->list_depth_limited && question->depth > 1 && !is_everything(question))
		return RESPONSE_DEPTH_NOT_SUPPORTED;
	return RESPONSE_OK;
}

static guint16
answer(struct responder *responder, const struct question *question, struct property_list *list)
{
	struct object *object;

	list->omit = is_everything(question) ? responder->profile->whole_lists_omit
					     : responder->profile->lists_omit;
	if (is_everything(question))
		return list_objects(responder, ALL, question->format, 0, put_elements, list);
	if (question->handle == 0)
		return list_objects(responder, ALL, question->format, ROOT_HANDLE, put_elements,
				    list);
	object = store_get_object(responder->store, question->handle);
	if (!object)
		return RESPONSE_INVALID_OBJECT_HANDLE;
	if (question->depth > 1) {
		put_tree(object, list);
		return RESPONSE_OK;
	}
	if (!question->format || object->format == question->format)
		put_elements(object, list);
	if (question->depth == 0)
		return RESPONSE_OK;
	return list_objects(responder, ALL, question->format, question->handle, put_elements, list);
}

guint16
get_property_list(struct responder *responder, struct request *request)
{
	const guint32 *parameters = request->parameters;
	struct question question = {parameters[0], parameters[1], parameters[2], parameters[3],
				    parameters[4]};
	struct property_list list = {.profile = responder->profile, .dataset = request->dataset};
	guint16 response = check_question(responder->profile, &question);
	guint32 count;

	if (response != RESPONSE_OK)
		return response;
	if (question.property != ALL) {
		list.only = property_lookup(question.property);
		if (!list.only)
			return RESPONSE_INVALID_OBJECT_PROPERTY;
	}
	put_u32(list.dataset, 0);
	response = answer(responder, &question, &list);
	count = GUINT32_TO_LE(list.count);
	memcpy(list.dataset->data, &count, sizeof count);
	return response;
}
