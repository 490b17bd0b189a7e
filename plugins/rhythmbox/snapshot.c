/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot.h"

#include <rhythmdb/rhythmdb-query-result-list.h>

#include "assembly.h"
#include "patience.h"
#include "playlist-reader.h"

#define LOOK_AT_CLOCK 64 /* steps, where all is done at once */

/* Between the thread on which Rhythmbox answers, up to 3.4.6 at least, and ours. Counted. */
typedef struct {
	Snapshot *snapshot; /* main thread only; NULL: gone */
} Answer;

struct Snapshot {
	SnapshotFrom from;
	SnapshotDone done; /* NULL: cancelled */
	void *data;
	Slices *slices; /* of the main thread */
	gboolean is_elsewhere; /* on the other thread now */

	Answer *answer;
	RhythmDBQueryResultList *entries; /* holds every entry that songs names */
	GList *next_entry; /* of entries */
	SongList *songs;
	GPtrArray *sources; /* RBSource: the playlists to read */
	guint n_seen, n_read; /* of sources */
	PlaylistReader *reader; /* of the one that is being read */
	gboolean is_unsteady;
	Offer *offer;

	char **folders; /* where Rhythmbox looks for music */
	char *ids_text;
	PortaLibrary *library;
};

static void
snapshot_free(Snapshot *snapshot)
{
	slices_free(snapshot->slices);
	playlist_reader_free(snapshot->reader);
	song_list_free(snapshot->songs);
	if (snapshot->entries != NULL)
		g_signal_handlers_disconnect_by_data(snapshot->entries, snapshot->answer);
	snapshot->answer->snapshot = NULL;
	g_atomic_rc_box_release(snapshot->answer);
	g_clear_object(&snapshot->entries);
	g_clear_pointer(&snapshot->sources, g_ptr_array_unref);
	offer_free(snapshot->offer);
	g_strfreev(snapshot->folders);
	g_free(snapshot->ids_text);
	g_free(snapshot->from.ids_path);
	porta_library_free(snapshot->library);
	g_free(snapshot);
}

/* The other thread. */

typedef void (*Work)(Snapshot *snapshot);

typedef struct {
	Snapshot *snapshot;
	Work work, then;
} Errand;

static void
run_errand(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	Errand *errand = data;

	errand->work(errand->snapshot);
	g_task_return_boolean(task, TRUE);
}

static void
on_errand_done(GObject *source, GAsyncResult *result, gpointer data)
{
	Errand *errand = g_task_get_task_data(G_TASK(result));
	Snapshot *snapshot = errand->snapshot;

	snapshot->is_elsewhere = FALSE;
	if (snapshot->done == NULL)
		snapshot_free(snapshot);
	else
		errand->then(snapshot);
}

/* work, on another thread; then, back on the main thread, unless it was cancelled. */
static void
send_errand(Snapshot *snapshot, Work work, Work then)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, on_errand_done, NULL);
	Errand *errand = g_new(Errand, 1);

	*errand = (Errand){snapshot, work, then};
	snapshot->is_elsewhere = TRUE;
	g_task_set_task_data(task, errand, g_free);
	g_task_run_in_thread(task, run_errand);
}

/* The end: the library is put together. */

static void
assemble(Snapshot *snapshot)
{
	snapshot->library = assembly_build(snapshot->offer, snapshot->songs);
	g_autoptr(GError) error = NULL;
	if (!g_file_set_contents(snapshot->from.ids_path, snapshot->ids_text, -1, &error))
		g_warning("The playlists' ids can not be kept: %s. One that is renamed may be "
			  "taken for another.",
			  error->message);
	/* 100,000 of each: not on the main thread */
	g_clear_pointer(&snapshot->songs, song_list_free);
	g_clear_object(&snapshot->entries);
}

static void
finish(Snapshot *snapshot)
{
	Offer *offer = snapshot->library != NULL ? g_steal_pointer(&snapshot->offer) : NULL;

	snapshot->done(snapshot->data, g_steal_pointer(&snapshot->library), offer,
		       slices_figures(snapshot->slices));
	snapshot_free(snapshot);
}

