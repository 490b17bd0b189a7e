/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * choices: see choices.h.
 */
#include "choices.h"

Choices *
choices_new(void)
{
	Choices *choices = g_new0(Choices, 1);

	choices->playlists = g_ptr_array_new_with_free_func(g_free);
	return choices;
}

static void *
copy_id(const void *id, void *data)
{
	return g_strdup(id);
}

Choices *
choices_copy(const Choices *choices)
{
	Choices *copy = g_new(Choices, 1);

	*copy = *choices;
	copy->playlists = g_ptr_array_copy(choices->playlists, copy_id, NULL);
	return copy;
}

void
choices_free(Choices *choices)
{
	if (choices == NULL)
		return;
	g_ptr_array_unref(choices->playlists);
	g_free(choices);
}

gboolean
choices_equal(const Choices *a, const Choices *b)
{
	if (a->whole_library != b->whole_library || a->fill != b->fill ||
	    a->by_default != b->by_default || a->playlists->len != b->playlists->len)
		return FALSE;
	for (guint i = 0; i < a->playlists->len; i++) {
		if (!g_str_equal(a->playlists->pdata[i], b->playlists->pdata[i]))
			return FALSE;
	}
	return TRUE;
}

gboolean
choices_want_nothing(const Choices *choices)
{
	return !choices->by_default && !choices->whole_library && choices->playlists->len == 0 &&
	       choices->fill == 0;
}

/* Where a rule stands among the others. */
typedef struct {
	uint32_t index;
	int32_t priority;
} Rank;

static int
compare_ranks(const void *a, const void *b)
{
	const Rank *left = a, *right = b;

	return (left->priority > right->priority) - (left->priority < right->priority);
}

/* Equal priorities stay as they were. */
static GArray *
rank_rules(PortaRules *rules)
{
	GArray *ranks = g_array_new(FALSE, FALSE, sizeof(Rank));

	for (uint32_t i = 0; i < porta_rules_count(rules); i++) {
		Rank rank = {i, porta_rules_get_priority(rules, i)};
		g_array_append_val(ranks, rank);
	}
	g_array_sort(ranks, compare_ranks);
	return ranks;
}

static void
take_rule(Choices *choices, PortaRules *rules, uint32_t index)
{
	switch (porta_rules_get_kind(rules, index)) {
	case PORTA_RULE_LIBRARY: choices_set_library(choices, TRUE); break;
	case PORTA_RULE_PLAYLIST:
		choices_add_playlist(choices, porta_rules_get_playlist(rules, index));
		break;
	case PORTA_RULE_FILL:
		if (choices->fill == 0)
			choices_set_fill(choices, porta_rules_get_option(rules, index));
		break;
	default: break;
	}
}

static gboolean
has_default(PortaRules *rules)
{
	for (uint32_t i = 0; i < porta_rules_count(rules); i++) {
		if (porta_rules_get_kind(rules, i) == PORTA_RULE_DEFAULT)
			return TRUE;
	}
	return FALSE;
}

Choices *
choices_from_rules(PortaRules *rules)
{
	Choices *choices = choices_new();
	g_autoptr(GArray) ranks = rank_rules(rules);

	for (guint i = 0; i < ranks->len; i++)
		take_rule(choices, rules, g_array_index(ranks, Rank, i).index);
	/* what somebody chose by hand says more than what a device starts with */
	choices->by_default = has_default(rules) && choices_want_nothing(choices);
	return choices;
}

PortaRules *
choices_to_rules(const Choices *choices)
{
	PortaRules *rules = NULL;
	int32_t priority = 0;

	if (porta_rules_new(&rules) != PORTA_OK)
		return NULL;
	if (choices->by_default)
		porta_rules_add(rules, PORTA_RULE_DEFAULT, NULL, ++priority, 0);
	for (guint i = 0; i < choices->playlists->len; i++)
		porta_rules_add(rules, PORTA_RULE_PLAYLIST, choices->playlists->pdata[i],
				++priority, 0);
	if (choices->whole_library)
		porta_rules_add(rules, PORTA_RULE_LIBRARY, NULL, ++priority, 0);
	if (choices->fill != 0)
		porta_rules_add(rules, PORTA_RULE_FILL, NULL, ++priority, choices->fill);
	return rules;
}

static gboolean
find_playlist(const Choices *choices, const char *id, guint *at)
{
	return g_ptr_array_find_with_equal_func(choices->playlists, id, g_str_equal, at);
}

gboolean
choices_has_playlist(const Choices *choices, const char *id)
{
	return find_playlist(choices, id, NULL);
}

gboolean
choices_add_playlist(Choices *choices, const char *id)
{
	if (find_playlist(choices, id, NULL))
		return FALSE;
	g_ptr_array_add(choices->playlists, g_strdup(id));
	choices->by_default = FALSE;
	return TRUE;
}

gboolean
choices_remove_playlist(Choices *choices, const char *id)
{
	guint at;

	if (!find_playlist(choices, id, &at))
		return FALSE;
	g_ptr_array_remove_index(choices->playlists, at);
	return TRUE;
}

gboolean
choices_move_playlist(Choices *choices, const char *id, guint to)
{
	guint at;

	if (!find_playlist(choices, id, &at))
		return FALSE;
	to = MIN(to, choices->playlists->len - 1);
	if (to == at)
		return FALSE;
	char *moved = g_ptr_array_steal_index(choices->playlists, at);
	g_ptr_array_insert(choices->playlists, (int)to, moved);
	return TRUE;
}

gboolean
choices_set_library(Choices *choices, gboolean whole)
{
	if (!choices->whole_library == !whole)
		return FALSE;
	choices->whole_library = whole;
	if (whole)
		choices->by_default = FALSE;
	return TRUE;
}

gboolean
choices_set_fill(Choices *choices, int32_t fill)
{
	if (choices->fill == fill)
		return FALSE;
	choices->fill = fill;
	if (fill != 0)
		choices->by_default = FALSE;
	return TRUE;
}
