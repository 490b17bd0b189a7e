/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signals: what the helper says by itself, turned into events.
 */
#pragma once

#include "client/mirror.h"

/* FALSE if it tells that something changed, but not to what: list the devices again. */
gboolean signals_take(PortaClient *client, Mirror *mirror, const char *path, const char *interface,
		      const char *member, GVariant *parameters);
