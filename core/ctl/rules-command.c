/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules-command: "rules" lists what is wanted on a device, of all hosts; "rules
 * add", "remove" and "clear" change one host's. A host that runs may set its
 * rules again, from its own configuration.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bus.h"
#include "ctl/commands.h"
#include "ctl/json.h"
#include "ctl/table.h"
#include "ctl/text.h"

static int priority;

const GOptionEntry rules_options[] = {
	{"priority", 'p', 0, G_OPTION_ARG_INT, &priority,
	 "Of the rule added; 1 and up, lower is more important (default: after all others)", "N"},
	{NULL},
};

typedef struct {
	char *host;
	int32_t kind;
	char *playlist;
	int32_t priority;
	int32_t fill;
} HostRule;

static const char *const kinds[] = {
	[PORTA_RULE_LIBRARY] = "library",
	[PORTA_RULE_PLAYLIST] = "playlist",
	[PORTA_RULE_FILL] = "fill",
	[PORTA_RULE_DEFAULT] = "default",
};

static const char *const fills[] = {
	[PORTA_FILL_SHUFFLE] = "shuffle",
	[PORTA_FILL_TOP_RATED] = "top-rated",
	[PORTA_FILL_RECENT] = "recent",
	[PORTA_FILL_LEAST_RECENTLY_SYNCED] = "least-recently-synced",
};

static void
rule_clear_host(void *data)
{
	HostRule *rule = data;

	g_free(rule->host);
	g_free(rule->playlist);
}

static const char *
get_word(const char *const *words, gsize n_words, int32_t value)
{
	return value > 0 && value < (int32_t)n_words ? words[value] : "other";
}

/* 0: none of them. */
static int32_t
find_word(const char *const *words, gsize n_words, const char *word)
{
	for (gsize i = 1; i < n_words; i++) {
		if (strcmp(words[i], word) == 0)
			return (int32_t)i;
	}
	return 0;
}

static int
compare_rules(const void *a, const void *b)
{
	const HostRule *left = a, *right = b;

	return left->priority != right->priority ? left->priority - right->priority
						 : strcmp(left->host, right->host);
}

static GArray *
list_rules(Ctl *ctl, PortaDevice *device, int *status)
{
	g_autoptr(GVariant)
		reply = bus_call_device(ctl, device, "ListRules", NULL, "(a(sisia{sv}))", status);
	g_autoptr(GVariantIter) iter = NULL;
	HostRule rule = {0};
	GVariant *options;

	if (reply == NULL)
		return NULL;
	GArray *rules = g_array_new(FALSE, TRUE, sizeof(HostRule));
	g_array_set_clear_func(rules, rule_clear_host);
	g_variant_get(reply, "(a(sisia{sv}))", &iter);
	while (g_variant_iter_next(iter, "(sisi@a{sv})", &rule.host, &rule.kind, &rule.playlist,
				   &rule.priority, &options)) {
		rule.fill = 0;
		g_variant_lookup(options, "fill", "i", &rule.fill);
		g_variant_unref(options);
		g_array_append_val(rules, rule);
	}
	g_array_sort(rules, compare_rules);
	return rules;
}

/* The name that people know, or the id if its host does not say. */
static char *
find_playlist_name(Ctl *ctl, const HostRule *rule)
{
	g_autoptr(GVariant) reply = bus_call_manager(
		ctl, "ListPlaylists", g_variant_new("(s)", rule->host), "(a(ssuu))", NULL);
	g_autoptr(GVariantIter) playlists = NULL;
	const char *id, *name;

	if (reply == NULL)
		return g_strdup(rule->playlist);
	g_variant_get(reply, "(a(ssuu))", &playlists);
	while (g_variant_iter_next(playlists, "(&s&suu)", &id, &name, NULL, NULL)) {
		if (strcmp(id, rule->playlist) == 0)
			return g_strdup(name);
	}
	return g_strdup_printf("%s (not there now)", rule->playlist);
}

static char *
describe(Ctl *ctl, const HostRule *rule)
{
	g_autofree char *name = rule->kind == PORTA_RULE_PLAYLIST ? find_playlist_name(ctl, rule)
								  : NULL;

	switch (rule->kind) {
	case PORTA_RULE_LIBRARY: return g_strdup("the whole library");
	case PORTA_RULE_PLAYLIST: return g_strdup_printf("playlist %s", name);
	case PORTA_RULE_FILL:
		return g_strdup_printf("what fits of the rest, %s",
				       get_word(fills, G_N_ELEMENTS(fills), rule->fill));
	case PORTA_RULE_DEFAULT: return g_strdup("own playlists, best rated, newest, ... all");
	default: return g_strdup("a kind of rule that is newer than this program");
	}
}

