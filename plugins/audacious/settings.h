/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings: the plugin's page, in widgets that every interface of Audacious can draw. Its
 * widgets show what the helper knows; what a person changes goes there at once.
 */
#pragma once

#include "host.h"

struct PluginPreferences;

extern PluginPreferences settings_preferences;

/* In Audacious' own settings: what is about its windows, and about no device. */
constexpr char settings_section[] = "portamento", settings_dock[] = "show_dock",
	       settings_progress[] = "show_progress";

class Settings : public View
{
      public:
	explicit Settings(Host &host);
	~Settings() override;

	void device_changed(AdapterDevice *device, AdapterChange change) override;
	void playlists_changed() override;

      private:
	Host &host;
};

/* A line of the page that says settings_describe_device(), as long as it lives. */
class StateView : public View
{
      public:
	StateView();
	~StateView() override;

	void device_changed(AdapterDevice *device, AdapterChange change) override;
	void settings_changed() override;

      protected:
	void show_state();
	virtual void show_text(const std::string &text) = 0;
};

/* The device that the page is about; one that is not known yet is fine. */
void settings_choose_device(const std::string &id);
void settings_show();
/* Once the main loop runs again: a widget whose callback this is may be filled again. */
void settings_refresh_soon();
/* What came of the last sync, or why there was none; "" when its state says all. */
std::string settings_describe_last(AdapterDevice *device);
/* Its state, what is on it and what happened last, in lines. */
std::string settings_describe_device();
