/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist-chooser: see playlist-chooser.h. The tree's store holds pointers to the model's
 * rows in their order, and nothing else.
 */
#include "playlist-chooser.h"

#include "common/i18n.h"
#include "page-widgets.h"
#include "playlist-columns.h"

struct PlaylistChooser {
	const PageHost *host;
	void *host_data;
	void (*changed)(void *data);
	void *data;
	ChooserModel *model;
	GtkWidget *box, *stack, *view, *up, *down;
	GtkListStore *store; /* owned by view */
	gboolean is_filling; /* the store changes by us, not by a drag */
	guint fit_source;
};

/* Its place in the list, -1 none is. */
static int
selected_place(PlaylistChooser *chooser)
{
	GtkTreeSelection *selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(chooser->view));
	GtkTreeModel *tree;
	GtkTreeIter iter;

	if (!gtk_tree_selection_get_selected(selection, &tree, &iter))
		return -1;
	g_autoptr(GtkTreePath) path = gtk_tree_model_get_path(tree, &iter);
	return gtk_tree_path_get_indices(path)[0];
}

static void
show_buttons(PlaylistChooser *chooser)
{
	int place = selected_place(chooser);
	int n = (int)chooser_model_rows(chooser->model)->len;

	gtk_widget_set_sensitive(chooser->up, place > 0);
	gtk_widget_set_sensitive(chooser->down, place >= 0 && place < n - 1);
}

static void
select_place(PlaylistChooser *chooser, int place)
{
	g_autoptr(GtkTreePath) path = gtk_tree_path_new_from_indices(place, -1);

	gtk_tree_view_set_cursor(GTK_TREE_VIEW(chooser->view), path, NULL, FALSE);
	show_buttons(chooser);
}

static void
fill_store(PlaylistChooser *chooser)
{
	GPtrArray *rows = chooser_model_rows(chooser->model);
	GtkTreeView *view = GTK_TREE_VIEW(chooser->view);

	chooser->is_filling = TRUE;
	g_object_ref(chooser->store);
	gtk_tree_view_set_model(view, NULL);
	gtk_list_store_clear(chooser->store);
	for (guint i = 0; i < rows->len; i++)
		gtk_list_store_insert_with_values(chooser->store, NULL, -1, 0,
						  g_ptr_array_index(rows, i), -1);
	gtk_tree_view_set_model(view, GTK_TREE_MODEL(chooser->store));
	gtk_tree_view_set_search_column(view, 0);
	g_object_unref(chooser->store);
	chooser->is_filling = FALSE;
}

/* Screen readers keep what they have read until they are told. */
static void
tell_rows(PlaylistChooser *chooser)
{
	GtkTreeModel *tree = GTK_TREE_MODEL(chooser->store);
	GtkTreeIter iter;
	gboolean more = gtk_tree_model_get_iter_first(tree, &iter);

	while (more) {
		g_autoptr(GtkTreePath) path = gtk_tree_model_get_path(tree, &iter);
		gtk_tree_model_row_changed(tree, path, &iter);
		more = gtk_tree_model_iter_next(tree, &iter);
	}
}

static void
toggle(PlaylistChooser *chooser, GtkTreePath *path)
{
	guint place = (guint)gtk_tree_path_get_indices(path)[0];
	ChooserRow *row = g_ptr_array_index(chooser_model_rows(chooser->model), place);

	if (!chooser_model_set_wanted(chooser->model, place, !row->wanted))
		return;
	tell_rows(chooser);
	chooser->changed(chooser->data);
}

static void
on_toggled(GtkCellRendererToggle *cell, char *path_text, gpointer data)
{
	g_autoptr(GtkTreePath) path = gtk_tree_path_new_from_string(path_text);

	toggle(data, path);
}

static void
on_activated(GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column, gpointer data)
{
	toggle(data, path);
}

static void
move(PlaylistChooser *chooser, int step)
{
	int from = selected_place(chooser), to = from + step;
	GtkTreeIter here, there;
	GtkTreeModel *tree = GTK_TREE_MODEL(chooser->store);

	if (from < 0 || to < 0 || !chooser_model_move(chooser->model, (guint)from, (guint)to))
		return;
	gtk_tree_model_iter_nth_child(tree, &here, NULL, from);
	gtk_tree_model_iter_nth_child(tree, &there, NULL, to);
	gtk_list_store_swap(chooser->store, &here, &there);
	select_place(chooser, to);
	chooser->changed(chooser->data);
}

