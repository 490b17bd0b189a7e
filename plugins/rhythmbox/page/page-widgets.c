/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-widgets: see page-widgets.h.
 */
#include "page-widgets.h"

GtkWidget *
page_label(const char *text)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	return label;
}

GtkWidget *
page_dim_label(const char *text)
{
	GtkWidget *label = page_label(text);

	gtk_style_context_add_class(gtk_widget_get_style_context(label), "dim-label");
	return label;
}

void
page_label_tabular(GtkWidget *label)
{
	g_autoptr(PangoAttrList) attributes = pango_attr_list_new();

	pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
	gtk_label_set_attributes(GTK_LABEL(label), attributes);
}

void
page_label_set(GtkWidget *label, const char *text)
{
	if (g_strcmp0(gtk_label_get_text(GTK_LABEL(label)), text) != 0)
		gtk_label_set_text(GTK_LABEL(label), text);
}

GtkWidget *
page_named(const char *mnemonic, GtkWidget *control)
{
	GtkWidget *label = gtk_label_new_with_mnemonic(mnemonic);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_mnemonic_widget(GTK_LABEL(label), control);
	return label;
}

void
page_set_name(GtkWidget *widget, const char *name)
{
	atk_object_set_name(gtk_widget_get_accessible(widget), name);
}

GtkWidget *
page_icon_button(const char *icon, const char *name)
{
	GtkWidget *button = gtk_button_new_from_icon_name(icon, GTK_ICON_SIZE_BUTTON);

	gtk_widget_set_tooltip_text(button, name);
	page_set_name(button, name);
	return button;
}

void
page_button_reserve(GtkWidget *button, const char *const *labels)
{
	int widest = 0;

	for (; *labels != NULL; labels++) {
		int natural = 0;
		gtk_button_set_label(GTK_BUTTON(button), *labels);
		gtk_widget_show_all(button);
		gtk_widget_get_preferred_width(button, NULL, &natural);
		widest = MAX(widest, natural);
	}
	gtk_widget_set_size_request(button, widest, -1);
}

static gboolean
on_wheel(GtkWidget *control, GdkEvent *event, gpointer data)
{
	g_signal_stop_emission_by_name(control, "scroll-event");
	return FALSE;
}

void
page_ignore_wheel(GtkWidget *control)
{
	gtk_widget_add_events(control, GDK_SCROLL_MASK | GDK_SMOOTH_SCROLL_MASK);
	g_signal_connect(control, "scroll-event", G_CALLBACK(on_wheel), NULL);
}

GtkTreeViewColumn *
page_text_column(const char *title, GtkTreeCellDataFunc show, gpointer data, gboolean expands)
{
	GtkCellRenderer *cell = gtk_cell_renderer_text_new();
	GtkTreeViewColumn *column = gtk_tree_view_column_new_with_attributes(title, cell, NULL);

	g_object_set(cell, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
	gtk_tree_view_column_set_cell_data_func(column, cell, show, data, NULL);
	gtk_tree_view_column_set_expand(column, expands);
	gtk_tree_view_column_set_resizable(column, TRUE);
	gtk_tree_view_column_set_sizing(column, GTK_TREE_VIEW_COLUMN_FIXED);
	return column;
}
