/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * discovery: libusb's hotplug in a GMainContext; see discovery.h. libusb tells
 * of arrivals from within its own event handling; they are queued there and
 * looked at afterwards, so that the caller's function may do what it likes.
 */
#include "device/discovery.h"

#include <glib-unix.h>
#include <libmtp.h>
#include <libusb.h>
#include <string.h>

#include "base/error.h"
#include "device/discovery-sysfs.h"

/* The kernel announces a device before its interfaces; they follow within milliseconds. */
#define RETRY_MS 100
#define MAX_RETRIES 20

typedef struct {
	libusb_device *usb; /* a reference */
	gboolean arrived;
	unsigned n_tries;
} Event;

typedef struct {
	DeviceAddress *address;
	char *port; /* "1-4.2" */
} Found;

struct Discovery {
	libusb_context *usb;
	libusb_hotplug_callback_handle callback;
	GMainContext *context;
	GHashTable *sources; /* fd to GSource */
	GSource *retry; /* NULL unless events wait for another look */
	GQueue pending; /* Event */
	GPtrArray *found; /* Found */
	DiscoveryFunc func;
	void *data;
};

static void
free_event(Event *event)
{
	libusb_unref_device(event->usb);
	g_free(event);
}

static void
free_found(Found *found)
{
	device_address_free(found->address);
	g_free(found->port);
	g_free(found);
}

/* As libmtp's table has it, or NULL. */
static const LIBMTP_device_entry_t *
find_entry(uint16_t vendor, uint16_t product)
{
	LIBMTP_device_entry_t *entries = NULL;
	int n = 0;

	LIBMTP_Get_Supported_Devices_List(&entries, &n);
	for (int i = 0; i < n; i++) {
		if (entries[i].vendor_id == vendor && entries[i].product_id == product)
			return &entries[i];
	}
	return NULL;
}

static gboolean
has_id(const Discovery *discovery, const char *id)
{
	for (guint i = 0; i < discovery->found->len; i++) {
		const Found *found = g_ptr_array_index(discovery->found, i);

		if (g_str_equal(found->address->id, id))
			return TRUE;
	}
	return FALSE;
}

