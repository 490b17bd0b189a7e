/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule-check: what comes over the bus as rules and host ids, distrusted. Pure.
 */
#pragma once

#include <gio/gio.h>

#define RULES_TYPE "a(isia{sv})"
#define RULES_MOST 10000 /* a device, all hosts together */
#define RULES_MOST_HOSTS 64

/* [A-Za-z0-9._-]{1,64}, else INVALID_ARGUMENT. */
gboolean host_id_check(const char *host_id, GError **error);

/* Kinds, priorities, playlist ids and options of RULES_TYPE; INVALID_ARGUMENT names the rule
 * and what is wrong, LIMIT_EXCEEDED above RULES_MOST. */
gboolean rules_check(GVariant *rules, GError **error);
