/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rating: see rating.h.
 */
#include "engine/rating.h"

#include <stdlib.h>

/* The least that people can tell apart is half a star; what is nearer is one rating that somebody has rounded. */
#define HALF_A_STAR 10
/* No player has fewer than five stars, so none moves a rating further than this. */
#define A_STAR 20

static gboolean
is_same(int32_t a, int32_t b)
{
	return (a > 0) == (b > 0) && abs(a - b) < HALF_A_STAR;
}

/* What is on the device, as far as is known. */
static int32_t
there(const JournalRow *row)
{
	return row->given_rating >= 0 ? row->given_rating : row->rating;
}

int32_t
rating_to_send(const JournalRow *row, int32_t host)
{
	gboolean is_hosts = row == NULL ||
			    (!row->leaves_rating && host >= 0 && host != row->host_rating);
	int32_t rating = is_hosts || there(row) <= 0 ? host : there(row);

	return rating > 0 ? rating : -1;
}

int32_t
rating_to_give(const JournalRow *row, int32_t host)
{
	if (row->leaves_rating || host < 0 || host == row->host_rating || there(row) < 0 ||
	    is_same(host, there(row)))
		return -1;
	/* what was never rated here was not taken away here */
	return host > 0 || row->host_rating > 0 ? host : -1;
}

gboolean
rating_is_agreed(const JournalRow *row, int32_t host)
{
	return !row->leaves_rating && host >= 0 && host != row->host_rating && row->rating >= 0 &&
	       row->given_rating < 0 && is_same(host, row->rating);
}

void
rating_note_host(JournalRow *row, int32_t host)
{
	if (rating_is_agreed(row, host))
		row->host_rating = host;
}

/* A host may know a file that has moved as a new one, which nobody has rated yet. */
void
rating_note_source(JournalRow *row, const char *source, int32_t host)
{
	if (host <= 0 && g_strcmp0(row->source, source) != 0)
		row->host_rating = -1;
	rating_note_host(row, host);
}

void
rating_begin(JournalRow *row, int32_t rating)
{
	row->given_rating = rating;
}

void
rating_confirm(JournalRow *row, int32_t rating, int32_t host)
{
	row->given_rating = rating;
	if (rating == host)
		row->host_rating = host;
}

gboolean
rating_is_kept(const JournalRow *row, int32_t now, int32_t kept)
{
	if (row->given_rating < 0 || now < 0)
		return FALSE;
	if (now == row->given_rating)
		return TRUE;
	if (kept >= 0)
		return now == kept;
	return now != row->rating && (now > 0) == (row->given_rating > 0) &&
	       abs(now - row->given_rating) < A_STAR;
}

gboolean
rating_is_news(const JournalRow *row, int32_t now, int32_t kept)
{
	return now > 0 && now != row->rating && !rating_is_kept(row, now, kept);
}

gboolean
rating_note_device(JournalRow *row, int32_t now)
{
	if (now < 0 || (now == row->rating && row->given_rating < 0))
		return FALSE;
	row->rating = now;
	row->given_rating = -1;
	return TRUE;
}
