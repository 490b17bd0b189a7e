/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugin: see plugin.h.
 */
#include "plugin.h"

#include <string.h>

#include <memory>

#include <libaudcore/preferences.h>
#include <libaudcore/runtime.h>

#include "actions.h"
#include "host.h"
#include "menus.h"
#include "messages.h"
#include "settings.h"
#ifdef HAVE_QT
#include "qt-dock.h"
#endif

#define N_(text) text /* Audacious translates these itself, in our domain */

SyncPlugin aud_plugin_instance;

SyncPlugin::SyncPlugin()
    : GeneralPlugin(
	      {
		      N_("Portable players (Portamento)"),
		      GETTEXT_PACKAGE,
		      N_("Keeps portable players in step with your playlists: plug one in, and "
			 "what you chose "
			 "for it is on it, in your order.\n\nIt goes on when Audacious is closed, "
			 "and shares a "
			 "player with other programs that use Portamento."),
		      &settings_preferences,
	      },
	      false)
{
}

/* All that there is while the plugin is enabled. */
struct Enabled {
	Host host;
	Menus menus{host};
	Messages messages{host};
	Settings settings{host};
};

static std::unique_ptr<Enabled> enabled;

bool
SyncPlugin::init()
{
	enabled = std::make_unique<Enabled>();
	return true;
}

void
SyncPlugin::cleanup()
{
	enabled.reset();
}

int
SyncPlugin::take_message(const char *code, const void *data, int size)
{
	const bool sync = strcmp(code, "sync") == 0;

	if (!enabled || (!sync && strcmp(code, "stop") != 0))
		return -1;
	for (AdapterDevice *device : enabled->host.devices())
		if (action_is_connected(device) && action_is_ours(device))
			(sync ? action_sync : action_stop)(enabled->host, device);
	return 0;
}

void *
SyncPlugin::get_qt_widget()
{
#ifdef HAVE_QT
	if (enabled && aud_get_bool(settings_section, settings_dock))
		return qt_dock_new(enabled->host);
#endif
	return nullptr;
}
