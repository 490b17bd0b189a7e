/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-status: one place that shows how far a sync is while it runs, and what came of the
 * last one else. Both have the same height, so nothing moves when a sync begins or ends.
 */
#include "page-parts.h"
#include "page-widgets.h"

static void
on_include(GtkButton *button, gpointer data)
{
	Page *page = data;

	adapter_include_skipped(page->adapter, page->device->id, page_on_done, page);
	gtk_widget_set_sensitive(GTK_WIDGET(button), FALSE);
}

static GtkWidget *
new_progress(Page *page)
{
	PageStatus *status = &page->status;
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	status->bar = gtk_progress_bar_new();
	status->item = gtk_label_new(NULL);
	status->figures = gtk_label_new(NULL);
	page_label_tabular(status->figures);
	gtk_label_set_xalign(GTK_LABEL(status->item), 0);
	gtk_label_set_ellipsize(GTK_LABEL(status->item), PANGO_ELLIPSIZE_MIDDLE);
	gtk_style_context_add_class(gtk_widget_get_style_context(status->item), "dim-label");
	gtk_box_pack_start(GTK_BOX(line), status->item, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(line), status->figures, FALSE, FALSE, 0);
	gtk_container_add(GTK_CONTAINER(box), status->bar);
	gtk_container_add(GTK_CONTAINER(box), line);
	gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
	page_set_name(status->bar, _("Progress of the sync"));
	return box;
}

static GtkWidget *
new_result(Page *page)
{
	PageStatus *status = &page->status;
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	status->result = page_label(NULL);
	status->skipped = page_dim_label(NULL);
	status->include = gtk_button_new_with_mnemonic(_("Send Them A_gain"));
	gtk_style_context_add_class(gtk_widget_get_style_context(status->include), "flat");
	g_signal_connect(status->include, "clicked", G_CALLBACK(on_include), page);
	gtk_box_pack_start(GTK_BOX(line), status->skipped, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(line), status->include, FALSE, FALSE, 0);
	gtk_container_add(GTK_CONTAINER(box), status->result);
	gtk_container_add(GTK_CONTAINER(box), line);
	gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
	return box;
}

GtkWidget *
page_status_new(Page *page)
{
	GtkWidget *stack = page->status.stack = gtk_stack_new();
	GtkWidget *result = new_result(page), *progress = new_progress(page);

	gtk_stack_set_vhomogeneous(GTK_STACK(stack), TRUE);
	gtk_stack_set_transition_type(GTK_STACK(stack), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
	gtk_widget_show_all(result);
	gtk_widget_show_all(progress);
	gtk_stack_add_named(GTK_STACK(stack), result, "result");
	gtk_stack_add_named(GTK_STACK(stack), progress, "progress");
	return stack;
}

static void
show_progress(Page *page)
{
	PageStatus *status = &page->status;
	g_autofree char *figures = words_progress(page->device->now);
	const char *item = porta_device_get_string(page->device->now, PORTA_KEY_ITEM);
	g_autofree char *shown = words_escape(item);
	int64_t percent = CLAMP(page_number(page, PORTA_KEY_PROGRESS), 0, 100);

	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(status->bar), (double)percent / 100);
	page_label_set(status->item, shown);
	gtk_widget_set_tooltip_text(status->item, shown);
	page_label_set(status->figures, figures);
	atk_object_set_description(gtk_widget_get_accessible(status->bar), figures);
}

static void
show_skipped(Page *page)
{
	int64_t n = page_number(page, PORTA_KEY_SKIPPED_FILES);
	gboolean shown = n > 0 && page_is_partner(page);

	gtk_widget_set_visible(page->status.skipped, shown);
	gtk_widget_set_visible(page->status.include, shown);
	gtk_widget_set_sensitive(page->status.include, page->helper_there);
	if (!shown)
		return;
	g_autofree char *count = words_count(n);
	g_autofree char *text = g_strdup_printf(
		dngettext(PLUGINS_DOMAIN, "%s song that you deleted on the player stays away.",
			  "%s songs that you deleted on the player stay away.", (unsigned long)n),
		count);
	page_label_set(page->status.skipped, text);
}

void
page_status_show(Page *page)
{
	gboolean syncing = page_is_syncing(page);

	if (syncing) {
		show_progress(page);
	} else {
		g_autofree char *result = words_last_result(page->device->now);
		page_label_set(page->status.result, page_is_partner(page) ? result : "");
		show_skipped(page);
	}
	gtk_stack_set_visible_child_name(GTK_STACK(page->status.stack),
					 syncing ? "progress" : "result");
	gtk_widget_set_visible(page->status.stack, syncing || page_is_partner(page));
}
