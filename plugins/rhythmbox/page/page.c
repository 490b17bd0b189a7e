/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page: see page.h. Puts the parts together and tells them when to show what is so.
 */
#include "page-parts.h"
#include "page-widgets.h"
#include "staged.h"

#define MARGIN 18
#define WIDE 900 /* pixels from which the choices stand in two columns */
#define WIDEST 1200 /* lines that are longer are hard to read */

int64_t
page_number(const Page *page, int32_t key)
{
	return porta_device_get_number(page->device->now, key);
}

gboolean
page_is_partner(const Page *page)
{
	return page_number(page, PORTA_KEY_STATUS) == PORTA_STATUS_PARTNERSHIP_EXISTS;
}

gboolean
page_is_syncing(const Page *page)
{
	return page_number(page, PORTA_KEY_CONNECTED) == 1 &&
	       page_number(page, PORTA_KEY_SYNC_STATE) == PORTA_SYNC_SYNCHRONIZING;
}

static Page *
get_page(GtkWidget *widget)
{
	return g_object_get_data(G_OBJECT(widget), "portamento-page");
}

/* What is being sent is on its way to being there: the bar shows it so, without an estimate. */
static AdapterEstimate
guess_pending(const Page *page)
{
	AdapterEstimate pending = {0};

	pending.added_bytes = page_number(page, PORTA_KEY_TOTAL_BYTES) -
			      MAX(page_number(page, PORTA_KEY_DONE_BYTES), 0);
	pending.added_bytes = MAX(pending.added_bytes, 0);
	return pending;
}

void
page_show_room(Page *page)
{
	PortaDevice *device = page->device->now;
	AdapterEstimate estimate;
	gboolean known = page_estimate_get(page, &estimate);

	if (page_is_syncing(page) && !page->staged.is_touched) {
		estimate = guess_pending(page);
		known = TRUE;
	}
	WordsSpace space = staged_space(device, known ? &estimate : NULL, page->staged.percent);
	capacity_bar_set(page->capacity,
			 page_number(page, PORTA_KEY_CAPACITY_BYTES) > 0 ? &space : NULL);
}

void
page_show_all(Page *page)
{
	if (!page->is_mapped)
		return;
	page_staged_follow(page);
	page_header_show(page);
	page_notice_show(page);
	page_status_show(page);
	page_failures_show(page);
	page_choices_show(page);
	page_show_room(page);
	page_foot_show(page);
	page_estimate_resume(page);
}

void
page_on_done(void *data, int32_t error, const char *text)
{
	Page *page = data;
	g_autofree char *why = error != PORTA_OK ? words_reason(error, text) : NULL;

	/* whoever stops what begins, or asks twice, knows */
	if (error == PORTA_ERROR_CANCELLED)
		return;
	if (why != NULL)
		page_notice_fail(page, why);
	page_show_all(page);
}

void
page_on_started(void *data, int32_t error, const char *text)
{
	Page *page = data;

	page_notice_started(page, error);
	/* who has it, and what to do, is more than that it failed */
	page_on_done(page, error == PORTA_ERROR_DEVICE_BUSY ? PORTA_OK : error, text);
}

void
page_start(Page *page, gboolean replace)
{
	page->notice.replaces = replace;
	page_notice_fail(page, NULL);
	if (page_is_partner(page)) {
		page_staged_apply(page);
		adapter_start(page->adapter, page->device->id, page_on_started, page);
		return;
	}
	page_staged_accept(page, replace);
}

void
page_open_preview(Page *page, int filter)
{
	const Choices *choices =
		page->staged.is_touched || !page_is_partner(page) ? page->staged.choices : NULL;

	gtk_stack_set_visible_child_name(GTK_STACK(page->root), "preview");
	preview_view_open(page->preview, choices, filter);
}

static void
on_preview_closed(void *data)
{
	Page *page = data;

	preview_view_close(page->preview);
	gtk_stack_set_visible_child_name(GTK_STACK(page->root), "page");
	gtk_widget_grab_focus(page->foot.preview);
}

static gboolean
on_relayout(gpointer data)
{
	Page *page = data;
	int width = gtk_widget_get_allocated_width(page->root);
	int margin = MAX((width - WIDEST) / 2, MARGIN);
	gboolean wide = width >= WIDE;

	page->relayout = 0;
	gtk_widget_set_margin_start(page->middle, margin);
	gtk_widget_set_margin_end(page->middle, margin);
	gtk_widget_set_margin_start(page->top, margin);
	gtk_widget_set_margin_end(page->top, margin);
	if (wide != page->is_wide)
		page_choices_set_wide(page, wide);
	page->is_wide = wide;
	return G_SOURCE_REMOVE;
}

/* Sizes must not change while they are being given out. */
static void
on_size(GtkWidget *widget, GtkAllocation *size, gpointer data)
{
	Page *page = data;
	int margin = MAX((size->width - WIDEST) / 2, MARGIN);
	gboolean fits = gtk_widget_get_margin_start(page->middle) == margin &&
			page->is_wide == (size->width >= WIDE);

	if (!fits && page->relayout == 0)
		page->relayout = g_idle_add_full(G_PRIORITY_HIGH_IDLE, on_relayout, page, NULL);
}

/* Whoever shows a page has the focus go to the first thing in it: the name, selected, which the
 * next key would write over. Where it goes instead, a key does no harm. */
static gboolean
on_shown(gpointer data)
{
	Page *page = data;

	page->shown = 0;
	if (!gtk_widget_is_focus(page->header.name) || page->header.is_typing)
		return G_SOURCE_REMOVE;
	gtk_editable_select_region(GTK_EDITABLE(page->header.name), 0, 0);
	gtk_window_set_focus(GTK_WINDOW(gtk_widget_get_toplevel(page->root)), NULL);
	if (gtk_widget_is_sensitive(page->foot.preview))
		gtk_widget_grab_focus(page->foot.preview);
	return G_SOURCE_REMOVE;
}

