/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mirror: see mirror.h.
 */
#include "mirror.h"

#include <algorithm>

#include "actions.h"
#include "settings.h"

static const int quiet_ms = 600; /* after the last turn of a spin button */

Mirror mirror;

static QueuedFunc sending_reserve;
static std::string turned; /* the device whose reserve a person turns */
static int turned_to;

bool
Mirror::operator==(const Mirror &other) const
{
	return device == other.device &&
	       std::equal(std::begin(playlists), std::end(playlists), other.playlists) &&
	       by_default == other.by_default && whole_library == other.whole_library &&
	       sync_on_connect == other.sync_on_connect && fill == other.fill &&
	       reserved_percent == other.reserved_percent;
}

AdapterDevice *
mirror_device()
{
	Host *host = host_get();

	return host != nullptr && mirror.device ? host->find((const char *)mirror.device) : nullptr;
}

const Choices *
mirror_choices()
{
	AdapterDevice *device = mirror_device();

	return device != nullptr ? device->choices : nullptr;
}

/* Without a choice of the person's: the one that is connected, or the first. */
static void
choose_some_device(bool keep)
{
	AdapterDevice *chosen = mirror_device();
	std::vector<AdapterDevice *> known = host_get()->devices();

	for (AdapterDevice *device : known)
		if (chosen == nullptr ||
		    (action_is_connected(device) && !action_is_connected(chosen) && !keep))
			chosen = device;
	if (chosen != nullptr)
		mirror.device = String(chosen->id);
}

void
mirror_load(bool keep)
{
	choose_some_device(keep);
	AdapterDevice *device = mirror_device();
	const Choices *choices = mirror_choices();
	const guint n = choices != nullptr ? choices->playlists->len : 0;

	for (guint i = 0; i < mirror_most_playlists; i++)
		mirror.playlists[i] =
			String(i < n ? (const char *)g_ptr_array_index(choices->playlists, i) : "");
	mirror.by_default = choices != nullptr && choices->by_default;
	mirror.whole_library = choices != nullptr && choices->whole_library;
	mirror.fill = choices != nullptr ? choices->fill : 0;
	if (device == nullptr)
		return;
	mirror.sync_on_connect = porta_device_get_setting_number(device->now, "SyncOnConnect") == 1;
	if (sending_reserve.running() && turned == device->id)
		return; /* the person is still turning it */
	mirror.reserved_percent = std::max<int>(
		0, porta_device_get_setting_number(device->now, "PercentSpaceReserved"));
}

void
mirror_choices_changed()
{
	AdapterDevice *device = mirror_device();
	g_autoptr(Choices) choices = choices_new();

	if (device == nullptr)
		return;
	for (const String &playlist : mirror.playlists)
		if (playlist && playlist[0])
			choices_add_playlist(choices, playlist);
	/* those that the page has no place for stay as they are */
	const Choices *before = device->choices;
	const guint n_before = before != nullptr ? before->playlists->len : 0;
	for (guint i = mirror_most_playlists; i < n_before; i++)
		choices_add_playlist(choices, static_cast<const char *>(
						      g_ptr_array_index(before->playlists, i)));
	choices_set_library(choices, mirror.whole_library);
	choices_set_fill(choices, mirror.fill);
	action_choose(*host_get(), device, choices);
	settings_refresh_soon();
}

/* To let Portamento choose is to choose nothing else. */
void
mirror_default_changed()
{
	AdapterDevice *device = mirror_device();
	g_autoptr(Choices) choices = choices_new();

	if (device == nullptr)
		return;
	choices->by_default = mirror.by_default;
	action_choose(*host_get(), device, choices);
	settings_refresh_soon();
}

void
mirror_connect_changed()
{
	AdapterDevice *device = mirror_device();

	if (device != nullptr)
		adapter_set_number(host_get()->get_adapter(), device->id, "SyncOnConnect",
				   mirror.sync_on_connect, host_show_failure, nullptr);
}

static void
send_reserve()
{
	sending_reserve.stop();
	adapter_set_number(host_get()->get_adapter(), turned.c_str(), "PercentSpaceReserved",
			   turned_to, host_show_failure, nullptr);
}

/* A spin button says so at every turn: the last one counts, for the device it was turned for. */
void
mirror_reserve_changed()
{
	AdapterDevice *device = mirror_device();

	if (device == nullptr)
		return;
	if (sending_reserve.running() && turned != device->id)
		send_reserve();
	turned = device->id;
	turned_to = mirror.reserved_percent;
	sending_reserve.start(quiet_ms, send_reserve);
}

void
mirror_stop()
{
	if (sending_reserve.running())
		send_reserve();
}
