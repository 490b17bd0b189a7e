/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is on the device's flash: storages and a tree of objects. It survives the cable; handles are
 * only names that the device gives to objects, for ever or for one session, as the profile says.
 *
 * Law: an object that leaves the tree also leaves the handle table and every list of references.
 */
#include "store.h"

#include <string.h>

#include "changes.h"
#include "object.h"

static struct storage *
storage_new(const struct profile *profile, guint index, const char *label)
{
	struct storage *storage = g_new0(struct storage, 1);

	storage->id = (index + 1) << 16 | 1;
	storage->label = g_strdup(label);
	storage->capacity = 2ull << 30;
	if (index < g_strv_length(profile->storage_capacities))
		parse_size(profile->storage_capacities[index], &storage->capacity);
	storage->root = object_new(storage, "", FORMAT_FOLDER);
	return storage;
}

static void
storage_free(struct storage *storage)
{
	object_free(storage->root);
	g_free(storage->label);
	g_free(storage);
}

struct store *
store_new(const struct profile *profile)
{
	struct store *store = g_new0(struct store, 1);

	store->profile = profile;
	store->is_locked = profile->starts_locked;
	store->by_handle = g_hash_table_new(NULL, NULL);
	store->referrers = g_ptr_array_new();
	store->changes = g_new0(struct changes, 1);
	changes_init(store->changes);
	store->storages = g_ptr_array_new_with_free_func((GDestroyNotify)storage_free);
	for (guint i = 0; profile->storage_labels[i]; i++)
		g_ptr_array_add(store->storages,
				storage_new(profile, i, profile->storage_labels[i]));
	for (char **folder = profile->folders; *folder; folder++)
		store_make_folders(store, *folder);
	store->created_count = 0;
	return store;
}

void
store_free(struct store *store)
{
	g_ptr_array_unref(store->storages);
	g_ptr_array_unref(store->referrers);
	g_hash_table_unref(store->by_handle);
	changes_clear(store->changes);
	g_free(store->changes);
	g_free(store);
}

struct storage *
store_get_storage(struct store *store, guint32 id)
{
	for (guint i = 0; i < store->storages->len && !store->is_locked; i++) {
		struct storage *storage = store->storages->pdata[i];

		if (storage->id == id)
			return storage;
	}
	return NULL;
}

struct object *
store_get_object(struct store *store, guint32 handle)
{
	struct object *object = g_hash_table_lookup(store->by_handle, GUINT_TO_POINTER(handle));

	return object && !object->is_hidden && !store->is_locked ? object : NULL;
}

/* Which is told in a fraction of the time; folding leaves what is behind alone. */
static gboolean
differ_in_ascii(const char *a, const char *b)
{
	while (*a && (*a == *b || g_ascii_tolower(*a) == g_ascii_tolower(*b))) {
		a++;
		b++;
	}
	return (guchar)*a < 0x80 && (guchar)*b < 0x80 && *a != *b;
}

static gboolean
names_equal(const struct store *store, const char *a, const char *b)
{
	g_autofree char *folded_a = NULL;
	g_autofree char *folded_b = NULL;

	if (!store->profile->case_insensitive || strcmp(a, b) == 0)
		return strcmp(a, b) == 0;
	if (differ_in_ascii(a, b))
		return FALSE;
	folded_a = g_utf8_casefold(a, -1);
	folded_b = g_utf8_casefold(b, -1);
	return strcmp(folded_a, folded_b) == 0;
}

struct object *
store_child_named(const struct store *store, const struct object *folder, const char *name)
{
	for (guint i = 0; folder->children && i < folder->children->len; i++) {
		struct object *child = folder->children->pdata[i];

		if (!child->is_hidden && names_equal(store, child->name, name))
			return child;
	}
	return NULL;
}

static struct object *
find_below(struct store *store, struct object *object, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);

	for (char **part = parts; *part && object; part++)
		if (**part)
			object = store_child_named(store, object, *part);
	return object;
}

/* Splits "label:/path"; `path` alone means every storage. */
static const char *
skip_label(const struct storage *storage, const char *path)
{
	gsize length = strlen(storage->label);

	if (strncmp(path, storage->label, length) == 0 && path[length] == ':')
		return path + length + 1;
	return *path == '/' || !strchr(path, ':') ? path : NULL;
}

struct object *
store_find(struct store *store, const char *path)
{
	for (guint i = 0; i < store->storages->len; i++) {
		struct storage *storage = store->storages->pdata[i];
		const char *rest = skip_label(storage, path);
		struct object *object = rest ? find_below(store, storage->root, rest) : NULL;

		if (object)
			return object;
	}
	return NULL;
}

struct object *
store_find_parent(struct store *store, const char *path, char **name)
{
	const char *slash = strrchr(path, '/');
	g_autofree char *folder_path = slash ? g_strndup(path, slash - path + 1) : g_strdup("/");
	struct object *folder = store_find(store, folder_path);

	if (!folder || !folder->children || !slash || !slash[1])
		return NULL;
	*name = g_strdup(slash + 1);
	return folder;
}

