/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mirror: see mirror.h.
 */
#include "client/mirror.h"

#include "client/device-snapshot.h"

#define DEVICE_INTERFACE "org.portamento.Sync1.Device"

struct Mirror {
	PortaClient *client; /* no-ref */
	GHashTable *devices; /* object path to PortaDevice */
};

static const struct {
	unsigned group;
	int32_t event;
} group_events[] = {
	{DEVICE_STATUS, PORTA_EVENT_DEVICE_STATUS_CHANGED},
	{DEVICE_STATE, PORTA_EVENT_SYNC_STATE_CHANGED},
	{DEVICE_PROGRESS, PORTA_EVENT_PROGRESS},
};

Mirror *
mirror_new(PortaClient *client)
{
	Mirror *mirror = g_new0(Mirror, 1);

	mirror->client = client;
	mirror->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						(GDestroyNotify)device_unref);
	return mirror;
}

void
mirror_free(Mirror *mirror)
{
	g_hash_table_unref(mirror->devices);
	g_free(mirror);
}

static void
tell(Mirror *mirror, int32_t type, PortaDevice *device, EventChange change)
{
	PortaEvent *event = event_new(type, device);

	event_set_change(event, change);
	client_take_event(mirror->client, event);
}

static void
tell_difference(Mirror *mirror, PortaDevice *before, PortaDevice *after)
{
	unsigned groups = device_compare(before, after);

	if (groups & DEVICE_CONNECTION)
		tell(mirror,
		     device_is_connected(after) ? PORTA_EVENT_DEVICE_CONNECTED
						: PORTA_EVENT_DEVICE_DISCONNECTED,
		     after, EVENT_SET_DEVICE);
	for (gsize i = 0; i < G_N_ELEMENTS(group_events); i++) {
		if (groups & group_events[i].group)
			tell(mirror, group_events[i].event, after, EVENT_SET_DEVICE);
	}
}

static void
tell_new(Mirror *mirror, PortaDevice *device)
{
	tell(mirror,
	     device_is_connected(device) ? PORTA_EVENT_DEVICE_CONNECTED
					 : PORTA_EVENT_DEVICE_STATUS_CHANGED,
	     device, EVENT_SET_DEVICE);
}

/* Takes device over. */
static void
set_device(Mirror *mirror, const char *path, PortaDevice *device)
{
	PortaDevice *before = g_hash_table_lookup(mirror->devices, path);

	if (before == NULL)
		tell_new(mirror, device);
	else
		tell_difference(mirror, before, device);
	g_hash_table_replace(mirror->devices, g_strdup(path), device);
}

static void
tell_forgotten(Mirror *mirror, PortaDevice *device)
{
	PortaDevice *gone = device_new_gone(device);

	tell(mirror,
	     device_is_connected(device) ? PORTA_EVENT_DEVICE_DISCONNECTED
					 : PORTA_EVENT_DEVICE_STATUS_CHANGED,
	     gone, EVENT_FORGET_DEVICE);
	porta_device_free(gone);
}

void
mirror_add(Mirror *mirror, const char *path, GVariant *interfaces)
{
	g_autoptr(GVariant) properties =
		g_variant_lookup_value(interfaces, DEVICE_INTERFACE, G_VARIANT_TYPE_VARDICT);

	if (properties == NULL)
		return;
	PortaDevice *device = device_new(properties);
	if (device != NULL)
		set_device(mirror, path, device);
}

void
mirror_remove(Mirror *mirror, const char *path, GVariant *interfaces)
{
	g_autofree const char **names = g_variant_get_strv(interfaces, NULL);
	PortaDevice *device = mirror_get(mirror, path);

	if (device == NULL || !g_strv_contains(names, DEVICE_INTERFACE))
		return;
	tell_forgotten(mirror, device);
	g_hash_table_remove(mirror->devices, path);
}

void
mirror_change(Mirror *mirror, const char *path, GVariant *properties)
{
	PortaDevice *device = mirror_get(mirror, path);

	if (device != NULL)
		set_device(mirror, path, device_new_changed(device, properties));
}

static void
forget_absent(Mirror *mirror, GHashTable *present)
{
	GHashTableIter iter;
	gpointer path, device;

	g_hash_table_iter_init(&iter, mirror->devices);
	while (g_hash_table_iter_next(&iter, &path, &device)) {
		if (g_hash_table_contains(present, path))
			continue;
		tell_forgotten(mirror, device);
		g_hash_table_iter_remove(&iter);
	}
}

void
mirror_load(Mirror *mirror, GVariant *objects)
{
	g_autoptr(GHashTable)
		present = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GVariantIter iter;
	const char *path;
	GVariant *interfaces;

	g_variant_iter_init(&iter, objects);
	while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces)) {
		mirror_add(mirror, path, interfaces);
		g_hash_table_add(present, g_strdup(path));
	}
	forget_absent(mirror, present);
}

void
mirror_lose(Mirror *mirror)
{
	GHashTableIter iter;
	gpointer device;

	g_hash_table_iter_init(&iter, mirror->devices);
	while (g_hash_table_iter_next(&iter, NULL, &device)) {
		if (!device_is_connected(device))
			continue;
		PortaDevice *gone = device_new_gone(device);
		tell(mirror, PORTA_EVENT_DEVICE_DISCONNECTED, gone, EVENT_SET_DEVICE);
		g_hash_table_iter_replace(&iter, gone);
	}
}

PortaDevice *
mirror_get(Mirror *mirror, const char *path)
{
	return g_hash_table_lookup(mirror->devices, path);
}

const char *
mirror_find_path(Mirror *mirror, const char *device_id)
{
	GHashTableIter iter;
	gpointer path, device;

	g_hash_table_iter_init(&iter, mirror->devices);
	while (g_hash_table_iter_next(&iter, &path, &device)) {
		if (g_strcmp0(device_get_id(device), device_id) == 0)
			return path;
	}
	return NULL;
}