static void
on_up(GtkButton *button, gpointer data)
{
	move(data, -1);
}

static void
on_down(GtkButton *button, gpointer data)
{
	move(data, 1);
}

static gboolean
on_key(GtkWidget *view, GdkEventKey *event, gpointer data)
{
	GdkModifierType held = event->state & gtk_accelerator_get_default_mod_mask();

	if (held != GDK_MOD1_MASK)
		return FALSE;
	if (event->keyval == GDK_KEY_Up || event->keyval == GDK_KEY_KP_Up)
		move(data, -1);
	else if (event->keyval == GDK_KEY_Down || event->keyval == GDK_KEY_KP_Down)
		move(data, 1);
	else
		return FALSE;
	return TRUE;
}

static void
on_selected(GtkTreeSelection *selection, gpointer data)
{
	show_buttons(data);
}

/* The last of what a drag does to the store: it has the new order now. */
static void
on_row_deleted(GtkTreeModel *tree, GtkTreePath *path, gpointer data)
{
	PlaylistChooser *chooser = data;
	gboolean moved = FALSE;
	GtkTreeIter iter;

	if (chooser->is_filling)
		return;
	gboolean more = gtk_tree_model_get_iter_first(tree, &iter);
	for (guint place = 0; more; place++) {
		guint from = 0;
		if (g_ptr_array_find(chooser_model_rows(chooser->model),
				     playlist_columns_row(tree, &iter), &from))
			moved |= chooser_model_move(chooser->model, from, place);
		more = gtk_tree_model_iter_next(tree, &iter);
	}
	if (moved)
		chooser->changed(chooser->data);
}

static gboolean
differs(GtkTreeModel *tree, int column, const char *key, GtkTreeIter *iter, gpointer data)
{
	const ChooserRow *row = playlist_columns_row(tree, iter);
	g_autofree char *name = g_utf8_casefold(row != NULL ? row->name : "", -1);
	g_autofree char *typed = g_utf8_casefold(key, -1);

	return !g_str_has_prefix(name, typed);
}

static GtkWidget *
new_view(PlaylistChooser *chooser)
{
	GtkWidget *view = chooser->view = gtk_tree_view_new();
	GtkTreeSelection *selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(view));

	chooser->store = gtk_list_store_new(1, G_TYPE_POINTER);
	gtk_tree_view_set_model(GTK_TREE_VIEW(view), GTK_TREE_MODEL(chooser->store));
	g_object_unref(chooser->store);
	playlist_columns_add(GTK_TREE_VIEW(view), G_CALLBACK(on_toggled), chooser);
	gtk_tree_view_set_reorderable(GTK_TREE_VIEW(view), TRUE);
	gtk_tree_view_set_search_equal_func(GTK_TREE_VIEW(view), differs, chooser, NULL);
	page_set_name(view, _("Playlists, the most important first"));
	g_signal_connect(view, "row-activated", G_CALLBACK(on_activated), chooser);
	g_signal_connect(view, "key-press-event", G_CALLBACK(on_key), chooser);
	g_signal_connect(selection, "changed", G_CALLBACK(on_selected), chooser);
	g_signal_connect(chooser->store, "row-deleted", G_CALLBACK(on_row_deleted), chooser);
	return view;
}

static GtkWidget *
new_order_bar(PlaylistChooser *chooser)
{
	GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkWidget *hint = page_dim_label(_("If room is short, those further up get it first."));
	GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

	chooser->up = page_icon_button("go-up-symbolic", _("More important (Alt+Up)"));
	chooser->down = page_icon_button("go-down-symbolic", _("Less important (Alt+Down)"));
	g_signal_connect(chooser->up, "clicked", G_CALLBACK(on_up), chooser);
	g_signal_connect(chooser->down, "clicked", G_CALLBACK(on_down), chooser);
	gtk_style_context_add_class(gtk_widget_get_style_context(buttons), "linked");
	gtk_container_add(GTK_CONTAINER(buttons), chooser->up);
	gtk_container_add(GTK_CONTAINER(buttons), chooser->down);
	gtk_widget_set_valign(buttons, GTK_ALIGN_START);
	gtk_box_pack_start(GTK_BOX(bar), hint, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(bar), buttons, FALSE, FALSE, 0);
	return bar;
}