struct object *
store_make_folders(struct store *store, const char *path)
{
	for (guint i = 0; i < store->storages->len; i++) {
		struct storage *storage = store->storages->pdata[i];
		const char *rest = skip_label(storage, path);
		struct object *folder = storage->root;
		g_auto(GStrv) parts = g_strsplit(rest ? rest : "", "/", -1);

		for (char **part = parts; rest && *part; part++) {
			struct object *next = store_child_named(store, folder, *part);

			if (**part)
				folder = next ? next
					      : store_add(store, folder, *part, FORMAT_FOLDER);
		}
		if (rest)
			return folder;
	}
	return NULL;
}

char *
store_path(const struct store *store, const struct object *object)
{
	g_autoptr(GString) path = g_string_new(NULL);
	const struct storage *first = store->storages->pdata[0];
	const struct storage *storage = object->storage;

	for (; object->parent; object = object->parent) {
		g_string_prepend(path, object->name);
		g_string_prepend_c(path, '/');
	}
	if (storage != first) {
		g_string_prepend_c(path, ':');
		g_string_prepend(path, storage->label);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

static void
give_handle(struct store *store, struct object *object)
{
	object->handle = ++store->last_handle;
	g_hash_table_insert(store->by_handle, GUINT_TO_POINTER(object->handle), object);
}

struct object *
store_add(struct store *store, struct object *parent, const char *name, guint16 format)
{
	struct object *object = object_new(parent->storage, name, format);

	object->parent = parent;
	g_ptr_array_add(parent->children, object);
	give_handle(store, object);
	changes_note(store->changes, object);
	store->created_count++;
	return object;
}

static void
set_storage(struct object *object, struct storage *storage, const struct store *store)
{
	object->storage->used -= storage_round_up(store, object->size);
	object->storage = storage;
	storage->used += storage_round_up(store, object->size);
	for (guint i = 0; object->children && i < object->children->len; i++)
		set_storage(object->children->pdata[i], storage, store);
}

void
store_move(struct store *store, struct object *object, struct object *parent)
{
	guint index;

	if (!g_ptr_array_find(object->parent->children, object, &index))
		return;
	g_ptr_array_steal_index(object->parent->children, index);
	object->parent = parent;
	g_ptr_array_add(parent->children, object);
	changes_note(store->changes, object);
	set_storage(object, parent->storage, store);
}

/* Everything that knows the object or what is in it forgets it. */
static void
forget(struct store *store, struct object *object)
{
	for (guint i = 0; object->children && i < object->children->len; i++)
		forget(store, object->children->pdata[i]);
	g_hash_table_remove(store->by_handle, GUINT_TO_POINTER(object->handle));
	g_ptr_array_remove(store->referrers, object);
	for (guint i = 0; i < store->referrers->len; i++) {
		struct object *referrer = store->referrers->pdata[i];

		while (g_ptr_array_remove(referrer->references, object))
			;
	}
	object->storage->used -= storage_round_up(store, object->size);
	changes_note_gone(store->changes, object);
	store->deleted_count++;
}

void
store_remove(struct store *store, struct object *object)
{
	forget(store, object);
	g_ptr_array_remove(object->parent->children, object);
}

void
store_clear(struct store *store)
{
	for (guint i = 0; i < store->storages->len; i++) {
		struct storage *storage = store->storages->pdata[i];

		while (storage->root->children->len)
			store_remove(store, storage->root->children->pdata[0]);
	}
	changes_begin_anew(store->changes);
}

/* Every other session walks backwards, so that a handle kept too long names something else. */
static void
renumber_below(struct store *store, struct object *folder)
{
	guint count = folder->children->len;

	for (guint i = 0; i < count; i++) {
		guint index = store->sessions % 2 ? count - 1 - i : i;

		give_handle(store, folder->children->pdata[index]);
	}
	for (guint i = 0; i < count; i++) {
		struct object *child = folder->children->pdata[i];

		if (child->children)
			renumber_below(store, child);
	}
}

void
store_renumber(struct store *store)
{
	g_hash_table_remove_all(store->by_handle);
	store->last_handle = store->sessions++ % 5;
	for (guint i = 0; i < store->storages->len; i++)
		renumber_below(store, ((struct storage *)store->storages->pdata[i])->root);
}

void
store_set_references(struct store *store, struct object *object, GPtrArray *references)
{
	g_ptr_array_remove(store->referrers, object);
	g_clear_pointer(&object->references, g_ptr_array_unref);
	object->references = references;
	g_ptr_array_add(store->referrers, object);
}

static void
visit_below(struct object *folder, store_visit_cb visit, gpointer data)
{
	for (guint i = 0; i < folder->children->len; i++) {
		struct object *child = folder->children->pdata[i];

		if (child->is_hidden)
			continue;
		visit(child, data);
		if (child->children)
			visit_below(child, visit, data);
	}
}

void
store_visit(struct store *store, store_visit_cb visit, gpointer data)
{
	for (guint i = 0; i < store->storages->len; i++)
		visit_below(((struct storage *)store->storages->pdata[i])->root, visit, data);
}

guint64
storage_free_bytes(const struct storage *storage)
{
	return storage->used < storage->capacity ? storage->capacity - storage->used : 0;
}

guint64
storage_round_up(const struct store *store, guint64 bytes)
{
	guint64 cluster = MAX(store->profile->cluster_bytes, 1);

	return (bytes + cluster - 1) / cluster * cluster;
}
