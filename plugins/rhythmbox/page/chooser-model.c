/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * chooser-model: see chooser-model.h.
 */
#include "chooser-model.h"

struct ChooserModel {
	GPtrArray *rows;
	GHashTable *
		counted; /* keys of the songs that have been given room, or none; NULL no fit runs */
	gint64 room_left;
	guint next_fit;
};

PagePlaylist *
page_playlist_new(const char *id, const char *name, int32_t kind, guint n_songs, gint64 bytes)
{
	PagePlaylist *playlist = g_new0(PagePlaylist, 1);

	playlist->id = g_strdup(id);
	playlist->name = g_strdup(name);
	playlist->kind = kind;
	playlist->n_songs = n_songs;
	playlist->bytes = bytes;
	return playlist;
}

void
page_playlist_free(PagePlaylist *playlist)
{
	if (playlist == NULL)
		return;
	g_free(playlist->id);
	g_free(playlist->name);
	g_free(playlist);
}

static void
row_free(gpointer data)
{
	ChooserRow *row = data;

	g_free(row->id);
	g_free(row->name);
	g_free(row);
}

ChooserModel *
chooser_model_new(void)
{
	ChooserModel *model = g_new0(ChooserModel, 1);

	model->rows = g_ptr_array_new_with_free_func(row_free);
	return model;
}

void
chooser_model_free(ChooserModel *model)
{
	if (model == NULL)
		return;
	g_ptr_array_unref(model->rows);
	g_clear_pointer(&model->counted, g_hash_table_unref);
	g_free(model);
}

GPtrArray *
chooser_model_rows(ChooserModel *model)
{
	return model->rows;
}

/* id -> ChooserRow */
static GHashTable *
index_rows(ChooserModel *model)
{
	GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < model->rows->len; i++) {
		ChooserRow *row = g_ptr_array_index(model->rows, i);
		g_hash_table_insert(index, row->id, row);
	}
	return index;
}

static ChooserRow *
add_row(ChooserModel *model, const char *id, const char *name)
{
	ChooserRow *row = g_new0(ChooserRow, 1);

	row->id = g_strdup(id);
	row->name = g_strdup(name);
	g_ptr_array_add(model->rows, row);
	return row;
}

static int
compare_playlists(gconstpointer a, gconstpointer b)
{
	const PagePlaylist *first = *(PagePlaylist *const *)a, *second = *(PagePlaylist *const *)b;
	int by_name = g_utf8_collate(first->name, second->name);

	return by_name != 0 ? by_name : g_strcmp0(first->id, second->id);
}

static void
stop_fit(ChooserModel *model)
{
	g_clear_pointer(&model->counted, g_hash_table_unref);
}

void
chooser_model_offer(ChooserModel *model, GPtrArray *playlists)
{
	g_autoptr(GHashTable) index = index_rows(model);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();

	stop_fit(model);
	for (guint i = 0; i < model->rows->len; i++)
		((ChooserRow *)g_ptr_array_index(model->rows, i))->there = FALSE;
	for (guint i = 0; i < playlists->len; i++)
		g_ptr_array_add(sorted, g_ptr_array_index(playlists, i));
	g_ptr_array_sort(sorted, compare_playlists);
	for (guint i = 0; i < sorted->len; i++) {
		const PagePlaylist *playlist = g_ptr_array_index(sorted, i);
		ChooserRow *row = g_hash_table_lookup(index, playlist->id);
		if (row == NULL)
			row = add_row(model, playlist->id, "");
		g_free(row->name);
		row->name = g_strdup(playlist->name);
		row->kind = playlist->kind;
		row->n_songs = playlist->n_songs;
		row->bytes = playlist->bytes;
		row->there = TRUE;
	}
	for (guint i = model->rows->len; i > 0; i--) {
		const ChooserRow *row = g_ptr_array_index(model->rows, i - 1);
		if (!row->there && !row->wanted)
			g_ptr_array_remove_index(model->rows, i - 1);
	}
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const ChooserRow *first = *(ChooserRow *const *)a, *second = *(ChooserRow *const *)b;
	int by_name = g_utf8_collate(first->name, second->name);

	return by_name != 0 ? by_name : g_strcmp0(first->id, second->id);
}

