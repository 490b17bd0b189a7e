/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-state: what the files of the plan share while one is built. First every want gets a
 * Decision, every row that nobody wants an answer; then room and places are settled, which
 * may change them; then they become steps.
 */
#pragma once

#include "engine/match.h"
#include "engine/plan-rows.h"

typedef struct {
	PlanRow row;
	StepKind kind; /* of the row; kept apart because NO_ROOM may still need a look */
	int error; /* PORTA_ERROR_* of a SKIP that is a failure */
	MatchRow *match; /* or NULL */
	InventoryObject *object; /* what is there of it now, ours or not; or NULL */
	gboolean journal_only;
	gboolean moves; /* object goes to want->path, by RENAME or with RETAG */
	gboolean is_emitted; /* a move that has its step */
	gboolean rates; /* it is to be rated: */
	int32_t rating;
	gboolean notes_rating; /* as the step's */
	PlanRow marked; /* row of the MARK_SKIPPED that goes before; 0 none */
} Decision;

/* What becomes of one album that songs on the device make. */
typedef struct {
	WantedAlbum *album;
	MatchRow *match; /* or NULL */
	PlanRow before; /* of what is done to the row first; 0 nothing */
	PlanRow row; /* 0: nothing is shown of it */
} PlanAlbum;

typedef struct {
	Wishlist *wishlist;
	Inventory *inventory;
	const PlanOptions *options;
	Match *match;
	Plan *plan;
	Decision *decisions; /* by want */
	PlanRow *unwanted; /* by row: what is done to a row that nobody wants; 0 nothing */
	GHashTable *claims; /* InventoryObject -> index + 1 of the want that is to have its place */
	GPtrArray *albums; /* of PlanAlbum* */
	GHashTable
		*destinations; /* folded paths on the storage written to; made when first needed */
} PlanState;

Want *plan_want(const PlanState *state, guint index);
MatchRow *plan_match_row(const PlanState *state, guint index);
/* Whether a person wants left alone what has this source; of what is no local file, this URI. */
gboolean plan_is_skipped(const PlanState *state, const char *source);
/* A decision's kind follows its row. */
void plan_decide(Decision *decision, PlanRow row);
/* Keeps a string as long as the plan; lent. */
const char *plan_keep_string(PlanState *state, char *string);
/* Appends a step of this row; the caller fills in the rest. Valid until the next one. */
Step *plan_add_step(PlanState *state, PlanRow row);
/* Of what a row of the journal tells of, or NULL. path is lent. */
Step *plan_add_matched_step(PlanState *state, PlanRow row, const MatchRow *matched,
			    const char *path);

/* plan-songs.c: rows 1 to 41 */
void plan_decide_songs(PlanState *state);
/* plan-ratings.c: row 39. Of a song that is there and stays; then, when all is decided, of all */
void plan_decide_rating(const PlanState *state, Decision *decision, const Want *want);
void plan_settle_ratings(PlanState *state);
/* plan-removals.c: rows 42 to 61 */
void plan_decide_removals(PlanState *state);
/* plan-hold.c: row 56: whether a person must say so first */
gboolean plan_must_hold(PlanState *state);
/* plan-room.c: rows 30, 31, 57; calls the above */
void plan_fit_and_hold(PlanState *state);
/* plan-places.c: rows 32, 33; after this every destination is free when its step comes */
void plan_settle_places(PlanState *state);
void plan_add_moves(PlanState *state);
/* The path, or the path numbered, where nothing is and nothing comes. Caller frees. */
char *plan_free_path(PlanState *state, const char *path, gboolean has_suffix);
/* plan-playlists.c: rows 70 to 86 */
void plan_add_playlist_removals(PlanState *state);
void plan_add_playlists(PlanState *state);
/* Whether the song is on the device, under its want's path, when playlists and albums are written. */
gboolean plan_will_be_there(const Decision *decision);
/* plan-albums.c: rows 90 to 113 */
void plan_decide_albums(PlanState *state);
/* Of a place, whatever the case of its letters. Caller frees. */
char *plan_album_key(uint32_t storage, const char *path);
/* plan-album-steps.c */
void plan_add_album_removals(PlanState *state);
void plan_add_albums(PlanState *state);
