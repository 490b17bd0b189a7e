/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-snapshot: see device-snapshot.h. Values are kept as they came over the
 * bus, once their type was checked, and read by key through one table.
 */
#include "client/device-snapshot.h"

#include <string.h>

typedef enum {
	PROPERTY_ID,
	PROPERTY_FRIENDLY_NAME,
	PROPERTY_DEVICE_NAME,
	PROPERTY_SERIAL_NUMBER,
	PROPERTY_CONNECTED,
	PROPERTY_STATUS,
	PROPERTY_OWNER,
	PROPERTY_SYNC_STATE,
	PROPERTY_DETAIL,
	PROPERTY_DETAIL_TEXT,
	PROPERTY_PROGRESS,
	PROPERTY_STORAGES,
	PROPERTY_SYNC_ITEM_COUNT,
	PROPERTY_SETTINGS,
	PROPERTY_LAST_SYNC,
	PROPERTY_HELD_REMOVALS,
	PROPERTY_HELD_TOKEN,
	PROPERTY_SKIPPED_FILES,
	PROPERTY_SKIP_COUNT,
	N_PROPERTIES
} Property;

static const struct {
	const char *name;
	const char *type;
	unsigned group;
} properties[N_PROPERTIES] = {
	[PROPERTY_ID] = {"Id", "s", DEVICE_STATUS},
	[PROPERTY_FRIENDLY_NAME] = {"FriendlyName", "s", DEVICE_STATUS},
	[PROPERTY_DEVICE_NAME] = {"DeviceName", "s", DEVICE_STATUS},
	[PROPERTY_SERIAL_NUMBER] = {"SerialNumber", "s", DEVICE_STATUS},
	[PROPERTY_CONNECTED] = {"Connected", "b", DEVICE_CONNECTION},
	[PROPERTY_STATUS] = {"Status", "i", DEVICE_STATUS},
	[PROPERTY_OWNER] = {"Owner", "s", DEVICE_STATUS},
	[PROPERTY_SYNC_STATE] = {"SyncState", "i", DEVICE_STATE},
	[PROPERTY_DETAIL] = {"Detail", "i", DEVICE_STATE},
	[PROPERTY_DETAIL_TEXT] = {"DetailText", "s", DEVICE_STATE},
	[PROPERTY_PROGRESS] = {"Progress", "(uttuustx)", DEVICE_PROGRESS},
	[PROPERTY_STORAGES] = {"Storages", "a(sstttt)", DEVICE_STATUS},
	[PROPERTY_SYNC_ITEM_COUNT] = {"SyncItemCount", "u", DEVICE_STATUS},
	[PROPERTY_SETTINGS] = {"Settings", "a{sv}", DEVICE_STATUS},
	[PROPERTY_LAST_SYNC] = {"LastSync", "a{sv}", DEVICE_STATUS},
	[PROPERTY_HELD_REMOVALS] = {"HeldRemovals", "u", DEVICE_STATUS},
	[PROPERTY_HELD_TOKEN] = {"HeldToken", "s", DEVICE_STATUS},
	[PROPERTY_SKIPPED_FILES] = {"SkippedFiles", "u", DEVICE_STATUS},
	[PROPERTY_SKIP_COUNT] = {"SkipCount", "u", DEVICE_STATUS},
};

/* Where a key's value stands in its property. */
typedef enum {
	PLAIN,
	MEMBER, /* of a structure, at index */
	SUM, /* of the members at index, over an array of structures */
	ENTRY, /* of a dictionary, by name */
} Place;

