/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source: the computer's side of a song: a file that is only ever read (law 5).
 */
#pragma once

#include "device/device.h"
#include "engine/journal.h"
#include "engine/wishlist.h"

/* Fills in state, size and mtime of every want; of those that are left when it is cancelled, nothing. */
void source_inspect(Wishlist *wishlist, GCancellable *cancellable);

/*
 * Fills gaps in the hosts' tags from the files, for wants without title or artist: their names on the
 * device hang on it. What was read is remembered in the journal by size and mtime, so an unchanged file is read once.
 * `strings` keeps what the tracks then borrow.
 */
void source_fill_tags(Wishlist *wishlist, Journal *journal, GStringChunk *strings,
		      GCancellable *cancellable);

/* Readings of files that nobody wants any more go. */
void source_forget_tags(const Wishlist *wishlist, Journal *journal);

/* Hex digest of the tags that a device can store. Caller frees. */
char *source_tags_digest(const Track *track);

/* A file being sent, shared with the thread that reads it (DeviceSource); one of them at a time does anything with it. */
typedef struct SourceReader SourceReader;

/* SOURCE_MISSING, SOURCE_UNREADABLE with why; SOURCE_CHANGED if it is not the file that was inspected. */
SourceReader *source_reader_open(const Want *want, GError **error);
SourceReader *source_reader_ref(SourceReader *reader);
void source_reader_unref(SourceReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceReader, source_reader_unref)
/* For a device to read. */
DeviceSource *source_reader_offer(SourceReader *reader);
/* Looks at what is to be known before the first byte leaves. FALSE: it can not be read. */
gboolean source_reader_look(SourceReader *reader, GError **error);
/* How what it will read begins, as beginning_of(); those bytes are what is then read. Once looked at. */
const char *source_reader_beginning(const SourceReader *reader);
/* As fingerprint_read(); once looked at. */
const char *source_reader_fingerprint(const SourceReader *reader);
/* Whether nothing of it was read yet, and it is what that want's path leads to now. */
gboolean source_reader_is_for(const SourceReader *reader, const Want *want);
/* As DeviceReadFunc: SOURCE_CHANGED when the file ends before its size. */
gssize source_reader_read(SourceReader *reader, void *buffer, gsize n, GError **error);
/* Of the same file, anywhere: how many bytes, -1 with errno. */
gssize source_reader_read_at(SourceReader *reader, void *buffer, gsize n, uint64_t offset);
/* After the last byte: FALSE with SOURCE_CHANGED if the file was written to meanwhile. */
gboolean source_reader_check(SourceReader *reader, GError **error);
