/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world: a computer with a music folder, one host's library over it, a fake
 * device and a journal, all below one temporary folder, and sessions between them.
 */
#pragma once

#include "engine/job.h"
#include "fake-device.h"

typedef struct {
	char *root; /* temporary; music/, device/, state/ below it */
	char *music;
	char *device;
	char *state;
	GPtrArray *songs; /* of Song* */
	GPtrArray *lists; /* of WorldList* */
	int32_t rule_kind;
	uint32_t percent_reserved;
	gboolean verify_readback;
	char *confirm_token;
	const char *missing_list; /* a playlist that a rule asks for and the library lacks */
	char *friendly_name; /* not NULL: sessions identify, and write it */
	JobPartnership partnership;
	FakeOptions options;
	FakeCounts counts; /* of the last session in this process */
	uint32_t told_failures; /* in all sessions in this process */
	uint64_t told_bytes; /* of the last one: what progress said would be sent */
} World;

typedef struct {
	char *name, *title, *artist, *album;
	uint32_t track;
	gboolean in_library;
} Song;

typedef struct {
	char *name;
	char **songs; /* names */
} WorldList;

typedef struct {
	int32_t code;
	uint32_t copied, replaced, removed, kept, renamed, retagged, playlists, errors, no_fit,
		skipped, held;
	char token[65];
	char text[512];
	char owner[65];
} Outcome;

World *world_new(FakeOptions options);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* A file of n bytes that differ from file to file, and its song. */
Song *world_add_song(World *world, const char *name, const char *title, gsize n);
/* New bytes in the same file, n of them. */
void world_rewrite(World *world, Song *song, gsize n, uint32_t seed);
void world_rename_file(World *world, Song *song, const char *name);
void world_set_list(World *world, const char *name, const char *const *songs);
/* A file on the device that is not ours. */
void world_put_foreign(World *world, const char *path, const char *content);

/* One session in this process. */
Outcome world_sync(World *world);
/* One session in a child, with this fault; TRUE if it ran to its end. */
gboolean world_sync_with_fault(World *world, FaultKind fault, FaultMoment moment, int call);

/* "path size\n" of every file on the device, sorted; the caller frees. */
char *world_tree(World *world);
/* Digest of everything below a folder: names and bytes. The caller frees. */
char *world_digest(const char *folder);
/* Whether the journal's done rows and the device tell the same; asserts with the difference. */
void world_assert_journal_agrees(World *world);