static const struct {
	int32_t key;
	Property property;
	Place place;
	unsigned index;
	const char *name;
} keys[] = {
	{PORTA_KEY_DEVICE_ID, PROPERTY_ID, PLAIN, 0, NULL},
	{PORTA_KEY_FRIENDLY_NAME, PROPERTY_FRIENDLY_NAME, PLAIN, 0, NULL},
	{PORTA_KEY_DEVICE_NAME, PROPERTY_DEVICE_NAME, PLAIN, 0, NULL},
	{PORTA_KEY_SERIAL_NUMBER, PROPERTY_SERIAL_NUMBER, PLAIN, 0, NULL},
	{PORTA_KEY_CONNECTED, PROPERTY_CONNECTED, PLAIN, 0, NULL},
	{PORTA_KEY_STATUS, PROPERTY_STATUS, PLAIN, 0, NULL},
	{PORTA_KEY_SYNC_STATE, PROPERTY_SYNC_STATE, PLAIN, 0, NULL},
	{PORTA_KEY_DETAIL, PROPERTY_DETAIL, PLAIN, 0, NULL},
	{PORTA_KEY_DETAIL_TEXT, PROPERTY_DETAIL_TEXT, PLAIN, 0, NULL},
	{PORTA_KEY_PROGRESS, PROPERTY_PROGRESS, MEMBER, 0, NULL},
	{PORTA_KEY_DONE_BYTES, PROPERTY_PROGRESS, MEMBER, 1, NULL},
	{PORTA_KEY_TOTAL_BYTES, PROPERTY_PROGRESS, MEMBER, 2, NULL},
	{PORTA_KEY_DONE_ITEMS, PROPERTY_PROGRESS, MEMBER, 3, NULL},
	{PORTA_KEY_TOTAL_ITEMS, PROPERTY_PROGRESS, MEMBER, 4, NULL},
	{PORTA_KEY_ITEM, PROPERTY_PROGRESS, MEMBER, 5, NULL},
	{PORTA_KEY_RATE, PROPERTY_PROGRESS, MEMBER, 6, NULL},
	{PORTA_KEY_TIME_LEFT, PROPERTY_PROGRESS, MEMBER, 7, NULL},
	{PORTA_KEY_CAPACITY_BYTES, PROPERTY_STORAGES, SUM, 2, NULL},
	{PORTA_KEY_FREE_BYTES, PROPERTY_STORAGES, SUM, 3, NULL},
	{PORTA_KEY_RESERVED_BYTES, PROPERTY_STORAGES, SUM, 4, NULL},
	{PORTA_KEY_OURS_BYTES, PROPERTY_STORAGES, SUM, 5, NULL},
	{PORTA_KEY_SYNC_ITEM_COUNT, PROPERTY_SYNC_ITEM_COUNT, PLAIN, 0, NULL},
	{PORTA_KEY_HELD_REMOVALS, PROPERTY_HELD_REMOVALS, PLAIN, 0, NULL},
	{PORTA_KEY_HELD_TOKEN, PROPERTY_HELD_TOKEN, PLAIN, 0, NULL},
	{PORTA_KEY_SKIPPED_FILES, PROPERTY_SKIPPED_FILES, PLAIN, 0, NULL},
	{PORTA_KEY_SKIP_COUNT, PROPERTY_SKIP_COUNT, PLAIN, 0, NULL},
	{PORTA_KEY_LAST_SYNC_TIME, PROPERTY_LAST_SYNC, ENTRY, 0, "Time"},
	{PORTA_KEY_LAST_SYNC_RESULT, PROPERTY_LAST_SYNC, ENTRY, 0, "Result"},
	{PORTA_KEY_LAST_SYNC_TEXT, PROPERTY_LAST_SYNC, ENTRY, 0, "Text"},
	{PORTA_KEY_LAST_SYNC_COPIED, PROPERTY_LAST_SYNC, ENTRY, 0, "Copied"},
	{PORTA_KEY_LAST_SYNC_REMOVED, PROPERTY_LAST_SYNC, ENTRY, 0, "Removed"},
	{PORTA_KEY_LAST_SYNC_REPLACED, PROPERTY_LAST_SYNC, ENTRY, 0, "Replaced"},
	{PORTA_KEY_LAST_SYNC_RENAMED, PROPERTY_LAST_SYNC, ENTRY, 0, "Renamed"},
	{PORTA_KEY_LAST_SYNC_RETAGGED, PROPERTY_LAST_SYNC, ENTRY, 0, "Retagged"},
	{PORTA_KEY_LAST_SYNC_PLAYLISTS, PROPERTY_LAST_SYNC, ENTRY, 0, "Playlists"},
	{PORTA_KEY_LAST_SYNC_ERROR_COUNT, PROPERTY_LAST_SYNC, ENTRY, 0, "ErrorCount"},
	{PORTA_KEY_LAST_SYNC_NO_FIT_COUNT, PROPERTY_LAST_SYNC, ENTRY, 0, "NoFitCount"},
	{PORTA_KEY_OWNER, PROPERTY_OWNER, PLAIN, 0, NULL},
};

