/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * discovery-sysfs: reads /sys/bus/usb/devices; see discovery-sysfs.h.
 */
#include "device/discovery-sysfs.h"

#include <string.h>

#define USB_DEVICES "/sys/bus/usb/devices"

char *
sysfs_device_name(unsigned bus, const unsigned char *ports, int n_ports)
{
	GString *name = g_string_new(NULL);

	g_string_printf(name, "%u-", bus);
	for (int i = 0; i < n_ports; i++)
		g_string_append_printf(name, i ? ".%u" : "%u", ports[i]);
	return g_string_free(name, FALSE);
}

char *
sysfs_read(const char *device_name, const char *attribute)
{
	g_autofree char *path = g_build_filename(USB_DEVICES, device_name, attribute, NULL);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return g_strdup("");
	return g_utf8_make_valid(g_strstrip(text), -1);
}

SysfsMtp
sysfs_find_mtp_interface(const char *device_name)
{
	g_autofree char *path = g_build_filename(USB_DEVICES, device_name, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autofree char *prefix = g_strconcat(device_name, ":", NULL);
	SysfsMtp found = SYSFS_MTP_NOT_YET;
	const char *child;

	while (dir != NULL && (child = g_dir_read_name(dir)) != NULL) {
		if (!g_str_has_prefix(child, prefix))
			continue;
		g_autofree char *says = sysfs_read(child, "interface");
		if (strstr(says, "MTP") != NULL)
			return SYSFS_MTP_YES;
		found = SYSFS_MTP_NO;
	}
	return found;
}
