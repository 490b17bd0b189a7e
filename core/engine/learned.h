/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * learned: what a device offers and then refuses. It is not asked for that again with each sync, but
 * with another firmware, or after a month, since a refusal may have had a passing cause.
 */
#pragma once

#include "engine/journal.h"

#define LEARNED_NO_RENAME "no-rename" /* neither renames nor moves */
#define LEARNED_NO_REACH "no-reach" /* playlists name no songs on another storage */
#define LEARNED_NO_COVERS "no-covers" /* albums, or pictures of them; in two syncs running */
#define LEARNED_COVERS_DOUBTED "covers-doubted" /* in the last one */

/* Of a song at this path: its kind can not be rated. Caller frees. */
char *learned_no_rating_key(const char *path);

gboolean learned_get(Journal *journal, const char *what, const char *firmware, int64_t now_unix);
void learned_set(Journal *journal, const char *what, const char *firmware, int64_t now_unix);

/* What the device makes of a rating that it is told, as far as one was read again; -1 unknown. */
int32_t learned_get_rating(Journal *journal, const char *firmware, int32_t rating);
void learned_set_rating(Journal *journal, const char *firmware, int32_t rating, int32_t kept);
