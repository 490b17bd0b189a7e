/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-host: a library while its host fills it.
 */
#pragma once

#include <glib.h>

#include "portamento.h"

/* A sealed memfd with the library as this host's, or -1. The caller closes it. */
int library_host_seal(PortaLibrary *library, const char *host_id, const char *display_name,
		      GError **error);
