/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-failures: which songs the last sync could not do, and why, in a list that opens; and
 * those that a person skips. A sync tries each of the first again by itself; "Try Again" only
 * saves the waiting.
 */
#include <string.h>

#include "page-parts.h"
#include "page-widgets.h"

#define MOST_SHOWN 1000 /* nobody reads on; all of them are in the preview */

enum { COLUMN_NAME, COLUMN_WHY, COLUMN_SOURCE, COLUMN_SKIPPED, N_COLUMNS };

static void
on_retry(GtkButton *button, gpointer data)
{
	Page *page = data;

	adapter_start(page->adapter, page->device->id, page_on_done, page);
}

/* NULL: no row is. */
static char *
selected_source(Page *page, gboolean *is_skipped)
{
	GtkTreeSelection *selection =
		gtk_tree_view_get_selection(GTK_TREE_VIEW(page->failures.view));
	GtkTreeModel *model;
	GtkTreeIter iter;
	char *source = NULL;

	*is_skipped = FALSE;
	if (gtk_tree_selection_get_selected(selection, &model, &iter))
		gtk_tree_model_get(model, &iter, COLUMN_SOURCE, &source, COLUMN_SKIPPED, is_skipped,
				   -1);
	return source;
}

/* What failed may also be a playlist. */
static gboolean
is_song(const char *source)
{
	return source[0] == '/' || strstr(source, "://") != NULL;
}

static void
on_skip(GtkButton *button, gpointer data)
{
	Page *page = data;
	gboolean is_skipped;
	g_autofree char *source = selected_source(page, &is_skipped);

	if (source == NULL)
		return;
	gtk_widget_set_sensitive(GTK_WIDGET(button), FALSE);
	adapter_set_skip(page->adapter, page->device->id, source, !is_skipped, page_on_done, page);
}

