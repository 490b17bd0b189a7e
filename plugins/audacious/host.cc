/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host: see host.h.
 */
#include "host.h"

#include <algorithm>

#include <libaudcore/interface.h>
#include <libaudcore/runtime.h>

#include "common/words.h"

static Host *the_host;

/* To quit must not take longer, twice. */
static constexpr std::chrono::milliseconds patience_at_end{1000};

Host *
host_get()
{
	return the_host;
}

/* A second Audacious of the same person has playlists of its own. */
static std::string
host_id()
{
	const int instance = aud_get_instance();

	return instance > 1 ? "audacious-" + std::to_string(instance) : "audacious";
}

AdapterHost
Host::callbacks()
{
	AdapterHost host = {};

	host.wake = [](void *self) {
		auto *that = static_cast<Host *>(self);
		that->awake.queue([that]() { that->pump(); });
	};
	host.publish = [](void *self) { static_cast<Host *>(self)->publisher.start(); };
	host.found = [](void *self, AdapterDevice *device) {
		static_cast<Host *>(self)->tell(device, ADAPTER_CAME);
	};
	host.changed = [](void *self, AdapterDevice *device, AdapterChange change) {
		static_cast<Host *>(self)->tell(device, change);
	};
	host.gone = [](void *self, AdapterDevice *device) {
		device->host_data = self; /* marks it as one that devices() leaves out */
		static_cast<Host *>(self)->tell(nullptr, ADAPTER_WENT);
	};
	host.helper = [](void *self, gboolean there, const char *text) {
		auto *that = static_cast<Host *>(self);
		that->trouble = there ? "" : text;
		that->tell(nullptr, ADAPTER_STATE);
	};
	host.published = [](void *self, int32_t error, const char *text) {
		if (error != PORTA_OK)
			AUDWARN("%s\n", text);
	};
	return host;
}

Host::Host()
    : publisher([this](PortaLibrary *library) {
	      adapter_publish(adapter, library);
	      pump();
      }),
      playlists(playlist_ids()), updated(this, &Host::playlist_update),
      added(this, &Host::files_read), scanned(this, &Host::files_read),
      activated(this, &Host::playlist_shown)
{
	const AdapterHost host = callbacks();
	const char *error = nullptr;

	the_host = this;
	words_init();
	adapter = adapter_new(host_id().c_str(), "Audacious", &host, this, &error);
	if (adapter == nullptr) {
		trouble = error;
		AUDERR("%s\n", error);
		return;
	}
	updated.connect("playlist update");
	added.connect("playlist add complete");
	scanned.connect("playlist scan complete");
	activated.connect("playlist activate");
	adapter_touch_library(adapter);
	pump();
}

Host::~Host()
{
	the_host = nullptr;
	publish_last_changes();
	adapter_free(adapter);
	awake.stop();
	due.stop();
}

/* Who drops a song into a playlist and quits wants it on the player, too. */
void
Host::publish_last_changes()
{
	if (adapter == nullptr || !adapter_is_library_due(adapter))
		return;
	PortaLibrary *library = publisher.finish_now(patience_at_end);
	if (library == nullptr) {
		AUDINFO("The last changes are published at the next start.\n");
		return;
	}
	adapter_publish(adapter, library);
	adapter_flush(adapter, patience_at_end.count());
}

void
Host::pump()
{
	adapter_pump(adapter);
	const int due_ms = adapter_next_due_ms(adapter);
	if (due_ms >= 0)
		due.queue(due_ms, [this]() { pump(); });
	else
		due.stop();
}

void
Host::await(const std::string &id, bool is_awaited)
{
	if (is_awaited)
		awaited.insert(id);
	else
		awaited.erase(id);
}

bool
Host::is_awaited(const std::string &id) const
{
	return awaited.count(id) > 0;
}

void
Host::add_view(View *view)
{
	views.push_back(view);
}

void
Host::remove_view(View *view)
{
	views.erase(std::remove(views.begin(), views.end(), view), views.end());
}

void
Host::tell(AdapterDevice *device, AdapterChange change)
{
	const auto all = views; /* a view may go while it is told */

	for (View *view : all)
		view->device_changed(device, change);
}

void
Host::tell_settings_changed()
{
	for (View *view : views)
		view->settings_changed();
}

std::vector<AdapterDevice *>
Host::devices() const
{
	std::vector<AdapterDevice *> found;

	if (adapter == nullptr)
		return found;
	GPtrArray *known = adapter_devices(adapter);
	for (guint i = 0; i < known->len; i++) {
		auto *device = static_cast<AdapterDevice *>(g_ptr_array_index(known, i));
		if (device->host_data == nullptr)
			found.push_back(device);
	}
	return found;
}

AdapterDevice *
Host::find(const std::string &id) const
{
	return adapter != nullptr ? adapter_find(adapter, id.c_str()) : nullptr;
}

void
Host::playlist_update(Playlist::UpdateLevel level)
{
	if (level < Playlist::Metadata)
		return;
	if (level == Playlist::Structure) {
		retire_deleted_playlists();
		publisher.playlists_changed();
	}
	adapter_touch_library(adapter);
	pump();
	for (View *view : views)
		view->library_changed();
	playlist_shown();
}

void
Host::files_read()
{
	publisher.look_again();
	adapter_touch_library(adapter);
	pump();
}

void
Host::playlist_shown()
{
	for (View *view : views)
		view->playlists_changed();
}

void
Host::retire_deleted_playlists()
{
	const auto now = playlist_ids();
	const auto before = std::exchange(playlists, now);

	for (const std::string &id : before)
		if (std::find(now.begin(), now.end(), id) == now.end())
			playlist_retire(id);
}

void
host_show_failure(void *data, int32_t error, const char *text)
{
	if (error != PORTA_OK && error != PORTA_ERROR_CANCELLED)
		aud_ui_show_error(text);
}
