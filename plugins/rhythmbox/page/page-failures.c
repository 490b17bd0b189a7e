/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-failures: which songs the last sync could not do, and why, in a list that opens.
 * A sync tries each of them again by itself; "Try Again" only saves the waiting.
 */
#include "page-parts.h"
#include "page-widgets.h"

#define MOST_SHOWN 1000 /* nobody reads on; all of them are in the preview */

enum { COLUMN_NAME, COLUMN_WHY, COLUMN_SOURCE, N_COLUMNS };

static void
on_retry(GtkButton *button, gpointer data)
{
	Page *page = data;

	adapter_start(page->adapter, page->device->id, page_on_done, page);
}

static char *
selected_source(Page *page)
{
	GtkTreeSelection *selection =
		gtk_tree_view_get_selection(GTK_TREE_VIEW(page->failures.view));
	GtkTreeModel *model;
	GtkTreeIter iter;
	char *source = NULL;

	if (gtk_tree_selection_get_selected(selection, &model, &iter))
		gtk_tree_model_get(model, &iter, COLUMN_SOURCE, &source, -1);
	return source;
}

static void
show_file(Page *page)
{
	g_autofree char *source = selected_source(page);

	if (source != NULL && source[0] == '/' && page->host->show_file != NULL)
		page->host->show_file(page->host_data, source);
}

static void
on_show(GtkButton *button, gpointer data)
{
	show_file(data);
}

static void
on_row_activated(GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column, gpointer data)
{
	show_file(data);
}

static void
on_selected(GtkTreeSelection *selection, gpointer data)
{
	Page *page = data;
	g_autofree char *source = selected_source(page);

	gtk_widget_set_sensitive(page->failures.show, source != NULL && source[0] == '/');
}

static void
add_column(GtkWidget *view, const char *title, int column_text, gboolean expands)
{
	GtkTreeViewColumn *column = page_text_column(title, NULL, NULL, TRUE);
	g_autoptr(GList) cells = gtk_cell_layout_get_cells(GTK_CELL_LAYOUT(column));

	gtk_tree_view_column_add_attribute(column, cells->data, "text", column_text);
	gtk_tree_view_column_set_min_width(column, 120);
	gtk_tree_view_append_column(GTK_TREE_VIEW(view), column);
}

static GtkWidget *
new_view(Page *page)
{
	GtkWidget *view = gtk_tree_view_new();
	GtkTreeSelection *selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(view));

	page->failures.store =
		gtk_list_store_new(N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
	gtk_tree_view_set_model(GTK_TREE_VIEW(view), GTK_TREE_MODEL(page->failures.store));
	g_object_unref(page->failures.store);
	add_column(view, _("Song"), COLUMN_NAME, TRUE);
	add_column(view, _("Why"), COLUMN_WHY, TRUE);
	gtk_tree_view_set_tooltip_column(GTK_TREE_VIEW(view), COLUMN_WHY);
	page_set_name(view, _("What failed"));
	g_signal_connect(selection, "changed", G_CALLBACK(on_selected), page);
	g_signal_connect(view, "row-activated", G_CALLBACK(on_row_activated), page);
	return view;
}

static GtkWidget *
new_buttons(Page *page)
{
	GtkWidget *buttons = gtk_button_box_new(GTK_ORIENTATION_HORIZONTAL);

	page->failures.show = gtk_button_new_with_mnemonic(_("S_how File"));
	page->failures.retry = gtk_button_new_with_mnemonic(_("_Try Again"));
	gtk_widget_set_sensitive(page->failures.show, FALSE);
	g_signal_connect(page->failures.show, "clicked", G_CALLBACK(on_show), page);
	g_signal_connect(page->failures.retry, "clicked", G_CALLBACK(on_retry), page);
	gtk_button_box_set_layout(GTK_BUTTON_BOX(buttons), GTK_BUTTONBOX_END);
	gtk_box_set_spacing(GTK_BOX(buttons), 6);
	if (page->host->show_file != NULL)
		gtk_container_add(GTK_CONTAINER(buttons), page->failures.show);
	gtk_container_add(GTK_CONTAINER(buttons), page->failures.retry);
	return buttons;
}

GtkWidget *
page_failures_new(Page *page)
{
	PageFailures *failures = &page->failures;
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	GtkWidget *scrolled = gtk_scrolled_window_new(NULL, NULL);

	failures->expander = gtk_expander_new_with_mnemonic("");
	failures->view = new_view(page);
	gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), 200);
	gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
	gtk_container_add(GTK_CONTAINER(scrolled), failures->view);
	gtk_container_add(GTK_CONTAINER(box), scrolled);
	gtk_container_add(GTK_CONTAINER(box), new_buttons(page));
	gtk_widget_set_margin_top(box, 6);
	gtk_container_add(GTK_CONTAINER(failures->expander), box);
	gtk_widget_show_all(failures->expander);
	gtk_widget_hide(failures->expander);
	return failures->expander;
}

static void
add_failure(Page *page, const AdapterFailure *failure)
{
	const char *path = failure->item[0] != '\0' ? failure->item : failure->source;
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *name = words_escape(base);
	g_autofree char *why = words_reason(failure->code, failure->text);

	gtk_list_store_insert_with_values(page->failures.store, NULL, -1, COLUMN_NAME, name,
					  COLUMN_WHY, why, COLUMN_SOURCE, failure->source, -1);
}

static void
show_title(Page *page, guint n)
{
	g_autofree char *count = words_count(n);
	g_autofree char *title = g_strdup_printf(
		dngettext(PLUGINS_DOMAIN, "%s song fa_iled", "%s songs fa_iled", n), count);

	gtk_expander_set_label(GTK_EXPANDER(page->failures.expander), title);
}

void
page_failures_show(Page *page)
{
	PageFailures *failures = &page->failures;
	GPtrArray *now = page->device->failures;

	if (now->len < failures->n_shown) {
		gtk_list_store_clear(failures->store);
		failures->n_shown = 0;
	}
	for (; failures->n_shown < MIN(now->len, MOST_SHOWN); failures->n_shown++)
		add_failure(page, g_ptr_array_index(now, failures->n_shown));
	show_title(page, now->len);
	gtk_widget_set_visible(failures->expander, now->len > 0 && page_is_partner(page));
	gtk_widget_set_sensitive(failures->retry,
				 page->helper_there && !page_is_syncing(page) &&
					 page_number(page, PORTA_KEY_CONNECTED) == 1);
}
