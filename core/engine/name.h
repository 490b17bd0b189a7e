/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name: legal, stable, unique names on the device. Pure.
 *
 * Legal everywhere: none of \ / : * ? " < > | or control characters, no leading or trailing
 * space, no trailing dot, no DOS device name, NFC, at most 254 UTF-16 units a component (suffix
 * kept); never empty. Unique: no two names in a folder that differ only in case.
 */
#pragma once

#include "engine/wishlist.h"

#define NAME_DEFAULT_LAYOUT "Music/{albumartist}/{album}/{disc-track} {title}"

/* One path component, made legal. Never NULL or "". Caller frees. */
char *name_make_legal(const char *text, gsize max_utf16);
/* The key under which a device that ignores case and normal form sees a path. Caller frees. */
char *name_fold(const char *path);
/* NULL, or why the layout template is no good (unknown {field}, absolute, no {title} or {file}). Fields:
 * albumartist artist album title disc track disc-track year genre file (source's own name without suffix). */
char *name_check_layout(const char *layout);
/* Path for one song; its suffix is the source's, lower case. Not yet unique. Caller frees. */
char *name_for_track(const char *layout, const Track *track, const char *source);
/* Names all wants and playlists of the wishlist, unique among themselves: where two fight,
 * the one with `reserved` (source path -> the device path it has now) keeps it, then source order;
 * the others get " (2)", " (3)"... `foreign` (folded path -> anything): places taken by what
 * is not ours are never chosen, unless by the song whose reserved path it is. Either may be NULL. */
void name_assign(Wishlist *wishlist, const char *layout, GHashTable *reserved, GHashTable *foreign);
