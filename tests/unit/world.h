/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world: a device, a journal and a wishlist made of a few words, for tests of the plan; and a
 * device that carries a plan out as the real ones do, strictly: it refuses what no device
 * can do and what no plan may ask for.
 *
 * A scene is words between "|":
 *
 *   want NAME [title=NAME] [size=MIB] [mtime=N] [prio=N] [fill=1] [state=missing] [gone=1] [tags=T] [sound=S] [bytes=B]
 *             [rating=N] [album=TITLE] [track=N]
 *   row NAME [at=NAME] [size=MIB] [mtime=N] [state=done] [tags=T] [sound=S] [bytes=B] [on=STORAGE]
 *            [source-size=MIB] [digest=none] [rating=N] [host=N] [given=N] [leaves=1]: ratings, as in rating.h
 *   object NAME [size=MIB] [on=STORAGE]      folder NAME      unlisted FOLDER-PATH
 *   playlist NAME [songs=NAME,NAME]          plrow NAME [at=NAME] [state=done] [songs=...] [form=] [on=STORAGE]
 *   plobject NAME [size=BYTES] [form=] [on=STORAGE]               mark (our mark's row)        marked (its object)
 *   cover [state=large|bad|away|none] [mtime=N] [size=KIB]        what picture /m has, on a device that takes covers
 *   alrow TITLE [songs=NAME,NAME] [state=done] [mtime=N] [size=KIB] [by=ARTIST] [on=STORAGE]
 *   alobject TITLE [form=file] [on=STORAGE]  an album beside Ann's songs
 *   skip NAME                                a person has said so
 *   set OPTION=VALUE   rules=0 suspicious=1 free=MIB capacity=MIB reserved=PERCENT max=MIB
 *                      rename=0 move=0 retag=0 rate=0 suffix=none|objects confirmed=1 forget=1 reach=1
 *                      covers=off|refused
 *
 * NAME is "a" for the song /m/a.mp3 by Ann, whose natural place is Music/Ann/a.mp3; "Bob:a" for
 * one that Bob sings. Sizes are 1 unless said.
 */
#pragma once

#include "engine/plan.h"

typedef struct {
	Wishlist *wishlist;
	GPtrArray *library; /* strings that wants borrow */
	GPtrArray *rows; /* of JournalRow */
	GPtrArray *things; /* of Thing: what the device holds */
	GPtrArray *unlisted; /* of char*: folders that can not be listed */
	GHashTable *prints; /* source -> "sound bytes tags" */
	PlanOptions options;
	Cover cover; /* of every folder */
	gboolean confirms;
	gboolean rates_nothing; /* the device keeps no ratings */
	gboolean is_calm; /* a generator's note: nothing was interrupted, and there is room */
	uint64_t capacity_bytes, free_bytes;
	uint32_t n_storages;
	const char *layout;

	Inventory *inventory; /* of the last plan */
	Plan *plan;
	int64_t next_row_id;
} World;

typedef struct {
	char *path;
	uint32_t storage;
	uint64_t size_bytes;
	gboolean is_folder;
	gboolean is_file; /* whatever its name says */
	gboolean is_foreign; /* nobody but its owner may touch it */
} Thing;

World *world_new(void);
/* A wild one, the same for the same seed. */
World *world_new_random(GRand *random);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

void world_add(World *world, const char *scene);
/* For generators: the same as the words. */
Want *world_add_want(World *world, const char *source, const char *artist, const char *title,
		     uint64_t size_bytes);
Thing *world_add_thing(World *world, uint32_t storage, const char *path, uint64_t size_bytes);
JournalRow *world_add_row(World *world, JournalKind kind, JournalState state, const char *source,
			  const char *path, uint64_t size_bytes);
WantedPlaylist *world_add_playlist(World *world, const char *name);
/* From now on the device takes covers, and folders have one in this state. */
void world_set_cover(World *world, CoverState state, uint64_t size_bytes, int64_t modified_ns);

/* Names and plans. */
void world_plan(World *world);
/* The steps as "ROW KIND NAME[<-OLD NAME][=RATING][!][~]", ! for journal_only, ~ for notes_rating, between ", "; the caller frees. */
char *world_tell(World *world);
/* Carries out the plan. Fails the test where a step breaks a law. */
void world_execute(World *world);
/* How many steps would change the device or the journal. */
guint world_count_changes(World *world);
