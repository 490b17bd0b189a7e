/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * snapshot: all that Rhythmbox has to offer now, as a library to publish. RhythmDB may be
 * read on the main thread only, so that is done in slices; looking at disks, sorting and
 * putting the library together is done on a thread beside it.
 *
 * What changes while it is made may be in it or not: whoever changes it asks for another.
 */
#pragma once

#include <shell/rb-playlist-manager.h>

#include "offer.h"
#include "playlist-ids.h"
#include "slices.h"
#include "song-list.h"

typedef struct Snapshot Snapshot;

typedef struct {
	RhythmDB *db;
	RBPlaylistManager *playlists;
	PlaylistIds *ids;
	char *ids_path; /* where they are kept for the next session */
} SnapshotFrom;

/* library and offer are the callee's; both NULL where nothing came of it. */
typedef void (*SnapshotDone)(void *data, PortaLibrary *library, Offer *offer,
			     SlicesFigures figures);

/* What from holds outlives the snapshot, which ends with done, or snapshot_cancel(). */
Snapshot *snapshot_start(const SnapshotFrom *from, SnapshotDone done, void *data);
/* All at once, on the main thread, for who has no later: NULL where it is not done until late_us, by
 * the monotonic clock. */
PortaLibrary *snapshot_make_now(const SnapshotFrom *from, gint64 late_us);
/* done will not be called. */
void snapshot_cancel(Snapshot *snapshot);
