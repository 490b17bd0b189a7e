/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings: see settings.h. Audacious' widgets are bound to variables; those here mirror the
 * device that is chosen, and are read back when a widget says that it was changed.
 */
#include "settings.h"

#include <algorithm>
#include <list>

#include "common/i18n.h"
#include <libaudcore/interface.h>
#include <libaudcore/plugins.h>
#include <libaudcore/preferences.h>
#include <libaudcore/runtime.h>

#include "actions.h"
#include "common/words.h"
#include "lists.h"
#include "plugin.h"
#ifdef HAVE_QT
#include "qt-page.h"
#endif

static const char mirror_hook[] = "portamento settings changed";
static const int spare_places = 3, least_places = 5, most_places = 40;

/* What the widgets are bound to. */
struct Mirror {
	String device;
	String playlists[most_places];
	bool by_default, whole_library, sync_on_connect;
	int fill, reserved_percent;

	bool
	operator==(const Mirror &other) const
	{
		return device == other.device &&
		       std::equal(std::begin(playlists), std::end(playlists), other.playlists) &&
		       by_default == other.by_default && whole_library == other.whole_library &&
		       sync_on_connect == other.sync_on_connect && fill == other.fill &&
		       reserved_percent == other.reserved_percent;
	}
};

static Mirror mirror;

static bool is_open;
static std::string shown_offers; /* of the boxes */
static QueuedFunc refreshing, sending_reserve;

/* Texts that widgets point at live until the page is built again. */
static std::list<std::string> texts;
static std::vector<PreferencesWidget> page, buttons;

static AdapterDevice *
chosen_device()
{
	Host *host = host_get();

	return host != nullptr && mirror.device ? host->find((const char *)mirror.device) : nullptr;
}

static const Choices *
chosen_choices()
{
	AdapterDevice *device = chosen_device();

	return device != nullptr ? device->choices : nullptr;
}

/* Without a choice of the person's: the one that is connected, or the first. */
static void
choose_some_device()
{
	AdapterDevice *chosen = chosen_device();
	std::vector<AdapterDevice *> known = host_get()->devices();

	for (AdapterDevice *device : known)
		if (chosen == nullptr ||
		    (action_is_connected(device) && !action_is_connected(chosen) && !is_open))
			chosen = device;
	if (chosen != nullptr)
		mirror.device = String(chosen->id);
}

static void
load_mirror()
{
	choose_some_device();
	AdapterDevice *device = chosen_device();
	const Choices *choices = chosen_choices();
	const guint n = choices != nullptr ? choices->playlists->len : 0;

	for (guint i = 0; i < most_places; i++)
		mirror.playlists[i] =
			String(i < n ? (const char *)g_ptr_array_index(choices->playlists, i) : "");
	mirror.by_default = choices != nullptr && choices->by_default;
	mirror.whole_library = choices != nullptr && choices->whole_library;
	mirror.fill = choices != nullptr ? choices->fill : 0;
	if (device == nullptr)
		return;
	mirror.sync_on_connect = porta_device_get_setting_number(device->now, "SyncOnConnect") == 1;
	if (sending_reserve.running())
		return; /* the person is still turning it */
	mirror.reserved_percent = std::max<int>(
		0, porta_device_get_setting_number(device->now, "PercentSpaceReserved"));
}

/* A widget that is filled again closes its list, in which a person may be about to choose. */
static void
refresh()
{
	const Mirror shown = mirror;

	load_mirror();
	std::string offers = lists_describe(chosen_choices());
	if (!(shown == mirror) || offers != shown_offers)
		hook_call(mirror_hook, nullptr);
	shown_offers = std::move(offers);
	host_get()->tell_settings_changed();
}

/* Never from within a widget's own callback: it may be about to be filled again. */
static void
refresh_soon()
{
	refreshing.queue([]() {
		if (host_get() != nullptr)
			refresh();
	});
}

static ArrayRef<ComboItem>
fill_playlists()
{
	return lists_playlists(chosen_choices());
}

