/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source-ahead: a thread that opens songs and looks into them, the next one while this one is on the wire, so that
 * neither the cable nor a person who cancels waits for a disk. A call on it that does not return is left behind with
 * its thread; the next song gets another.
 */
#pragma once

#include "engine/source.h"

typedef struct SourceAhead SourceAhead;

SourceAhead *source_ahead_new(void);
/* Bounded, whatever the thread does. */
void source_ahead_free(SourceAhead *ahead);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceAhead, source_ahead_free)

/* This one is asked for next. */
void source_ahead_begin(SourceAhead *ahead, const Want *want);

/* As source_reader_open: what was begun, if that is still the file at its path, else anew. CANCELLED, and
 * SOURCE_UNREADABLE when its disk does not answer. */
SourceReader *source_ahead_open(SourceAhead *ahead, const Want *want, GCancellable *cancellable,
				GError **error);
