/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One object on the device: its bytes and its names. See object.c. */
#pragma once

#include "store.h"

struct object *object_new(struct storage *storage, const char *name, guint16 format);
void object_free(struct object *object); /* with its children */

/* Both keep the storage's account. */
void object_append(struct store *store, struct object *object, const guint8 *data, gsize length);
void object_truncate(struct store *store, struct object *object, guint64 size);
void object_write(struct store *store, struct object *object, guint64 offset, const guint8 *data,
		  gsize length);

/* Bytes from an offset, zeros where contents are not kept; the range must lie within the object. */
void object_read(const struct object *object, guint64 offset, guint8 *data, gsize length);

gboolean object_is_root(const struct object *object);
gboolean object_is_within(const struct object *object, const struct object *folder);

/* NULL when the property was never set. */
GBytes *object_get_value(const struct object *object, guint16 code);
void object_set_value(struct object *object, guint16 code, GBytes *value);

/* Now, and any time, as MTP writes it ("20240131T235959"). */
char *mtp_date_now(void);
guint16 format_from_name(const char *name);
