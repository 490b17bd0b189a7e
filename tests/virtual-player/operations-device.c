/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations on the device as a whole: who it is, its session, its storages, its properties. */
#include <string.h>

#include "operations.h"
#include "responses.h"

#define EXTENSION_MICROSOFT 6
#define DEVICE_BATTERY 0x5001
#define DEVICE_SYNC_PARTNER 0xD401
#define DEVICE_FRIENDLY_NAME 0xD402
#define STORAGE_FIXED_RAM 3
#define FILESYSTEM_HIERARCHICAL 2

guint16
get_device_info(struct responder *responder, struct request *request)
{
	const struct profile *profile = responder->profile;
	GByteArray *info = request->dataset;

	put_u16(info, 100); /* PTP 1.00 */
	put_u32(info, EXTENSION_MICROSOFT);
	put_u16(info, 100);
	put_string(info, profile->extensions);
	put_u16(info, 0); /* functional mode */
	put_u16_array(info, profile->operations);
	put_u16_array(info, profile->events);
	put_u16_array(info, profile->device_properties);
	put_u32(info, 0); /* capture formats */
	put_u16_array(info, profile->formats);
	put_string(info, profile->manufacturer);
	put_string(info, profile->product);
	put_string(info, profile->version);
	put_string(info, profile->serial);
	return RESPONSE_OK;
}

guint16
open_session(struct responder *responder, struct request *request)
{
	if (responder->session) {
		request->results[request->n_results++] = responder->session;
		return RESPONSE_SESSION_ALREADY_OPEN;
	}
	if (request->parameters[0] == 0)
		return RESPONSE_INVALID_PARAMETER;
	responder->session = request->parameters[0];
	responder->statistics.sessions++;
	responder_drop_announced(responder, responder->profile->partial_on_unplug);
	if (responder->profile->handles_per_session)
		store_renumber(responder->store);
	return RESPONSE_OK;
}

guint16
close_session(struct responder *responder, struct request *request)
{
	(void)request;
	responder->session = 0;
	responder_drop_announced(responder, responder->profile->partial_on_unplug);
	return RESPONSE_OK;
}

guint16
get_storage_ids(struct responder *responder, struct request *request)
{
	const GPtrArray *storages = responder->store->storages;
	guint count = responder->store->is_locked ? 0 : storages->len;

	put_u32(request->dataset, count);
	for (guint i = 0; i < count; i++)
		put_u32(request->dataset, ((const struct storage *)storages->pdata[i])->id);
	return RESPONSE_OK;
}

guint16
get_storage_info(struct responder *responder, struct request *request)
{
	const struct storage *storage = store_get_storage(responder->store, request->parameters[0]);
	GByteArray *info = request->dataset;

	if (!storage)
		return RESPONSE_INVALID_STORAGE_ID;
	put_u16(info, STORAGE_FIXED_RAM);
	put_u16(info, FILESYSTEM_HIERARCHICAL);
	put_u16(info, responder->profile->read_only ? 1 : 0);
	put_u64(info, storage->capacity);
	put_u64(info, storage->lies ? storage->reported_free : storage_free_bytes(storage));
	put_u32(info, G_MAXUINT32); /* free space in objects: unknown */
	put_string(info, storage->label);
	put_string(info, storage->label);
	return RESPONSE_OK;
}

guint16
format_store(struct responder *responder, struct request *request)
{
	struct storage *storage = store_get_storage(responder->store, request->parameters[0]);

	if (!storage)
		return RESPONSE_INVALID_STORAGE_ID;
	while (storage->root->children->len)
		store_remove(responder->store, storage->root->children->pdata[0]);
	return RESPONSE_OK;
}

guint16
reset_device(struct responder *responder, struct request *request)
{
	return close_session(responder, request);
}

static char **
text_property(struct profile *profile, guint32 code)
{
	if (!profile_has(profile->device_properties, code))
		return NULL;
	if (code == DEVICE_SYNC_PARTNER)
		return &profile->sync_partner;
	return code == DEVICE_FRIENDLY_NAME ? &profile->friendly_name : NULL;
}

static gboolean
has_battery(const struct profile *profile, guint32 code)
{
	return code == DEVICE_BATTERY && profile_has(profile->device_properties, code);
}

static void
put_battery_description(const struct profile *profile, GByteArray *description)
{
	put_u16(description, DEVICE_BATTERY);
	put_u16(description, TYPE_UINT8);
	put_u8(description, 0); /* read only */
	put_u8(description, 100);
	put_u8(description, profile->battery_level);
	put_u8(description, 1); /* a range */
	put_u8(description, 0);
	put_u8(description, 100);
	put_u8(description, 1);
}

guint16
get_device_property_description(struct responder *responder, struct request *request)
{
	guint32 code = request->parameters[0];
	char **text = text_property(responder->profile, code);
	GByteArray *description = request->dataset;

	if (has_battery(responder->profile, code)) {
		put_battery_description(responder->profile, description);
		return RESPONSE_OK;
	}
	if (!text)
		return RESPONSE_PROPERTY_NOT_SUPPORTED;
	put_u16(description, code);
	put_u16(description, TYPE_STRING);
	put_u8(description, 1); /* settable */
	put_string(description, "");
	put_string(description, *text);
	put_u8(description, 0); /* any value */
	return RESPONSE_OK;
}

guint16
get_device_property(struct responder *responder, struct request *request)
{
	guint32 code = request->parameters[0];
	char **text = text_property(responder->profile, code);

	if (has_battery(responder->profile, code))
		put_u8(request->dataset, responder->profile->battery_level);
	else if (text)
		put_string(request->dataset, *text);
	else
		return RESPONSE_PROPERTY_NOT_SUPPORTED;
	return RESPONSE_OK;
}

guint16
set_device_property(struct responder *responder, struct request *request)
{
	char **text = text_property(responder->profile, request->parameters[0]);
	g_autofree char *value = NULL;

	if (has_battery(responder->profile, request->parameters[0]))
		return RESPONSE_ACCESS_DENIED;
	if (!text)
		return RESPONSE_PROPERTY_NOT_SUPPORTED;
	value = read_string(&request->data);
	if (request->data.is_short)
		return RESPONSE_INVALID_DATASET;
	g_free(*text);
	*text = g_steal_pointer(&value);
	return RESPONSE_OK;
}
