/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "library.h"

#include <lib/rb-file-helpers.h>

#include "library-watch.h"
#include "playlist-reader.h"
#include "snapshot.h"

struct Library {
	SnapshotFrom from;
	LibraryWatch *watch;
	Adapter *adapter; /* no-ref; NULL until attached */
	Snapshot *snapshot; /* under way */
	Offer *offer;
	LibraryChanged changed;
	void *data;
	gboolean is_touched; /* before there was an adapter */
};

static void
on_changed(void *data)
{
	Library *library = data;

	if (library->adapter != NULL)
		adapter_touch_library(library->adapter);
	else
		library->is_touched = TRUE;
}

static void
on_deleted(void *data, RBSource *playlist)
{
	Library *library = data;

	playlist_ids_forget(library->from.ids, playlist);
}

Library *
library_new(RBShell *shell, LibraryChanged changed, void *data)
{
	static const LibraryWatchEvents events = {.changed = on_changed, .deleted = on_deleted};
	Library *library = g_new0(Library, 1);
	g_autofree char *text = NULL;

	library->changed = changed;
	library->data = data;
	library->from.ids_path = rb_find_user_data_file("portamento-playlists");
	/* a few kilobytes, once */
	g_file_get_contents(library->from.ids_path, &text, NULL, NULL);
	library->from.ids = playlist_ids_new(text);
	g_object_get(shell, "db", &library->from.db, "playlist-manager", &library->from.playlists,
		     NULL);
	library->watch = library_watch_new(shell, &events, library);
	return library;
}

void
library_free(Library *library)
{
	if (library == NULL)
		return;
	snapshot_cancel(library->snapshot);
	library_watch_free(library->watch);
	playlist_ids_free(library->from.ids);
	g_free(library->from.ids_path);
	g_object_unref(library->from.db);
	g_object_unref(library->from.playlists);
	offer_free(library->offer);
	g_free(library);
}

void
library_attach(Library *library, Adapter *adapter)
{
	library->adapter = adapter;
	if (library->is_touched)
		adapter_touch_library(adapter);
}

static void
on_snapshot(void *data, PortaLibrary *made, Offer *offer, SlicesFigures figures)
{
	Library *library = data;
	gint64 begin = g_get_monotonic_time();

	library->snapshot = NULL;
	adapter_publish(library->adapter, made);
	if (offer == NULL)
		return;
	offer_free(library->offer);
	library->offer = offer;
	library->changed(library->data);
	gint64 telling_us = g_get_monotonic_time() - begin;
	g_debug("snapshot: %u songs, %u playlists, %u slices, longest %.2f ms (%.2f ms of CPU), "
		"all %.2f ms, telling %.2f ms",
		offer->n_songs, offer->playlists->len, figures.count, figures.longest_us / 1e3,
		figures.longest_cpu_us / 1e3, figures.total_us / 1e3, telling_us / 1e3);
}

void
library_publish(Library *library)
{
	if (library->snapshot == NULL)
		library->snapshot = snapshot_start(&library->from, on_snapshot, library);
}

void
library_publish_last(Library *library, int patience_ms)
{
	gint64 late_us = g_get_monotonic_time() + patience_ms * (gint64)1000;

	if (library->adapter == NULL || !adapter_is_library_due(library->adapter) ||
	    !library_watch_is_steady(library->watch))
		return;
	snapshot_cancel(g_steal_pointer(&library->snapshot));
	PortaLibrary *made = snapshot_make_now(&library->from, late_us);
	if (made == NULL) {
		g_debug("the last changes are published at the next start");
		return;
	}
	adapter_publish(library->adapter, made);
	gint64 left_us = MAX(late_us - g_get_monotonic_time(), 0);
	adapter_flush(library->adapter, (int)(left_us / 1000));
}

const Offer *
library_offer(Library *library)
{
	return library->offer;
}

const char *
library_playlist_id(Library *library, RBSource *playlist)
{
	int32_t kind = playlist_reader_kind(playlist);

	/* before the first snapshot a renamed playlist is not known again yet */
	if (kind == 0 || library->offer == NULL)
		return NULL;
	const char *id = playlist_ids_get(library->from.ids, playlist);
	if (id != NULL)
		return id;
	g_autofree char *name = playlist_reader_name(playlist);
	return playlist_ids_settle(library->from.ids, playlist, name, kind, "");
}