static gboolean
wishes_are(ChooserModel *model, GPtrArray *ids)
{
	g_autoptr(GPtrArray) now = chooser_model_wishes(model);
	gboolean same = now->len == ids->len;

	for (guint i = 0; i < ids->len && same; i++)
		same = g_str_equal(g_ptr_array_index(now, i), g_ptr_array_index(ids, i));
	return same;
}

void
chooser_model_wish(ChooserModel *model, GPtrArray *ids)
{
	if (wishes_are(model, ids))
		return;
	g_autoptr(GHashTable) index = index_rows(model);
	g_autoptr(GPtrArray) before = model->rows;

	stop_fit(model);
	model->rows = g_ptr_array_new_with_free_func(row_free);
	for (guint i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		ChooserRow *row = g_hash_table_lookup(index, id);
		if (row == NULL) {
			row = add_row(model, id, "");
		} else {
			g_hash_table_remove(index, id);
			g_ptr_array_add(model->rows, row);
		}
		row->wanted = TRUE;
	}
	g_ptr_array_set_free_func(before, NULL); /* its rows move to one array or the other */
	g_ptr_array_sort(before, compare_rows);
	for (guint i = 0; i < before->len; i++) {
		ChooserRow *row = g_ptr_array_index(before, i);
		if (!g_hash_table_contains(index, row->id))
			continue;
		row->wanted = FALSE;
		if (row->there)
			g_ptr_array_add(model->rows, row);
		else
			row_free(row);
	}
}

GPtrArray *
chooser_model_wishes(ChooserModel *model)
{
	GPtrArray *ids = g_ptr_array_new();

	for (guint i = 0; i < model->rows->len; i++) {
		ChooserRow *row = g_ptr_array_index(model->rows, i);
		if (row->wanted)
			g_ptr_array_add(ids, row->id);
	}
	return ids;
}

gboolean
chooser_model_set_wanted(ChooserModel *model, guint number, gboolean wanted)
{
	if (number >= model->rows->len)
		return FALSE;
	ChooserRow *row = g_ptr_array_index(model->rows, number);
	if (row->wanted == wanted)
		return FALSE;
	row->wanted = wanted;
	row->fitted = FALSE;
	stop_fit(model);
	return TRUE;
}

gboolean
chooser_model_move(ChooserModel *model, guint from, guint to)
{
	if (from >= model->rows->len || to >= model->rows->len || from == to)
		return FALSE;
	g_ptr_array_insert(model->rows, (int)to, g_ptr_array_steal_index(model->rows, from));
	stop_fit(model);
	return TRUE;
}

void
chooser_model_begin_fit(ChooserModel *model, gint64 room_bytes)
{
	stop_fit(model);
	model->counted = g_hash_table_new(NULL, NULL);
	model->room_left = room_bytes;
	model->next_fit = 0;
}

typedef struct {
	ChooserModel *model;
	ChooserRow *row;
} Fitting;

static void
fit_song(void *data, gconstpointer key, gint64 bytes)
{
	const Fitting *fitting = data;
	ChooserModel *model = fitting->model;

	if (!g_hash_table_add(model->counted, (gpointer)key))
		return;
	fitting->row->n_counted++;
	if (bytes > model->room_left)
		return;
	model->room_left -= MAX(bytes, 0);
	fitting->row->n_fit++;
}

gboolean
chooser_model_next_fit(ChooserModel *model,
		       void (*each_song)(void *host_data, const char *id, PageSong song,
					 void *data),
		       void *host_data)
{
	if (model->counted == NULL)
		return FALSE;
	while (model->next_fit < model->rows->len) {
		ChooserRow *row = g_ptr_array_index(model->rows, model->next_fit++);
		if (!row->wanted || !row->there)
			continue;
		row->n_counted = 0;
		row->n_fit = 0;
		each_song(host_data, row->id, fit_song, &(Fitting){model, row});
		row->fitted = TRUE;
		return TRUE;
	}
	stop_fit(model);
	return FALSE;
}
