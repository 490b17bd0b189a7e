/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on the cable and the screen of a device: is it there, is it locked, how fast is it. */
#include <gio/gio.h>

#include "commands.h"
#include "json.h"

static gboolean
read_number_argument(const struct command *command, guint64 *number, GError **error)
{
	if (parse_size(command->arguments[0], number))
		return TRUE;
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "not a number: “%s”",
		    command->arguments[0]);
	return FALSE;
}

gboolean
command_info(struct command *command, GError **error)
{
	const struct device *device = command->device;
	GString *json = command->json;

	(void)error;
	json_add_string(json, "name", device->name);
	json_add_string(json, "serial", device->profile->serial);
	json_add_flag(json, "plugged", usb_port_is_plugged(device->port));
	json_add_number(json, "bus", 1);
	json_add_number(json, "address", device->identity.address);
	json_add_number(json, "vendor_id", device->profile->vendor_id);
	json_add_number(json, "product_id", device->profile->product_id);
	json_add_string(json, "friendly_name", device->profile->friendly_name);
	json_add_string(json, "sync_partner", device->profile->sync_partner);
	if (device->store)
		json_add_flag(json, "locked", device->store->is_locked);
	return TRUE;
}

gboolean
command_plug(struct command *command, GError **error)
{
	if (!device_plug(command->device, error))
		return FALSE;
	json_add_number(command->json, "address", command->device->identity.address);
	return TRUE;
}

gboolean
command_unplug(struct command *command, GError **error)
{
	(void)error;
	device_unplug(command->device);
	return TRUE;
}

gboolean
command_replug(struct command *command, GError **error)
{
	device_unplug(command->device);
	return command_plug(command, error);
}

gboolean
command_lock(struct command *command, GError **error)
{
	(void)error;
	command->device->store->is_locked = TRUE;
	return TRUE;
}

/* A phone that is allowed to show its files comes back as a new device. */
gboolean
command_unlock(struct command *command, GError **error)
{
	command->device->store->is_locked = FALSE;
	if (!usb_port_is_plugged(command->device->port))
		return TRUE;
	return command_replug(command, error);
}

gboolean
command_hold(struct command *command, GError **error)
{
	(void)error;
	usb_port_set_held(command->device->port, TRUE);
	return TRUE;
}

gboolean
command_release(struct command *command, GError **error)
{
	(void)error;
	usb_port_set_held(command->device->port, FALSE);
	return TRUE;
}

gboolean
command_latency(struct command *command, GError **error)
{
	return read_number_argument(command, &command->device->profile->latency_us, error);
}

gboolean
command_bandwidth(struct command *command, GError **error)
{
	guint64 bandwidth;

	if (!read_number_argument(command, &bandwidth, error))
		return FALSE;
	command->device->profile->bandwidth = bandwidth;
	usb_port_set_bandwidth(command->device->port, bandwidth);
	return TRUE;
}

gboolean
command_quit(struct command *command, GError **error)
{
	(void)error;
	g_main_loop_quit(command->player->loop);
	return TRUE;
}