/* Playlists. */

static gboolean
see_playlist(Snapshot *snapshot)
{
	RBSource *source = g_ptr_array_index(snapshot->sources, snapshot->n_seen++);
	g_autofree char *name = playlist_reader_name(source);
	int32_t kind = playlist_reader_kind(source);

	playlist_ids_see(snapshot->from.ids, source, name, kind);
	return TRUE;
}

static void
open_playlist(Snapshot *snapshot)
{
	RBSource *source = g_ptr_array_index(snapshot->sources, snapshot->n_read);
	g_autofree char *name = playlist_reader_name(source);
	OfferPlaylist *into =
		offer_add_playlist(snapshot->offer, name, playlist_reader_kind(source));

	snapshot->reader = playlist_reader_new(snapshot->from.db, source, snapshot->songs, into);
}

static void
close_playlist(Snapshot *snapshot)
{
	GPtrArray *playlists = snapshot->offer->playlists;
	RBSource *source = g_ptr_array_index(snapshot->sources, snapshot->n_read++);
	OfferPlaylist *playlist = g_ptr_array_index(playlists, playlists->len - 1);

	playlist->id = g_strdup(playlist_ids_settle(snapshot->from.ids, source, playlist->name,
						    playlist->kind,
						    playlist_reader_fingerprint(snapshot->reader)));
	g_clear_pointer(&snapshot->reader, playlist_reader_free);
}

static gboolean
read_playlists(void *data)
{
	Snapshot *snapshot = data;

	if (snapshot->n_seen < snapshot->sources->len)
		return see_playlist(snapshot);
	if (snapshot->n_read == snapshot->sources->len)
		return FALSE;
	if (snapshot->reader == NULL) {
		open_playlist(snapshot);
		return TRUE;
	}
	PlaylistReaderStep step = playlist_reader_step(snapshot->reader);
	if (step == PLAYLIST_READER_END)
		close_playlist(snapshot);
	snapshot->is_unsteady = step == PLAYLIST_READER_UNSTEADY;
	return !snapshot->is_unsteady;
}

static void
on_playlists_read(void *data)
{
	Snapshot *snapshot = data;

	if (snapshot->is_unsteady) {
		finish(snapshot);
		return;
	}
	snapshot->ids_text = playlist_ids_to_text(snapshot->from.ids);
	send_errand(snapshot, assemble, finish);
}

/* Songs. */

static void
sort_out(Snapshot *snapshot)
{
	song_list_sort_out(snapshot->songs, (const char *const *)snapshot->folders);
}

static void
collect_playlists(Snapshot *snapshot)
{
	GList *playlists = rb_playlist_manager_get_playlists(snapshot->from.playlists);

	snapshot->sources = g_ptr_array_new_with_free_func(g_object_unref);
	for (GList *l = playlists; l != NULL; l = l->next) {
		if (playlist_reader_kind(l->data) != 0)
			g_ptr_array_add(snapshot->sources, g_object_ref(l->data));
	}
	g_list_free(playlists);
}

static void
begin_playlists(Snapshot *snapshot)
{
	collect_playlists(snapshot);
	slices_run(snapshot->slices, read_playlists, on_playlists_read, snapshot);
}

static gboolean
read_song(void *data)
{
	Snapshot *snapshot = data;

	if (snapshot->next_entry == NULL)
		return FALSE;
	song_list_add(snapshot->songs, snapshot->next_entry->data);
	snapshot->next_entry = snapshot->next_entry->next;
	return TRUE;
}

static void
on_songs_read(void *data)
{
	send_errand(data, sort_out, begin_playlists);
}

static void
make_room(Snapshot *snapshot)
{
	snapshot->next_entry = rhythmdb_query_result_list_get_results(snapshot->entries);
	snapshot->songs = song_list_new(g_list_length(snapshot->next_entry));
}

static void
begin_songs(Snapshot *snapshot)
{
	slices_run(snapshot->slices, read_song, on_songs_read, snapshot);
}

