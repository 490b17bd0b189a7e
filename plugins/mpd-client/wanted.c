/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wanted: what somebody wants on a device.
 */
#include "wanted.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	int32_t option;
} fills[] = {
	{"shuffle", PORTA_FILL_SHUFFLE},
	{"top-rated", PORTA_FILL_TOP_RATED},
	{"recent", PORTA_FILL_RECENT},
	{"least-recently-synced", PORTA_FILL_LEAST_RECENTLY_SYNCED},
};

void
wanted_init(Wanted *wanted, const char *device)
{
	*wanted = (Wanted){.reserve_percent = -1, .sync_on_connect = -1};
	text_set(&wanted->device, device);
}

void
wanted_clear(Wanted *wanted)
{
	for (size_t i = 0; i < wanted->n_rules; i++)
		free(wanted->rules[i].playlist);
	free(wanted->rules);
	free(wanted->device);
	wanted_init(wanted, NULL);
}

void
wanted_add_rule(Wanted *wanted, int32_t kind, const char *playlist, int32_t priority,
		int32_t option)
{
	wanted->rules = memory_grow(wanted->rules, wanted->n_rules, &wanted->rules_room,
				    sizeof(WantedRule));
	wanted->rules[wanted->n_rules++] = (WantedRule){
		.kind = kind,
		.playlist = playlist != NULL ? text_copy(playlist) : NULL,
		.priority = priority,
		.option = option,
	};
	wanted->has_rules = true;
}

int32_t
wanted_next_priority(const Wanted *wanted)
{
	int32_t largest = 0;

	for (size_t i = 0; i < wanted->n_rules; i++) {
		if (wanted->rules[i].priority > largest)
			largest = wanted->rules[i].priority;
	}
	return largest < INT32_MAX ? largest + 1 : largest;
}

bool
wanted_parse_fill(const char *text, int32_t *option, char **error)
{
	for (size_t i = 0; i < COUNT_OF(fills); i++) {
		if (strcmp(fills[i].name, text) == 0) {
			*option = fills[i].option;
			return true;
		}
	}
	*error = text_format(
		"fill is shuffle, top-rated, recent or least-recently-synced, not “%s”", text);
	return false;
}

bool
wanted_parse_reserve(const char *text, int *percent, char **error)
{
	int64_t number = 0;

	if (!text_parse_number(text, 0, 95, &number)) {
		*error = text_format("reserve is the percentage of the device to keep free, "
				     "0 to 95, not “%s”",
				     text);
		return false;
	}
	*percent = (int)number;
	return true;
}

static bool
fits(const Wanted *wanted, PortaDevice *device, bool with_wildcards)
{
	static const int32_t keys[] = {PORTA_KEY_DEVICE_ID, PORTA_KEY_FRIENDLY_NAME,
				       PORTA_KEY_DEVICE_NAME};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const char *name = porta_device_get_string(device, keys[i]);
		if (name == NULL)
			continue;
		if (strcasecmp(wanted->device, name) == 0)
			return true;
		if (with_wildcards && fnmatch(wanted->device, name, FNM_CASEFOLD) == 0)
			return true;
	}
	return false;
}

bool
wanted_fits(const Wanted *wanted, PortaDevice *device)
{
	return wanted->device == NULL || fits(wanted, device, true);
}

bool
wanted_fits_exactly(const Wanted *wanted, PortaDevice *device)
{
	return wanted->device != NULL && fits(wanted, device, false);
}

PortaRules *
wanted_build_rules(const Wanted *wanted)
{
	PortaRules *rules = NULL;

	if (porta_rules_new(&rules) != PORTA_OK)
		return NULL;
	for (size_t i = 0; i < wanted->n_rules; i++) {
		const WantedRule *rule = &wanted->rules[i];
		/* the playlist's id as publish.c makes it */
		char *playlist AUTO_TEXT = rule->playlist != NULL ? text_to_utf8(rule->playlist)
								  : NULL;
		int32_t priority = rule->kind == PORTA_RULE_FILL ? wanted_next_priority(wanted)
								 : rule->priority;
		if (porta_rules_add(rules, rule->kind, playlist, priority, rule->option) !=
		    PORTA_OK)
			return porta_rules_free(rules);
	}
	return rules;
}
