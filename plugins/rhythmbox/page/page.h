/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page: what a person sees of one player and can do with it: its name, room and state,
 * progress and last result, what shall be on it, what a sync would do.
 *
 * It knows GTK, the adapter and what a PageHost tells; nothing of Rhythmbox, so that it
 * can be shown, and tested, in a window of its own. Main thread only. It blocks nowhere,
 * copies nothing, and does nothing at all while it is not mapped. Requests whose answers
 * it waits for are forgotten with it: it must be destroyed before the adapter is freed,
 * and when its AdapterDevice is gone.
 */
#pragma once

#include <gtk/gtk.h>

#include "common/adapter.h"

/* What the host has to offer for a sync, as it stands now. */
typedef struct {
	char *id; /* as published */
	char *name;
	int32_t kind; /* PORTA_PLAYLIST_* */
	guint n_songs;
	gint64 bytes;
} PagePlaylist;

PagePlaylist *page_playlist_new(const char *id, const char *name, int32_t kind, guint n_songs,
				gint64 bytes);
void page_playlist_free(PagePlaylist *playlist);

/* key stands for the song: the same in whatever playlist it is. */
typedef void (*PageSong)(void *data, gconstpointer key, gint64 bytes);

/* What the page asks of its host, with the host_data of page_new(); each slot is quick,
 * and may be NULL where the host can not do it. */
typedef struct {
	/* PagePlaylist, with their free function; the caller's. NULL: not known yet, and
	 * page_playlists_changed() will tell. */
	GPtrArray *(*list_playlists)(void *host_data);
	/* Calls `song` for each song of one playlist, so that one which is in two is counted once. */
	void (*each_song)(void *host_data, const char *playlist_id, PageSong song, void *data);
	/* The whole library. */
	void (*measure_library)(void *host_data, guint *n_songs, gint64 *bytes);
	/* Shows a file of this computer in the file manager. */
	void (*show_file)(void *host_data, const char *path);
	/* The name of the host's own plugin that holds players, if it is active now; NULL not. */
	const char *(*rival)(void *host_data);
	void (*switch_rival_off)(void *host_data);
} PageHost;

/* host, adapter and device outlive the page. A floating reference, as of any new widget. */
GtkWidget *page_new(const PageHost *host, void *host_data, Adapter *adapter, AdapterDevice *device);

/* To be called from AdapterHost.changed, of this device. */
void page_update(GtkWidget *page, AdapterChange change);
/* From AdapterHost.helper: text says to people why it is away. */
void page_helper(GtkWidget *page, gboolean there, const char *text);
/* Playlists came, went, were renamed, or have other songs now. Cheap: looks at nothing yet. */
void page_playlists_changed(GtkWidget *page);
/* The host's own plugin was switched on or off. */
void page_rival_changed(GtkWidget *page);