static char *
make_id(const Discovery *discovery, uint16_t vendor, uint16_t product, const char *serial)
{
	g_autofree char *wanted = *serial ? g_strdup_printf("%04x-%04x-%s", vendor, product, serial)
					  : g_strdup_printf("%04x-%04x", vendor, product);

	g_strcanon(wanted, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
	char *id = g_strdup(wanted);
	for (int i = 2; has_id(discovery, id); i++) {
		g_free(id);
		id = g_strdup_printf("%s-%d", wanted, i);
	}
	return id;
}

static char *
make_name(const char *port, const LIBMTP_device_entry_t *entry)
{
	char *product = sysfs_read(port, "product");

	if (*product != '\0')
		return product;
	g_free(product);
	if (entry != NULL)
		return g_strdup_printf("%s %s", entry->vendor, entry->product);
	return g_strdup("MTP device");
}

static void
forget(Discovery *discovery, guint index)
{
	Found *found = g_ptr_array_steal_index(discovery->found, index);

	discovery->func(found->address, FALSE, discovery->data);
	free_found(found);
}

static void
remember(Discovery *discovery, libusb_device *usb, char *port, uint16_t vendor, uint16_t product)
{
	Found *found = g_new0(Found, 1);
	DeviceAddress *address = g_new0(DeviceAddress, 1);

	address->bus = libusb_get_bus_number(usb);
	address->address = libusb_get_device_address(usb);
	address->vendor = vendor;
	address->product = product;
	address->serial = sysfs_read(port, "serial");
	address->name = make_name(port, find_entry(vendor, product));
	address->id = make_id(discovery, vendor, product, address->serial);
	found->address = address;
	found->port = port;
	g_ptr_array_add(discovery->found, found);
	discovery->func(address, TRUE, discovery->data);
}

/* A device that comes back (a phone, once unlocked) may be told before it is told gone. */
static void
forget_port(Discovery *discovery, const char *port)
{
	for (guint i = 0; i < discovery->found->len; i++) {
		const Found *found = g_ptr_array_index(discovery->found, i);

		if (g_str_equal(found->port, port)) {
			forget(discovery, i);
			return;
		}
	}
}

/* FALSE: ask again later. */
static gboolean
take_arrival(Discovery *discovery, libusb_device *usb)
{
	struct libusb_device_descriptor descriptor;
	unsigned char ports[8];
	int n_ports = libusb_get_port_numbers(usb, ports, sizeof(ports));

	if (n_ports <= 0 || libusb_get_device_descriptor(usb, &descriptor) != 0 ||
	    descriptor.bDeviceClass == LIBUSB_CLASS_HUB)
		return TRUE;
	g_autofree char *port = sysfs_device_name(libusb_get_bus_number(usb), ports, n_ports);
	if (find_entry(descriptor.idVendor, descriptor.idProduct) == NULL) {
		SysfsMtp mtp = sysfs_find_mtp_interface(port);

		if (mtp != SYSFS_MTP_YES)
			return mtp == SYSFS_MTP_NO;
	}
	forget_port(discovery, port);
	remember(discovery, usb, g_steal_pointer(&port), descriptor.idVendor, descriptor.idProduct);
	return TRUE;
}

static void
take_departure(Discovery *discovery, libusb_device *usb)
{
	for (guint i = 0; i < discovery->found->len; i++) {
		const Found *found = g_ptr_array_index(discovery->found, i);

		if (found->address->bus == libusb_get_bus_number(usb) &&
		    found->address->address == libusb_get_device_address(usb)) {
			forget(discovery, i);
			return;
		}
	}
}

static gboolean on_retry(void *data);

static void
retry_later(Discovery *discovery)
{
	if (discovery->retry != NULL)
		return;
	discovery->retry = g_timeout_source_new(RETRY_MS);
	g_source_set_callback(discovery->retry, on_retry, discovery, NULL);
	g_source_attach(discovery->retry, discovery->context);
}

/* Works off what libusb told, in order. */
static void
take_events(Discovery *discovery)
{
	GQueue later = G_QUEUE_INIT;
	Event *event;

	while ((event = g_queue_pop_head(&discovery->pending)) != NULL) {
		if (!event->arrived)
			take_departure(discovery, event->usb);
		else if (!take_arrival(discovery, event->usb) && ++event->n_tries < MAX_RETRIES) {
			g_queue_push_tail(&later, event);
			continue;
		}
		free_event(event);
	}
	discovery->pending = later;
	if (later.length > 0)
		retry_later(discovery);
}

static gboolean
on_retry(void *data)
{
	Discovery *discovery = data;

	g_clear_pointer(&discovery->retry, g_source_unref);
	take_events(discovery);
	return G_SOURCE_REMOVE;
}

static int LIBUSB_CALL
on_hotplug(libusb_context *usb, libusb_device *device, libusb_hotplug_event what, void *data)
{
	Discovery *discovery = data;
	Event *event = g_new0(Event, 1);

	event->usb = libusb_ref_device(device);
	event->arrived = what == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED;
	g_queue_push_tail(&discovery->pending, event);
	return 0;
}

static gboolean
on_usb_ready(int fd, GIOCondition condition, void *data)
{
	Discovery *discovery = data;
	struct timeval now = {0, 0};

	libusb_handle_events_timeout_completed(discovery->usb, &now, NULL);
	take_events(discovery);
	return G_SOURCE_CONTINUE;
}

static void LIBUSB_CALL
on_fd_added(int fd, short events, void *data)
{
	Discovery *discovery = data;
	GSource *source = g_unix_fd_source_new(fd, (GIOCondition)events);

	g_source_set_callback(source, G_SOURCE_FUNC(on_usb_ready), discovery, NULL);
	g_source_attach(source, discovery->context);
	g_hash_table_insert(discovery->sources, GINT_TO_POINTER(fd), source);
}

static void LIBUSB_CALL
on_fd_removed(int fd, void *data)
{
	Discovery *discovery = data;

	g_hash_table_remove(discovery->sources, GINT_TO_POINTER(fd));
}

static void
free_source(GSource *source)
{
	g_source_destroy(source);
	g_source_unref(source);
}

static void
watch_usb(Discovery *discovery)
{
	const struct libusb_pollfd **fds = libusb_get_pollfds(discovery->usb);

	for (gsize i = 0; fds != NULL && fds[i] != NULL; i++)
		on_fd_added(fds[i]->fd, fds[i]->events, discovery);
	libusb_free_pollfds(fds);
	libusb_set_pollfd_notifiers(discovery->usb, on_fd_added, on_fd_removed, discovery);
}

static gboolean
start(Discovery *discovery, GError **error)
{
	int code = libusb_init(&discovery->usb);

	if (code == 0)
		code = libusb_hotplug_register_callback(
			discovery->usb,
			LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
			LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY,
			LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug, discovery,
			&discovery->callback);
	if (code == 0)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "looking for USB devices: %s",
		    libusb_strerror(code));
	return FALSE;
}

/* By bus and ports: of two clones the same is first each time. */
static int
compare_ports(const void *a, const void *b, void *data)
{
	libusb_device *first = ((const Event *)a)->usb, *second = ((const Event *)b)->usb;
	unsigned char ports[8] = {0}, other_ports[8] = {0};

	if (libusb_get_bus_number(first) != libusb_get_bus_number(second))
		return libusb_get_bus_number(first) - libusb_get_bus_number(second);
	libusb_get_port_numbers(first, ports, sizeof(ports));
	libusb_get_port_numbers(second, other_ports, sizeof(other_ports));
	return memcmp(ports, other_ports, sizeof(ports));
}

Discovery *
discovery_new(DiscoveryFunc func, void *data, GError **error)
{
	Discovery *discovery = g_new0(Discovery, 1);

	discovery->func = func;
	discovery->data = data;
	discovery->context = g_main_context_ref_thread_default();
	discovery->sources = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)free_source);
	discovery->found = g_ptr_array_new_with_free_func((GDestroyNotify)free_found);
	g_queue_init(&discovery->pending);
	if (!start(discovery, error)) {
		discovery_free(discovery);
		return NULL;
	}
	watch_usb(discovery);
	g_queue_sort(&discovery->pending, compare_ports, NULL);
	take_events(discovery);
	return discovery;
}

void
discovery_free(Discovery *discovery)
{
	if (discovery == NULL)
		return;
	if (discovery->usb != NULL) {
		libusb_set_pollfd_notifiers(discovery->usb, NULL, NULL, NULL);
		if (discovery->callback != 0)
			libusb_hotplug_deregister_callback(discovery->usb, discovery->callback);
	}
	if (discovery->retry != NULL)
		free_source(discovery->retry);
	g_queue_clear_full(&discovery->pending, (GDestroyNotify)free_event);
	g_hash_table_unref(discovery->sources);
	if (discovery->usb != NULL)
		libusb_exit(discovery->usb);
	g_ptr_array_unref(discovery->found);
	g_main_context_unref(discovery->context);
	g_free(discovery);
}