static gboolean
on_answer(gpointer data)
{
	Snapshot *snapshot = ((Answer *)data)->snapshot;

	if (snapshot != NULL)
		send_errand(snapshot, make_room, begin_songs);
	return G_SOURCE_REMOVE;
}

/* On any thread, and perhaps when the snapshot is gone. */
static void
on_entries(RhythmDBQueryResultList *entries, gpointer answer)
{
	g_idle_add_full(G_PRIORITY_LOW, on_answer, g_atomic_rc_box_acquire(answer),
			g_atomic_rc_box_release);
}

static void
drop_answer(gpointer answer, GClosure *closure)
{
	g_atomic_rc_box_release(answer);
}

static void
ask_for_songs(Snapshot *snapshot, void (*ask)(RhythmDB *, RhythmDBQueryResults *, RhythmDBQuery *))
{
	RhythmDB *db = snapshot->from.db;
	RhythmDBQuery *query = rhythmdb_query_parse(db, RHYTHMDB_QUERY_PROP_EQUALS,
						    RHYTHMDB_PROP_TYPE, RHYTHMDB_ENTRY_TYPE_SONG,
						    RHYTHMDB_QUERY_END);

	ask(db, RHYTHMDB_QUERY_RESULTS(snapshot->entries), query);
	rhythmdb_query_free(query);
}

static Snapshot *
snapshot_new(const SnapshotFrom *from)
{
	Snapshot *snapshot = g_new0(Snapshot, 1);
	g_autoptr(GSettings) settings = g_settings_new("org.gnome.rhythmbox.rhythmdb");

	snapshot->from = *from;
	snapshot->from.ids_path = g_strdup(from->ids_path);
	snapshot->slices = slices_new();
	snapshot->offer = offer_new();
	snapshot->folders = g_settings_get_strv(settings, "locations");
	snapshot->entries = rhythmdb_query_result_list_new();
	snapshot->answer = g_atomic_rc_box_new0(Answer);
	snapshot->answer->snapshot = snapshot;
	return snapshot;
}

Snapshot *
snapshot_start(const SnapshotFrom *from, SnapshotDone done, void *data)
{
	Snapshot *snapshot = snapshot_new(from);

	snapshot->done = done;
	snapshot->data = data;
	g_signal_connect_data(snapshot->entries, "complete", G_CALLBACK(on_entries),
			      g_atomic_rc_box_acquire(snapshot->answer), drop_answer, 0);
	/* Rhythmbox has a thread of its own for questions: it finds the entries without us. */
	ask_for_songs(snapshot, rhythmdb_do_full_query_async_parsed);
	return snapshot;
}

/* All at once. */

static gboolean
run_until(Snapshot *snapshot, SlicesStep step, gint64 late_us)
{
	for (guint i = 1; step(snapshot); i++)
		if (i % LOOK_AT_CLOCK == 0 && g_get_monotonic_time() > late_us)
			return FALSE;
	return TRUE;
}

static void
look_at_disks(void *data)
{
	sort_out(data);
}

static void
drop(void *data)
{
	snapshot_free(data);
}

PortaLibrary *
snapshot_make_now(const SnapshotFrom *from, gint64 late_us)
{
	Snapshot *snapshot = snapshot_new(from);
	PortaLibrary *library = NULL;

	ask_for_songs(snapshot, rhythmdb_do_full_query_parsed);
	make_room(snapshot);
	gboolean ok = run_until(snapshot, read_song, late_us);
	if (ok && !patience_run(look_at_disks, drop, snapshot, late_us))
		return NULL;
	if (ok) {
		collect_playlists(snapshot);
		ok = run_until(snapshot, read_playlists, late_us) && !snapshot->is_unsteady;
	}
	if (ok) {
		snapshot->ids_text = playlist_ids_to_text(snapshot->from.ids);
		assemble(snapshot);
		library = g_steal_pointer(&snapshot->library);
	}
	snapshot_free(snapshot);
	return library;
}

void
snapshot_cancel(Snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	snapshot->done = NULL;
	if (!snapshot->is_elsewhere)
		snapshot_free(snapshot);
}