static void
print_rules_json(GArray *rules)
{
	Json *json = json_new(TRUE);

	json_begin_array(json, NULL);
	for (guint i = 0; i < rules->len; i++) {
		const HostRule *rule = &g_array_index(rules, HostRule, i);
		json_begin_object(json, NULL);
		json_string(json, "host_id", rule->host);
		json_string(json, "kind", get_word(kinds, G_N_ELEMENTS(kinds), rule->kind));
		json_string(json, "playlist_id", rule->playlist[0] == '\0' ? NULL : rule->playlist);
		json_number(json, "priority", rule->priority);
		json_string(json, "fill",
			    rule->fill == 0 ? NULL
					    : get_word(fills, G_N_ELEMENTS(fills), rule->fill));
		json_end_object(json);
	}
	json_end_array(json);
	json_finish(json);
}

static void
print_rules(Ctl *ctl, GArray *rules)
{
	static const Column columns[] = {
		{"PRIORITY", TRUE, FIXED}, {"HOST", FALSE, FIXED}, {"WHAT", FALSE, SHRINKS}};

	if (rules->len == 0) {
		puts("No rules: nothing is wanted on this device. A player sets them, or "
		     "portamentoctl rules add.");
		return;
	}
	Table *table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < rules->len; i++) {
		const HostRule *rule = &g_array_index(rules, HostRule, i);
		table_take(table, text_count(rule->priority));
		table_add(table, rule->host);
		table_take(table, describe(ctl, rule));
	}
	table_finish(table);
}

/* "library", "default", "playlist:NAME", "fill:shuffle" */
static gboolean
read_rule(const char *word, HostRule *rule)
{
	g_auto(GStrv) parts = g_strsplit(word, ":", 2);
	gboolean has_more = parts[0] != NULL && parts[1] != NULL && parts[1][0] != '\0';

	*rule = (HostRule){0};
	rule->kind = parts[0] == NULL ? 0 : find_word(kinds, G_N_ELEMENTS(kinds), parts[0]);
	gboolean wants_more = rule->kind == PORTA_RULE_PLAYLIST || rule->kind == PORTA_RULE_FILL;
	if (rule->kind == PORTA_RULE_FILL && has_more)
		rule->fill = find_word(fills, G_N_ELEMENTS(fills), parts[1]);
	if (rule->kind == 0 || wants_more != has_more ||
	    (rule->kind == PORTA_RULE_FILL && rule->fill == 0)) {
		ctl_complain("“%s” is no rule: library, default, playlist:NAME, fill:shuffle, "
			     "fill:top-rated, "
			     "fill:recent or fill:least-recently-synced",
			     word);
		return FALSE;
	}
	rule->playlist = g_strdup(rule->kind == PORTA_RULE_PLAYLIST ? parts[1] : "");
	return TRUE;
}

/* People know a playlist by its name, and a host may know it by a number: what is no id of any
 * becomes the id of the one that is called so. What is neither stays, it may be there later. */
static gboolean
resolve_playlist(Ctl *ctl, HostRule *rule)
{
	g_autoptr(GVariant) reply = bus_call_manager(
		ctl, "ListPlaylists", g_variant_new("(s)", rule->host), "(a(ssuu))", NULL);
	g_autoptr(GString) ids = g_string_new(NULL);
	g_autoptr(GVariantIter) playlists = NULL;
	const char *id, *name, *found = NULL;
	int n_found = 0;

	if (reply == NULL)
		return TRUE;
	g_variant_get(reply, "(a(ssuu))", &playlists);
	while (g_variant_iter_next(playlists, "(&s&suu)", &id, &name, NULL, NULL)) {
		if (strcmp(id, rule->playlist) == 0)
			return TRUE;
		if (strcmp(name, rule->playlist) != 0)
			continue;
		found = id;
		g_string_append_printf(ids, n_found++ > 0 ? ", playlist:%s" : "playlist:%s", id);
	}
	if (n_found > 1) {
		ctl_complain("%d playlists of %s are called “%s”: say which, %s", n_found,
			     rule->host, rule->playlist, ids->str);
		return FALSE;
	}
	if (found != NULL) {
		g_free(rule->playlist);
		rule->playlist = g_strdup(found);
	}
	return TRUE;
}

