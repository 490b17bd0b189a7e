/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mirror: the variables that the widgets of the settings page are bound to, and what they do
 * to the helper when a person turns one. They show the device that is chosen; the helper has
 * the truth.
 */
#pragma once

#include <libaudcore/objects.h>

#include "host.h"

constexpr int mirror_most_playlists = 40;

struct Mirror {
	String device; /* its id */
	String playlists[mirror_most_playlists];
	bool by_default, whole_library, sync_on_connect;
	int fill, reserved_percent;

	bool operator==(const Mirror &other) const;
};

extern Mirror mirror;

/* The device that is shown, and what this host brings to it; NULL when there is none. */
AdapterDevice *mirror_device();
const Choices *mirror_choices();

/* Shows what is so now. keep: the device that is shown stays, wherever another is connected. */
void mirror_load(bool keep);
/* What a person has turned is sent now. */
void mirror_stop();

/* For the widgets: playlists, whole_library and fill; by_default; and so on. */
void mirror_choices_changed();
void mirror_default_changed();
void mirror_connect_changed();
void mirror_reserve_changed();
