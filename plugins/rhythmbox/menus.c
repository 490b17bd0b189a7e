/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "menus.h"

#include <shell/rb-application.h>

#include "common/i18n.h"
#include "common/words.h"
#include "wish.h"

/* Rhythmbox' names of its menus, and the action behind our item in each. */
static const struct {
	const char *menu, *action;
} places[] = {
	{"playlist-menu", "portamento-sync-playlist"},
	{"browser-popup", "portamento-sync-songs"},
	{"playlist-popup", "portamento-sync-songs"},
	{"queue-popup", "portamento-sync-songs"},
};

struct Menus {
	RBShell *shell;
	Adapter *adapter;
	Wish *wish;
	GPtrArray *ids; /* char *: of the items that are in each menu now */
	char *shown; /* those players, by id and name, as text to compare */
};

static void
on_sync_playlist(GSimpleAction *action, GVariant *device_id, gpointer data)
{
	Menus *menus = data;
	g_autoptr(GObject) page = NULL;

	g_object_get(menus->shell, "selected-page", &page, NULL);
	if (RB_IS_SOURCE(page))
		wish_playlist(menus->wish, g_variant_get_string(device_id, NULL), RB_SOURCE(page));
}

static void
on_sync_songs(GSimpleAction *action, GVariant *device_id, gpointer data)
{
	Menus *menus = data;
	g_autoptr(GObject) page = NULL;

	g_object_get(menus->shell, "selected-page", &page, NULL);
	RBEntryView *view = RB_IS_SOURCE(page) ? rb_source_get_entry_view(RB_SOURCE(page)) : NULL;
	if (view != NULL)
		wish_songs(menus->wish, g_variant_get_string(device_id, NULL),
			   rb_entry_view_get_selected_entries(view));
}

static const GActionEntry actions[] = {
	{.name = "portamento-sync-playlist", .activate = on_sync_playlist, .parameter_type = "s"},
	{.name = "portamento-sync-songs", .activate = on_sync_songs, .parameter_type = "s"},
};

Menus *
menus_new(RBShell *shell, Library *library, Adapter *adapter)
{
	Menus *menus = g_new0(Menus, 1);

	menus->shell = shell;
	menus->adapter = adapter;
	menus->wish = wish_new(shell, library, adapter);
	menus->ids = g_ptr_array_new_with_free_func(g_free);
	g_action_map_add_action_entries(G_ACTION_MAP(g_application_get_default()), actions,
					G_N_ELEMENTS(actions), menus);
	menus_update(menus);
	return menus;
}

static void
remove_items(Menus *menus)
{
	RBApplication *application = RB_APPLICATION(g_application_get_default());

	for (guint i = 0; i < menus->ids->len; i++) {
		const char *id = g_ptr_array_index(menus->ids, i);
		for (guint j = 0; j < G_N_ELEMENTS(places); j++)
			rb_application_remove_plugin_menu_item(application, places[j].menu, id);
	}
	g_ptr_array_set_size(menus->ids, 0);
}

void
menus_free(Menus *menus)
{
	if (menus == NULL)
		return;
	remove_items(menus);
	for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
		g_action_map_remove_action(G_ACTION_MAP(g_application_get_default()),
					   actions[i].name);
	wish_free(menus->wish);
	g_ptr_array_unref(menus->ids);
	g_free(menus->shown);
	g_free(menus);
}

static void
add_items(Menus *menus, AdapterDevice *device)
{
	RBApplication *application = RB_APPLICATION(g_application_get_default());
	g_autofree char *name = words_device_name(device->now);
	/* translators: %s is what its owner calls the player; a menu's item */
	g_autofree char *label = g_strdup_printf(_("Sync to %s"), name);
	char *id = g_strdup_printf("portamento-%s", device->id);

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);
		g_autofree char *action = g_strconcat("app.", places[i].action, NULL);
		g_menu_item_set_action_and_target(item, action, "s", device->id);
		rb_application_add_plugin_menu_item(application, places[i].menu, id, item);
	}
	g_ptr_array_add(menus->ids, id);
}

void
menus_update(Menus *menus)
{
	GPtrArray *devices = adapter_devices(menus->adapter);
	g_autoptr(GString) shown = g_string_new(NULL);

	for (guint i = 0; i < devices->len; i++) {
		AdapterDevice *device = g_ptr_array_index(devices, i);
		g_autofree char *name = words_device_name(device->now);
		if (wish_is_possible(device))
			g_string_append_printf(shown, "%s\n%s\n", device->id, name);
	}
	if (g_strcmp0(shown->str, menus->shown) == 0)
		return;
	g_free(menus->shown);
	menus->shown = g_strdup(shown->str);
	remove_items(menus);
	for (guint i = 0; i < devices->len; i++) {
		if (wish_is_possible(g_ptr_array_index(devices, i)))
			add_items(menus, g_ptr_array_index(devices, i));
	}
}

void
menus_published(Menus *menus)
{
	wish_published(menus->wish);
}
