/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * actions: what a person can ask for, from whichever menu, page or dock.
 */
#pragma once

#include "host.h"

bool action_is_ours(AdapterDevice *device); /* there is a partnership */
bool action_is_connected(AdapterDevice *device);
bool action_is_syncing(AdapterDevice *device);
bool action_is_held(AdapterDevice *device);

bool action_is_anothers(AdapterDevice *device);

/* A device that is new is taken on first, with what a new device starts with. */
void action_sync(Host &host, AdapterDevice *device);
void action_stop(Host &host, AdapterDevice *device);
/* What this host shall bring; takes the device on where that has not been done. */
void action_choose(Host &host, AdapterDevice *device, const Choices *choices);
/* From its owner of now; what that one put there stays. */
void action_take_over(Host &host, AdapterDevice *device);
/* It is not asked about any more; what is on it stays. */
void action_decline(Host &host, AdapterDevice *device);
void action_confirm(Host &host, AdapterDevice *device);
/* Whether this song is left alone on the player. */
void action_skip(Host &host, AdapterDevice *device, const std::string &song, bool skip);
/* Puts the playlist on the device, or takes it off. */
void action_toggle_playlist(Host &host, AdapterDevice *device, const std::string &playlist);

/* Where the plan of a preview is shown; this is asked first. Takes the plan over and answers
 * true, or leaves it. */
using PreviewShower = bool (*)(AdapterDevice *device, PortaPlan *plan);
void action_set_preview_shower(PreviewShower shower);
void action_preview(Host &host, AdapterDevice *device);

/* Opens the plugin's settings, with this device (may be NULL) chosen. */
void action_show_settings(Host &host, AdapterDevice *device);