static void
show_file(Page *page)
{
	gboolean is_skipped;
	g_autofree char *source = selected_source(page, &is_skipped);

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
show_buttons(Page *page)
{
	PageFailures *failures = &page->failures;
	gboolean is_skipped;
	g_autofree char *source = selected_source(page, &is_skipped);
	const char *help =
		is_skipped ? _("Sync this song like any other again")
			   : _("Leave this song alone on this player: it is not tried again");

	gtk_button_set_label(GTK_BUTTON(failures->skip),
			     is_skipped ? _("Do Not S_kip") : _("S_kip"));
	gtk_widget_set_tooltip_text(failures->skip, help);
	gtk_widget_set_sensitive(failures->skip,
				 page->helper_there && source != NULL && is_song(source));
	gtk_widget_set_sensitive(failures->show, source != NULL && source[0] == '/');
	gtk_widget_set_sensitive(failures->retry,
				 failures->n_failed > 0 && page->helper_there &&
					 !page_is_syncing(page) &&
					 page_number(page, PORTA_KEY_CONNECTED) == 1);
}

static void
on_selected(GtkTreeSelection *selection, gpointer data)
{
	show_buttons(data);
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

	page->failures.store = gtk_list_store_new(N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING,
						  G_TYPE_STRING, G_TYPE_BOOLEAN);
	gtk_tree_view_set_model(GTK_TREE_VIEW(view), GTK_TREE_MODEL(page->failures.store));
	g_object_unref(page->failures.store);
	add_column(view, _("Song"), COLUMN_NAME, TRUE);
	add_column(view, _("Why"), COLUMN_WHY, TRUE);
	gtk_tree_view_set_tooltip_column(GTK_TREE_VIEW(view), COLUMN_WHY);
	page_set_name(view, _("Songs that failed or are skipped"));
	g_signal_connect(selection, "changed", G_CALLBACK(on_selected), page);
	g_signal_connect(view, "row-activated", G_CALLBACK(on_row_activated), page);
	return view;
}

static GtkWidget *
new_buttons(Page *page)
{
	GtkWidget *buttons = gtk_button_box_new(GTK_ORIENTATION_HORIZONTAL);

	page->failures.skip = gtk_button_new_with_mnemonic(_("S_kip"));
	page->failures.show = gtk_button_new_with_mnemonic(_("S_how File"));
	page->failures.retry = gtk_button_new_with_mnemonic(_("_Try Again"));
	g_signal_connect(page->failures.skip, "clicked", G_CALLBACK(on_skip), page);
	g_signal_connect(page->failures.show, "clicked", G_CALLBACK(on_show), page);
	g_signal_connect(page->failures.retry, "clicked", G_CALLBACK(on_retry), page);
	gtk_button_box_set_layout(GTK_BUTTON_BOX(buttons), GTK_BUTTONBOX_END);
	gtk_box_set_spacing(GTK_BOX(buttons), 6);
	gtk_container_add(GTK_CONTAINER(buttons), page->failures.skip);
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

void
page_failures_free(Page *page)
{
	g_clear_pointer(&page->failures.skips, g_ptr_array_unref);
}

static gboolean
is_skipped_now(const Page *page, const char *source)
{
	GPtrArray *skips = page->device->skips;

	return g_ptr_array_find_with_equal_func(skips, source, g_str_equal, NULL);
}

static void
add_failure(Page *page, const AdapterFailure *failure)
{
	const char *path = failure->item[0] != '\0' ? failure->item : failure->source;
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *name = words_escape(base);
	g_autofree char *why = words_failure_why(failure);

	if (is_skipped_now(page, failure->source))
		return;
	gtk_list_store_insert_with_values(page->failures.store, NULL,
					  (int)page->failures.n_failed++, COLUMN_NAME, name,
					  COLUMN_WHY, why, COLUMN_SOURCE, failure->source, -1);
}

static void
add_skip(Page *page, const char *source)
{
	g_autofree char *base = g_path_get_basename(source);
	g_autofree char *name = words_escape(base);

	gtk_list_store_insert_with_values(page->failures.store, NULL, -1, COLUMN_NAME, name,
					  COLUMN_WHY,
					  _("Skipped by you: left alone on this player"),
					  COLUMN_SOURCE, source, COLUMN_SKIPPED, TRUE, -1);
}

/* A song that has changed its place in the list is still the one that a person is at. */
static void
select_source(Page *page, const char *wanted)
{
	GtkTreeModel *model = GTK_TREE_MODEL(page->failures.store);
	GtkTreeSelection *selection =
		gtk_tree_view_get_selection(GTK_TREE_VIEW(page->failures.view));
	GtkTreeIter iter;

	if (wanted == NULL || !gtk_tree_model_get_iter_first(model, &iter))
		return;
	do {
		g_autofree char *source = NULL;
		gtk_tree_model_get(model, &iter, COLUMN_SOURCE, &source, -1);
		if (strcmp(source, wanted) == 0) {
			gtk_tree_selection_select_iter(selection, &iter);
			return;
		}
	} while (gtk_tree_model_iter_next(model, &iter));
}

static void
begin_anew(Page *page)
{
	PageFailures *failures = &page->failures;

	gtk_list_store_clear(failures->store);
	failures->n_taken = failures->n_failed = 0;
	g_clear_pointer(&failures->skips, g_ptr_array_unref);
	failures->skips = g_ptr_array_ref(page->device->skips);
	for (guint i = 0; i < MIN(failures->skips->len, MOST_SHOWN); i++)
		add_skip(page, failures->skips->pdata[i]);
}

static char *
count_failed(guint n)
{
	g_autofree char *count = words_count(n);

	return g_strdup_printf(dngettext(PLUGINS_DOMAIN, "%s song fa_iled", "%s songs fa_iled", n),
			       count);
}

static char *
count_skipped(guint n)
{
	g_autofree char *count = words_count(n);

	return g_strdup_printf(
		dngettext(PLUGINS_DOMAIN, "%s song is skipped", "%s songs are skipped", n), count);
}

static void
show_title(Page *page)
{
	guint n_skipped = page->device->skips->len;
	/* those beyond the list's end count, too */
	guint n_failed = page->failures.n_failed + page->device->failures->len -
			 page->failures.n_taken;
	g_autofree char *failed = count_failed(n_failed);
	g_autofree char *skipped = count_skipped(n_skipped);
	g_autofree char *both = g_strdup_printf("%s, %s", failed, skipped);

	gtk_expander_set_label(GTK_EXPANDER(page->failures.expander), n_skipped == 0  ? failed
								      : n_failed == 0 ? skipped
										      : both);
	gtk_widget_set_visible(page->failures.expander,
			       n_failed + n_skipped > 0 && page_is_partner(page));
}

void
page_failures_show(Page *page)
{
	PageFailures *failures = &page->failures;
	GPtrArray *now = page->device->failures;
	gboolean is_skipped;
	g_autofree char *selected = selected_source(page, &is_skipped);

	if (now->len < failures->n_taken || failures->skips != page->device->skips)
		begin_anew(page);
	for (; failures->n_taken < MIN(now->len, MOST_SHOWN); failures->n_taken++)
		add_failure(page, g_ptr_array_index(now, failures->n_taken));
	select_source(page, selected);
	show_title(page);
	show_buttons(page);
}
