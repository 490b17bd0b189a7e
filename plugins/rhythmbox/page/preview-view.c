/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-view: see preview-view.h. The tree's store holds numbers of steps; what is shown
 * of a step is read from the plan when its row is drawn.
 */
#include "preview-view.h"

#include "common/i18n.h"
#include "common/words.h"
#include "page-widgets.h"
#include "preview-columns.h"
#include "preview-filter.h"
#include "preview-save.h"

#define SLICE_US 4000 /* of the main loop's time, then others are let in */
#define LOOK_AT_CLOCK 64 /* steps */

struct PreviewView {
	Adapter *adapter;
	AdapterDevice *device;
	void (*closed)(void *data);
	void *data;
	GtkWidget *box, *stack, *view, *filter, *search, *save, *count, *message, *spinner;
	GtkListStore *store;
	PortaPlan *plan; /* NULL none is there */
	char *needle;
	uint32_t next_step, n_shown;
	guint list_source;
};

static const struct {
	int filter;
	const char *name;
} filters[] = {
	{PREVIEW_CHANGES, N_("All changes")}, {PREVIEW_EVERYTHING, N_("Every step")},
	{PORTA_ACTION_COPY, N_("Copied")},    {PORTA_ACTION_REPLACE, N_("Replaced")},
	{PORTA_ACTION_REMOVE, N_("Removed")}, {PREVIEW_HELD, N_("Waiting for your consent")},
	{PORTA_ACTION_RENAME, N_("Renamed")}, {PORTA_ACTION_RETAG, N_("Tags changed")},
	{PREVIEW_PLAYLISTS, N_("Playlists")}, {PORTA_ACTION_NO_FIT, N_("Without room")},
	{PORTA_ACTION_SKIP, N_("Left out")},  {PORTA_ACTION_KEEP, N_("Kept")},
};

static int
get_filter(PreviewView *view)
{
	int active = gtk_combo_box_get_active(GTK_COMBO_BOX(view->filter));

	return filters[MAX(active, 0)].filter;
}

static void
stop_listing(PreviewView *view)
{
	g_clear_handle_id(&view->list_source, g_source_remove);
}

static void
show_count(PreviewView *view)
{
	uint32_t n = porta_plan_count_steps(view->plan);
	g_autofree char *shown = words_count(view->n_shown);
	g_autofree char *all = words_count(n);
	g_autofree char *text = g_strdup_printf(
		dngettext(PLUGINS_DOMAIN, "%s of %s step", "%s of %s steps", n), shown, all);

	page_label_set(view->count, view->list_source != 0 ? _("Listing…") : text);
	gtk_widget_set_sensitive(view->save, TRUE);
	if (view->list_source != 0 || view->n_shown > 0)
		return;
	gboolean all_shown = get_filter(view) == PREVIEW_CHANGES && view->needle[0] == '\0';
	page_label_set(view->message, all_shown ? _("Nothing would change: all that you chose is "
						    "on the player.")
						: _("No step is like that."));
	gtk_stack_set_visible_child_name(GTK_STACK(view->stack), "message");
}

static gboolean
on_list(gpointer data)
{
	PreviewView *view = data;
	gint64 late = g_get_monotonic_time() + SLICE_US;
	uint32_t n = porta_plan_count_steps(view->plan);
	int filter = get_filter(view);

	for (; view->next_step < n; view->next_step++) {
		if (view->next_step % LOOK_AT_CLOCK == 0 && g_get_monotonic_time() > late)
			return G_SOURCE_CONTINUE;
		if (!preview_filter_shows(view->plan, view->next_step, filter, view->needle))
			continue;
		gtk_list_store_insert_with_values(view->store, NULL, -1, 0, view->next_step, -1);
		view->n_shown++;
	}
	view->list_source = 0;
	show_count(view);
	return G_SOURCE_REMOVE;
}

static void
list(PreviewView *view)
{
	stop_listing(view);
	gtk_list_store_clear(view->store);
	if (view->plan == NULL)
		return;
	view->next_step = 0;
	view->n_shown = 0;
	gtk_stack_set_visible_child_name(GTK_STACK(view->stack), "list");
	/* below redraws, so that the list can be used while it grows */
	view->list_source = g_idle_add_full(G_PRIORITY_LOW, on_list, view, NULL);
	show_count(view);
}

static void
on_filter(GtkComboBox *combo, gpointer data)
{
	list(data);
}

static void
on_search(GtkSearchEntry *entry, gpointer data)
{
	PreviewView *view = data;

	g_free(view->needle);
	view->needle = g_utf8_casefold(gtk_entry_get_text(GTK_ENTRY(entry)), -1);
	list(view);
}

static void
on_back(GtkButton *button, gpointer data)
{
	PreviewView *view = data;

	view->closed(view->data);
}

/* Escape empties the search first, then it leaves. */
static void
on_stop_search(GtkSearchEntry *entry, gpointer data)
{
	PreviewView *view = data;

	if (gtk_entry_get_text(GTK_ENTRY(entry))[0] != '\0')
		gtk_entry_set_text(GTK_ENTRY(entry), "");
	else
		view->closed(view->data);
}

static void
on_save(GtkButton *button, gpointer data)
{
	PreviewView *view = data;
	g_autofree char *name = words_device_name(view->device->now);

	preview_save(view->box, view->plan, name);
}

