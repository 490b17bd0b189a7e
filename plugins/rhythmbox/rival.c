/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rival.h"

#include <libpeas/peas.h>
#include <sources/rb-display-page-model.h>

#define MODULE "mtpdevice"
#define PAGE_TYPE "RBMtpSource" /* of each player that it shows */

struct Rival {
	RBShell *shell; /* no-ref */
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
rival_new(RBShell *shell, RivalChanged changed, void *data)
{
	Rival *rival = g_new0(Rival, 1);

	rival->shell = shell;
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

static gboolean
add_page(GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, gpointer pages)
{
	g_autoptr(GObject) page = NULL;

	gtk_tree_model_get(model, iter, RB_DISPLAY_PAGE_MODEL_COLUMN_PAGE, &page, -1);
	if (page != NULL && g_str_equal(G_OBJECT_TYPE_NAME(page), PAGE_TYPE))
		g_ptr_array_add(pages, g_steal_pointer(&page));
	return FALSE;
}

static void
destroy_page(gpointer page)
{
	gtk_widget_destroy(GTK_WIDGET(page));
	g_object_unref(page);
}

/* A page has its player open until it is disposed of. Of those that were used, something in
 * Rhythmbox keeps hold, so that unloading the plugin alone would free no player. */
void
rival_switch_off(Rival *rival)
{
	PeasPluginInfo *info = find(rival);
	g_autoptr(GPtrArray) pages = g_ptr_array_new_with_free_func(destroy_page);
	g_autoptr(GtkTreeModel) model = NULL;

	if (info == NULL || !peas_plugin_info_is_loaded(info))
		return;
	g_object_get(rival->shell, "display-page-model", &model, NULL);
	gtk_tree_model_foreach(model, add_page, pages);
	peas_engine_unload_plugin(rival->engine, info);
}
