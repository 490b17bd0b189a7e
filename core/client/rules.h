/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules: what a host wants on a device, until it is sent.
 */
#pragma once

#include <glib.h>

#include "portamento.h"

#define RULES_TYPE "a(isia{sv})"

#define HOSTS_RULES_TYPE "a(sisia{sv})"

/* Of RULES_TYPE, floating; none for NULL. */
GVariant *rules_to_variant(PortaRules *rules);
/* What is no rule is left out: the helper may know more kinds than we do. */
PortaRules *rules_from_variant(GVariant *rules);
/* Those of one host, out of HOSTS_RULES_TYPE. */
PortaRules *rules_from_hosts(GVariant *rules, const char *host_id);
