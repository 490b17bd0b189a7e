/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder that stands for /sys and /dev in the clients, in the layout that umockdev's preload
 * library expects ($UMOCKDEV_DIR). It is written directly rather than through libumockdev: that
 * takes a millisecond, needs no preload in the player itself and never aborts when a client's event
 * socket is full or dead.
 *
 * Law: everything a client may look at exists before the "add" event and until after the "remove".
 */
#include "testbed.h"

#include <ftw.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "uevent.h"
#include "usb-wire.h"

#define HUB "/sys/devices/usb1"
#define USB_MAJOR 189
#define LAST_ADDRESS 127

struct testbed {
	char *root;
	guint last_address;
};

static const guint8 hub_descriptors[] = {
	18, 1, 0,    2, 9, 0, 1,  64,   0x6b, 0x1d, 2, 0, 1, 6, 0, 0, 0, 1, /* device */
	9,  2, 25,   0, 1, 1, 0,  0xe0, 0, /* configuration */
	9,  4, 0,    0, 1, 9, 0,  0,    0, /* interface */
	7,  5, 0x81, 3, 4, 0, 12, /* interrupt endpoint */
};

struct attribute {
	const char *name;
	const char *value;
};

static gboolean
write_file(const struct testbed *testbed, const char *folder, const char *name, const void *data,
	   gssize length)
{
	g_autofree char *path = g_build_filename(testbed->root, folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	return g_mkdir_with_parents(parent, 0755) == 0 &&
	       g_file_set_contents_full(path, data, length, G_FILE_SET_CONTENTS_NONE, 0644, NULL);
}

static gboolean
write_attributes(const struct testbed *testbed, const char *folder,
		 const struct attribute *attributes)
{
	for (; attributes->name; attributes++)
		if (!write_file(testbed, folder, attributes->name, attributes->value, -1))
			return FALSE;
	return TRUE;
}

static gboolean
make_link(const struct testbed *testbed, const char *path, const char *target)
{
	g_autofree char *full = g_strconcat(testbed->root, path, NULL);
	g_autofree char *parent = g_path_get_dirname(full);

	return g_mkdir_with_parents(parent, 0755) == 0 && symlink(target, full) == 0;
}

/* `device` is below /sys/devices. */
static gboolean
link_into_bus(const struct testbed *testbed, const char *device)
{
	g_autofree char *name = g_path_get_basename(device);
	g_autofree char *entry = g_strconcat("/sys/bus/usb/devices/", name, NULL);
	g_autofree char *entry_target = g_strconcat("../../..", device + strlen("/sys"), NULL);
	g_autofree char *subsystem = g_strconcat(device, "/subsystem", NULL);
	g_autoptr(GString) subsystem_target = g_string_new(NULL);

	for (const char *c = device + strlen("/sys"); *c; c++)
		if (*c == '/')
			g_string_append(subsystem_target, "../");
	g_string_append(subsystem_target, "bus/usb");
	return make_link(testbed, entry, entry_target) &&
	       make_link(testbed, subsystem, subsystem_target->str);
}

static gboolean
add_hub(const struct testbed *testbed)
{
	const struct attribute attributes[] = {{"busnum", "1\n"},
					       {"devnum", "1\n"},
					       {"dev", "189:0\n"},
					       {"speed", "480\n"},
					       {"idVendor", "1d6b\n"},
					       {"idProduct", "0002\n"},
					       {"bDeviceClass", "09\n"},
					       {"bConfigurationValue", "1\n"},
					       {"uevent", "DEVTYPE=usb_device\n"},
					       {NULL, NULL}};

	return write_attributes(testbed, HUB, attributes) &&
	       write_file(testbed, HUB, "descriptors", hub_descriptors, sizeof hub_descriptors) &&
	       link_into_bus(testbed, HUB);
}

struct testbed *
testbed_new(GError **error)
{
	static const char *const folders[] = {"sys/bus/usb/devices", "sys/class",
					      "sys/dev/char",        "dev/bus/usb/001",
					      "dev/.node",           WIRE_SOCKET_FOLDER "/001"};
	struct testbed *testbed = g_new0(struct testbed, 1);

	testbed->last_address = 1;
	/* Not below the caller's folder: socket paths are short of room. */
	testbed->root = g_dir_make_tmp("player-XXXXXX", error);
	if (!testbed->root) {
		g_free(testbed);
		return NULL;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = g_build_filename(testbed->root, folders[i], NULL);

		g_mkdir_with_parents(path, 0755);
	}
	if (!add_hub(testbed)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot fill %s", testbed->root);
		testbed_free(testbed);
		return NULL;
	}
	return testbed;
}

static int
remove_entry(const char *path, const struct stat *status, int kind, struct FTW *position)
{
	(void)status;
	(void)kind;
	(void)position;
	return remove(path);
}

static void
remove_tree(const char *path)
{
	nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

void
testbed_free(struct testbed *testbed)
{
	remove_tree(testbed->root);
	g_free(testbed->root);
	g_free(testbed);
}

const char *
testbed_get_root(const struct testbed *testbed)
{
	return testbed->root;
}

guint
testbed_next_address(struct testbed *testbed)
{
	testbed->last_address = testbed->last_address < LAST_ADDRESS ? testbed->last_address + 1
								     : 2;
	return testbed->last_address;
}

char *
testbed_socket_path(const struct testbed *testbed, guint address)
{
	return g_strdup_printf("%s/%s/001/%03u", testbed->root, WIRE_SOCKET_FOLDER, address);
}

static char *
device_path(const struct usb_identity *identity)
{
	return g_strdup_printf("%s/1-%u", HUB, identity->slot);
}

static char *
interface_path(const struct usb_identity *identity)
{
	return g_strdup_printf("%s/1-%u/1-%u:1.0", HUB, identity->slot, identity->slot);
}

static char *
device_uevent(const struct usb_identity *identity)
{
	g_autoptr(GString) text = g_string_new("DEVTYPE=usb_device\n");
	g_autofree char *model = g_strdelimit(g_strdup(identity->product), " ", '_');
	g_autofree char *maker = g_strdelimit(g_strdup(identity->manufacturer), " ", '_');

	g_string_append_printf(text, "DEVNAME=bus/usb/001/%03u\nBUSNUM=001\nDEVNUM=%03u\n",
			       identity->address, identity->address);
	g_string_append_printf(
		text, "MAJOR=%d\nMINOR=%u\nDRIVER=usb\nPRODUCT=%x/%x/100\nTYPE=0/0/0\n", USB_MAJOR,
		identity->address - 1, identity->vendor_id, identity->product_id);
	g_string_append_printf(text, "ID_BUS=usb\nID_VENDOR=%s\nID_MODEL=%s\n", maker, model);
	g_string_append_printf(text, "ID_VENDOR_ID=%04x\nID_MODEL_ID=%04x\n", identity->vendor_id,
			       identity->product_id);
	g_string_append_printf(text, "ID_SERIAL=%s_%s_%s\nID_SERIAL_SHORT=%s\n", maker, model,
			       identity->serial, identity->serial);
	g_string_append(text, "ID_USB_INTERFACES=:060101:\n");
	if (identity->is_listed)
		g_string_append(text, "ID_MTP_DEVICE=1\nID_MEDIA_PLAYER=1\n");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
add_endpoint(const struct testbed *testbed, const char *folder, guint number, const char *type,
	     const char *attributes_hex, const char *packet_hex)
{
	g_autofree char *path = g_strdup_printf("%s/ep_%02x", folder, number);
	g_autofree char *address = g_strdup_printf("%02x\n", number);
	const char *direction = !number ? "both\n" : number & 0x80 ? "in\n" : "out\n";
	const struct attribute attributes[] = {{"bEndpointAddress", address},
					       {"bmAttributes", attributes_hex},
					       {"wMaxPacketSize", packet_hex},
					       {"direction", direction},
					       {"type", type},
					       {"interval", "0ms\n"},
					       {"bInterval", "00\n"},
					       {"bLength", "07\n"},
					       {NULL, NULL}};

	return write_attributes(testbed, path, attributes);
}

static gboolean
add_interface(const struct testbed *testbed, const struct usb_identity *identity)
{
	g_autofree char *path = interface_path(identity);
	g_autofree char *device = device_path(identity);
	const struct attribute attributes[] = {{"bInterfaceNumber", "00\n"},
					       {"bAlternateSetting", " 0\n"},
					       {"bNumEndpoints", "03\n"},
					       {"bInterfaceClass", "06\n"},
					       {"bInterfaceSubClass", "01\n"},
					       {"bInterfaceProtocol", "01\n"},
					       {"interface", "MTP\n"},
					       {"uevent", "DEVTYPE=usb_interface\n"
							  "INTERFACE=6/1/1\n"},
					       {NULL, NULL}};

	return write_attributes(testbed, path, attributes) &&
	       add_endpoint(testbed, device, 0x00, "Control\n", "00\n", "0040\n") &&
	       add_endpoint(testbed, path, 0x81, "Bulk\n", "02\n", "0200\n") &&
	       add_endpoint(testbed, path, 0x02, "Bulk\n", "02\n", "0200\n") &&
	       add_endpoint(testbed, path, 0x83, "Interrupt\n", "03\n", "001c\n") &&
	       link_into_bus(testbed, path);
}

static gboolean
add_device_attributes(const struct testbed *testbed, const struct usb_identity *identity)
{
	g_autofree char *path = device_path(identity);
	g_autofree char *address = g_strdup_printf("%u\n", identity->address);
	g_autofree char *device_number =
		g_strdup_printf("%d:%u\n", USB_MAJOR, identity->address - 1);
	g_autofree char *vendor = g_strdup_printf("%04x\n", identity->vendor_id);
	g_autofree char *product = g_strdup_printf("%04x\n", identity->product_id);
	g_autofree char *maker = g_strconcat(identity->manufacturer, "\n", NULL);
	g_autofree char *name = g_strconcat(identity->product, "\n", NULL);
	g_autofree char *serial = g_strconcat(identity->serial, "\n", NULL);
	g_autofree char *uevent = device_uevent(identity);
	const struct attribute attributes[] = {{"busnum", "1\n"},
					       {"devnum", address},
					       {"dev", device_number},
					       {"speed", "480\n"},
					       {"version", " 2.00\n"},
					       {"idVendor", vendor},
					       {"idProduct", product},
					       {"bcdDevice", "0100\n"},
					       {"bDeviceClass", "00\n"},
					       {"bDeviceSubClass", "00\n"},
					       {"bDeviceProtocol", "00\n"},
					       {"bMaxPacketSize0", "64\n"},
					       {"bNumConfigurations", "1\n"},
					       {"bNumInterfaces", " 1\n"},
					       {"bConfigurationValue", "1\n"},
					       {"manufacturer", maker},
					       {"product", name},
					       {"serial", serial},
					       {"uevent", uevent},
					       {NULL, NULL}};

	return write_attributes(testbed, path, attributes) &&
	       write_file(testbed, path, "descriptors", identity->descriptors,
			  identity->descriptors_length) &&
	       link_into_bus(testbed, path);
}

struct node_paths {
	char *node; /* /dev/bus/usb/001/002 */
	char *node_number; /* umockdev's note of its device number */
	char *sys_dev; /* /sys/dev/char/189:1 */
};

static void
node_paths_init(struct node_paths *paths, guint address)
{
	paths->node = g_strdup_printf("/dev/bus/usb/001/%03u", address);
	paths->node_number = g_strdup_printf("/dev/.node/bus_usb_001_%03u", address);
	paths->sys_dev = g_strdup_printf("/sys/dev/char/%d:%u", USB_MAJOR, address - 1);
}

static void
node_paths_clear(struct node_paths *paths)
{
	g_free(paths->node);
	g_free(paths->node_number);
	g_free(paths->sys_dev);
}

static gboolean
add_node(const struct testbed *testbed, const struct usb_identity *identity)
{
	struct node_paths paths;
	g_autofree char *device = device_path(identity);
	g_autofree char *number = g_strdup_printf("%d:%u", USB_MAJOR, identity->address - 1);
	g_autofree char *sys_dev_target = g_strconcat("../..", device + strlen("/sys"), NULL);
	gboolean ok;

	node_paths_init(&paths, identity->address);
	ok = write_file(testbed, paths.node, NULL, "", 0) &&
	     make_link(testbed, paths.node_number, number) &&
	     make_link(testbed, paths.sys_dev, sys_dev_target);
	node_paths_clear(&paths);
	return ok;
}

static void
announce(const struct testbed *testbed, const char *action, const struct usb_identity *identity)
{
	g_autofree char *device = device_path(identity);
	g_autofree char *interface = interface_path(identity);
	g_autofree char *properties = device_uevent(identity);
	const struct uevent device_event = {action, device + strlen("/sys"), "usb_device",
					    properties};
	const struct uevent interface_event = {action, interface + strlen("/sys"), "usb_interface",
					       "DEVTYPE=usb_interface\nINTERFACE=6/1/1\n"};
	gboolean is_add = strcmp(action, "add") == 0;

	uevent_send(testbed->root, is_add ? &device_event : &interface_event);
	uevent_send(testbed->root, is_add ? &interface_event : &device_event);
}

gboolean
testbed_add(struct testbed *testbed, const struct usb_identity *identity, GError **error)
{
	if (!add_node(testbed, identity) || !add_device_attributes(testbed, identity) ||
	    !add_interface(testbed, identity)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot write below %s",
			    testbed->root);
		return FALSE;
	}
	announce(testbed, "add", identity);
	return TRUE;
}

static void
unlink_below(const struct testbed *testbed, const char *path)
{
	g_autofree char *full = g_strconcat(testbed->root, path, NULL);

	unlink(full);
}

void
testbed_remove(struct testbed *testbed, const struct usb_identity *identity)
{
	struct node_paths paths;
	g_autofree char *device = device_path(identity);
	g_autofree char *full = g_strconcat(testbed->root, device, NULL);
	g_autofree char *bus_device = g_strdup_printf("/sys/bus/usb/devices/1-%u", identity->slot);
	g_autofree char *bus_interface =
		g_strdup_printf("/sys/bus/usb/devices/1-%u:1.0", identity->slot);

	announce(testbed, "remove", identity);
	node_paths_init(&paths, identity->address);
	unlink_below(testbed, bus_interface);
	unlink_below(testbed, bus_device);
	unlink_below(testbed, paths.sys_dev);
	unlink_below(testbed, paths.node_number);
	unlink_below(testbed, paths.node);
	node_paths_clear(&paths);
	remove_tree(full);
}
