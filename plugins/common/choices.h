/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * choices: what a person wants of this host on one device, in the order of
 * importance, and its way into rules and back. The helper keeps the rules: an
 * adapter has no store of its own, so no two truths.
 *
 * A value; not tied to a thread. Playlist ids are the host's, as published.
 */
#pragma once

#include <glib.h>
#include <portamento.h>

G_BEGIN_DECLS

typedef struct {
	gboolean whole_library;
	GPtrArray *playlists; /* char *: ids wanted, most important first, each once */
	int32_t fill; /* PORTA_FILL_* for the room that is left, 0 nothing */
	gboolean
		by_default; /* PORTA_RULE_DEFAULT: what a new device starts with; the rest is empty */
} Choices;

Choices *choices_new(void); /* nothing wanted */
Choices *choices_copy(const Choices *choices);
void choices_free(Choices *choices);
gboolean choices_equal(const Choices *a, const Choices *b);
gboolean choices_want_nothing(const Choices *choices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Choices, choices_free)

/* Playlists come before the whole library, and that before the filling. What a rule
 * says that no choice can express (two fills) is dropped. */
Choices *choices_from_rules(PortaRules *rules);
/* The caller's, for porta_client_set_rules(); NULL without memory. */
PortaRules *choices_to_rules(const Choices *choices);

gboolean choices_has_playlist(const Choices *choices, const char *id);
/* Each answers whether something changed. Adding puts it last; to wish for something by
 * hand ends by_default. */
gboolean choices_add_playlist(Choices *choices, const char *id);
gboolean choices_remove_playlist(Choices *choices, const char *id);
/* To this place, 0 the most important; beyond the end is the end. */
gboolean choices_move_playlist(Choices *choices, const char *id, guint to);
gboolean choices_set_library(Choices *choices, gboolean whole);
gboolean choices_set_fill(Choices *choices, int32_t fill);

G_END_DECLS
