/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fixture: see fixture.h.
 */
#include "fixture.h"

#include <glib/gstdio.h>

void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->dir = g_dir_make_tmp("portamento-parts-XXXXXX", NULL);
}

void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GDir) dir = g_dir_open(fixture->dir, 0, NULL);

	for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *path = g_build_filename(fixture->dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(fixture->dir);
	g_free(fixture->dir);
}
