/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menus: see menus.h.
 */
#include "menus.h"

#include "common/i18n.h"
#include <libaudcore/runtime.h>

#include "actions.h"
#include "common/words.h"

static Menus *the_menus; /* an item of Audacious' menus is a function without any data */

/* So many devices have places in the menus; the settings page has all. */
static const unsigned max_places = 4;

template <unsigned place, void (Menus::*action)(AdapterDevice *)>
static void
chosen()
{
	AdapterDevice *device = the_menus != nullptr ? the_menus->device_at(place) : nullptr;

	if (device != nullptr)
		(the_menus->*action)(device);
}

struct Place {
	void (*sync)(), (*stop)(), (*preview)(), (*set_up)(), (*confirm)(), (*playlist)();
};

template <unsigned place>
static constexpr Place
make_place()
{
	return {chosen<place, &Menus::sync>,    chosen<place, &Menus::stop>,
		chosen<place, &Menus::preview>, chosen<place, &Menus::set_up>,
		chosen<place, &Menus::confirm>, chosen<place, &Menus::toggle_playlist>};
}

static constexpr Place table[max_places] = {make_place<0>(), make_place<1>(), make_place<2>(),
					    make_place<3>()};

static void
settings_chosen()
{
	action_show_settings(*host_get(), nullptr);
}

/* As a menu shows it. To GTK "_" is a mark, and to be doubled; of it Audacious' Qt menus make the
 * mark "&", whatever stands beside it, so that there something else must look like it. */
static std::string
unmarked(const std::string &name)
{
	const bool qt = aud_get_mainloop_type() == MainloopType::Qt;
	std::string safe;

	for (char c : name)
		if (c == '_')
			safe += qt ? "\u02cd" : "__";
		else if (c == '&' && qt)
			safe += "&&";
		else
			safe += c;
	return safe;
}

/* format has one %s, for the device. */
static std::string
named(const char *format, AdapterDevice *device)
{
	g_autofree char *name = words_device_name(device->now);
	std::string text = format;
	const size_t at = text.find("%s");

	return at == std::string::npos ? text : text.replace(at, 2, unmarked(name));
}

bool
Menus::Item::operator==(const Item &other) const
{
	return menu == other.menu && chosen == other.chosen && name == other.name;
}

Menus::Menus(Host &host) : host(host)
{
	the_menus = this;
	host.add_view(this);
	rebuild();
}

Menus::~Menus()
{
	rebuilding.stop();
	host.remove_view(this);
	remove_all();
	the_menus = nullptr;
}

void
Menus::device_changed(AdapterDevice *device, AdapterChange change)
{
	if (change != ADAPTER_PROGRESS && change != ADAPTER_FAILURE)
		rebuilding.queue([this]() { rebuild(); });
}

void
Menus::playlists_changed()
{
	rebuilding.queue([this]() { rebuild(); });
}

AdapterDevice *
Menus::device_at(unsigned place) const
{
	return place < places.size() ? host.find(places[place]) : nullptr;
}

void
Menus::add_device(std::vector<Item> &wanted, unsigned place, AdapterDevice *device)
{
	const Place &functions = table[place];
	const int64_t status = porta_device_get_number(device->now, PORTA_KEY_STATUS);

	if (status == PORTA_STATUS_UNKNOWN || status == PORTA_STATUS_MANUAL_DEVICE)
		return;
	if (!action_is_ours(device)) {
		wanted.push_back({AudMenuID::Main, functions.set_up, "preferences-system",
				  named(_("Set up %s ..."), device)});
		return;
	}
	if (action_is_syncing(device))
		wanted.push_back({AudMenuID::Main, functions.stop, "media-playback-stop",
				  named(_("Stop %s"), device)});
	else
		wanted.push_back({AudMenuID::Main, functions.sync, "view-refresh",
				  named(_("Sync %s"), device)});
	if (action_is_held(device))
		wanted.push_back({AudMenuID::Main, functions.confirm, "dialog-warning",
				  named(_("Confirm what goes from %s ..."), device)});
	wanted.push_back({AudMenuID::Main, functions.preview, "edit-find",
			  named(_("Preview %s ..."), device)});
}

void
Menus::add_playlist(std::vector<Item> &wanted, unsigned place, AdapterDevice *device)
{
	const std::string shown = playlist_id(Playlist::active_playlist());
	const bool is_synced = device->choices != nullptr &&
			       choices_has_playlist(device->choices, shown.c_str());
	const int64_t status = porta_device_get_number(device->now, PORTA_KEY_STATUS);

	if (status == PORTA_STATUS_PARTNERSHIP_EXISTS || status == PORTA_STATUS_NEW_DEVICE)
		wanted.push_back({AudMenuID::Playlist, table[place].playlist,
				  is_synced ? "list-remove" : "list-add",
				  named(is_synced ? _("Stop syncing this playlist to %s")
						  : _("Sync this playlist to %s"),
					device)});
}

/* Devices that are not here have no place, unless none is: a playlist can be chosen for the
 * next time. */
std::vector<Menus::Item>
Menus::wanted_items()
{
	std::vector<Item> wanted;
	std::vector<AdapterDevice *> here, known = host.devices();

	for (AdapterDevice *device : known)
		if (action_is_connected(device))
			here.push_back(device);
	const bool any_here = !here.empty();
	if (any_here)
		known = here;
	places.clear();
	for (AdapterDevice *device : known) {
		if (places.size() == max_places)
			break;
		const unsigned place = places.size();
		places.push_back(device->id);
		if (any_here)
			add_device(wanted, place, device);
		add_playlist(wanted, place, device);
	}
	wanted.push_back(
		{AudMenuID::Main, settings_chosen, "preferences-system", _("Player settings ...")});
	return wanted;
}

void
Menus::remove_all()
{
	for (const Item &item : items)
		aud_plugin_menu_remove(item.menu, item.chosen);
	items.clear();
}

void
Menus::rebuild()
{
	std::vector<Item> wanted = wanted_items();

	if (wanted == items)
		return;
	remove_all();
	items = std::move(wanted);
	for (const Item &item : items)
		aud_plugin_menu_add(item.menu, item.chosen, item.name.c_str(), item.icon);
}

void
Menus::sync(AdapterDevice *device)
{
	action_sync(host, device);
}

void
Menus::stop(AdapterDevice *device)
{
	action_stop(host, device);
}

void
Menus::preview(AdapterDevice *device)
{
	action_preview(host, device);
}

void
Menus::set_up(AdapterDevice *device)
{
	action_show_settings(host, device);
}

void
Menus::confirm(AdapterDevice *device)
{
	action_show_settings(host, device);
}

void
Menus::toggle_playlist(AdapterDevice *device)
{
	action_toggle_playlist(host, device, playlist_id(Playlist::active_playlist()));
}
