/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host: Audacious as Portamento sees it: one adapter, pumped by Audacious' own main loop
 * (GLib's or Qt's), and the views that show what it knows. Main thread only.
 */
#pragma once

#include <set>
#include <string>
#include <vector>

#include <libaudcore/hook.h>
#include <libaudcore/mainloop.h>

#include "common/adapter.h"
#include "publisher.h"

/* Whoever shows something; by default it shows nothing. */
class View
{
      public:
	virtual ~View() = default;
	/* device may have changed in any way; NULL: which devices there are has. */
	virtual void
	device_changed(AdapterDevice *device, AdapterChange change)
	{
	}
	/* Titles, number or order of the playlists, or which one is shown. */
	virtual void
	playlists_changed()
	{
	}
	/* Songs, or what is known of them. */
	virtual void
	library_changed()
	{
	}
	/* The settings page is about another device now. */
	virtual void
	settings_changed()
	{
	}
};

class Host
{
      public:
	Host();
	~Host();
	Host(const Host &) = delete;
	void operator=(const Host &) = delete;

	void add_view(View *view);
	void remove_view(View *view);

	/* NULL without a session bus; helper_text() then says so. */
	Adapter *
	get_adapter() const
	{
		return adapter;
	}
	/* Why nothing is known of any device; "" when all is well. */
	const std::string &
	helper_text() const
	{
		return trouble;
	}

	void tell_settings_changed();

	/* Whether a person asked for the sync that runs, and so wants to see it. */
	void await(const std::string &id, bool is_awaited);
	bool is_awaited(const std::string &id) const;

	std::vector<AdapterDevice *> devices() const;
	AdapterDevice *find(const std::string &id) const;

      private:
	static AdapterHost callbacks();
	void pump();
	void publish_last_changes();
	void playlist_update(Playlist::UpdateLevel level);
	void files_read();
	void playlist_shown();
	void retire_deleted_playlists();
	void tell(AdapterDevice *device, AdapterChange change);

	Adapter *adapter = nullptr;
	std::string trouble;
	Publisher publisher;
	QueuedFunc awake, due;
	std::vector<View *> views;
	std::set<std::string> awaited; /* device ids */
	std::vector<std::string> playlists; /* ids, as of the last change */
	HookReceiver<Host, Playlist::UpdateLevel> updated;
	HookReceiver<Host> added, scanned, activated;
};

/* The one there is while the plugin is enabled; NULL otherwise. For callbacks without data. */
Host *host_get();

/* Why a request failed, where the person will see it; an AdapterDone. */
void host_show_failure(void *data, int32_t error, const char *text);
