/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rival.h"

#include <libpeas/peas.h>

#define MODULE "mtpdevice"

struct Rival {
	PeasEngine *engine; /* the program's own */
	RivalChanged changed;
	void *data;
};

static PeasPluginInfo *
find(Rival *rival)
{
	return peas_engine_get_plugin_info(rival->engine, MODULE);
}

static void
on_plugin(PeasEngine *engine, PeasPluginInfo *info, Rival *rival)
{
	if (info == find(rival))
		rival->changed(rival->data);
}

Rival *
rival_new(RivalChanged changed, void *data)
{
	Rival *rival = g_new0(Rival, 1);

	rival->engine = peas_engine_get_default();
	rival->changed = changed;
	rival->data = data;
	g_signal_connect_after(rival->engine, "load-plugin", G_CALLBACK(on_plugin), rival);
	g_signal_connect_after(rival->engine, "unload-plugin", G_CALLBACK(on_plugin), rival);
	return rival;
}

void
rival_free(Rival *rival)
{
	if (rival == NULL)
		return;
	g_signal_handlers_disconnect_by_data(rival->engine, rival);
	g_free(rival);
}

const char *
rival_name(Rival *rival)
{
	PeasPluginInfo *info = find(rival);

	if (info == NULL || !peas_plugin_info_is_loaded(info))
		return NULL;
	return peas_plugin_info_get_name(info);
}

void
rival_switch_off(Rival *rival)
{
	PeasPluginInfo *info = find(rival);

	if (info != NULL && peas_plugin_info_is_loaded(info))
		peas_engine_unload_plugin(rival->engine, info);
}
