/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statistics.h"

#include <gio/gio.h>
#include <string.h>

#include "song.h"

#define GROUP "rated"
#define MAX_RATED 2000 /* the newest; a player that is away for longer has its way */
#define SAVE_DELAY_S 5

struct Statistics {
	RhythmDB *db;
	GFile *file;
	GHashTable *rated; /* URI -> gint64 *: Unix seconds of the last rating by hand */
	GHashTable *given; /* URIs whose rating is ours: RhythmDB tells of that later */
	guint save_source; /* 0: all is saved */
};

/* The file. */

static void
note(Statistics *statistics, const char *uri, gint64 when_unix)
{
	gint64 *when = g_new(gint64, 1);

	*when = when_unix;
	g_hash_table_replace(statistics->rated, g_strdup(uri), when);
}

static void
load(Statistics *statistics, const char *path)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		char *space = strchr(lines[i], ' ');
		gint64 when = g_ascii_strtoll(lines[i], NULL, 10);
		if (space != NULL && when > 0)
			note(statistics, space + 1, when);
	}
}

static int
compare_times(gconstpointer a, gconstpointer b, gpointer data)
{
	const gint64 *one = g_hash_table_lookup(data, *(char *const *)a);
	const gint64 *other = g_hash_table_lookup(data, *(char *const *)b);

	return *one < *other ? 1 : *one > *other ? -1 : 0;
}

static void
drop_oldest(GHashTable *rated)
{
	guint n;
	g_autofree char **uris = (char **)g_hash_table_get_keys_as_array(rated, &n);

	g_qsort_with_data(uris, (int)n, sizeof *uris, compare_times, rated);
	while (n > MAX_RATED)
		g_hash_table_remove(rated, uris[--n]);
}

static GBytes *
to_text(Statistics *statistics)
{
	GString *text = g_string_new(NULL);
	GHashTableIter iter;
	const char *uri;
	const gint64 *when;

	drop_oldest(statistics->rated);
	g_hash_table_iter_init(&iter, statistics->rated);
	while (g_hash_table_iter_next(&iter, (gpointer *)&uri, (gpointer *)&when))
		g_string_append_printf(text, "%" G_GINT64_FORMAT " %s\n", *when, uri);
	return g_string_free_to_bytes(text);
}

static void
on_saved(GObject *file, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;

	if (!g_file_replace_contents_finish(G_FILE(file), result, NULL, &error))
		g_warning("What was rated can not be remembered: %s", error->message);
}

static gboolean
save(gpointer data)
{
	Statistics *statistics = data;
	g_autoptr(GBytes) text = to_text(statistics);

	statistics->save_source = 0;
	g_file_replace_contents_bytes_async(statistics->file, text, NULL, FALSE,
					    G_FILE_CREATE_PRIVATE, NULL, on_saved, NULL);
	return G_SOURCE_REMOVE;
}

/* Ratings by hand. */

static void
on_changed(RhythmDB *db, RhythmDBEntry *entry, GPtrArray *changes, Statistics *statistics)
{
	const char *uri = rhythmdb_entry_get_string(entry, RHYTHMDB_PROP_LOCATION);

	if (rhythmdb_entry_get_entry_type(entry) != RHYTHMDB_ENTRY_TYPE_SONG)
		return;
	for (guint i = 0; i < changes->len; i++) {
		const RhythmDBEntryChange *change = g_ptr_array_index(changes, i);
		if (change->prop != RHYTHMDB_PROP_RATING ||
		    g_hash_table_remove(statistics->given, uri))
			continue;
		note(statistics, uri, g_get_real_time() / G_USEC_PER_SEC);
		if (statistics->save_source == 0)
			statistics->save_source =
				g_timeout_add_seconds(SAVE_DELAY_S, save, statistics);
	}
}

Statistics *
statistics_new(RhythmDB *db, const char *path)
{
	Statistics *statistics = g_new0(Statistics, 1);

	statistics->db = g_object_ref(db);
	statistics->file = g_file_new_for_path(path);
	statistics->rated = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	statistics->given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	load(statistics, path);
	g_signal_connect(db, "entry-changed", G_CALLBACK(on_changed), statistics);
	return statistics;
}

void
statistics_free(Statistics *statistics)
{
	if (statistics == NULL)
		return;
	if (statistics->save_source != 0) {
		g_source_remove(statistics->save_source);
		save(statistics);
	}
	g_signal_handlers_disconnect_by_data(statistics->db, statistics);
	g_hash_table_unref(statistics->rated);
	g_hash_table_unref(statistics->given);
	g_object_unref(statistics->file);
	g_object_unref(statistics->db);
	g_free(statistics);
}

/* What players tell. */

static void
set_ulong(RhythmDB *db, RhythmDBEntry *entry, RhythmDBPropType property, gulong number)
{
	g_auto(GValue) value = G_VALUE_INIT;

	g_value_init(&value, G_TYPE_ULONG);
	g_value_set_ulong(&value, number);
	rhythmdb_entry_set(db, entry, property, &value);
}

static void
set_rating(Statistics *statistics, RhythmDBEntry *entry, const char *uri, int32_t rating)
{
	double stars = song_stars(rating);
	g_auto(GValue) value = G_VALUE_INIT;

	if (song_rating(rhythmdb_entry_get_double(entry, RHYTHMDB_PROP_RATING)) == rating)
		return;
	g_hash_table_add(statistics->given, g_strdup(uri));
	g_value_init(&value, G_TYPE_DOUBLE);
	g_value_set_double(&value, stars);
	rhythmdb_entry_set(statistics->db, entry, RHYTHMDB_PROP_RATING, &value);
}

static gboolean
is_rated_since(Statistics *statistics, const char *uri, gint64 unix_time)
{
	const gint64 *when = g_hash_table_lookup(statistics->rated, uri);

	return when != NULL && *when >= unix_time;
}

void
statistics_merge(Statistics *statistics, const char *uri, int32_t plays, int32_t rating,
		 gint64 last_played_unix, gint64 synced_unix)
{
	RhythmDB *db = statistics->db;
	RhythmDBEntry *entry = rhythmdb_entry_lookup_by_location(db, uri);

	if (entry == NULL)
		return;
	gulong played = rhythmdb_entry_get_ulong(entry, RHYTHMDB_PROP_PLAY_COUNT);
	gulong last_played = rhythmdb_entry_get_ulong(entry, RHYTHMDB_PROP_LAST_PLAYED);
	if (plays > 0)
		set_ulong(db, entry, RHYTHMDB_PROP_PLAY_COUNT, played + (gulong)plays);
	if (last_played_unix > (gint64)last_played)
		set_ulong(db, entry, RHYTHMDB_PROP_LAST_PLAYED, (gulong)last_played_unix);
	if (rating > 0 && !is_rated_since(statistics, uri, synced_unix))
		set_rating(statistics, entry, uri, rating);
	rhythmdb_commit(db);
	g_debug("statistics: %s: %d plays, rating %d", uri, plays, rating);
}
