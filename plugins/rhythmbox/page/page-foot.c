/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-foot: what the choices would come to, and what can be done about them. Always in
 * view, however far the choices are scrolled.
 */
#include "page-parts.h"
#include "page-widgets.h"
#include "preview-filter.h"

static void
on_preview(GtkButton *button, gpointer data)
{
	page_open_preview(data, PREVIEW_CHANGES);
}

static void
on_undo(GtkButton *button, gpointer data)
{
	page_staged_undo(data);
}

static void
on_apply(GtkButton *button, gpointer data)
{
	Page *page = data;

	page_staged_apply(page);
	page_show_all(page);
}

static GtkWidget *
add_button(GtkWidget *box, const char *mnemonic, const char *help, GCallback clicked, Page *page)
{
	GtkWidget *button = gtk_button_new_with_mnemonic(mnemonic);

	gtk_widget_set_tooltip_text(button, help);
	g_signal_connect(button, "clicked", clicked, page);
	gtk_box_pack_start(GTK_BOX(box), button, FALSE, FALSE, 0);
	return button;
}

GtkWidget *
page_foot_new(Page *page)
{
	PageFoot *foot = &page->foot;
	GtkWidget *bar = gtk_action_bar_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	foot->spinner = gtk_spinner_new();
	foot->text = page_label(NULL);
	gtk_label_set_lines(GTK_LABEL(foot->text), 2);
	gtk_label_set_ellipsize(GTK_LABEL(foot->text), PANGO_ELLIPSIZE_END);
	page_label_tabular(foot->text);
	atk_object_set_role(gtk_widget_get_accessible(foot->text), ATK_ROLE_STATUSBAR);
	gtk_box_pack_start(GTK_BOX(box), foot->spinner, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), foot->text, TRUE, TRUE, 0);
	foot->preview = add_button(box, _("_Preview"), _("Show every step of a sync, and why"),
				   G_CALLBACK(on_preview), page);
	foot->undo = add_button(box, _("_Undo"), _("Back to what is in use now"),
				G_CALLBACK(on_undo), page);
	foot->apply = add_button(box, _("_Apply"), _("Use these choices from now on"),
				 G_CALLBACK(on_apply), page);
	gtk_style_context_add_class(gtk_widget_get_style_context(foot->apply), "suggested-action");
	gtk_widget_set_hexpand(box, TRUE);
	gtk_widget_set_margin_start(box, 12);
	gtk_widget_set_margin_end(box, 12);
	gtk_container_add(GTK_CONTAINER(bar), box);
	gtk_widget_show_all(bar);
	return bar;
}

/* The last sync left nothing to be done. */
static gboolean
is_complete(const Page *page)
{
	return page_number(page, PORTA_KEY_LAST_SYNC_TIME) > 0 &&
	       page_number(page, PORTA_KEY_LAST_SYNC_RESULT) == PORTA_OK &&
	       page_number(page, PORTA_KEY_LAST_SYNC_ERROR_COUNT) == 0 &&
	       page_number(page, PORTA_KEY_LAST_SYNC_NO_FIT_COUNT) == 0;
}

static char *
describe(Page *page)
{
	AdapterEstimate estimate;
	gboolean partner = page_is_partner(page);

	if (page->estimate.refusal != NULL)
		return g_strdup_printf(_("Not known how much would change: %s"),
				       page->estimate.refusal);
	if (page_estimate_get(page, &estimate))
		return words_estimate(&estimate);
	if (page->estimate.is_asking)
		return g_strdup(_("Looking what would change…"));
	if (choices_want_nothing(page->staged.choices))
		return g_strdup(_("Nothing is chosen for this player yet."));
	if (!partner || page_is_syncing(page) || page->staged.is_touched || !is_complete(page))
		return g_strdup("");
	return g_strdup(page_number(page, PORTA_KEY_SKIPPED_FILES) > 0 ||
					page_number(page, PORTA_KEY_SKIP_COUNT) > 0
				? _("All that you chose is on the player, but for what is skipped.")
				: _("All that you chose is on the player."));
}

static gboolean
can_look(const Page *page)
{
	int64_t status = page_number(page, PORTA_KEY_STATUS);

	return page->helper_there && page_number(page, PORTA_KEY_CONNECTED) == 1 &&
	       status != PORTA_STATUS_UNKNOWN && status != PORTA_STATUS_MANUAL_DEVICE;
}

void
page_foot_show(Page *page)
{
	PageFoot *foot = &page->foot;
	gboolean partner = page_is_partner(page), touched = page->staged.is_touched;
	g_autofree char *text = describe(page);

	page_label_set(foot->text, text);
	gtk_widget_set_tooltip_text(foot->text, text);
	gtk_widget_set_visible(foot->spinner, page->estimate.is_asking);
	if (page->estimate.is_asking)
		gtk_spinner_start(GTK_SPINNER(foot->spinner));
	else
		gtk_spinner_stop(GTK_SPINNER(foot->spinner));
	gtk_widget_set_sensitive(foot->preview, can_look(page));
	gtk_widget_set_visible(foot->apply, partner);
	gtk_widget_set_sensitive(foot->apply, touched && page->helper_there);
	gtk_widget_set_visible(foot->undo, partner || touched);
	gtk_widget_set_sensitive(foot->undo, touched);
}
