/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * match: which journal row is whose, and what of it the device shows. A row and an object belong
 * together by place and name; a row and a want by the source path, else by the sound itself.
 */
#pragma once

#include "engine/plan.h"

typedef struct {
	JournalRow *row;
	int storage; /* index, or -1: not in the device now */
	InventoryObject *object; /* the file at the row's place, or NULL */
	gboolean is_complete; /* what the listing does not show there is not there */
	gboolean is_ours; /* done, and the object is a file of the row's size (law 1) */
	gboolean
		is_usurped; /* a folder, a thing of another kind, or another row's object is at its place */
	int extra_of; /* index of the want that another row of the same source was chosen for, or -1 */
	gboolean
		is_removed; /* set by the plan: a step removes its object, before anything is sent */
	gboolean
		is_removed_last; /* likewise: when what was chosen instead has proved to be whole */
	int want; /* index, or -1 */
	int playlist; /* index, or -1 */
	int moved; /* 0, or what same_song() said of a want with another source path */
} MatchRow;

typedef struct {
	GArray *rows; /* of MatchRow, as the rows given */
	MatchRow **of_want; /* by want; entries may be NULL */
	MatchRow **of_playlist; /* by playlist; entries may be NULL */
	GHashTable *by_object; /* InventoryObject -> MatchRow that has it */
	uint32_t n_done; /* songs that we have put there */
	gboolean *
		was_reset; /* by storage: all of ours are gone from it, and so is the mark that we left there */
} Match;

Match *match_build(const Wishlist *wishlist, Inventory *inventory, GPtrArray *rows);
/* Whether the row's storage was emptied by nobody who chose songs. */
gboolean match_was_reset(const Match *match, const MatchRow *matched);
void match_free(Match *match);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Match, match_free)

/* Gives wants without a row the rows of songs that nobody wants and that are the same: files
 * that moved on the computer. Asks options->same_song, a bounded number of times for each. */
void match_find_moved(Match *match, const Wishlist *wishlist, Inventory *inventory,
		      const PlanOptions *options);
