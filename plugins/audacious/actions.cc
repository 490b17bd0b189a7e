/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * actions: see actions.h.
 */
#include "actions.h"

#include <errno.h>

#include <gio/gio.h>
#include "common/i18n.h"
#include <glib/gstdio.h>
#include <libaudcore/interface.h>

#include "common/words.h"
#include "gtk-interface.h"
#include "settings.h"

static PreviewShower preview_shower;

static int64_t
number(AdapterDevice *device, int32_t key)
{
	return porta_device_get_number(device->now, key);
}

bool
action_is_ours(AdapterDevice *device)
{
	return number(device, PORTA_KEY_STATUS) == PORTA_STATUS_PARTNERSHIP_EXISTS;
}

bool
action_is_connected(AdapterDevice *device)
{
	return number(device, PORTA_KEY_CONNECTED) == 1;
}

bool
action_is_syncing(AdapterDevice *device)
{
	return number(device, PORTA_KEY_SYNC_STATE) == PORTA_SYNC_SYNCHRONIZING;
}

bool
action_is_held(AdapterDevice *device)
{
	return number(device, PORTA_KEY_HELD_REMOVALS) > 0;
}

bool
action_is_anothers(AdapterDevice *device)
{
	return number(device, PORTA_KEY_STATUS) == PORTA_STATUS_PARTNERSHIP_ANOTHER;
}

void
action_sync(Host &host, AdapterDevice *device)
{
	host.await(device->id, true);
	if (action_is_ours(device)) {
		adapter_start(host.get_adapter(), device->id, host_show_failure, nullptr);
		return;
	}
	g_autoptr(Choices) choices = choices_new();
	choices->by_default = TRUE;
	action_choose(host, device, choices);
}

void
action_stop(Host &host, AdapterDevice *device)
{
	if (!action_is_ours(device))
		return; /* there is nothing to be stopped */
	adapter_stop(host.get_adapter(), device->id, host_show_failure, nullptr);
}

void
action_choose(Host &host, AdapterDevice *device, const Choices *choices)
{
	if (action_is_ours(device))
		adapter_choose(host.get_adapter(), device->id, choices, host_show_failure, nullptr);
	else
		adapter_accept(host.get_adapter(), device->id, FALSE, choices, host_show_failure,
			       nullptr);
}

void
action_take_over(Host &host, AdapterDevice *device)
{
	g_autoptr(Choices) choices = choices_new();

	choices->by_default = TRUE;
	adapter_accept(host.get_adapter(), device->id, TRUE, choices, host_show_failure, nullptr);
}

void
action_decline(Host &host, AdapterDevice *device)
{
	adapter_decline(host.get_adapter(), device->id, host_show_failure, nullptr);
}

void
action_confirm(Host &host, AdapterDevice *device)
{
	const char *token = porta_device_get_string(device->now, PORTA_KEY_HELD_TOKEN);

	if (token != nullptr)
		adapter_confirm_removals(host.get_adapter(), device->id, token, host_show_failure,
					 nullptr);
}

void
action_skip(Host &host, AdapterDevice *device, const std::string &song, bool skip)
{
	adapter_set_skip(host.get_adapter(), device->id, song.c_str(), skip, host_show_failure,
			 nullptr);
}

void
action_toggle_playlist(Host &host, AdapterDevice *device, const std::string &playlist)
{
	if (playlist.empty())
		return;
	g_autoptr(Choices) choices = device->choices != nullptr ? choices_copy(device->choices)
								: choices_new();
	if (!choices_remove_playlist(choices, playlist.c_str()))
		choices_add_playlist(choices, playlist.c_str());
	host.await(device->id, action_is_connected(device));
	action_choose(host, device, choices);
}

void
action_set_preview_shower(PreviewShower shower)
{
	preview_shower = shower;
}

static void
opened(GObject *source, GAsyncResult *result, gpointer path)
{
	g_autoptr(GError) error = nullptr;

	if (!g_app_info_launch_default_for_uri_finish(result, &error)) {
		g_autofree char *text =
			g_strdup_printf(_("The preview is in %s, but nothing here opens it: %s"),
					static_cast<char *>(path), error->message);
		aud_ui_show_error(text);
	}
	g_free(path);
}

/* For an interface that can show no list: in Audacious' message window, as far as it goes. */
static bool
show_as_message(const char *text)
{
	static const guint most_lines = 25;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	if (!gtk_interface_runs() || g_strv_length(lines) > most_lines)
		return false;
	hook_call("ui show info", const_cast<char *>(text));
	return true;
}

/* A file, opened with whatever opens texts. */
static void
show_as_file(const char *text)
{
	g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "portamento", nullptr);
	g_autofree char *path = g_build_filename(folder, "preview.txt", nullptr);
	g_autoptr(GError) error = nullptr;

	if (g_mkdir_with_parents(folder, 0700) < 0 ||
	    !g_file_set_contents(path, text, -1, &error)) {
		g_autofree char *complaint =
			g_strdup_printf(_("The preview could not be written: %s"),
					error != nullptr ? error->message : g_strerror(errno));
		aud_ui_show_error(complaint);
		return;
	}
	g_autofree char *uri = g_filename_to_uri(path, nullptr, nullptr);
	g_app_info_launch_default_for_uri_async(uri, nullptr, nullptr, opened, g_strdup(path));
}

static void
previewed(void *data, int32_t error, const char *text, PortaPlan *plan)
{
	AdapterDevice *device = host_get()->find(static_cast<const char *>(data));

	if (plan == nullptr) {
		host_show_failure(nullptr, error, text);
		return;
	}
	if (device != nullptr && preview_shower != nullptr && preview_shower(device, plan))
		return;
	g_autofree char *changes = words_plan_changes(plan);
	porta_plan_free(plan);
	if (!show_as_message(changes))
		show_as_file(changes);
}

void
action_preview(Host &host, AdapterDevice *device)
{
	static std::set<std::string> asked; /* what an answer that never comes would leave behind */
	const std::string &id = *asked.insert(device->id).first;

	adapter_preview(host.get_adapter(), device->id, nullptr, previewed,
			const_cast<char *>(id.c_str()));
}

void
action_show_settings(Host &host, AdapterDevice *device)
{
	if (device != nullptr)
		settings_choose_device(device->id);
	settings_show();
}
