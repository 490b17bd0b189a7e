/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is on the device's flash: storages and a tree of objects. See store.c. */
#pragma once

#include "profile.h"

#define FORMAT_UNDEFINED 0x3000
#define FORMAT_FOLDER 0x3001
#define ROOT_HANDLE 0xFFFFFFFFu

struct storage {
	guint32 id;
	char *label;
	guint64 capacity;
	guint64 used; /* in whole clusters */
	guint64 reported_free; /* what the device says, when it lies */
	gboolean lies;
	struct object *root; /* owned; has no handle and no name */
};

struct property_value {
	guint16 code;
	GBytes *value; /* as it stands on the wire */
};

struct object {
	guint32 handle;
	guint16 format;
	guint16 protection;
	struct storage *storage; /* no-ref */
	struct object *parent; /* no-ref; a storage's root for what lies at the top */
	GPtrArray *children; /* owns them; NULL unless a folder */
	GPtrArray *references; /* no-ref; NULL unless it has some */
	char *name;
	char *modified; /* MTP date and time */
	char *created;
	guint64 size;
	guint32 changed; /* number of its last change */
	guint8 *data; /* NULL when contents are not kept: it then reads as zeros */
	gsize data_capacity;
	GArray *values; /* of struct property_value: what was set */
	gboolean is_hidden; /* announced, but its data have not come yet */
	gboolean is_list_error; /* listing this folder fails */
};

struct store {
	const struct profile *profile; /* no-ref */
	GPtrArray *storages; /* owns them */
	GHashTable *by_handle; /* no-ref */
	GPtrArray *referrers; /* no-ref; objects that have references */
	struct changes *changes;
	guint32 last_handle;
	guint sessions;
	guint64 created_count;
	guint64 deleted_count;
	gboolean is_locked; /* shows no storage */
};

struct store *store_new(const struct profile *profile);
void store_free(struct store *store);

struct storage *store_get_storage(struct store *store, guint32 id);

/* NULL for an unknown handle, also for what is_locked hides. */
struct object *store_get_object(struct store *store, guint32 handle);

/* "/Music/a.mp3" of the first storage that has it, or "label:/Music/a.mp3". */
struct object *store_find(struct store *store, const char *path);
char *store_path(const struct store *store, const struct object *object);

/* The folder of `path` and, in `name`, its last part. NULL when there is no such folder. */
struct object *store_find_parent(struct store *store, const char *path, char **name);

/* Missing folders are made. */
struct object *store_make_folders(struct store *store, const char *path);

struct object *store_add(struct store *store, struct object *parent, const char *name,
			 guint16 format);
void store_remove(struct store *store, struct object *object);
void store_move(struct store *store, struct object *object, struct object *parent);
void store_clear(struct store *store);

struct object *store_child_named(const struct store *store, const struct object *folder,
				 const char *name);

/* As many profiles do at the start of a session: every object gets another handle. */
void store_renumber(struct store *store);

void store_set_references(struct store *store, struct object *object, GPtrArray *references);

typedef void (*store_visit_cb)(struct object *object, gpointer data);
/* Every visible object, folders before what is in them. */
void store_visit(struct store *store, store_visit_cb visit, gpointer data);

guint64 storage_free_bytes(const struct storage *storage);
guint64 storage_round_up(const struct store *store, guint64 bytes);