static GtkWidget *
new_list(PreviewView *view)
{
	GtkWidget *scrolled = gtk_scrolled_window_new(NULL, NULL);
	GtkWidget *tree = view->view = gtk_tree_view_new();

	view->store = gtk_list_store_new(1, G_TYPE_UINT);
	gtk_tree_view_set_model(GTK_TREE_VIEW(tree), GTK_TREE_MODEL(view->store));
	g_object_unref(view->store);
	preview_columns_add(GTK_TREE_VIEW(tree), &view->plan);
	/* all rows alike: 100,000 of them need not be measured */
	gtk_tree_view_set_fixed_height_mode(GTK_TREE_VIEW(tree), TRUE);
	gtk_tree_view_set_enable_search(GTK_TREE_VIEW(tree), FALSE);
	page_set_name(tree, _("Steps of a sync"));
	gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
	gtk_container_add(GTK_CONTAINER(scrolled), tree);
	return scrolled;
}

static GtkWidget *
new_bar(PreviewView *view)
{
	GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkWidget *back = page_icon_button("go-previous-symbolic", _("Back"));
	GtkWidget *combo = view->filter = gtk_combo_box_text_new();

	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++)
		gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(combo), _(filters[i].name));
	view->search = gtk_search_entry_new();
	view->save = gtk_button_new_with_mnemonic(_("Sa_ve as Text…"));
	gtk_entry_set_placeholder_text(GTK_ENTRY(view->search), _("Search titles and reasons"));
	page_set_name(combo, _("Steps to show"));
	page_set_name(view->search, _("Search titles and reasons"));
	page_ignore_wheel(combo);
	g_signal_connect(back, "clicked", G_CALLBACK(on_back), view);
	g_signal_connect(combo, "changed", G_CALLBACK(on_filter), view);
	g_signal_connect(view->search, "search-changed", G_CALLBACK(on_search), view);
	g_signal_connect(view->search, "stop-search", G_CALLBACK(on_stop_search), view);
	g_signal_connect(view->save, "clicked", G_CALLBACK(on_save), view);
	gtk_box_pack_start(GTK_BOX(bar), back, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(bar), combo, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(bar), view->search, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(bar), view->save, FALSE, FALSE, 0);
	return bar;
}

static GtkWidget *
new_message(PreviewView *view)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);

	view->spinner = gtk_spinner_new();
	view->message = page_dim_label(NULL);
	gtk_label_set_justify(GTK_LABEL(view->message), GTK_JUSTIFY_CENTER);
	gtk_label_set_xalign(GTK_LABEL(view->message), 0.5);
	gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
	gtk_container_add(GTK_CONTAINER(box), view->spinner);
	gtk_container_add(GTK_CONTAINER(box), view->message);
	return box;
}

PreviewView *
preview_view_new(Adapter *adapter, AdapterDevice *device, void (*closed)(void *data), void *data)
{
	PreviewView *view = g_new0(PreviewView, 1);

	view->adapter = adapter;
	view->device = device;
	view->closed = closed;
	view->data = data;
	view->needle = g_strdup("");
	view->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	view->stack = gtk_stack_new();
	view->count = page_dim_label(NULL);
	page_label_tabular(view->count);
	gtk_stack_add_named(GTK_STACK(view->stack), new_list(view), "list");
	gtk_stack_add_named(GTK_STACK(view->stack), new_message(view), "message");
	gtk_box_pack_start(GTK_BOX(view->box), new_bar(view), FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(view->box), view->stack, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(view->box), view->count, FALSE, FALSE, 0);
	gtk_container_set_border_width(GTK_CONTAINER(view->box), 18);
	return view;
}

void
preview_view_close(PreviewView *view)
{
	stop_listing(view);
	adapter_forget(view->adapter, view);
	gtk_spinner_stop(GTK_SPINNER(view->spinner));
	gtk_list_store_clear(view->store);
	g_clear_pointer(&view->plan, porta_plan_free);
}

void
preview_view_free(PreviewView *view)
{
	if (view == NULL)
		return;
	stop_listing(view);
	adapter_forget(view->adapter, view);
	porta_plan_free(view->plan);
	g_free(view->needle);
	g_free(view);
}

GtkWidget *
preview_view_widget(PreviewView *view)
{
	return view->box;
}

static void
show_message(PreviewView *view, const char *text, gboolean busy)
{
	gtk_widget_set_visible(view->spinner, busy);
	if (busy)
		gtk_spinner_start(GTK_SPINNER(view->spinner));
	else
		gtk_spinner_stop(GTK_SPINNER(view->spinner));
	page_label_set(view->message, text);
	page_label_set(view->count, "");
	gtk_widget_set_sensitive(view->save, FALSE);
	gtk_stack_set_visible_child_name(GTK_STACK(view->stack), "message");
}

static void
on_planned(void *data, int32_t error, const char *text, PortaPlan *plan)
{
	PreviewView *view = data;
	g_autofree char *why = error != PORTA_OK ? words_reason(error, text) : NULL;

	show_message(view, why, FALSE);
	view->plan = plan;
	list(view);
}

void
preview_view_open(PreviewView *view, const Choices *choices, int filter)
{
	preview_view_close(view);
	gtk_entry_set_text(GTK_ENTRY(view->search), "");
	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		if (filters[i].filter == filter)
			gtk_combo_box_set_active(GTK_COMBO_BOX(view->filter), (int)i);
	}
	show_message(view, _("Looking at the player and your music…"), TRUE);
	adapter_preview(view->adapter, view->device->id, choices, on_planned, view);
	gtk_widget_grab_focus(view->search);
}
