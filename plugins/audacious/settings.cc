/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings: see settings.h. What its widgets are bound to is in mirror.h.
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
#include "gtk-interface.h"
#include "lists.h"
#include "mirror.h"
#include "plugin.h"
#ifdef HAVE_QT
#include "qt-page.h"
#endif

static const char mirror_hook[] = "portamento settings changed";
static const int spare_places = 3, least_places = 5, column_places = 10;

static bool is_open;
static std::string shown_offers; /* of the boxes */
static QueuedFunc refreshing;

/* Texts that widgets point at live until the page is built again. */
static std::list<std::string> texts;
static std::vector<PreferencesWidget> page, buttons, boxes;
static std::list<std::vector<PreferencesWidget>> columns;
static unsigned shown_buttons;

/* A widget that is filled again closes its list, in which a person may be about to choose. */
static void
refresh()
{
	const Mirror shown = mirror;

	mirror_load(is_open);
	std::string offers = lists_describe(mirror_choices());
	if (!(shown == mirror) || offers != shown_offers)
		hook_call(mirror_hook, nullptr);
	shown_offers = std::move(offers);
	host_get()->tell_settings_changed();
}

/* Never from within a widget's own callback: it may be about to be filled again. */
void
settings_refresh_soon()
{
	refreshing.queue([]() {
		if (host_get() != nullptr)
			refresh();
	});
}

static ArrayRef<ComboItem>
fill_playlists()
{
	return lists_playlists(mirror_choices());
}

