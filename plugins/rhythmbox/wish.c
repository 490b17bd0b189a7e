/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wish.h"

#include <shell/rb-playlist-manager.h>
#include <sources/rb-display-page-model.h>
#include <sources/rb-display-page-tree.h>
#include <sources/rb-static-playlist-source.h>

#include "common/words.h"
#include "playlist-reader.h"
#include "slices.h"

/* What can not be asked for before it is published. */
typedef struct {
	char *device_id;
	RBSource *playlist;
} Later;

struct Wish {
	RBShell *shell; /* no-ref */
	RBPlaylistManager *manager;
	Library *library;
	Adapter *adapter;
	Slices *slices;
	RBSource *playlist; /* the one that songs are being added to; NULL none */
	GList *entries; /* RhythmDBEntry: those still to be added */
	GPtrArray *later; /* Later */
	RBDisplayPage *page; /* to go back to; NULL none */
	guint back; /* source; 0 none */
};

static void
later_free(gpointer data)
{
	Later *later = data;

	g_free(later->device_id);
	g_object_unref(later->playlist);
	g_free(later);
}

Wish *
wish_new(RBShell *shell, Library *library, Adapter *adapter)
{
	Wish *wish = g_new0(Wish, 1);

	wish->shell = shell;
	wish->library = library;
	wish->adapter = adapter;
	wish->slices = slices_new();
	wish->later = g_ptr_array_new_with_free_func(later_free);
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

static void
on_added(gpointer data)
{
	Wish *wish = data;

	end_adding(wish);
	/* though they may all have been in it before */
	adapter_touch_library(wish->adapter);
	adapter_hurry_library(wish->adapter);
}

void
wish_free(Wish *wish)
{
	if (wish == NULL)
		return;
	slices_free(wish->slices);
	end_adding(wish);
	g_ptr_array_unref(wish->later);
	g_clear_handle_id(&wish->back, g_source_remove);
	g_clear_object(&wish->page);
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

static void
wish_later(Wish *wish, const char *device_id, RBSource *playlist)
{
	Later *later = g_new(Later, 1);

	*later = (Later){g_strdup(device_id), g_object_ref(playlist)};
	g_ptr_array_add(wish->later, later);
	adapter_hurry_library(wish->adapter);
}

static gboolean
is_published(Wish *wish, const char *id)
{
	const Offer *offer = library_offer(wish->library);

	return id != NULL && offer != NULL && offer_find_playlist(offer, id) != NULL;
}

void
wish_playlist(Wish *wish, const char *device_id, RBSource *playlist)
{
	AdapterDevice *device = adapter_find(wish->adapter, device_id);
	const char *id = library_playlist_id(wish->library, playlist);

	if (device == NULL || playlist_reader_kind(playlist) == 0 || !wish_is_possible(device))
		return;
	if (wish->playlist == playlist || !is_published(wish, id)) {
		wish_later(wish, device_id, playlist);
		return;
	}
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

/* As soon as it has nothing else to do, Rhythmbox shows a new playlist, its name ready to be
 * written over by the next key. Who made one by hand expects that; this person is busy with songs. */
static gboolean
on_shown(gpointer data)
{
	Wish *wish = data;
	g_autoptr(GObject) tree = NULL, model = NULL, page = G_OBJECT(g_steal_pointer(&wish->page));
	RBEntryView *view = RB_IS_SOURCE(page) ? rb_source_get_entry_view(RB_SOURCE(page)) : NULL;
	GtkTreeIter iter;

	wish->back = 0;
	g_object_get(wish->shell, "display-page-tree", &tree, "display-page-model", &model, NULL);
	if (!rb_display_page_model_find_page(RB_DISPLAY_PAGE_MODEL(model), RB_DISPLAY_PAGE(page),
					     &iter))
		return G_SOURCE_REMOVE;
	rb_display_page_tree_select(RB_DISPLAY_PAGE_TREE(tree), RB_DISPLAY_PAGE(page));
	/* the name is not being written any more once the focus is elsewhere */
	gtk_widget_grab_focus(view != NULL ? GTK_WIDGET(view) : GTK_WIDGET(page));
	return G_SOURCE_REMOVE;
}

static void
create_quietly(Wish *wish, const char *name)
{
	g_autoptr(GError) error = NULL;

	if (wish->page == NULL)
		g_object_get(wish->shell, "selected-page", &wish->page, NULL);
	if (!rb_playlist_manager_create_static_playlist(wish->manager, name, &error))
		g_warning("No playlist for the player could be made: %s", error->message);
	/* behind Rhythmbox' own, and before anything is drawn */
	if (wish->page != NULL && wish->back == 0)
		wish->back = g_idle_add(on_shown, wish);
}

/* Borrowed; an automatic playlist that has the name already stays alone with it. */
static RBSource *
make_playlist(Wish *wish, const char *wanted)
{
	g_autofree char *name = g_strdup(wanted);

	for (guint i = 2;; i++) {
		RBSource *found = find_playlist(wish, name);
		if (found != NULL && playlist_reader_kind(found) == PORTA_PLAYLIST_STATIC)
			return found;
		if (found == NULL)
			break;
		g_free(name);
		name = g_strdup_printf("%s %u", wanted, i);
	}
	create_quietly(wish, name);
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
		slices_run(wish->slices, add_one, on_added, wish);
	}
	wish_playlist(wish, device_id, playlist);
}

void
wish_published(Wish *wish)
{
	g_autoptr(GPtrArray) now = wish->later;

	wish->later = g_ptr_array_new_with_free_func(later_free);
	for (guint i = 0; i < now->len; i++) {
		const Later *later = g_ptr_array_index(now, i);
		g_autoptr(GList) playlists = rb_playlist_manager_get_playlists(wish->manager);
		if (g_list_find(playlists, later->playlist) != NULL)
			wish_playlist(wish, later->device_id, later->playlist);
	}
}
