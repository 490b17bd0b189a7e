/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wish: a playlist, or songs, for a player, as picked from a menu.
 */
#pragma once

#include <shell/rb-shell.h>
#include <sources/rb-source.h>

#include "library.h"

typedef struct Wish Wish;

/* All outlive it. */
Wish *wish_new(RBShell *shell, Library *library, Adapter *adapter);
/* Songs that were not added to their playlist yet are not. */
void wish_free(Wish *wish);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wish, wish_free)

/* Whether a player can be wished something for: it is ours, or can be without a question. */
gboolean wish_is_possible(const AdapterDevice *device);

/* Both wait for what is wished for to be published: a player is not to be told of a playlist that
 * nobody has. */
void wish_playlist(Wish *wish, const char *device_id, RBSource *playlist);
/* entries: takes over the list and a reference of each. */
void wish_songs(Wish *wish, const char *device_id, GList *entries);
/* The helper has what library_offer() says. */
void wish_published(Wish *wish);
