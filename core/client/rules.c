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
