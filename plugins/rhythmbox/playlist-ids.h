/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist-ids: a lasting id for each playlist. Rhythmbox gives playlists names and nothing
 * else, but one that is renamed must stay the one that was chosen for a player.
 *
 * An id is the name that its playlist had when it was first seen. What it is called now is
 * kept here, and a fingerprint of what is in it, so that one that was renamed while nobody
 * looked is known again. A value of the main thread, which does no I/O.
 */
#pragma once

#include <glib.h>

typedef struct PlaylistIds PlaylistIds;

/* text: what playlist_ids_to_text() said once; NULL and nonsense are nothing known. */
PlaylistIds *playlist_ids_new(const char *text);
void playlist_ids_free(PlaylistIds *ids);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlaylistIds, playlist_ids_free)
/* For playlist_ids_new(), in another session: the caller's. */
char *playlist_ids_to_text(PlaylistIds *ids);

/* A playlist that is here, by its object; it has an id after this if its object or its name
 * is known. Names count more than contents: see them all before the first is settled. */
void playlist_ids_see(PlaylistIds *ids, gconstpointer playlist, const char *name, int kind);
/* Gives it an id in any case, and answers it: that of the one known playlist, gone by now,
 * that had just these contents, or else a new one. "" for contents: not known now. */
const char *playlist_ids_settle(PlaylistIds *ids, gconstpointer playlist, const char *name,
				int kind, const char *contents);
/* NULL for one that is not settled. */
const char *playlist_ids_get(PlaylistIds *ids, gconstpointer playlist);
/* It was deleted: what comes after it is another one, whatever its name. */
void playlist_ids_forget(PlaylistIds *ids, gconstpointer playlist);
