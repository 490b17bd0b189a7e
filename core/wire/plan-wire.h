/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-wire: a plan as it travels: to hosts as a preview, to people as a table.
 *
 *   step = (action i PORTA_ACTION_*, row i of docs/SYNC-RULES.md, item s path on the device, old item s,
 *           source s path on the computer, uri s, title s, size t bytes, priority i, rule s, reason s, storage s)
 *   plan = (u version 1, a step, a{sv} totals: as the estimate)
 */
#pragma once

#include <gio/gio.h>

#define PLAN_STEP_TYPE                                                                             \
	"(iisssssti"                                                                               \
	"sss)"
#define PLAN_TYPE "(ua" PLAN_STEP_TYPE "a{sv})"
#define PLAN_MAX_BYTES (1024u << 20)
