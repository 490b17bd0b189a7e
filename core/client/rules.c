/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules: see rules.h.
 */
#include "client/rules.h"

#include "base/values.h"
#include "client/track.h"

struct PortaRules {
	GArray *rules; /* of Rule, without host_id */
};

int32_t
porta_rules_new(PortaRules **out)
{
	if (out == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	*out = g_new0(PortaRules, 1);
	(*out)->rules = rules_new();
	return PORTA_OK;
}

PortaRules *
porta_rules_free(PortaRules *rules)
{
	if (rules == NULL)
		return NULL;
	g_array_unref(rules->rules);
	g_free(rules);
	return NULL;
}

static gboolean
is_rule(int32_t kind, const char *playlist_id, int32_t priority, int32_t option)
{
	if (priority < 1 || kind < PORTA_RULE_LIBRARY || kind > PORTA_RULE_DEFAULT)
		return FALSE;
	gboolean has_playlist = playlist_id != NULL && playlist_id[0] != '\0';
	if (has_playlist != (kind == PORTA_RULE_PLAYLIST))
		return FALSE;
	if (kind != PORTA_RULE_FILL)
		return option == 0;
	return option >= PORTA_FILL_SHUFFLE && option <= PORTA_FILL_LEAST_RECENTLY_SYNCED;
}

int32_t
porta_rules_add(PortaRules *rules, int32_t kind, const char *playlist_id, int32_t priority,
		int32_t option)
{
	if (rules == NULL || !is_rule(kind, playlist_id, priority, option))
		return PORTA_ERROR_INVALID_ARGUMENT;
	int32_t code = playlist_id == NULL ? PORTA_OK : track_check_string(playlist_id);
	if (code != PORTA_OK)
		return code;
	Rule rule = {.kind = kind,
		     .playlist_id = g_strdup(playlist_id == NULL ? "" : playlist_id),
		     .priority = priority,
		     .fill = option};
	g_array_append_val(rules->rules, rule);
	return PORTA_OK;
}

uint32_t
porta_rules_count(PortaRules *rules)
{
	return rules == NULL ? 0 : rules->rules->len;
}

static const Rule *
get_rule(PortaRules *rules, uint32_t index)
{
	return index < porta_rules_count(rules) ? &g_array_index(rules->rules, Rule, index) : NULL;
}

int32_t
porta_rules_get_kind(PortaRules *rules, uint32_t index)
{
	const Rule *rule = get_rule(rules, index);

	return rule == NULL ? PORTA_ERROR_INVALID_ARGUMENT : rule->kind;
}

const char *
porta_rules_get_playlist(PortaRules *rules, uint32_t index)
{
	const Rule *rule = get_rule(rules, index);

	return rule == NULL || rule->playlist_id[0] == '\0' ? NULL : rule->playlist_id;
}

int32_t
porta_rules_get_priority(PortaRules *rules, uint32_t index)
{
	const Rule *rule = get_rule(rules, index);

	return rule == NULL ? PORTA_ERROR_INVALID_ARGUMENT : rule->priority;
}

int32_t
porta_rules_get_option(PortaRules *rules, uint32_t index)
{
	const Rule *rule = get_rule(rules, index);

	return rule == NULL ? PORTA_ERROR_INVALID_ARGUMENT : rule->fill;
}

static GVariant *
build_options(const Rule *rule)
{
	GVariantBuilder options;

	g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
	if (rule->kind == PORTA_RULE_FILL)
		g_variant_builder_add(&options, "{sv}", "fill", g_variant_new_int32(rule->fill));
	return g_variant_builder_end(&options);
}

GVariant *
rules_to_variant(PortaRules *rules)
{
	GVariantBuilder array;

	g_variant_builder_init(&array, G_VARIANT_TYPE(RULES_TYPE));
	for (guint i = 0; rules != NULL && i < rules->rules->len; i++) {
		const Rule *rule = &g_array_index(rules->rules, Rule, i);
		g_variant_builder_add(&array, "(isi@a{sv})", rule->kind, rule->playlist_id,
				      rule->priority, build_options(rule));
	}
	return g_variant_builder_end(&array);
}

static void
add_rule(PortaRules *rules, int32_t kind, const char *playlist_id, int32_t priority,
	 GVariant *options)
{
	int32_t fill = 0;

	g_variant_lookup(options, "fill", "i", &fill);
	porta_rules_add(rules, kind, playlist_id, priority, fill);
}

PortaRules *
rules_from_variant(GVariant *rows)
{
	PortaRules *rules = NULL;
	GVariantIter iter;
	int32_t kind, priority;
	const char *playlist_id;
	GVariant *options;

	porta_rules_new(&rules);
	g_variant_iter_init(&iter, rows);
	while (g_variant_iter_loop(&iter, "(i&si@a{sv})", &kind, &playlist_id, &priority, &options))
		add_rule(rules, kind, playlist_id, priority, options);
	return rules;
}

PortaRules *
rules_from_hosts(GVariant *rows, const char *host_id)
{
	PortaRules *rules = NULL;
	GVariantIter iter;
	int32_t kind, priority;
	const char *host, *playlist_id;
	GVariant *options;

	porta_rules_new(&rules);
	g_variant_iter_init(&iter, rows);
	while (g_variant_iter_loop(&iter, "(&si&si@a{sv})", &host, &kind, &playlist_id, &priority,
				   &options)) {
		if (g_str_equal(host, host_id))
			add_rule(rules, kind, playlist_id, priority, options);
	}
	return rules;
}
