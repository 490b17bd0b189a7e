/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wanted: what somebody wants on a device, from a [device ...] section of the
 * configuration or from the command line: rules, and a few settings.
 */
#pragma once

#include <portamento.h>

#include "text.h"

typedef struct {
	int32_t kind; /* PORTA_RULE_* */
	char *playlist;
	int32_t priority; /* of a fill: none, it comes after all others */
	int32_t option; /* PORTA_FILL_* */
} WantedRule;

typedef struct {
	char *device; /* an id, a name, or a pattern of either; NULL: any */
	WantedRule *rules;
	size_t n_rules, rules_room;
	bool has_rules; /* they are ours to set, even if there are none */
	int reserve_percent; /* -1: leave it */
	int sync_on_connect; /* 0, 1; -1: leave it */
	bool create_partnership;
} Wanted;

void wanted_init(Wanted *wanted, const char *device);
void wanted_clear(Wanted *wanted);

void wanted_add_rule(Wanted *wanted, int32_t kind, const char *playlist, int32_t priority,
		     int32_t option);
/* One more than the largest so far. */
int32_t wanted_next_priority(const Wanted *wanted);

/* "shuffle", "top-rated", "recent", "least-recently-synced" */
bool wanted_parse_fill(const char *text, int32_t *option, char **error);
bool wanted_parse_reserve(const char *text, int *percent, char **error);

/* Does device's id or one of its names fit? Exactly: without wildcards. */
bool wanted_fits(const Wanted *wanted, PortaDevice *device);
bool wanted_fits_exactly(const Wanted *wanted, PortaDevice *device);

/* For porta_client_set_rules(). */
PortaRules *wanted_build_rules(const Wanted *wanted);
