/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the operations are: one function each, and the helpers that several of them need. */
#pragma once

#include "properties.h"
#include "responder.h"

/* operations-device.c */
guint16 get_device_info(struct responder *responder, struct request *request);
guint16 open_session(struct responder *responder, struct request *request);
guint16 close_session(struct responder *responder, struct request *request);
guint16 get_storage_ids(struct responder *responder, struct request *request);
guint16 get_storage_info(struct responder *responder, struct request *request);
guint16 format_store(struct responder *responder, struct request *request);
guint16 reset_device(struct responder *responder, struct request *request);
guint16 get_device_property_description(struct responder *responder, struct request *request);
guint16 get_device_property(struct responder *responder, struct request *request);
guint16 set_device_property(struct responder *responder, struct request *request);

/* operations-object.c */
guint16 get_object_handles(struct responder *responder, struct request *request);
guint16 get_object_count(struct responder *responder, struct request *request);
guint16 get_object_info(struct responder *responder, struct request *request);
guint16 delete_object(struct responder *responder, struct request *request);
guint16 move_object(struct responder *responder, struct request *request);
guint16 copy_object(struct responder *responder, struct request *request);
guint16 set_object_protection(struct responder *responder, struct request *request);
guint16 get_references(struct responder *responder, struct request *request);
guint16 set_references(struct responder *responder, struct request *request);

/* operations-transfer.c */
guint16 get_object(struct responder *responder, struct request *request);
guint16 get_partial_object(struct responder *responder, struct request *request);
guint16 get_partial_object_64(struct responder *responder, struct request *request);
guint16 get_thumbnail(struct responder *responder, struct request *request);
guint16 send_object_info(struct responder *responder, struct request *request);
guint16 send_object_property_list(struct responder *responder, struct request *request);
guint16 send_object(struct responder *responder, struct request *request);
guint16 send_partial_object(struct responder *responder, struct request *request);
guint16 truncate_object(struct responder *responder, struct request *request);
guint16 edit_object(struct responder *responder, struct request *request);

/* operations-property.c */
guint16 get_supported_properties(struct responder *responder, struct request *request);
guint16 get_property_description(struct responder *responder, struct request *request);
guint16 get_property(struct responder *responder, struct request *request);
guint16 set_property(struct responder *responder, struct request *request);
guint16 get_property_list(struct responder *responder, struct request *request);
guint16 set_property_list(struct responder *responder, struct request *request);
/* As property_set(), for a host: what the device makes of it. */
guint16 store_property(const struct profile *profile, struct object *object,
		       const struct property *property, struct reader *value);

typedef void (*listed_cb)(struct object *object, gpointer data);

/*
 * Calls back for the objects that a host's (storage, format, parent) means: parent 0 is everything,
 * 0xFFFFFFFF the roots. Returns a response code.
 */
guint16 list_objects(struct responder *responder, guint32 storage_id, guint16 format,
		     guint32 parent, listed_cb listed, gpointer data);
