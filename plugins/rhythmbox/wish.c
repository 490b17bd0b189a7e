/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wish.h"

#include <shell/rb-playlist-manager.h>
#include <sources/rb-static-playlist-source.h>

#include "common/words.h"
#include "playlist-reader.h"
#include "slices.h"

struct Wish {
	RBPlaylistManager *manager;
	Library *library;
	Adapter *adapter;
	Slices *slices;
	RBSource *playlist; /* the one that songs are being added to; NULL none */
	GList *entries; /* RhythmDBEntry: those still to be added */
};

Wish *
wish_new(RBShell *shell, Library *library, Adapter *adapter)
{
	Wish *wish = g_new0(Wish, 1);

	wish->library = library;
	wish->adapter = adapter;
	wish->slices = slices_new();
	g_object_get(shell, "playlist-manager", &wish->manager, NULL);
	return wish;
}

static void
end_adding(gpointer data)
{
	Wish *wish = data;

	g_list_free_full(g_steal_pointer(&wish->entries), (GDestroyNotify)rhythmdb_entry_unref);
	g_clear_object(&wish->playlist);
}

void
wish_free(Wish *wish)
{
	if (wish == NULL)
		return;
	slices_free(wish->slices);
	end_adding(wish);
	g_object_unref(wish->manager);
	g_free(wish);
}

gboolean
wish_is_possible(const AdapterDevice *device)
{
	switch (porta_device_get_number(device->now, PORTA_KEY_STATUS)) {
	case PORTA_STATUS_PARTNERSHIP_EXISTS: return TRUE;
	case PORTA_STATUS_NEW_DEVICE:
	case PORTA_STATUS_PARTNERSHIP_DECLINED:
		return porta_device_get_number(device->now, PORTA_KEY_CONNECTED) > 0;
	default: return FALSE;
	}
}

static void
on_answer(void *data, int32_t error, const char *text)
{
	if (error != PORTA_OK)
		g_warning("Nothing was chosen for the player: %s", text);
}

void
wish_playlist(Wish *wish, const char *device_id, RBSource *playlist)
{
	AdapterDevice *device = adapter_find(wish->adapter, device_id);
	const char *id = library_playlist_id(wish->library, playlist);

	if (device == NULL || id == NULL || !wish_is_possible(device))
		return;
	gboolean is_ours = porta_device_get_number(device->now, PORTA_KEY_STATUS) ==
			   PORTA_STATUS_PARTNERSHIP_EXISTS;
	/* what the default asks for has every playlist in it, and would be lost by a choice */
	if (is_ours && (device->choices == NULL || device->choices->by_default)) {
		adapter_start(wish->adapter, device_id, on_answer, NULL);
		return;
	}
	g_autoptr(Choices) choices = is_ours ? choices_copy(device->choices) : choices_new();
	gboolean is_new = choices_add_playlist(choices, id);
	if (!is_ours)
		adapter_accept(wish->adapter, device_id, FALSE, choices, on_answer, NULL);
	else if (is_new)
		adapter_choose(wish->adapter, device_id, choices, on_answer, NULL);
	else
		adapter_start(wish->adapter, device_id, on_answer, NULL);
}

/* Songs. */

static RBSource *
find_playlist(Wish *wish, const char *name)
{
	g_autoptr(GList) playlists = rb_playlist_manager_get_playlists(wish->manager);

	for (GList *l = playlists; l != NULL; l = l->next) {
		g_autofree char *other = playlist_reader_name(l->data);
		if (g_str_equal(name, other))
			return l->data;
	}
	return NULL;
}

/* Borrowed; an automatic playlist that has the name already stays alone with it. */
static RBSource *
make_playlist(Wish *wish, const char *wanted)
{
	g_autofree char *name = g_strdup(wanted);
	g_autoptr(GError) error = NULL;

	for (guint i = 2;; i++) {
		RBSource *found = find_playlist(wish, name);
		if (found != NULL && playlist_reader_kind(found) == PORTA_PLAYLIST_STATIC)
			return found;
		if (found == NULL)
			break;
		g_free(name);
		name = g_strdup_printf("%s %u", wanted, i);
	}
	if (!rb_playlist_manager_create_static_playlist(wish->manager, name, &error))
		g_warning("No playlist for the player could be made: %s", error->message);
	return find_playlist(wish, name);
}

static gboolean
add_one(gpointer data)
{
	Wish *wish = data;

	if (wish->entries == NULL)
		return FALSE;
	RhythmDBEntry *entry = wish->entries->data;
	wish->entries = g_list_delete_link(wish->entries, wish->entries);
	rb_static_playlist_source_add_entry(RB_STATIC_PLAYLIST_SOURCE(wish->playlist), entry, -1);
	rhythmdb_entry_unref(entry);
	return wish->entries != NULL;
}

void
wish_songs(Wish *wish, const char *device_id, GList *entries)
{
	AdapterDevice *device = adapter_find(wish->adapter, device_id);
	gboolean is_adding = wish->playlist != NULL;
	RBSource *playlist = NULL;

	if (device != NULL && entries != NULL && wish_is_possible(device)) {
		g_autofree char *name = words_device_name(device->now);
		playlist = make_playlist(wish, name);
	}
	/* one wish at a time: a second for another player waits for the person to ask again */
	if (playlist == NULL || (is_adding && wish->playlist != playlist)) {
		g_list_free_full(entries, (GDestroyNotify)rhythmdb_entry_unref);
		return;
	}
	wish->entries = g_list_concat(wish->entries, entries);
	if (!is_adding) {
		wish->playlist = g_object_ref(playlist);
		slices_run(wish->slices, add_one, end_adding, wish);
	}
	wish_playlist(wish, device_id, playlist);
}
