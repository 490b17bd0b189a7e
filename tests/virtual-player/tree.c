/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything on a device as JSON, for tests to compare: one object per file or folder, folders
 * before what is in them. The hash of contents that were not kept is null.
 */
#include "tree.h"

#include "json.h"
#include "object.h"
#include "properties.h"

struct printer {
	struct store *store;
	GString *json;
};

static void
print_hash(const struct object *object, GString *json)
{
	g_autofree char *hash = NULL;

	if (object->size && !object->data) {
		json_key(json, "sha256");
		g_string_append(json, "null");
		return;
	}
	hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, object->data, object->size);
	json_add_string(json, "sha256", hash);
}

/* Of an array what is in it, behind its count. */
static void
print_bytes(const char *name, GBytes *value, GString *json)
{
	gsize length;
	const guint8 *bytes = g_bytes_get_data(value, &length);
	g_autofree char *hash =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes + 4, length - 4);

	json_add_string(json, name, hash);
}

static void
print_value(const struct property_value *value, GString *json)
{
	const struct property *property = property_lookup(value->code);
	g_autofree char *text = property ? property_text(property, value->value) : NULL;

	if (property && property->type == TYPE_ARRAY_UINT8)
		print_bytes(property->name, value->value, json);
	if (!text)
		return;
	if (property->type == TYPE_STRING) {
		json_add_string(json, property->name, text);
	} else {
		json_key(json, property->name);
		g_string_append(json, text);
	}
}

static void
print_references(const struct printer *printer, const struct object *object)
{
	GString *json = printer->json;

	json_key(json, "references");
	g_string_append_c(json, '[');
	for (guint i = 0; object->references && i < object->references->len; i++) {
		g_autofree char *path = store_path(printer->store, object->references->pdata[i]);

		json_separate(json);
		json_string(json, path);
	}
	g_string_append_c(json, ']');
}

static void
print_object(struct object *object, gpointer data)
{
	const struct printer *printer = data;
	GString *json = printer->json;
	g_autofree char *path = store_path(printer->store, object);
	g_autofree char *format = g_strdup_printf("0x%04x", object->format);

	json_separate(json);
	g_string_append_c(json, '{');
	json_add_number(json, "handle", object->handle);
	json_add_string(json, "path", path);
	json_add_string(json, "storage", object->storage->label);
	json_add_string(json, "format", format);
	json_add_number(json, "size", object->size);
	if (!object->children)
		print_hash(object, json);
	json_add_string(json, "mtime", object->modified);
	json_add_number(json, "protection", object->protection);
	json_key(json, "properties");
	g_string_append_c(json, '{');
	for (guint i = 0; i < object->values->len; i++)
		print_value(&g_array_index(object->values, struct property_value, i), json);
	g_string_append_c(json, '}');
	print_references(printer, object);
	g_string_append_c(json, '}');
}

void
tree_print(struct store *store, GString *json)
{
	struct printer printer = {store, json};

	g_string_append_c(json, '[');
	store_visit(store, print_object, &printer);
	g_string_append_c(json, ']');
}
