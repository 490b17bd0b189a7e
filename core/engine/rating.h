/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rating: a song's rating is kept in two places, and people change it in both. Three values are
 * merged: what the device says, what the host says, and what the journal's row knows of both. Who has
 * changed since has news; if both have, the device's is told to the host, which knows which is the newer.
 *
 * A row knows what the device said last (`rating`), which rating of the host's has had its answer
 * (`host_rating`), and what the device was told and not asked about since (`given_rating`). Each is -1 when unknown.
 */
#pragma once

#include "engine/journal.h"

/* What a song that is sent is rated there. row: what is known of the song, or NULL. -1: nothing is said. */
int32_t rating_to_send(const JournalRow *row, int32_t host);
/* What the song on the device is to be rated, 0: not at all; -1: it stays as it is. */
int32_t rating_to_give(const JournalRow *row, int32_t host);
/* Whether both say the same, which the row does not know yet. */
gboolean rating_is_agreed(const JournalRow *row, int32_t host);
/* It does now, if they do. */
void rating_note_host(JournalRow *row, int32_t host);

/* The row is about to be this source's. */
void rating_note_source(JournalRow *row, const char *source, int32_t host);

/* Before the device is told, and once it has said yes. */
void rating_begin(JournalRow *row, int32_t rating);
void rating_confirm(JournalRow *row, int32_t rating, int32_t host);

/* What the device says now, of one that was told nothing or something. kept: what it is known to keep of
 * given_rating; -1 unknown. */
gboolean rating_is_news(const JournalRow *row, int32_t now, int32_t kept);
/* Whether this is what it makes of given_rating. */
gboolean rating_is_kept(const JournalRow *row, int32_t now, int32_t kept);
/* The row knows it now. TRUE: it is another row. */
gboolean rating_note_device(JournalRow *row, int32_t now);