static gboolean
is_same(const HostRule *a, const HostRule *b)
{
	return strcmp(a->host, b->host) == 0 && a->kind == b->kind &&
	       strcmp(a->playlist, b->playlist) == 0 && a->fill == b->fill;
}

static gboolean
remove_rule(GArray *rules, const HostRule *rule)
{
	for (guint i = 0; i < rules->len; i++) {
		if (is_same(&g_array_index(rules, HostRule, i), rule)) {
			g_array_remove_index(rules, i);
			return TRUE;
		}
	}
	return FALSE;
}

static int32_t
find_last_priority(GArray *rules)
{
	return rules->len == 0 ? 0 : g_array_index(rules, HostRule, rules->len - 1).priority;
}

static GVariant *
build_rules(GArray *rules, const char *host)
{
	GVariantBuilder array;

	g_variant_builder_init(&array, G_VARIANT_TYPE("a(isia{sv})"));
	for (guint i = 0; i < rules->len; i++) {
		const HostRule *rule = &g_array_index(rules, HostRule, i);
		if (strcmp(rule->host, host) != 0)
			continue;
		GVariantBuilder options;
		g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
		if (rule->fill != 0)
			g_variant_builder_add(&options, "{sv}", "fill",
					      g_variant_new_int32(rule->fill));
		g_variant_builder_add(&array, "(isia{sv})", rule->kind, rule->playlist,
				      rule->priority, &options);
	}
	return g_variant_builder_end(&array);
}

/* rules as they shall be. Takes rule over. */
static int
change_rules(GArray *rules, const char *verb, HostRule *rule)
{
	gboolean was_there = remove_rule(rules, rule);

	if (strcmp(verb, "add") == 0) {
		rule->priority = priority > 0 ? priority : find_last_priority(rules) + 1;
		g_array_append_vals(rules, rule, 1);
		return EXIT_OK;
	}
	rule_clear_host(rule);
	if (!was_there)
		ctl_complain("there is no such rule; portamentoctl rules lists them");
	return was_there ? EXIT_OK : EXIT_NO_DEVICE;
}

static int
change(Ctl *ctl, PortaDevice *device, GArray *rules, char **words)
{
	gboolean clear = strcmp(words[0], "clear") == 0;
	int status = EXIT_OK;
	HostRule rule;

	if (!clear) {
		if (!read_rule(words[2], &rule))
			return EXIT_USAGE;
		rule.host = g_strdup(words[1]);
		if (rule.kind == PORTA_RULE_PLAYLIST && !resolve_playlist(ctl, &rule)) {
			rule_clear_host(&rule);
			return EXIT_USAGE;
		}
		status = change_rules(rules, words[0], &rule);
	}
	if (status != EXIT_OK)
		return status;
	GVariant *left = clear ? g_variant_new_array(G_VARIANT_TYPE("(isia{sv})"), NULL, 0)
			       : build_rules(rules, words[1]);
	GVariant *reply = bus_call_device(ctl, device, "SetRules",
					  g_variant_new("(s@a(isia{sv}))", words[1], left), "()",
					  &status);
	g_clear_pointer(&reply, g_variant_unref);
	return status;
}

/* Whether there are as many words as the verb needs. */
static gboolean
check_words(char **words)
{
	guint n = g_strv_length(words);

	if (n == 0 ||
	    ((strcmp(words[0], "add") == 0 || strcmp(words[0], "remove") == 0) && n == 3) ||
	    (strcmp(words[0], "clear") == 0 && n == 2))
		return TRUE;
	ctl_complain("rules, rules add HOST RULE, rules remove HOST RULE, or rules clear HOST");
	return FALSE;
}

int
command_rules(Ctl *ctl, char **words)
{
	int status = EXIT_OK;

	if (!check_words(words))
		return EXIT_USAGE;
	PortaDevice *device = ctl_choose_device(ctl, NULL, TRUE, &status);
	if (device == NULL)
		return status;
	g_autoptr(GArray) rules = list_rules(ctl, device, &status);
	if (rules != NULL && words[0] != NULL)
		status = change(ctl, device, rules, words);
	else if (rules != NULL && ctl->json)
		print_rules_json(rules);
	else if (rules != NULL)
		print_rules(ctl, rules);
	porta_device_free(device);
	return status;
}
