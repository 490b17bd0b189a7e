/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-check: the part of library_new_from_fd() that knows what libraries are.
 */
#pragma once

#include "wire/library.h"

/* Of bytes in normal form: caps, indexes, URIs, ids, numbers that can not be. */
gboolean library_check(Library *library, GError **error);