struct PortaDevice {
	gint references; /* atomic */
	GVariant *values[N_PROPERTIES]; /* NULL: the helper did not tell */
};

static void
set_value(PortaDevice *device, Property property, GVariant *value)
{
	/* A value that is a tree of others drops them when somebody compares it; strings that a
	 * getter lent would go with them. So it becomes one run of bytes now. */
	g_variant_get_data(value);
	g_clear_pointer(&device->values[property], g_variant_unref);
	device->values[property] = g_variant_ref_sink(value);
}

static void
set_values(PortaDevice *device, GVariant *changes)
{
	for (Property i = 0; i < N_PROPERTIES; i++) {
		g_autoptr(GVariant) value = g_variant_lookup_value(
			changes, properties[i].name, G_VARIANT_TYPE(properties[i].type));
		if (value != NULL)
			set_value(device, i, value);
	}
}

static PortaDevice *
device_copy(PortaDevice *device)
{
	PortaDevice *copy = g_new0(PortaDevice, 1);

	copy->references = 1;
	for (Property i = 0; device != NULL && i < N_PROPERTIES; i++) {
		if (device->values[i] != NULL)
			copy->values[i] = g_variant_ref(device->values[i]);
	}
	return copy;
}

PortaDevice *
device_new(GVariant *values)
{
	PortaDevice *device = device_copy(NULL);

	set_values(device, values);
	if (device->values[PROPERTY_ID] != NULL)
		return device;
	return porta_device_free(device);
}

PortaDevice *
device_new_changed(PortaDevice *device, GVariant *changes)
{
	PortaDevice *changed = device_copy(device);

	set_values(changed, changes);
	return changed;
}

PortaDevice *
device_new_gone(PortaDevice *device)
{
	PortaDevice *gone = device_copy(device);

	set_value(gone, PROPERTY_CONNECTED, g_variant_new_boolean(FALSE));
	set_value(gone, PROPERTY_SYNC_STATE, g_variant_new_int32(PORTA_SYNC_UNKNOWN));
	set_value(gone, PROPERTY_DETAIL, g_variant_new_int32(PORTA_DETAIL_NONE));
	set_value(gone, PROPERTY_DETAIL_TEXT, g_variant_new_string(""));
	g_clear_pointer(&gone->values[PROPERTY_PROGRESS], g_variant_unref);
	return gone;
}

PortaDevice *
device_ref(PortaDevice *device)
{
	g_atomic_int_inc(&device->references);
	return device;
}

void
device_unref(PortaDevice *device)
{
	porta_device_free(device);
}

PortaDevice *
porta_device_free(PortaDevice *device)
{
	if (device == NULL || !g_atomic_int_dec_and_test(&device->references))
		return NULL;
	for (Property i = 0; i < N_PROPERTIES; i++)
		g_clear_pointer(&device->values[i], g_variant_unref);
	g_free(device);
	return NULL;
}

const char *
device_get_id(PortaDevice *device)
{
	return g_variant_get_string(device->values[PROPERTY_ID], NULL);
}

gboolean
device_is_connected(PortaDevice *device)
{
	GVariant *value = device->values[PROPERTY_CONNECTED];

	return value != NULL && g_variant_get_boolean(value);
}

