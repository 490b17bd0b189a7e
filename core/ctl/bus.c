/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bus: see bus.h.
 */
#include "ctl/bus.h"

#include <string.h>

#include "base/error.h"

#define BUS_NAME "org.portamento.Sync1"
#define MANAGER_PATH "/org/portamento/Sync1"
#define TIMEOUT_MS 60000

static GDBusConnection *
get_bus(Ctl *ctl, GError **error)
{
	if (ctl->bus == NULL)
		ctl->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, error);
	if (ctl->bus != NULL)
		g_dbus_connection_set_exit_on_close(ctl->bus, FALSE);
	return ctl->bus;
}

static GVariant *
call(Ctl *ctl, const char *path, const char *interface, const char *method, GVariant *parameters,
     const char *reply_type, int *status)
{
	g_autoptr(GVariant) owned = parameters == NULL ? NULL : g_variant_ref_sink(parameters);
	g_autoptr(GError) error = NULL;
	GVariant *reply = NULL;

	error_register_dbus();
	if (get_bus(ctl, &error) != NULL)
		reply = g_dbus_connection_call_sync(ctl->bus, BUS_NAME, path, interface, method,
						    owned, G_VARIANT_TYPE(reply_type),
						    G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL,
						    &error);
	if (reply != NULL)
		return reply;
	if (status == NULL)
		return NULL;
	*status = exit_status_of(error_code(error));
	g_dbus_error_strip_remote_error(error);
	ctl_complain("%s", error->message);
	return NULL;
}

GVariant *
bus_call_manager(Ctl *ctl, const char *method, GVariant *parameters, const char *reply_type,
		 int *status)
{
	return call(ctl, MANAGER_PATH, BUS_NAME ".Manager", method, parameters, reply_type, status);
}

/* The C API has no paths: the object is the one that has this id. */
static char *
find_path(Ctl *ctl, const char *id, int *status)
{
	g_autoptr(GVariant) reply = call(ctl, MANAGER_PATH, "org.freedesktop.DBus.ObjectManager",
					 "GetManagedObjects", NULL, "(a{oa{sa{sv}}})", status);
	g_autoptr(GVariantIter) objects = NULL;
	const char *path;
	GVariant *interfaces;

	if (reply == NULL)
		return NULL;
	g_variant_get(reply, "(a{oa{sa{sv}}})", &objects);
	while (g_variant_iter_next(objects, "{&o@a{sa{sv}}}", &path, &interfaces)) {
		g_autoptr(GVariant) owned = interfaces;
		g_autoptr(GVariant)
			properties = g_variant_lookup_value(owned, BUS_NAME ".Device", NULL);
		const char *found;
		if (properties != NULL && g_variant_lookup(properties, "Id", "&s", &found) &&
		    strcmp(found, id) == 0)
			return g_strdup(path);
	}
	*status = EXIT_NO_DEVICE;
	ctl_complain("the device is not known any more");
	return NULL;
}

GVariant *
bus_call_device(Ctl *ctl, PortaDevice *device, const char *method, GVariant *parameters,
		const char *reply_type, int *status)
{
	g_autoptr(GVariant) owned = parameters == NULL ? NULL : g_variant_ref_sink(parameters);
	g_autofree char *path =
		find_path(ctl, porta_device_get_string(device, PORTA_KEY_DEVICE_ID), status);

	if (path == NULL)
		return NULL;
	return call(ctl, path, BUS_NAME ".Device", method, owned, reply_type, status);
}
