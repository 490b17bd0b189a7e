/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-columns: see preview-columns.h.
 */
#include "preview-columns.h"

#include "common/i18n.h"
#include "common/words.h"
#include "page-widgets.h"
#include "preview-filter.h"

static uint32_t
get_step(GtkTreeModel *tree, GtkTreeIter *iter)
{
	guint step = 0;

	gtk_tree_model_get(tree, iter, 0, &step, -1);
	return step;
}

static void
show_action(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	    gpointer data)
{
	PortaPlan *const *plan = data;
	uint32_t step = get_step(tree, iter);
	int64_t row = porta_plan_get_number(*plan, step, PORTA_KEY_REASON_CODE);
	const char *action = words_action(porta_plan_get_action(*plan, step));

	/* what is kept only until a person agrees is no "Keep" to that person */
	g_object_set(cell, "text", preview_filter_has(PREVIEW_HELD, 0, row) ? _("Ask") : action,
		     NULL);
}

/* Of a step whose song nobody knows any more, the name of its file. */
static char *
get_title(PortaPlan *plan, uint32_t step)
{
	static const int32_t paths[] = {PORTA_KEY_ITEM, PORTA_KEY_SOURCE, PORTA_KEY_URI};
	const char *title = porta_plan_get_string(plan, step, PORTA_KEY_TITLE);

	for (gsize i = 0; i < G_N_ELEMENTS(paths) && title == NULL; i++) {
		const char *path = porta_plan_get_string(plan, step, paths[i]);
		if (path != NULL)
			return g_path_get_basename(path);
	}
	return g_strdup(title);
}

static void
show_what(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	  gpointer data)
{
	PortaPlan *const *plan = data;
	g_autofree char *title = get_title(*plan, get_step(tree, iter));
	g_autofree char *safe = words_escape(title);

	g_object_set(cell, "text", safe, NULL);
}

static void
show_string(PortaPlan *const *plan, GtkCellRenderer *cell, uint32_t step, int32_t key)
{
	g_autofree char *safe = words_escape(porta_plan_get_string(*plan, step, key));

	g_object_set(cell, "text", safe, NULL);
}

static void
show_reason(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	    gpointer data)
{
	PortaPlan *const *plan = data;
	g_autofree char *why = words_step_why(*plan, get_step(tree, iter));

	g_object_set(cell, "text", why, NULL);
}

static void
show_rule(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	  gpointer data)
{
	show_string(data, cell, get_step(tree, iter), PORTA_KEY_RULE);
}

static void
show_size(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	  gpointer data)
{
	PortaPlan *const *plan = data;
	int64_t bytes = porta_plan_get_number(*plan, get_step(tree, iter), PORTA_KEY_SIZE_BYTES);
	g_autofree char *size = bytes > 0 ? words_size(bytes) : g_strdup("");

	g_object_set(cell, "text", size, NULL);
}

static void
add_column(GtkTreeView *view, PortaPlan *const *plan, const char *title, GtkTreeCellDataFunc show,
	   int width, gboolean expands)
{
	GtkTreeViewColumn *column = page_text_column(title, show, (gpointer)plan, expands);

	gtk_tree_view_column_set_min_width(column, width);
	gtk_tree_view_append_column(view, column);
}

/* The whole of what its columns cut off. */
static gboolean
on_tooltip(GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip,
	   gpointer data)
{
	PortaPlan *const *plan = data;
	GtkTreeModel *tree;
	GtkTreePath *path = NULL;
	GtkTreeIter iter;

	if (*plan == NULL || !gtk_tree_view_get_tooltip_context(GTK_TREE_VIEW(widget), &x, &y,
								by_keyboard, &tree, &path, &iter))
		return FALSE;
	uint32_t step = get_step(tree, &iter);
	g_autofree char *item = words_escape(porta_plan_get_string(*plan, step, PORTA_KEY_ITEM));
	g_autofree char *why = words_step_why(*plan, step);
	g_autofree char *text = g_strdup_printf("%s\n%s", item, why);
	gtk_tooltip_set_text(tooltip, text);
	gtk_tree_view_set_tooltip_row(GTK_TREE_VIEW(widget), tooltip, path);
	gtk_tree_path_free(path);
	return TRUE;
}

void
preview_columns_add(GtkTreeView *view, PortaPlan *const *plan)
{
	add_column(view, plan, _("Step"), show_action, 100, FALSE);
	add_column(view, plan, _("Song or Playlist"), show_what, 140, TRUE);
	add_column(view, plan, _("Size"), show_size, 72, FALSE);
	add_column(view, plan, _("Reason"), show_reason, 230, TRUE);
	add_column(view, plan, _("Because Of"), show_rule, 110, FALSE);
	gtk_widget_set_has_tooltip(GTK_WIDGET(view), TRUE);
	g_signal_connect(view, "query-tooltip", G_CALLBACK(on_tooltip), (gpointer)plan);
}
