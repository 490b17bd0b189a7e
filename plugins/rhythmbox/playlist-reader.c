/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "playlist-reader.h"

#include <rhythmdb/rhythmdb-query-model.h>
#include <sources/rb-auto-playlist-source.h>
#include <sources/rb-static-playlist-source.h>

#define MAX_RESTARTS 5

struct PlaylistReader {
	RhythmDB *db; /* no-ref */
	const SongList *songs;
	OfferPlaylist *into;
	RhythmDBQueryModel *model;
	RhythmDBEntry *last; /* the row read last */
	RhythmDBQuery *query; /* of an automatic one */
	guint next_unreachable; /* of songs->unreachable */
	guint restarts;
	GChecksum *checksum;
};

int32_t
playlist_reader_kind(RBSource *source)
{
	if (RB_IS_AUTO_PLAYLIST_SOURCE(source))
		return PORTA_PLAYLIST_AUTOMATIC;
	/* the play queue is a class beneath that of the static ones */
	if (G_OBJECT_TYPE(source) == RB_TYPE_STATIC_PLAYLIST_SOURCE)
		return PORTA_PLAYLIST_STATIC;
	return 0;
}

char *
playlist_reader_name(RBSource *source)
{
	char *name = NULL;

	g_object_get(source, "name", &name, NULL);
	return name != NULL ? name : g_strdup("");
}

static void
read_query(PlaylistReader *reader, RBSource *source)
{
	RhythmDBQueryModelLimitType limit_type = RHYTHMDB_QUERY_MODEL_LIMIT_NONE;
	g_autoptr(GVariant) limit = NULL;
	g_autofree char *sort_key = NULL;
	gint sort_order = 0;

	rb_auto_playlist_source_get_query(RB_AUTO_PLAYLIST_SOURCE(source), &reader->query,
					  &limit_type, &limit, &sort_key, &sort_order);
	g_autofree char *text = rhythmdb_query_to_string(reader->db, reader->query);
	g_autofree char *limit_text = limit != NULL ? g_variant_print(limit, FALSE) : NULL;
	g_autofree char *all = g_strdup_printf("%s\n%d %s\n%s %d", text, (int)limit_type,
					       limit_text, sort_key, sort_order);
	g_checksum_update(reader->checksum, (const guchar *)all, -1);
	rhythmdb_query_preprocess(reader->db, reader->query);
}

PlaylistReader *
playlist_reader_new(RhythmDB *db, RBSource *source, const SongList *songs, OfferPlaylist *into)
{
	PlaylistReader *reader = g_new0(PlaylistReader, 1);

	reader->db = db;
	reader->songs = songs;
	reader->into = into;
	reader->checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_object_get(source, "base-query-model", &reader->model, NULL);
	if (RB_IS_AUTO_PLAYLIST_SOURCE(source))
		read_query(reader, source);
	return reader;
}

void
playlist_reader_free(PlaylistReader *reader)
{
	if (reader == NULL)
		return;
	g_clear_pointer(&reader->last, rhythmdb_entry_unref);
	g_clear_pointer(&reader->query, rhythmdb_query_free);
	g_clear_object(&reader->model);
	g_checksum_free(reader->checksum);
	g_free(reader);
}

static void
add_song(PlaylistReader *reader, RhythmDBEntry *entry)
{
	int found = song_list_find(reader->songs, entry);
	guint index = (guint)found;

	if (found < 0)
		return;
	g_array_append_val(reader->into->songs, index);
	reader->into->bytes += song_list_get(reader->songs, index)->song.bytes;
}

static PlaylistReaderStep
restart(PlaylistReader *reader)
{
	if (reader->restarts++ == MAX_RESTARTS)
		return PLAYLIST_READER_UNSTEADY;
	g_clear_pointer(&reader->last, rhythmdb_entry_unref);
	g_array_set_size(reader->into->songs, 0);
	reader->into->bytes = 0;
	if (reader->query == NULL)
		g_checksum_reset(reader->checksum);
	return PLAYLIST_READER_MORE;
}

static PlaylistReaderStep
read_unreachable(PlaylistReader *reader)
{
	if (reader->query == NULL || reader->next_unreachable == reader->songs->unreachable->len)
		return PLAYLIST_READER_END;
	guint index = g_array_index(reader->songs->unreachable, guint, reader->next_unreachable++);
	RhythmDBEntry *entry = song_list_get(reader->songs, index)->entry;
	if (rhythmdb_evaluate_query(reader->db, reader->query, entry))
		add_song(reader, entry);
	return PLAYLIST_READER_MORE;
}

PlaylistReaderStep
playlist_reader_step(PlaylistReader *reader)
{
	GtkTreeModel *rows = GTK_TREE_MODEL(reader->model);
	GtkTreeIter iter;
	gboolean is_row;

	if (rows == NULL || reader->next_unreachable > 0)
		return read_unreachable(reader);
	if (reader->last == NULL)
		is_row = gtk_tree_model_get_iter_first(rows, &iter);
	else if (rhythmdb_query_model_entry_to_iter(reader->model, reader->last, &iter))
		is_row = gtk_tree_model_iter_next(rows, &iter);
	else
		return restart(reader);
	if (!is_row)
		return read_unreachable(reader);

	g_clear_pointer(&reader->last, rhythmdb_entry_unref);
	reader->last = rhythmdb_query_model_iter_to_entry(reader->model, &iter);
	add_song(reader, reader->last);
	if (reader->query == NULL) {
		const char *uri = rhythmdb_entry_get_string(reader->last, RHYTHMDB_PROP_LOCATION);
		g_checksum_update(reader->checksum, (const guchar *)uri, (gssize)strlen(uri) + 1);
	}
	return PLAYLIST_READER_MORE;
}

const char *
playlist_reader_fingerprint(PlaylistReader *reader)
{
	if (reader->query == NULL && reader->last == NULL)
		return "";
	return g_checksum_get_string(reader->checksum);
}
