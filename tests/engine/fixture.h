/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fixture: a temporary folder for each test of one part, gone with all that is in it.
 */
#pragma once

#include <glib.h>

typedef struct {
	char *dir;
} Fixture;

void fixture_set_up(Fixture *fixture, gconstpointer data);
void fixture_tear_down(Fixture *fixture, gconstpointer data);

#define FIXTURE_ADD(path, func)                                                                    \
	g_test_add(path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