static void
on_map(GtkWidget *widget, gpointer data)
{
	Page *page = data;

	page->is_mapped = TRUE;
	if (page->shown == 0)
		page->shown = g_idle_add_full(G_PRIORITY_HIGH_IDLE, on_shown, page, NULL);
	page_show_all(page);
	page_choices_fit(page);
}

static void
on_unmap(GtkWidget *widget, gpointer data)
{
	Page *page = data;

	page->is_mapped = FALSE;
	page_estimate_suspend(page);
	playlist_chooser_stop_fit(page->choices.chooser);
	g_clear_handle_id(&page->relayout, g_source_remove);
	g_clear_handle_id(&page->shown, g_source_remove);
	page_notice_stop_retry(page);
}

static void
on_destroy(GtkWidget *widget, gpointer data)
{
	Page *page = data;

	/* no answer finds half a page */
	adapter_forget(page->adapter, page);
	page_estimate_clear(page);
	g_clear_handle_id(&page->relayout, g_source_remove);
	g_clear_handle_id(&page->shown, g_source_remove);
	page_notice_stop_retry(page);
	g_object_set_data(G_OBJECT(widget), "portamento-page", NULL);
}

static void
page_free(gpointer data)
{
	Page *page = data;

	page_choices_free(page);
	page_failures_free(page);
	preview_view_free(page->preview);
	page_staged_clear(page);
	page_header_forget_name(page);
	g_free(page->notice.failed);
	g_free(page->helper_text);
	g_free(page);
}

static GtkWidget *
new_main(Page *page)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *scrolled = gtk_scrolled_window_new(NULL, NULL);

	page->top = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	page->middle = gtk_box_new(GTK_ORIENTATION_VERTICAL, MARGIN);
	page->capacity = capacity_bar_new();
	gtk_container_add(GTK_CONTAINER(page->top), page_header_new(page));
	gtk_container_add(GTK_CONTAINER(page->top), page->capacity);
	gtk_container_add(GTK_CONTAINER(page->top), page_status_new(page));
	g_object_set(page->top, "margin", MARGIN, "margin-bottom", 12, NULL);
	gtk_box_pack_start(GTK_BOX(page->middle), page_failures_new(page), FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(page->middle), page_choices_new(page), TRUE, TRUE, 0);
	g_object_set(page->middle, "margin", MARGIN, "margin-top", 6, NULL);
	gtk_container_add(GTK_CONTAINER(scrolled), page->middle);
	/* two columns must not keep a window from getting narrow: then there is one */
	gtk_scrolled_window_set_min_content_width(GTK_SCROLLED_WINDOW(scrolled), 320);
	gtk_box_pack_start(GTK_BOX(box), page_notice_new(page), FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), page->top, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), scrolled, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(box), page_foot_new(page), FALSE, FALSE, 0);
	return box;
}

GtkWidget *
page_new(const PageHost *host, void *host_data, Adapter *adapter, AdapterDevice *device)
{
	Page *page = g_new0(Page, 1);

	page->host = host;
	page->host_data = host_data;
	page->adapter = adapter;
	page->device = device;
	page->helper_there = TRUE;
	page->playlists_stale = TRUE;
	page->estimate.is_stale = TRUE;
	page_staged_init(page);
	page->root = gtk_stack_new();
	page->preview = preview_view_new(adapter, device, on_preview_closed, page);
	gtk_stack_add_named(GTK_STACK(page->root), new_main(page), "page");
	gtk_stack_add_named(GTK_STACK(page->root), preview_view_widget(page->preview), "preview");
	g_object_set_data_full(G_OBJECT(page->root), "portamento-page", page, page_free);
	gtk_widget_show_all(page->root);
	g_signal_connect(page->root, "map", G_CALLBACK(on_map), page);
	g_signal_connect(page->root, "unmap", G_CALLBACK(on_unmap), page);
	g_signal_connect(page->root, "size-allocate", G_CALLBACK(on_size), page);
	g_signal_connect(page->root, "destroy", G_CALLBACK(on_destroy), page);
	return page->root;
}

static gboolean
makes_estimate_stale(AdapterChange change)
{
	return change == ADAPTER_ENDED || change == ADAPTER_CAME || change == ADAPTER_WENT ||
	       change == ADAPTER_CHOICES || change == ADAPTER_SKIPS;
}

void
page_update(GtkWidget *widget, AdapterChange change)
{
	Page *page = get_page(widget);

	if (page == NULL)
		return;
	if (makes_estimate_stale(change))
		page_estimate_renew(page);
	if (!page->is_mapped)
		return;
	if (change == ADAPTER_PROGRESS) {
		page_header_show(page);
		page_status_show(page);
		page_show_room(page);
	} else if (change == ADAPTER_FAILURE) {
		page_failures_show(page);
	} else {
		page_show_all(page);
	}
}

void
page_helper(GtkWidget *widget, gboolean there, const char *text)
{
	Page *page = get_page(widget);

	if (page == NULL)
		return;
	page->helper_there = there;
	g_free(page->helper_text);
	page->helper_text = g_strdup(text);
	page_estimate_renew(page);
	page_show_all(page);
}

void
page_playlists_changed(GtkWidget *widget)
{
	Page *page = get_page(widget);

	if (page == NULL)
		return;
	page->playlists_stale = TRUE;
	if (!page->is_mapped)
		return;
	page_show_all(page);
	page_choices_fit(page);
}

void
page_rival_changed(GtkWidget *widget)
{
	Page *page = get_page(widget);

	if (page != NULL && page->is_mapped)
		page_notice_show(page);
}
