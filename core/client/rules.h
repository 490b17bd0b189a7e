/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules: what a host wants on a device, until it is sent.
 */
#pragma once

#include <glib.h>

#include "portamento.h"

#define RULES_TYPE "a(isia{sv})"

/* Of RULES_TYPE, floating; none for NULL. */
GVariant *rules_to_variant(PortaRules *rules);
