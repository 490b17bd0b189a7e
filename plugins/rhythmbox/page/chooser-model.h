/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * chooser-model: the playlists that can be wished for, in the order of importance, which
 * of them are wished for, and how much of each would fit. Pure: it is told what there is.
 *
 * What is wished for and not (or not yet) to be had keeps its place: missing is not
 * unwished. A row that is not wished for has a place too, so that nothing jumps when it is.
 */
#pragma once

#include "page.h"

typedef struct {
	char *id;
	char *name; /* "" while not known */
	int32_t kind; /* PORTA_PLAYLIST_* */
	guint n_songs;
	gint64 bytes;
	gboolean there; /* the host has it now */
	gboolean wanted;
	gboolean fitted; /* the next two are known */
	guint n_counted; /* songs that no more important row has */
	guint n_fit; /* of those */
} ChooserRow;

typedef struct ChooserModel ChooserModel;

ChooserModel *chooser_model_new(void);
void chooser_model_free(ChooserModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChooserModel, chooser_model_free)

/* ChooserRow, the most important first. Lives until the next change. */
GPtrArray *chooser_model_rows(ChooserModel *model);

/* What the host has: PagePlaylist. New ones come last, by name; those gone that nobody wishes for go. */
void chooser_model_offer(ChooserModel *model, GPtrArray *playlists);
/* These (char * ids) are wished for, in this order; they come first, the rest
 * follows by name. Where they are so already, nothing moves. */
void chooser_model_wish(ChooserModel *model, GPtrArray *ids);
/* char *, lent: what is wished for, in order. The array is the caller's. */
GPtrArray *chooser_model_wishes(ChooserModel *model);

/* Each answers whether something changed. */
gboolean chooser_model_set_wanted(ChooserModel *model, guint row, gboolean wanted);
/* To this place, 0 the most important. */
gboolean chooser_model_move(ChooserModel *model, guint from, guint to);

/* What fits, row by row, so that it can be done in slices: begin, then next until FALSE.
 * Songs are given room one by one, those that do not fit are passed over, as a sync does. */
void chooser_model_begin_fit(ChooserModel *model, gint64 room_bytes);
gboolean chooser_model_next_fit(ChooserModel *model,
				void (*each_song)(void *host_data, const char *id, PageSong song,
						  void *data),
				void *host_data);
