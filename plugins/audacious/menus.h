/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menus: the Services menu of the main window and of the playlist, in every interface that
 * Audacious has. An item is there when it can be used, and its name says what it will do.
 */
#pragma once

#include <libaudcore/interface.h>

#include "host.h"

class Menus : public View
{
      public:
	explicit Menus(Host &host);
	~Menus() override;

	void device_changed(AdapterDevice *device, AdapterChange change) override;
	void playlists_changed() override;

	void sync(AdapterDevice *device);
	void stop(AdapterDevice *device);
	void preview(AdapterDevice *device);
	void set_up(AdapterDevice *device);
	void confirm(AdapterDevice *device);
	void toggle_playlist(AdapterDevice *device);

	/* The device in this place of the menus; NULL when it is gone. */
	AdapterDevice *device_at(unsigned place) const;

      private:
	struct Item {
		AudMenuID menu;
		void (*chosen)();
		const char *icon; /* one of those that Audacious brings */
		std::string name;
		bool operator==(const Item &other) const;
	};

	std::vector<Item> wanted_items();
	void add_device(std::vector<Item> &wanted, unsigned place, AdapterDevice *device);
	void add_playlist(std::vector<Item> &wanted, unsigned place, AdapterDevice *device);
	void rebuild();
	void remove_all();

	Host &host;
	QueuedFunc rebuilding; /* never while the item that was chosen still runs */
	std::vector<Item> items; /* Audacious keeps pointers to the names */
	std::vector<std::string> places; /* device ids */
};
