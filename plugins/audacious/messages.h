/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * messages: what a person must hear of even without looking for it, through Audacious' own
 * status line and log, and where there is no dock also how a sync goes.
 */
#pragma once

#include <set>

#include "host.h"

class Messages : public View
{
      public:
	explicit Messages(Host &host);
	~Messages() override;

	void device_changed(AdapterDevice *device, AdapterChange change) override;
	void settings_changed() override;

      private:
	void ask_about_new(AdapterDevice *device);
	void ask_about_held(AdapterDevice *device);
	void show_progress(AdapterDevice *device);
	void hide_progress();
	void show_result(AdapterDevice *device);

	Host &host;
	std::set<std::string> asked; /* devices, and tokens of removals; each is asked about once */
	bool shows_progress = false;
};