template <void (*action)(Host &host, AdapterDevice *device)>
static void
pressed()
{
	AdapterDevice *device = mirror_device();

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

std::string
settings_describe_last(AdapterDevice *device)
{
	g_autofree char *last = words_last_result(device->now);

	if (porta_device_get_number(device->now, PORTA_KEY_LAST_SYNC_TIME) > 0)
		return last;
	const bool nothing = action_is_ours(device) && device->choices != nullptr &&
			     choices_want_nothing(device->choices);
	return nothing ? _("Nothing of Audacious is chosen for it yet.") : "";
}

/* What is on it and what happened last, as lines; a label can not be empty. */
std::string
settings_describe_device()
{
	AdapterDevice *device = host_get() != nullptr ? mirror_device() : nullptr;

	if (device == nullptr)
		return host_get() == nullptr || host_get()->helper_text().empty()
			       ? _("Connect a player by USB, and unlock it: it is shown here.")
			       : host_get()->helper_text();
	g_autofree char *state = words_state(device->now);
	g_autofree char *progress = words_progress(device->now);
	g_autofree char *held = words_held(device->now);
	const WordsSpace space = words_space(device->now, nullptr);
	g_autofree char *room = words_space_text(&space);
	g_autofree char *songs =
		words_songs(porta_device_get_number(device->now, PORTA_KEY_SYNC_ITEM_COUNT));
	const std::string last = settings_describe_last(device);
	std::string text = state;
	for (const char *line :
	     std::initializer_list<const char *>{progress, songs, room, last.c_str(), held})
		if (line != nullptr && line[0] != '\0')
			text += std::string("\n") + line;
	return text;
}

StateView::StateView()
{
	if (host_get() != nullptr)
		host_get()->add_view(this);
}

StateView::~StateView()
{
	if (host_get() != nullptr)
		host_get()->remove_view(this);
}

void
StateView::device_changed(AdapterDevice *device, AdapterChange change)
{
	show_state();
}

void
StateView::settings_changed()
{
	show_state();
}

void
StateView::show_state()
{
	show_text(settings_describe_device());
}

/* Side by side where there are many: no interface of Audacious lets a page be scrolled. */
static void
add_playlists()
{
	const Choices *choices = mirror_choices();
	const int chosen = choices != nullptr ? choices->playlists->len : 0;
	const int n =
		std::min(std::max(least_places, chosen + spare_places), mirror_most_playlists);
	const int n_columns = (n + column_places - 1) / column_places;

	columns.clear();
	boxes.clear();
	for (int i = 0; i < n; i++) {
		if (i % column_places == 0)
			columns.emplace_back();
		columns.back().push_back(WidgetCombo(
			keep(std::to_string(i + 1) + "."),
			WidgetString(mirror.playlists[i], mirror_choices_changed, mirror_hook),
			{nullptr, fill_playlists}));
	}
	if (n_columns == 1) {
		page.insert(page.end(), columns.front().begin(), columns.front().end());
		return;
	}
	for (const auto &column : columns)
		boxes.push_back(WidgetBox({{column.data(), static_cast<int>(column.size())}}));
	page.push_back(WidgetBox({{boxes.data(), static_cast<int>(boxes.size())}, true}));
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
	page.push_back(WidgetCustomGTK(gtk_interface_make_state));
}

/* What can be pressed now, beside what always can. */
enum { CAN_CONFIRM = 1, CAN_TAKE_OVER = 2, CAN_DECLINE = 4 };

static unsigned
wanted_buttons()
{
	AdapterDevice *device = mirror_device();

	return device == nullptr ? 0
				 : (action_is_held(device) ? CAN_CONFIRM : 0) |
					   (action_is_anothers(device) ? CAN_TAKE_OVER : 0) |
					   (action_is_ours(device) ? 0 : CAN_DECLINE);
}

static void
add_buttons()
{
	buttons.clear();
	buttons.push_back(WidgetButton(_("Sync"), {pressed<action_sync>, "media-playback-start"}));
	buttons.push_back(WidgetButton(_("Stop"), {pressed<action_stop>, "media-playback-stop"}));
	buttons.push_back(WidgetButton(_("Preview ..."), {pressed<action_preview>, "edit-find"}));
	shown_buttons = wanted_buttons();
	if (shown_buttons & CAN_CONFIRM)
		buttons.push_back(
			WidgetButton(_("Let them go"), {pressed<action_confirm>, "edit-delete"}));
	if (shown_buttons & CAN_TAKE_OVER)
		buttons.push_back(
			WidgetButton(_("Take it over"), {pressed<action_take_over>, "go-jump"}));
	if (shown_buttons & CAN_DECLINE)
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
	page.push_back(WidgetCombo(nullptr,
				   WidgetString(mirror.device, settings_refresh_soon, mirror_hook),
				   {nullptr, lists_devices}));
	add_state();
	add_buttons();
	page.push_back(WidgetLabel(_("<b>What goes on it</b>")));
	page.push_back(
		WidgetCheck(_("Playlists first, then all music, as far as there is room"),
			    WidgetBool(mirror.by_default, mirror_default_changed, mirror_hook)));
	page.push_back(WidgetLabel(_("Or these playlists, the most important first:")));
	add_playlists();
	page.push_back(
		WidgetCheck(_("Then everything else that is in a playlist"),
			    WidgetBool(mirror.whole_library, mirror_choices_changed, mirror_hook)));
	page.push_back(WidgetCombo(_("Fill the room that is left with"),
				   WidgetInt(mirror.fill, mirror_choices_changed, mirror_hook),
				   {nullptr, lists_fillings}));
	page.push_back(WidgetLabel(_("<b>How</b>")));
	page.push_back(WidgetCheck(
		_("Sync when it is connected"),
		WidgetBool(mirror.sync_on_connect, mirror_connect_changed, mirror_hook)));
	page.push_back(
		WidgetSpin(_("Keep free:"),
			   WidgetInt(mirror.reserved_percent, mirror_reserve_changed, mirror_hook),
			   /* xgettext:no-c-format */
			   {0, 95, 1, _("% of its space")}));
#ifdef HAVE_QT
	if (aud_get_mainloop_type() == MainloopType::Qt)
		page.push_back(
			WidgetCheck(_("Show players in a dock"),
				    WidgetBool(settings_section, settings_dock, dock_changed)));
#endif
	if (gtk_interface_runs())
		page.push_back(WidgetCheck(
			_("Show in a window how a sync goes"),
			WidgetBool(settings_section, settings_progress, settings_refresh_soon)));
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
	mirror_load(is_open);
	shown_offers = lists_describe(mirror_choices());
	build_page();
	settings_preferences.widgets = {page.data(), static_cast<int>(page.size())};
	is_open = true;
}

Settings::Settings(Host &host) : host(host)
{
	static const char *const defaults[] = {settings_dock, "TRUE", settings_progress, "TRUE",
					       nullptr};

	aud_config_set_defaults(settings_section, defaults);
	host.add_view(this);
}

Settings::~Settings()
{
	host.remove_view(this);
	refreshing.stop();
	mirror_stop();
}

void
Settings::device_changed(AdapterDevice *device, AdapterChange change)
{
	if (is_open && change != ADAPTER_PROGRESS && change != ADAPTER_FAILURE)
		settings_refresh_soon();
}

void
Settings::playlists_changed()
{
	if (is_open)
		settings_refresh_soon();
}

void
settings_choose_device(const std::string &id)
{
	mirror.device = String(id.c_str());
	if (is_open)
		settings_refresh_soon();
}

/* Audacious brings a page that is open to the front as it was built. */
static void
close_stale_page()
{
	if (!is_open || shown_buttons == wanted_buttons())
		return;
#ifdef HAVE_QT
	if (aud_get_mainloop_type() == MainloopType::Qt) {
		qt_page_close_settings();
		return;
	}
#endif
	gtk_interface_close_settings();
}

void
settings_show()
{
	PluginHandle *plugin = aud_plugin_by_header(&aud_plugin_instance);

	close_stale_page();
#ifdef HAVE_QT
	if (aud_get_mainloop_type() == MainloopType::Qt) {
		qt_page_show_settings(plugin);
		return;
	}
#endif
	if (!gtk_interface_show_settings(plugin))
		aud_ui_show_prefs_window();
}
