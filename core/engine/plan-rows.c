/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-rows: see plan-rows.h.
 */
#include "engine/plan-rows.h"

static const struct {
	StepKind kind;
	const char *reason;
} rows[] = {
#define ROW(number, name, kind, reason) [number] = {kind, reason},
	PLAN_ROWS(ROW)
#undef ROW
};

const char *
plan_row_reason(int row)
{
	return row >= 0 && row < (int)G_N_ELEMENTS(rows) ? rows[row].reason : NULL;
}

StepKind
plan_row_kind(int row)
{
	return row >= 0 && row < (int)G_N_ELEMENTS(rows) ? rows[row].kind : 0;
}
