/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wishlist: what all hosts together want on the device: each song once, in the
 * order of importance, and each playlist. Pure: no I/O.
 */
#pragma once

#include "base/values.h"
#include "wire/library.h"

/* What the computer knows of a song's file, filled in by source_inspect(). */
typedef enum {
	SOURCE_UNKNOWN, /* not inspected */
	SOURCE_OK,
	SOURCE_MISSING,
	SOURCE_UNREADABLE,
	SOURCE_NOT_LOCAL, /* a file: URI that names no file, such as a part of one */
	SOURCE_STREAM, /* no file: URI */
	SOURCE_NOT_A_FILE /* a folder, a device node */
} SourceState;

typedef struct {
	const char *uri; /* as the first host gave it; borrowed from the library */
	char *source; /* decoded path, the song's identity; NULL when NOT_LOCAL or STREAM */
	Track track; /* borrowed; from the most important rule's host, gaps filled from the others */
	uint32_t rule; /* index of the most important rule that wants it */
	int32_t priority; /* that rule's */
	uint32_t tier; /* step of a default rule, from 0; else 0 */
	uint32_t order; /* position within its rule: tie-break */
	gboolean is_fill; /* its most important rule is a fill rule */
	gboolean is_unlisted; /* a playlist names it, but the library of that host has it no more */

	SourceState state;
	uint64_t size_bytes;
	int64_t modified_ns;
	uint64_t disk; /* st_dev */
	gboolean is_gone; /* unlisted, and deleted on the computer rather than not reachable now */

	/* On the device below the storage root, "Music/..."; name_assign(). plan_build() puts in
	 * its place where the song will really be, where that differs. */
	char *path;
	uint32_t storage; /* which of the inventory's storages that is on; plan_build() */
} Want;

/* As people are told where it is: its path, or the URI of what is no local file. Borrowed. */
static inline const char *
want_source(const Want *want)
{
	return want->source != NULL ? want->source : want->uri;
}

typedef struct {
	char *host_id, *id, *name;
	int32_t priority;
	uint32_t rule;
	GArray *wants; /* of uint32_t: index into Wishlist.wants, the playlist's order; a song may stand twice */
	char *path; /* device path without suffix: "Playlists/<legal name>"; name_assign() */
	/* filled in by plan_build() */
	uint32_t storage; /* it is written to this one of the inventory's storages */
	gboolean is_object; /* a playlist object, which names objects and not paths */
	GArray *on_device; /* of uint32_t: those of wants that are or will be there, and can be named */
} WantedPlaylist;

typedef struct {
	GArray *wants; /* of Want, sorted by (priority, is_fill, rule, order) */
	GPtrArray *playlists; /* of WantedPlaylist, by priority */
	GArray *rules; /* of Rule, copied, sorted by priority, fill rules last in each (stable) */
	GPtrArray *rule_names; /* of char*: "whole library", or the playlist's name */
	/* A library that a rule refers to is empty or absent, or a rule's playlist is gone with it: what it once wanted is not "no longer wanted". */
	gboolean suspicious;
	GPtrArray *notes; /* of char*: for people, why suspicious, rules that refer to nothing */
} Wishlist;

/* What order fills and default rules need beside the libraries. */
typedef struct {
	int64_t now_unix;
	uint32_t shuffle_seed; /* per device, so that a shuffle is stable */
	/* When each source was last put on the device (Unix seconds; absent: never): source path -> int64 pointer. NULL: nothing known. */
	GHashTable *last_synced;
} WishlistContext;

/* libraries: of Library*. rules: of Rule. */
Wishlist *wishlist_build(GPtrArray *libraries, GArray *rules, const WishlistContext *context);
void wishlist_free(Wishlist *wishlist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wishlist, wishlist_free)
