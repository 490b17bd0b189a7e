/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-device: see session-device.h.
 */
#include "engine/session-device.h"

#include <string.h>

#include "base/error.h"

gboolean
session_device_fits(const Device *kept, const Job *job)
{
	return strcmp(kept->address->id, job->address->id) == 0 &&
	       kept->address->bus == job->address->bus &&
	       kept->address->address == job->address->address &&
	       g_strcmp0(kept->lane_name, job->lane) == 0;
}

/* From now on messages call the device what its owner calls it. */
static void
name_device(Device *device, const DeviceInfo *info)
{
	const char *name = info->friendly_name[0] != '\0' ? info->friendly_name : info->model;

	g_free(device->address->name);
	device->address->name = g_strdup(name[0] != '\0' ? name : "the device");
}

static gboolean
look(Device *device, Planning *planning, GError **error)
{
	if (!device_load_info(device, &planning->info, error))
		return FALSE;
	name_device(device, &planning->info);
	planning->inventory = inventory_new();
	planning->inventory->wants_unique_names = planning->info.wants_unique_names;
	if (!device_load_storages(device, planning->inventory->storages, error))
		return FALSE;
	if (planning->inventory->storages->len > 0)
		return TRUE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_LOCKED,
			    "unlock the device's screen and allow file transfer");
	return FALSE;
}

/* It may have gone to sleep while nobody asked anything: that is no failure. */
static gboolean
go_on(Device *device, Planning *planning)
{
	g_autoptr(GError) error = NULL;

	if (look(device, planning, &error))
		return TRUE;
	g_debug("opened again: %s", error->message);
	planning_clear(planning);
	device_close(device);
	return FALSE;
}

gboolean
session_device_open(Device *device, gboolean was_kept, Planning *planning, GError **error)
{
	return (was_kept && go_on(device, planning)) ||
	       (device_open(device, planning->cancellable, error) && look(device, planning, error));
}