unsigned
device_compare(PortaDevice *before, PortaDevice *after)
{
	unsigned groups = 0;

	for (Property i = 0; i < N_PROPERTIES; i++) {
		GVariant *a = before->values[i];
		GVariant *b = after->values[i];
		if (a == b || (a != NULL && b != NULL && g_variant_equal(a, b)))
			continue;
		groups |= properties[i].group;
	}
	return groups;
}

static gboolean
read_number(GVariant *value, int64_t *out)
{
	switch (g_variant_classify(value)) {
	case G_VARIANT_CLASS_BOOLEAN: *out = g_variant_get_boolean(value); return TRUE;
	case G_VARIANT_CLASS_INT32: *out = g_variant_get_int32(value); return TRUE;
	case G_VARIANT_CLASS_UINT32: *out = g_variant_get_uint32(value); return TRUE;
	case G_VARIANT_CLASS_INT64: *out = g_variant_get_int64(value); return TRUE;
	case G_VARIANT_CLASS_UINT64:
		*out = (int64_t)MIN(g_variant_get_uint64(value), (guint64)G_MAXINT64);
		return TRUE;
	default: return FALSE;
	}
}

static int64_t
sum_members(GVariant *array, unsigned index)
{
	guint64 sum = 0;

	for (gsize i = 0; i < g_variant_n_children(array); i++) {
		g_autoptr(GVariant) structure = g_variant_get_child_value(array, i);
		guint64 number = 0;
		g_variant_get_child(structure, index, "t", &number);
		sum += MIN(number, (guint64)G_MAXINT64 - sum);
	}
	return (int64_t)sum;
}

/* The value behind a key, but for sums; NULL if the device lacks it. */
static GVariant *
find_value(PortaDevice *device, gsize row)
{
	GVariant *value = device->values[keys[row].property];

	if (value == NULL)
		return NULL;
	switch (keys[row].place) {
	case MEMBER: return g_variant_get_child_value(value, keys[row].index);
	case ENTRY: return g_variant_lookup_value(value, keys[row].name, NULL);
	default: return g_variant_ref(value);
	}
}

static gboolean
find_key(int32_t key, gsize *row)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (keys[i].key == key) {
			*row = i;
			return TRUE;
		}
	}
	return FALSE;
}

const char *
porta_device_get_string(PortaDevice *device, int32_t key)
{
	gsize row;

	if (device == NULL || !find_key(key, &row) || keys[row].place == SUM)
		return NULL;
	g_autoptr(GVariant) value = find_value(device, row);
	if (value == NULL || !g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
		return NULL;
	const char *string = g_variant_get_string(value, NULL);
	return key == PORTA_KEY_OWNER && string[0] == '\0' ? NULL : string;
}

int64_t
porta_device_get_number(PortaDevice *device, int32_t key)
{
	gsize row;
	int64_t number = -1;

	if (device == NULL || !find_key(key, &row))
		return -1;
	g_autoptr(GVariant) value = find_value(device, row);
	if (value == NULL)
		return -1;
	if (keys[row].place == SUM)
		return sum_members(value, keys[row].index);
	return read_number(value, &number) ? number : -1;
}

static GVariant *
find_setting(PortaDevice *device, const char *name)
{
	if (device == NULL || name == NULL || device->values[PROPERTY_SETTINGS] == NULL)
		return NULL;
	return g_variant_lookup_value(device->values[PROPERTY_SETTINGS], name, NULL);
}

const char *
porta_device_get_setting_string(PortaDevice *device, const char *name)
{
	g_autoptr(GVariant) value = find_setting(device, name);

	if (value == NULL || !g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
		return NULL;
	return g_variant_get_string(value, NULL);
}

int64_t
porta_device_get_setting_number(PortaDevice *device, const char *name)
{
	g_autoptr(GVariant) value = find_setting(device, name);
	int64_t number = -1;

	if (value == NULL || !read_number(value, &number))
		return -1;
	return number;
}
