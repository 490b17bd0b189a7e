/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hotplug events to every client of a testbed: see uevent.c. */
#pragma once

struct uevent {
	const char *action;
	const char *device_path; /* without /sys */
	const char *device_type;
	const char *properties; /* "KEY=value\n" lines, as in the uevent file */
};

void uevent_send(const char *root, const struct uevent *event);
