/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole program: a testbed and the devices in it. */
#pragma once

#include "device.h"

struct player {
	struct testbed *testbed;
	GPtrArray *devices; /* owns them */
	GMainLoop *loop;
	char *profile_folder;
};

/* NULL when there is no such device; a NULL name means the first. */
struct device *player_get_device(struct player *player, const char *name);
