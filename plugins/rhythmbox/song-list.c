/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "song-list.h"

#include "missing.h"

static void
item_free(gpointer data)
{
	SongListItem *item = data;

	porta_track_free(item->track);
	g_free(item->uri);
	g_free(item);
}

SongList *
song_list_new(void)
{
	SongList *songs = g_new0(SongList, 1);

	songs->items = g_ptr_array_new_with_free_func(item_free);
	songs->by_entry = g_array_new(FALSE, FALSE, sizeof(guint));
	songs->unreachable = g_array_new(FALSE, FALSE, sizeof(guint));
	return songs;
}

void
song_list_free(SongList *songs)
{
	if (songs == NULL)
		return;
	g_ptr_array_unref(songs->items);
	g_array_unref(songs->by_entry);
	g_array_unref(songs->unreachable);
	g_free(songs);
}

SongListItem *
song_list_get(const SongList *songs, guint index)
{
	return g_ptr_array_index(songs->items, index);
}

void
song_list_add(SongList *songs, RhythmDBEntry *entry)
{
	PortaTrack *track = song_build_track(entry);

	if (track == NULL)
		return;
	SongListItem *item = g_new0(SongListItem, 1);
	item->entry = entry;
	item->track = track;
	item->uri = g_strdup(rhythmdb_entry_get_string(entry, RHYTHMDB_PROP_LOCATION));
	item->bytes = (gint64)rhythmdb_entry_get_uint64(entry, RHYTHMDB_PROP_FILE_SIZE);
	item->is_hidden = rhythmdb_entry_get_boolean(entry, RHYTHMDB_PROP_HIDDEN);
	g_ptr_array_add(songs->items, item);
}

static int
compare_uris(gconstpointer a, gconstpointer b)
{
	return strcmp((*(SongListItem *const *)a)->uri, (*(SongListItem *const *)b)->uri);
}

static int
compare_entries(gconstpointer a, gconstpointer b, gpointer data)
{
	uintptr_t one = (uintptr_t)song_list_get(data, *(const guint *)a)->entry;
	uintptr_t other = (uintptr_t)song_list_get(data, *(const guint *)b)->entry;

	return one < other ? -1 : one > other;
}

void
song_list_sort_out(SongList *songs, const char *const *folders)
{
	g_autoptr(Missing) missing = missing_new(folders);

	g_ptr_array_sort(songs->items, compare_uris);
	for (guint i = 0; i < songs->items->len; i++) {
		SongListItem *item = song_list_get(songs, i);
		if (item->is_hidden)
			item->is_deleted = missing_is_deleted(missing, item->uri);
		if (item->is_hidden && !item->is_deleted)
			g_array_append_val(songs->unreachable, i);
		g_array_append_val(songs->by_entry, i);
	}
	g_array_sort_with_data(songs->by_entry, compare_entries, songs);
}

int
song_list_find(const SongList *songs, RhythmDBEntry *entry)
{
	guint low = 0, high = songs->by_entry->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		guint index = g_array_index(songs->by_entry, guint, middle);
		const SongListItem *item = song_list_get(songs, index);
		if (item->entry == entry)
			return item->is_deleted ? -1 : (int)index;
		if ((uintptr_t)item->entry < (uintptr_t)entry)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}
