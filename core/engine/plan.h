/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan: wishlist + inventory + journal + settings -> steps, each with its
 * reason. Pure. Every rule is a numbered row of docs/SYNC-RULES.md.
 */
#pragma once

#include "engine/cover.h"
#include "engine/inventory.h"
#include "engine/journal.h"
#include "engine/wishlist.h"

typedef enum {
	STEP_KEEP = 1, /* on the device and right; journal may need an update (see journal_only) */
	STEP_COPY,
	STEP_REPLACE, /* the object goes, the want's file comes */
	STEP_REMOVE,
	STEP_SKIP, /* wanted, not sent; see reason */
	STEP_RENAME, /* old_path -> path, on the device */
	STEP_RETAG, /* properties set in place (and renamed if old_path is set) */
	STEP_RATE, /* the rating alone */
	STEP_NO_FIT,
	STEP_CHECK, /* a send was interrupted: read back, then adopt or remove, then copy if need be */
	STEP_FORGET, /* journal row only: nothing of it is on the device, or it is not ours any more */
	STEP_MARK_SKIPPED, /* journal row only: the owner deleted it */
	STEP_PLAYLIST_WRITE,
	STEP_PLAYLIST_REMOVE,
	STEP_ALBUM_WRITE,
	STEP_ALBUM_REMOVE
} StepKind;

typedef struct {
	StepKind kind;
	int row; /* of docs/SYNC-RULES.md */
	const char *reason; /* static text, may hold no %; the detail is rule or error */
	int error; /* PORTA_ERROR_* for a SKIP that is a failure, else 0 */
	int want; /* index into wishlist->wants, or -1 */
	int playlist; /* index into wishlist->playlists, or -1 */
	int album; /* index into plan->albums, or -1 */
	JournalRow *journal; /* borrowed, or NULL */
	InventoryObject *object; /* borrowed, or NULL */
	uint32_t storage; /* index into inventory->storages */
	const char *path; /* borrowed: where it is to be */
	const char *old_path; /* borrowed, or NULL: where it is now */
	uint64_t size_bytes; /* to send (COPY, REPLACE), else on the device */
	int needs; /* REMOVE: only if this want is on the device by then, in another place; -1 none */
	gboolean journal_only; /* KEEP whose row must be written anew (moved source, ...) */
	int32_t rating; /* RATE, RENAME, RETAG: what the song is to be rated, 0: not at all; -1: as it is */
	gboolean
		notes_rating; /* KEEP: host and device agree on the rating, which the row does not know yet */
} Step;

typedef struct {
	uint32_t percent_reserved;
	int storage; /* index to write to */
	gboolean can_rename, can_move, can_retag;
	gboolean can_reach; /* playlist objects may name songs on another storage than their own */
	uint64_t max_file_bytes;
	const char *playlist_suffix; /* ".m3u8", or "" for abstract playlists; NULL: no playlists */
	const char *confirmed; /* held token that a person confirmed, or NULL */
	const char *
		still_confirmed; /* Plan.confirmed of a session that did not come to its end, or NULL */
	gboolean
		forgets; /* a host withdrew: what is no longer wanted stays there and is not ours any more */
	GHashTable *skips; /* set of sources to be left alone, see skips.h; NULL: none */
	/* Tells whether want is journal row's song: same sound. May do I/O, so it is the caller's. 0 no, 1 same
	 * sound, 2 same bytes. NULL: never. Called only where a row of the table needs it. */
	int (*same_song)(void *data, const Want *want, const JournalRow *row);
	/* Whether songs like the one at this path on the device can be rated there. NULL: none. */
	gboolean (*can_rate)(void *data, const char *path);
	/* Digest of the tags of a want, and of a playlist's contents as it would be written; caller frees. */
	char *(*tags_digest)(void *data, const Want *want);
	/* Over playlist->on_device and the wants' paths, which are final by then. NULL: plan_playlist_digest(). */
	char *(*playlist_digest)(void *data, const WantedPlaylist *playlist);
	/* The picture in a folder that has a song which is there now; row: of the album that it is for, or NULL. Does
	 * I/O, so it is the caller's. Lent. NULL: albums are left as they are. */
	const Cover *(*find_cover)(void *data, const char *folder, const JournalRow *row);
	gboolean wants_no_covers; /* a person does not; then find_cover is NULL */
	gboolean refuses_covers; /* the device did; those that it took stay */
	void *data;
} PlanOptions;

