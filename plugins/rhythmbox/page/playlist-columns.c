/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist-columns: see playlist-columns.h.
 */
#include "playlist-columns.h"

#include "common/i18n.h"
#include "common/words.h"
#include "page-widgets.h"

ChooserRow *
playlist_columns_row(GtkTreeModel *tree, GtkTreeIter *iter)
{
	ChooserRow *row = NULL;

	gtk_tree_model_get(tree, iter, 0, &row, -1);
	return row; /* NULL for the instant in which a drag inserts it */
}

static void
show_wanted(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	    gpointer data)
{
	const ChooserRow *row = playlist_columns_row(tree, iter);

	g_object_set(cell, "active", row != NULL && row->wanted, NULL);
}

static void
show_icon(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	  gpointer data)
{
	static const char *const names[][3] = {
		{"playlist-symbolic", "view-list-symbolic", NULL},
		{"playlist-automatic-symbolic", "emblem-system-symbolic", NULL},
	};
	const ChooserRow *row = playlist_columns_row(tree, iter);
	gboolean automatic = row != NULL && row->kind == PORTA_PLAYLIST_AUTOMATIC;
	g_autoptr(GIcon) icon = g_themed_icon_new_from_names((char **)names[automatic], -1);

	g_object_set(cell, "gicon", icon, "sensitive", row != NULL && row->there, NULL);
}

static void
show_name(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	  gpointer data)
{
	const ChooserRow *row = playlist_columns_row(tree, iter);
	gboolean there = row != NULL && row->there;
	g_autofree char *name = row != NULL ? words_escape(row->name) : NULL;

	if (row != NULL && !there && row->name[0] == '\0') {
		g_free(name);
		name = g_strdup(_("A playlist that is not there now"));
	}
	g_object_set(cell, "text", name, "style", there ? PANGO_STYLE_NORMAL : PANGO_STYLE_ITALIC,
		     NULL);
}

static void
show_songs(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	   gpointer data)
{
	const ChooserRow *row = playlist_columns_row(tree, iter);
	g_autofree char *count = row != NULL && row->there ? words_count(row->n_songs) : NULL;

	g_object_set(cell, "text", count, NULL);
}

static void
show_size(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	  gpointer data)
{
	const ChooserRow *row = playlist_columns_row(tree, iter);
	g_autofree char *size = row != NULL && row->there ? words_size(row->bytes) : NULL;

	g_object_set(cell, "text", size, NULL);
}

static char *
describe_fit(const ChooserRow *row)
{
	if (row == NULL || !row->wanted || !row->there || !row->fitted)
		return NULL;
	if (row->n_fit == row->n_counted)
		return g_strdup(_("All"));
	if (row->n_fit == 0)
		return g_strdup(_("Nothing"));
	g_autofree char *fits = words_count(row->n_fit);
	g_autofree char *all = words_count(row->n_counted);
	return g_strdup_printf(_("%s of %s"), fits, all);
}

static void
show_fit(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *tree, GtkTreeIter *iter,
	 gpointer data)
{
	const ChooserRow *row = playlist_columns_row(tree, iter);
	g_autofree char *text = describe_fit(row);
	gboolean is_short = row != NULL && row->n_fit < row->n_counted;

	g_object_set(cell, "text", text, "weight",
		     is_short ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, NULL);
}

static void
add_toggle(GtkTreeView *view, GCallback toggled, gpointer data)
{
	GtkCellRenderer *cell = gtk_cell_renderer_toggle_new();
	GtkTreeViewColumn *column = gtk_tree_view_column_new_with_attributes(_("Sync"), cell, NULL);

	gtk_tree_view_column_set_cell_data_func(column, cell, show_wanted, NULL, NULL);
	g_signal_connect(cell, "toggled", toggled, data);
	gtk_tree_view_append_column(view, column);
}

static void
add_name(GtkTreeView *view)
{
	GtkTreeViewColumn *column = page_text_column(_("Playlist"), show_name, NULL, TRUE);
	GtkCellRenderer *icon = gtk_cell_renderer_pixbuf_new();

	gtk_cell_layout_pack_start(GTK_CELL_LAYOUT(column), icon, FALSE);
	gtk_cell_layout_reorder(GTK_CELL_LAYOUT(column), icon, 0);
	gtk_tree_view_column_set_cell_data_func(column, icon, show_icon, NULL, NULL);
	gtk_tree_view_column_set_spacing(column, 6);
	gtk_tree_view_column_set_min_width(column, 120);
	gtk_tree_view_append_column(view, column);
}

static void
add_figures(GtkTreeView *view, const char *title, const char *help, GtkTreeCellDataFunc show,
	    int width)
{
	GtkTreeViewColumn *column = page_text_column(title, show, NULL, FALSE);
	g_autoptr(GList) cells = gtk_cell_layout_get_cells(GTK_CELL_LAYOUT(column));
	g_autoptr(PangoAttrList) figures = pango_attr_list_new();

	pango_attr_list_insert(figures, pango_attr_font_features_new("tnum=1"));
	g_object_set(cells->data, "xalign", 1.0, "attributes", figures, NULL);
	gtk_tree_view_column_set_alignment(column, 1.0);
	gtk_widget_set_tooltip_text(gtk_tree_view_column_get_button(column), help);
	gtk_tree_view_column_set_min_width(column, width);
	gtk_tree_view_append_column(view, column);
}

void
playlist_columns_add(GtkTreeView *view, GCallback toggled, gpointer data)
{
	add_toggle(view, toggled, data);
	add_name(view);
	add_figures(view, _("Songs"), NULL, show_songs, 72);
	add_figures(view, _("Size"), NULL, show_size, 84);
	add_figures(view, _("Fits"),
		    _("How many of its songs find room, when those further up have theirs"),
		    show_fit, 104);
}
