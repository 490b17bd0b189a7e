/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mount-loan: see mount-loan.h. One small file for each device that is owed, a GVariant.
 */
#include "helper/mount-loan.h"

#include <glib/gstdio.h>

#include "base/error.h"
#include "helper/state-file.h"
#include "helper/timing.h"

#define FILE_TYPE "(uu(aya{sv}))" /* bus, address, what gvfs mounts by */
#define MOST_BYTES 65536

struct MountLoan {
	char *path;
	GVariant *owed; /* NULL: nothing */
	GCancellable *repaying; /* NULL: not asked for now */
	MountLoanFunc settled;
	void *data; /* no-ref */
};

/* An engine speaks to a device that may lie: nothing but a device is ever mounted for it. */
static gboolean
is_of_a_device(GVariant *mount)
{
	g_autoptr(GVariant) parts = g_variant_get_child_value(mount, 1);
	g_autoptr(GVariant) type = g_variant_lookup_value(parts, "type", G_VARIANT_TYPE_BYTESTRING);
	const char *text = type != NULL ? g_variant_get_bytestring(type) : "";

	return g_str_equal(text, "mtp") || g_str_equal(text, "gphoto2");
}

static GVariant *
load(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize size;

	if (!g_file_get_contents(path, &bytes, &size, NULL))
		return NULL;
	g_autoptr(GBytes) content = g_bytes_new(bytes, size);
	g_autoptr(GVariant) owed = g_variant_ref_sink(
		g_variant_new_from_bytes(G_VARIANT_TYPE(FILE_TYPE), content, FALSE));
	g_autoptr(GVariant) mount = g_variant_get_child_value(owed, 2);
	if (size <= MOST_BYTES && g_variant_is_normal_form(owed) && is_of_a_device(mount))
		return g_steal_pointer(&owed);
	state_file_set_aside(path, "not what was written");
	return NULL;
}

static char *
folder(void)
{
	return g_build_filename(g_get_user_runtime_dir(), "portamento", NULL);
}

MountLoan *
mount_loan_new(const char *id, MountLoanFunc settled, void *data)
{
	MountLoan *loan = g_new0(MountLoan, 1);
	g_autofree char *dir = folder();
	g_autofree char *name = g_strconcat(id, ".mount", NULL);

	loan->path = g_build_filename(dir, name, NULL);
	loan->owed = load(loan->path);
	loan->settled = settled;
	loan->data = data;
	return loan;
}

static void
stop_repaying(MountLoan *loan)
{
	if (loan->repaying != NULL)
		g_cancellable_cancel(loan->repaying);
	g_clear_object(&loan->repaying);
}

void
mount_loan_free(MountLoan *loan)
{
	stop_repaying(loan);
	g_clear_pointer(&loan->owed, g_variant_unref);
	g_free(loan->path);
	g_free(loan);
}

gboolean
mount_loan_take(MountLoan *loan, guint32 bus, guint32 address, GVariant *mount, GError **error)
{
	g_autofree char *dir = folder();
	g_autoptr(GVariant)
		owed = g_variant_ref_sink(g_variant_new("(uu@(aya{sv}))", bus, address, mount));

	if (g_variant_get_size(owed) > MOST_BYTES || !is_of_a_device(mount)) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
				    "this is not how gvfs mounts a device");
		return FALSE;
	}
	if (!state_dir_ensure(dir, error) ||
	    !state_file_save(loan->path, g_variant_get_data(owed), g_variant_get_size(owed), error))
		return FALSE;
	g_clear_pointer(&loan->owed, g_variant_unref);
	loan->owed = g_steal_pointer(&owed);
	return TRUE;
}

void
mount_loan_drop(MountLoan *loan)
{
	stop_repaying(loan);
	if (loan->owed != NULL)
		g_unlink(loan->path);
	g_clear_pointer(&loan->owed, g_variant_unref);
}

void
mount_loan_connect(MountLoan *loan, guint32 bus, guint32 address)
{
	guint32 owed_bus, owed_address;

	if (loan->owed == NULL)
		return;
	g_variant_get_child(loan->owed, 0, "u", &owed_bus);
	g_variant_get_child(loan->owed, 1, "u", &owed_address);
	if (owed_bus != bus || owed_address != address)
		mount_loan_drop(loan);
}

gboolean
mount_loan_is_owed(MountLoan *loan)
{
	return loan->owed != NULL;
}

gboolean
mount_loan_is_being_repaid(MountLoan *loan)
{
	return loan->repaying != NULL;
}

/* Mounted meanwhile, still mounting, and no gvfs any more that could want it, are fine, too. */
static gboolean
is_repaid(const GError *error)
{
	return error == NULL || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_ALREADY_MOUNTED) ||
	       g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

static void
on_mounted(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	MountLoan *loan = data;

	g_clear_pointer(&answer, g_variant_unref);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* dropped or freed meanwhile */
	g_clear_object(&loan->repaying);
	if (is_repaid(error)) {
		mount_loan_drop(loan);
	} else {
		g_dbus_error_strip_remote_error(error);
		g_message("gvfs does not mount the device again yet: %s", error->message);
	}
	loan->settled(loan->data);
}

void
mount_loan_repay(MountLoan *loan, GDBusConnection *connection)
{
	g_assert(loan->owed != NULL && loan->repaying == NULL);
	g_autoptr(GVariant) mount = g_variant_get_child_value(loan->owed, 2);
	loan->repaying = g_cancellable_new();
	g_dbus_connection_call(connection, "org.gtk.vfs.Daemon", "/org/gtk/vfs/mounttracker",
			       "org.gtk.vfs.MountTracker", "MountLocation",
			       g_variant_new("(@(aya{sv})(so))", mount, "", "/"), NULL,
			       G_DBUS_CALL_FLAGS_NO_AUTO_START, timing_ms(TIMING_MOUNT),
			       loan->repaying, on_mounted, loan);
}
