/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gvfs: asks gvfs's mount tracker what is mounted, and knows our device by its
 * serial number in the mount's host, or by its node, which the process that
 * serves the mount has open; see gvfs.h.
 */
#include "device/gvfs.h"

#include "base/error.h"
#include "device/holder.h"

#define TRACKER "org.gtk.vfs.Daemon", "/org/gtk/vfs/mounttracker", "org.gtk.vfs.MountTracker"
#define BUS "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"
#define ASK_MS 2000
#define UNMOUNT_MS 10000
#define RELEASE_MS 3000 /* from the answer until the daemon has closed the device */

typedef struct {
	GVariant *spec; /* what gvfs mounts by */
	char *owner, *path;
	uint32_t pid;
} GvfsMount;

static void
free_mount(GvfsMount *mount)
{
	g_clear_pointer(&mount->spec, g_variant_unref);
	g_free(mount->owner);
	g_free(mount->path);
	g_free(mount);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GvfsMount, free_mount)

/* A connection of our own, or NULL where there is no session bus. None is ever started. */
static GDBusConnection *
connect_bus(GCancellable *cancellable)
{
	const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
	g_autofree char *socket = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);
	g_autofree char *fallback = g_strconcat("unix:path=", socket, NULL);

	if (address == NULL || *address == '\0') {
		if (!g_file_test(socket, G_FILE_TEST_EXISTS))
			return NULL;
		address = fallback;
	}
	return g_dbus_connection_new_for_address_sync(
		address,
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, cancellable, NULL);
}

static GVariant *
ask(GDBusConnection *bus, const char *name, const char *path, const char *interface,
    const char *method, GVariant *parameters, const char *type, GCancellable *cancellable)
{
	return g_dbus_connection_call_sync(bus, name, path, interface, method, parameters,
					   G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
					   ASK_MS, cancellable, NULL);
}

static gboolean
has_gvfs(GDBusConnection *bus, GCancellable *cancellable)
{
	gboolean has = FALSE;
	g_autoptr(GVariant)
		answer = ask(bus, BUS, "NameHasOwner", g_variant_new("(s)", "org.gtk.vfs.Daemon"),
			     "(b)", cancellable);

	if (answer != NULL)
		g_variant_get(answer, "(b)", &has);
	return has;
}

static uint32_t
find_pid(GDBusConnection *bus, const char *owner, GCancellable *cancellable)
{
	uint32_t pid = 0;
	g_autoptr(GVariant) answer = ask(bus, BUS, "GetConnectionUnixProcessID",
					 g_variant_new("(s)", owner), "(u)", cancellable);

	if (answer != NULL)
		g_variant_get(answer, "(u)", &pid);
	return pid;
}

/* One row of the tracker's list: owner, path, five names, encoding, visible, FUSE path, spec,
 * default location. */
static GvfsMount *
parse_mount(GVariant *row)
{
	GvfsMount *mount = g_new0(GvfsMount, 1);
	g_autoptr(GVariant) owner = g_variant_get_child_value(row, 0);
	g_autoptr(GVariant) path = g_variant_get_child_value(row, 1);

	mount->owner = g_variant_dup_string(owner, NULL);
	mount->path = g_variant_dup_string(path, NULL);
	mount->spec = g_variant_get_child_value(row, 10);
	return mount;
}

/* A part of what gvfs mounts by, such as "type" or "host"; "" if it has none. Caller frees. */
static char *
get_part(const GvfsMount *mount, const char *name)
{
	g_autoptr(GVariant) parts = g_variant_get_child_value(mount->spec, 1);
	g_autoptr(GVariant) part = g_variant_lookup_value(parts, name, G_VARIANT_TYPE_BYTESTRING);

	return part ? g_variant_dup_bytestring(part, NULL) : g_strdup("");
}

/* udev writes maker, model and serial number with "_" for all but the plainest characters. */
static gboolean
names_serial(const char *host, const char *serial)
{
	g_autofree char *wanted = g_strconcat("_", serial, NULL);
	g_autofree char *plain_host = g_strdup(host);

	g_strcanon(wanted, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
	g_strcanon(plain_host, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
	return *serial != '\0' && g_str_has_suffix(plain_host, wanted);
}

static gboolean
is_ours(GvfsMount *mount, GDBusConnection *bus, const DeviceAddress *address,
	GCancellable *cancellable)
{
	g_autofree char *type = get_part(mount, "type");
	g_autofree char *host = get_part(mount, "host");

	if (!g_str_equal(type, "mtp") && !g_str_equal(type, "gphoto2"))
		return FALSE;
	mount->pid = find_pid(bus, mount->owner, cancellable);
	return names_serial(host, address->serial) ||
	       (mount->pid != 0 && holder_is(mount->pid, address->bus, address->address));
}

static GvfsMount *
find_mount(GDBusConnection *bus, const DeviceAddress *address, GCancellable *cancellable)
{
	g_autoptr(GVariant) answer =
		ask(bus, TRACKER, "ListMounts", NULL, "(a(sossssssbay(aya{sv})ay))", cancellable);

	if (answer == NULL)
		return NULL;
	g_autoptr(GVariant) rows = g_variant_get_child_value(answer, 0);
	for (gsize i = 0; i < g_variant_n_children(rows); i++) {
		g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
		g_autoptr(GvfsMount) mount = parse_mount(row);

		if (is_ours(mount, bus, address, cancellable))
			return g_steal_pointer(&mount);
	}
	return NULL;
}

static gboolean
unmount(GDBusConnection *bus, const GvfsMount *mount, const DeviceAddress *address,
	GCancellable *cancellable, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
		bus, mount->owner, mount->path, "org.gtk.vfs.Mount", "Unmount",
		g_variant_new("(sou)", "", "/", 0), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
		UNMOUNT_MS, cancellable, &reason);

	if (answer == NULL) {
		g_dbus_error_strip_remote_error(reason);
		g_set_error(error, PORTA_ERROR,
			    g_cancellable_is_cancelled(cancellable) ? PORTA_ERROR_CANCELLED
								    : PORTA_ERROR_DEVICE_BUSY,
			    "%s is mounted by gvfs (pid %u), which does not let go: %s",
			    address->name, mount->pid, reason->message);
		return FALSE;
	}
	for (int waited_ms = 0; waited_ms < RELEASE_MS; waited_ms += 20) {
		if (!holder_is(mount->pid, address->bus, address->address))
			break;
		g_usleep(20 * 1000);
	}
	return TRUE;
}

gboolean
gvfs_take(const DeviceAddress *address, DeviceMountFunc keep, void *data, GCancellable *cancellable,
	  GError **error)
{
	g_autoptr(GDBusConnection) bus = connect_bus(cancellable);

	if (bus == NULL || !has_gvfs(bus, cancellable))
		return TRUE;
	g_autoptr(GvfsMount) mount = find_mount(bus, address, cancellable);
	if (mount == NULL)
		return TRUE;
	return keep(data, mount->spec, error) && unmount(bus, mount, address, cancellable, error);
}
