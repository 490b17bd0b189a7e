/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "notify.h"

#include "common/i18n.h"
#include "common/words.h"

static gboolean
is_worth_telling(PortaDevice *device)
{
	static const int32_t counts[] = {
		PORTA_KEY_LAST_SYNC_COPIED,   PORTA_KEY_LAST_SYNC_REMOVED,
		PORTA_KEY_LAST_SYNC_REPLACED, PORTA_KEY_LAST_SYNC_ERROR_COUNT,
		PORTA_KEY_HELD_REMOVALS,
	};
	int32_t result = (int32_t)porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);

	if (result == PORTA_ERROR_CANCELLED)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
		if (porta_device_get_number(device, counts[i]) > 0)
			return TRUE;
	}
	return result != PORTA_OK;
}

static gboolean
is_looked_at(RBShell *shell)
{
	g_autoptr(GtkWindow) window = NULL;

	g_object_get(shell, "window", &window, NULL);
	return window != NULL && gtk_window_is_active(window);
}

static char *
make_id(const AdapterDevice *device)
{
	return g_strconcat("portamento-", device->id, NULL);
}

static const char *
title_format(PortaDevice *device)
{
	if (porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS) > 0)
		/* translators: %s is what its owner calls the player */
		return _("%s waits for your answer");
	if (porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT) != PORTA_OK)
		/* translators: %s is what its owner calls the player */
		return _("Syncing %s did not finish");
	/* translators: %s is what its owner calls the player */
	return _("%s was synced");
}

void
notify_sync_ended(RBShell *shell, const AdapterDevice *device)
{
	if (!is_worth_telling(device->now))
		return;
	if (is_looked_at(shell)) {
		g_debug("%s: nobody need be told, it is looked at", device->id);
		return;
	}
	g_autofree char *name = words_device_name(device->now);
	g_autofree char *held = words_held(device->now);
	g_autofree char *result = words_last_result(device->now);
	g_autoptr(GString) title = g_string_new(title_format(device->now));
	g_autofree char *id = make_id(device);
	g_autoptr(GNotification) notification = g_notification_new("");
	g_autoptr(GIcon) icon = g_themed_icon_new("multimedia-player");

	g_string_replace(title, "%s", name, 1);
	g_notification_set_title(notification, title->str);
	g_notification_set_body(notification, held != NULL ? held : result);
	g_notification_set_icon(notification, icon);
	g_notification_set_default_action_and_target(notification, "app." NOTIFY_ACTION, "s",
						     device->id);
	g_application_send_notification(g_application_get_default(), id, notification);
}

void
notify_withdraw(const AdapterDevice *device)
{
	g_autofree char *id = make_id(device);

	g_application_withdraw_notification(g_application_get_default(), id);
}
