/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * discovery-sysfs: what the kernel has read from a USB device already. Asking
 * the device again would mean to open it.
 */
#pragma once

#include <glib.h>

/* The device's folder by bus and ports, such as "1-4.2". Caller frees. */
char *sysfs_device_name(unsigned bus, const unsigned char *ports, int n_ports);

/* A text attribute such as "serial" or "product", valid UTF-8, "" if there is none. Caller frees. */
char *sysfs_read(const char *device_name, const char *attribute);

typedef enum {
	SYSFS_MTP_NO,
	SYSFS_MTP_YES,
	SYSFS_MTP_NOT_YET, /* no interface is known yet */
} SysfsMtp;

/* Whether an interface of it says "MTP", as phones' do. */
SysfsMtp sysfs_find_mtp_interface(const char *device_name);
