/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One emulated device: its flash, what answers for it, and its cable. The flash outlives the cable.
 */
#include "device.h"

static void
on_cable_out(gpointer data)
{
	device_unplug(data);
}

static gboolean
on_replug(gpointer data)
{
	struct device *device = data;
	g_autoptr(GError) error = NULL;

	device->replug_source = 0;
	device_unplug(device);
	if (!device_plug(device, &error))
		g_warning("after its reset: %s", error->message);
	return G_SOURCE_REMOVE;
}

/* The host's request is answered first. */
static gboolean
on_reset(gpointer data)
{
	struct device *device = data;

	if (device->profile->replugs_on_reset && !device->replug_source)
		device->replug_source = g_idle_add(on_replug, device);
	return device->replug_source != 0;
}

static struct device *
finish_device(struct device *device, const char *name, struct testbed *testbed, guint slot)
{
	const struct profile *profile = device->profile;

	device->name = g_strdup(name);
	device->testbed = testbed;
	device->port = usb_port_new(device->backend, on_cable_out, on_reset, device);
	device->backend->port = device->port;
	usb_port_set_bandwidth(device->port, profile->bandwidth);
	usb_descriptors(profile, device->descriptors);
	device->identity = (struct usb_identity){
		.slot = slot,
		.vendor_id = profile->vendor_id,
		.product_id = profile->product_id,
		.manufacturer = profile->manufacturer,
		.product = profile->product,
		.serial = profile->serial,
		.is_listed = profile->is_listed,
		.descriptors = device->descriptors,
		.descriptors_length = DESCRIPTORS_LENGTH,
	};
	return device;
}

struct device *
device_new(const char *name, struct profile *profile, struct testbed *testbed, guint slot)
{
	struct device *device = g_new0(struct device, 1);

	device->profile = profile;
	device->store = store_new(profile);
	device->responder = responder_new(profile, device->store);
	device->backend = &device->responder->backend;
	device->statistics = &device->responder->statistics;
	return finish_device(device, name, testbed, slot);
}

struct device *
device_new_for_gadget(const char *name, struct profile *profile, struct gadget *gadget,
		      struct testbed *testbed, guint slot)
{
	struct device *device = g_new0(struct device, 1);

	device->profile = profile;
	device->backend = gadget_get_backend(gadget);
	device->statistics = gadget_get_statistics(gadget);
	return finish_device(device, name, testbed, slot);
}

void
device_free(struct device *device)
{
	g_clear_handle_id(&device->replug_source, g_source_remove);
	usb_port_free(device->port);
	device->backend->class->free(device->backend);
	if (device->store)
		store_free(device->store);
	profile_free(device->profile);
	g_free(device->name);
	g_free(device);
}

gboolean
device_plug(struct device *device, GError **error)
{
	g_autofree char *socket_path = NULL;

	if (usb_port_is_plugged(device->port))
		return TRUE;
	device->identity.address = testbed_next_address(device->testbed);
	socket_path = testbed_socket_path(device->testbed, device->identity.address);
	if (!usb_port_plug(device->port, socket_path, error))
		return FALSE;
	if (testbed_add(device->testbed, &device->identity, error))
		return TRUE;
	usb_port_unplug(device->port);
	return FALSE;
}

void
device_unplug(struct device *device)
{
	if (!usb_port_is_plugged(device->port))
		return;
	usb_port_unplug(device->port);
	testbed_remove(device->testbed, &device->identity);
}
