/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * holder: looks through /proc for open descriptors of a USB device node; see
 * holder.h. The link's text is compared, as the node may be in a directory of
 * its own (a mount namespace, a test's file system).
 */
#include "device/holder.h"

#include <unistd.h>

#include "base/error.h"

static gboolean
has_node_open(const char *pid, const char *node)
{
	g_autofree char *folder = g_build_filename("/proc", pid, "fd", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *fd;

	while (dir != NULL && (fd = g_dir_read_name(dir)) != NULL) {
		g_autofree char *link = g_build_filename(folder, fd, NULL);
		g_autofree char *target = g_file_read_link(link, NULL);

		if (target != NULL && g_str_has_suffix(target, node))
			return TRUE;
	}
	return FALSE;
}

static char *
name_process(const char *pid)
{
	g_autofree char *path = g_build_filename("/proc", pid, "comm", NULL);
	g_autofree char *name = NULL;

	if (!g_file_get_contents(path, &name, NULL, NULL))
		return g_strdup_printf("a program (pid %s)", pid);
	return g_strdup_printf("%s (pid %s)", g_strstrip(name), pid);
}

static char *
make_node(uint32_t bus, uint32_t address)
{
	return g_strdup_printf("/dev/bus/usb/%03u/%03u", bus, address);
}

gboolean
holder_is(uint32_t pid, uint32_t bus, uint32_t address)
{
	g_autofree char *node = make_node(bus, address);
	g_autofree char *name = g_strdup_printf("%u", pid);

	return has_node_open(name, node);
}

char *
holder_find(uint32_t bus, uint32_t address)
{
	g_autofree char *node = make_node(bus, address);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *pid;

	while (proc != NULL && (pid = g_dir_read_name(proc)) != NULL) {
		if (!g_ascii_isdigit(*pid) || g_ascii_strtoull(pid, NULL, 10) == (guint64)getpid())
			continue;
		if (has_node_open(pid, node))
			g_ptr_array_add(found, name_process(pid));
	}
	if (found->len == 0)
		return NULL;
	g_ptr_array_add(found, NULL);
	return g_strjoinv(", ", (char **)found->pdata);
}

gboolean
holder_set_busy(GError **error, const char *device_name, uint32_t bus, uint32_t address)
{
	g_autofree char *holder = holder_find(bus, address);

	g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_BUSY,
		    "%s is in use by %s; close it there and try again", device_name,
		    holder ? holder : "another program");
	return FALSE;
}
