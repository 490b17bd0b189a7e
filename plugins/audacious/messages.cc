/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * messages: see messages.h. A warning of Audacious' log is shown in the status line of its
 * windows for some seconds; headless it goes to the terminal.
 */
#include "messages.h"

#include "common/i18n.h"
#include <libaudcore/runtime.h>

#include "actions.h"
#include "common/words.h"
#include "gtk-interface.h"
#include "settings.h"

static const guint most_failures = 20; /* named in the log; the preview has all */

/* The progress window and the message window of Audacious' GTK interface. Its Qt interface has a
 * status line for warnings, and our dock. */
static const char progress_hook[] = "ui show progress", progress_hook_2[] = "ui show progress 2",
		  progress_end_hook[] = "ui hide progress", information_hook[] = "ui show info";

Messages::Messages(Host &host) : host(host)
{
	host.add_view(this);
}

Messages::~Messages()
{
	hide_progress();
	host.remove_view(this);
}

static void
tell(const char *text)
{
	AUDWARN("%s\n", text);
	if (gtk_interface_runs())
		hook_call(information_hook, const_cast<char *>(text));
}

static char *
with_name(AdapterDevice *device, const char *text)
{
	g_autofree char *name = words_device_name(device->now);

	return g_strdup_printf("%s: %s", name, text);
}

void
Messages::ask_about_new(AdapterDevice *device)
{
	const int64_t status = porta_device_get_number(device->now, PORTA_KEY_STATUS);

	if (!action_is_connected(device) || status != PORTA_STATUS_NEW_DEVICE ||
	    !asked.insert(device->id).second)
		return;
	g_autofree char *text = with_name(
		device, aud_get_headless_mode() ? _("new here; “portamentoctl partner create” "
						    "takes it on, and “portamentoctl rules” "
						    "says what goes on it")
						: _("new here; the Services menu sets it up"));
	tell(text);
}

void
Messages::ask_about_held(AdapterDevice *device)
{
	const char *token = porta_device_get_string(device->now, PORTA_KEY_HELD_TOKEN);
	g_autofree char *question = words_held(device->now);

	if (question != nullptr && token != nullptr && asked.insert(token).second)
		tell(question);
}

void
Messages::show_progress(AdapterDevice *device)
{
	if (!gtk_interface_runs() || !host.is_awaited(device->id))
		return;
	if (!action_is_syncing(device) || !aud_get_bool(settings_section, settings_progress)) {
		hide_progress();
		return;
	}
	g_autofree char *state = words_state(device->now);
	g_autofree char *line = with_name(device, state);
	g_autofree char *progress = words_progress(device->now);
	hook_call(progress_hook, line);
	hook_call(progress_hook_2, progress);
	shows_progress = true;
}

void
Messages::hide_progress()
{
	if (shows_progress)
		hook_call(progress_end_hook, nullptr);
	shows_progress = false;
}

void
Messages::settings_changed()
{
	if (!aud_get_bool(settings_section, settings_progress))
		hide_progress();
}

/* A window comes of what a person waits for. What goes on by itself is no reason for one: a song
 * that fails today fails at every sync. */
void
Messages::show_result(AdapterDevice *device)
{
	g_autofree char *result = words_last_result(device->now);
	g_autofree char *line = with_name(device, result);
	GPtrArray *failures = device->failures;
	std::string all = line;

	for (guint i = 0; i < failures->len && i < most_failures; i++) {
		auto *failure = static_cast<AdapterFailure *>(g_ptr_array_index(failures, i));
		const char *what = failure->source[0] != '\0' ? failure->source : failure->item;
		g_autofree char *why = words_failure_why(failure);
		g_autofree char *safe = words_escape(what);
		all += std::string("\n") + safe + ": " + why;
	}
	AUDINFO("%s\n", all.c_str());
	if (failures->len > 0)
		AUDWARN("%s\n", line);
	if (!host.is_awaited(device->id))
		return;
	hide_progress();
	host.await(device->id, false);
	if (gtk_interface_runs())
		hook_call(information_hook, const_cast<char *>(all.c_str()));
}

void
Messages::device_changed(AdapterDevice *device, AdapterChange change)
{
	if (device == nullptr)
		return;
	ask_about_new(device);
	ask_about_held(device);
	if (change == ADAPTER_ENDED)
		show_result(device);
	else
		show_progress(device);
}