PlaylistChooser *
playlist_chooser_new(const PageHost *host, void *host_data, void (*changed)(void *data), void *data)
{
	PlaylistChooser *chooser = g_new0(PlaylistChooser, 1);
	GtkWidget *scrolled = gtk_scrolled_window_new(NULL, NULL);
	GtkWidget *nothing = page_dim_label(_("There is no playlist yet."));

	chooser->host = host;
	chooser->host_data = host_data;
	chooser->changed = changed;
	chooser->data = data;
	chooser->model = chooser_model_new();
	chooser->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	chooser->stack = gtk_stack_new();
	gtk_container_add(GTK_CONTAINER(scrolled), new_view(chooser));
	gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled), 150);
	gtk_label_set_xalign(GTK_LABEL(nothing), 0.5);
	gtk_stack_add_named(GTK_STACK(chooser->stack), scrolled, "list");
	gtk_stack_add_named(GTK_STACK(chooser->stack), nothing, "nothing");
	gtk_box_pack_start(GTK_BOX(chooser->box), chooser->stack, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(chooser->box), new_order_bar(chooser), FALSE, FALSE, 0);
	show_buttons(chooser);
	return chooser;
}

void
playlist_chooser_free(PlaylistChooser *chooser)
{
	if (chooser == NULL)
		return;
	playlist_chooser_stop_fit(chooser);
	chooser_model_free(chooser->model);
	g_free(chooser);
}

GtkWidget *
playlist_chooser_widget(PlaylistChooser *chooser)
{
	return chooser->box;
}

void
playlist_chooser_offer(PlaylistChooser *chooser, GPtrArray *playlists)
{
	g_autofree char *selected = NULL;
	int place = selected_place(chooser);
	GPtrArray *rows = chooser_model_rows(chooser->model);

	playlist_chooser_stop_fit(chooser);
	if (playlists == NULL)
		return;
	if (place >= 0)
		selected = g_strdup(((ChooserRow *)g_ptr_array_index(rows, place))->id);
	chooser->is_filling = TRUE;
	gtk_list_store_clear(chooser->store); /* its pointers are about to go */
	chooser_model_offer(chooser->model, playlists);
	fill_store(chooser);
	rows = chooser_model_rows(chooser->model);
	for (guint i = 0; i < rows->len && selected != NULL; i++) {
		if (g_str_equal(((ChooserRow *)g_ptr_array_index(rows, i))->id, selected))
			select_place(chooser, (int)i);
	}
	gtk_stack_set_visible_child_name(GTK_STACK(chooser->stack),
					 rows->len > 0 ? "list" : "nothing");
	show_buttons(chooser);
}

void
playlist_chooser_wish(PlaylistChooser *chooser, GPtrArray *ids)
{
	g_autoptr(GPtrArray) now = chooser_model_wishes(chooser->model);
	gboolean same = now->len == ids->len;

	for (guint i = 0; i < ids->len && same; i++)
		same = g_str_equal(g_ptr_array_index(now, i), g_ptr_array_index(ids, i));
	if (same)
		return;
	playlist_chooser_stop_fit(chooser);
	chooser->is_filling = TRUE;
	gtk_list_store_clear(chooser->store);
	chooser_model_wish(chooser->model, ids);
	fill_store(chooser);
	gtk_stack_set_visible_child_name(GTK_STACK(chooser->stack),
					 chooser_model_rows(chooser->model)->len > 0 ? "list"
										     : "nothing");
	show_buttons(chooser);
}

GPtrArray *
playlist_chooser_wishes(PlaylistChooser *chooser)
{
	return chooser_model_wishes(chooser->model);
}

static gboolean
on_fit(gpointer data)
{
	PlaylistChooser *chooser = data;

	if (chooser_model_next_fit(chooser->model, chooser->host->each_song, chooser->host_data))
		return G_SOURCE_CONTINUE;
	chooser->fit_source = 0;
	tell_rows(chooser);
	return G_SOURCE_REMOVE;
}

void
playlist_chooser_fit(PlaylistChooser *chooser, gint64 room_bytes)
{
	playlist_chooser_stop_fit(chooser);
	if (chooser->host->each_song == NULL)
		return;
	chooser_model_begin_fit(chooser->model, room_bytes);
	chooser->fit_source = g_idle_add(on_fit, chooser);
}

void
playlist_chooser_stop_fit(PlaylistChooser *chooser)
{
	g_clear_handle_id(&chooser->fit_source, g_source_remove);
}
