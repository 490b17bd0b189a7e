/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-file: bytes from a client's memfd into a file, and whether they are there
 * already. Read and written in pieces: nothing of their size is allocated.
 */
#pragma once

#include <gio/gio.h>

#define LIBRARY_FILE_NEW ".new" /* suffix while it is being written */

/* Whether path holds what fd holds. */
gboolean library_file_equals(const char *path, int fd);
/* Replaces path by what fd holds; after a crash it holds the old or the new. */
gboolean library_file_copy(const char *path, int fd, GError **error);