static void
choices_changed()
{
	AdapterDevice *device = chosen_device();
	g_autoptr(Choices) choices = choices_new();

	if (device == nullptr)
		return;
	for (const String &playlist : mirror.playlists)
		if (playlist && playlist[0])
			choices_add_playlist(choices, playlist);
	choices_set_library(choices, mirror.whole_library);
	choices_set_fill(choices, mirror.fill);
	action_choose(*host_get(), device, choices);
	refresh_soon();
}

/* To let Portamento choose is to choose nothing else. */
static void
default_changed()
{
	AdapterDevice *device = chosen_device();
	g_autoptr(Choices) choices = choices_new();

	if (device == nullptr)
		return;
	choices->by_default = mirror.by_default;
	action_choose(*host_get(), device, choices);
	refresh_soon();
}

static void
connect_changed()
{
	AdapterDevice *device = chosen_device();

	if (device != nullptr)
		adapter_set_number(host_get()->get_adapter(), device->id, "SyncOnConnect",
				   mirror.sync_on_connect, host_show_failure, nullptr);
}

/* A spin button says so at every turn: the last one counts. */
static void
reserve_changed()
{
	sending_reserve.start(600, []() {
		AdapterDevice *device = chosen_device();
		sending_reserve.stop();
		if (device != nullptr)
			adapter_set_number(host_get()->get_adapter(), device->id,
					   "PercentSpaceReserved", mirror.reserved_percent,
					   host_show_failure, nullptr);
	});
}

template <void (*action)(Host &host, AdapterDevice *device)>
static void
pressed()
{
	AdapterDevice *device = chosen_device();

	if (device != nullptr)
		action(*host_get(), device);
}

#ifdef HAVE_QT
/* Audacious asks for the widget again, or lets it go. */
static void
dock_changed()
{
	PluginHandle *plugin = aud_plugin_by_header(&aud_plugin_instance);
	const bool shown = aud_get_bool(settings_section, settings_dock);

	hook_call(shown ? "dock plugin enabled" : "dock plugin disabled", plugin);
}
#endif

static const char *
keep(std::string text)
{
	texts.push_back(std::move(text));
	return texts.back().c_str();
}

/* What is on it and what happened last, as lines; a label can not be empty. */
std::string
settings_describe_device()
{
	AdapterDevice *device = host_get() != nullptr ? chosen_device() : nullptr;

	if (device == nullptr)
		return host_get() == nullptr || host_get()->helper_text().empty()
			       ? _("Connect a player by USB, and unlock it: it is shown here.")
			       : host_get()->helper_text();
	g_autofree char *state = words_state(device->now);
	g_autofree char *progress = words_progress(device->now);
	g_autofree char *last = words_last_result(device->now);
	g_autofree char *held = words_held(device->now);
	const WordsSpace space = words_space(device->now, nullptr);
	g_autofree char *room = words_space_text(&space);
	g_autofree char *songs =
		words_songs(porta_device_get_number(device->now, PORTA_KEY_SYNC_ITEM_COUNT));
	std::string text = state;
	for (const char *line : {progress, songs, room, last, held})
		if (line != nullptr && line[0] != '\0')
			text += std::string("\n") + line;
	return text;
}

static void
add_playlists()
{
	const Choices *choices = chosen_choices();
	const int chosen = choices != nullptr ? choices->playlists->len : 0;
	const int n = std::min(std::max(least_places, chosen + spare_places), most_places);

	for (int i = 0; i < n; i++)
		page.push_back(
			WidgetCombo(keep(std::to_string(i + 1) + "."),
				    WidgetString(mirror.playlists[i], choices_changed, mirror_hook),
				    {nullptr, fill_playlists}));
}

static void
add_state()
{
#ifdef HAVE_QT
	if (aud_get_mainloop_type() == MainloopType::Qt) {
		page.push_back(WidgetCustomQt(qt_page_make_state));
		return;
	}
#endif
	page.push_back(WidgetLabel(keep(settings_describe_device())));
}

