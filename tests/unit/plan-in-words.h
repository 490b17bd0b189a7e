/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-in-words: a plan for tests, its steps in GVariant's text.
 */
#pragma once

#include "client/plan-view.h"
#include "wire/memfd.h"
#include "wire/plan-wire.h"

#include <unistd.h>

/* As the helper sends one. */
static inline PortaPlan *
new_plan(const char *steps)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = g_strdup_printf("(1, %s, {})", steps);
	g_autoptr(GVariant)
		value = g_variant_parse(G_VARIANT_TYPE(PLAN_TYPE), whole, NULL, NULL, &error);

	g_assert_no_error(error);
	int fd = memfd_new_from_variant("plan", value, &error);
	g_assert_no_error(error);
	PortaPlan *plan = plan_view_new(fd, &error);
	g_assert_no_error(error);
	close(fd);
	return plan;
}
