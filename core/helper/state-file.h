/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state-file: small files that outlive the helper. Written whole or not at all, for
 * their owner alone; a damaged one is moved aside and reported, never thrown away.
 */
#pragma once

#include <gio/gio.h>

/* Makes dir and its parents with mode 0700. */
gboolean state_dir_ensure(const char *dir, GError **error);

/* Replaces path by bytes: after a crash it holds the old or the new, mode 0600. */
gboolean state_file_save(const char *path, const char *bytes, gsize size, GError **error);

/* Renames path to the first free of path.damaged-1, -2 ... and says so in the log. */
void state_file_set_aside(const char *path, const char *why);
