/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * watch-devices: what the daemon does about devices: each gets the rules and
 * settings of its section in the configuration, once for each time that it is
 * connected (what a person sets in between stays until then), and its
 * partnership if the section says "always". The engine does all the rest.
 */
#pragma once

#include "config.h"
#include "session.h"

typedef struct {
	Session *session; /* no-ref */
	TextList applied; /* ids of devices that have theirs */
	TextList offered; /* ids of devices whose partnership was begun or talked about */
} WatchDevices;

void watch_devices_clear(WatchDevices *devices);
/* All devices that are known now; new_config: again those that have theirs. */
void watch_devices_apply(WatchDevices *devices, const Config *config, bool new_config);
/* With the next watch_devices_apply(): what was asked for did not come about. */
void watch_devices_apply_again(WatchDevices *devices, const char *id);
/* Logs what a person wants to know. */
void watch_devices_observe(WatchDevices *devices, const Config *config, PortaEvent *event);