/* Songs of one album in one folder of the device, which have a cover: an object with its picture. */
typedef struct {
	char *title, *artist; /* artist "": of many */
	char *path; /* on the device, with DEVICE_ALBUM_SUFFIX */
	uint32_t storage;
	GArray *wants; /* of uint32_t: index into Wishlist.wants, in the album's order; all are or will be there */
	const Cover *cover; /* that it gets; borrowed. NULL: what it has stays */
	int32_t priority;
	uint32_t rule;
} WantedAlbum;

void wanted_album_free(WantedAlbum *album);
/* Title and artist, as its row remembers them. Caller frees. */
char *wanted_album_names(const WantedAlbum *album);
/* Hex digest of which songs it holds, and which files they are. Caller frees. */
char *plan_album_digest(const Wishlist *wishlist, const WantedAlbum *album);

typedef struct {
	GArray *steps; /* of Step, in the order of execution: check what nobody wants, forget, remove,
				   rename, retag, keep..., send or check by priority and folder,
				   playlists last */
	uint32_t
		n_held; /* removals that wait for a confirmation; their steps are KEEPs with the reason */
	char *held_token; /* names exactly these removals; NULL when none */
	char *confirmed; /* names the removals that the token confirmed, one by one; NULL: there was none */
	uint64_t held_bytes; /* of those removals */
	uint64_t wanted_bytes, added_bytes, removed_bytes, no_fit_bytes;
	uint32_t wanted_items, added_items, removed_items, no_fit_items;
	uint64_t send_bytes; /* what progress counts */
	gboolean
		device_was_reset; /* none of what we put on a storage is there any more: copied again, not skipped */
	GPtrArray *albums; /* of WantedAlbum* */
	GPtrArray *notes; /* of char*: for people, what the steps do not say */
	GPtrArray *strings; /* of char*: what steps borrow and nobody else owns */
} Plan;

/* Top folders that the inventory must list: the layout's, "Playlists", and those where rows say that
 * something of ours is. NULL-terminated; the caller frees (g_strfreev). */
char **plan_folders(const char *layout, GPtrArray *rows);
/* Between inventory_load() and plan_build(): names all wants and playlists, each song where it is
 * already if that is right, and none where somebody else's file is. */
void plan_prepare_names(Wishlist *wishlist, Inventory *inventory, GPtrArray *rows,
			const char *layout, uint32_t storage);
/* Hex digest of what a playlist would hold: its songs' paths, titles and lengths; of an object, also which
 * files they are, since a song that is sent again is another object. Caller frees. */
char *plan_playlist_digest(const Wishlist *wishlist, const WantedPlaylist *playlist);

/*
 * What steps mean to who executes them:
 *   RENAME	moves `object` to `path`; then the row's path is updated. Swaps go through a third
 *		name: two RENAMEs of one object, in order, the first without a want.
 *   CHECK	`object` is what stands at the row's place. If it is the want's file, whole, the row is done,
 *		where it stands; else, if it is a part of it, it goes and the file is sent there anew;
 *		else the row is forgotten. want -1: nobody wants it any more, or there is no room; it goes
 *		if it proves to be a part of the row's source.
 *		Of a playlist: it goes or its row is forgotten; a PLAYLIST_WRITE without row or object follows,
 *		which must fail if something is at its path still.
 *   COPY	`journal` may be set: that row is used again.
 *   REPLACE	`object` goes, then the want is sent to `path`; old_path is set if that is another place.
 *   RATE	sets the rating of `object`, and nothing else. With RENAME and RETAG it is set last.
 *   RETAG, RENAME, COPY, REPLACE, KEEP and RATE with journal_only, MARK_SKIPPED, with a want: its source fields
 *		(source, uri, source_size, source_modified_ns, tags) become the want's.
 *   REMOVE	want is set if the song is still wanted and only its room was needed; needs, if this is its
 *		older copy, which goes when the newer one has been looked at and is whole.
 *   ALBUM_WRITE	makes it where there is no `object`, and anew where its names changed; else gives it its songs and
 *		its cover, as far as these changed.
 *   PLAYLIST_WRITE  creates, or rewrites `object`; old_path is set if it had another name.
 */

/* rows: of JournalRow*. wishlist must be inspected and named. */
Plan *plan_build(Wishlist *wishlist, Inventory *inventory, GPtrArray *rows,
		 const PlanOptions *options);
void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* The plan as it travels (wire/plan-wire.h); floating. */
GVariant *plan_to_variant(Plan *plan, Wishlist *wishlist, Inventory *inventory);