static void
add_buttons()
{
	AdapterDevice *device = chosen_device();

	buttons.clear();
	buttons.push_back(WidgetButton(_("Sync"), {pressed<action_sync>, "media-playback-start"}));
	buttons.push_back(WidgetButton(_("Stop"), {pressed<action_stop>, "media-playback-stop"}));
	buttons.push_back(WidgetButton(_("Preview ..."), {pressed<action_preview>, "edit-find"}));
	if (device != nullptr && action_is_held(device))
		buttons.push_back(
			WidgetButton(_("Let them go"), {pressed<action_confirm>, "edit-delete"}));
	if (device != nullptr && action_is_anothers(device))
		buttons.push_back(
			WidgetButton(_("Take it over"), {pressed<action_take_over>, "go-jump"}));
	if (device != nullptr && !action_is_ours(device))
		buttons.push_back(WidgetButton(_("Leave it alone"),
					       {pressed<action_decline>, "process-stop"}));
	page.push_back(WidgetBox({{buttons.data(), static_cast<int>(buttons.size())}, true}));
}

static void
build_page()
{
	page.clear();
	texts.clear();
	page.push_back(WidgetLabel(_("<b>Player</b>")));
	page.push_back(WidgetCombo(nullptr, WidgetString(mirror.device, refresh_soon, mirror_hook),
				   {nullptr, lists_devices}));
	add_state();
	add_buttons();
	page.push_back(WidgetLabel(_("<b>What goes on it</b>")));
	page.push_back(WidgetCheck(_("Playlists first, then all music, as far as there is room"),
				   WidgetBool(mirror.by_default, default_changed, mirror_hook)));
	page.push_back(WidgetLabel(_("Or these playlists, the most important first:")));
	add_playlists();
	page.push_back(WidgetCheck(_("Then everything else that is in a playlist"),
				   WidgetBool(mirror.whole_library, choices_changed, mirror_hook)));
	page.push_back(WidgetCombo(_("Fill the room that is left with"),
				   WidgetInt(mirror.fill, choices_changed, mirror_hook),
				   {nullptr, lists_fillings}));
	page.push_back(WidgetLabel(_("<b>How</b>")));
	page.push_back(
		WidgetCheck(_("Sync when it is connected"),
			    WidgetBool(mirror.sync_on_connect, connect_changed, mirror_hook)));
	page.push_back(WidgetSpin(_("Keep free:"),
				  WidgetInt(mirror.reserved_percent, reserve_changed, mirror_hook),
				  /* xgettext:no-c-format */
				  {0, 95, 1, _("% of its space")}));
#ifdef HAVE_QT
	if (aud_get_mainloop_type() == MainloopType::Qt)
		page.push_back(
			WidgetCheck(_("Show players in a dock"),
				    WidgetBool(settings_section, settings_dock, dock_changed)));
#endif
}

static void open_page();

static void
close_page()
{
	is_open = false;
}

/* Audacious asks init first, and then for the widgets. */
PluginPreferences settings_preferences = {{}, open_page, nullptr, close_page};

static void
open_page()
{
	load_mirror();
	shown_offers = lists_describe(chosen_choices());
	build_page();
	settings_preferences.widgets = {page.data(), static_cast<int>(page.size())};
	is_open = true;
}

Settings::Settings(Host &host) : host(host)
{
	static const char *const defaults[] = {settings_dock, "TRUE", nullptr};

	aud_config_set_defaults(settings_section, defaults);
	host.add_view(this);
}

Settings::~Settings()
{
	host.remove_view(this);
	refreshing.stop();
	sending_reserve.stop();
}

void
Settings::device_changed(AdapterDevice *device, AdapterChange change)
{
	if (is_open && change != ADAPTER_PROGRESS && change != ADAPTER_FAILURE)
		refresh_soon();
}

void
Settings::playlists_changed()
{
	if (is_open)
		refresh_soon();
}

void
settings_choose_device(const std::string &id)
{
	mirror.device = String(id.c_str());
	if (is_open)
		refresh_soon();
}

void
settings_show()
{
#ifdef HAVE_QT
	if (aud_get_mainloop_type() == MainloopType::Qt) {
		qt_page_show_settings(aud_plugin_by_header(&aud_plugin_instance));
		return;
	}
#endif
	aud_ui_show_prefs_window(); /* the GTK interface opens no plugin's page from outside */
}
