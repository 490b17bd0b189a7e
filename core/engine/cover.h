/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cover: the picture that a folder of songs has: cover.jpg, folder.jpg and the like. Each folder is looked
 * through once in a session; a picture is read only if it is to be sent, and only ever read (law 5).
 */
#pragma once

#include "engine/journal.h"
#include "engine/picture.h"

typedef enum {
	COVER_NONE, /* the folder was looked through, and has none */
	COVER_FOUND,
	COVER_TOO_LARGE, /* for the device */
	COVER_UNREADABLE, /* or no picture */
	COVER_UNKNOWN /* the folder could not be looked through, or the device not be asked */
} CoverState;

typedef struct {
	CoverState state;
	char *path; /* NULL: NONE, UNKNOWN */
	uint64_t size_bytes;
	int64_t modified_ns;
} Cover;

/* Whether the row tells that just this picture was sent. */
static inline gboolean
cover_is_in(const Cover *cover, const JournalRow *row)
{
	return g_strcmp0(row->source, cover->path) == 0 && row->source_size == cover->size_bytes &&
	       row->source_modified_ns == cover->modified_ns;
}

void cover_free(Cover *cover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cover, cover_free)

/* What may be sent. */
typedef struct {
	gboolean jpeg, png;
	uint64_t max_bytes;
	uint32_t max_width, max_height; /* 0: any */
} CoverLimits;

/* Called once, when the first picture has been found. FALSE: nothing is known of the device. */
typedef gboolean (*CoverLimitsFunc)(void *data, CoverLimits *out);

typedef struct Covers Covers;

Covers *covers_new(CoverLimitsFunc limits, void *data, GCancellable *cancellable);
void covers_free(Covers *covers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Covers, covers_free)
/* The best of a folder's pictures that can be sent; if none can, the best. A picture that a row of the journal
 * tells of was found good when it was sent, and is not read for this again. row: or NULL. Lent. */
const Cover *covers_find(Covers *covers, const char *folder, const JournalRow *row);

/* The whole picture and what it tells of itself; SOURCE_CHANGED if it is not the one that was found. */
GBytes *cover_load(const Cover *cover, Picture *picture, GError **error);
