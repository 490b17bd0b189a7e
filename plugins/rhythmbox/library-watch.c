/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "library-watch.h"

#include <rhythmdb/rhythmdb-query-model.h>

#include "playlist-reader.h"

/* Its state says (TRUE, ...) once songs and playlists are read; there is no other sign of
 * that for a plugin that is switched on later. */
#define LOADED_ACTION "load-uri"

typedef struct {
	LibraryWatch *watch;
	RBSource *source;
	RhythmDBQueryModel *model; /* NULL: none yet */
	gboolean is_filling;
} Playlist;

struct LibraryWatch {
	RhythmDB *db;
	RBPlaylistManager *manager;
	LibraryWatchEvents events;
	void *data;
	GHashTable *playlists; /* RBSource -> Playlist */
	gboolean is_loaded;
};

gboolean
library_watch_is_steady(LibraryWatch *watch)
{
	GHashTableIter iter;
	Playlist *playlist;

	g_hash_table_iter_init(&iter, watch->playlists);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&playlist)) {
		if (playlist->is_filling)
			return FALSE;
	}
	return watch->is_loaded;
}

static void
changed(LibraryWatch *watch)
{
	if (library_watch_is_steady(watch))
		watch->events.changed(watch->data);
}

/* A playlist's rows. */

static void
on_rows_changed(Playlist *playlist)
{
	changed(playlist->watch);
}

static void
on_filled(RhythmDBQueryModel *model, Playlist *playlist)
{
	playlist->is_filling = FALSE;
	changed(playlist->watch);
}

static void
let_go_of_model(Playlist *playlist)
{
	if (playlist->model != NULL)
		g_signal_handlers_disconnect_by_data(playlist->model, playlist);
	g_clear_object(&playlist->model);
	playlist->is_filling = FALSE;
}

static void
watch_model(Playlist *playlist, gboolean is_new)
{
	RhythmDBQueryModel *model = NULL;

	g_object_get(playlist->source, "base-query-model", &model, NULL);
	if (model == NULL || model == playlist->model) {
		g_clear_object(&model);
		return;
	}
	let_go_of_model(playlist);
	playlist->model = model;
	/* an automatic one that was there before us has been filled long since, mostly */
	playlist->is_filling = playlist_reader_kind(playlist->source) == PORTA_PLAYLIST_AUTOMATIC &&
			       (is_new || rhythmdb_query_model_has_pending_changes(model));
	g_signal_connect(model, "complete", G_CALLBACK(on_filled), playlist);
	g_signal_connect_swapped(model, "row-inserted", G_CALLBACK(on_rows_changed), playlist);
	g_signal_connect_swapped(model, "row-deleted", G_CALLBACK(on_rows_changed), playlist);
	g_signal_connect_swapped(model, "rows-reordered", G_CALLBACK(on_rows_changed), playlist);
}

/* Playlists. */

static void
on_model_replaced(Playlist *playlist)
{
	watch_model(playlist, TRUE);
	changed(playlist->watch);
}

static void
on_deleted(RBSource *source, Playlist *playlist)
{
	LibraryWatch *watch = playlist->watch;

	watch->events.deleted(watch->data, source);
	g_hash_table_remove(watch->playlists, source);
	changed(watch);
}

static void
playlist_free(gpointer data)
{
	Playlist *playlist = data;

	let_go_of_model(playlist);
	g_signal_handlers_disconnect_by_data(playlist->source, playlist);
	g_object_unref(playlist->source);
	g_free(playlist);
}

