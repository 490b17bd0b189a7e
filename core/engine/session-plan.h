/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-plan: all that a plan is made of, gathered in one place and kept
 * alive together: steps borrow from it.
 */
#pragma once

#include "engine/cover.h"
#include "engine/job.h"
#include "engine/plan.h"
#include "engine/skips.h"

typedef struct {
	DeviceInfo info;
	Inventory *inventory;
	Wishlist *wishlist;
	GPtrArray *rows; /* of JournalRow*: songs, playlists, manifest */
	GPtrArray *folders; /* of JournalRow*: folders that we made */
	GStringChunk *strings;
	Skips *skips;
	Covers *covers; /* NULL: albums are left as they are; the plan borrows from it */
	Plan *plan;
	Journal *journal; /* no-ref: what devices have refused */
	int storage; /* index that songs go to */
	const char *playlist_suffix;
	GCancellable *
		cancellable; /* no-ref, or NULL; what is made after it was cancelled is good for nothing */
} Planning;

void planning_clear(Planning *planning);

/* Loads the journal's rows. */
gboolean planning_load_rows(Planning *planning, Journal *journal, GError **error);
/* Builds and inspects the wishlist; reads tags that hosts lack (not offline). */
void planning_make_wishlist(Planning *planning, const Job *job, Journal *journal);
/* Chooses the storage: the setting's, else the largest writable. NOT_SUPPORTED if none is. */
gboolean planning_choose_storage(Planning *planning, const Job *job, GError **error);
/* Without the device: what the journal says is there. */
void planning_assume_inventory(Planning *planning, const Job *job);
/* wishlist, inventory and rows are there: the plan. device: NULL offline. */
void planning_build(Planning *planning, const Job *job, Journal *journal, Device *device);

/* Before anything is done: what a session that is cut short must leave to the next one. */
gboolean planning_remember(Planning *planning, Journal *journal, GError **error);
/* After all was done: what no session needs any more. */
void planning_settle(Planning *planning, Journal *journal);

/* What people should know beside the steps, in a line; "" nothing. Caller frees. */
char *planning_tell_notes(const Planning *planning);

/* Songs of ours, their bytes, and songs that the owner deleted. */
void planning_count(Planning *planning, uint32_t *songs, uint64_t *bytes, uint32_t *skipped);
/* a(sstttt) as Device.Storages; floating. */
GVariant *planning_storages(Planning *planning, const Job *job);
/* The members of Device.Estimate. */
void planning_add_estimate(Planning *planning, GVariantDict *result);
