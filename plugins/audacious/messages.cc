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

static const guint most_failures = 20; /* named in the log; the preview has all */

/* The progress window and the message window of Audacious' GTK interface; its Qt interface has
 * neither, but our dock. */
static const char progress_hook[] = "ui show progress", progress_hook_2[] = "ui show progress 2",
		  progress_end_hook[] = "ui hide progress";

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
say(AdapterDevice *device, const char *text)
{
	g_autofree char *name = words_device_name(device->now);

	AUDWARN("%s: %s\n", name, text);
}

void
Messages::ask_about_new(AdapterDevice *device)
{
	const int64_t status = porta_device_get_number(device->now, PORTA_KEY_STATUS);

	if (!action_is_connected(device) || status != PORTA_STATUS_NEW_DEVICE ||
	    !asked.insert(device->id).second)
		return;
	say(device, aud_get_headless_mode()
			    ? _("new here; “portamentoctl rules” says what goes on it")
			    : _("new here; the Services menu sets it up"));
}

void
Messages::ask_about_held(AdapterDevice *device)
{
	const char *token = porta_device_get_string(device->now, PORTA_KEY_HELD_TOKEN);
	g_autofree char *question = words_held(device->now);

	if (question != nullptr && token != nullptr && asked.insert(token).second)
		AUDWARN("%s\n", question);
}

void
Messages::show_progress(AdapterDevice *device)
{
	g_autofree char *name = words_device_name(device->now);
	g_autofree char *state = words_state(device->now);
	g_autofree char *progress = words_progress(device->now);

	if (!host.is_awaited(device->id) || aud_get_mainloop_type() == MainloopType::Qt)
		return;
	if (!action_is_syncing(device)) {
		hide_progress();
		return;
	}
	g_autofree char *line = g_strdup_printf("%s: %s", name, state);
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
Messages::show_result(AdapterDevice *device)
{
	g_autofree char *name = words_device_name(device->now);
	g_autofree char *result = words_last_result(device->now);
	GPtrArray *failures = device->failures;

	hide_progress();
	host.await(device->id, false);
	AUDINFO("%s: %s\n", name, result);
	for (guint i = 0; i < failures->len && i < most_failures; i++) {
		auto *failure = static_cast<AdapterFailure *>(g_ptr_array_index(failures, i));
		const char *what = failure->source[0] != '\0' ? failure->source : failure->item;
		g_autofree char *why = words_reason(failure->code, failure->text);
		AUDINFO("%s: %s: %s\n", name, what, why);
	}
	if (failures->len > 0)
		say(device, result);
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
