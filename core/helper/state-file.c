/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state-file: see state-file.h.
 */
#include "helper/state-file.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "base/error.h"

#define MOST_DAMAGED 100

gboolean
state_dir_ensure(const char *dir, GError **error)
{
	if (g_mkdir_with_parents(dir, 0700) == 0)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "making the folder %s: %s", dir,
		    g_strerror(errno));
	return FALSE;
}

gboolean
state_file_save(const char *path, const char *bytes, gsize size, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (g_file_set_contents_full(path, bytes, size,
				     G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
				     0600, &cause))
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "storing %s: %s", path, cause->message);
	return FALSE;
}

void
state_file_set_aside(const char *path, const char *why)
{
	for (guint n = 1; n <= MOST_DAMAGED; n++) {
		g_autofree char *aside = g_strdup_printf("%s.damaged-%u", path, n);
		if (g_file_test(aside, G_FILE_TEST_EXISTS))
			continue;
		if (g_rename(path, aside) == 0)
			g_warning("%s is damaged (%s): moved to %s, beginning anew", path, why,
				  aside);
		else
			g_warning("%s is damaged (%s) and can not be moved aside: %s", path, why,
				  g_strerror(errno));
		return;
	}
	g_warning("%s is damaged (%s), as %d before it: look at the disk", path, why, MOST_DAMAGED);
}
