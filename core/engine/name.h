/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name: legal, stable, unique names on the device. Pure.
 *
 * Legal everywhere: none of \ / : * ? " < > | or control characters, no leading or trailing
 * space, no trailing dot, no leading dot (Android hides such folders from players), no DOS
 * device name, NFC, at most 254 UTF-16 units a component and as many bytes of UTF-8 (Android's
 * file systems count bytes), suffix kept; never empty. Unique: no two names in a folder that differ only in case.
 */
#pragma once

#include "engine/wishlist.h"

#define NAME_MAX_UTF16 254
#define NAME_PLAYLIST_FOLDER "Playlists"

/* One path component, made legal. max_utf16 holds for its bytes too. Never NULL or "". Caller frees. */
char *name_make_legal(const char *text, gsize max_utf16);
/* The last part of a path; borrowed from it. */
const char *name_in(const char *path);
/* The key under which a device that ignores case and normal form sees a path. Caller frees. */
char *name_fold(const char *path);
/* Path for one song; its suffix is the source's, lower case. Not yet unique. Caller frees. */
char *name_for_track(const char *layout, const Track *track, const char *source);
/* Names all wants and playlists of the wishlist, unique among themselves: where two fight,
 * the one with `reserved` (source path -> the device path it has now) keeps it, then source order;
 * the others get " (2)", " (3)"... `foreign` (folded path -> anything): places taken by what
 * is not ours are never chosen, unless by the song whose reserved path it is. Either may be NULL. */
void name_assign(Wishlist *wishlist, const char *layout, GHashTable *reserved, GHashTable *foreign);

/* As name_assign() does it, with more of what is known. Any may be NULL. */
typedef struct {
	GHashTable *
		reserved; /* source path, or "host\nid" of a playlist -> const char *path it has now */
	GHashTable *
		foreign; /* folded path -> const uint64_t *size, or NULL. A song of just this size and
			       * name is that song, put there by somebody else: it may have the place. */
	GHashTable *folders; /* folded path -> const char *path as the device spells it */
	GHashTable *
		foreign_names; /* folded names of all that is foreign, without their folders: then no two songs
				* get one name, wherever they are. NULL: they may */
} NamePlaces;

void name_assign_among(Wishlist *wishlist, const char *layout, const NamePlaces *places);
/* "Music/Song.mp3", 2 -> "Music/Song (2).mp3", still legal. has_suffix: keep what follows the last dot. Caller frees. */
char *name_numbered(const char *path, uint32_t number, gboolean has_suffix);
/* The layout's first folder, made legal: "Music". Caller frees. */
char *name_layout_root(const char *layout);
