/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-watch: says when something changed that a published library shows, and not before
 * all is loaded: Rhythmbox reads its songs first, then its playlists, and fills automatic
 * ones last, and what is not there yet must not look as if it had been deleted (law 2).
 */
#pragma once

#include <shell/rb-playlist-manager.h>
#include <shell/rb-shell.h>

typedef struct LibraryWatch LibraryWatch;

typedef struct {
	/* Something changed; also once everything is there. Cheap, comes often. */
	void (*changed)(void *data);
	void (*deleted)(void *data, RBSource *playlist);
} LibraryWatchEvents;

/* shell, and what is in it, outlives the watch. */
LibraryWatch *library_watch_new(RBShell *shell, const LibraryWatchEvents *events, void *data);
void library_watch_free(LibraryWatch *watch);
/* Whether everything is there now. */
gboolean library_watch_is_steady(LibraryWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LibraryWatch, library_watch_free)