static void
watch_playlist(LibraryWatch *watch, RBSource *source, gboolean is_new)
{
	if (playlist_reader_kind(source) == 0 || g_hash_table_contains(watch->playlists, source))
		return;
	Playlist *playlist = g_new0(Playlist, 1);
	playlist->watch = watch;
	playlist->source = g_object_ref(source);
	g_hash_table_insert(watch->playlists, source, playlist);
	g_signal_connect(source, "deleted", G_CALLBACK(on_deleted), playlist);
	g_signal_connect_swapped(source, "notify::name", G_CALLBACK(on_rows_changed), playlist);
	/* Rhythmbox tells of a new query by the model that is shown, if at all */
	g_signal_connect_swapped(source, "notify::query-model", G_CALLBACK(on_model_replaced),
				 playlist);
	g_signal_connect_swapped(source, "notify::base-query-model", G_CALLBACK(on_model_replaced),
				 playlist);
	watch_model(playlist, is_new);
	changed(watch);
}

static void
on_playlist_added(RBPlaylistManager *manager, RBSource *source, LibraryWatch *watch)
{
	watch_playlist(watch, source, TRUE);
}

/* Songs. */

static void
on_song(RhythmDB *db, RhythmDBEntry *entry, LibraryWatch *watch)
{
	if (rhythmdb_entry_get_entry_type(entry) == RHYTHMDB_ENTRY_TYPE_SONG)
		changed(watch);
}

static void
on_song_changed(RhythmDB *db, RhythmDBEntry *entry, GPtrArray *changes, LibraryWatch *watch)
{
	if (rhythmdb_entry_get_entry_type(entry) != RHYTHMDB_ENTRY_TYPE_SONG)
		return;
	for (guint i = 0; i < changes->len; i++) {
		const RhythmDBEntryChange *change = g_ptr_array_index(changes, i);
		if (song_is_published_property(change->prop)) {
			changed(watch);
			return;
		}
	}
}

/* Loading. */

static void
look_whether_loaded(LibraryWatch *watch)
{
	GActionGroup *actions = G_ACTION_GROUP(g_application_get_default());
	g_autoptr(GVariant) state = g_action_group_get_action_state(actions, LOADED_ACTION);
	gboolean is_loaded = FALSE;

	if (state != NULL && g_variant_is_of_type(state, G_VARIANT_TYPE("(bb)")))
		g_variant_get(state, "(bb)", &is_loaded, NULL);
	if (!is_loaded || watch->is_loaded)
		return;
	watch->is_loaded = TRUE;
	changed(watch);
}

static void
on_action_state(GActionGroup *actions, const char *name, GVariant *state, LibraryWatch *watch)
{
	look_whether_loaded(watch);
}

LibraryWatch *
library_watch_new(RBShell *shell, const LibraryWatchEvents *events, void *data)
{
	LibraryWatch *watch = g_new0(LibraryWatch, 1);

	watch->events = *events;
	watch->data = data;
	watch->playlists = g_hash_table_new_full(NULL, NULL, NULL, playlist_free);
	g_object_get(shell, "db", &watch->db, "playlist-manager", &watch->manager, NULL);
	g_signal_connect(watch->db, "entry-added", G_CALLBACK(on_song), watch);
	g_signal_connect(watch->db, "entry-deleted", G_CALLBACK(on_song), watch);
	g_signal_connect(watch->db, "entry-changed", G_CALLBACK(on_song_changed), watch);
	g_signal_connect(watch->manager, "playlist-added", G_CALLBACK(on_playlist_added), watch);
	g_signal_connect(g_application_get_default(), "action-state-changed::" LOADED_ACTION,
			 G_CALLBACK(on_action_state), watch);

	GList *playlists = rb_playlist_manager_get_playlists(watch->manager);
	for (GList *l = playlists; l != NULL; l = l->next)
		watch_playlist(watch, l->data, FALSE);
	g_list_free(playlists);
	look_whether_loaded(watch);
	return watch;
}

void
library_watch_free(LibraryWatch *watch)
{
	if (watch == NULL)
		return;
	g_signal_handlers_disconnect_by_data(g_application_get_default(), watch);
	g_signal_handlers_disconnect_by_data(watch->manager, watch);
	g_signal_handlers_disconnect_by_data(watch->db, watch);
	g_hash_table_unref(watch->playlists);
	g_object_unref(watch->manager);
	g_object_unref(watch->db);
	g_free(watch);
}
