/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "song-list.h"

#include "missing.h"

SongList *
song_list_new(guint n_songs)
{
	SongList *songs = g_new0(SongList, 1);

	songs->room = g_new0(SongListItem, n_songs);
	songs->n_room = n_songs;
	songs->items = g_ptr_array_sized_new(n_songs);
	songs->by_entry = g_array_sized_new(FALSE, FALSE, sizeof(guint), n_songs);
	songs->unreachable = g_array_new(FALSE, FALSE, sizeof(guint));
	return songs;
}

void
song_list_free(SongList *songs)
{
	if (songs == NULL)
		return;
	for (guint i = 0; i < songs->items->len; i++) {
		SongListItem *item = song_list_get(songs, i);
		porta_track_free(item->track);
		song_clear(&item->song);
	}
	g_free(songs->room);
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
	g_assert(songs->items->len < songs->n_room);
	SongListItem *item = &songs->room[songs->items->len];

	song_read(&item->song, entry);
	if (item->song.uri == NULL) {
		song_clear(&item->song);
		memset(item, 0, sizeof(*item));
		return;
	}
	item->entry = entry;
	item->is_hidden = rhythmdb_entry_get_boolean(entry, RHYTHMDB_PROP_HIDDEN);
	g_ptr_array_add(songs->items, item);
}

static int
compare_uris(gconstpointer a, gconstpointer b)
{
	return strcmp(song_uri(&(*(SongListItem *const *)a)->song),
		      song_uri(&(*(SongListItem *const *)b)->song));
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
		item->track = song_build_track(&item->song);
		item->is_left_out =
			item->track == NULL ||
			(item->is_hidden && missing_is_deleted(missing, song_uri(&item->song)));
		if (item->is_hidden && !item->is_left_out)
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
			return item->is_left_out ? -1 : (int)index;
		if ((uintptr_t)item->entry < (uintptr_t)entry)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}
