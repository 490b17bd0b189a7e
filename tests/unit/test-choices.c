/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-choices: what a person wants, as rules and back.
 */
#include "common/choices.h"

#define ROUNDS 2000

static const char *const ids[] = {"a", "b", "c", "Ä/ö", "a b", "z"};

static gboolean
toss(void)
{
	return g_test_rand_int_range(0, 2) == 0;
}

static const char *
random_id(void)
{
	return ids[g_test_rand_int_range(0, G_N_ELEMENTS(ids))];
}

static Choices *
random_choices(void)
{
	Choices *choices = choices_new();

	if (g_test_rand_int_range(0, 8) == 0) {
		choices->by_default = TRUE;
		return choices;
	}
	for (int n = g_test_rand_int_range(0, 8); n > 0; n--)
		choices_add_playlist(choices, random_id());
	choices_set_library(choices, toss());
	choices_set_fill(choices, g_test_rand_int_range(0, 5));
	return choices;
}

static void
test_there_and_back(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		g_autoptr(Choices) choices = random_choices();
		PortaRules *rules = choices_to_rules(choices);
		g_autoptr(Choices) back = choices_from_rules(rules);
		g_assert_true(choices_equal(choices, back));
		g_assert_true((porta_rules_count(rules) == 0) == choices_want_nothing(choices));
		for (uint32_t i = 0; i < porta_rules_count(rules); i++)
			g_assert_cmpint(porta_rules_get_priority(rules, i), ==, (int)i + 1);
		porta_rules_free(rules);
	}
}

static void
add_random_rule(PortaRules *rules)
{
	int32_t kind = g_test_rand_int_range(PORTA_RULE_LIBRARY, PORTA_RULE_DEFAULT + 1);
	const char *id = kind == PORTA_RULE_PLAYLIST ? random_id() : NULL;
	int32_t fill = kind == PORTA_RULE_FILL ? g_test_rand_int_range(1, 5) : 0;

	g_assert_cmpint(porta_rules_add(rules, kind, id, g_test_rand_int_range(1, 20), fill), ==,
			PORTA_OK);
}

/* The most important rule that wants it; 0 if none does. */
static int32_t
find_priority(PortaRules *rules, int32_t kind, const char *id)
{
	int32_t best = 0;

	for (uint32_t i = 0; i < porta_rules_count(rules); i++) {
		int32_t priority = porta_rules_get_priority(rules, i);
		if (porta_rules_get_kind(rules, i) == kind &&
		    g_strcmp0(porta_rules_get_playlist(rules, i), id) == 0 &&
		    (best == 0 || priority < best))
			best = priority;
	}
	return best;
}

static void
check_choices(const Choices *choices, PortaRules *rules)
{
	int32_t last = 0;

	for (guint i = 0; i < choices->playlists->len; i++) {
		const char *id = choices->playlists->pdata[i];
		int32_t priority = find_priority(rules, PORTA_RULE_PLAYLIST, id);
		g_assert_cmpint(priority, >=, MAX(last, 1));
		last = priority;
		for (guint j = 0; j < i; j++)
			g_assert_cmpstr(choices->playlists->pdata[j], !=, id);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_true(choices_has_playlist(choices, ids[i]) ==
			      (find_priority(rules, PORTA_RULE_PLAYLIST, ids[i]) > 0));
	g_assert_true(choices->whole_library ==
		      (find_priority(rules, PORTA_RULE_LIBRARY, NULL) > 0));
	g_assert_true((choices->fill != 0) == (find_priority(rules, PORTA_RULE_FILL, NULL) > 0));
	/* the default is what a device starts with: alone, or overruled */
	gboolean has_default = find_priority(rules, PORTA_RULE_DEFAULT, NULL) > 0;
	gboolean has_more = choices->playlists->len > 0 || choices->whole_library ||
			    choices->fill != 0;
	g_assert_true(choices->by_default == (has_default && !has_more));
}

/* Whatever somebody else set, with portamentoctl. */
static void
test_any_rules(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		PortaRules *rules = NULL;
		porta_rules_new(&rules);
		for (int n = g_test_rand_int_range(0, 10); n > 0; n--)
			add_random_rule(rules);
		g_autoptr(Choices) choices = choices_from_rules(rules);
		check_choices(choices, rules);
		porta_rules_free(rules);
	}
	g_autoptr(Choices) nothing = choices_from_rules(NULL);
	g_assert_true(choices_want_nothing(nothing));
}

static char *
describe(const Choices *choices)
{
	GString *text = g_string_new(choices->by_default ? "default " : "");

	for (guint i = 0; i < choices->playlists->len; i++)
		g_string_append_printf(text, "%s ", (char *)choices->playlists->pdata[i]);
	g_string_append(text, choices->whole_library ? "library " : "");
	if (choices->fill != 0)
		g_string_append_printf(text, "fill=%d", choices->fill);
	return g_strstrip(g_string_free(text, FALSE));
}

/* By hand: a list says it best. Each step: what is done, whether it changed anything, what is
 * wanted then. */
static void
test_by_hand(void)
{
	static const struct {
		const char *verb;
		const char *id;
		int number;
		gboolean changes;
		const char *then;
	} steps[] = {
		{"remove", "a", 0, FALSE, "default"},
		{"library", NULL, FALSE, FALSE, "default"},
		{"fill", NULL, 0, FALSE, "default"},
		{"add", "a", 0, TRUE, "a"},
		{"add", "b", 0, TRUE, "a b"},
		{"add", "a", 0, FALSE, "a b"},
		{"add", "c", 0, TRUE, "a b c"},
		{"move", "c", 0, TRUE, "c a b"},
		{"move", "c", 0, FALSE, "c a b"},
		{"move", "c", 99, TRUE, "a b c"},
		{"move", "a", 1, TRUE, "b a c"},
		{"move", "x", 1, FALSE, "b a c"},
		{"library", NULL, TRUE, TRUE, "b a c library"},
		{"library", NULL, 2, FALSE, "b a c library"},
		{"fill", NULL, PORTA_FILL_RECENT, TRUE, "b a c library fill=3"},
		{"fill", NULL, PORTA_FILL_RECENT, FALSE, "b a c library fill=3"},
		{"remove", "a", 0, TRUE, "b c library fill=3"},
		{"library", NULL, FALSE, TRUE, "b c fill=3"},
		{"remove", "b", 0, TRUE, "c fill=3"},
		{"remove", "c", 0, TRUE, "fill=3"},
		{"fill", NULL, 0, TRUE, ""},
	};
	g_autoptr(Choices) choices = choices_new();

	choices->by_default = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		const char *verb = steps[i].verb, *id = steps[i].id;
		g_autoptr(Choices) before = choices_copy(choices);
		gboolean changed =
			g_str_equal(verb, "add")      ? choices_add_playlist(choices, id)
			: g_str_equal(verb, "remove") ? choices_remove_playlist(choices, id)
			: g_str_equal(verb, "library")
				? choices_set_library(choices, steps[i].number)
			: g_str_equal(verb, "fill")
				? choices_set_fill(choices, steps[i].number)
				: choices_move_playlist(choices, id, (guint)steps[i].number);
		g_autofree char *then = describe(choices);
		g_assert_cmpstr(then, ==, steps[i].then);
		g_assert_true(changed == steps[i].changes);
		g_assert_true(choices_equal(before, choices) == !changed);
	}
	g_assert_true(choices_want_nothing(choices));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/choices/there-and-back", test_there_and_back);
	g_test_add_func("/choices/from-any-rules", test_any_rules);
	g_test_add_func("/choices/by-hand", test_by_hand);
	return g_test_run();
}
