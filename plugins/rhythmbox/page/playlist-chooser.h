/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist-chooser: the list in which a person ticks playlists and puts them in order, with
 * the mouse or the keyboard: Space ticks, Alt+Up and Alt+Down move, letters find.
 */
#pragma once

#include "chooser-model.h"

typedef struct PlaylistChooser PlaylistChooser;

/* changed: a person has ticked or moved something. host as page_new() has it. */
PlaylistChooser *playlist_chooser_new(const PageHost *host, void *host_data,
				      void (*changed)(void *data), void *data);
/* Its widget has been destroyed. */
void playlist_chooser_free(PlaylistChooser *chooser);
GtkWidget *playlist_chooser_widget(PlaylistChooser *chooser);

/* NULL: not known yet. */
void playlist_chooser_offer(PlaylistChooser *chooser, GPtrArray *playlists);
void playlist_chooser_wish(PlaylistChooser *chooser, GPtrArray *ids);
GPtrArray *playlist_chooser_wishes(PlaylistChooser *chooser);

/* Works out, in idle time, how much of each fits; stop ends that. */
void playlist_chooser_fit(PlaylistChooser *chooser, gint64 room_bytes);
void playlist_chooser_stop_fit(PlaylistChooser *chooser);
