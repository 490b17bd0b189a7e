/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-view: see plan-view.h. A plan of 100,000 steps is never copied: a step's
 * strings point into the mapping.
 */
#include "client/plan-view.h"

#include "base/error.h"
#include "wire/memfd.h"
#include "wire/plan-wire.h"

#define VERSION 1
#define N_ACTIONS (PORTA_ACTION_COVER_REMOVE + 1)

struct PortaPlan {
	GVariant *steps;
	uint32_t counts[N_ACTIONS]; /* by action; those we do not know in none */
	int64_t sums_bytes[N_ACTIONS];
};

/* Members of PLAN_STEP_TYPE. */
enum {
	STEP_ACTION,
	STEP_ROW,
	STEP_ITEM,
	STEP_OLD_ITEM,
	STEP_SOURCE,
	STEP_URI,
	STEP_TITLE,
	STEP_SIZE,
	STEP_PRIORITY,
	STEP_RULE,
	STEP_REASON,
	STEP_STORAGE,
};

static void
count_steps(PortaPlan *plan)
{
	for (gsize i = 0; i < g_variant_n_children(plan->steps); i++) {
		g_autoptr(GVariant) step = g_variant_get_child_value(plan->steps, i);
		int32_t action;
		guint64 size;
		g_variant_get_child(step, STEP_ACTION, "i", &action);
		g_variant_get_child(step, STEP_SIZE, "t", &size);
		if (action <= 0 || action >= N_ACTIONS)
			continue;
		plan->counts[action]++;
		plan->sums_bytes[action] +=
			MIN(size, (guint64)(G_MAXINT64 - plan->sums_bytes[action]));
	}
}

PortaPlan *
plan_view_new(int fd, GError **error)
{
	uint32_t version;

	if (!memfd_check_sealed(fd, error))
		return NULL;
	g_autoptr(GVariant)
		value = memfd_map_variant(fd, G_VARIANT_TYPE(PLAN_TYPE), PLAN_MAX_BYTES, error);
	if (value == NULL)
		return NULL;
	if (!g_variant_is_normal_form(value)) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_FAILED,
				    "the helper sent bytes that are no plan");
		return NULL;
	}
	g_variant_get_child(value, 0, "u", &version);
	if (version != VERSION) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "the helper sent a plan of version %u; this library reads version %u",
			    version, VERSION);
		return NULL;
	}
	PortaPlan *plan = g_new0(PortaPlan, 1);
	plan->steps = g_variant_get_child_value(value, 1);
	count_steps(plan);
	return plan;
}

PortaPlan *
porta_plan_free(PortaPlan *plan)
{
	if (plan == NULL)
		return NULL;
	g_variant_unref(plan->steps);
	g_free(plan);
	return NULL;
}

uint32_t
porta_plan_count_steps(PortaPlan *plan)
{
	return plan == NULL ? 0 : (uint32_t)g_variant_n_children(plan->steps);
}

uint32_t
porta_plan_count_action(PortaPlan *plan, int32_t action)
{
	return plan == NULL || action <= 0 || action >= N_ACTIONS ? 0 : plan->counts[action];
}

int64_t
porta_plan_sum_bytes(PortaPlan *plan, int32_t action)
{
	return plan == NULL || action <= 0 || action >= N_ACTIONS ? 0 : plan->sums_bytes[action];
}

/* NULL when there is no such step. */
static GVariant *
get_member(PortaPlan *plan, uint32_t index, gsize member)
{
	if (index >= porta_plan_count_steps(plan))
		return NULL;
	g_autoptr(GVariant) step = g_variant_get_child_value(plan->steps, index);
	return g_variant_get_child_value(step, member);
}

int32_t
porta_plan_get_action(PortaPlan *plan, uint32_t index)
{
	g_autoptr(GVariant) action = get_member(plan, index, STEP_ACTION);

	return action == NULL ? PORTA_ERROR_INVALID_ARGUMENT : g_variant_get_int32(action);
}

static int
find_string(int32_t key)
{
	switch (key) {
	case PORTA_KEY_ITEM: return STEP_ITEM;
	case PORTA_KEY_OLD_ITEM: return STEP_OLD_ITEM;
	case PORTA_KEY_SOURCE: return STEP_SOURCE;
	case PORTA_KEY_URI: return STEP_URI;
	case PORTA_KEY_TITLE: return STEP_TITLE;
	case PORTA_KEY_RULE: return STEP_RULE;
	case PORTA_KEY_REASON: return STEP_REASON;
	case PORTA_KEY_STORAGE: return STEP_STORAGE;
	default: return -1;
	}
}

const char *
porta_plan_get_string(PortaPlan *plan, uint32_t index, int32_t key)
{
	int member = find_string(key);

	if (member < 0)
		return NULL;
	g_autoptr(GVariant) string = get_member(plan, index, member);
	if (string == NULL || g_variant_get_string(string, NULL)[0] == '\0')
		return NULL;
	return g_variant_get_string(string, NULL);
}

int64_t
porta_plan_get_number(PortaPlan *plan, uint32_t index, int32_t key)
{
	int member = key == PORTA_KEY_SIZE_BYTES    ? STEP_SIZE
		     : key == PORTA_KEY_PRIORITY    ? STEP_PRIORITY
		     : key == PORTA_KEY_REASON_CODE ? STEP_ROW
						    : -1;

	if (member < 0)
		return -1;
	g_autoptr(GVariant) number = get_member(plan, index, member);
	if (number == NULL)
		return -1;
	if (member == STEP_SIZE)
		return (int64_t)MIN(g_variant_get_uint64(number), (guint64)G_MAXINT64);
	return g_variant_get_int32(number);
}
