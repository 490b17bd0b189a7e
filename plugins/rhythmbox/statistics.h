/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: what was played and rated on players, on its way into RhythmDB. Plays are
 * added. A rating is taken, unless the song has been rated in Rhythmbox since the player
 * was last synced: the newer choice of the two wins, and that is the one we know to be new.
 */
#pragma once

#include <rhythmdb/rhythmdb.h>

typedef struct Statistics Statistics;

/* path: of a file that remembers, from one session to the next, what was rated here. */
Statistics *statistics_new(RhythmDB *db, const char *path);
void statistics_free(Statistics *statistics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statistics, statistics_free)

/* plays: since last told. rating: 1-100; last_played_unix; each -1 unknown. synced_unix: when
 * the player's last sync before this one ended, -1 never. */
void statistics_merge(Statistics *statistics, const char *uri, int32_t plays, int32_t rating,
		      gint64 last_played_unix, gint64 synced_unix);
